"""Open responses with a stream. All that differs between the streams of the two clients stands here.

Asyncio can cut short the wait for bytes, which the synchronous client leaves to the timeouts of its connections. And a
stream that is dropped half-read has its connection closed by a task, or by a thread.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

from ..core.reply import ReplyHead
from ..transport import deferred_close
from ..transport.retries import Deadline, RetryState, async_within
from .core import StreamCore

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, Task

    from ..transport.async_http import AsyncReply
    from ..transport.http import SyncReply

logger: Final = logging.getLogger("aimlapi_messages")


@dataclass(slots=True)
class Source:
    """A response to the synchronous client, and the bytes of its stream."""

    core: StreamCore
    chunks: Iterator[bytes]
    reply: SyncReply
    _later: Callable[[Callable[[], None]], None] = field(default_factory=deferred_close.start, init=False)

    @classmethod
    def of(cls, state: RetryState, reply: SyncReply) -> Self:
        """The stream in a 2xx response. Raises as `StreamCore.as_event_stream` does."""
        core = _core_of(state, reply.head)
        if core.is_event_stream:
            return cls(core, reply.iter_bytes(), reply)
        return cls(core, iter([core.as_event_stream(reply.read(state.deadline))]), reply)

    def close(self) -> None:
        if isinstance(sys.exception(), GeneratorExit):
            # A generator that has the stream is being dropped, maybe by the garbage collector.
            self.close_later()
        else:
            self._close()

    def close_later(self) -> None:
        """Close it on a thread of its own. Safe to call from a finalizer."""
        self._later(self._close)

    def _close(self) -> None:
        try:
            self.core.record_cost()
        finally:
            self.reply.close()


def _running_loop() -> AbstractEventLoop:
    import asyncio  # noqa: PLC0415 (the synchronous client does without it)

    return asyncio.get_running_loop()


@dataclass(slots=True)
class AsyncSource:
    """A response to the asynchronous client, and the bytes of its stream."""

    core: StreamCore
    chunks: AsyncIterator[bytes]
    reply: AsyncReply
    _loop: AbstractEventLoop = field(default_factory=_running_loop, init=False)

    @classmethod
    async def of(cls, state: RetryState, reply: AsyncReply) -> Self:
        """The stream in a 2xx response. Raises as `StreamCore.as_event_stream` does."""
        core = _core_of(state, reply.head)
        if not core.is_event_stream:
            return cls(core, _one(core.as_event_stream(await reply.read())), reply)
        chunks = reply.iter_bytes()
        return cls(core, chunks if state.deadline is None else _Timely(chunks, state.deadline), reply)

    async def close(self) -> None:
        try:
            self.core.record_cost()
        finally:
            await self.reply.close()

    def close_later(self) -> None:
        """Close it on its event loop. Safe to call from a finalizer, on any thread."""
        with suppress(RuntimeError):  # the loop is closed, and the connection gone with it
            self._loop.call_soon_threadsafe(self._start_closing)

    def _start_closing(self) -> None:
        task = self._loop.create_task(self._close_quietly())
        _closing.add(task)
        task.add_done_callback(_closing.discard)

    async def _close_quietly(self) -> None:
        try:
            await self.close()
        except Exception as error:
            logger.debug("A dropped stream could not be closed: %s", type(error).__name__)


# The tasks that close dropped streams. The event loop has only weak references to tasks.
_closing: set[Task[None]] = set()


class _Timely:
    """Bytes that are waited for as long as the call may still take."""

    __slots__ = ("_chunks", "_deadline")

    def __init__(self, chunks: AsyncIterator[bytes], deadline: Deadline) -> None:
        self._chunks = chunks
        self._deadline = deadline

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        async with async_within(self._deadline):
            return await self._chunks.__anext__()


async def _one(chunk: bytes) -> AsyncIterator[bytes]:
    yield chunk


def _core_of(state: RetryState, head: ReplyHead) -> StreamCore:
    return StreamCore(
        head,
        state.spending,
        state.deadline,
        buffer_until_content=state.may_retry,
        on_content=state.succeeded,
    )
