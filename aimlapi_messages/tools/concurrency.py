"""Runs the calls of one answer at the same time: on threads for the synchronous client, else in tasks.

What both runners need of it has one name, in the asynchronous version with `async_` before it. Either way all calls
have ended, or are given up, before anything is raised, so that none goes on in the background; and what each came to
is told to `settle` first, so that nothing that was done is done again.
"""

from __future__ import annotations

import asyncio
import inspect
import time
from collections import deque
from collections.abc import Awaitable, Callable, Generator, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import ExitStack, contextmanager, suppress
from contextvars import copy_context
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from ..transport.retries import NO_WATCH
from .run import Abandoned, PlannedCall, TooLate, ToolOutcome

if TYPE_CHECKING:
    from ..streaming.calls import CallHook

# Returns what a call returned, or raises what it raised; TooLate for one that was given up.
Result: TypeAlias = Callable[[], Any]

# Takes the results of calls, in their order.
Settle: TypeAlias = Callable[[Iterable[tuple[PlannedCall, Result]]], None]

# A cancelled coroutine gets this long to end; so does a thread, which cannot be stopped, when its run is cancelled.
_GRACE: Final = 1.0

# The calls of one answer that are on threads at a time. One that was given up does not count.
_MOST_THREADS: Final = 32


def run_calls(calls: Sequence[PlannedCall], settle: Settle) -> None:
    """Run calls on threads, async functions in an event loop there; a single one without a limit in this thread."""
    if len(calls) == 1 and calls[0].timeout is None and not calls[0].is_async:
        settle([(calls[0], _settle(partial(_call, calls[0])))])
        return
    waiting, running = deque(calls), dict[PlannedCall, _Job]()
    ended: dict[PlannedCall, Result] = {}
    try:
        while waiting or running:
            while waiting and len(running) < _MOST_THREADS:
                running[waiting[0]] = _Job(partial(_call, waiting[0]))
                waiting.popleft()
            rests = [rest for one, job in running.items() if (rest := job.rest_of(_limit(one))) is not None]
            wait([job.future for job in running.values()], min(rests, default=None), FIRST_COMPLETED)
            for one, job in list(running.items()):
                if job.is_done:
                    ended[one] = job.result
                elif job.rest_of(_limit(one)) == 0:
                    ended[one] = partial(_raise, TooLate())
                else:
                    continue
                del running[one]
    except BaseException:  # an interrupt: the threads cannot be stopped, and are not waited for
        given_up = dict.fromkeys(running, partial(_raise, Abandoned()))
        with suppress(Exception):
            settle((given_up | ended).items())
        raise
    settle([(one, ended[one]) for one in calls])


async def async_run_calls(calls: Sequence[PlannedCall], settle: Settle) -> None:
    """Run calls in tasks, functions that are not async on threads.

    Cancelled, it waits until the tasks have ended, and a little for threads. A second time it does not wait.
    """
    slots = asyncio.Semaphore(_MOST_THREADS)
    tasks = [asyncio.create_task(_async_call(one, slots)) for one in calls]
    if not tasks:
        return
    try:
        await asyncio.wait(tasks)
    except asyncio.CancelledError:
        for task in tasks:
            task.cancel()
        try:
            await asyncio.wait(tasks)
        finally:
            pairs = zip(calls, tasks, strict=True)
            with suppress(Exception):  # the cancellation goes first
                settle([(one, task.result) for one, task in pairs if task.done() and not task.cancelled()])
        raise
    settle([(one, task.result) for one, task in zip(calls, tasks, strict=True)])


@contextmanager
def watched(
    hook: CallHook, calls: Iterable[PlannedCall], outcomes: Mapping[PlannedCall, ToolOutcome]
) -> Generator[None]:
    """Tell the client's hook of calls that run within, and of their outcomes, of which some may be missing."""
    from ..streaming.calls import ToolWatch  # noqa: PLC0415 (loaded when it is needed)

    with ExitStack() as ends:
        for one in calls:
            watch = one.watch = ToolWatch(hook, one.call)
            ends.push(partial(watch.settle, outcomes, one))
            watch.begin()
        yield


