"""`@tool`: what is made of a function, and what stands for it in a request."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable
from typing import Any

import pytest

from aimlapi_messages import Tool, ToolArgumentsError, ToolDefinitionError, cached, tool
from aimlapi_messages.tools.tool import as_tools

from ..support.lacking import of_model

CITY = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
    "additionalProperties": False,
}


def weather(city: str) -> str:
    """The weather in a city."""
    return f"sunny in {city}"


async def forecast(city: str) -> str:
    """The weather in a city."""
    return city


class Desk:
    """The weather in a city."""

    def weather(self, city: str) -> str:
        """The weather in a city."""
        return f"{type(self).__name__}: {city}"

    @classmethod
    def of(cls, city: str) -> str:
        """The weather in a city."""
        return f"{cls.__name__}: {city}"

    @staticmethod
    def at(city: str) -> str:
        """The weather in a city."""
        return city

    def __call__(self, city: str) -> str:
        return city

    async def later(self, city: str) -> str:
        """The weather in a city."""
        return city


class AsyncDesk:
    """The weather in a city."""

    async def __call__(self, city: str) -> str:
        return city


@pytest.mark.parametrize(
    ("function", "name", "is_async"),
    [
        (weather, "weather", False),
        (forecast, "forecast", True),
        (Desk().weather, "weather", False),
        (Desk().later, "later", True),
        (Desk.of, "of", False),
        (Desk.at, "at", False),
        (Desk(), "Desk", False),
        (AsyncDesk(), "AsyncDesk", True),
        (functools.partial(weather), "weather", False),
        (functools.partial(forecast), "forecast", True),
        (tool(weather), "weather", False),
    ],
)
def test_whatever_can_be_called_is_a_tool(function: Callable[..., Any], name: str, is_async: bool) -> None:
    made = tool(function)
    assert (made.name, made.input_schema, made.is_async) == (name, CITY, is_async)


def test_a_tool_is_still_the_function() -> None:
    made = tool(weather)
    assert made("Rome") == "sunny in Rome"
    assert (made.__name__, made.__doc__, made.__wrapped__) == ("weather", "The weather in a city.", weather)
    assert repr(made) == "Tool('weather')"


def test_a_bare_decorator_takes_all_from_the_function() -> None:
    @tool
    def look(city: str) -> str:
        """Look outside."""
        return city

    assert look.to_dict() == {"name": "look", "description": "Look outside.", "input_schema": CITY}
    assert (look.sequential, look.timeout) == (False, None)


def test_options_go_before_the_function() -> None:
    @tool(
        name="look-outside",
        description="Out of the window.",
        sequential=True,
        timeout=2.5,
        cache_control=True,
        extra={"strict": True},
    )
    def look(city: str) -> str:
        """Look outside."""
        return city

    assert look.to_dict() == {
        "name": "look-outside",
        "description": "Out of the window.",
        "input_schema": CITY,
        "cache_control": {"type": "ephemeral"},
        "strict": True,
    }
    assert (look.sequential, look.timeout) == (True, 2.5)


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        (True, {"type": "ephemeral"}),
        (False, None),
        (None, None),
        ({"type": "ephemeral", "ttl": "1h"}, {"type": "ephemeral", "ttl": "1h"}),
        of_model("CacheControlParam", {"ttl": "5m"}, {"type": "ephemeral", "ttl": "5m"}),
    ],
)
def test_the_cache_is_asked_for_in_each_form(given: Any, sent: Any) -> None:
    assert tool(cache_control=given)(weather).to_dict().get("cache_control") == sent


def test_a_tool_without_a_docstring_has_no_description() -> None:
    @tool
    def look(city: str) -> None: ...

    assert look.to_dict() == {"name": "look", "input_schema": CITY}


def test_cached_describes_a_tool_with_a_breakpoint() -> None:
    made = tool(weather)
    assert cached(made, "1h")["cache_control"] == {"type": "ephemeral", "ttl": "1h"}
    assert "cache_control" not in made.to_dict()


class Station:
    """A class of its own, some of whose methods are tools."""

    def __init__(self, place: str) -> None:
        self.place = place

    @tool(timeout=3)
    def measure(self, city: str) -> str:
        """Measure."""
        return f"{self.place} {city}"

    @tool
    @classmethod
    def of(cls, city: str) -> str:
        """Of a class."""
        return f"{cls.__name__} {city}"

    @tool
    @staticmethod
    def at(city: str) -> str:
        """Of nothing."""
        return city

    @staticmethod
    @tool
    def on(city: str) -> str:
        """The other way round."""
        return city


@pytest.mark.parametrize(
    ("made", "result"),
    [
        (Station("North").measure, "North Rome"),
        (Station.of, "Station Rome"),
        (Station("North").of, "Station Rome"),
        (Station.at, "Rome"),
        (Station("North").at, "Rome"),
        (Station("North").on, "Rome"),
    ],
)
def test_a_decorated_method_is_bound_like_a_method(made: Tool[..., str], result: str) -> None:
    assert made("Rome") == result
    assert made.input_schema == CITY


def test_a_bound_tool_keeps_its_options() -> None:
    assert Station("North").measure.timeout == 3


def test_a_method_without_its_object_is_refused() -> None:
    with pytest.raises(ToolDefinitionError, match=r"Give the method of an object: Station\(\.\.\.\)\.measure"):
        _ = Station.measure.input_schema


def test_calling_a_method_makes_no_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    station = Station("North")
    monkeypatch.setattr("aimlapi_messages.tools.tool.Parameters", None)
    assert station.measure("Rome") == "North Rome"


def test_a_copy_of_a_tool_is_the_same_tool() -> None:
    assert copy.deepcopy(tool(weather)).to_dict() == tool(weather).to_dict()


BASH = {"type": "bash_20250124", "name": "bash"}
EDITOR = {"type": "text_editor_20250728", "name": "str_replace_based_edit_tool", "max_characters": 1000}
MEMORY = {"type": "memory_20250818", "name": "memory"}
SCHEMA = {"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"]}


def bash(command: str = "", restart: bool = False) -> str:
    """Run a command."""
    return f"$ {command}"


def memory(**arguments: Any) -> Any:
    return arguments


def counted(by: dict[int, int]) -> int:
    return sum(by.values())


def edit(command: str, path, **rest: Any) -> Any:
    return command, path, rest


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ([BASH, bash], [BASH]),
        ([bash, BASH], [BASH]),
        ([tool(bash), weather, BASH], [BASH, tool(weather).to_dict()]),
        ([MEMORY, memory], [MEMORY]),
        ([EDITOR, tool(name=EDITOR["name"], input_schema={})(edit)], [EDITOR]),
        ([tool(declaration=BASH)(bash)], [BASH]),
        ([tool(declaration=EDITOR)(edit)], [EDITOR]),
        ([tool(declaration=MEMORY, cache_control=True)(memory)], [{**MEMORY, "cache_control": {"type": "ephemeral"}}]),
        ([tool(declaration=BASH)(bash), {**BASH, "input_examples": []}], [{**BASH, "input_examples": []}]),
        ([BASH, BASH, bash], [BASH]),
    ],
)
def test_a_declared_tool_and_its_function_are_one(given: list[Any], sent: list[Any]) -> None:
    (*made,) = as_tools(given)
    assert all(isinstance(one, Tool) for one in made)
    assert [one.to_dict() for one in made if isinstance(one, Tool)] == sent


@pytest.mark.parametrize("declared", [of_model("BashToolParam", BASH), of_model("MemoryToolParam", MEMORY)])
def test_a_declared_tool_may_be_a_model(declared: Any) -> None:
    functions = {"bash": bash, "memory": memory}
    (made,) = as_tools([declared, functions[declared.name]])
    assert isinstance(made, Tool)
    assert made.to_dict() == declared.to_dict()


@pytest.mark.parametrize(
    ("made", "arguments", "result"),
    [
        (tool(weather), {"city": "Rome"}, "sunny in Rome"),
        (tool(declaration=BASH)(bash), {"command": "ls"}, "$ ls"),
        (tool(declaration=MEMORY)(memory), {"command": "view", "path": "/"}, {"command": "view", "path": "/"}),
        (tool(declaration=EDITOR)(edit), {"command": "view", "path": 5, "x": 1}, ("view", 5, {"x": 1})),
        (tool(input_schema=SCHEMA)(memory), {"path": "a", "more": [1]}, {"path": "a", "more": [1]}),
        (tool(input_schema=SCHEMA, name="look")(lambda **arguments: arguments), {"class": 1}, {"class": 1}),
        (Station("North").measure, {"city": "Rome"}, "North Rome"),
        (tool(weather), '{"city": "Rome"}', "sunny in Rome"),
        (tool(input_schema=SCHEMA)(memory), {"self": 1, "function": 2}, {"self": 1, "function": 2}),
    ],
)
def test_a_tool_is_called_by_hand_as_the_model_calls_it(made: Any, arguments: Any, result: Any) -> None:
    assert made.call(arguments) == result


@pytest.mark.parametrize(
    ("made", "arguments", "problem"),
    [
        (tool(weather), {}, "The arguments of weather are wrong. city: missing"),
        (tool(weather), {"city": 5}, "city: expected a string, got 5"),
        (tool(weather), [], r"expected an object, got \[\]"),
        (tool(weather), {"city": "Rome", 1: 2}, r"1: unknown \(known: city\), got 2"),
        (tool(weather), {None: "Rome"}, "city: missing; None: unknown"),
        (tool(weather), "{", 'expected an object, got "{"'),
        (tool(weather), object(), "expected an object, got"),
        (tool(input_schema=SCHEMA)(memory), {1: 2}, "refused: keywords must be strings"),
        (tool(counted), {"by": {1: 2}}, "by.1: expected an integer as key, got 1"),
        (tool(counted), {"by": {"1": 2, None: 3}}, "by.None: expected an integer as key, got null"),
        (tool(declaration=BASH)(bash), {"command": ["ls"]}, "command: expected a string"),
        (tool(declaration=BASH)(bash), {"cmd": "ls"}, "cmd: unknown"),
        (tool(declaration=EDITOR)(edit), {"command": "view"}, "path: missing"),
    ],
)
def test_wrong_arguments_by_hand_are_a_typed_error(made: Any, arguments: Any, problem: str) -> None:
    with pytest.raises(ToolArgumentsError, match=problem):
        made.call(arguments)


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        (SCHEMA, SCHEMA),
        ({}, {"type": "object"}),
        (
            {"properties": {"größe": {"type": "integer"}}},
            {"type": "object", "properties": {"größe": {"type": "integer"}}},
        ),
        ({**SCHEMA, "$defs": {}}, {**SCHEMA, "$defs": {}}),
        ({**SCHEMA, "additionalProperties": True}, {**SCHEMA, "additionalProperties": True}),
    ],
)
def test_a_given_schema_is_sent_as_it_is(given: Any, sent: Any) -> None:
    made = tool(name="look", description="Look.", input_schema=given)(memory)
    assert made.to_dict() == {"name": "look", "description": "Look.", "input_schema": sent}


def test_a_partial_has_the_name_that_it_was_given() -> None:
    named: Any = functools.partial(weather, "Rome")
    named.__name__, named.__doc__ = "weather_in_rome", "The weather in Rome."
    empty = {"type": "object", "properties": {}, "additionalProperties": False}
    sent = {"name": "weather_in_rome", "description": "The weather in Rome.", "input_schema": empty}
    assert tool(named).to_dict() == sent
    assert tool(functools.partial(named)).name == "weather_in_rome"
    assert (
        tool(functools.update_wrapper(functools.partial(weather, "Rome"), weather)).to_dict()["input_schema"] == empty
    )


def unnamed(function: Callable[..., Any]) -> Callable[..., Any]:
    return functools.wraps(function)(lambda *args: function(*args))


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda: tool(lambda city: city), "A lambda has no name"),
        (lambda: tool(name="two words")(weather), "'two words' is not a tool's name"),
        (lambda: tool(name="x" * 129)(weather), "is not a tool's name"),
        (lambda: tool(name="größe")(weather), "is not a tool's name"),
        (lambda: tool(timeout=-1)(weather), "timeout is -1. Give seconds"),
        (lambda: tool(timeout="5")(weather), "timeout is a str. Give seconds"),
        (lambda: tool(cache_control="1h")(weather), "cache_control is a str. Give True"),
        (lambda: as_tools(["weather"]), "tools holds a str"),
        (lambda: as_tools([weather, {"type": "x_1", "name": "weather"}]), "Two tools are called 'weather'"),
        (lambda: as_tools([{"type": "custom", "name": "mine"}]), "'mine' has no function to run"),
        (lambda: as_tools([BASH]), "'bash' has no function to run"),
        (lambda: as_tools([BASH, bash, bash]), "Two tools are called 'bash'"),
        (lambda: tool(input_schema={"type": "array"})(memory), "input_schema is a schema of 'array'"),
        (lambda: tool(input_schema=[])(memory), "input_schema is list"),
        (lambda: tool(memory), r"is \*\*arguments. Name each parameter"),
        (lambda: as_tools([{"type": "bash_20250124"}, bash]), "'bash_20250124' has no name. Give the one that"),
        (lambda: as_tools([{"type": "text_editor_20250728"}]), "'text_editor_20250728' has no name"),
        (lambda: as_tools([{"type": "memory_20250818", "name": None}]), "'memory_20250818' has no name"),
        (lambda: as_tools([{"type": "computer_20250124", "name": ""}]), "'computer_20250124' has no name"),
        (lambda: as_tools([{**BASH, "name": 5}, bash]), "'bash_20250124' has no name"),
    ],
)
def test_what_is_no_tool_is_refused_at_its_definition(make: Callable[[], Any], problem: str) -> None:
    with pytest.raises(ToolDefinitionError, match=problem):
        make()


@pytest.mark.parametrize(
    ("option", "value", "problem"),
    [
        ("timeout", 10**400, "timeout is a number of many digits. Give seconds"),
        ("timeout", -(10**400), "timeout is a number of many digits. Give seconds"),
        ("name", 5, "The name of a tool is a int"),
        ("name", b"a", "The name of a tool is a bytes"),
        ("declaration", {"type": "bash_20250124", "name": 5}, "The name of a tool is a int"),
        ("declaration", 5, "declaration is a int. Give a dict"),
        ("declaration", [BASH], "declaration is a list. Give a dict"),
        ("extra", "strict", "extra is a str. Give a dict"),
        ("extra", {"name": "other"}, "extra has a name. Give it as name="),
        ("description", ["a"], "description is a list. Give a str"),
    ],
)
def test_an_option_of_another_type_is_refused(option: str, value: Any, problem: str) -> None:
    given: Any = {option: value}
    with pytest.raises(ToolDefinitionError, match=problem):
        tool(**given)(weather)


def test_a_lambda_in_disguise_has_the_name_of_what_it_wraps() -> None:
    assert tool(unnamed(weather)).name == "weather"


def test_an_object_without_a_name_needs_one() -> None:
    """The name of its class may be none for a tool."""
    kind = type("Größe", (), {"__call__": Desk.__call__})
    with pytest.raises(ToolDefinitionError, match="'Größe' is not a tool's name"):
        tool(kind())
    assert tool(name="size")(kind()).input_schema == CITY
