"""Everything that can cut a stream short or spoil it, and the typed error that it becomes."""

from __future__ import annotations

import itertools
from typing import Any

import httpx
import pytest
from hypothesis import given, strategies as st

from aimlapi_messages import (
    APIError,
    APITimeoutError,
    InternalServerError,
    OverloadedError,
    RateLimitError,
    StreamDecodeError,
    StreamIncompleteError,
)
from aimlapi_messages.streaming.core import StreamCore

from ..support.callers import Caller, in_process
from ..support.loopback import BREAKS
from ..support.streams import COST, SPENT, new_core, read, read_bytes
from ..support.wire import (
    KEY,
    STOP,
    TEXT_EVENTS,
    TOOL_EVENTS,
    Chunks,
    Gateway,
    answer,
    sse,
    start,
)

# --- streams cut short


@pytest.mark.parametrize("events", [TEXT_EVENTS, TOOL_EVENTS], ids=["text", "tool"])
@pytest.mark.parametrize("kept", range(len(TOOL_EVENTS)))
def test_a_stream_cut_between_two_events_is_incomplete_until_it_has_said_why_it_stops(
    events: list[dict[str, Any]], kept: int
) -> None:
    """Before the reason a cut is an error; after it, only the formal end is missing."""
    core = new_core()
    list(core.feed(sse(*events[:kept])))
    complete = kept >= len(events) - 1
    assert ended_whole(core) is complete


def ended_whole(core: StreamCore) -> bool:
    try:
        list(core.finish())
    except StreamIncompleteError:
        return False
    return True


@given(st.integers(0, len(sse(*TOOL_EVENTS))))
def test_a_stream_cut_anywhere_is_whole_or_incomplete(cut: int) -> None:
    """A cut within an event never shows as a broken event."""
    core = new_core()
    list(core.feed(sse(*TOOL_EVENTS)[:cut]))
    assert ended_whole(core) is (cut >= len(sse(*TOOL_EVENTS[:-1])) - 2)


@given(st.lists(st.integers(0, len(sse(*TOOL_EVENTS))), max_size=8))
def test_the_network_s_cuts_change_nothing(cuts: list[int]) -> None:
    """The message does not depend on how the bytes arrive."""
    stream = sse(*TOOL_EVENTS, COST)
    places = [0, *sorted(cuts), len(stream)]
    assert read_bytes(*(stream[a:b] for a, b in itertools.pairwise(places))) == read(*TOOL_EVENTS, COST)


@pytest.mark.anyio
@pytest.mark.parametrize("kept", [0, 1, 4])
async def test_every_way_of_reading_tells_of_a_cut(caller: Caller, kept: int) -> None:
    """Events, text and the final message end in the same error, which holds what had come."""
    partial = ["", "", "", "", "Hel"][kept]
    caller.meet(answer(sse(*TEXT_EVENTS[:kept])))
    events: list[Any] = []
    with pytest.raises(StreamIncompleteError, match="ended before the message did") as from_events:
        await caller.events(events)
    seen: list[str] = []
    with pytest.raises(StreamIncompleteError):
        await caller.texts(seen)
    with pytest.raises(StreamIncompleteError) as from_final:
        await caller.final()
    assert (len(events), "".join(seen)) == (kept, partial)
    assert [getattr(caught.value.partial, "text", "") for caught in (from_events, from_final)] == [partial] * 2
    assert from_final.value.request_id == "req-1"
    assert from_final.value.url == caller.url


def test_an_error_is_raised_again_whenever_the_stream_is_asked() -> None:
    """A stream that failed does not look like one that ended."""
    stream = Gateway(answer(sse(*TEXT_EVENTS[:4]))).client().messages.create(model="m", messages="Hi", stream=True)
    with pytest.raises(StreamIncompleteError) as first:
        list(stream)
    with pytest.raises(StreamIncompleteError) as second:
        stream.get_final_text()
    assert first.value is second.value


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (httpx.ReadError("reset"), StreamIncompleteError),
        (httpx.RemoteProtocolError("peer closed"), StreamIncompleteError),
        pytest.param(httpx.ReadTimeout("slow"), APITimeoutError, marks=in_process),
    ],
)
async def test_a_connection_that_breaks_within_a_stream_is_typed(
    caller: Caller, error: httpx.RequestError, expected: type[APIError]
) -> None:
    """httpx's errors do not leak, and what had come is kept."""
    pieces = Chunks([sse(*TEXT_EVENTS[:4])], error)
    caller.meet(answer(pieces))
    with pytest.raises(expected) as caught:
        await caller.final()
    assert caught.value.__cause__ is error or (caller.real and isinstance(caught.value.__cause__, BREAKS))
    assert caught.value.partial is not None
    assert caught.value.partial.text == "Hel"
    assert caught.value.request_id == "req-1"
    await caller.closed(pieces)


