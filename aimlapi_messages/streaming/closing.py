"""How streams are closed, and wait within a deadline: all that differs between those of the two clients.

A stream that is dropped half-read must release its connection too. A finalizer cannot do it, so it leaves the closing
to a thread, or to a task of the event loop: the garbage collector may run anywhere, also while the same thread holds a
lock that closing takes, ours or that of httpcore's pool. `put` of `SimpleQueue` is safe to call there, at any point.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from functools import cache
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Final

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


@cache
def start_thread() -> Callable[[Callable[[], None]], None]:
    """Start the thread that closes, once in a process; a finalizer could not, because that takes locks.

    Returns the function that schedules a call on that thread; a finalizer may call it. In a child forked later it
    does nothing, so that the child never waits for a lock that its parent held.
    """
    queue: SimpleQueue[Callable[[], None]] = SimpleQueue()
    Thread(target=_run, args=(queue,), name="aimlapi-messages-reaper", daemon=True).start()
    return queue.put


def _run(queue: SimpleQueue[Callable[[], None]]) -> None:
    while True:
        close = queue.get()
        try:
            close()
        except Exception as error:
            logger.debug("A dropped stream could not be closed: %s", type(error).__name__)
        del close


if hasattr(os, "register_at_fork"):  # a forked child has none of its parent's threads
    os.register_at_fork(after_in_child=start_thread.cache_clear)


class Closer:
    """Closes streams of the synchronous client.

    later: closes on a thread of its own. Safe to call from a finalizer.
    """

    def __init__(self) -> None:
        self.later: Callable[[Callable[[], None]], None] = start_thread()

    def now(self, close: Callable[[], None]) -> None:
        if isinstance(sys.exception(), GeneratorExit):
            # A generator that has the stream is being dropped, maybe by the garbage collector.
            self.later(close)
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
