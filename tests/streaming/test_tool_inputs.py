"""A tool never runs with an input that nobody wrote."""

from __future__ import annotations

import copy
import json
import pickle
from itertools import chain
from typing import Any

import pytest

from aimlapi_messages import ToolCallIncompleteError, ToolUseBlock, tool
from aimlapi_messages.streaming.events import with_helpers

from ..support.callers import Caller
from ..support.streams import input_of, new_core, read
from ..support.wire import (
    STOP,
    Chunks,
    Gateway,
    answer,
    block_start,
    block_stop,
    body,
    delta,
    end,
    sse,
    start,
    tool_block,
)

OPEN, CLOSE = delta(partial_json='{"euros": 1'), delta(partial_json="}")


def unreadable(**members: Any) -> dict[str, Any]:
    return {"type": "content_block_delta", "index": 0, "delta": members}


LOST: list[Any] = [
    unreadable(type="input_json_delta", partial_json=None),
    unreadable(type="input_json_delta"),
    unreadable(type="input_json_delta", partial_json=0),
    unreadable(type="input_json_delta", partial_json={"a": 1}),
    unreadable(type="input_json_delta", partial_json=["0"]),
    unreadable(type="input_json_delta", partial_json=True),
    unreadable(type="future_delta", partial_json="0"),
    unreadable(type="future_delta", x=1),
    unreadable(type="text_delta", text="0"),
    unreadable(type=5, partial_json="0"),
    unreadable(type=["input_json_delta"], partial_json="0"),
    unreadable(partial_json="0"),
    unreadable(),
    {**delta(partial_json="0"), "type": "content_block_delta_v2"},
    {**delta(partial_json="0"), "type": "ping"},
    {**delta(partial_json="0"), "type": "message_delta"},
    {"index": 0, "delta": {"partial_json": "0"}},
    {"type": "input_json_delta", "index": 0, "partial_json": "0"},
    {"type": "input_json", "index": 0, "partial_json": "0"},
    {"type": "future", "partial_json": None},
    {"type": "ping", "partial_json": "0"},
    {"type": "chat.completion.chunk", "choices": [{"delta": {"tool_calls": [{"function": {"arguments": "0"}}]}}]},
]


@pytest.mark.anyio
@pytest.mark.parametrize("lost", LOST, ids=str)
async def test_a_piece_that_cannot_be_read_makes_the_call_incomplete(caller: Caller, lost: dict[str, Any]) -> None:
    """Though what remains is JSON; the text tells what came."""
    caller.meet(answer(sse(start(), block_start(tool_block()), OPEN, lost, CLOSE, block_stop(), end("tool_use"), STOP)))
    (call,) = (await caller.final()).tool_uses
    assert input_of(call) == (None, '{"euros": 1}')


def test_what_cannot_be_decoded_after_the_reason_makes_the_call_incomplete() -> None:
    """It is passed over, and may have been a piece."""
    message = read(start(), block_start(tool_block()), OPEN, end("tool_use"), "junk", CLOSE, block_stop(), STOP)
    assert input_of(message.tool_uses[0]) == (None, '{"euros": 1}')


def test_a_helper_event_that_a_server_hands_on_repeats_a_piece() -> None:
    """It has a snapshot, and a piece that came before it."""
    repeated = [
        {"type": "input_json", "partial_json": piece, "snapshot": {"euros": 1}} for piece in ('{"euros": 1', "}")
    ]
    events = [block_start(tool_block()), OPEN, repeated[0], CLOSE, repeated[1], block_stop(), end("tool_use"), STOP]
    assert input_of(read(start(), *events).tool_uses[0]) == ({"euros": 1}, "")


def test_a_piece_that_is_lost_in_another_block_spoils_no_call() -> None:
    """Nor one in front of the call, nor one behind its end."""
    call = [block_start(tool_block(), 1), delta(1, partial_json='{"a": 1}'), block_stop(1)]
    other = {"type": "content_block_delta", "index": 0, "delta": {"type": "future_delta", "x": 1}}
    text = block_start({"type": "text", "text": ""})
    message = read(start(), text, other, *call, other, block_stop(), end("tool_use"), STOP)
    assert input_of(message.tool_uses[0]) == ({"a": 1}, "")


