"""One request of the asynchronous client on its way: sent, sent again where that may help, and its response read.

`transport/retries.py` decides whether and when to go on, `message/error_bodies.py` says what went wrong.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Concatenate, ParamSpec, TypeVar

from aimlapi_client.operation import Operation

from ..core.errors import APIError
from ..core.reply import ReplyHead
from ..message.error_bodies import error_from_response
from ..transport.async_http import AsyncReply, AsyncTransport
from ..transport.failures import seal
from ..transport.homes import async_home
from ..transport.retries import NO_LIMIT, NO_WATCH, RetryState, async_owner, async_within
from .steps import decode

T = TypeVar("T")
P = ParamSpec("P")


@dataclass(slots=True)
class AsyncExchange:
    """A request and its responses, of which all but the last have failed."""

    _transport: AsyncTransport
    state: RetryState

    async def answer(self, operation: Operation[T]) -> T:
        """Send the request, and read its whole answer."""
        watch = self.state.watch
        with watch or NO_WATCH:
            head, value = await self.run(_answer, operation)
            self.state.succeeded(head)
        if watch is not None:
            watch.end(None if operation.endpoint.secret else value)
        return value

    async def run(
        self,
        read: Callable[Concatenate[RetryState, AsyncReply, P], Awaitable[T]],
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
                place = async_home()  # which there may not be, so that nothing can be sent
                while wait := state.reserve(async_owner):
                    await asyncio.sleep(wait)
                request = state.next_request()
                async with NO_LIMIT if state.deadline is None else async_within(state.deadline):
                    reply = await self._transport.open(request, place)
                    try:
                        if not reply.head.ok:
                            raise error_from_response(reply.head, await reply.read_error(state.deadline))
                        return await read(state, reply, *args, **kwargs)
                    except BaseException as error:
                        state.settle_failure(error, reply.head)
                        await reply.close()
                        raise
            except BaseException as error:
                state.settle_failure(error)
                seal(error, state.request, handled)
                pause = state.failed(error) if isinstance(error, APIError) else None
                if pause is None:
                    raise
            await asyncio.sleep(pause)


async def _answer(state: RetryState, reply: AsyncReply, operation: Operation[T]) -> tuple[ReplyHead, T]:
    return reply.head, decode(state, reply.head, await reply.read(state.deadline), operation)
