"""Starts, stops, pings and unknown events: each in its place, and none in the way of the message."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from aimlapi_messages import Message, StreamDecodeError
from aimlapi_messages.streaming import core as core_module

from ..support.callers import AsyncCaller, Caller
from ..support.clock import Clock
from ..support.deadlines import LIMIT
from ..support.serving import final_message, serving
from ..support.streams import COST, SPENT, async_stream_of, helper_events, new_core, read, stream_of, types
from ..support.transports import KINDS
from ..support.wire import (
    MODEL,
    PING,
    STOP,
    TEXT_EVENTS,
    TOOL_EVENTS,
    Gateway,
    answer,
    block_start,
    block_stop,
    delta,
    end,
    sse,
    start,
    text_block,
)

NEVER_BEGAN = 9
UNKNOWN_DELTA = {"type": "content_block_delta", "index": NEVER_BEGAN, "delta": {"type": "future_delta", "x": 1}}


# --- starts and stops


@pytest.mark.parametrize("place", [1, 2, 4, 6, 8])
def test_a_start_that_comes_again_is_of_the_same_message(place: int) -> None:
    """Its counts are news, where it has any."""
    again = start(usage={"input_tokens": 11, "cache_read_input_tokens": 5})
    message = read(*TEXT_EVENTS[:place], again, *TEXT_EVENTS[place:])
    assert (message.text, message.stop_reason) == ("Hello", "end_turn")
    assert (message.usage.input_tokens, message.usage.cache_read_input_tokens) == (11, 5)


@pytest.mark.parametrize("times", [2, 3])
@pytest.mark.parametrize("place", [1, 4])
def test_a_block_whose_start_comes_again_at_once_is_one_block(place: int, times: int) -> None:
    """As if the event was sent twice: of a call, the second is not another one without arguments."""
    again = [TOOL_EVENTS[place], PING] * times
    assert read(*TOOL_EVENTS[:place], *again, *TOOL_EVENTS[place + 1 :]).content == read(*TOOL_EVENTS).content


@pytest.mark.parametrize("times", [2, 3])
def test_the_end_of_a_block_is_told_once(times: int) -> None:
    """For who runs a call at its end would run it again. `create(stream=True)` hands on what came."""
    events = sse(*TOOL_EVENTS[:8], *[block_stop(1)] * times, *TOOL_EVENTS[9:])
    helped = list(helper_events(new_core(), events))
    assert [event.index for event in helped if event.type == "content_block_stop"] == [0, 1]
    assert types(list(stream_of(new_core(), [events]))).count("content_block_stop") == 1 + times


@pytest.mark.parametrize("usage", [{}, None, {"input_tokens": None}, []])
def test_a_start_that_comes_again_without_counts_changes_none(usage: Any) -> None:
    """What is not said is not nought."""
    assert read(start(), start(usage=usage), *TEXT_EVENTS[1:]).usage.input_tokens == 7


@pytest.mark.parametrize("id", ["msg_02", "", None])
def test_a_start_of_another_message_is_an_error(id: Any) -> None:
    """Two answers are not put together."""
    with pytest.raises(StreamDecodeError, match="second message"):
        read(*TEXT_EVENTS[:4], start(id=id), *TEXT_EVENTS[4:])


@pytest.mark.anyio
@pytest.mark.parametrize("stray", [block_stop(NEVER_BEGAN), UNKNOWN_DELTA, block_start({"type": ""}, NEVER_BEGAN)])
@pytest.mark.parametrize("place", [1, 3, 6])
async def test_what_belongs_to_no_block_makes_none(caller: Caller, stray: dict[str, Any], place: int) -> None:
    """The message is as it would be without it, and can be sent back."""
    caller.meet(answer(sse(*TEXT_EVENTS[:place], stray, *TEXT_EVENTS[place:])))
    assert (await caller.final()).content == read(*TEXT_EVENTS).content
    texts: list[str] = []
    await caller.texts(texts)
    assert "".join(texts) == "Hello"


def test_a_block_without_a_type_is_what_its_deltas_say() -> None:
    """Nothing with an empty type is kept or sent back."""
    message = read(start(content=[{"type": ""}]), block_start({"type": ""}), delta(text="a"), block_stop(), end())
    assert message.to_dict()["content"] == [text_block("a")] == message.to_param()["content"]


def test_a_stop_of_no_block_is_no_event_of_messages_stream() -> None:
    """It has no block to tell of. `create(stream=True)` hands on what came."""
    events = sse(start(), block_stop(NEVER_BEGAN), UNKNOWN_DELTA, end(), STOP)
    helped = list(helper_events(new_core(), events))
    assert types(helped) == ["message_start", "content_block_delta", "message_delta", "message_stop"]
    assert "content_block_stop" in types(list(stream_of(new_core(), [events])))


# --- pings


@pytest.mark.anyio
@pytest.mark.parametrize("place", [0, 1, 2, 3, 5])
async def test_events_keep_their_order(caller: Caller, place: int) -> None:
    """Also before the first content, where they are held back."""
    events = [*TOOL_EVENTS[:place], PING, *TOOL_EVENTS[place:]]
    caller.meet(answer(sse(*events)))
    seen: list[Any] = []
    await caller.events(seen)
    assert [event.to_dict() for event in seen] == events


def test_the_first_event_is_the_start() -> None:
    """Behind which a server says that it is there."""
    body = sse(start(), PING, PING, block_start(text_block("")), PING, *TEXT_EVENTS[3:])
    with Gateway(answer(body)).client().messages.stream(model=MODEL, messages="Hi") as stream:
        first: Any = next(stream)
    assert first.message.id == "msg_01"


def test_pings_without_end_are_not_all_kept() -> None:
    """While there is no content."""
    core = new_core()
    core._buffer = []
    assert list(core.feed(sse(start(), *[PING] * 5000))) == []
    assert len(core._buffer) <= 1000


FINISHED = sse(*TEXT_EVENTS[:-1])


@pytest.mark.parametrize(
    "idle", [sse(PING), b": still here\n\n", sse({"type": "future"}), sse(PING, PING), b"\n\n", b": a"]
)
def test_a_finished_message_does_not_wait_behind_pings(idle: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five seconds, in which its cost could have come."""
    clock = Clock()
    monkeypatch.setattr(core_module, "monotonic", clock)
    sent: list[float] = []

    def chunks() -> Iterator[bytes]:
        yield FINISHED
        while len(sent) < 100:
            sent.append(clock.now)
            yield idle
            clock.now += 0.5

    message = stream_of(new_core(), chunks()).get_final_message()
    assert (message.text, message.stop_reason) == ("Hello", "end_turn")
    assert 10 <= len(sent) <= 14


