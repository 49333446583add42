"""Pieces that come to a block of another kind, texts that come with the start, and members that come with the end."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aimlapi_messages import StreamDecodeError

from ..support.callers import Caller
from ..support.streams import helper_events, input_of, new_core, read, read_bytes
from ..support.wire import (
    PING,
    STOP,
    TEXT_EVENTS,
    answer,
    block_start,
    block_stop,
    delta,
    end,
    sse,
    start,
    text_block,
    tool_block,
)

THINKING = {"type": "thinking", "thinking": "", "signature": ""}
RESULT = {"type": "web_search_tool_result", "tool_use_id": "s", "content": []}
CITATION = {"type": "future_location", "cited_text": "c"}


def typed(kind: str, **members: Any) -> dict[str, Any]:
    return {"type": "content_block_delta", "index": 0, "delta": {"type": kind, **members}}


# --- pieces of another kind of block


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("block", "pieces", "content"),
    [
        (
            THINKING,
            [delta(thinking="Hm"), delta(signature="s"), delta(text="a"), delta(text="b")],
            [{"type": "thinking", "thinking": "Hm", "signature": "s"}, text_block("ab")],
        ),
        (RESULT, [delta(text="a")], [RESULT, text_block("a")]),
        (
            {"type": "redacted_thinking", "data": "x"},
            [delta(text="a")],
            [{"type": "redacted_thinking", "data": "x"}, text_block("a")],
        ),
        (
            text_block(""),
            [delta(text="a"), delta(thinking="Hm"), delta(text="b")],
            [text_block("ab"), {"type": "thinking", "thinking": "Hm", "signature": ""}],
        ),
        (text_block("a"), [delta(signature="s"), typed("compaction_delta", content="c")], [text_block("a")]),
        (THINKING, [delta(citation=CITATION), delta(text=""), delta(partial_json="")], [THINKING]),
        (RESULT, [delta(text=None), delta(thinking=None)], [RESULT]),
    ],
)
async def test_a_piece_of_another_kind_changes_no_block(
    caller: Caller, block: dict[str, Any], pieces: list[Any], content: list[Any]
) -> None:
    """What it says is a block of its own, as all that is read as text is in the message."""
    caller.meet(answer(sse(start(), block_start(block), *pieces, block_stop(), end(), STOP)))
    message = await caller.final()
    assert message.to_dict()["content"] == content
    texts: list[str] = []
    await caller.texts(texts)
    assert "".join(texts) == message.text


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([delta(text="\n"), delta(partial_json='{"a": 1}')], (None, '{"a": 1}')),
        ([delta(partial_json='{"a": '), delta(text="\n"), delta(partial_json="1}")], (None, '{"a": 1}')),
        ([delta(partial_json='{"a": 1}'), delta(thinking="Hm")], (None, '{"a": 1}')),
        ([delta(partial_json='{"a": 1}'), delta(signature="s")], (None, '{"a": 1}')),
        ([delta(partial_json='{"a": 1}'), delta(citation=CITATION)], (None, '{"a": 1}')),
    ],
)
def test_a_call_in_which_something_else_came_is_incomplete(events: list[Any], expected: Any) -> None:
    """A piece may have been lost instead. The text is kept, and what follows is still the call's."""
    message = read(start(), block_start(tool_block()), *events, block_stop(), end("tool_use"), STOP)
    assert [input_of(call) for call in message.tool_uses] == [expected]
    assert message.text == "".join(event["delta"].get("text", "") for event in events)


def test_an_input_that_comes_to_a_text_is_a_call_that_nobody_can_run() -> None:
    """Whose it was is not known."""
    message = read(start(), block_start(text_block("a")), delta(partial_json='{"a": 1}'), block_stop(), end(), STOP)
    assert [(call.id, input_of(call)) for call in message.tool_uses] == [("", (None, '{"a": 1}'))]
    assert message.to_param()["content"] == [text_block("a")]


def test_an_index_that_begins_again_takes_its_own_pieces() -> None:
    """Not those that the block before it had no place for."""
    events = [block_start(THINKING), delta(text="a"), block_start(text_block("")), delta(text="b")]
    helped = list(helper_events(new_core(), sse(start(), *events, end(), STOP)))
    assert [(event.text, event.snapshot) for event in helped if event.type == "text"] == [("a", "a"), ("b", "b")]


