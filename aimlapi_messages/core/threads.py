"""A function on a thread of its own, for a tool that runs beside others or must be given up after a while."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from contextvars import copy_context
from threading import Thread
from typing import Generic, TypeVar

_T = TypeVar("_T")


class Job(Generic[_T]):
    """A function that runs, with the context variables of whoever started it.

    The thread is a daemon: one that hangs for ever does not keep the program from ending.
    """

    def __init__(self, function: Callable[[], _T]) -> None:
        self.future: Future[_T] = Future()
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

    def result(self) -> _T:
        """What the function returned, or raised; it has ended."""
        return self.future.result()

    def _work(self, function: Callable[[], _T]) -> None:
        self.future.set_running_or_notify_cancel()
        try:
            value = function()
        except BaseException as error:
            self.future.set_exception(error)
        else:
            self.future.set_result(value)