def test_a_cost_behind_pings_still_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """And what says something of the message begins the five seconds anew, however late it is read."""
    clock = Clock()
    monkeypatch.setattr(core_module, "monotonic", clock)

    def chunks() -> Iterator[bytes]:
        for chunk in (FINISHED, sse(PING), sse(PING), sse(STOP), sse(PING), sse(COST)):
            yield chunk
            clock.now += 4

    assert stream_of(new_core(), chunks()).get_final_message().cost == SPENT


def test_a_message_that_has_not_said_why_it_stopped_waits() -> None:
    """Pings are what they are for."""
    stream = stream_of(new_core(), [sse(*TEXT_EVENTS[:4]), *[sse(PING)] * 50, sse(*TEXT_EVENTS[4:])])
    assert stream.get_final_text() == "Hello"


@pytest.mark.anyio
@pytest.mark.parametrize("pause", [0.01, 3600])
@pytest.mark.parametrize("last", [FINISHED, FINISHED + sse(STOP), sse(*TEXT_EVENTS[:-2], end("max_tokens"))])
async def test_an_async_message_does_not_wait_behind_pings_or_silence_either(
    last: bytes, pause: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a clock that goes."""
    monkeypatch.setattr(core_module, "_LONGEST_END", 0.05)

    async def chunks() -> AsyncIterator[bytes]:
        yield last
        while True:
            yield sse(PING)
            await asyncio.sleep(pause)

    async with asyncio.timeout(LIMIT):
        assert (await async_stream_of(new_core(), chunks()).get_final_message()).text == "Hello"


@pytest.mark.anyio
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("last", [b"", b"5;x", b"5\r\nda"])
async def test_a_message_does_not_wait_for_a_connection_that_stays_open(
    last: bytes, kind: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though nothing more is said there, or not all of it."""
    monkeypatch.setattr(core_module, "_LONGEST_END", 0.05)
    release, events = asyncio.Event(), sse(*TEXT_EVENTS)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
        writer.write(b"%x\r\n%s\r\n%s" % (len(events), events, last))
        await release.wait()

    async with serving(serve) as base_url:
        assert (await final_message(base_url, kind)).text == "Hello"
        release.set()


# --- unknown and helper events


@pytest.mark.anyio
@pytest.mark.parametrize("kind", ["text", "thinking", "input_json", "signature", "citation", "cost"])
async def test_an_event_of_the_wire_is_no_helper_event(caller: Caller, kind: str) -> None:
    """Those have members on which readers rely."""
    caller.meet(answer(sse(*TEXT_EVENTS[:4], {"type": kind, "x": 1}, *TEXT_EVENTS[4:])))
    manager: Any = caller.client.messages.stream(model=MODEL, messages="Hi")
    if isinstance(caller, AsyncCaller):
        async with manager as stream:
            events = [event async for event in stream]
    else:
        with manager as stream:
            events = list(stream)
    assert "".join(event.text for event in events if event.type == "text") == "Hello"
    seen: list[Any] = []
    await caller.events(seen)
    assert {"type": kind, "x": 1} in [event.to_dict() for event in seen]


def test_every_event_is_written_as_json() -> None:
    """Those of the wire as they came, helper events with what they say."""
    citation = {"type": "future_location", "cited_text": "c"}
    events = [
        *TOOL_EVENTS[:-2],
        PING,
        {"type": "future", "x": [1]},
        block_start({"type": "thinking", "thinking": "", "signature": ""}, 2),
        delta(2, thinking="Hm"),
        delta(2, signature="sig"),
        block_start({**text_block(""), "citations": []}, 3),
        delta(3, citation=citation),
        end("tool_use"),
        STOP,
        COST,
    ]
    made = list(helper_events(new_core(), sse(*events)))
    assert all(json.loads(event.to_json()) == event.to_dict() for event in made)
    helpers = ("text", "thinking", "input_json", "signature", "citation")
    written = [event.to_dict() for event in made if event.type in helpers]
    assert written == [
        {"type": "text", "index": 0, "text": "Let me look.", "snapshot": "Let me look."},
        {"type": "input_json", "index": 1, "partial_json": "", "snapshot": {}},
        {"type": "input_json", "index": 1, "partial_json": '{"city": "Par', "snapshot": {"city": "Par"}},
        {"type": "input_json", "index": 1, "partial_json": 'is"}', "snapshot": {"city": "Paris"}},
        {"type": "thinking", "index": 2, "thinking": "Hm", "snapshot": "Hm"},
        {"type": "signature", "index": 2, "signature": "sig"},
        {"type": "citation", "index": 3, "citation": citation, "snapshot": [citation]},
    ]
    assert [event.to_dict() for event in made if event.type not in helpers] == events


@pytest.mark.parametrize(
    ("block", "pieces", "content"),
    [
        ({"type": "compaction", "content": None}, ["So far: "], "So far: "),
        ({"type": "compaction", "content": ""}, ["So ", "far"], "So far"),
        ({"type": "compaction"}, ["a"], "a"),
        ({"type": "compaction", "content": None}, [None], None),
        (None, ["a", "b"], "ab"),
    ],
)
def test_a_compaction_reaches_the_message(block: Any, pieces: list[Any], content: Any) -> None:
    """Also one whose start was lost."""
    deltas = [
        {"type": "content_block_delta", "index": 0, "delta": {"type": "compaction_delta", "content": piece}}
        for piece in pieces
    ]
    begun = [block_start(block)] if block else []
    message: Message = read(start(), *begun, *deltas, block_stop(), end("compaction"), STOP)
    assert message.to_dict()["content"] == [{"type": "compaction", "content": content}]


def test_what_a_compaction_has_beside_its_text_is_not_put_together() -> None:
    """The last is the whole."""
    deltas = [{"type": "compaction_delta", "content": "a", "encrypted_content": piece} for piece in ("x", "y")]
    events = [{"type": "content_block_delta", "index": 0, "delta": delta} for delta in deltas]
    message = read(start(), block_start({"type": "compaction", "content": None}), *events, block_stop(), end(), STOP)
    assert message.to_dict()["content"] == [{"type": "compaction", "content": "aa", "encrypted_content": "y"}]