@pytest.mark.parametrize("piece", ['{"euros": 5}', "0", None, 5])
@pytest.mark.parametrize(
    "before",
    [
        [],
        [block_start({"type": "text", "text": ""})],
        [block_start({"type": "text", "text": ""}), delta(text="a"), block_stop()],
        [block_start({"type": "thinking", "thinking": "", "signature": ""})],
        [block_start(tool_block(id="toolu_0")), delta(partial_json="{}"), block_stop()],
    ],
    ids=["nothing", "text", "ended text", "thinking", "ended call"],
)
@pytest.mark.parametrize("around", [([], []), ([delta(1, partial_json='{"euros": 1')], [delta(1, partial_json="}")])])
def test_a_piece_that_comes_elsewhere_makes_the_open_call_incomplete(
    before: list[Any], piece: Any, around: tuple[list[Any], list[Any]]
) -> None:
    """It may be the call's: under the index of another block it is not."""
    first, last = around
    call = [block_start(tool_block(), 1), *first, delta(partial_json=piece), *last, block_stop(1)]
    message = read(start(), *before, *call, end("tool_use"), STOP)
    assert [input_of(one)[0] for one in message.tool_uses if one.id == "toolu_1"] == [None]


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], (None, "")),
        ([delta(partial_json="")], (None, "")),
        ([delta(partial_json=""), block_stop()], ({}, "")),
        ([block_stop()], ({}, "")),
        ([delta(partial_json="{}")], ({}, "")),
        ([delta(partial_json='{"a": 1}'), block_stop(), delta(partial_json="x")], (None, '{"a": 1}x')),
        ([OPEN, block_stop(), CLOSE, block_stop()], (None, '{"euros": 1}')),
        ([OPEN, {**block_stop(), "delta": delta(partial_json="0")["delta"]}, CLOSE], (None, '{"euros": 1}')),
        ([delta(partial_json='{"a": 1}{"a": 2}'), block_stop()], (None, '{"a": 1}{"a": 2}')),
    ],
)
def test_a_call_is_complete_by_its_pieces_and_its_stop(events: list[Any], expected: tuple[Any, str]) -> None:
    """One with neither is not a complete one without arguments."""
    message = read(start(), block_start(tool_block()), *events, end("tool_use"), STOP)
    assert input_of(message.tool_uses[0]) == expected


@pytest.mark.parametrize("arguments", [0, True, ["a"], 1.5, "{", [{"a": 1}]])
def test_arguments_of_the_chat_shape_that_are_no_text_are_no_arguments(arguments: Any) -> None:
    """They do not make a call without any."""
    call = {"index": 0, "id": "c", "function": {"name": "f", "arguments": arguments}}
    message = read({"choices": [{"delta": {"tool_calls": [call]}, "finish_reason": "tool_calls"}]})
    assert input_of(message.tool_uses[0])[0] is None


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ([{"a": 1}], {"a": 1}),
        ([None], {}),
        (["", None], {}),
        ([None, '{"a": 1}'], {"a": 1}),
        (['{"a": 1}', None], {"a": 1}),
        (['{"a": 1', None, "}"], None),
        (['{"a": 1', 0, "}"], None),
    ],
)
def test_arguments_of_the_chat_shape_come_in_pieces(pieces: list[Any], expected: Any) -> None:
    """An object is a whole input. Null is no piece, unless others stand before it and behind it."""
    first = {"index": 0, "id": "c", "function": {"name": "f"}}
    calls = [first, *({"index": 0, "function": {"arguments": piece}} for piece in pieces)]
    chunks = [{"choices": [{"delta": {"tool_calls": [call]}}]} for call in calls]
    message = read(*chunks, {"choices": [{"finish_reason": "tool_calls"}]})
    assert input_of(message.tool_uses[0])[0] == expected


@pytest.mark.parametrize(
    ("given", "events", "expected"),
    [
        ({}, [], (None, "")),
        ({"a": 1}, [], (None, "")),
        ({"a": 1}, [OPEN], (None, '{"euros": 1')),
        ({"a": 1}, [OPEN, CLOSE], (None, '{"euros": 1}')),
        ({"a": 1}, [OPEN, CLOSE, block_stop()], ({"euros": 1}, "")),
        ({"a": 1}, [delta(partial_json=""), block_stop()], ({"a": 1}, "")),
    ],
)
def test_a_call_is_not_complete_before_its_stop(given: Any, events: list[Any], expected: tuple[Any, str]) -> None:
    """Whatever it started with, for pieces may take its place."""
    core = new_core()
    list(core.feed(sse(start(), block_start(tool_block(input=given)), *events)))
    assert input_of(core.snapshot().tool_uses[0]) == expected


