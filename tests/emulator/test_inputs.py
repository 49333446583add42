"""Tool inputs: they match the tool's schema, or the error says why none can be made."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import given, settings, strategies as st
from jsonschema import Draft202012Validator

from aimlapi_messages.testing.model.inputs import UnsupportedSchemaError, make_input
from aimlapi_messages.testing.model.values import merge

Ask = Callable[..., httpx.Response]

QUESTION = "How is Berlin, in Berlin, 12 days ahead in fahrenheit?"
NODE = {"type": "object", "properties": {"next": {"$ref": "#/$defs/Node"}}, "required": ["next"]}
NEST = {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/Nest"}}
FORK = {
    "type": "object",
    "properties": {"a": {"$ref": "#/$defs/Fork"}, "b": {"$ref": "#/$defs/Fork"}},
    "required": ["a", "b"],
}


def around(schema: Any) -> dict[str, Any]:
    """A tool's schema with one required property, and a few definitions."""
    return {
        "type": "object",
        "properties": {"value": schema},
        "required": ["value"],
        "$defs": {
            "Node": NODE,
            "Fork": FORK,
            "Nest": NEST,
            "Flag": {"type": "boolean"},
            "a/b": {"$anchor": "there", "const": 7},
        },
    }


def value_for(schema: Any) -> Any:
    """The value made for a property's schema, checked to match it."""
    made = make_input(around(schema), QUESTION)
    Draft202012Validator(around(schema)).validate(made)
    return made["value"]


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "integer", "exclusiveMinimum": 12}, 13),
        ({"type": "integer", "exclusiveMaximum": 12}, 11),
        ({"type": "integer", "minimum": 12.5}, 13),
        ({"type": "integer", "maximum": 11.5}, 11),
        ({"type": "integer", "multipleOf": 5}, 15),
        ({"type": "integer", "multipleOf": 5, "maximum": 14}, 10),
        ({"type": "integer", "multipleOf": 2.5}, 15),
        ({"type": "number", "exclusiveMinimum": 12, "exclusiveMaximum": 13}, 12.5),
        ({"type": "number", "exclusiveMaximum": 0}, -1),
        ({"type": "number", "multipleOf": 0.1, "exclusiveMinimum": 0.1, "maximum": 0.2}, 0.2),
        ({"type": "number", "minimum": 20, "multipleOf": 7}, 21),
        ({"minimum": 3, "maximum": 4}, 4),
        ({"type": "string", "minLength": 9}, "Berlin Be"),
        ({"type": "string", "maxLength": 0}, ""),
        ({"type": "string", "pattern": "^[A-Z]{3}$"}, "ABC"),
        ({"type": "string", "pattern": "^[A-Z]{3}$", "examples": [5, "SFO"]}, "SFO"),
        ({"type": "string", "pattern": r"^\d{5}$"}, "00000"),
        ({"type": "string", "pattern": "^Ber"}, "Berlin"),
        ({"type": "string", "pattern": "^.{2,}$", "maxLength": 3}, "Ber"),
        ({"type": "string", "default": "no", "minLength": 3}, "Berlin"),
        ({"type": "string", "format": "date-time"}, "2026-09-01T12:00:00Z"),
        ({"type": "string", "format": "uuid"}, "00000000-0000-4000-8000-000000000000"),
        ({"type": "string", "format": "email"}, "someone@example.com"),
        ({"type": "string", "format": "uri"}, "https://example.com/"),
        ({"type": "string", "format": "unheard-of"}, "Berlin"),
        ({"enum": ["a", None], "type": ["string", "null"]}, "a"),
        ({"enum": ["a", 4], "type": "integer"}, 4),
        ({"type": "array", "maxItems": 0}, []),
        ({"type": "array", "items": False}, []),
        ({"type": "array", "items": {"not": {}}}, []),
        ({"prefixItems": [{"const": 1}, {"type": "boolean"}], "type": "array", "items": False}, [1, True]),
        ({"prefixItems": [{"const": 1}], "items": {"const": 2}, "minItems": 3}, [1, 2, 2]),
        ({"prefixItems": [{"enum": [1, 2]}, {"enum": [1, 2]}], "uniqueItems": True}, [1, 2]),
        (
            {"type": "array", "items": {"type": "string"}, "minItems": 3, "uniqueItems": True},
            ["Berlin", "Berlin 2", "Berlin 3"],
        ),
        ({"items": {"type": "string", "maxLength": 2}, "minItems": 3, "uniqueItems": True}, ["Be", "2", "3"]),
        ({"items": {"format": "date"}, "minItems": 2, "uniqueItems": True}, ["2026-09-01", "2026-09-10"]),
        ({"items": {"type": "boolean"}, "minItems": 2, "uniqueItems": True}, [True, False]),
        ({"items": {"type": "integer"}, "minItems": 3, "uniqueItems": True}, [12, 13, 11]),
        (
            {"items": {"properties": {"n": {"enum": [1, 2]}}, "required": ["n"]}, "minItems": 2, "uniqueItems": True},
            [{"n": 1}, {"n": 2}],
        ),
        (
            {"items": {"items": {"type": "boolean"}, "minItems": 1}, "minItems": 2, "uniqueItems": True},
            [[True], [False]],
        ),
        ({"allOf": [{"type": "number", "minimum": 14}, {"type": "integer", "maximum": 15}]}, 14),
        ({"allOf": [{"type": "integer"}, {"type": ["number", "string"]}]}, 12),
        ({"allOf": [{"multipleOf": 4}, {"multipleOf": 6}], "type": "integer", "minimum": 13}, 24),
        ({"allOf": [{"multipleOf": 0.5}, {"multipleOf": 0.75}], "minimum": 14}, 15),
        ({"allOf": [{"enum": [1, 2]}, {"enum": [2, 3]}]}, 2),
        ({"allOf": [{"required": ["a"]}, {"properties": {"a": {"const": 1}}}]}, {"a": 1}),
        ({"type": "object", "required": ["a"], "additionalProperties": {"type": "boolean"}}, {"a": True}),
        ({"type": "object", "required": ["a1"], "patternProperties": {"^a": {"const": 3}}}, {"a1": 3}),
        ({"type": "object", "minProperties": 2, "properties": {"a": {"const": 1}}}, {"a": 1, "field1": "Berlin"}),
        ({"anyOf": [{"type": "string", "pattern": "^(?!)"}, {"type": "integer", "minimum": 13}]}, 13),
        ({"oneOf": [{"type": "number"}, {"type": "integer"}, {"type": "boolean"}]}, True),
        ({"$ref": "#/$defs/Flag", "description": "A flag"}, True),
        ({"$ref": "#/$defs/a~1b"}, 7),
        ({"$ref": "#there"}, 7),
        (True, "Berlin"),
    ],
)  # fmt: skip
def test_a_value_satisfies_its_schema(schema: Any, expected: Any) -> None:
    """All common keywords are supported, and the question determines the rest."""
    assert value_for(schema) == expected


