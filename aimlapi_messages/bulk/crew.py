"""What is on its way at the same time: calls on threads for the synchronous client, else in tasks.

What both clients need of it has one name, in the asynchronous version with `Async` before it. What was started comes
into `ended`, with the value or the error, from where one alone takes it, so that one alone keeps the books.
"""

from __future__ import annotations

import asyncio
import queue
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from contextvars import copy_context
from threading import Thread
from typing import Any, Final, NamedTuple, cast

from ..transport.homes import check_home, home, is_here

# So many calls begin before answers are seen to. Each has some 60 objects that the collector of garbage counts, which
# looks at all that is in flight whenever 700 more were made than have gone.
_TOGETHER: Final = 8


class Ended(NamedTuple):
    """What was started as `what` has ended with a value, or an error."""

    what: Any
    value: Any = None
    error: BaseException | None = None


class Crew:
    """Calls on threads: daemons, for one that hangs does not keep the program from ending."""

    def __init__(self, before: Callable[[], object]) -> None:
        """before: done before a call begins, once at least for all that are started together."""
        self.ended: deque[Ended] = deque()
        self._before, self._queue, self._home = before, queue.SimpleQueue[Ended](), home()

    def start(self, what: Any, call: Callable[..., Any], *args: Any) -> None:
        """Call it, at once, with the context variables of whoever runs all this."""
        self._before()
        Thread(target=copy_context().run, args=(self._work, what, call, *args), daemon=True).start()

    def wait(self, seconds: float) -> None:
        """Wait until something has ended, for so long at most.

        Raises StreamError in a child that was forked meanwhile, which has none of the threads.
        """
        check_home(self._home)
        with suppress(queue.Empty):
            # A wait without an end could not be interrupted everywhere.
            self.ended.append(self._queue.get(timeout=min(seconds, 1.0)))

    def close(self) -> None:
        """A call that is on its way cannot be stopped, and nobody hears of it."""
        if not is_here(self._home):  # what has ended is for the parent to write
            self.ended.clear()
            return
        while not self._queue.empty():
            self.ended.append(self._queue.get())

    def _work(self, what: Any, call: Callable[..., Any], *args: Any) -> None:
        try:
            ended = Ended(what, call(*args))
        except BaseException as error:
            ended = Ended(what, error=error)
        self._queue.put(ended)


class AsyncCrew:
    """Calls in tasks, each of which waits for another one when its call has ended."""

    def __init__(self, before: Callable[[], object]) -> None:
        """before: as of `Crew`."""
        self.ended: deque[Ended] = deque()
        self._before, self._free = before, deque[tuple[asyncio.Task[None], asyncio.Future[tuple[Any, ...]]]]()
        self._started, self._is_closed = 0, False
        # What each task does, None for one that waits.
        self._tasks, self._woken = dict[asyncio.Task[None], Any](), asyncio.Event()
        self._alarm: asyncio.TimerHandle | None = None  # which may ring too early

    async def start(self, what: Any, call: Callable[..., Awaitable[Any]], *args: Any) -> None:
        """Call it, in a task."""
        task, free = self._free.popleft() if self._free else (None, None)
        if task is None or free is None or task.done():
            task = asyncio.create_task(self._work(what, call, args))
        else:
            free.set_result((what, call, args))
        self._tasks[task] = what
        self._started += 1
        if not self._started % _TOGETHER:
            await asyncio.sleep(0)

    async def wait(self, seconds: float) -> None:
        """Wait until something has ended, for so long at most."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        due = now + min(seconds, 1.0)  # a wait without an end could not be interrupted everywhere
        if self._alarm is None or not now < self._alarm.when() <= due:
            self._alarm = loop.call_at(due, self._woken.set)
        await self._woken.wait()
        self._woken.clear()
        if not self.ended:  # what a signal handler raised beside a call ended the task alone
            for task in [task for task in self._tasks if task.done()]:
                what, error = self._tasks.pop(task), None if task.cancelled() else task.exception()
                if error is not None and what is None:
                    raise error
                if error is not None:
                    self.ended.append(Ended(what, error=error))

    async def close(self) -> None:
        """Cancel what is on its way, and wait until it has ended."""
        if self._alarm is not None:
            self._alarm.cancel()
        self._is_closed = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _work(self, what: Any, call: Callable[..., Awaitable[Any]], args: tuple[Any, ...]) -> None:
        task, loop = cast("asyncio.Task[None]", asyncio.current_task()), asyncio.get_running_loop()
        while True:
            try:
                self._before()
                self.ended.append(Ended(what, await call(*args)))
            except Exception as error:  # else it is for whoever runs the loop
                self.ended.append(Ended(what, error=error))
            self._tasks[task] = None
            del what, call, args  # which would keep the answer
            self._woken.set()
            if self._is_closed:  # it was cancelled, and ended otherwise
                return
            free: asyncio.Future[tuple[Any, ...]] = loop.create_future()
            self._free.append((task, free))
            what, call, args = await free


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