@pytest.mark.anyio
@pytest.mark.parametrize(
    "block",
    [
        {**tool_block(), "partial_json": '{"a": 1}'},
        {**tool_block(), "partial_json": '{"a": '},
        {**tool_block(), "partial_json": ""},
        tool_block(input=[1]),
        tool_block(input="x"),
    ],
    ids=str,
)
async def test_an_incomplete_call_stays_so_when_a_whole_answer_is_read_as_a_stream(
    caller: Caller, block: dict[str, Any]
) -> None:
    """Also one whose text would be JSON, so that something else is wrong with it. Its pieces are text, to be joined."""
    caller.meet(answer(body(block, tool_block(id="toolu_2", input={"b": 1}), stop_reason="tool_use")))
    whole, streamed = await caller.create(), await caller.final()
    seen: list[Any] = []
    await caller.events(seen)
    deltas = [event.delta for event in seen if event.type == "content_block_delta"]
    pieces = [one.partial_json for one in deltas if one.type == "input_json_delta"]
    assert "".join(pieces) == whole.tool_uses[0].partial_json
    assert [call.input_complete for call in whole.tool_uses] == [False, True]
    assert streamed == whole
    assert streamed.to_dict() == whole.to_dict()


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ([OPEN, CLOSE, block_stop()], [block_stop()], {"euros": 1}),
        ([OPEN, CLOSE, block_stop()], [OPEN, block_stop()], {"euros": 1}),
        ([OPEN, block_stop()], [OPEN, CLOSE, block_stop()], {"euros": 1}),
        ([OPEN, CLOSE, block_stop()], [OPEN, CLOSE, block_stop()], {"euros": 1}),
        ([OPEN, block_stop()], [OPEN, block_stop()], None),
        ([OPEN], [block_stop()], None),
        ([OPEN, block_stop()], [delta(partial_json=""), block_stop()], None),
        ([OPEN, block_stop()], [delta(partial_json="{}"), block_stop()], None),
        ([delta(partial_json="")], [block_stop()], {}),
    ],
)
def test_a_call_that_comes_twice_is_one_call(first: list[Any], second: list[Any], expected: Any) -> None:
    """Complete if one of them is, and sent back once with that input. None makes a cut one complete without any."""
    begun = block_start(tool_block())
    message = read(start(), begun, *first, begun, *second, end("tool_use"), STOP)
    assert [input_of(call)[0] for call in message.tool_uses] == [expected]
    assert message.to_param()["content"] == [tool_block(input=expected or {})]


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        ({"arguments": ""}, {"a": 1}),
        ({}, {"a": 1}),
        (None, {"a": 1}),
        ({"name": "f"}, {"a": 1}),
        ({"argument": "0"}, None),
        ({"text": "0", "x": 1}, None),
    ],
)
def test_a_piece_of_the_chat_shape_without_arguments_may_be_a_lost_one(function: Any, expected: Any) -> None:
    """If it has something else, between two that have them."""
    pieces = [{"name": "f", "arguments": '{"a": 1'}, function, {"arguments": "}"}]
    calls = [{"index": 0, "function": piece} for piece in pieces]
    calls[0]["id"] = "c"
    chunks = [{"choices": [{"delta": {"tool_calls": [call]}}]} for call in calls]
    message = read(*chunks, {"choices": [{"finish_reason": "tool_calls"}]})
    assert [input_of(call)[0] for call in message.tool_uses] == [expected]


@pytest.mark.parametrize("given", [{}, {"id": ""}, {"id": None}, {"function": {"name": "", "arguments": "{}"}}])
def test_a_call_of_the_chat_shape_whose_start_was_lost_is_incomplete(given: dict[str, Any]) -> None:
    """As any other, for nobody knows what it calls."""
    call = {"index": 0, "function": {"arguments": '{"a": 1}'}, **given}
    message = read({"choices": [{"delta": {"tool_calls": [call]}, "finish_reason": "tool_calls"}]})
    assert [input_of(call)[0] for call in message.tool_uses] == [None]
    assert message.to_param()["content"] == []


# --- what an incomplete call is


def cut() -> ToolUseBlock:
    message = read(start(), block_start(tool_block()), OPEN, block_stop(), end("tool_use"), STOP)
    return message.tool_uses[0]