@pytest.mark.parametrize("given", [{}, {"type": None}, {"type": 5}, {"type": ""}], ids=str)
@pytest.mark.parametrize(
    ("members", "piece", "block"),
    [
        ({}, delta(text="a"), text_block("a")),
        ({"text": "b"}, delta(text="a"), text_block("ba")),
        ({}, delta(thinking="a"), {"type": "thinking", "thinking": "a", "signature": ""}),
        ({"id": "t", "name": "f"}, delta(partial_json='{"a": 1}'), tool_block(id="t", name="f", input={"a": 1})),
        ({"id": "t", "name": "f", "input": None}, delta(partial_json="{}"), tool_block(id="t", name="f")),
    ],
)
def test_a_block_that_starts_without_a_type_is_what_its_deltas_say(
    given: dict[str, Any], members: dict[str, Any], piece: dict[str, Any], block: dict[str, Any]
) -> None:
    """With what its start told: a call has its id and its name."""
    message = read(start(), block_start({**given, **members}), piece, block_stop(), end(), STOP)
    assert message.to_dict()["content"] == [block]


@pytest.mark.parametrize(
    "given", [{}, {"type": None}, {"type": 5}, {"type": ""}, {"id": "", "name": ""}, {"input": {}}], ids=str
)
def test_a_call_of_which_the_start_told_nothing_is_incomplete(given: dict[str, Any]) -> None:
    """As one that has no start: nobody knows what was called."""
    message = read(start(), block_start(given), delta(partial_json='{"a": 1}'), block_stop(), end("tool_use"), STOP)
    assert [(call.id, input_of(call)) for call in message.tool_uses] == [("", (None, '{"a": 1}'))]
    assert message.to_param()["content"] == []


# --- texts that come with the start


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("events", "texts"),
    [
        ([block_start(text_block("Hi"))], ["Hi"]),
        ([block_start(text_block("Hi")), block_stop()], ["Hi"]),
        ([block_start(text_block("He")), delta(text="llo"), block_stop()], ["He", "llo"]),
        ([PING, block_start(text_block("a")), PING, block_start(text_block("b"), 1)], ["a", "b"]),
        ([block_start(text_block("")), block_start(text_block("a"), 1), delta(text="b")], ["a", "b"]),
        ([block_start(text_block("a")), delta(text=None), delta(text="b")], ["a", "b"]),
        ([block_start({"text": "a"}), delta(text="b"), delta(text="c")], ["ab", "c"]),
        ([block_start({"type": "", "text": "a"}), delta(text=""), delta(text="b")], ["ab"]),
        ([block_start({**THINKING, "thinking": "Hm"}), block_start(text_block("a"), 1)], ["a"]),
        ([block_start(THINKING), block_start({**text_block("a"), "type": "future"}, 1)], []),
    ],
)
async def test_a_text_that_comes_with_the_start_is_read_as_text(
    caller: Caller, events: list[Any], texts: list[str]
) -> None:
    """As it is in the message, so that nobody who reads the pieces lacks it."""
    caller.meet(answer(sse(start(), *events, end(), STOP)))
    seen: list[str] = []
    await caller.texts(seen)
    assert seen == texts
    helped = list(helper_events(new_core(), sse(start(), *events, end(), STOP)))
    assert [event.text for event in helped if event.type == "text"] == texts


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("begun", "events", "texts"),
    [
        ([text_block("Hi")], [], ["Hi"]),
        ([text_block("He")], [delta(text="llo"), block_stop()], ["He", "llo"]),
        ([text_block("He")], [start(content=[text_block("He")]), delta(text="llo")], ["He", "llo"]),
        ([text_block("")], [start(content=[text_block("He")]), delta(text="llo")], ["llo"]),
        ([{**THINKING, "thinking": "Hm"}, text_block("a")], [block_start(text_block("b"), 2)], ["a", "b"]),
        ([{"type": ""}, tool_block(), {**text_block("a"), "type": "future"}], [], []),
    ],
)
async def test_a_text_that_comes_with_the_message_is_read_as_text(
    caller: Caller, begun: list[Any], events: list[Any], texts: list[str]
) -> None:
    """Once, though the start came twice."""
    body = sse(start(content=begun), *events, end(), STOP)
    caller.meet(answer(body))
    seen: list[str] = []
    await caller.texts(seen)
    assert "".join(seen) == "".join(texts) == (await caller.final()).text
    assert [event.text for event in helper_events(new_core(), body) if event.type == "text"] == texts


def test_a_character_that_is_cut_behind_the_start_comes_whole() -> None:
    """Its first half waits."""
    events = [block_start(text_block("a\ud83d")), delta(text="\ude00b")]
    core = new_core()
    helped = list(helper_events(core, sse(start(), *map(json.dumps, events), end())))
    assert [event.text for event in helped if event.type == "text"] == ["a", "😀b"]
    assert core.snapshot().text == "a😀b"


