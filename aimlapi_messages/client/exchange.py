"""One request on its way: sent, sent again where that may help, and its response read.

A shell: `transport/retries.py` decides whether and when to go on, `message/error_bodies.py` what went wrong.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from aimlapi_client.operation import Operation

from ..core.errors import APIError
from ..core.reply import Cost, ReplyHead, SpendTracker
from ..message.error_bodies import error_from_response
from ..message.operation import ClientOperation
from ..message.response import cost_of, read_answer
from ..transport.errors import StatusRaised
from ..transport.http import SyncTransport
from ..transport.response import SyncReply
from ..transport.retries import RetryState

T = TypeVar("T")
P = ParamSpec("P")


class Exchange:
    """A request and its responses, of which all but the last have failed."""

    __slots__ = ("_transport", "state")

    def __init__(self, transport: SyncTransport, state: RetryState) -> None:
        self._transport = transport
        self.state: RetryState = state

    def answer(self, operation: Operation[T]) -> T:
        """Send the request, and read its whole answer."""
        head, value = self.run(_answer, operation)
        self.state.succeeded(head)
        return value

    def run(self, read: Callable[Concatenate[RetryState, SyncReply, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Send the request until `read` has made something of a success, or sending it again cannot help.

        The response is closed when `read` raises.
        """
        state = self.state
        while True:
            try:
                request = state.next_request()
                try:
                    reply = self._transport.open(request)
                except StatusRaised as raised:
                    raise error_from_response(raised.head, b"") from raised.__cause__
                try:
                    if not reply.head.ok:
                        raise error_from_response(reply.head, reply.read_error(state.deadline))
                    return read(state, reply, *args, **kwargs)
                except BaseException as error:
                    record_failure(state.spending, reply.head, error)
                    reply.close()
                    raise
            except APIError as error:
                pause = state.failed(error)
                if pause is None:
                    raise
            time.sleep(pause)


def _answer(state: RetryState, reply: SyncReply, operation: Operation[T]) -> tuple[ReplyHead, T]:
    return reply.head, decode(state, reply.head, reply.read(state.deadline), operation)


def decode(state: RetryState, head: ReplyHead, content: bytes, operation: Operation[T]) -> T:
    """The value of an answer, with its cost counted."""
    value: T
    if isinstance(operation, ClientOperation):
        value = operation.read(head, content)
        cost = getattr(value, "cost", None)
    else:
        value = read_answer(operation, head, content)
        cost = cost_of(head, value)
    if cost is not None:
        state.spending.add(cost)
    return value


def record_failure(spending: SpendTracker, head: ReplyHead, error: BaseException) -> None:
    """What could not be read may have cost something all the same."""
    cost = error.cost if isinstance(error, APIError) else None
    spending.add(cost or Cost.from_headers(head.headers))
