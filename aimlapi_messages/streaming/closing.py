"""How streams are closed, and wait within a deadline: all that differs between those of the two clients.

A stream that is dropped half-read must release its connection too. A finalizer cannot wait for that, so it leaves the
closing to a thread, or to a task of the event loop.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from ..transport import deferred_close
from ..transport.retries import Deadline, async_within

if TYPE_CHECKING:
    from asyncio import Task

logger: Final = logging.getLogger("aimlapi_messages")

# The tasks that close dropped streams. The event loop has only weak references to tasks.
_closing: set[Task[None]] = set()


def next_within(_deadline: Deadline, chunks: Iterator[bytes]) -> bytes | None:
    """The counterpart of `async_next_within`. Only the timeouts of the connection cut a wait short."""
    return next(chunks, None)


async def async_next_within(deadline: Deadline, chunks: AsyncIterator[bytes]) -> bytes | None:
    """The next bytes of a stream, None at its end. Raises APITimeoutError when the deadline passes."""
    async with async_within(deadline):
        return await anext(chunks, None)


class Closer:
    """Closes streams of the synchronous client."""

    def __init__(self) -> None:
        self._later = deferred_close.start()

    def later(self, close: Callable[[], None]) -> None:
        """Close on a thread of its own. Safe to call from a finalizer."""
        self._later(close)

    def now(self, close: Callable[[], None]) -> None:
        if isinstance(sys.exception(), GeneratorExit):
            # A generator that has the stream is being dropped, maybe by the garbage collector.
            self._later(close)
        else:
            close()


class AsyncCloser:
    """Closes streams of the asynchronous client, on the event loop that made it."""

    def __init__(self) -> None:
        import asyncio  # noqa: PLC0415 (the synchronous client does without it)

        self._loop = asyncio.get_running_loop()

    def later(self, close: Callable[[], Awaitable[None]]) -> None:
        """Close on the event loop. Safe to call from a finalizer, on any thread."""
        with suppress(RuntimeError):  # the loop is closed, and the connection gone with it
            self._loop.call_soon_threadsafe(self._start, close)

    async def now(self, close: Callable[[], Awaitable[None]]) -> None:
        await close()

    def _start(self, close: Callable[[], Awaitable[None]]) -> None:
        task = self._loop.create_task(_close_quietly(close))
        _closing.add(task)
        task.add_done_callback(_closing.discard)


async def _close_quietly(close: Callable[[], Awaitable[None]]) -> None:
    try:
        await close()
    except Exception as error:
        logger.debug("A dropped stream could not be closed: %s", type(error).__name__)
