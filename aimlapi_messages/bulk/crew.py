"""What is on its way at the same time: calls on threads for the synchronous client, else in tasks; and rows.

What both clients need of it has one name, in the asynchronous version with `Async` before it. What was started ends in
one place: `next()` gives it with the value or the error, one at a time, so that one alone keeps the books.
"""

from __future__ import annotations

import asyncio
import queue
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from contextvars import copy_context
from threading import Thread
from typing import Any, NamedTuple


class Ended(NamedTuple):
    """What was started as `what` has ended with a value, or an error. The end of the rows is StopIteration."""

    what: Any
    value: Any = None
    error: BaseException | None = None


class Crew:
    """Calls on threads, each of which makes one after the other."""

    def __init__(self) -> None:
        self._waiting = queue.SimpleQueue[tuple[Any, Callable[..., Any], tuple[Any, ...]] | None]()
        self._ended = queue.SimpleQueue[Ended]()
        self._busy = self._threads = 0

    def start(self, what: Any, call: Callable[..., Any], *args: Any) -> None:
        """Call it, at once."""
        self._busy += 1
        if self._busy > self._threads:
            self._threads += 1
            # A daemon: one that hangs for ever does not keep the program from ending.
            Thread(target=copy_context().run, args=(self._work,), daemon=True).start()
        self._waiting.put((what, call, args))

    def read(self, what: Any, rows: Iterator[Any]) -> None:
        """Read a row, here and now."""
        self._busy += 1
        self._ended.put(_read(what, rows))

    def next(self, seconds: float | None) -> Ended | None:
        """The next that has ended; None when none does in this time."""
        try:
            ended = self._ended.get(timeout=seconds)
        except queue.Empty:
            return None
        self._busy -= 1
        return ended

    def rest(self) -> Iterator[Ended]:
        """What has ended and was not asked for."""
        while not self._ended.empty():
            yield self._ended.get()

    def close(self) -> None:
        """Call nothing more. A call that is on its way cannot be stopped, and nobody hears of it."""
        for _ in range(self._threads):
            self._waiting.put(None)

    def _work(self) -> None:
        while (job := self._waiting.get()) is not None:
            what, call, args = job
            try:
                self._ended.put(Ended(what, call(*args)))
            except BaseException as error:
                self._ended.put(Ended(what, error=error))
            del job, what, call, args


class AsyncCrew:
    """Calls in tasks."""

    def __init__(self) -> None:
        self._tasks = set[asyncio.Task[None]]()
        self._ended = asyncio.Queue[Ended]()

    def start(self, what: Any, call: Callable[..., Awaitable[Any]], *args: Any) -> None:
        """Call it, in a task."""
        task = asyncio.create_task(self._work(what, call, args))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def read(self, what: Any, rows: Iterator[Any] | AsyncIterator[Any]) -> None:
        """Read a row: at once, or in a task where it has to be awaited."""
        if isinstance(rows, AsyncIterable):
            self.start(what, rows.__anext__)
        else:
            self._ended.put_nowait(_read(what, rows))

    async def next(self, seconds: float | None) -> Ended | None:
        """The next that has ended; None when none does in this time."""
        with suppress(asyncio.QueueEmpty):
            return self._ended.get_nowait()
        if seconds is None:
            return await self._ended.get()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                return await self._ended.get()
        return None

    def rest(self) -> Iterator[Ended]:
        """What has ended and was not asked for."""
        while not self._ended.empty():
            yield self._ended.get_nowait()

    async def close(self) -> None:
        """Cancel what is on its way, and wait until it has ended."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _work(self, what: Any, call: Callable[..., Awaitable[Any]], args: tuple[Any, ...]) -> None:
        try:
            ended = Ended(what, await call(*args))
        except asyncio.CancelledError:
            raise
        except BaseException as error:
            ended = Ended(what, error=error)
        self._ended.put_nowait(ended)


def _read(what: Any, rows: Iterator[Any]) -> Ended:
    try:
        return Ended(what, next(rows))
    except Exception as error:  # an interrupt is for whoever runs all this
        return Ended(what, error=error)
