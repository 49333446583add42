"""Server-sent events: the standard's own examples, what it ignores, and the work."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from aimlapi_messages.streaming.sse import ServerSentEvent, SSEDecoder

from ..support.streams import COST, helper_events, new_core
from ..support.wire import STOP, block_start, block_stop, delta, end, sse, start, text_block, tool_block


def decode(*chunks: bytes) -> list[ServerSentEvent]:
    decoder = SSEDecoder()
    return [event for chunk in chunks for event in decoder.feed(chunk)]


# The examples of the WHATWG HTML standard, and what it says comes out of them.
EXAMPLES = [
    pytest.param(
        "data: This is the first message.\n\n"
        "data: This is the second message, it\ndata: has two lines.\n\n"
        "data: This is the third message.\n\n",
        [
            ServerSentEvent("message", "This is the first message."),
            ServerSentEvent("message", "This is the second message, it\nhas two lines."),
            ServerSentEvent("message", "This is the third message."),
        ],
        id="messages of one line and of two",
    ),
    pytest.param(
        "event: add\ndata: 73857293\n\nevent: remove\ndata: 2153\n\nevent: add\ndata: 113411\n\n",
        [ServerSentEvent("add", "73857293"), ServerSentEvent("remove", "2153"), ServerSentEvent("add", "113411")],
        id="named events",
    ),
    pytest.param(
        "data: YHOO\ndata: +2\ndata: 10\n\n",
        [ServerSentEvent("message", "YHOO\n+2\n10")],
        id="three lines of data",
    ),
    pytest.param(
        ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n",
        [
            ServerSentEvent("message", "first event"),
            ServerSentEvent("message", "second event"),
            ServerSentEvent("message", " third event"),
        ],
        id="a comment, an id, its end, and a space that stays",
    ),
    pytest.param(
        ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n",
        [ServerSentEvent("message", "first event"), ServerSentEvent("message", "second event")],
        id="the end of the stream does not end an event",
    ),
    pytest.param(
        "data\n\ndata\ndata\n\ndata:",
        [ServerSentEvent("message", ""), ServerSentEvent("message", "\n")],
        id="empty data, and a last block that is dropped",
    ),
    pytest.param(
        "data:test\n\ndata: test\n\n",
        [ServerSentEvent("message", "test"), ServerSentEvent("message", "test")],
        id="one space after the colon does not count",
    ),
]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize(("text", "expected"), EXAMPLES)
def test_the_examples_of_the_standard(text: str, expected: list[ServerSentEvent], line_end: str) -> None:
    """Every example of the standard gives the events that the standard names, whole and byte by byte."""
    stream = text.replace("\n", line_end).encode()
    assert decode(stream) == expected
    assert decode(*(stream[place : place + 1] for place in range(len(stream)))) == expected


def test_names_are_read() -> None:
    """Each event carries its own name; ids and pauses change nothing."""
    stream = b"event: add\nid: 7\nretry: 1500\ndata: 1\n\ndata: 2\n\n"
    assert decode(stream) == [ServerSentEvent("add", "1"), ServerSentEvent("message", "2")]


@pytest.mark.parametrize(
    "line", [b"id: a\0b", b"id: 7", b"retry: soon", b"retry: " + b"9" * 5000, b"other: x", b":", b"retry"]
)
def test_what_the_standard_ignores_changes_nothing(line: bytes) -> None:
    """Fields that are unknown or malformed leave the event as it would have been."""
    assert decode(line + b"\ndata: x\n\n") == [ServerSentEvent("message", "x")]


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
def test_every_line_end_ends_lines(line_end: bytes) -> None:
    """LF, CR LF and CR are the same, byte by byte too."""
    stream = line_end.join([b"event: a", b"data: 1", b"data: 2", b"", b""])
    expected = [ServerSentEvent("a", "1\n2")]
    assert decode(stream) == expected
    assert decode(*(stream[i : i + 1] for i in range(len(stream)))) == expected


@pytest.mark.parametrize("character", ["\u2028", "\u2029", "\u0085", "\x0b", "\x0c", "\x1c"])
def test_other_line_separators_are_part_of_the_data(character: str) -> None:
    """Python's idea of a line is wider than the standard's."""
    assert decode(f"data: a{character}b\n\n".encode()) == [ServerSentEvent("message", f"a{character}b")]


def test_a_byte_order_mark_is_dropped_once() -> None:
    """Only the first one of the stream is no data, even when it comes in pieces."""
    mark = b"\xef\xbb\xbf"
    events = decode(mark[:1], mark[1:] + b"data: a\n\n", b"data: " + mark + b"b\n\n")
    assert events == [ServerSentEvent("message", "a"), ServerSentEvent("message", "\ufeffb")]


def test_bytes_that_are_not_utf8_are_replaced() -> None:
    """A broken character costs itself and not the event."""
    assert decode(b"data: a\xffb\n\n") == [ServerSentEvent("message", "a\ufffdb", intact=False)]


def test_a_character_cut_by_the_network_is_whole_again() -> None:
    """Bytes are joined before they are read as text."""
    data = "data: 😀\n\n".encode()
    assert decode(data[:8], data[8:]) == [ServerSentEvent("message", "😀")]


def test_an_event_is_given_out_at_its_blank_line_whatever_ends_it() -> None:
    """A CR that may be followed by a LF does not hold back an event."""
    decoder = SSEDecoder()
    assert list(decoder.feed(b"data: a\r\r")) == [ServerSentEvent("message", "a")]
    assert list(decoder.feed(b"\n")) == []
    assert list(decoder.feed(b"data: b\n\n")) == [ServerSentEvent("message", "b")]


def test_flush_gives_the_event_that_no_blank_line_closed() -> None:
    """The standard drops it, so it only comes when it is asked for."""
    decoder = SSEDecoder()
    assert list(decoder.feed(b"event: x\ndata: 1\ndata: 2")) == []
    assert decoder.flush() == ServerSentEvent("x", "1\n2")
    assert decoder.flush() is None


# --- the work


def calls_of(work: Callable[[], object]) -> int:
    """How many functions, of Python or C, are called in the course of it."""
    count = 0

    def on_event(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(on_event)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("size", [64, 100_000_000], ids=["small pieces", "one piece"])
@pytest.mark.parametrize(
    ("block", "piece"),
    [(text_block(""), {"text": "ab "}), (tool_block(), {"partial_json": "ab "})],
    ids=["text", "a tool's input"],
)
def test_the_work_grows_with_the_length_of_a_message(block: dict[str, Any], piece: dict[str, str], size: int) -> None:
    """Ten times the deltas are ten times the calls, and not a hundred times."""

    def calls(deltas: int) -> int:
        stream = sse(start(), block_start(block), *[delta(**piece)] * deltas, block_stop(), end(), STOP, COST)
        chunks = [stream[place : place + size] for place in range(0, len(stream), size)]
        core = new_core()

        def read() -> None:
            for _ in helper_events(core, *chunks):
                pass

        count = calls_of(read)
        (read_back,) = core.snapshot().content
        assert "ab " * deltas in (getattr(read_back, "text", ""), getattr(read_back, "partial_json", ""))
        return count

    short = calls(300)
    assert short > 300
    assert 8 * short < calls(3_000) < 11 * short
