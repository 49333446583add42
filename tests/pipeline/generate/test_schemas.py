"""The generator's view, and what becomes of it: how shapes look in Python, and that no text of a document is code."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..support.documents import (
    ORDERS,
    Json,
    document,
    nested,
    operation,
    record,
    tagged,
    text,
)
from ..support.views import component, view

#: A schema, what the generator is told of it, its Python type where we give one, and the expression that decodes it.
PROPERTIES: dict[str, tuple[Json, Json, str | None, str | None]] = {
    "text": (text(), {"type": "string"}, None, None),
    "a constant": (text("a"), {"const": "a"}, "Literal['a']", None),
    "known values": (text("b", "a"), {"type": "string"}, "Literal['a', 'b'] | str", None),
    "known values or null": (
        {**text("a", "b"), "nullable": True},
        {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "Literal['a', 'b'] | str | None",
        None,
    ),
    "known numbers": ({"type": "integer", "enum": [1, 2]}, {"type": "integer"}, "Literal[1, 2] | int", None),
    "fractions": ({"type": "number", "enum": [0.25, 0.5]}, {"type": "number"}, None, None),
    "a number alone": ({"type": "integer", "enum": [1]}, {"const": 1}, None, None),
    "a flag alone": ({"type": "boolean", "enum": [True]}, {"type": "boolean"}, None, None),
    "numbers or text": (
        {"type": ["number", "string"]},
        {"anyOf": [{"type": "number"}, {"type": "string"}]},
        None,
        None,
    ),
    "values of no type": ({"enum": ["a", 1, 2.5]}, {}, "Any", None),
    "a list of known values": (
        {"type": "array", "items": text("a", "b")},
        {"type": "array", "items": {"type": "string"}},
        "list[Literal['a', 'b'] | str]",
        None,
    ),
    "a free object": ({"type": "object"}, {}, "dict[str, Any]", None),
    "a map": ({"type": "object", "additionalProperties": text()}, {}, "dict[str, str]", None),
    "a map of numbers or null": (
        {"type": "object", "additionalProperties": {"type": "number", "nullable": True}},
        {},
        "dict[str, float | None]",
        None,
    ),
    "a map of objects": ({"type": "object", "additionalProperties": record(a=text())}, {}, None, None),
    "a point in time": (
        {"type": "string", "format": "date-time"},
        {"type": "string", "format": "date-time"},
        None,
        "date_time",
    ),
    "a point in time or null": (
        {"type": "string", "format": "date-time", "nullable": True},
        {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]},
        None,
        "date_time",
    ),
    "points in time": (
        {"type": "array", "items": {"type": "string", "format": "date-time"}},
        {"type": "array", "items": {"type": "string", "format": "date-time"}},
        None,
        "list_of(date_time)",
    ),
    "another format": ({"type": "string", "format": "uuid"}, {"type": "string"}, None, None),
    "anything": ({}, {}, None, None),
    "an object": (record(a=text()), {"$ref": "#/components/schemas/ItParam"}, None, "model('ItParam')"),
    "an object or text": (
        {"anyOf": [record(a=text()), text()]},
        {"anyOf": [{"$ref": "#/components/schemas/ItParam"}, {"type": "string"}]},
        None,
        "model('ItParam')",
    ),
    "an object or a point in time": (
        {"anyOf": [record(a=text()), {"type": "string", "format": "date-time"}]},
        {"anyOf": [{"$ref": "#/components/schemas/ItParam"}, {"type": "string", "format": "date-time"}]},
        None,
        "one_of(model('ItParam'), date_time)",
    ),
    "objects": (
        {"type": "array", "items": record(a=text())},
        {"type": "array", "items": {"$ref": "#/components/schemas/ItParam"}},
        None,
        "list_of(model('ItParam'))",
    ),
    "variants with a tag": (
        {"oneOf": [tagged("a", x=text()), tagged("b", y=text())]},
        {
            "anyOf": [
                {"$ref": "#/components/schemas/AItParam"},
                {"$ref": "#/components/schemas/BItParam"},
                {"$ref": "#/components/schemas/UnknownParam"},
            ]
        },
        None,
        "tagged('type', {'a': 'AItParam', 'b': 'BItParam'}, unknown='UnknownParam')",
    ),
    "variants of which one may lack the tag": (
        {"oneOf": [record(type=text("a"), x=text()), tagged("b", y=text())]},
        {
            "anyOf": [
                {"$ref": "#/components/schemas/AItParam"},
                {"$ref": "#/components/schemas/BItParam"},
                {"$ref": "#/components/schemas/UnknownParam"},
            ]
        },
        None,
        "tagged('type', {'a': 'AItParam', 'b': 'BItParam'}, absent='AItParam', unknown='UnknownParam')",
    ),
    "variants that share a tag": (
        {"oneOf": [tagged("a", "x", x=text()), tagged("a", "y", y=text())]},
        {
            "anyOf": [
                {"$ref": "#/components/schemas/AXItParam"},
                {"$ref": "#/components/schemas/AYItParam"},
                {"$ref": "#/components/schemas/UnknownParam"},
            ]
        },
        None,
        "tagged('type', {'a': [('AXItParam', ('type', 'x')), ('AYItParam', ('type', 'y'))]}, unknown='UnknownParam')",
    ),
    "variants with one for any further tag": (
        {"oneOf": [tagged("a", x=text()), record("type", type=text())]},
        {"anyOf": [{"$ref": "#/components/schemas/AItParam"}, {"$ref": "#/components/schemas/UnknownItParam"}]},
        None,
        "tagged('type', {'a': 'AItParam'}, unknown='UnknownItParam')",
    ),
    "variants without a tag": (
        {"oneOf": [record("x", x=text()), record("y", "z", y=text(), z=text())]},
        {"anyOf": [{"$ref": "#/components/schemas/XItParam"}, {"$ref": "#/components/schemas/YItParam"}]},
        None,
        "shaped([('YItParam', ('y', 'z')), ('XItParam', ('x',))])",
    ),
}


@pytest.mark.parametrize(("schema", "told", "annotation", "decoder"), PROPERTIES.values(), ids=PROPERTIES.keys())
def test_a_property_is_typed_and_decoded(
    tmp_path: Path, schema: Json, told: Json, annotation: str | None, decoder: str | None
) -> None:
    """Each kind of schema has a type for the generator, where that is too little one of ours, and its decoder."""
    made = component(tmp_path, schema)
    assert made["properties"]["it"] == told
    assert made["x-types"].get("it") == annotation
    assert made["x-decoders"].get("it") == decoder


def test_an_unknown_variant_is_added(tmp_path: Path) -> None:
    """A union by tag gets a variant for tags to come, which demands the tag and nothing else."""
    schemas = view(tmp_path, nested("it", {"oneOf": [tagged("a"), tagged("b", x=text())]}))["components"]["schemas"]
    assert schemas["UnknownParam"]["properties"] == {"type": {"type": "string"}}
    assert schemas["UnknownParam"]["required"] == ["type"]


def test_plain_components_are_mappings(tmp_path: Path) -> None:
    """A component that names.toml calls plain has no class, and neither has what only it refers to."""
    inner = record(inner=record(a=text()))
    data = nested("it", inner)
    result = view(tmp_path, data, plain=frozenset({"ItParam"}))
    assert set(result["components"]["schemas"]) == {"PostOrdersParams"}
    made = result["components"]["schemas"]["PostOrdersParams"]
    assert made["properties"]["it"] == {}
    assert made["x-types"]["it"] == "dict[str, Any]"
    assert "it" not in made["x-decoders"]


def test_what_another_shape_needs_stays_behind_a_plain_one(tmp_path: Path) -> None:
    """A class that something beside the plain component refers to is made."""
    shared = record(a=text())
    data = document({ORDERS: {"post": operation(body=record(it=record(part=shared), other=shared))}})
    schemas = view(tmp_path, data, plain=frozenset({"ItParam"}))["components"]["schemas"]
    assert len(schemas) == 2


def test_an_alias_has_a_name_of_its_own(tmp_path: Path) -> None:
    """A closed set of values that names.toml calls an alias is a type, open to any text like every other."""
    made = component(tmp_path, text("a", "b"), aliases=frozenset({"It"}))
    assert made["properties"]["it"] == {"anyOf": [{"$ref": "#/components/schemas/It"}, {"type": "string"}]}


def test_a_required_constant_is_its_own_default(tmp_path: Path) -> None:
    """`TextBlock(text=...)` needs no `type=`; an optional constant is left out unless it is given."""
    body = record("a", a=text("x"), b=text("y"))
    made = view(tmp_path, document({ORDERS: {"post": operation(body=body)}}))["components"]["schemas"]
    assert made["PostOrdersParams"]["properties"] == {"a": {"const": "x", "default": "x"}, "b": {"const": "y"}}
