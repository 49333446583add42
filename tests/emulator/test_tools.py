"""Tools: when one is called, with what input, and what becomes of its result."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from aimlapi_messages.testing.model.inputs import make_input

Ask = Callable[..., httpx.Response]

TIME_TOOL: dict[str, Any] = {
    "name": "get_time",
    "description": "Tell the time of day in a city",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}
WEATHER = "What is the weather in San Francisco, CA?"


def allowed_tools(mode: str) -> dict[str, Any]:
    """OpenAI's choice of a part of the tools."""
    tools = [{"type": "function", "function": {"name": "get_time"}}]
    return {"type": "allowed_tools", "allowed_tools": {"mode": mode, "tools": tools}}


def calls(response: httpx.Response) -> list[tuple[str, Any]]:
    """The name and input of each tool call in an answer."""
    blocks = response.json()["content"]
    return [(block["name"], block["input"]) for block in blocks if block["type"] == "tool_use"]


def test_a_round_trip(ask: Ask, weather_tool: dict[str, Any]) -> None:
    """The tool is called with the place in the question, and its result is in the final text."""
    first = ask(WEATHER, tools=[weather_tool]).json()
    text, call = first["content"]
    assert text == {"type": "text", "text": "Let me use get_weather."}
    assert re.fullmatch(r"toolu_01[0-9A-Za-z]{22}", call.pop("id"))
    assert call == {"type": "tool_use", "name": "get_weather", "input": {"location": "San Francisco, CA"}}
    assert first["stop_reason"] == "tool_use"

    identifier = first["content"][1].setdefault("id", "toolu_1")
    result = {"type": "tool_result", "tool_use_id": identifier, "content": "18 degrees, clear"}
    messages = [
        {"role": "user", "content": WEATHER},
        {"role": "assistant", "content": first["content"]},
        {"role": "user", "content": [result]},
    ]
    second = ask("", messages=messages, tools=[weather_tool]).json()
    assert second["content"] == [{"type": "text", "text": "According to get_weather: 18 degrees, clear."}]
    assert second["stop_reason"] == "end_turn"


def answer_to(ask: Ask, results: list[dict[str, Any]]) -> httpx.Response:
    """The answer to results of three calls, of get_weather (a, c) and get_time (b)."""
    called = [("a", "get_weather"), ("b", "get_time"), ("c", "get_weather")]
    uses: list[dict[str, Any]] = [
        {"type": "tool_use", "id": id, "name": name, "input": {}} for id, name in called[: len(results)]
    ]
    messages: list[dict[str, Any]] = [
        {"role": "user", "content": "Go"},
        {"role": "assistant", "content": uses},
        {"role": "user", "content": [{"type": "tool_result", **result} for result in results]},
    ]
    return ask("", messages=messages)


def test_several_results_are_quoted_in_order(ask: Ask) -> None:
    """Each result is quoted with its tool; a failed one is reported; blocks are read as text."""
    response = answer_to(
        ask,
        [
            {
                "tool_use_id": "a",
                "content": [{"type": "text", "text": "18"}, {"type": "text", "text": "degrees"}],
            },
            {"tool_use_id": "b", "content": "no clock!", "is_error": True},
            {"tool_use_id": "c"},
        ],
    )
    assert response.json()["content"][0]["text"] == (
        "According to get_weather: 18 degrees. get_time failed: no clock! According to get_weather: nothing."
    )


@pytest.mark.parametrize(
    ("results", "path"),
    [
        ([{"tool_use_id": "unknown", "content": "x"}], "messages[2].content[0].tool_use_id"),
        ([{"tool_use_id": "a"}, {"tool_use_id": "a"}], "messages[1].content[1]"),
    ],
)
def test_calls_and_results_belong_together(ask: Ask, results: list[dict[str, Any]], path: str) -> None:
    """A result without a call, and a call without a result, are rejected."""
    response = answer_to(ask, results)
    assert response.status_code == 400
    assert path in [detail["path"] for detail in response.json()["error"]["details"]]


def test_an_image_in_a_result_is_named(
    ask: Ask, image_bytes: Callable[..., bytes], image_block: Callable[..., dict[str, Any]]
) -> None:
    """An image in a tool result is described."""
    block = image_block("image/gif", image_bytes("GIF", 3, 2))
    response = answer_to(ask, [{"tool_use_id": "a", "content": [block]}])
    assert response.json()["content"][0]["text"] == "According to get_weather: (a GIF of 3 by 2 pixels)."


