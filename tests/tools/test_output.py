"""`parse` and `stream_output`: what is asked for, what comes of it, and what is sent back to the model."""

from __future__ import annotations

import json
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Literal, NamedTuple, TypedDict

import attrs
import pydantic
import pytest
from jsonschema import Draft202012Validator

from aimlapi_messages import Field, InvalidRequestError, OutputError, ToolDefinitionError

from ..support.outputs import Outputs, said, value
from ..support.wire import Gateway, answer, body, text_block, tool_block

pytestmark = pytest.mark.anyio

ASK = {"role": "user", "content": "Hi"}


@dataclass
class Trip:
    """A journey."""

    city: str
    nights: int = 1


@attrs.define
class Guest:
    name: str
    age: int | None = None


class Place(TypedDict, total=False):
    name: str
    stars: int


class Foreign(TypedDict):
    größe: int


class Span(NamedTuple):
    start: int
    end: int


class Model(pydantic.BaseModel):
    """A model of pydantic."""

    title: str
    tags: list[str] = []


@dataclass
class Node:
    value: int
    next: Node | None = None


@pytest.mark.parametrize(
    ("output", "given", "made"),
    [
        (Trip, {"city": "Rome", "nights": 2}, Trip("Rome", 2)),
        (Guest, {"name": "Ann"}, Guest("Ann")),
        (Place, {"name": "Inn"}, {"name": "Inn"}),
        (Span, {"start": 1, "end": 2}, Span(1, 2)),
        (Model, {"title": "a"}, Model(title="a")),
        (Node, {"value": 1, "next": {"value": 2}}, Node(1, Node(2))),
        (dict[str, int], {"a": 1}, {"a": 1}),
        (list[int], {"value": [1, 2]}, [1, 2]),
        (list[Trip], {"value": [{"city": "Rome"}]}, [Trip("Rome")]),
        (Literal["yes", "no"], {"value": "yes"}, "yes"),
        (int, {"value": 5}, 5),
        (int | None, {"value": None}, None),
        (Trip | Guest, {"value": {"name": "Ann"}}, Guest("Ann")),
        (Any, {"value": {"a": [1]}}, {"a": [1]}),
        (None, {"value": None}, None),
        (Annotated[Trip, "Where to."], {"city": "Rome"}, Trip("Rome")),
        (Annotated[int, Field(ge=1)], {"value": 5}, 5),
        (Annotated[int | None, "A number."], {"value": None}, None),
    ],
    ids=lambda one: repr(one)[:40],
)
async def test_a_value_of_each_type_is_asked_for_and_made(outputs: Outputs, output: Any, given: Any, made: Any) -> None:
    """By the one call of a tool that is forced."""
    bare = getattr(output, "__origin__", output) if hasattr(output, "__metadata__") else output
    name = "output" if isinstance(bare, UnionType) else getattr(bare, "__name__", "output")
    gateway = Gateway(value(given, name=name))
    found = await outputs.get(gateway, output)
    assert (found, type(found)) == (made, type(made))
    assert gateway.sent["tool_choice"] == {"type": "tool", "name": name, "disable_parallel_tool_use": True}
    (tool,) = gateway.sent["tools"]
    assert (tool["name"], tool["input_schema"]["type"]) == (name, "object")
    Draft202012Validator(tool["input_schema"]).validate(given)


async def test_a_docstring_describes_the_tool(outputs: Outputs) -> None:
    """One that somebody wrote: what dataclasses make up, and what is inherited, says nothing."""
    gateway = Gateway(value({"city": "Rome"}), value({"value": 1}, name="Node"))
    await outputs.get(gateway, Trip)
    assert gateway.sent["tools"][0]["description"] == "Give your answer by calling this tool once. A journey."
    await outputs.get(gateway, Node)
    assert gateway.sent["tools"][0]["description"] == "Give your answer by calling this tool once."


async def test_a_recursive_type_that_is_wrapped_keeps_its_definitions_at_the_top(outputs: Outputs) -> None:
    """Where references look for them."""
    gateway = Gateway(value({"value": [{"value": 1}]}, name="list"))
    assert await outputs.get(gateway, list[Node]) == [Node(1)]
    schema = gateway.sent["tools"][0]["input_schema"]
    assert list(schema["$defs"]) == ["Node"]
    assert schema["properties"] == {"value": {"type": "array", "items": {"$ref": "#/$defs/Node"}}}


async def test_a_bare_value_is_taken_where_an_object_was_asked_for() -> None:
    """A model may forget the member around it, as long as what it says fits."""
    gateway = Gateway(value({"name": "Ann"}, name="output"))
    assert await Outputs(asynchronous=False, stream=False).get(gateway, Trip | Guest) == Guest("Ann")


async def test_what_is_wrong_goes_back_to_the_model(outputs: Outputs) -> None:
    """With field, reason and value; the second answer is taken."""
    gateway = Gateway(value({"nights": "two"}), value({"city": "Rome"}))
    assert await outputs.get(gateway, Trip) == Trip("Rome")
    wrong = {"type": "tool_use", "id": "toolu_1", "name": "Trip", "input": {"nights": "two"}}
    problem = 'The arguments are wrong. city: missing; nights: expected an integer, got "two"'
    told = {"type": "tool_result", "tool_use_id": "toolu_1", "content": problem, "is_error": True}
    assert gateway.sent["messages"] == [
        ASK,
        {"role": "assistant", "content": [wrong]},
        {"role": "user", "content": [told]},
    ]


