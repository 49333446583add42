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
from functools import cache, partial
from queue import SimpleQueue
from threading import Thread
from typing import Final

from ..transport.homes import async_close_at, async_home, async_is_here
from ..transport.retries import Deadline, async_within

logger: Final = logging.getLogger("aimlapi_messages")


def next_within(deadline: Deadline, chunks: Iterator[bytes]) -> bytes | None:
    """The counterpart of `async_next_within`. Only connections of our own cut a wait short."""
    deadline.wait()  # which ends when the piece is read
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


def is_being_dropped() -> bool:
    """Whether a generator or coroutine is that has what asks, maybe by the garbage collector."""
    return isinstance(sys.exception(), GeneratorExit)


class Closer:
    """Closes streams of the synchronous client.

    later: closes on a thread of its own. Safe to call from a finalizer.
    """

    def __init__(self) -> None:
        self.later: Callable[[Callable[[], None]], None] = start_thread()

    def now(self, close: Callable[[], None]) -> None:
        if is_being_dropped():
            self.later(close)
        else:
            close()


class AsyncCloser:
    """Closes streams of the asynchronous client, on the event loop that made it.

    later: does so when that has time. Safe to call from a finalizer, on any thread.
    """

    def __init__(self) -> None:
        self._loop = async_home()
        self.later: Callable[[Callable[[], Awaitable[None]]], None] = partial(async_close_at, self._loop)

    async def now(self, close: Callable[[], Awaitable[None]]) -> None:
        if async_is_here(self._loop):
            await close()
        else:
            self.later(close)