@pytest.mark.anyio
@pytest.mark.parametrize("rest", [b"", b"event: message_st", b'data: {"type": "mess', b"data: nonsense\n\n"])
async def test_what_breaks_after_the_answer_is_whole_does_not_spoil_it(caller: Caller, rest: bytes) -> None:
    """A proxy that swallows the formal end has not swallowed the answer."""
    caller.meet(answer(Chunks([sse(*TEXT_EVENTS[:-1]) + rest], httpx.RemoteProtocolError("peer closed"))))
    assert (await caller.final()).text == "Hello"


def test_a_last_event_without_its_blank_line_is_read() -> None:
    """The cost is often the last line of all, and a server may forget to close it."""
    assert read_bytes(sse(*TEXT_EVENTS, COST).rstrip(b"\n")).cost == SPENT
    assert read_bytes(sse(*TEXT_EVENTS).rstrip(b"\n")).text == "Hello"


# --- errors inside a stream


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("payload", "expected", "status"),
    [
        ({"type": "error", "error": {"type": "overloaded_error", "message": "busy"}}, OverloadedError, 529),
        ({"type": "error", "error": {"type": "rate_limit_error", "message": "busy"}}, RateLimitError, 429),
        ({"type": "error", "error": {}}, InternalServerError, 500),
        ({"type": "error"}, InternalServerError, 500),
        ({"error": {"type": "overloaded_error", "message": "busy"}}, InternalServerError, 529),
        ({"error": "busy", "choices": []}, InternalServerError, 500),
        ({"statusCode": 503, "message": "busy"}, InternalServerError, 503),
        ({"status": 429, "title": "busy"}, RateLimitError, 429),
    ],
)
async def test_an_error_event_is_raised_as_the_error_it_is(
    caller: Caller, payload: dict[str, Any], expected: type[APIError], status: int
) -> None:
    """Class and status come from the event, in any envelope, and what had come is kept."""
    caller.meet(answer(sse(*TEXT_EVENTS[:4], payload, named=False)))
    events: list[Any] = []
    with pytest.raises(expected) as caught:
        await caller.events(events)
    assert len(events) == 4
    assert caught.value.status_code == status
    assert caught.value.partial is not None
    assert caught.value.partial.text == "Hel"


def test_an_error_s_name_is_enough() -> None:
    """An event called error is one, whatever its data says."""
    core = new_core()
    with pytest.raises(InternalServerError, match="sorry"):
        list(core.feed(b'event: error\ndata: {"message": "sorry"}\n\n'))


def test_an_error_event_is_raised_even_after_the_answer() -> None:
    """What a server says outright is not swallowed."""
    with pytest.raises(OverloadedError):
        read(*TEXT_EVENTS, {"type": "error", "error": {"type": "overloaded_error", "message": "x"}})


@pytest.mark.parametrize(
    "payload",
    [
        "nonsense",
        "[1]",
        '"x"',
        '{"a": NaN}',
        "[" * 100_000,
        {"type": "content_block_delta", "index": 0},
        {"type": "content_block_delta", "index": 0, "delta": "x"},
        {"type": "content_block_delta", "delta": {"type": "text_delta", "text": "x"}},
        {"type": "content_block_delta", "index": None, "delta": {"type": "text_delta", "text": "x"}},
        {"type": "content_block_delta", "index": [0], "delta": {"type": "text_delta", "text": "x"}},
        {"type": "content_block_start", "index": 0, "content_block": None},
        {"type": "content_block_start", "index": "0", "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_stop"},
        {"type": "message_delta", "delta": []},
        {"type": "message_start"},
        start(id="msg_02"),
    ],
    ids=str,
)
def test_an_event_that_makes_no_sense_is_a_typed_error(payload: dict[str, Any] | str) -> None:
    """No bare ValueError, KeyError or TypeError comes out of a stream."""
    with pytest.raises(StreamDecodeError, match="partial"):
        read(*TEXT_EVENTS[:4], payload)


@pytest.mark.parametrize("payload", [TEXT_EVENTS[1], TEXT_EVENTS[3], TEXT_EVENTS[5], TEXT_EVENTS[6], STOP])
def test_an_event_before_the_message_is_a_typed_error(payload: dict[str, Any]) -> None:
    """A stream that lost its beginning is told from one that lost its end."""
    with pytest.raises(StreamDecodeError, match=r"begins with \w+_\w+ and no message"):
        read(payload)


def test_a_broken_event_that_repeats_the_key_does_not_spread_it() -> None:
    """The key is taken out of what the error shows."""
    client = Gateway(answer(f"data: {KEY}\n\n".encode())).client()
    with pytest.raises(StreamDecodeError, match=r"not JSON: '\*\*\*'"):
        client.messages.create(model="m", messages="Hi", stream=True).until_done()
