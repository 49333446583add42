# Made from async_exchange.py by `make twins`; do not edit.
"""One request of the synchronous client on its way: sent, sent again where that may help, and its response read.

`transport/retries.py` decides whether and when to go on, `message/error_bodies.py` says what went wrong.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Concatenate, ParamSpec, TypeVar

from aimlapi_client.operation import Operation

from ..core.errors import APIError
from ..core.reply import ReplyHead
from ..message.error_bodies import error_from_response
from ..transport.failures import seal
from ..transport.homes import home
from ..transport.http import SyncReply, Transport
from ..transport.retries import NO_LIMIT, NO_WATCH, RetryState, owner, within
from .steps import decode

T = TypeVar("T")
P = ParamSpec("P")


@dataclass(slots=True)
class Exchange:
    """A request and its responses, of which all but the last have failed."""

    _transport: Transport
    state: RetryState

    def answer(self, operation: Operation[T]) -> T:
        """Send the request, and read its whole answer."""
        watch = self.state.watch
        with watch or NO_WATCH:
            head, value = self.run(_answer, operation)
            self.state.succeeded(head)
        if watch is not None:
            watch.end(None if operation.endpoint.secret else value)
        return value

    def run(
        self,
        read: Callable[Concatenate[RetryState, SyncReply, P], T],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Send the request until `read` has made something of a success, or sending it again cannot help.

        The response is closed when `read` raises.
        """
        state, handled = self.state, sys.exception()
        while True:
            try:
                place = home()  # which there may not be, so that nothing can be sent
                while wait := state.reserve(owner):
                    time.sleep(wait)
                request = state.next_request()
                with NO_LIMIT if state.deadline is None else within(state.deadline):
                    reply = self._transport.open(request, place)
                    try:
                        if not reply.head.ok:
                            raise error_from_response(reply.head, reply.read_error(state.deadline))
                        return read(state, reply, *args, **kwargs)
                    except BaseException as error:
                        state.settle_failure(error, reply.head)
                        reply.close()
                        raise
            except BaseException as error:
                state.settle_failure(error)
                seal(error, state.request, handled)
                pause = state.failed(error) if isinstance(error, APIError) else None
                if pause is None:
                    raise
            time.sleep(pause)


def _answer(state: RetryState, reply: SyncReply, operation: Operation[T]) -> tuple[ReplyHead, T]:
    return reply.head, decode(state, reply.head, reply.read(state.deadline), operation)