def test_no_tool_is_called_unless_mentioned(ask: Ask, weather_tool: dict[str, Any]) -> None:
    """A question without a word in common with a tool gets a plain answer."""
    assert calls(ask("Who wrote Hamlet?", tools=[weather_tool])) == []


def test_the_mentioned_tool_is_called(ask: Ask, weather_tool: dict[str, Any]) -> None:
    """Of several tools, the one whose name shares a word with the question is called."""
    assert calls(ask("Tell me the time in Paris", tools=[weather_tool, TIME_TOOL])) == [("get_time", {"city": "Paris"})]


def test_a_description_is_enough(ask: Ask) -> None:
    """A tool is also called if only its description shares a word with the question."""
    tool = {**TIME_TOOL, "name": "clock", "description": "Looks up daylight hours"}
    assert calls(ask("How many hours of light has Oslo?", tools=[tool])) == [
        ("clock", {"city": "How many hours of light has Oslo?"})
    ]


def test_two_tools_at_once(ask: Ask, weather_tool: dict[str, Any]) -> None:
    """A question that mentions two tools calls both, or one when parallel use is disabled."""
    question = "What are the weather and the time in Rome?"
    tools = [weather_tool, TIME_TOOL]
    both = [("get_weather", {"location": "Rome"}), ("get_time", {"city": "Rome"})]
    assert calls(ask(question, tools=tools)) == both
    single = {"type": "auto", "disable_parallel_tool_use": True}
    assert calls(ask(question, tools=tools, tool_choice=single)) == both[:1]


def test_ids_of_calls_differ(ask: Ask, weather_tool: dict[str, Any]) -> None:
    """Two calls in one answer have different ids."""
    content = ask("Weather and time in Rome", tools=[weather_tool, TIME_TOOL]).json()["content"]
    identifiers = [block["id"] for block in content if block["type"] == "tool_use"]
    assert len(identifiers) == len(set(identifiers)) == 2


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({"type": "any"}, ["get_weather"]),
        ({"type": "tool", "name": "get_time"}, ["get_time"]),
        ("required", ["get_weather"]),
        ({"type": "auto"}, []),
        ({"type": "none"}, []),
        ("none", []),
        ({"type": "function", "function": {"name": "get_time"}}, ["get_time"]),
        (allowed_tools("required"), ["get_time"]),
        (allowed_tools("auto"), []),
    ],
)
def test_tool_choice_without_a_hint(
    ask: Ask, weather_tool: dict[str, Any], choice: object, expected: list[str]
) -> None:
    """The choice can force a tool call for a question that mentions no tool."""
    response = ask("Hello", tools=[weather_tool, TIME_TOOL], tool_choice=choice)
    assert [name for name, _ in calls(response)] == expected


@pytest.mark.parametrize(
    ("choice", "kinds"),
    [
        ({"type": "auto"}, ["text", "tool_use"]),
        ({"type": "any"}, ["tool_use"]),
        ({"type": "tool", "name": "get_weather"}, ["tool_use"]),
        ("required", ["tool_use"]),
        ({"type": "none"}, ["text"]),
    ],
)
def test_a_model_that_is_made_to_call_says_nothing_before(
    ask: Ask, weather_tool: dict[str, Any], choice: Any, kinds: list[str]
) -> None:
    """Its answer is begun for it, as Anthropic says of these choices."""
    blocks = ask(WEATHER, tools=[weather_tool], tool_choice=choice).json()["content"]
    assert [block["type"] for block in blocks] == kinds


def test_tool_choice_none_forbids(ask: Ask, weather_tool: dict[str, Any]) -> None:
    """With the choice none, even a mentioned tool is not called."""
    assert calls(ask(WEATHER, tools=[weather_tool], tool_choice={"type": "none"})) == []


def test_an_unknown_choice_is_refused(ask: Ask, weather_tool: dict[str, Any]) -> None:
    """The choice of a tool that is not offered answers 400."""
    response = ask("Hello", tools=[weather_tool], tool_choice={"type": "tool", "name": "other"})
    assert response.json()["error"]["details"][0]["path"] == "tool_choice.name"


def test_two_tools_of_one_name_are_refused(ask: Ask, weather_tool: dict[str, Any]) -> None:
    """Tool names are unique."""
    response = ask("Hello", tools=[weather_tool, weather_tool])
    assert response.json()["error"]["details"][0]["path"] == "tools[1].name"


def test_server_tools_are_not_called(ask: Ask) -> None:
    """A tool that the provider runs is accepted and not called."""
    assert calls(ask("Search the web", tools=[{"type": "web_search_20250305", "name": "web_search"}])) == []