def ask(hook: Callable[..., Any], *args: Any) -> Any:
    """What a hook says."""
    return hook(*args)


async def async_ask(hook: Callable[..., Any], *args: Any) -> Any:
    """What a hook says, which may be a coroutine function."""
    decision = hook(*args)
    return await decision if inspect.isawaitable(decision) else decision


def _limit(one: PlannedCall) -> float | None:
    """The seconds after which a thread is given up; a coroutine on it is cancelled before."""
    return one.timeout and one.timeout + _GRACE if one.is_async else one.timeout


def _call(one: PlannedCall) -> Any:
    with one.watch or NO_WATCH:
        value = one.start()
        if not inspect.isawaitable(value):
            return value
        awaited = partial(asyncio.run, _within(one.timeout, value))
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return awaited()
        return _Job(awaited).future.result()()  # on another thread, because the event loop of this one is running


async def _async_call(one: PlannedCall, slots: asyncio.Semaphore) -> Any:
    with one.watch or NO_WATCH:
        if one.is_async:
            value = one.start()
        else:
            async with slots:
                value = await _call_on_thread(one)
        return await _within(one.timeout, value) if inspect.isawaitable(value) else value


async def _call_on_thread(one: PlannedCall) -> Any:
    """Call on a thread. Raises TooLate where it is given up, Abandoned if it still runs when this is cancelled."""
    job = _Job(one.start)
    ended = asyncio.wrap_future(job.future)
    try:
        await asyncio.wait([ended], timeout=one.timeout)
    except asyncio.CancelledError:
        rest = job.rest_of(one.timeout)
        await asyncio.wait([ended], timeout=_GRACE if rest is None else min(rest, _GRACE))
        if not job.is_done:
            raise Abandoned from None
        value = job.result()
        if inspect.isawaitable(value):
            asyncio.ensure_future(value).cancel()
            raise
        return value
    finally:
        ended.cancel()
    if not job.is_done:  # which waits for the thread itself, if its work has ended
        raise TooLate
    return job.result()


def _settle(function: Callable[[], Any]) -> Result:
    """Call a function, and keep what it returns or raises."""
    try:
        value = function()
    except BaseException as error:
        return partial(_raise, error)
    return lambda: value


async def _within(seconds: float | None, value: Awaitable[Any]) -> Any:
    """Await a value. Raises TooLate if it takes longer than that, also where it does not heed that it is cancelled."""
    if seconds is None:
        return await value
    task = asyncio.ensure_future(value)
    is_late = False
    try:
        done, _ = await asyncio.wait([task], timeout=seconds)
        if is_late := not done:
            task.cancel()
            await asyncio.wait([task], timeout=_GRACE)
    except asyncio.CancelledError:
        task.cancel()
        await asyncio.wait([task])
        if task.cancelled():
            raise
    if is_late and (task.cancelled() or not task.done()):
        task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())  # nobody else asks for it
        raise TooLate
    return task.result()


def _raise(error: BaseException) -> Any:
    raise error


class _Job:
    """A function that runs, with the context variables of whoever started it.

    The thread is a daemon: one that hangs for ever does not keep the program from ending.
    """

    def __init__(self, function: Callable[[], Any]) -> None:
        # Never an error: a future of an event loop, which waits for this one, cannot hold a StopIteration.
        self.future: Future[Result] = Future()
        self.began: float = time.monotonic()
        self._thread = Thread(target=copy_context().run, args=(self._work, function), daemon=True)
        try:
            self._thread.start()
        except RuntimeError as error:  # the system has no more of them
            self.future.set_result(partial(_raise, error))

    @property
    def is_done(self) -> bool:
        """Whether it has ended, and with it the thread."""
        if self.future.done() and self._thread.ident is not None:
            self._thread.join()
        return self.future.done()

    def rest_of(self, within: float | None) -> float | None:
        """What is left of so many seconds from the beginning on."""
        return None if within is None else max(0.0, self.began + within - time.monotonic())

    def result(self) -> Any:
        """What the function returned, or raised; it has ended."""
        return self.future.result()()

    def _work(self, function: Callable[[], Any]) -> None:
        self.future.set_running_or_notify_cancel()
        self.future.set_result(_settle(function))