async def test_all_calls_of_a_wrong_answer_are_answered(outputs: Outputs) -> None:
    """The API wants a result for each."""
    two = answer(body(tool_block(id="a", name="Trip"), tool_block(id="b", name="Trip"), stop_reason="tool_use"))
    gateway = Gateway(two, value({"city": "Rome"}))
    await outputs.get(gateway, Trip)
    assert [one["tool_use_id"] for one in gateway.sent["messages"][-1]["content"]] == ["a", "b"]


async def test_an_answer_without_a_call_is_asked_for_again(outputs: Outputs) -> None:
    """In words, since there is no call to answer."""
    gateway = Gateway(said("Rome, I think."), value({"city": "Rome"}))
    assert await outputs.get(gateway, Trip) == Trip("Rome")
    assert gateway.sent["messages"][1:] == [
        {"role": "assistant", "content": [text_block("Rome, I think.")]},
        {"role": "user", "content": [text_block("You did not call the tool Trip. Call it with your answer.")]},
    ]


async def test_an_empty_answer_is_no_turn(outputs: Outputs) -> None:
    """The API takes no turn without content."""
    gateway = Gateway(answer(body()), value({"city": "Rome"}))
    await outputs.get(gateway, Trip)
    assert [turn["role"] for turn in gateway.sent["messages"]] == ["user", "user"]


@pytest.mark.parametrize(("options", "requests"), [({}, 3), ({"output_retries": 0}, 1), ({"output_retries": 4}, 5)])
async def test_the_model_has_so_many_tries(outputs: Outputs, options: dict[str, Any], requests: int) -> None:
    """Then the error holds the turns, the last problem told, and the last message."""
    gateway = Gateway(value({"nights": "two"}))
    with pytest.raises(
        OutputError, match=r"came of it\. The arguments are wrong\. city: missing.*\"two\"\. "
    ) as caught:
        await outputs.get(gateway, Trip, **options)
    error = caught.value
    assert len(gateway.requests) == requests
    assert [turn["role"] for turn in error.transcript] == ["user"] + ["assistant", "user"] * requests
    assert error.partial is not None
    assert error.partial.tool_uses[0].input == {"nights": "two"}
    json.dumps(error.transcript)


@pytest.mark.parametrize("reason", ["max_tokens", "model_context_window_exceeded"])
async def test_an_answer_that_was_cut_is_not_taken(outputs: Outputs, reason: str) -> None:
    """Even if what is there would do: it need not be all."""
    cut = answer(body(tool_block(name="Trip", input={"city": "Rome"}), stop_reason=reason))
    gateway = Gateway(cut)
    with pytest.raises(OutputError, match=rf"cut off \({reason}\)") as caught:
        await outputs.get(gateway, Trip)
    assert (len(gateway.requests), caught.value.transcript) == (1, [ASK])
    assert caught.value.partial is not None
    assert caught.value.partial.stop_reason == reason


async def test_a_refusal_is_not_asked_again(outputs: Outputs) -> None:
    """The model will not."""
    gateway = Gateway(said("I cannot.", stop_reason="refusal"))
    with pytest.raises(OutputError, match="The model refused") as caught:
        await outputs.get(gateway, Trip)
    assert len(gateway.requests) == 1
    assert caught.value.partial is not None
    assert caught.value.partial.text == "I cannot."


@pytest.mark.operation("create_message.thinking")
async def test_thinking_goes_back_with_its_signature(outputs: Outputs) -> None:
    """As the API demands of a turn with calls."""
    thought = {"type": "thinking", "thinking": "Hm.", "signature": "sig"}
    wrong = answer(body(thought, tool_block(name="Trip"), stop_reason="tool_use"))
    gateway = Gateway(wrong, value({"city": "Rome"}))
    await outputs.get(gateway, Trip, thinking={"type": "adaptive"})
    assert gateway.sent["messages"][1]["content"][0] == thought


@pytest.mark.parametrize(
    ("options", "error", "problem"),
    [
        ({"output": complex}, ToolDefinitionError, "output is annotated with complex"),
        ({"output": Foreign}, ToolDefinitionError, "output has a field 'größe', a name that the API does not take"),
        ({"output_retries": -1}, InvalidRequestError, "output_retries is -1"),
        ({"output_retries": True}, InvalidRequestError, "output_retries is True"),
        ({"output_retries": "2"}, InvalidRequestError, "output_retries is a str"),
        ({"tools": []}, TypeError, "unexpected argument 'tools'"),
        ({"tool_choice": {"type": "any"}}, TypeError, "unexpected argument 'tool_choice'"),
        ({"nonsense": 1}, TypeError, "unexpected argument 'nonsense'"),
        ({"model": ""}, InvalidRequestError, "model is empty"),
    ],
    ids=repr,
)
async def test_what_cannot_be_asked_for_is_refused_before_anything_is_sent(
    outputs: Outputs, options: dict[str, Any], error: type[Exception], problem: str
) -> None:
    """By an error that names it."""
    gateway = Gateway(value({"city": "Rome"}))
    with pytest.raises(error, match=problem):
        await outputs.get(gateway, **{"output": Trip, **options})
    assert gateway.requests == []
