"""Values of a type by `output_format`: what a tool is asked for comes as the text and the value of the SDK."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, TypedDict

import pytest

from aimlapi_messages import OutputError
from aimlapi_messages.anthropic import transform_schema, types

from ..support.wire import STOP, answer, block_start, block_stop, body, delta, end, sse, start, text_block, tool_block
from .conftest import ASK, SDK

pytestmark = [pytest.mark.anyio, pytest.mark.operation("create_message")]

VALUE = {"name": "Green Tea", "quantity": 2}


@dataclass
class Order:
    name: str
    quantity: int


class OrderDict(TypedDict):
    name: str
    quantity: int


def _pydantic() -> Any:
    pydantic = pytest.importorskip("pydantic")
    return pydantic.create_model("Order", name=(str, ...), quantity=(int, ...))


def call(name: str = "Order", **changes: Any) -> dict[str, Any]:
    return body(text_block("Let me see."), tool_block(name=name, input={**VALUE, **changes}), stop_reason="tool_use")


async def parse(sdk: SDK, kind: Any = Order, **options: Any) -> Any:
    return await sdk.of(sdk.client.beta.messages.parse(**ASK, output_format=kind, **options))


@pytest.mark.parametrize(
    ("kind", "value"), [(Order, Order(**VALUE)), (OrderDict, VALUE), (dict[str, Any], VALUE)], ids=str
)
async def test_a_parsed_answer_has_the_value_and_its_text(sdk: SDK, kind: Any, value: object) -> None:
    sdk.meet(lambda: answer(call(sdk.gateway.sent["tools"][0]["name"]))())
    message = await parse(sdk, kind)
    assert message.parsed_output == value
    assert [block.type for block in message.content] == ["text"]
    assert json.loads(message.content[0].text) == VALUE
    assert message.content[0].parsed_output == value
    assert message.stop_reason == "end_turn"
    assert isinstance(message, types.ParsedMessage)


async def test_a_pydantic_model_is_parsed(sdk: SDK) -> None:
    sdk.meet(answer(call()))
    kind = _pydantic()
    message = await parse(sdk, kind)
    assert message.parsed_output == kind(**VALUE)
    assert message.model_dump()["content"][0]["parsed_output"] == VALUE
    assert json.loads(message.model_dump_json())["content"][0]["parsed_output"] == VALUE


async def test_what_was_parsed_is_not_sent_back(sdk: SDK) -> None:
    sdk.meet(answer(call()))
    message = await parse(sdk)
    await sdk.create(messages=[*ASK["messages"], message, {"role": "user", "content": "Go on"}])
    sent = sdk.gateway.sent["messages"][1]
    assert [(block["type"], sorted(block)) for block in sent["content"]] == [("text", ["text", "type"])]


async def test_a_wrong_value_is_asked_for_again(sdk: SDK) -> None:
    sdk.meet(answer(call(quantity="many")), answer(call()))
    assert (await parse(sdk)).parsed_output == Order(**VALUE)
    assert "quantity" in json.dumps(sdk.gateway.sent["messages"][-1])


@pytest.mark.parametrize("kind", [None, {"type": "json_schema", "schema": {"type": "object"}}])
async def test_without_a_type_nothing_is_parsed(sdk: SDK, kind: Any) -> None:
    """A schema of the caller's own goes to the API as it is."""
    sdk.meet(answer(body(text_block("{}"))))
    message = await parse(sdk, kind)
    assert message.parsed_output is None
    assert sdk.gateway.sent.get("output_config") == (kind and {"format": kind})
    assert "tools" not in sdk.gateway.sent


STREAM = sse(
    start(),
    block_start(tool_block(name="Order")),
    delta(partial_json='{"name": "Green'),
    delta(partial_json=' Tea", "quantity": 2}'),
    block_stop(),
    end("tool_use"),
    STOP,
)


async def test_a_streamed_value_comes_as_text(sdk: SDK) -> None:
    sdk.meet(answer(STREAM))
    async with sdk.entered(sdk.client.messages.stream(**ASK, output_format=Order)) as stream:
        events = await sdk.all(stream)
        message = await sdk.of(stream.get_final_message())
    texts = [event for event in events if event.type == "text"]
    assert [one.parsed_snapshot() for one in texts] == [{"name": "Green"}, VALUE]
    assert [one.text for one in texts] == ['{"name": "Green', ' Tea", "quantity": 2}']
    assert [event.type for event in events if "input" in event.type] == []
    assert (message.parsed_output, message.stop_reason) == (Order(**VALUE), "end_turn")
    assert json.loads(message.content[0].text) == VALUE
    assert (await sdk.of(stream.get_final_message())).parsed_output == Order(**VALUE)