def test_thinking_that_comes_with_the_start_is_an_event() -> None:
    """With its snapshot."""
    events = [block_start({**THINKING, "thinking": "Hm"}), delta(thinking="m."), block_stop()]
    helped = [event for event in helper_events(new_core(), sse(start(), *events, end())) if event.type == "thinking"]
    assert [(event.thinking, event.snapshot) for event in helped] == [("Hm", "Hm"), ("m.", "Hmm.")]


# --- what comes with the end


@pytest.mark.parametrize(
    ("beside", "within", "expected"),
    [
        ({"context_management": {"applied_edits": [1]}}, {}, {"context_management": {"applied_edits": [1]}}),
        ({"input_transformations": [{"a": 1}]}, {}, {"input_transformations": [{"a": 1}]}),
        ({}, {"container": {"id": "c", "expires_at": "x"}}, {"container": {"id": "c", "expires_at": "x"}}),
        ({"future": 1}, {"future": 2}, {"future": 2}),
        ({"future": None}, {}, {"future": None}),
        ({"role": "user", "id": "x", "content": [], "index": 3}, {"model": "x"}, {}),
    ],
)
def test_what_the_end_says_is_the_message_s(
    beside: dict[str, Any], within: dict[str, Any], expected: dict[str, Any]
) -> None:
    """Within its delta or beside it. What other events say stays."""
    last = end()
    message = read(*TEXT_EVENTS[:-2], {**last, **beside, "delta": {**last["delta"], **within}}, STOP)
    assert message.to_dict() == {**read(*TEXT_EVENTS).to_dict(), **expected}


def test_an_answer_that_another_model_went_on_with_names_it() -> None:
    """As one that is not streamed."""
    fallback = {"type": "fallback", "from": {"model": "a"}, "to": {"model": "b"}}
    message = read(start(), block_start(fallback), block_stop(), block_start(text_block("x"), 1), end(), STOP)
    assert (message.model, message.to_dict()["content"][0]) == ("b", fallback)
    for other in (None, {}, {"model": None}, {"model": ""}, {"model": 5}, {"model": ["b"]}, "b"):
        assert read(start(), block_start({**fallback, "to": other}), end()).model == start()["message"]["model"]


@pytest.mark.parametrize("reason", ["", None, False, 0, 5, [], {}, ["end_turn"], {"type": "end_turn"}])
def test_a_reason_that_is_none_does_not_end_the_message(reason: Any) -> None:
    """Some say nothing in every event but the last."""
    core = new_core()
    list(core.feed(sse(*TEXT_EVENTS[:4], end(reason))))
    assert not core.message.complete
    assert read(*TEXT_EVENTS[:4], end(reason), *TEXT_EVENTS[4:]).stop_reason == "end_turn"


# --- events of no type, and without data


@pytest.mark.parametrize("kind", ["", None])
def test_an_event_of_an_empty_type_is_what_its_line_says(kind: Any) -> None:
    """Else an unknown one, and not the cost."""
    lines = b"".join(sse(event).split(b"data:")[0] + sse({**event, "type": kind}, named=False) for event in TEXT_EVENTS)
    assert read_bytes(lines) == read(*TEXT_EVENTS)
    (event,) = list(new_core().feed(sse({"type": kind, "x": 1}, named=False)))
    assert (event.type, event.to_dict()["x"]) == ("message", 1)


@pytest.mark.anyio
@pytest.mark.parametrize("data", [b"data:", b"data", b"data: ", b"data:\t"])
@pytest.mark.parametrize("kind", [b"content_block_delta", b"content_block_start", b"message_delta"])
async def test_an_event_whose_data_is_lost_is_an_error(caller: Caller, kind: bytes, data: bytes) -> None:
    """It said something, and nobody knows what."""
    caller.meet(answer(sse(*TEXT_EVENTS[:4]) + b"event: " + kind + b"\n" + data + b"\n\n" + sse(*TEXT_EVENTS[4:])))
    with pytest.raises(StreamDecodeError, match=f"is called {kind.decode()} and has no data"):
        await caller.final()


@pytest.mark.parametrize(
    "idle", [b"event: ping\ndata:\n\n", b"data:\n\n", b"event: message_stop\ndata: \n\n", b"event: x\ndata\n\n"]
)
def test_an_event_that_needs_no_data_may_lack_it(idle: bytes) -> None:
    """It is passed over."""
    assert read_bytes(sse(*TEXT_EVENTS[:4]), idle, sse(*TEXT_EVENTS[4:])) == read(*TEXT_EVENTS)