def test_an_incomplete_call_can_be_shown_compared_and_kept() -> None:
    """All but its input."""
    call = cut()
    assert repr(call) == "ToolUseBlock(id='toolu_1', name='weather', partial_json='{\"euros\": 1')"
    assert call != read(start(), block_start(tool_block()), block_stop(), end(), STOP).tool_uses[0]
    kept = [
        copy.copy(call),
        copy.deepcopy(call),
        pickle.loads(pickle.dumps(call)),
        ToolUseBlock.from_dict(json.loads(call.to_json())),
    ]
    assert kept == [call] * 4
    assert [input_of(one) for one in kept] == [(None, '{"euros": 1')] * 4


@pytest.mark.parametrize("given", [{}, {"euros": 2}])
def test_a_call_that_is_given_an_input_is_complete(given: dict[str, Any]) -> None:
    """Somebody wrote it."""
    call = cut()
    call.input = given
    assert input_of(call) == (given, "")
    assert call.to_dict() == tool_block(input=given)
    call.mark_incomplete("{")
    assert input_of(call) == (None, "{")


@pytest.mark.parametrize("given", [{}, {"a": 1}, None, "{}", [1]])
def test_a_call_that_is_made_as_an_incomplete_one_is_one(given: Any) -> None:
    """Whatever input it is given."""
    call = ToolUseBlock(id="t", name="f", input=given, input_complete=False, partial_json="{")
    assert input_of(call) == (None, "{")
    assert ToolUseBlock.from_dict(call.to_dict()) == call


@pytest.mark.parametrize("number", ["1e999", "-1e999", '[{"b": 1e400}]', "NaN", "Infinity"])
def test_an_input_that_no_json_can_say_again_is_incomplete(number: str) -> None:
    """However it is read."""
    given = json.loads(f'{{"a": {number}}}')
    for call in (ToolUseBlock(id="t", name="f", input=given), ToolUseBlock.from_dict(tool_block(input=given))):
        assert not call.input_complete
        assert json.loads(call.to_json())["input"] == {}
    events = [block_start(tool_block()), delta(partial_json=f'{{"a": {number}}}'), block_stop()]
    assert input_of(read(start(), *events, end("tool_use"), STOP).tool_uses[0])[0] is None


def test_no_default_takes_the_place_of_an_incomplete_input() -> None:
    """As it would for an attribute that is not there."""
    with pytest.raises(ToolCallIncompleteError):
        getattr(cut(), "input", {})
    with pytest.raises(AttributeError, match="no 'inputs'"):
        getattr(cut(), "inputs")  # noqa: B009 (type checkers know that there is none)


def test_a_call_whose_start_was_lost_is_not_run() -> None:
    """Nobody knows what it calls. It is an error of the run, and is not sent back."""
    ran: list[int] = []

    @tool
    def pay(euros: int) -> str:
        ran.append(euros)
        return "paid"

    events = [start(), delta(partial_json='{"euros": 1}'), block_stop(), end("tool_use"), STOP]
    message = read(*events)
    assert input_of(message.tool_uses[0]) == (None, '{"euros": 1}')
    assert message.to_param()["content"] == []
    client = Gateway(answer(sse(*events)), answer(body())).client()
    with pytest.raises(ToolCallIncompleteError, match=r"content\[0\]"):
        list(client.messages.tool_runner(model="m", messages="Hi", tools=[pay], stream=True))
    assert ran == []


# --- snapshots


def test_looking_at_snapshots_changes_nothing() -> None:
    """Not even if they are changed."""
    citation = {"type": "future_location", "cited_text": "c"}
    events = [
        start(container={"id": "c", "expires_at": "x"}, future={"a": [1]}),
        block_start({"type": "future", "x": {"y": [1]}, "citations": [citation]}),
        delta(citation=citation),
        block_stop(),
        block_start(tool_block(input={"a": [1]}), 1),
        block_stop(1),
        block_start(tool_block(), 2),
        delta(2, partial_json='{"b": ['),
        delta(2, partial_json="2]}"),
        block_stop(2),
        end("tool_use"),
        STOP,
    ]
    core = new_core()
    for event in events:
        for made in chain.from_iterable(with_helpers(one, core.message) for one in core.feed(sse(event))):
            spoil(getattr(made, "to_dict", dict)())
            spoil(core.snapshot().to_dict())
            spoil_models(core.snapshot())
    assert core.snapshot() == read(*events)
    assert core.snapshot().to_dict() == read(*events).to_dict()


