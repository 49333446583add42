"""`Toolbox`: an object whose methods are tools, and the tools of a run or a request together."""

from __future__ import annotations

import abc
import functools
import re
import types
from typing import Any, cast

import pytest

from aimlapi_messages import InvalidRequestError, Tool, Toolbox, ToolDefinitionError, tool
from aimlapi_messages.tools.tool import as_tools

from ..support.runs import DONE, Runs, calls, results
from ..support.wire import MODEL, Gateway


class noted:
    """A decorator whose result is an object that binds itself, as those of other libraries do."""

    def __init__(self, function: Any) -> None:
        functools.update_wrapper(self, function)

    def __call__(self, *args: Any, **kwargs: Any) -> str:
        return f"noted {cast('Any', self).__wrapped__(*args, **kwargs)}"

    def __get__(self, instance: object, owner: type) -> Any:
        return types.MethodType(self, instance)


def weather(city: str) -> str:
    """The weather in a city."""
    return f"sunny in {city}"


class Counter(Toolbox):
    """Counts."""

    unit = "pieces"

    def __init__(self) -> None:
        self.count = 0

    def add(self, amount: int) -> int:
        """Add."""
        self.count += amount
        return self.count

    @tool(sequential=True)
    def clear(self) -> None:
        """Clear."""
        self.count = 0

    @classmethod
    def make(cls) -> str:
        """Make."""
        return cls.__name__

    @staticmethod
    def zero() -> int:
        """Zero."""
        return 0

    @property
    def total(self) -> int:
        return self.count

    def _hidden(self) -> None: ...


class Better(Counter):
    def multiply(self, factor: int) -> int:
        """Multiply."""
        self.count *= factor
        return self.count

    def add(self, amount: int) -> int:
        """Add better."""
        return super().add(amount)


class Lesser(Counter):
    clear = None


class Wrapped(Toolbox):
    """Its methods are objects that decorators made."""

    @functools.lru_cache(1)  # noqa: B019
    def cached(self, amount: int) -> int:
        """Cached."""
        return amount

    def move(self, place: str, steps: int) -> str:
        """Move."""
        return f"{steps} {place}"

    left = functools.partialmethod(move, "left")
    right = functools.partialmethod(move, place="right")

    @noted
    def note(self, line: str) -> str:
        """Note."""
        return line

    @functools.cached_property
    def total(self) -> int:
        raise AssertionError("no tool")

    helper = Counter
    origin = Counter()
    rounded = functools.partial(round, ndigits=1)
    fetch = functools.partial(weather, city="Rome")
    power = pow
    upper = str.upper
    match = re.compile("a").match


class Shelf(Toolbox, dict[str, int]):
    def put(self, name: str) -> None:
        """Put."""
        self[name] = 1


class Mixed(abc.ABC):
    @abc.abstractmethod
    def mix(self) -> None:
        """Mix."""


class Mixing(Mixed, Toolbox):
    def mix(self) -> None:
        """Mix."""


class Chosen(Counter):
    def tools(self) -> list[Tool[..., Any]]:
        return super().tools()[:1]


@pytest.mark.parametrize(
    ("box", "names"),
    [
        (Counter(), ["add", "clear", "make", "zero"]),
        (Better(), ["add", "clear", "make", "zero", "multiply"]),
        (Lesser(), ["add", "make", "zero"]),
        (Chosen(), ["add"]),
        (Toolbox(), []),
        (Wrapped(), ["cached", "move", "left", "right", "note"]),
        (Shelf(), ["put"]),
        (Mixing(), ["mix"]),
    ],
    ids=[
        "plain",
        "derived",
        "with one taken away",
        "with its own choice",
        "empty",
        "wrapped",
        "a dict",
        "of an abstract class",
    ],
)
def test_the_public_methods_of_a_toolbox_are_its_tools(box: Toolbox, names: list[str]) -> None:
    assert [one.name for one in box.tools()] == names


