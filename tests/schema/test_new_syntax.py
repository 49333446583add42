"""Generics and aliases in the syntax of Python 3.12, which older versions cannot even read."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Annotated, Any

import pytest

from aimlapi_messages import Tool, ToolDefinitionError, tool
from aimlapi_messages.schema.annotations import codec_of

pytestmark = pytest.mark.skipif(sys.version_info < (3, 12), reason="the syntax came with Python 3.12")

SOURCE = """
from dataclasses import dataclass
from typing import Annotated, TypedDict

from aimlapi_messages import Field

type Names = list[str]
type Pair[T] = tuple[T, T]
type Tree = dict[str, Tree]
type City = Annotated[str, Field("a city")]

@dataclass
class Box[T]:
    item: T

class Entry[T](TypedDict):
    item: T

def choose[T: int](first: T, rest: list[T], pair: "Pair[int]") -> T:
    return first
"""
INT = {"type": "integer"}
PAIR = {"type": "array", "prefixItems": [INT, INT], "minItems": 2, "maxItems": 2}
RECORD = {"type": "object", "properties": {"item": INT}, "required": ["item"], "additionalProperties": False}


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    (tmp_path / "written_for_312.py").write_text(SOURCE)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "written_for_312", raising=False)
    return importlib.import_module("written_for_312")


def test_an_alias_has_the_schema_of_its_value(module: Any) -> None:
    assert codec_of(module.Names, where="output").schema() == {"type": "array", "items": {"type": "string"}}
    assert codec_of(module.City, where="output").schema() == {"type": "string", "description": "a city"}
    assert codec_of(module.Pair[int], where="output").schema() == PAIR


def test_an_alias_may_hold_itself(module: Any) -> None:
    codec = codec_of(module.Tree, where="output")
    assert codec.schema()["additionalProperties"] == {"$ref": "#/$defs/Tree"}
    assert codec.convert({"a": {"b": {}}}) == {"a": {"b": {}}}


@pytest.mark.parametrize("name", ["Box", "Entry"])
def test_a_generic_class_has_the_schema_of_its_argument(module: Any, name: str) -> None:
    assert codec_of(getattr(module, name)[int], where="output").schema() == RECORD


def test_the_bound_of_a_generic_function_stands_for_its_variable(module: Any) -> None:
    properties = tool(module.choose).input_schema["properties"]
    assert properties == {"first": INT, "rest": {"type": "array", "items": INT}, "pair": PAIR}


GENERIC = """
from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, NamedTuple, TypedDict, TypeVar

from aimlapi_messages import Toolbox, tool

@dataclass
class Box[T]:
    item: T

class Entry[T](TypedDict):
    item: T

class Place[T](NamedTuple):
    item: T

@dataclass
class Crate[T](Box[list[T]]):
    other: T

class Note[T](Entry[list[T]]):
    other: T

class IntEntry(Entry[int]):
    other: int

@dataclass
class IntCrate(Crate[int]):
    pass

type Tup[*Ts] = tuple[*Ts]

@dataclass
class Row[T, *Ts]:
    first: T
    rest: tuple[*Ts]

@dataclass
class IntRow(Row[int, int, str]):
    pass

@dataclass
class Pair[K, V]:
    item: Box[K]
    other: dict[str, V]

class Base[T]:
    def put(self, item: T) -> None:
        "Put it."

    @classmethod
    def make(cls, item: T) -> None:
        "Make it."

class Ints(Base[int]):
    pass

class Lists[T](Base[list[T]]):
    def put_one(self, item: T) -> None:
        "Put it."

class IntLists(Lists[int]):
    pass

class Shelf[T](Toolbox):
    def put(self, item: T) -> None:
        "Put it."

    @tool(name="take")
    def take_it(self, item: T) -> None:
        "Take it."

class IntShelf(Shelf[int]):
    pass