def spoil(value: Any) -> None:
    """Empty a value in all its depth."""
    for member in list(value.values() if isinstance(value, dict) else value if isinstance(value, list) else []):
        spoil(member)
    if isinstance(value, (dict, list)):
        value.clear()


def spoil_models(message: Any) -> None:
    for block in message.content:
        spoil(block.additional_properties)
        spoil(block.input if isinstance(block, ToolUseBlock) and block.input_complete else {})
    spoil(message.additional_properties)


GIVEN: dict[str, Any] = {"city": "P@s"}
CHAT_CALL: dict[str, Any] = {"index": 0, "id": "c", "function": {"name": "f", "arguments": json.dumps(GIVEN)}}
CHAT_END = {"finish_reason": "tool_calls"}
PIECES = [delta(partial_json='{"city": "P@'), delta(partial_json='s"}')]
ENDS = [block_stop(), end("tool_use"), STOP]
SHAPES: dict[str, Any] = {
    "a body": body(tool_block(input=GIVEN), stop_reason="tool_use"),
    "a name in a body": body(tool_block(input={"P@s": [1]}), stop_reason="tool_use"),
    "a text as input": body(tool_block(input=json.dumps(GIVEN)), stop_reason="tool_use"),
    "a chat": {"choices": [{"message": {"tool_calls": [CHAT_CALL]}, **CHAT_END}]},
    "pieces": sse(start(), block_start(tool_block()), *PIECES, *ENDS),
    "many pieces": sse(start(), block_start(tool_block()), delta(partial_json=""), *PIECES, *ENDS),
    "a start": sse(start(), block_start(tool_block(input=GIVEN)), *ENDS),
    "a message that starts": sse(start(content=[tool_block(input=GIVEN)]), *ENDS),
    "no names of events": sse(start(), block_start(tool_block()), *PIECES, *ENDS, named=False),
    "pieces of a chat": sse({"choices": [{"delta": {"tool_calls": [CHAT_CALL]}}]}, {"choices": [CHAT_END]}),
    "a chat at once": sse({"choices": [{"delta": {"tool_calls": [CHAT_CALL]}, **CHAT_END}]}),
}


@pytest.mark.anyio
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("sent", "is_whole"),
    [
        (b"\xff", False),
        (b"\xc0\x80", False),
        (b"\xe9 ", False),
        (b"\xe2\x82", False),
        (b"\xf0\x9f\x98", False),
        (b"\xed\xa0\x80", False),
        ("\ufffd".encode(), True),
        (b"\xe2\x82\xac", True),
    ],
)
async def test_bytes_that_are_no_text_make_the_call_incomplete(
    caller: Caller, shape: str, sent: bytes, is_whole: bool
) -> None:
    """Whole or streamed, for nobody wrote what stands in their place. Sent as itself that is a sign as others."""
    given = SHAPES[shape]
    data = (given if isinstance(given, bytes) else json.dumps(given).encode()).replace(b"@", sent)
    kind: dict[str, Any] = {} if isinstance(given, bytes) else {"type": "application/json"}
    caller.meet(*[answer(Chunks([data]), **kind)] * 2, answer(Chunks(bytes([byte]) for byte in data), **kind))
    for message in (await caller.create(), await caller.final(), await caller.final()):
        (call,) = message.tool_uses
        assert call.input_complete is is_whole
        assert not is_whole or sent.decode() in repr(call.input)


@pytest.mark.anyio
async def test_bytes_that_are_no_text_elsewhere_spoil_no_call(caller: Caller) -> None:
    """In a text or in another event they are signs that stand for them."""
    spoiled = [block_start({"type": "text", "text": ""}), delta(text="P@s"), block_stop()]
    call = [block_start(tool_block(), 1), delta(1, partial_json='{"a": "\ufffd"}'), block_stop(1)]
    whole = body({"type": "text", "text": "P@s"}, tool_block(input={"a": "\ufffd"}), stop_reason="tool_use")
    text = json.dumps(whole, ensure_ascii=False).encode().replace(b"@", b"\xff")
    events = sse(start(), *spoiled, *call, end("tool_use"), STOP).replace(b"@", b"\xff")
    caller.meet(answer(Chunks([events])), answer(Chunks([events])))
    for message in (await caller.final(), await caller.create()):
        assert message.text == "P\ufffds"
        assert input_of(message.tool_uses[0]) == ({"a": "\ufffd"}, "")
    caller.meet(answer(Chunks([text]), type="application/json"))
    assert (await caller.create()).text == "P\ufffds"