def test_a_recursive_schema_ends() -> None:
    """A recursive schema that allows a finite value gets one."""
    tree = {
        "type": "object",
        "properties": {
            "left": {"anyOf": [{"$ref": "#"}, {"type": "null"}]},
            "children": {"type": "array", "items": {"$ref": "#"}},
        },
        "required": ["left", "children"],
    }
    made = make_input(tree, "Hello")
    Draft202012Validator(tree).validate(made)
    assert set(made) == {"left", "children"}


HUGE = 10**9
NESTED = {"type": "array", "minItems": HUGE, "items": {"type": "array", "minItems": HUGE}}
UNMAKEABLE: list[tuple[Any, str]] = [
    ({"not": {}}, "the keyword 'not' at value"),
    ({"type": "string", "pattern": "^(ab){3}x{7}$"}, "the keyword 'pattern' at value"),
    ({"type": "string", "pattern": "("}, "not a valid regular expression"),
    ({"type": "array", "contains": {"const": 1}}, "the keyword 'contains' at value"),
    ({"type": "boolean", "if": {"const": True}, "then": False, "else": False}, "the keyword '"),
    ({"type": "integer", "minimum": 5, "maximum": 4}, "the keyword 'm"),
    (
        {"type": "array", "items": {"type": "boolean"}, "minItems": 3, "uniqueItems": True},
        "the keyword 'minItems' at value",
    ),
    ({"type": "string", "format": "date", "maxLength": 3}, "the keyword 'maxLength' at value"),
    ({"allOf": [{"type": "string"}, {"type": "integer"}]}, "the keyword 'type' at value"),
    ({"enum": []}, "the keyword '"),
    (False, "the keyword 'false' at"),
    ({"$ref": "https://example.com/schema"}, "the keyword '$ref' refers to 'https://example.com/schema'"),
    ({"$ref": "#/nowhere"}, "the keyword '$ref' refers to"),
    ({"type": "number", "minimum": float("inf")}, "a number in its schema is too large"),
    ({"type": "string", "minLength": HUGE}, "more than 2,000 values or 100,000 characters"),
    ({"type": "array", "minItems": HUGE}, "more than 2,000 values"),
    ({"type": "object", "minProperties": HUGE}, "more than 2,000 values"),
    ({"type": "array", "minItems": HUGE, "uniqueItems": True}, "more than 2,000 values"),
    (
        {"type": "array", "minItems": HUGE, "items": {"type": "array", "minItems": HUGE, "items": NESTED}},
        "more than 2,000 values",
    ),
    ({"type": "array", "minItems": 1000, "items": {"type": "string", "minLength": 1000}}, "100,000 characters"),
    ({"items": {"const": 1}, "type": "array", "minItems": 2, "uniqueItems": True}, "the keyword 'minItems' at value"),
    ({"allOf": [{"anyOf": [{}] * 60}, {"anyOf": [{}] * 60}, {"anyOf": [False]}]}, "more than 2,000 values"),
    ({"$ref": "#/$defs/Nest"}, "more than 2,000 values"),
    (
        {"type": "array", "minItems": HUGE, "items": {"anyOf": [{"type": "null"}, {"const": 1}]}},
        "more than 2,000 values",
    ),
    ({"$ref": "#/$defs/Node"}, "more than 2,000 values"),
    ({"$ref": "#/$defs/Fork"}, "more than 2,000 values"),
    ({"$ref": "#/properties/value"}, "the references of its schema are endless"),
    ({"allOf": [{"$ref": "#/properties/value"}] * 2}, "the references of its schema are endless"),
]


