"""The thread that closes what was dropped."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from threading import Event

import pytest

from aimlapi_messages.streaming import closing

from ..support.streams import COST, Reply, new_core, stream_of
from ..support.wire import TEXT_EVENTS, sse


class Told(Reply):
    """A reply that says when it is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.told = Event()

    def close(self) -> None:
        super().close()
        self.told.set()


def test_a_generator_that_is_dropped_leaves_its_stream_to_the_thread() -> None:
    """It may be the garbage collector that drops it."""
    reply = Told()

    def texts() -> Iterator[str]:
        with stream_of(new_core(), [sse(*TEXT_EVENTS)], reply) as stream:
            yield from stream.text_stream

    generator = texts()
    assert next(generator) == "Hel"
    generator.close()
    assert reply.told.wait(30)
    assert reply.closed == 1


def test_what_cannot_be_closed_is_only_logged(caplog: pytest.LogCaptureFixture) -> None:
    """And the thread goes on."""

    def broken() -> None:
        raise OSError("the connection is gone")

    closed = Event()
    with caplog.at_level(logging.DEBUG, logger="aimlapi_messages"):
        closing.start_thread()(broken)
        closing.start_thread()(closed.set)
        assert closed.wait(30)
    assert "A dropped stream could not be closed: OSError" in caplog.text


def test_a_forked_child_starts_a_thread_of_its_own() -> None:
    """With a queue of its own, for nobody reads its parent's there."""
    parents = closing.start_thread()
    closing.start_thread.cache_clear()  # as after a fork
    own = closing.start_thread()
    closed = Event()
    own(closed.set)
    assert closed.wait(30)
    assert own != parents


def test_a_stream_counts_its_cost_once() -> None:
    """However often it is closed."""
    core = new_core()
    list(core.feed(sse(*TEXT_EVENTS, COST)))
    list(core.finish())
    core.record_cost()
    core.record_cost()
    assert str(core._state.spending.total) == "0.000788"