@pytest.mark.parametrize("before", ["Let me see.", "{}", '{"name": "Tea"}', "", "[1]"])
async def test_what_is_said_before_a_streamed_value_is_not_part_of_it(sdk: SDK, before: str) -> None:
    said = [block_start(text_block(before)), block_stop()]
    made = [block_start(tool_block(name="Order"), 1), delta(1, partial_json=json.dumps(VALUE)), block_stop(1)]
    sdk.meet(answer(sse(start(), *said, *made, end("tool_use"), STOP)))
    async with sdk.entered(sdk.client.messages.stream(**ASK, output_format=Order)) as stream:
        message = await sdk.of(stream.get_final_message())
    assert (message.parsed_output, [block.type for block in message.content]) == (Order(**VALUE), ["text"])


async def test_the_texts_of_a_streamed_value_are_its_json(sdk: SDK) -> None:
    sdk.meet(answer(STREAM))
    async with sdk.entered(sdk.client.messages.stream(**ASK, output_format=Order)) as stream:
        assert json.loads("".join(await sdk.all(stream.text_stream))) == VALUE


async def test_a_streamed_value_is_asked_for_again_where_a_model_cannot_be_forced(sdk: SDK) -> None:
    refusal = answer({"error": {"message": "tool_choice of type tool is not supported for this model"}}, 400)
    said = sse(start(), block_start(text_block(json.dumps(VALUE))), block_stop(), end(), STOP)
    sdk.meet(refusal, answer(said))
    async with sdk.entered(sdk.client.messages.stream(**ASK, output_format=Order)) as stream:
        assert (await sdk.of(stream.get_final_message())).parsed_output == Order(**VALUE)
    assert sdk.gateway.sent["tool_choice"]["type"] == "auto"


async def test_a_streamed_value_that_is_wrong_is_an_error(sdk: SDK) -> None:
    """What was shown cannot be taken back, so it is not asked for again."""
    sdk.meet(answer(STREAM.replace(b"2}", b"true}")))
    async with sdk.entered(sdk.client.messages.stream(**ASK, output_format=Order)) as stream:
        with pytest.raises(OutputError, match="quantity"):
            await sdk.of(stream.get_final_message())


TOOL = {"name": "look_up", "input_schema": {"type": "object"}}


async def test_with_tools_the_value_is_asked_for_as_text(sdk: SDK) -> None:
    """A tool of its own would have to be called, and no other could be."""
    sdk.meet(answer(body(text_block(json.dumps(VALUE)))))
    message = await parse(sdk, tools=[TOOL], output_config={"effort": "low"})
    assert message.parsed_output == Order(**VALUE)
    assert sdk.gateway.sent["tools"] == [TOOL]
    config = sdk.gateway.sent["output_config"]
    assert (config["effort"], config["format"]["type"]) == ("low", "json_schema")
    assert config["format"]["schema"]["required"] == ["name", "quantity"]


async def test_an_answer_that_calls_a_tool_has_no_value_yet(sdk: SDK) -> None:
    sdk.meet(answer(body(tool_block(name="look_up"), stop_reason="tool_use")))
    message = await parse(sdk, tools=[TOOL])
    assert (message.parsed_output, message.content[0].type, message.stop_reason) == (None, "tool_use", "tool_use")


async def test_a_streamed_value_with_tools_is_its_text(sdk: SDK) -> None:
    sdk.meet(answer(sse(start(), block_start(text_block(json.dumps(VALUE))), block_stop(), end(), STOP)))
    async with sdk.entered(sdk.client.messages.stream(**ASK, output_format=Order, tools=[TOOL])) as stream:
        assert (await sdk.of(stream.get_final_message())).parsed_output == Order(**VALUE)
    sdk.meet(answer(sse(start(), block_start(tool_block(name="look_up")), block_stop(), end("tool_use"), STOP)))
    async with sdk.entered(sdk.client.messages.stream(**ASK, output_format=Order, tools=[TOOL])) as stream:
        assert (await sdk.of(stream.get_final_message())).content[0].type == "tool_use"


async def test_a_text_that_is_no_value_is_an_error(sdk: SDK) -> None:
    sdk.meet(answer(body(text_block("I would rather not."))))
    with pytest.raises(OutputError):
        await parse(sdk, tools=[TOOL])


@pytest.mark.parametrize("kind", [Order, OrderDict, _pydantic], ids=["dataclass", "dict", "pydantic"])
def test_the_schema_of_a_type_is_there_to_be_sent(kind: Any) -> None:
    made = transform_schema(kind() if kind is _pydantic else kind)
    assert (made["type"], made["properties"].keys(), made["additionalProperties"]) == ("object", VALUE.keys(), False)
    assert transform_schema(made) == made


@pytest.mark.operation("create_message.tools")
async def test_the_schema_of_a_pydantic_model_is_sent_with_closed_objects(sdk: SDK) -> None:
    """Which the API asks for."""
    tool = {"name": "look", "input_schema": {"type": "object"}}
    sdk.meet(answer(body(text_block(json.dumps(VALUE)))))
    await parse(sdk, _pydantic(), tools=[tool])
    assert sdk.gateway.sent["output_config"]["format"]["schema"] == transform_schema(_pydantic())