@pytest.mark.parametrize(("schema", "reason"), UNMAKEABLE)
def test_an_unsupported_schema_is_named(schema: Any, reason: str) -> None:
    """A schema that asks for too much, or for what is not understood, gets an error that says so."""
    with pytest.raises(UnsupportedSchemaError) as caught:
        make_input(around(schema), QUESTION)
    assert reason in str(caught.value)


def test_references_that_fork_end() -> None:
    """Definitions that each refer twice to the next one do not keep the validator busy forever."""
    forks = {f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(40)}
    schema = {"type": "object", "$ref": "#/$defs/d0", "$defs": {**forks, "d40": True}}
    with pytest.raises(UnsupportedSchemaError):
        make_input(schema, "Hello")


def test_an_input_is_an_object() -> None:
    """A schema of another type has no input, and one without a type means an object."""
    assert make_input({}, "Hello") == {}
    with pytest.raises(UnsupportedSchemaError, match="the keyword 'type' at the root"):
        make_input({"type": "string"}, "Hello")


def test_numbers_that_no_float_holds_are_skipped() -> None:
    """A question with four hundred digits in a row gets an ordinary number."""
    assert make_input(around({"type": "integer"}), "Add " + "9" * 400) == {"value": 1}


def test_the_answer_names_the_tool_and_the_keyword(ask: Ask) -> None:
    """A request whose tool input cannot be made gets 400, and the server keeps running."""
    tool = {"name": "paint", "input_schema": around({"not": {}})}
    response = ask("paint", tools=[tool])
    assert response.status_code == 400
    assert response.json()["error"]["details"] == [
        {
            "path": "tools",
            "reason": "the emulator cannot make an input for paint: the keyword 'not' at value is not supported",
        }
    ]
    assert ask("Hello").status_code == 200


def structured(schema: Any) -> dict[str, Any]:
    """The member of a request that asks for an answer of this schema."""
    return {"output_config": {"format": {"type": "json_schema", "schema": schema}}}


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        (around({"type": "integer"}), {"value": 3}),
        ({"type": "array", "items": {"type": "string"}}, ["Paris"]),
        ({"$ref": "#/$defs/City", "$defs": {"City": around({"enum": ["Rome", "Paris"]})}}, {"value": "Paris"}),
        ({"anyOf": [{"type": "null"}, {"type": "number"}]}, 3),
        ({}, "Paris"),
        ({"type": "boolean"}, True),
    ],
)
def test_an_answer_in_a_format(ask: Ask, schema: Any, said: Any) -> None:
    """The text of the answer is JSON of the schema, whatever stands at its root."""
    body = ask("Plan 3 days in Paris", system="Be brief.", **structured(schema)).json()
    assert [json.loads(block["text"]) for block in body["content"]] == [said]


