"""What is on its way at the same time: calls on threads for the synchronous client, else in tasks; and rows.

What both clients need of it has one name, in the asynchronous version with `Async` before it. What was started ends in
one place: `next()` gives it with the value or the error, one at a time, so that one alone keeps the books.
"""

from __future__ import annotations

import asyncio
import queue
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from threading import Thread
from typing import Any, NamedTuple, cast

from ..transport.homes import check_home, home, is_here


class Ended(NamedTuple):
    """What was started as `what` has ended with a value, or an error, which after the last row says that."""

    what: Any
    value: Any = None
    error: BaseException | None = None


class Crew:
    """Calls on threads: daemons, for one that hangs does not keep the program from ending."""

    def __init__(self) -> None:
        self._ended, self._home = queue.SimpleQueue[Ended](), home()

    def start(self, what: Any, call: Callable[..., Any], *args: Any) -> None:
        """Call it, at once."""
        Thread(target=self._work, args=(what, call, *args), daemon=True).start()

    def read(self, what: Any, rows: Iterator[Any]) -> None:
        """Read a row, here and now."""
        self._ended.put(_read(what, rows))

    def next(self, seconds: float) -> Ended | None:
        """The next that has ended; None when none does in this time.

        Raises StreamError in a child that was forked meanwhile, which has none of the threads.
        """
        if seconds:
            check_home(self._home)
        with suppress(queue.Empty):
            # A wait without an end could not be interrupted everywhere.
            return self._ended.get(timeout=min(seconds, 1.0)) if seconds else self._ended.get_nowait()
        return None

    def close(self) -> None:
        """A call that is on its way cannot be stopped, and nobody hears of it."""
        if not is_here(self._home):  # what has ended is for the parent to write
            self._ended = queue.SimpleQueue[Ended]()

    def _work(self, what: Any, call: Callable[..., Any], *args: Any) -> None:
        try:
            ended = Ended(what, call(*args))
        except BaseException as error:
            ended = Ended(what, error=error)
        self._ended.put(ended)


class AsyncCrew:
    """Calls in tasks."""

    def __init__(self) -> None:
        self._tasks = dict[asyncio.Task[None] | None, Any]()
        self._ended = asyncio.Queue[Ended]()
        self._count = 0

    def start(self, what: Any, call: Callable[..., Awaitable[Any]], *args: Any) -> None:
        """Call it, in a task."""
        task = asyncio.create_task(self._work(what, call, *args))
        self._tasks[task] = what

    def read(self, what: Any, rows: Iterator[Any] | AsyncIterator[Any]) -> None:
        """Read a row: at once, or in a task where it has to be awaited."""
        if isinstance(rows, AsyncIterator):
            self.start(what, rows.__anext__)
        else:
            self._ended.put_nowait(_read(what, rows))

    async def next(self, seconds: float) -> Ended | None:
        """The next that has ended; None when none does in this time."""
        self._count += 1
        if not self._count % 64:  # rows that need no call are read without a wait
            await asyncio.sleep(0)
        with suppress(asyncio.QueueEmpty):
            return self._ended.get_nowait()
        if seconds:
            with suppress(TimeoutError):
                async with asyncio.timeout(min(seconds, 1.0)):
                    return await self._ended.get()
        with suppress(asyncio.QueueEmpty):  # whose word an interrupt swallowed
            return self._ended.get_nowait()
        for task, what in self._tasks.items():  # what a signal handler raised beside a call ended the task alone
            if task is not None and task.done():
                del self._tasks[task]
                error = None if task.cancelled() else task.exception()
                return None if error is None else Ended(what, error=error)
        return None

    async def close(self) -> None:
        """Cancel what is on its way, and wait until it has ended."""
        tasks = [task for task in self._tasks if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _work(self, what: Any, call: Callable[..., Awaitable[Any]], *args: Any) -> None:
        try:
            ended = Ended(what, await call(*args))
        except Exception as error:  # else it is for whoever runs the loop
            ended = Ended(what, error=error)
        self._ended.put_nowait(ended)
        self._tasks.pop(asyncio.current_task(), None)


def each(rows: Any) -> Iterator[Any]:
    """The rows, one after the other."""
    return cast("Iterator[Any]", rows)


async def async_each(rows: Iterator[Any] | AsyncIterator[Any]) -> AsyncIterator[Any]:
    """The rows, one after the other, whether they have to be awaited or not."""
    if isinstance(rows, AsyncIterator):
        async for row in rows:
            yield row
    else:
        for row in rows:
            yield row


def _read(what: Any, rows: Iterator[Any]) -> Ended:
    try:
        return Ended(what, next(rows))
    except Exception as error:  # an interrupt is for whoever runs all this
        return Ended(what, error=error)
