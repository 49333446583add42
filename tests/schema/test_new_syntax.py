"""Generics and aliases in the syntax of Python 3.12, which older versions cannot even read."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest

from aimlapi_messages import tool
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