@pytest.mark.parametrize(
    ("schema", "path", "reason"),
    [
        (around({"not": {}}), "", "the emulator cannot make an answer: the keyword 'not' at value is not supported"),
        (around({"$ref": "#/nowhere"}), "", "the emulator cannot make an answer: the keyword '$ref' refers to"),
        ({"type": 5}, ".schema", "Expected a JSON Schema of draft 2020-12"),
        ({"properties": []}, ".schema", "Expected a JSON Schema of draft 2020-12"),
        ("text", ".schema", "Expected a JSON Schema of draft 2020-12"),
    ],
)
def test_a_format_that_cannot_be_kept(ask: Ask, schema: Any, path: str, reason: str) -> None:
    """It is refused by its name."""
    details = ask("Hello", **structured(schema)).json()["error"]["details"]
    assert [detail["path"] for detail in details] == [f"output_config.format{path}"]
    assert details[0]["reason"].startswith(reason)


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        ({"minLength": 1}, {"minLength": 2, "maxLength": 9}, {"minLength": 2, "maxLength": 9}),
        ({"maxLength": 1}, {"maxLength": 2}, {"maxLength": 1}),
        ({"required": ["a"]}, {"required": ["b", "a"]}, {"required": ["a", "b"]}),
        ({"items": True}, {"items": {}}, {"items": {"allOf": [True, {}]}}),
        (
            {"properties": {"a": {}, "b": {}}},
            {"properties": {"b": True}},
            {"properties": {"a": {}, "b": {"allOf": [{}, True]}}},
        ),
        ({"uniqueItems": False}, {"uniqueItems": True}, {"uniqueItems": True}),
        ({"pattern": "a"}, {"pattern": "b"}, {"pattern": "a"}),
        ({"type": ["number", "null"]}, {"type": "integer"}, {"type": ["integer"]}),
    ],
)
def test_schemas_are_merged(one: dict[str, Any], two: dict[str, Any], expected: dict[str, Any]) -> None:
    """The merged schema is as strict as both."""
    assert merge(one, two) == expected


def _ranges(low: str, high: str, most: int, **fixed: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Schemas with satisfiable lower and upper bounds, or with one of them."""
    lows, widths = st.integers(0, most), st.integers(2, 9)
    both = st.builds(lambda least, width: {low: least, high: least + width, **fixed}, lows, widths)
    return both | lows.map(lambda least: {low: least, **fixed}) | lows.map(lambda least: {high: least + 2, **fixed})


LEAVES = st.one_of(
    _ranges("minimum", "maximum", 50, type="integer"),
    _ranges("exclusiveMinimum", "exclusiveMaximum", 50, type="number"),
    st.integers(1, 30).map(lambda step: {"type": "integer", "multipleOf": step}),
    st.floats(0.1, 50).map(lambda bound: {"type": "integer", "minimum": bound}),
    _ranges("minLength", "maxLength", 40, type="string"),
    st.sampled_from(["date", "date-time", "uuid", "email", "uri"]).map(lambda name: {"format": name}),
    st.integers(1, 9).map(lambda times: {"type": "string", "pattern": f"^[a-z]{{{times}}}$"}),
    st.lists(st.none() | st.booleans() | st.integers() | st.text(), min_size=1).map(lambda values: {"enum": values}),
    (st.none() | st.text() | st.integers()).map(lambda value: {"const": value}),
    st.sampled_from([{}, True, {"type": "boolean"}, {"type": "null"}, {"type": ["null", "string"]}]),
)


def _grow(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    members = st.dictionaries(st.text(max_size=5), inner, max_size=4)
    lists = _ranges("minItems", "maxItems", 3, type="array")
    return st.one_of(
        members.map(lambda parts: {"type": "object", "properties": parts, "required": list(parts)}),
        members.map(lambda parts: {"properties": parts, "required": [*list(parts)[:1], "other"]}),
        st.builds(lambda items, bounds: {"items": items, **bounds}, inner, lists),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"type": "array", "prefixItems": parts}),
        lists.map(lambda bounds: {"items": {"type": "string", "minLength": 3}, "uniqueItems": True, **bounds}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"anyOf": parts}),
        inner.map(lambda part: {"allOf": [part, part]}),
    )


@settings(max_examples=300)
@given(schema=st.recursive(LEAVES, _grow, max_leaves=12), question=st.sampled_from([QUESTION, "", "In Oslo, 3.5 or 7"]))
def test_any_input_is_valid(schema: Any, question: str) -> None:
    """The input is valid for any schema made of supported keywords."""
    Draft202012Validator(around(schema)).validate(make_input(around(schema), question))
