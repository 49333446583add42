"""Closes dropped streams on a thread of its own.

A synchronous stream that is dropped half-read must release its connection. A finalizer cannot do it: the garbage
collector may run anywhere, also while the same thread holds a lock that closing takes, ours or that of httpcore's
pool. So a finalizer only puts the closing into a queue: `put` of `SimpleQueue` is safe to call there, at any point.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from functools import cache
from queue import SimpleQueue
from threading import Thread
from typing import Final

logger: Final = logging.getLogger("aimlapi_messages")


@cache
def start() -> Callable[[Callable[[], None]], None]:
    """Start the thread, once in a process; a finalizer could not, because that takes locks.

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
            logger.debug("What was dropped could not be closed: %s", type(error).__name__)
        del close


if hasattr(os, "register_at_fork"):  # a forked child has none of its parent's threads
    os.register_at_fork(after_in_child=start.cache_clear)
