"""A whole answer: both shapes of the wire, what a person asks of it, and what it cost."""

from __future__ import annotations

import json
import pickle
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, strategies as st

from aimlapi_client.models import (
    RedactedThinkingBlock,
    TextBlock,
    ThinkingBlock,
    UnknownContentBlock,
    Usage,
)
from aimlapi_messages import Cost, Message, ToolUseBlock
from aimlapi_messages.message.message import parse_tool_input, with_defaults

from ..support.callers import Caller
from ..support.parts import message_from_body
from ..support.streams import input_of
from ..support.wire import Gateway, answer, body, meta, text_block, tool_block

CHAT: dict[str, Any] = {
    "id": "msg-12345",
    "object": "message",
    "created": 1627684940,
    "model": "claude-3-5-sonnet-20240620",
    "choices": [{"message": {"role": "assistant", "content": "Sunny."}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 10, "completion_tokens": 15, "total_tokens": 25},
}


def chat(message: dict[str, Any], finish_reason: str = "stop", **changes: Any) -> Message:
    """A message from the chat-like shape."""
    choice = {"message": message, "finish_reason": finish_reason}
    return message_from_body({**CHAT, "choices": [choice], **changes})


@pytest.mark.anyio
async def test_the_gateway_s_own_shape(caller: Caller) -> None:
    """Every member of the wire is there, and the headers' ids with them."""
    data = body(text_block("Hel"), tool_block(input={"a": 1}), text_block("lo"), future={"x": 1})
    caller.meet(answer(data, 201, {"x-inference-id": "inf-1", "x-client-request-id": "mine"}))
    message = await caller.create()
    assert (message.text, message.stop_reason, message.usage.input_tokens) == ("Hello", "end_turn", 7)
    assert [(tool.name, tool.input, tool.input_complete) for tool in message.tool_uses] == [("weather", {"a": 1}, True)]
    assert (message.request_id, message.inference_id, message.client_request_id) == ("req-1", "inf-1", "mine")
    assert message.to_dict() == data
    assert message.raw == data


@pytest.mark.anyio
async def test_the_older_shape_reads_as_the_same_message(caller: Caller) -> None:
    """The chat-like body of the gateway's older page gives text, reason and counts."""
    caller.meet(answer(CHAT, 201))
    message = await caller.create()
    assert (message.text, message.stop_reason) == ("Sunny.", "end_turn")
    assert message.usage == Usage(input_tokens=10, output_tokens=15)
    assert (message.id, message.model, message.raw) == ("msg-12345", "claude-3-5-sonnet-20240620", CHAT)
    assert message == message_from_body(
        body(
            text_block("Sunny."),
            id="msg-12345",
            model="claude-3-5-sonnet-20240620",
            usage={"input_tokens": 10, "output_tokens": 15},
        )
    )


@pytest.mark.parametrize(
    ("finish_reason", "stop_reason"),
    [
        ("stop", "end_turn"),
        ("length", "max_tokens"),
        ("tool_calls", "tool_use"),
        ("function_call", "tool_use"),
        ("content_filter", "refusal"),
        ("end_turn", "end_turn"),
        ("something_new", "something_new"),
    ],
)
def test_the_older_shape_s_reasons_are_translated(finish_reason: str, stop_reason: str) -> None:
    """Both vocabularies end in one; new words stay as they are."""
    assert chat({"role": "assistant", "content": "x"}, finish_reason).stop_reason == stop_reason


def test_the_older_shape_s_reasoning_becomes_thinking() -> None:
    """Reasoning comes before the text, without a signature; an empty one is none."""
    message = chat({"role": "assistant", "content": "Yes.", "reasoning_content": "Hm."})
    assert message.content == [ThinkingBlock(thinking="Hm.", signature=""), TextBlock(text="Yes.")]
    assert chat({"role": "assistant", "content": "Yes.", "reasoning_content": ""}).content == [TextBlock(text="Yes.")]


def test_the_older_shape_s_tool_calls_become_tool_uses() -> None:
    """Arguments come as text; those that are no JSON object are kept as text and marked."""
    calls = [
        {"id": "a", "type": "function", "function": {"name": "f", "arguments": '{"x": 1}'}},
        {"id": "b", "type": "function", "function": {"name": "g", "arguments": '{"x": '}},
        {"id": "c", "type": "function", "function": {"name": "h"}},
    ]
    message = chat({"role": "assistant", "content": None, "tool_calls": calls}, "tool_calls")
    assert [(tool.id, tool.name, *input_of(tool)) for tool in message.tool_uses] == [
        ("a", "f", {"x": 1}, ""),
        ("b", "g", None, '{"x": '),
        ("c", "h", {}, ""),
    ]


@pytest.mark.parametrize(
    "data",
    [
        {"choices": [{}]},
        {"choices": [{"message": None}]},
        {"choices": [{"message": {"content": 5, "tool_calls": "x"}}], "usage": None},
        {"choices": [{"message": {"tool_calls": [5, {"function": 5}]}}], "usage": {}, "meta": {}},
    ],
)
def test_the_older_shape_with_holes_is_still_a_message(data: dict[str, Any]) -> None:
    """Whatever is missing is empty, and nothing fails that is not asked for."""
    message = message_from_body(data)
    assert (message.text, message.id, message.usage.output_tokens) == ("", "", 0)


def test_text_in_parts_is_joined() -> None:
    """The older shape may write its content as a list."""
    parts = [{"type": "text", "text": "a"}, {"type": "other"}, "x", {"type": "text", "text": "b"}]
    assert chat({"role": "assistant", "content": parts}).text == "ab"


@pytest.mark.parametrize("hole", ["usage", "stop_reason", "stop_sequence"])
def test_a_native_body_with_a_hole_is_still_a_message(hole: str) -> None:
    """What proxies leave out is empty."""
    message = message_from_body({name: value for name, value in body(text_block("Hi")).items() if name != hole})
    assert message.text == "Hi"


def test_null_text_is_no_text() -> None:
    """A hostile block spoils its own text and no other."""
    assert message_from_body(body({"type": "text", "text": None}, text_block("Hi"))).text == "Hi"


def test_unknown_blocks_are_kept() -> None:
    """A block of tomorrow goes through and back unharmed."""
    data = body({"type": "future", "x": [1]}, text_block("Hi"))
    message = message_from_body(data)
    assert isinstance(message.content[0], UnknownContentBlock)
    assert message.to_dict() == data
    assert message.to_param()["content"] == data["content"]


def test_json_text_reads_back() -> None:
    """`to_json` is the wire's JSON, readable by people when they ask for it."""
    data = body(text_block("Grüße"))
    message = message_from_body(data)
    assert json.loads(message.to_json()) == data
    assert "Grüße" in message.to_json()
    assert message.to_json(indent=2).startswith('{\n  "')
    assert Message.from_dict(json.loads(message.to_json())) == message


def test_a_message_pickles() -> None:
    """An answer crosses to another process with all it holds."""
    message = message_from_body(body(text_block("Hi"), tool_block(), meta=meta(credits_used=4)))
    again = pickle.loads(pickle.dumps(message))
    assert again == message
    assert (again.cost, again.tool_uses, again.raw) == (message.cost, message.tool_uses, message.raw)


def test_a_message_goes_back_as_the_assistant_s_turn() -> None:
    """Nulls, empty text and unsigned thinking stay behind; signed thinking and a tool's nulls do not."""
    message = message_from_body(
        body(
            {"type": "thinking", "thinking": "t", "signature": "s"},
            {"type": "thinking", "thinking": "t", "signature": ""},
            {"type": "redacted_thinking", "data": "d"},
            {"type": "text", "text": "Hi", "citations": None},
            text_block(""),
            tool_block(input={"a": None}, caller=None),
        )
    )
    assert isinstance(message.content[2], RedactedThinkingBlock)
    assert message.to_param() == {
        "role": "assistant",
        "content": [
            {"type": "thinking", "thinking": "t", "signature": "s"},
            {"type": "redacted_thinking", "data": "d"},
            text_block("Hi"),
            tool_block(input={"a": None}),
        ],
    }


@pytest.mark.parametrize("reason", ["max_tokens", "model_context_window_exceeded"])
def test_an_empty_input_at_a_cut_end_is_not_taken_for_complete(reason: str) -> None:
    """The model ran out of room before it could say what it wanted."""
    message = message_from_body(body(tool_block(), stop_reason=reason))
    assert [tool.input_complete for tool in message.tool_uses] == [False]
    assert [tool.input_complete for tool in message_from_body(body(tool_block())).tool_uses] == [True]


def test_a_promoted_block_is_not_promoted_again() -> None:
    """Blocks of our own class keep their marks."""
    block = ToolUseBlock(id="a", name="f", input={})
    block.mark_incomplete('{"x')
    message = Message(
        id="m", model="c", content=[block], stop_reason="tool_use", usage=Usage(input_tokens=1, output_tokens=1)
    )
    assert message.tool_uses == [block]
    assert message.tool_uses[0] is block


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        (" ", {}),
        ("\r\n\t", {}),
        ("\u00a0", None),
        ("\u2003\u2028", None),
        ("\x1f", None),
        ('{"a": 1}', {"a": 1}),
        ("{", None),
        ("[]", None),
        ('"x"', None),
        ('{"a": NaN}', None),
        ("[" * 100_000, None),
    ],
)
def test_a_tool_s_input_is_one_json_object(text: str, expected: Any) -> None:
    """No text is no input; anything else that is not an object is not an input."""
    assert parse_tool_input(text) == expected


