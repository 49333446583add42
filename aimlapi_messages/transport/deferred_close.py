"""Closes what nobody holds any more, on a thread of its own.

A synchronous stream that is dropped half-read must give its connection back, and a dropped client all of its own. They
cannot do so where they are dropped: the garbage collector may run anywhere, also while httpcore holds the lock of its
connection pool on the same thread, and closing takes that lock. So what is dropped only puts its closing into a queue
made for this use: `put` of `SimpleQueue` is safe to call from a finalizer, at any point.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Final

__all__ = ["start"]

logger: Final = logging.getLogger("aimlapi_messages")

_queue: SimpleQueue[Callable[[], None]] = SimpleQueue()
_starting = Lock()
_started = False


def start() -> Callable[[Callable[[], None]], None]:
    """Start the thread, once in a process; a finalizer could not do it, for that takes locks too.

    Gives the function that has something called soon, on that thread; a finalizer may call it. In a child forked
    later it does nothing, so that the child never waits for a lock that was held in its parent.
    """
    global _started
    with _starting:
        if not _started:
            Thread(target=_run, args=(_queue,), name="aimlapi-messages-reaper", daemon=True).start()
            _started = True
        return _queue.put


def _run(queue: SimpleQueue[Callable[[], None]]) -> None:
    while True:
        close = queue.get()
        try:
            close()
        except Exception as error:
            logger.debug("What was dropped could not be closed: %s", type(error).__name__)
        del close


def _forget() -> None:
    """A forked child has none of its parent's threads, and leaves what it inherited to its parent's queue."""
    global _started, _queue, _starting
    _queue, _starting, _started = SimpleQueue[Callable[[], None]](), Lock(), False


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
