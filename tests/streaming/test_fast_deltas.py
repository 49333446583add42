"""The short way to read a delta gives what the long way gives, and leaves alone what is not quite such an event."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from aimlapi_messages import APIError
from aimlapi_messages.streaming.core import FastDeltas
from aimlapi_messages.streaming.events import EventDecoder, decode_event
from aimlapi_messages.streaming.sse import ServerSentEvent

from ..support.streams import helper_events, new_core, read_bytes, stream_of
from ..support.wire import STOP, block_start, block_stop, delta, end, sse, start, text_block, tool_block

USUAL = '{"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hi"}}'


class NeverShort(FastDeltas):
    def take(self, data: str, start: int) -> None:
        return None


def read_through(chunks: list[bytes], *, short: bool) -> list[Any]:
    """Each event, the error if there is one, and the message; without the short way unless `short`."""
    core = new_core()
    if not short:
        core._deltas = NeverShort(core.message)
    seen: list[Any] = []
    try:
        seen += helper_events(core, *chunks)
        seen.append(core.snapshot().to_dict())
    except APIError as error:
        seen += [(type(error), str(error)), core.snapshot().to_dict()]
    return seen


def begun(*events: bytes) -> bytes:
    """A stream whose content has begun, so that the short way is open, with two blocks."""
    first = sse(start(), block_start(text_block("")), delta(text="So. "), block_start(tool_block(), 1))
    return first + b"".join(events)


def events_of(pieces: list[tuple[str, str, str, str, str]]) -> bytes:
    """Deltas with white space where servers put it, or do not, and what stands between events."""
    made = bytearray()
    for kind, piece, space, pad, gap in pieces:
        member = {"text_delta": "text", "input_json_delta": "partial_json", "thinking_delta": "thinking"}[kind]
        index = 1 if kind == "input_json_delta" else 0
        text = json.dumps(piece, ensure_ascii=not pad)
        part = f'{{"type":{space}"{kind}","{member}":{space}{text}{pad}}}'
        data = f'{{"type":{space}"content_block_delta","index":{space}{index},"delta":{space}{part}{pad}}}{pad}'
        made += f"event: content_block_delta\ndata: {data}\n\n{gap}".encode("utf-8", "surrogatepass")
    return bytes(made)


pieces = st.lists(
    st.tuples(
        st.sampled_from(["text_delta", "text_delta", "input_json_delta", "thinking_delta"]),
        st.text(max_size=8),
        st.sampled_from(["", " "]),
        st.sampled_from(["", " ", "    \t"]),
        st.sampled_from(["", "", "\n", "\n\n", ": still here\n\n", "\r\n", "id: 7\n\n"]),
    ),
    max_size=12,
)


@given(pieces=pieces, size=st.integers(1, 400), whole=st.booleans())
def test_any_stream_cut_anywhere_gives_the_same_events(
    pieces: list[tuple[str, str, str, str, str]], size: int, whole: bool
) -> None:
    tail = sse(block_stop(0), block_stop(1), end(), STOP) if whole else b""
    stream = begun(events_of(pieces), tail)
    chunks = [stream[place : place + size] for place in range(0, len(stream), size)]

    assert read_through(chunks, short=True) == read_through(chunks, short=False)


@given(pieces=pieces, size=st.integers(1, 400))
def test_texts_are_the_texts_of_the_events(pieces: list[tuple[str, str, str, str, str]], size: int) -> None:
    stream = begun(events_of(pieces), sse(block_stop(0), block_stop(1), end(), STOP))
    chunks = [stream[place : place + size] for place in range(0, len(stream), size)]

    texts = list(stream_of(new_core(), chunks).text_stream)
    assert "".join(texts) == "So. " + "".join(piece for kind, piece, *_ in pieces if kind == "text_delta")
    assert texts == [event.text for event in helper_events(new_core(), stream) if event.type == "text"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(USUAL.replace('"index": 0', '"index": 7'), id="a block that never began"),
        pytest.param(USUAL.replace('"index": 0', '"index": -1'), id="a negative index"),
        pytest.param(USUAL.replace('"index": 0', '"index": 01'), id="an index that is no JSON"),
        pytest.param(USUAL.replace('"index": 0', '"index": 1e2'), id="an index with an exponent"),
        pytest.param(USUAL.replace('"index": 0', '"index": 99999999999999999999'), id="a huge index"),
        pytest.param(USUAL.replace('"text_delta"', '"thinking_delta"'), id="a kind with the member of another"),
        pytest.param(USUAL.replace('"Hi"', "null"), id="null for the piece"),
        pytest.param(USUAL.replace('"Hi"', '"Hi'), id="a string without an end"),
        pytest.param(USUAL.replace('"Hi"', '"H\\x"'), id="a wrong escape"),
        pytest.param(USUAL.replace('"Hi"', '"H\ti"'), id="a raw control character"),
        pytest.param(USUAL.replace('"Hi"', '"Hi", "more": 1'), id="a member after the piece"),
        pytest.param(USUAL.replace("}}", '}, "meta": {"usage": {"credits_used": 5}}}'), id="a price"),
        pytest.param(USUAL.replace("}}", '}, "type": "ping"}'), id="the type said twice"),
        pytest.param(USUAL.replace("}}", "}"), id="a bracket too few"),
        pytest.param(USUAL.replace("}}", "}}}"), id="a bracket too many"),
        pytest.param(USUAL.replace("text_delta", "new_delta"), id="a kind that is not known"),
        pytest.param(USUAL + "\ndata: 1", id="two lines of data"),
        pytest.param(USUAL + "\nid: 5", id="an id after the data"),
        pytest.param(USUAL + "\r", id="a carriage return"),
    ],
)
@pytest.mark.parametrize("name", ["event: content_block_delta\n", "event: ping\n", "event: error\n", "", ": x\n"])
def test_what_is_not_quite_such_an_event_is_read_in_full(name: str, text: str) -> None:
    stream = begun(sse(delta(text="a")), f"{name}data: {text}\n\n".encode(), sse(delta(text="b")))

    assert read_through([stream], short=True) == read_through([stream], short=False)


def test_bytes_that_are_no_text_are_the_same_signs_of_it() -> None:
    stream = begun(f"data: {USUAL}\n\n".encode().replace(b"Hi", b"H\xff\xe4\xb8i"))

    assert read_through([stream], short=True) == read_through([stream], short=False)
    assert any("H\ufffd\ufffdi" in str(event) for event in read_through([stream], short=True))


def test_the_usual_events_go_the_short_way() -> None:
    core = new_core()
    list(core.feed(begun(sse(delta(1, partial_json="{")))))
    deltas = FastDeltas(core.message)
    data = events_of([("text_delta", "Hi", "", "", ""), ("input_json_delta", '"a"', " ", "  ", "")]).decode()
    second = data.index("event", 1)

    assert deltas.take(data, 0) == (decode_event(delta(text="Hi")), second)
    assert deltas.take(data, second) == (decode_event(delta(1, partial_json='"a"')), len(data))
    assert deltas.take(data, 3) is None
    assert core.snapshot().text == "So. Hi"
    assert core.snapshot().tool_uses[0].partial_json == '{"a"'


@pytest.mark.parametrize("count", [2, 15, 16, 17, 32, 33])
def test_a_character_whose_halves_come_apart_is_whole_in_the_message(count: int) -> None:
    """Wherever among the pieces they stand."""
    for place in range(count - 1):
        pieces = ["a"] * count
        pieces[place : place + 2] = ["\ud83d", "\ude00"]
        stream = sse(start(), block_start(text_block("")), *(json.dumps(delta(text=piece)) for piece in pieces), end())
        assert read_bytes(stream).text == "".join(pieces).encode("utf-16", "surrogatepass").decode("utf-16")


def test_each_event_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where one after the other cannot be read, and the message is whole without them."""
    looked: list[ServerSentEvent] = []
    read = EventDecoder.read

    def counted(decoder: EventDecoder, event: ServerSentEvent, *rest: Any, **options: Any) -> Any:
        looked.append(event)
        return read(decoder, event, *rest, **options)

    monkeypatch.setattr(EventDecoder, "read", counted)
    chunk = begun(sse(end(), STOP), b"data: {\n\n" * 500)
    read_through([chunk], short=True)
    assert len(looked) == chunk.count(b"\n\n")
