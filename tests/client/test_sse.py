"""Server-sent events, by the standard's own examples and against a slow, simple reading of it."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aimlapi_messages import EventTooLargeError
from aimlapi_messages._sse import ServerSentEvent, SSEDecoder


def decode(*chunks: bytes) -> list[ServerSentEvent]:
    decoder = SSEDecoder()
    return [event for chunk in chunks for event in decoder.feed(chunk)]


def simple(data: bytes) -> list[tuple[str, str, str, int | None]]:
    """The standard's text, line by line, on the whole stream at once."""
    text = data.decode("utf-8", "replace").removeprefix("\ufeff")
    lines = re.split(r"\r\n|\n|\r", text)[:-1]
    events: list[tuple[str, str, str, int | None]] = []
    kind, parts, last_id, retry = "", [], "", None
    for line in lines:
        name, _, value = line.partition(":")
        value = value[1:] if value.startswith(" ") else value
        if line == "":
            events += [(kind or "message", "\n".join(parts), last_id, retry)] if parts else []
            kind, parts = "", []
        elif name == "event":
            kind = value
        elif name == "data":
            parts.append(value)
        elif name == "id" and "\0" not in value:
            last_id = value
        elif name == "retry" and re.fullmatch("[0-9]{1,15}", value):
            retry = int(value)
    return events


def shown(events: list[ServerSentEvent]) -> list[tuple[str, str, str, int | None]]:
    return [(event.event, event.data, event.id, event.retry) for event in events]


def test_an_event_of_several_data_lines_is_joined_by_line_feeds() -> None:
    """The standard's stock example: three data lines make one event."""
    events = decode(b"data: YHOO\ndata: +2\ndata: 10\n\n")
    assert events == [ServerSentEvent("message", "YHOO\n+2\n10")]


def test_comments_ids_and_an_unfinished_last_event() -> None:
    """The standard's four-block example gives three events."""
    stream = b": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n"
    assert decode(stream) == [
        ServerSentEvent("message", "first event", id="1"),
        ServerSentEvent("message", "second event"),
        ServerSentEvent("message", " third event"),
    ]


def test_empty_data_makes_events_and_an_open_block_does_not() -> None:
    """The standard's example of empty data: two events, and a third block that is dropped."""
    assert decode(b"data\n\ndata\ndata\n\ndata:") == [
        ServerSentEvent("message", ""),
        ServerSentEvent("message", "\n"),
    ]


def test_one_space_after_the_colon_is_not_part_of_the_value() -> None:
    """The standard's example: with and without the space, the events are the same."""
    assert decode(b"data:test\n\ndata: test\n\n") == [ServerSentEvent("message", "test")] * 2


def test_names_ids_and_pauses_are_read() -> None:
    """An event carries its name, and the last id and pause that were sent."""
    stream = b"event: add\nid: 7\nretry: 1500\ndata: 1\n\ndata: 2\n\n"
    assert decode(stream) == [ServerSentEvent("add", "1", "7", 1500), ServerSentEvent("message", "2", "7", 1500)]


@pytest.mark.parametrize(
    "line", [b"id: a\0b", b"retry: soon", b"retry: " + b"9" * 5000, b"retry: -1", b"other: x", b":", b"retry"]
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
    assert decode(b"data: a\xffb\n\n") == [ServerSentEvent("message", "a\ufffdb")]


def test_a_character_cut_by_the_network_is_whole_again() -> None:
    """Bytes are joined before they are read as text."""
    data = "data: 😀\n\n".encode()
    assert decode(data[:8], data[8:]) == [ServerSentEvent("message", "😀")]


def test_an_event_is_given_out_at_its_blank_line_whatever_ends_it() -> None:
    """A CR that may be followed by a LF does not hold back an event."""
    decoder = SSEDecoder()
    assert decoder.feed(b"data: a\r\r") == [ServerSentEvent("message", "a")]
    assert decoder.feed(b"\n") == []
    assert decoder.feed(b"data: b\n\n") == [ServerSentEvent("message", "b")]


def test_flush_gives_the_event_that_no_blank_line_closed() -> None:
    """The standard drops it, so it only comes when it is asked for."""
    decoder = SSEDecoder()
    assert decoder.feed(b"event: x\ndata: 1\ndata: 2") == []
    assert decoder.flush() == ServerSentEvent("x", "1\n2")
    assert decoder.flush() is None


@pytest.mark.parametrize("piece", [b"x" * 40, b"data: " + b"x" * 30 + b"\n"])
def test_an_event_above_the_limit_is_refused(piece: bytes) -> None:
    """A server that never ends an event cannot fill the memory."""
    decoder = SSEDecoder(max_event_size=100)
    decoder.feed(piece)
    decoder.feed(piece)
    with pytest.raises(EventTooLargeError, match="more than 100 bytes"):
        decoder.feed(piece)


def test_the_limit_is_for_each_event_and_not_for_the_stream() -> None:
    """Many small events pass, however they are cut."""
    decoder = SSEDecoder(max_event_size=20)
    stream = b"data: 0123456789\n\n" * 50
    assert len([event for byte in stream for event in decoder.feed(bytes([byte]))]) == 50


LINES = st.sampled_from(
    [
        *(b"data: a", b"data:", b"data", b"data:  b", b"data: \xe2\x80\xa8", b"data: \xff", b"data: x:y"),
        *(b"event: e", b"event", b"id: 1", b"id", b"retry: 5", b": c", b"nonsense", b"\xef\xbb\xbfdata: m"),
        *(b"", b""),
    ]
)
STREAMS = st.lists(st.tuples(LINES, st.sampled_from([b"\n", b"\r\n", b"\r"])), max_size=30).map(
    lambda lines: b"".join(line + line_end for line, line_end in lines)
)


@given(STREAMS | st.binary(max_size=80), st.lists(st.integers(0, 200), max_size=12))
def test_any_cut_gives_the_events_of_the_simple_reading(stream: bytes, cuts: list[int]) -> None:
    """Wherever the network cuts the bytes, the events are those that the standard says."""
    places = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    chunks = [stream[a:b] for a, b in itertools.pairwise(places)]
    assert shown(decode(*chunks)) == simple(stream)
