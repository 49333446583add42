"""Runs the calls of one answer at the same time: on threads for the synchronous client, else in tasks.

What both runners need of it has one name, in the asynchronous version with `async_` before it. Either way all calls
have ended, or are given up, before anything is raised, so that none goes on in the background.
"""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future, wait
from contextvars import copy_context
from functools import partial
from threading import Thread
from typing import Any, Final, TypeAlias

from .run import PlannedCall, TooLate

# Returns what a call returned, or raises what it raised; TooLate for one that was given up.
Result: TypeAlias = Callable[[], Any]

# A cancelled coroutine gets this long to end.
_GRACE: Final = 1.0


def run_calls(calls: Sequence[PlannedCall]) -> list[Result]:
    """Run calls on threads, async functions in an event loop there; a single one without a limit in this thread."""
    if len(calls) == 1 and calls[0].timeout is None and not calls[0].is_async:
        return [_settle(partial(_call, calls[0]))]
    jobs = [_Job(partial(_call, one)) for one in calls]
    limits = [one.timeout and one.timeout + _GRACE if one.is_async else one.timeout for one in calls]
    late = partial(_raise, TooLate())
    return [job.result if job.is_done(limit) else late for job, limit in zip(jobs, limits, strict=True)]


async def async_run_calls(calls: Sequence[PlannedCall]) -> list[Result]:
    """Run calls in tasks, functions that are not async on threads. Cancelled, it waits until the calls have ended."""
    tasks = [asyncio.create_task(_async_call(one)) for one in calls]
    if not tasks:
        return []
    try:
        await asyncio.wait(tasks)
    except asyncio.CancelledError:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        raise
    finally:
        for task in tasks:
            if task.done() and not task.cancelled():
                task.exception()  # retrieved, so that the event loop does not log it
    return [task.result for task in tasks]


def ask(hook: Callable[..., Any] | None, *args: Any) -> Any:
    """What a hook says; None if there is none."""
    return None if hook is None else hook(*args)


async def async_ask(hook: Callable[..., Any] | None, *args: Any) -> Any:
    """What a hook says, which may be a coroutine function."""
    decision = ask(hook, *args)
    return await decision if inspect.isawaitable(decision) else decision


def _call(one: PlannedCall) -> Any:
    value = one.start()
    if not inspect.isawaitable(value):
        return value
    # On another thread, because this one may have a running event loop.
    return _Job(lambda: asyncio.run(_within(one.timeout, value))).future.result()()


async def _async_call(one: PlannedCall) -> Any:
    value = one.start() if one.is_async else await _call_on_thread(one)
    return await _within(one.timeout, value) if inspect.isawaitable(value) else value


async def _call_on_thread(one: PlannedCall) -> Any:
    """Call on a thread. It cannot be stopped: if this is cancelled, wait for it all the same, up to the limit."""
    job = _Job(one.start)
    ended = asyncio.wrap_future(job.future)
    try:
        await asyncio.wait([ended], timeout=one.timeout)
        if not ended.done():
            raise TooLate
    except asyncio.CancelledError:
        await asyncio.wait([ended], timeout=job.rest_of(one.timeout))
        raise
    finally:
        ended.cancel()
        job.is_done(0)  # waits for the thread itself, if its work has ended
    return job.result()


def _settle(function: Callable[[], Any]) -> Result:
    """Call a function, and keep what it returns or raises."""
    try:
        value = function()
    except BaseException as error:
        return partial(_raise, error)
    return lambda: value


async def _within(seconds: float | None, value: Awaitable[Any]) -> Any:
    """Await a value. Raises TooLate if it takes longer than that."""
    scope = asyncio.timeout(seconds)
    try:
        async with scope:
            return await value
    except TimeoutError:
        if scope.expired():
            raise TooLate from None
        raise


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
        self._thread.start()

    def is_done(self, within: float | None) -> bool:
        """Wait for the end, at most so many seconds from the beginning on, and say whether it has come."""
        done = bool(wait([self.future], self.rest_of(within)).done)
        if done:
            self._thread.join()
        return done

    def rest_of(self, within: float | None) -> float | None:
        """What is left of so many seconds from the beginning on."""
        return None if within is None else max(0.0, self.began + within - time.monotonic())

    def result(self) -> Any:
        """What the function returned, or raised; it has ended."""
        return self.future.result()()

    def _work(self, function: Callable[[], Any]) -> None:
        self.future.set_running_or_notify_cancel()
        self.future.set_result(_settle(function))
