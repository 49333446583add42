"""Closes dropped streams and clients on a thread of its own.

A synchronous stream that is dropped half-read must release its connection, and a dropped client all of its own. A
finalizer cannot do it: the garbage collector may run anywhere, also while httpcore holds the lock of its connection
pool on the same thread, and closing takes that lock. So a finalizer only puts the closing into a queue: `put` of
`SimpleQueue` is safe to call there, at any point.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Final

logger: Final = logging.getLogger("aimlapi_messages")

_queue: SimpleQueue[Callable[[], None]] = SimpleQueue()
_starting = Lock()
_started = False


def start() -> Callable[[Callable[[], None]], None]:
    """Start the thread, once in a process; a finalizer could not, because that takes locks too.

    Returns the function that schedules a call on that thread; a finalizer may call it. In a child forked later it
    does nothing, so that the child never waits for a lock that its parent held.
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
    """Start anew in a forked child, which has none of its parent's threads."""
    global _started, _queue, _starting
    _queue, _starting, _started = SimpleQueue[Callable[[], None]](), Lock(), False


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
