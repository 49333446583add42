"""Where connections belong: to an event loop, or, without asyncio, to a process; and what is done when that ends.

Nothing here or in a pool takes a lock: an exception that a signal handler raises may come between any two steps, a
process may fork there, and the handler itself may send. What two threads could do at once is one step of a built-in
container. What asyncio and threads do in different ways has one name, in the asynchronous version with `async_` before
it.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from contextvars import Context
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias
from weakref import finalize, ref

from ..core.errors import ConfigurationError, StreamError

if TYPE_CHECKING:
    from asyncio import Future, Task

logger: Final = logging.getLogger("aimlapi_messages")

# Seconds after which whoever waits for a place looks again: an interrupt may have swallowed the word of a free one.
LOOKS_AGAIN: Final = 0.25
ASYNC_LOOKS_AGAIN: Final = 5.0
# Seconds after which something is to be done that is not.
_NEVER: Final = 3e9

# The tasks that close what belongs to an event loop. The loop has only weak references to tasks.
_closing: set[Task[None]] = set()


# --- forks


class Inherited(Protocol):
    """What has connections, none of which a child may use that is forked from this process."""

    def forget(self) -> None: ...


_process: object = object()  # another in each process
_inherited: set[ref[Inherited]] = set()
_left: list[object] = []


def forget_in_children(owner: Inherited) -> None:
    """Let it forget its connections in each child that is forked."""
    _inherited.add(ref(owner, _inherited.discard))


def leave(things: object) -> None:
    """Let a child keep things of its parent as they are, for to finalize them would reach for the parent's loop."""
    _left.append(things)


def _forked() -> None:
    global _process
    _process = object()
    for known in list(_inherited):
        owner = known()
        if owner is not None:
            owner.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)


# --- homes


def home() -> object:
    """What the connections belong to that are made here: this process."""
    return _process


def async_home() -> object:
    """The same for asyncio: the event loop. Raises ConfigurationError where none is running."""
    import asyncio  # noqa: PLC0415 (the synchronous client does without it)

    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        raise ConfigurationError("AsyncAIMLAPI needs an event loop of asyncio, and none is running here.") from None


class Guard:
    """The counterpart of an async guard. Closes what is idle when it is dropped, and when the process ends.

    What daemon threads use by then ends with them; if it were closed, they would tell of errors.
    """

    def __init__(self, pool: Any) -> None:
        self._finalizer = finalize(self, _release, pool)  # saves a ResourceWarning

    def close(self) -> None:
        self._finalizer.detach()


def _release(pool: Any) -> None:
    if pool.closed:  # or left to the parent, or interrupted while it was closed
        pool.forget()
        return
    with suppress(ConfigurationError):  # it is closed just now
        pool.reap()
        for _ in range(len(pool.idle)):
            pool.drop_oldest()


def guard(pool: Any) -> Guard:
    """The counterpart of `async_guard`."""
    return Guard(pool)


AsyncGuard: TypeAlias = AsyncGenerator[None]


def async_guard(sender: Any) -> AsyncGuard:
    """What closes the connections of an event loop when it is dropped, or the loop ends.

    The end of `asyncio.run` closes all generators that began there. A bare `loop.close()` drops what the loop was to
    do later, and that is the only sign of it: then the files alone are closed. No root may hold the connections to
    that end, as they lead to the tasks that wait for them, and thereby to the client.
    """
    import asyncio  # noqa: PLC0415 (as above)

    made, hooks = _async_guard(sender), sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(finalizer=partial(_close_dropped, asyncio.get_running_loop()))
    try:
        with suppress(StopIteration):
            anext(made).send(None)
    finally:
        sys.set_asyncgen_hooks(*hooks)
    return made


def _close_dropped(loop: Any, made: AsyncGuard) -> None:
    """Close a guard in the next turn of its loop. As asyncio does it, but for the coroutine, which asyncio makes at
    once: Python warns of it if the loop is closed before that turn.
    """
    with suppress(RuntimeError):  # it is closed
        loop.call_soon_threadsafe(lambda: loop.create_task(made.aclose()))


class _Sign:
    """Is there until the event loop is closed."""

    def __call__(self) -> None: ...


