"""Closes dropped streams and clients on a thread of its own.

A synchronous stream that is dropped half-read must release its connection, and a dropped client all of its own. A
finalizer cannot do it: the garbage collector may run anywhere, also while the same thread holds a lock that closing
takes, ours or that of httpcore's pool. So a finalizer only puts the closing into a queue: `put` of `SimpleQueue` is
safe to call there, at any point.
"""

from __future__ import annotations

import atexit
import logging
import os
import weakref
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from threading import Lock, Thread
from typing import TYPE_CHECKING, Final
from weakref import WeakSet

if TYPE_CHECKING:
    from httpcore import ConnectionInterface

    from .http import Connections

logger: Final = logging.getLogger("aimlapi_messages")

_queue: SimpleQueue[Callable[[], None]] = SimpleQueue()
_starting = Lock()
_started = False

_watched: WeakSet[Connections] = WeakSet()


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


def close_when_dropped(connections: Connections) -> None:
    """Have connections closed when nobody holds them any more, or at the end of the program."""
    _watched.add(connections)
    weakref.finalize(connections, start(), partial(_close, connections.all)).atexit = False


@atexit.register
def close_at_exit() -> None:
    """Avoids a ResourceWarning of clients that live as long as the program."""
    for connections in list(_watched):
        _close(connections.all)


def _close(connections: Iterable[ConnectionInterface]) -> None:
    for connection in list(connections):
        with suppress(Exception):
            connection.close()


def _run(queue: SimpleQueue[Callable[[], None]]) -> None:
    while True:
        close = queue.get()
        try:
            close()
        except Exception as error:
            logger.debug("What was dropped could not be closed: %s", type(error).__name__)
        del close


def _forget() -> None:
    """Start anew in a forked child: it has none of its parent's threads, and its parent's connections stay open."""
    global _started, _queue, _starting
    _queue, _starting, _started = SimpleQueue[Callable[[], None]](), Lock(), False
    _watched.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
