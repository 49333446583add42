"""Tool calls with wrong arguments, and their repetition after an error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from aimlapi_messages.testing.model.inputs import UnsupportedSchemaError, make_input, make_invalid_input

Ask = Callable[..., httpx.Response]
WEATHER = "What is the weather in Paris?"


@pytest.mark.parametrize(
    ("schema", "invalid"),
    [
        ({"properties": {"n": {"type": "integer"}}, "required": ["n"]}, {"n": "a wrong value"}),
        ({"properties": {"s": {"type": "string"}}, "required": ["s"]}, {"s": ["a wrong value"]}),
        ({"properties": {"x": {}}, "required": ["x"]}, {}),
        ({"properties": {}, "additionalProperties": False}, {"unknown": True}),
    ],
)
def test_an_input_is_made_invalid(schema: dict[str, Any], invalid: dict[str, Any]) -> None:
    """A member has a wrong value, is missing, or is unknown."""
    schema = {"type": "object", **schema}
    assert make_invalid_input(make_input(schema, "7"), schema) == invalid
    assert not Draft202012Validator(schema).is_valid(invalid)


def test_a_schema_that_accepts_anything_has_no_invalid_input() -> None:
    """As for a schema that no input can be made for."""
    with pytest.raises(UnsupportedSchemaError, match="accepts any input"):
        make_invalid_input({}, {"type": "object"})


def blocks(response: httpx.Response) -> list[dict[str, Any]]:
    content: list[dict[str, Any]] = response.json()["content"]
    return [block for block in content if block["type"] == "tool_use"]


def after_an_error(call: dict[str, Any], times: int = 1) -> list[dict[str, Any]]:
    """A conversation in which the call failed."""
    turns: list[dict[str, Any]] = [{"role": "user", "content": WEATHER}]
    for number in range(times):
        used = {**call, "id": f"toolu_{number}"}
        result = {"type": "tool_result", "tool_use_id": used["id"], "content": "wrong", "is_error": True}
        turns += [{"role": "assistant", "content": [used]}, {"role": "user", "content": [result]}]
    return turns


def test_the_first_calls_are_wrong_and_the_next_is_right(ask: Ask, weather_tool: dict[str, Any]) -> None:
    """Calls are counted in the conversation, so that tests are repeatable."""
    headers = {"x-emulator-tools": "wrong=2"}
    first = blocks(ask(WEATHER, tools=[weather_tool], headers=headers))[0]
    again = [
        blocks(ask("", messages=after_an_error(first, times), tools=[weather_tool], headers=headers))[0]["input"]
        for times in (1, 2)
    ]
    assert [first["input"], *again] == [
        {"location": ["a wrong value"]},
        {"location": ["a wrong value"]},
        {"location": "Paris"},
    ]


def test_without_a_number_every_call_is_wrong(ask: Ask, weather_tool: dict[str, Any]) -> None:
    """To test that a run gives up."""
    headers = {"x-emulator-tools": "wrong"}
    first = blocks(ask(WEATHER, tools=[weather_tool], headers=headers))[0]
    last = blocks(ask("", messages=after_an_error(first, 30), tools=[weather_tool], headers=headers))[0]
    assert first["input"] == last["input"] == {"location": ["a wrong value"]}


def test_a_result_that_is_no_error_ends_the_calls(ask: Ask, weather_tool: dict[str, Any]) -> None:
    """It is quoted, as usual."""
    turns = after_an_error({"type": "tool_use", "name": "get_weather", "input": {}})
    turns[-1]["content"][0]["is_error"] = False
    response = ask("", messages=turns, tools=[weather_tool], headers={"x-emulator-tools": "wrong=2"})
    assert response.json()["content"] == [{"type": "text", "text": "According to get_weather: wrong."}]


def test_a_choice_that_demands_a_call_also_applies_after_results(ask: Ask, weather_tool: dict[str, Any]) -> None:
    """Like a real model."""
    turns = after_an_error({"type": "tool_use", "name": "get_weather", "input": {}})
    choice = {"type": "tool", "name": "get_weather"}
    response = ask("", messages=turns, tools=[weather_tool], tool_choice=choice)
    assert [block["input"] for block in blocks(response)] == [{"location": "Paris"}]


def test_a_tool_that_cannot_be_called_wrongly_is_named(ask: Ask) -> None:
    """Like any other request that the emulator cannot answer."""
    tool = {"name": "get_weather", "input_schema": {"type": "object"}}
    response = ask(WEATHER, tools=[tool], headers={"x-emulator-tools": "wrong"})
    assert response.status_code == 400
    assert "get_weather: its schema accepts any input" in response.text