"""
INTS = {"type": "array", "items": INT}
STR = {"type": "string"}


def places(*schemas: Any) -> dict[str, Any]:
    """The schema of a tuple."""
    length = {"minItems": len(schemas), "maxItems": len(schemas)}
    return {"type": "array", **({"prefixItems": list(schemas)} if schemas else {}), **length}


@pytest.fixture
def generic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    (tmp_path / "generic_for_312.py").write_text(GENERIC)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "generic_for_312", raising=False)
    return importlib.import_module("generic_for_312")


@pytest.mark.parametrize(
    ("written", "properties"),
    [
        ("Box[int]", {"item": INT}),
        ("Entry[int]", {"item": INT}),
        ("Place[int]", {"item": INT}),
        ("Crate[int]", {"item": INTS, "other": INT}),
        ("Note[int]", {"item": INTS, "other": INT}),
        ("IntEntry", {"item": INT, "other": INT}),
        ("IntCrate", {"item": INTS, "other": INT}),
        ("Pair[int, int]", {"item": RECORD, "other": {"type": "object", "additionalProperties": INT}}),
        ("Row[int]", {"first": INT, "rest": places()}),
        ("Row[int, str]", {"first": INT, "rest": places(STR)}),
        ("Row[int, str, int]", {"first": INT, "rest": places(STR, INT)}),
        ("IntRow", {"first": INT, "rest": places(INT, STR)}),
        ("Box[Tup[int, str]]", {"item": places(INT, STR)}),
        ("Box[Box[Entry[int]]]", {"item": {**RECORD, "properties": {"item": RECORD}}}),
    ],
)
def test_a_generic_class_of_a_module_with_lazy_annotations(
    generic: Any, written: str, properties: dict[str, Any]
) -> None:
    """Each base has the argument that its child gives it, though all call their parameter T."""
    annotation = eval(written, vars(generic))
    assert codec_of(annotation, where="output").schema()["properties"] == properties


@pytest.mark.parametrize(
    ("written", "schema"),
    [
        ("Ints().put", INT),
        ("Ints.make", INT),
        ("Base[int]().put", INT),
        ("Base().put", {}),
        ("IntLists().put", INTS),
        ("IntLists().put_one", INT),
        ("Lists[int]().put", INTS),
        ("IntShelf().tools()[0]", INT),
        ("IntShelf().tools()[1]", INT),
        ("Shelf[int]().tools()[1]", INT),
    ],
)
def test_a_method_has_the_arguments_of_its_class(generic: Any, written: str, schema: dict[str, Any]) -> None:
    function = eval(written, vars(generic))
    made = function if isinstance(function, Tool) else tool(function)
    assert made.input_schema["properties"] == {"item": schema}


@pytest.mark.parametrize(
    "source",
    [
        "type Loop = Loop",
        "type Loop = Other; type Other = Loop",
        "type Loop = Loop | None",
        "type Loop = Other | None; type Other = Loop | int",
        "type Loop[T] = Loop[T]",
        "type Loop = Other; type Other = list[int] | Loop",
        "type Loop[T] = list[T] | Loop[list[T]]",
        "type Loop = Annotated[Loop, 'again']",
    ],
)
def test_an_alias_that_stands_for_itself_is_refused(source: str) -> None:
    """A schema of it would say nothing, and reading it would never end."""
    names = {"Annotated": Annotated}
    exec(source, names)
    annotation: Any = names["Loop"]
    loop = annotation[int] if annotation.__type_params__ else annotation
    with pytest.raises(ToolDefinitionError, match=r"the type \w+ (stands for itself|holds ever new types)"):
        codec_of(loop, where="output")


@pytest.mark.parametrize(
    "source", ["list[Loop]", "dict[str, Loop] | int", "list[Loop | None]", "tuple[Loop, ...]", "None | list[Loop]"]
)
def test_an_alias_that_holds_itself_is_taken(source: str) -> None:
    names: dict[str, Any] = {}
    exec(f"type Loop = {source}", names)
    assert "#/$defs/Loop" in str(codec_of(names["Loop"], where="output").schema())