def test_a_built_in_client_tool_is_called(ask: Ask) -> None:
    """A client tool whose schema its type implies gets a matching input."""
    tool = {"type": "bash_20250124", "name": "bash"}
    assert calls(ask("List files with bash", tools=[tool])) == [("bash", {"command": "ls"})]


def test_openai_functions_and_results(ask: Ask) -> None:
    """Functions and tool messages in OpenAI's format work on the same route."""
    function = {"name": "get_time", "parameters": TIME_TOOL["input_schema"]}
    tools = [{"type": "function", "function": function}]
    assert calls(ask("What time is it in Oslo?", tools=tools)) == [("get_time", {"city": "Oslo"})]
    call = {"id": "call_1", "type": "function", "function": {"name": "get_time", "arguments": "{}"}}
    messages = [
        {"role": "user", "content": "What time is it in Oslo?"},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "call_1", "content": "Noon"},
    ]
    response = ask("", messages=messages, tools=tools)
    assert response.json()["content"][0]["text"] == "According to get_time: Noon."


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is the weather in San Francisco, CA?", "San Francisco, CA"),
        ("Forecast for Rio de Janeiro please", "Rio de Janeiro"),
        ("Is it cold at Mount Everest today?", "Mount Everest"),
        ("weather in Zürich-Oerlikon!", "Zürich-Oerlikon"),
        ("In Paris, I want an umbrella", "Paris"),
        ('Look up "blue whales"', "blue whales"),
        ("what is the weather", "what is the weather"),
    ],
)
def test_a_string_is_the_name_in_the_question(question: str, expected: str) -> None:
    """A required string is the name after a preposition, else the quoted text, else the whole question."""
    schema = {"type": "object", "properties": {"place": {"type": "string"}}, "required": ["place"]}
    assert make_input(schema, question) == {"place": expected}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"enum": ["celsius", "fahrenheit"]}, "fahrenheit"),
        ({"enum": ["kelvin", "rankine"]}, "kelvin"),
        ({"enum": [3, 4]}, 3),
        ({"const": "fixed"}, "fixed"),
        ({"type": "string", "default": "usual"}, "usual"),
        ({"type": "string", "format": "date"}, "2026-09-01"),
        ({"type": "string", "maxLength": 3}, "Ber"),
        ({"type": ["null", "string"]}, "Berlin"),
        ({"type": "integer"}, 12),
        ({"type": "integer", "maximum": 10}, 10),
        ({"type": "number"}, 12),
        ({"type": "boolean"}, True),
        ({"type": "null"}, None),
        ({"type": "array", "items": {"type": "string"}}, ["Berlin"]),
        ({"type": "array", "items": {"type": "boolean"}, "minItems": 2}, [True, True]),
        ({"anyOf": [{"type": "null"}, {"type": "boolean"}]}, True),
        ({"$ref": "#/$defs/Flag"}, True),
        ({"type": "object", "properties": {"on": {"type": "boolean"}}, "required": ["on"]}, {"on": True}),
        ({"type": "object"}, {}),
    ],
)
def test_each_kind_of_property_gets_a_fitting_value(schema: dict[str, Any], expected: Any) -> None:
    """Values depend on the property's schema and the question."""
    whole = {
        "type": "object",
        "properties": {"value": schema},
        "required": ["value"],
        "$defs": {"Flag": {"type": "boolean"}},
    }
    assert make_input(whole, "How is Berlin, in Berlin, 12 days ahead in fahrenheit?") == {"value": expected}


def test_names_and_numbers_are_used_in_order() -> None:
    """Several strings and numbers take the names and numbers of the question in order."""
    schema = {
        "type": "object",
        "properties": {
            "origin": {"type": "string"},
            "target": {"type": "string"},
            "adults": {"type": "integer"},
            "price": {"type": "number"},
        },
        "required": ["origin", "target", "adults", "price"],
    }
    question = "Fly from Paris to New York for 2 people under 1,250.50 dollars"
    assert make_input(schema, question) == {
        "origin": "Paris",
        "target": "New York",
        "adults": 2,
        "price": 1250.5,
    }


def test_optional_properties_need_a_mention() -> None:
    """An optional enum is set if the question mentions one of its values, and absent otherwise."""
    schema = {"type": "object", "properties": {"unit": {"enum": ["celsius", "fahrenheit"]}, "note": {}}}
    assert make_input(schema, "Is it warm, in Celsius?") == {"unit": "celsius"}
    assert make_input(schema, "Is it warm?") == {}