COST_HEADERS = {"x-aimlapi-credits-used": "1576", "x-aimlapi-usd-spent": "0.000788000"}


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("usage", "headers", "expected"),
    [
        ({"credits_used": 1576, "usd_spent": 0.000788}, COST_HEADERS, ("1576", "0.000788", "body")),
        ({"credits_used": 17368}, {}, ("17368", "0.008684", "body")),
        ({"tokens_used": 1134}, {}, ("1134", "0.000567", "body")),
        ({"credits_used": 0.5}, {}, ("0.5", "0.00000025", "body")),
        ({"usd_spent": 0.0000005}, {}, (None, "0.0000005", "body")),
        ({"credits_used": 0, "usd_spent": 0}, {}, ("0", "0", "body")),
        ({}, COST_HEADERS, ("1576", "0.000788000", "headers")),
        ({"credits_used": "many", "usd_spent": True}, COST_HEADERS, ("1576", "0.000788000", "headers")),
        ({"credits_used": -1, "usd_spent": 1e300}, COST_HEADERS, ("1576", "0.000788000", "headers")),
        ({}, {"x-aimlapi-credits-used": "2000000"}, ("2000000", "1", "headers")),
    ],
)
async def test_the_cost_is_exact(
    caller: Caller, usage: dict[str, Any], headers: dict[str, str], expected: tuple[str | None, str, str]
) -> None:
    """Credits and dollars are decimals, from the body or else from the headers, and the client adds them up."""
    caller.meet(answer(body(text_block("Hi"), meta={"usage": usage}), headers=headers))
    cost = (await caller.create()).cost
    credits, usd, source = expected
    assert cost == Cost(credits=None if credits is None else Decimal(credits), usd=Decimal(usd), source=source)
    await caller.create()
    assert caller.client.spent == 2 * Decimal(usd)