@pytest.mark.parametrize(
    ("name", "given", "result"),
    [
        ("cached", {"amount": 1}, 1),
        ("move", {"place": "up", "steps": 2}, "2 up"),
        ("left", {"steps": 3}, "3 left"),
        ("right", {"steps": 4}, "4 right"),
        ("note", {"line": "a"}, "noted a"),
    ],
)
def test_a_method_may_be_an_object(name: str, given: dict[str, Any], result: Any) -> None:
    (made,) = [one for one in Wrapped().tools() if one.name == name]
    assert made.call(given) == result
    assert made.description == ("Move." if name in ("left", "right") else f"{name.capitalize()}.")
    assert list(made.input_schema["properties"]) == list(given)


def test_the_tools_of_a_toolbox_share_its_object() -> None:
    box = Better()
    add, clear, *_ = box.tools()
    assert (add(2), add.description, clear.sequential) == (2, "Add better.", True)
    clear()
    assert box.count == 0


@pytest.mark.anyio
async def test_a_run_calls_the_methods_of_a_toolbox(runs: Runs) -> None:
    """One after the other where they say so."""
    gateway = Gateway(calls(("add", {"amount": 2}), ("clear", {}), ("add", {"amount": 3})), DONE)
    await runs.until_done(gateway, tools=[Counter()])
    assert [one.get("content") for one in results(gateway)] == ["2", None, "3"]


def test_tools_stand_in_the_order_they_are_given() -> None:
    search = {"type": "web_search_20250305", "name": "web_search"}
    made = as_tools([Counter(), weather, search, tool(name="last")(weather)])
    names = [one.name if isinstance(one, Tool) else one["name"] for one in made]
    assert names == ["add", "clear", "make", "zero", "weather", "web_search", "last"]


def test_a_plain_request_takes_all_kinds_of_tools() -> None:
    gateway = Gateway(DONE)
    schema = {"name": "raw", "input_schema": {"type": "object"}}
    gateway.client().messages.create(
        model=MODEL, messages="Hi", tools=[weather, Counter(), tool(name="b")(weather), schema]
    )
    assert [one["name"] for one in gateway.sent["tools"]] == ["weather", "add", "clear", "make", "zero", "b", "raw"]
    assert gateway.sent["tools"][0] == tool(weather).to_dict()


class Shop(Toolbox):
    """Its decorators stand in either order."""

    @classmethod
    @tool(timeout=5)
    def outside(cls, item: str) -> str:
        """Outside."""
        return f"{cls.__name__} {item}"

    @tool(timeout=5)
    @classmethod
    def inside(cls, item: str) -> str:
        """Inside."""
        return f"{cls.__name__} {item}"


def test_a_classmethod_keeps_the_options_of_its_tool() -> None:
    assert [(one.timeout, one("tea")) for one in Shop().tools()] == [(5, "Shop tea")] * 2


def test_a_tool_that_python_bound_keeps_its_options() -> None:
    """As a classmethod does since Python 3.13."""

    @tool(timeout=5)
    def look(place: str, item: str) -> str:
        """Look."""
        return f"{item} in {place}"

    (made,) = as_tools([types.MethodType(look, "Rome")])
    assert isinstance(made, Tool)
    assert (made.timeout, made("tea")) == (5, "tea in Rome")


def test_the_class_of_a_toolbox_is_refused() -> None:
    with pytest.raises(ToolDefinitionError, match="Counter is the class of a toolbox"):
        as_tools([Counter])


def test_a_method_and_a_function_of_one_name_are_refused() -> None:
    with pytest.raises(ToolDefinitionError, match="Two tools are called 'add'"):
        as_tools([Counter(), tool(name="add")(weather)])


@pytest.mark.parametrize("given", [weather, Counter(), 5, None], ids=["function", "toolbox", "number", "none"])
def test_tools_must_be_a_list(given: Any) -> None:
    with pytest.raises(InvalidRequestError, match=r"tools is a \w+\. Give a list"):
        as_tools(given)


def test_the_class_of_a_toolbox_is_refused_in_a_plain_request() -> None:
    with pytest.raises(ToolDefinitionError, match="Counter is the class of a toolbox"):
        Gateway(DONE).client().messages.create(model=MODEL, messages="Hi", tools=[Counter])