async def _async_guard(sender: Any) -> AsyncGenerator[None]:
    import asyncio  # noqa: PLC0415 (as above)

    sign = _Sign()
    watch = ref(sign, lambda _: sender.forget())
    timer = ref(asyncio.get_running_loop().call_later(_NEVER, sign, context=Context()))
    del sign
    try:
        yield
    finally:
        await sender.close()
        del watch
        later = timer()
        if later is not None:
            later.cancel()
        await asyncio.sleep(0)  # transports close in the loop's next turn


def is_over(place: object) -> bool:
    """Whether nothing can be done any more with what belongs there."""
    return place is not _process


def async_is_over(place: Any) -> bool:
    """The same for asyncio: the event loop is closed."""
    return bool(place.is_closed())


def is_here(place: object) -> bool:
    """Whether this is the home of something."""
    return place is _process


def async_is_here(place: object) -> bool:
    """The same for asyncio. Where a coroutine is dropped, no event loop may be running."""
    import asyncio  # noqa: PLC0415 (as above)

    return place is asyncio._get_running_loop()


def check_home(place: object) -> None:
    """Raise StreamError unless this is the home of an answer."""
    if place is not _process:
        raise StreamError("The answer belongs to the process that this one was forked from. Ask for it again here.")


def async_check_home(place: object) -> None:
    """The same for asyncio."""
    if place is not async_home():
        raise StreamError("The answer belongs to another event loop, or another process. Read it there.")


def close_at(_place: object, _close: Callable[[], None]) -> None:
    """Do nothing: it belongs to the process that this one was forked from."""


def async_close_at(place: Any, close: Callable[[], Awaitable[None]]) -> None:
    """Close what belongs to another event loop there, if it still runs. May be called by a finalizer, on any thread."""
    with suppress(RuntimeError):  # it is closed, and the connections with it
        place.call_soon_threadsafe(_start, place, close)


def _start(place: Any, close: Callable[[], Awaitable[None]]) -> None:
    task = place.create_task(_close_quietly(close))
    _closing.add(task)
    task.add_done_callback(_closing.discard)


async def _close_quietly(close: Callable[[], Awaitable[None]]) -> None:
    try:
        await close()
    except Exception as error:
        logger.debug("Connections could not be closed: %s", type(error).__name__)


def forget_transport(transport: Any) -> None:
    """Close the file of a transport of asyncio whose event loop is closed, or was left behind by a fork.

    No method of it would do: each asks the loop, which is closed, or would take the file from the parent's selector.
    """
    while transport is not None:
        inner = getattr(getattr(transport, "_ssl_protocol", None), "_transport", None)
        with suppress(AttributeError):  # uvloop's, whose files end with the loop
            transport._closed = transport._closing = transport._conn_lost = True
        sock = getattr(transport, "_sock", None)
        if sock is not None:
            transport._sock = None
            sock.close()
        transport = inner


# --- places


def wait(waiting: deque[Any], is_full: Callable[[], bool], rest: float) -> None:
    """Wait until a place is free, or so many seconds, or until it is time to look again."""
    turn = threading.Lock()
    turn.acquire()
    waiting.append(turn)
    if is_full():  # not since it was appended
        turn.acquire(timeout=min(rest, LOOKS_AGAIN))
    with suppress(ValueError):
        waiting.remove(turn)


def wake(waiting: deque[Any]) -> None:
    """Say to the first who waits that a place is free."""
    with suppress(IndexError):
        waiting.popleft().release()


async def async_wait(waiting: deque[Any], _is_full: Callable[[], bool], rest: float) -> None:
    """The counterpart of `wait`."""
    import asyncio  # noqa: PLC0415 (as above)

    turn: Future[None] = asyncio.get_running_loop().create_future()
    waiting.append(turn)
    try:
        await asyncio.wait([turn], timeout=min(rest, ASYNC_LOOKS_AGAIN))
    except asyncio.CancelledError:
        if turn.done():
            async_wake(waiting)  # the next one shall have the place
        raise
    finally:
        turn.cancel()
        with suppress(ValueError):
            waiting.remove(turn)


def async_wake(waiting: deque[Any]) -> None:
    """The counterpart of `wake`."""
    while waiting:
        turn: Future[None] = waiting.popleft()
        if not turn.done():
            turn.set_result(None)
            return