@pytest.mark.anyio
@pytest.mark.parametrize(
    "told", [{}, {"meta": None}, {"meta": {}}, {"meta": {"usage": 5}}, {"meta": {"usage": {"usd_spent": "1e999999"}}}]
)
async def test_a_cost_that_is_not_told_is_none(caller: Caller, told: dict[str, Any]) -> None:
    """Nothing is made up, and nothing is added up."""
    caller.meet(answer(body(text_block("Hi"), **told)))
    assert (await caller.create()).cost is None
    assert caller.client.spent == 0


@given(st.decimals(min_value=0, max_value=10**6, allow_nan=False, allow_infinity=False, places=9))
def test_dollars_survive_json(usd: Decimal) -> None:
    """Up to 15 significant digits, a number in a body is the decimal that was written."""
    message = message_from_body(json.loads(dumps_decimal(usd), parse_float=Decimal))
    assert message.cost is not None
    assert message.cost.usd == usd


def dumps_decimal(usd: Decimal) -> str:
    """A body whose dollars are written out in full, as a server would write them."""
    return json.dumps(body(text_block("Hi"), meta={"usage": {"usd_spent": "HERE"}})).replace('"HERE"', f"{usd:f}")


@pytest.mark.parametrize(
    ("credits", "usd", "text"),
    [("998", "0.000499", "0.000499 USD (998 credits)"), (None, "1E-7", "0.0000001 USD")],
)
def test_cost_reads_well(credits: str | None, usd: str, text: str) -> None:
    """A cost is printed as an amount, never with an exponent."""
    assert str(Cost(credits=None if credits is None else Decimal(credits), usd=Decimal(usd), source="body")) == text


def test_the_sync_client_needs_no_event_loop() -> None:
    """A plain script gets its answer."""
    client = Gateway(answer(body(text_block("Hi")))).client()
    assert client.messages.create(model="m", messages="Hi").text == "Hi"


def test_a_message_without_its_role_and_type_is_one() -> None:
    """There is only one that they could be."""
    complete = with_defaults({"id": "i", "model": "m", "content": []})
    assert (complete["type"], complete["role"]) == ("message", "assistant")
