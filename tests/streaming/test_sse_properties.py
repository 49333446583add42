"""The decoder of server-sent events on any bytes in any pieces: against the standard, read slowly, and httpx-sse."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any, TypeAlias

import httpx
import pytest
from httpx_sse import EventSource
from hypothesis import given, settings, strategies as st

from aimlapi_messages.streaming.sse import SSEDecoder

from ..support.wire import EVENT_STREAM, Chunks

Event: TypeAlias = tuple[str, str]  # name, data

MARK = b"\xef\xbb\xbf"

thorough = settings(max_examples=400, derandomize=True)


# --- the decoder and its two judges


def decode(*chunks: bytes) -> list[Event]:
    decoder = SSEDecoder()
    return [shown(event) for chunk in chunks for event in decoder.feed(chunk)]


def shown(event: Any) -> Event:
    return event.event, event.data


def by_the_standard(stream: bytes) -> list[Event]:
    """The WHATWG HTML standard, "Parsing" and "Interpreting an event stream", sentence by sentence.

    The liberty of this client: it leaves out ids and pauses, which it has no use for.
    """
    # "Streams must be decoded using the UTF-8 decode algorithm", which strips one leading byte order mark.
    text = (stream[3:] if stream[:3] == MARK else stream).decode("utf-8", "replace")
    events: list[Event] = []
    data_buffer, event_type_buffer = "", ""
    line, position = "", 0
    while position < len(text):
        character = text[position]
        position += 1
        if character not in "\r\n":
            line += character
            continue
        if character == "\r" and text[position : position + 1] == "\n":
            position += 1
        # "If the line is empty (a blank line): dispatch the event."
        if line == "":
            if data_buffer != "":
                if data_buffer[-1] == "\n":
                    data_buffer = data_buffer[:-1]
                event_type = event_type_buffer if event_type_buffer != "" else "message"
                events.append((event_type, data_buffer))
            data_buffer, event_type_buffer = "", ""
            continue
        # "If the line starts with a U+003A COLON character (:): ignore the line."
        if line[0] != ":":
            if ":" in line:
                field = line[: line.index(":")]
                value = line[line.index(":") + 1 :]
                if value != "" and value[0] == " ":
                    value = value[1:]
            else:
                field, value = line, ""
            if field == "event":
                event_type_buffer = value
            elif field == "data":
                data_buffer += value + "\n"
        line = ""
    # "Once the end of the file is reached, any pending data must be discarded."
    return events


def by_httpx_sse(chunks: Sequence[bytes]) -> list[Event]:
    response = httpx.Response(200, headers=EVENT_STREAM, stream=Chunks(chunks))
    return [shown(event) for event in EventSource(response).iter_sse()]


# --- streams, and ways to cut them

ODD = [
    *(character.encode() for character in "a:  0é😀\u2028\u2029\u0085\x0b\x0c\x1c\0\ufeff\ufffd"),
    *(b"\xff", b"\xc0\x80", b"\xe2\x80", b"\xf0\x9f\x98", b"\xed\xa0\x80", b"\xef\xbb"),
    *(b"data", b"data:", b"x" * 3000),
]
TEXTS = st.lists(st.sampled_from(ODD), max_size=6).map(b"".join)
NUMBERS = st.from_regex(rb"[0-9]{1,15}", fullmatch=True)
NO_NUMBERS = st.sampled_from([b"", b"soon", b"1.5", b"5s", b"0x10", b"\xff", b"-", b"1e3"])
ODD_NUMBERS = st.sampled_from(
    [b"-1", b"+1", b" 5", b"5 ", b"1_0", "٣".encode(), b"9" * 16, b"0" * 15 + b"5", b"9" * 5000]
)
NAMES = st.sampled_from(
    [b"data", b"event", b"id", b"retry", b"Data", b"data ", b" data", b"nothing", b"", MARK + b"data"]
)
COLONS = st.sampled_from([b":", b": ", b":  "])
LINE_ENDS = st.sampled_from([b"\n", b"\r\n", b"\r"])


def field(names: st.SearchStrategy[bytes], values: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    return st.tuples(names, COLONS, values).map(b"".join) | names


def name(text: bytes) -> st.SearchStrategy[bytes]:
    return st.just(text)


def ended(lines: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    return st.tuples(lines, LINE_ENDS).map(b"".join)


BLANK = name(b"")
LINES = (
    BLANK
    | field(NAMES, TEXTS)
    | field(name(b"data"), TEXTS)
    | field(name(b"retry"), NUMBERS | NO_NUMBERS | ODD_NUMBERS)
)
STREAMS = st.tuples(st.sampled_from([b"", MARK, MARK * 2, MARK[:2]]), st.lists(ended(LINES), max_size=12), LINES).map(
    lambda parts: parts[0] + b"".join(parts[1]) + parts[2]
)
ANY_BYTES = st.binary(max_size=80) | st.lists(st.sampled_from([*b"\r\n:  dataeventid\0\xef\xbb\xbf"])).map(bytes)
CUTS = st.lists(st.integers(0, 10_000), max_size=12)


def cut(stream: bytes, cuts: Sequence[int]) -> list[bytes]:
    """The stream in pieces, some of them maybe empty."""
    places = [0, *sorted(place % (len(stream) + 1) for place in cuts), len(stream)]
    return [stream[a:b] for a, b in itertools.pairwise(places)]


def in_bytes(stream: bytes) -> list[bytes]:
    return [stream[place : place + 1] for place in range(len(stream))]


# --- the standard


@thorough
@given(STREAMS | ANY_BYTES, CUTS)
def test_the_events_are_those_of_the_standard_wherever_the_bytes_are_cut(stream: bytes, cuts: list[int]) -> None:
    """Whole, in pieces and byte by byte: the same events, and no others."""
    expected = by_the_standard(stream)
    assert decode(stream) == expected
    assert decode(*cut(stream, cuts)) == expected
    assert decode(*in_bytes(stream)) == expected


@thorough
@given(STREAMS | ANY_BYTES, CUTS)
def test_flush_gives_what_a_blank_line_would_have_given(stream: bytes, cuts: list[int]) -> None:
    """The event that the end of the bytes left open, exactly as if it had been closed."""
    decoder = SSEDecoder()
    events = [shown(event) for chunk in cut(stream, cuts) for event in decoder.feed(chunk)]
    last = decoder.flush()
    assert events + [shown(event) for event in [last] if event] == by_the_standard(stream + b"\n\n")


# --- httpx-sse, where it says the same as the standard. It differs in these ways and no others:
#
#   1. It keeps a byte order mark, so that the first line is a field of another name.
#   2. A blank line that closes no data gives an event with empty data, if a name or a pause came since the last
#      event or an id ever did.


@pytest.mark.parametrize(
    ("stream", "ours", "theirs"),
    [
        pytest.param(MARK + b"data: a\n\n", ["message a"], [], id="byte order mark"),
        pytest.param(b"event: e\n\n", [], ["e "], id="a name without data"),
        pytest.param(b"id: 1\n\n\n", [], ["message ", "message "], id="blank lines after an id"),
    ],
)
def test_where_httpx_sse_leaves_the_standard(stream: bytes, ours: list[str], theirs: list[str]) -> None:
    """Each known difference, which the next tests leave out; here the decoder keeps to the standard."""

    assert [" ".join(event) for event in decode(stream)] == ours
    assert [" ".join(event) for event in by_httpx_sse([stream])] == theirs


COMMON = (
    field(st.sampled_from([b"event", b"id", b"Data", b"data ", b" data", b"nothing", MARK + b"data"]), TEXTS)
    | st.tuples(name(b":"), TEXTS).map(b"".join)
    | st.tuples(st.sampled_from([b"retry:", b"retry: "]), NUMBERS | NO_NUMBERS).map(b"".join)
)
DATA = field(name(b"data"), TEXTS)
FULL_DATA = st.tuples(name(b"data:x"), TEXTS).map(b"".join)


def blocks(data: st.SearchStrategy[bytes], *, least: int) -> st.SearchStrategy[bytes]:
    """Streams whose blocks have at least so many lines of data, among others."""
    lines = st.tuples(st.lists(ended(COMMON), max_size=3), st.lists(ended(data), min_size=least, max_size=3))
    block = lines.map(lambda parts: parts[0] + parts[1]).flatmap(st.permutations).map(b"".join)
    closed = st.tuples(block, LINE_ENDS).map(b"".join)
    return st.tuples(st.lists(closed, max_size=4).map(b"".join), block).map(b"".join).filter(no_mark)


def no_mark(stream: bytes) -> bool:
    return not stream.startswith(MARK)


@thorough
@given(blocks(DATA, least=1), CUTS)
def test_httpx_sse_agrees_where_every_block_has_data(stream: bytes, cuts: list[int]) -> None:
    """Without the differences, and cut the same way."""
    chunks = cut(stream, cuts)
    assert decode(*chunks) == by_httpx_sse(chunks)


@thorough
@given(blocks(FULL_DATA, least=0), CUTS)
def test_httpx_sse_agrees_where_no_data_is_empty(stream: bytes, cuts: list[int]) -> None:
    """Blocks may be without data here, so that an empty event of httpx-sse is known to be difference 2."""
    chunks = cut(stream, cuts)
    assert decode(*chunks) == [event for event in by_httpx_sse(chunks) if event[1]]
