"""Annotations that Python evaluates when they are asked for, which it does since version 3.14."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest

from aimlapi_messages import Toolbox, ToolDefinitionError, tool
from aimlapi_messages.schema.annotations import codec_of

pytestmark = pytest.mark.skipif(sys.version_info < (3, 14), reason="older Pythons evaluate annotations at once")

SOURCE = """
from dataclasses import dataclass
from typing import NamedTuple, TypedDict

from aimlapi_messages import Toolbox, tool

@dataclass
class Node:
    value: int
    next: Node | None = None
    entry: Entry | None = None

class Entry(TypedDict, total=False):
    at: Place

class Place(NamedTuple):
    x: int

def visit(node: Node, place: Place | None = None) -> Place:
    "Visit it."

def early():
    @tool
    def uses(late: Late) -> None:
        "A tool."

    class Late:
        pass

def missing(a: Nowhere) -> None:
    "A tool."

class Shop(Toolbox):
    class Order(TypedDict):
        item: str

    @tool
    def order(self, order: Order) -> str:
        "Order it."

def local():
    class Inner(TypedDict):
        x: int

    def within(inner: Inner) -> None:
        "A tool."
    return within
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    (tmp_path / "written_for_314.py").write_text(SOURCE)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "written_for_314", raising=False)
    return importlib.import_module("written_for_314")


def test_classes_may_name_what_comes_later(module: Any) -> None:
    codec = codec_of(module.Node, where="output")
    made = codec.convert({"value": 1, "next": {"value": 2}, "entry": {"at": {"x": 3}}})
    assert made == module.Node(1, module.Node(2), {"at": module.Place(3)})


def test_functions_may_name_any_class(module: Any) -> None:
    properties = tool(module.visit).input_schema["properties"]
    assert properties["node"] == {"$ref": "#/$defs/Node"}
    assert list(tool(module.local()).input_schema["properties"]) == ["inner"]


def test_a_toolbox_may_name_a_class_within(module: Any) -> None:
    (order,) = module.Shop().tools()
    assert isinstance(module.Shop(), Toolbox)
    assert order.input_schema["properties"]["order"]["required"] == ["item"]


def test_a_name_that_there_is_not_is_a_typed_error(module: Any) -> None:
    """Also one that comes after the decorator."""
    with pytest.raises(ToolDefinitionError, match=r"'missing'.*'Nowhere' is not defined"):
        tool(module.missing)
    with pytest.raises(ToolDefinitionError, match=r"'uses'.*'Late'.*before the function"):
        module.early()
