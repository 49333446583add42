"""Calls of tools in chat-like streams, whose pieces may come in any order, and texts that are refusals."""

from __future__ import annotations

from typing import Any

import pytest

from aimlapi_messages import APIStatusError, ContentBlockStopEvent, StreamIncompleteError

from ..support.streams import helper_events, input_of, new_core, read
from ..support.wire import sse

Piece = dict[str, Any]


def chunk(*pieces: Piece, **delta: Any) -> dict[str, Any]:
    calls = {"tool_calls": list(pieces)} if pieces else {}
    return {"id": "c", "model": "m", "choices": [{"index": 0, "delta": {**delta, **calls}}]}


def piece(arguments: str = "", **members: Any) -> Piece:
    name = {"name": members.pop("name")} if "name" in members else {}
    return {**members, "function": {**name, "arguments": arguments}}


F: Piece = {"id": "a", "name": "f", "index": 0}
G: Piece = {"id": "b", "name": "g", "index": 1}
END: dict[str, Any] = {"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]}


@pytest.mark.parametrize(
    "chunks",
    [
        [chunk(piece(**F), piece(**G)), chunk(piece('{"x":1}', index=0), piece('{"y":2}', index=1))],
        [
            chunk(piece('{"x"', **F)),
            chunk(piece('{"y"', **G)),
            chunk(piece(":1}", index=0)),
            chunk(piece(":2}", index=1)),
        ],
        [chunk(piece(**F)), chunk(piece('{"x":1}', index=0), content=" "), chunk(piece('{"y":2}', **G))],
        [
            chunk(piece(id="a", name="f")),
            chunk(piece('{"y":', id="b", name="g")),
            chunk(piece('{"x":1}', id="a")),
            chunk(piece("2}", id="b")),
        ],
        [
            chunk(piece(**F)),
            chunk(piece('{"y":', **{**G, "index": 0})),
            chunk(piece('{"x":1}', id="a", index=0)),
            chunk(piece("2}", id="b", index=0)),
        ],
        [chunk(piece("", **F)), chunk(content="I see."), chunk(piece('{"x":1}', **F)), chunk(piece('{"y":2}', **G))],
        [
            chunk(piece(**F), piece(**G)),
            chunk(piece('{"x":1}', id="c", index=0)),
            chunk(piece('{"y":', id="d", index=1)),
            chunk(piece("2}", id="e", index=1)),
        ],
        [
            chunk(piece(**{**F, "index": "0"}), piece(**{**G, "index": "1"})),
            chunk(piece('{"y":2}', index="1")),
            chunk(piece('{"x":1}', index="0")),
        ],
    ],
    ids=[
        "at once",
        "in turns",
        "beside text",
        "in turns by id",
        "in turns of one number",
        "named again behind text",
        "each with an id of its own",
        "numbered in text",
    ],
)
def test_pieces_find_their_call(chunks: list[dict[str, Any]]) -> None:
    """By its number; no piece makes a call that nobody named."""
    message = read(*chunks, END)
    assert [(tool.name, tool.input, tool.input_complete) for tool in message.tool_uses] == [
        ("f", {"x": 1}, True),
        ("g", {"y": 2}, True),
    ]


GAP = piece("00", index=0)


@pytest.mark.parametrize(
    ("lost", "expected"),
    [
        ({"choices": {"0": {"delta": {"tool_calls": [GAP]}}}}, None),
        ({"choices": "00"}, None),
        ({"choices": ["00"]}, None),
        ({"choices": [None]}, None),
        ({"choices": [{"delta": [GAP]}]}, None),
        ({"choices": [{"delta": "00"}]}, None),
        (chunk(tool_calls={"0": GAP}), None),
        (chunk(tool_calls="00"), None),
        (chunk(tool_calls=[None]), None),
        (chunk(tool_calls=[[GAP]]), None),
        (chunk(tool_calls=[{"index": 0, "function": "00"}]), None),
        (chunk(tool_calls=[{"index": 0, "arguments": "00"}]), None),
        (chunk(tool_calls=[{"index": 0, "arguments": "00", "function": None}]), None),
        (chunk(tool_calls=[{"index": 0, "function": [{"arguments": "00"}]}]), None),
        ({**chunk(GAP), "type": "chunk"}, None),
        ({"choices": []}, {"x": 1}),
        ({"choices": None}, {"x": 1}),
        ({"choices": [{"delta": None}]}, {"x": 1}),
        ({"choices": [{"index": 1, "delta": {"tool_calls": [GAP]}}]}, {"x": 1}),
        (chunk(tool_calls=[{"index": 0, "arguments": None, "function": {"arguments": ""}}]), {"x": 1}),
        (chunk(), {"x": 1}),
        (chunk(tool_calls=None), {"x": 1}),
        (chunk(tool_calls=[]), {"x": 1}),
        (chunk(tool_calls=[{"index": 0, "function": None}]), {"x": 1}),
    ],
)
@pytest.mark.parametrize("begun", ['{"x":1', ""])
def test_a_part_that_is_not_what_belongs_there_may_be_a_lost_piece(begun: str, lost: Any, expected: Any) -> None:
    """Also of a call that has no piece yet; null and nothing are no part, and what follows the end belongs to none."""
    rest = [chunk(piece("}", index=0))] if begun else []
    whole: Any = expected if begun or expected is None else {}
    (call,) = read(chunk(piece(begun, **F)), lost, *rest, END).tool_uses
    assert input_of(call)[0] == whole
    (call,) = read(chunk(piece('{"x":1}', **F)), END, lost).tool_uses
    assert input_of(call)[0] == {"x": 1}


CUT: list[tuple[str, list[str], list[Any]]] = [
    ("length", [""], [None]),
    ("max_tokens", [""], [None]),
    ("model_context_window_exceeded", [""], [None]),
    ("insufficient_system_resource", [""], [None]),
    ("MAX_TOKENS", [""], [None]),
    ("SAFETY", [""], [None]),
    ("abort", [""], [None]),
    ("model_length", ["", '{"x":1}', ""], [{}, {"x": 1}, None]),
    ("content_filter", [""], [None]),
    ("error", [""], [None]),
    ("error", ['{"x":1}', ""], [{"x": 1}, None]),
    ("error", ["", '{"x":1}'], [{}, {"x": 1}]),
    ("error", ['{"x"'], [None]),
    ("content_filter", ["{}"], [{}]),
    ("tool_calls", ["", ""], [{}, {}]),
    ("stop", [""], [{}]),
    ("eos", [""], [{}]),
]


@pytest.mark.parametrize(("reason", "pieces", "expected"), CUT)
def test_the_last_call_of_an_answer_that_was_cut_off_is_not_one_without_arguments(
    reason: str, pieces: list[str], expected: list[Any]
) -> None:
    """Neither at its end, nor in the message, nor in that of an error."""
    calls = [chunk(piece(given, id=str(place), name="f", index=place)) for place, given in enumerate(pieces)]
    core = new_core()
    stops: list[Any] = []
    try:
        for event in helper_events(core, sse(*calls, {"choices": [{"delta": {}, "finish_reason": reason}]})):
            stops += [event.content_block] if isinstance(event, ContentBlockStopEvent) else []
    except APIStatusError:
        assert reason == "error"
    for found in (stops, core.snapshot().tool_uses):
        assert [input_of(call)[0] for call in found] == expected


@pytest.mark.parametrize("begun", ["", '{"x":1}'])
@pytest.mark.parametrize("number", [1, 2, "1", None])
def test_a_piece_of_no_call_may_be_one_of_any(number: Any, begun: str) -> None:
    """It has neither a name nor an id, and another number than the calls before it."""
    calls = [piece(begun, **{**F, "index": 0}), piece(begun, **{**G, "index": 5})]
    second = chunk(piece(), piece('{"x":1}', index=number))  # the first of a chunk may continue the last call
    for call in read(chunk(*calls), second, END).tool_uses:
        assert call.name == "" or input_of(call)[0] is None


def test_arguments_beside_a_new_call_leave_it_incomplete() -> None:
    """Also when its function says that it has none; repeated beside those of the function they do no harm."""
    beside = [{**piece("", **F), "arguments": '{"x":1}'}, {**piece('{"y":2}', **G), "arguments": '{"y":2}'}]
    f, g = read(chunk(*beside), END).tool_uses
    assert (input_of(f)[0], input_of(g)[0]) == (None, {"y": 2})


@pytest.mark.parametrize("more", [piece(index=1), {"index": 1, "type": "function", "function": {"arguments": ""}}])
def test_an_empty_piece_of_no_call_spoils_none(more: Piece) -> None:
    """Nothing of a call can have been in it."""
    calls = read(chunk(piece('{"x":1}', **F)), chunk(piece(), more), END).tool_uses
    assert [input_of(call)[0] for call in calls if call.name] == [{"x": 1}]


@pytest.mark.parametrize("word", ["null", "None", "", None, False])
@pytest.mark.parametrize("wrapped", [False, True])
def test_a_word_for_no_reason_ends_nothing(wrapped: bool, word: Any) -> None:
    """Some servers write null as a text."""
    text: dict[str, Any] = {"choices": [{"delta": {"content": "Hel"}, "finish_reason": word}]}
    event = {"event": {"choices": text["choices"][:1]}, "state": {"finishReason": word}} if wrapped else text
    core = new_core()
    list(core.feed(sse(event)))
    with pytest.raises(StreamIncompleteError):
        list(core.finish())


def test_a_name_again_behind_a_text_is_another_call() -> None:
    """Of a server that neither numbers its calls nor gives them ids."""
    message = read(chunk(piece('{"x":1}', name="f")), chunk(content="And"), chunk(piece('{"x":2}', name="f")), END)
    assert [tool.input for tool in message.tool_uses] == [{"x": 1}, {"x": 2}]
    assert message.text == "And"


def test_each_block_stops_once_and_whole() -> None:
    """Those of calls when the answer ends, for only then nothing more can come for them."""
    chunks = [chunk(content="Look"), chunk(piece(**F), piece(**G)), chunk(piece('{"x":1}', index=0))]
    events = list(helper_events(new_core(), sse(*chunks, END)))
    stops = [event for event in events if isinstance(event, ContentBlockStopEvent)]
    assert [(stop.index, getattr(stop.content_block, "input", None)) for stop in stops] == [
        (0, None),
        (1, {"x": 1}),
        (2, {}),
    ]


def test_a_refusal_is_a_text_and_a_reason() -> None:
    """As the gateway's own shape has it."""
    end: dict[str, Any] = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
    message = read(chunk(refusal="I can"), chunk(refusal="not."), end)
    assert (message.text, message.stop_reason) == ("I cannot.", "refusal")
