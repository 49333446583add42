"""Blocks that lack something: what they are, what they say, and how they are sent back."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import pytest

from aimlapi_client.models import ServerToolUseBlock, TextBlock, ThinkingBlock
from aimlapi_messages import Message, ToolUseBlock, UnexpectedResponseError
from aimlapi_messages.message.request import message_list, sendable

from ..support.callers import Caller
from ..support.parts import message_from_body
from ..support.streams import input_of, read
from ..support.wire import STOP, answer, block_start, block_stop, body, end, start, text_block, tool_block

CALL = {"type": "tool_use", "id": "toolu_1", "name": "weather"}
LEFT_OUT: list[dict[str, Any]] = [{}, {"input": None}, {"input": ""}, {"input": " "}, {"input": "{}"}, {"input": {}}]


@pytest.mark.anyio
@pytest.mark.parametrize("given", LEFT_OUT, ids=str)
async def test_a_call_that_says_no_arguments_has_none(caller: Caller, given: dict[str, Any]) -> None:
    """However it says so, in one piece and streamed; it is sent back as {}."""
    caller.meet(answer(body({**CALL, **given}, stop_reason="tool_use")))
    whole = await caller.create()
    streamed = read(start(), block_start({**CALL, **given}), block_stop(), end("tool_use"), STOP)
    for message in (whole, streamed):
        assert input_of(message.tool_uses[0]) == ({}, "")
        assert message.to_param()["content"] == [{**CALL, "input": {}}]
        await caller.create(messages=[{"role": message.role, "content": message.content}])
        assert caller.gateway.sent["messages"][0]["content"] == [{**CALL, "input": {}}]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ('{"a": 1}', ({"a": 1}, "")),
        ('{"a": 1', (None, '{"a": 1')),
        ("[1]", (None, "[1]")),
        ([1], (None, "[1]")),
        (5, (None, "5")),
        (False, (None, "false")),
        ("x", (None, "x")),
    ],
)
def test_an_input_of_another_kind_is_read_or_incomplete(given: Any, expected: tuple[Any, str]) -> None:
    """A text may be the JSON of one."""
    assert input_of(message_from_body(body(tool_block(input=given))).tool_uses[0]) == expected
    streamed = read(start(), block_start(tool_block(input=given)), block_stop(), end("tool_use"), STOP)
    assert input_of(streamed.tool_uses[0]) == expected


@pytest.mark.parametrize("closed", [True, False])
@pytest.mark.parametrize(
    ("block", "kind"),
    [
        ({"type": "text"}, TextBlock),
        ({"type": "text", "text": None}, TextBlock),
        ({"type": "thinking"}, ThinkingBlock),
        ({"type": "thinking", "thinking": "a"}, ThinkingBlock),
        ({"type": "server_tool_use", "id": "a", "name": "web_search"}, ServerToolUseBlock),
    ],
)
def test_a_block_that_lacks_a_member_is_known(block: dict[str, Any], kind: type, closed: bool) -> None:
    """What it lacks is None, in a stream too."""
    for message in (message_from_body(body(block)), read(start(), block_start(block), *[block_stop()] * closed, end())):
        assert type(message.content[0]) is kind
        assert message.text == ""
        assert message.to_dict()["content"] == [block]


@pytest.mark.parametrize("lacking", [["id"], ["name"], ["id", "name"], ["id", "input"], ["name", "input", "caller"]])
def test_a_call_that_lacks_a_member_can_be_kept(lacking: list[str]) -> None:
    """Copied, pickled, saved and loaded, alone and in its message."""
    block = {name: value for name, value in tool_block(input={"a": 1}).items() if name not in lacking}
    message = message_from_body(body(block))
    (call,) = message.tool_uses
    for kept in (copy.copy(call), copy.deepcopy(call), pickle.loads(pickle.dumps(call))):
        assert kept == call
    assert ToolUseBlock.from_dict(call.to_dict()) == call
    assert copy.deepcopy(message) == pickle.loads(pickle.dumps(message)) == message
    assert Message.from_dict(json.loads(message.to_json())) == message
    assert repr(call).startswith("ToolUseBlock(")


@pytest.mark.anyio
@pytest.mark.parametrize("content", [None, "left out"])
@pytest.mark.parametrize("hole", ["usage", "stop_reason", "stop_sequence", "type", "role"])
async def test_an_answer_without_content_has_none(caller: Caller, content: Any, hole: str) -> None:
    """As in a stream."""
    data = {**body(), "content": content}
    if content == "left out":
        del data["content"]
    del data[hole]
    caller.meet(answer(data))
    message = await caller.create()
    assert (message.content, message.text, message.id) == ([], "", "msg_01")


@pytest.mark.anyio
@pytest.mark.parametrize("data", [{}, {"content": None}, {"id": "a", "model": "m"}, {**body(), "content": 5}])
async def test_what_does_not_say_that_it_is_a_message_is_none(caller: Caller, data: dict[str, Any]) -> None:
    """Though it may lack content."""
    caller.meet(answer(data))
    with pytest.raises(UnexpectedResponseError):
        await caller.create()


# --- sent back


def odd() -> Message:
    """An answer with everything that stays behind."""
    cut = {**tool_block(id="toolu_2"), "partial_json": '{"city": "Ro'}
    return message_from_body(
        body(
            text_block(""),
            text_block("\n\n"),
            text_block(" \t"),
            {"type": "text"},
            {"type": "text", "text": "Hi", "citations": None},
            {"type": "thinking", "thinking": "a", "signature": ""},
            {"type": "thinking", "thinking": "a"},
            {"type": "thinking", "thinking": 5, "signature": "s"},
            {"type": "thinking", "thinking": "a", "signature": {}},
            {"type": "thinking", "signature": "s"},
            {"type": "thinking", "thinking": None, "signature": "s"},
            {"type": "tool_use", "id": "", "name": "", "input": {"a": 1}},
            {"type": "tool_use", "id": "toolu_3", "name": "", "input": {"a": 1}},
            {"type": "tool_use", "id": None, "name": "weather", "input": {"a": 1}},
            {"type": "tool_use", "id": "toolu_4", "input": {"a": 1}},
            {"type": "tool_use", "id": 5, "name": "weather", "input": {"a": 1}},
            {"type": "", "x": 1},
            tool_block(input={"a": None}, caller=None),
            cut,
            tool_block(input={"again": 1}),
            {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}, "partial_json": "{"},
        )
    )


SENT = [
    text_block("Hi"),
    {"type": "thinking", "thinking": "", "signature": "s"},
    {"type": "thinking", "thinking": "", "signature": "s"},
    tool_block(input={"a": None}),
    tool_block(id="toolu_2"),
    {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}},
]


@pytest.mark.anyio
@pytest.mark.parametrize(
    "turn",
    [
        lambda message: message,
        lambda message: message.to_param(),
        lambda message: {"role": message.role, "content": message.content},
        lambda message: {"role": "assistant", "content": tuple(message.content)},
        lambda message: {"role": "assistant", "content": [block.to_dict() for block in message.content]},
        lambda message: {"role": "assistant", "content": message.to_dict()["content"]},
    ],
    ids=["message", "to_param", "content", "tuple", "dicts", "saved"],
)
async def test_what_the_api_refuses_stays_behind(caller: Caller, turn: Any) -> None:
    """In every way that an answer goes back; the text of a cut call is never sent."""
    caller.meet(answer(body()))
    await caller.create(messages=[turn(odd())])
    assert caller.gateway.sent["messages"] == [{"role": "assistant", "content": SENT}]


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("content", "is_said"),
    [
        ([], False),
        ([text_block("")], False),
        ([text_block(" \n")], False),
        ([text_block(""), {"type": "thinking", "thinking": "Hm.", "signature": ""}], False),
        ([tool_block(id="", name="")], False),
        ([text_block(""), text_block("a")], True),
        ([{"type": "redacted_thinking", "data": "x"}], True),
    ],
)
async def test_a_turn_that_says_nothing_stays_behind(caller: Caller, content: list[Any], is_said: bool) -> None:
    """A model may answer with nothing; among other turns the API refuses that, as the last one it does not."""
    said = {"role": "user", "content": "a"}
    message = Message.from_dict(body(*content))
    for turn in (message, message.to_param(), {"role": "assistant", "content": message.content}):
        caller.meet(answer(body()))
        await caller.create(messages=[said, turn, said])
        sent = caller.gateway.sent["messages"]
        assert [one["role"] for one in sent] == ["user", *(["assistant"] * is_said), "user"]
        await caller.create(messages=[said, turn])
        assert [one["role"] for one in caller.gateway.sent["messages"]] == ["user", "assistant"]


def test_what_a_user_says_is_sent_as_it_is() -> None:
    """Only a model's turn has what stays behind."""
    turn = {"role": "user", "content": [text_block(""), {"type": "", "partial_json": "x"}]}
    assert sendable(message_list([turn])) == [turn]


def test_a_call_is_answered_once() -> None:
    """Also by a loop over calls of which one came twice."""
    results = [{"type": "tool_result", "tool_use_id": id, "content": id} for id in ("a", "b", "a")]
    turns = sendable(message_list([{"role": "user", "content": [*results, text_block("a"), text_block("a")]}]))
    assert turns[0]["content"] == [*results[:2], text_block("a"), text_block("a")]
