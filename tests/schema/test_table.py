"""Each annotation, its exact JSON Schema, and values that go to JSON and back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, MutableMapping, Sequence, Set as AbstractSet
from dataclasses import make_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path, PurePath
from typing import Annotated, Any, Dict, Final, List, Literal, LiteralString, Optional, Tuple, TypeVar, Union  # noqa: UP035
from uuid import UUID

import annotated_types
import pydantic
import pytest
from hypothesis import given, settings, strategies as st
from jsonschema import Draft202012Validator

from aimlapi_messages import Field
from aimlapi_messages.schema.annotations import codec_of

from ..support import shapes

STR, INT, NUM, NULL = {"type": "string"}, {"type": "integer"}, {"type": "number"}, {"type": "null"}
ints, texts = st.integers(), st.text(max_size=5)
floats = st.floats(allow_nan=False, allow_infinity=False)
points = st.builds(shapes.Point, floats, floats)
offsets = st.none() | st.just(datetime.fromisoformat("2025-01-01T00:00:00+02:00").tzinfo)


def nodes(depth: int = 2) -> st.SearchStrategy[shapes.Node]:
    children = st.lists(nodes(depth - 1), max_size=2) if depth else st.just([])
    return st.builds(shapes.Node, ints, children)


def record(properties: dict[str, Any], *required: str, **members: Any) -> dict[str, Any]:
    needed = {"required": list(required)} if required else {}
    return {"type": "object", **members, "properties": properties, **needed, "additionalProperties": False}


def array(items: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {"type": "array", "items": items, **members}


def text(**members: Any) -> dict[str, Any]:
    return {"type": "string", **members}


STOP = record(
    {
        "name": {**STR, "description": "its name."},
        "nights": {**INT, "minimum": 1, "description": "in nights", "default": 1},
        "tags": array(STR),
    },
    "name",
    description="A place on the way.",
)
POINT = record({"x": NUM, "y": NUM}, "x", "y")
NODE = record({"value": INT, "children": array({"$ref": "#/$defs/Node"})}, "value")
BRANCH = {"type": "object", "properties": {"parts": {**array({"$ref": "#/$defs/Branch"}), "default": []}}}
MODEL = {"type": "object", "properties": {"title": STR, "size": {**INT, "default": 1}}, "required": ["title"]}
PET = {"type": "object", "properties": {"kind": text(const="pet")}, "required": ["kind"]}
TOY = {"type": "object", "properties": {"kind": text(const="toy")}, "required": ["kind"]}
KEYS = {"pattern": "^(0|-?[1-9][0-9]*)$"}
CAT = record({"kind": text(const="cat"), "lives": {**INT, "default": 9}}, "kind")
DOG = record({"kind": text(const="dog"), "name": STR}, "kind", "name")
CHAIN = record({"item": INT, "next": {"anyOf": [{"$ref": "#/$defs/Chain_int"}, NULL], "default": None}}, "item")
DECIMAL = text(pattern="^-?[0-9]+(\\.[0-9]+)?$")

ROWS: list[tuple[Any, dict[str, Any], st.SearchStrategy[Any]]] = [
    (str, STR, texts),
    (LiteralString, STR, texts),
    (int, INT, ints),
    (float, NUM, floats),
    (bool, {"type": "boolean"}, st.booleans()),
    (None, NULL, st.none()),
    (Any, {}, texts | st.lists(ints)),
    (object, {}, texts),
    (Final[int], INT, ints),
    (Literal["a"], text(const="a"), st.just("a")),
    (Literal["a", "b"], text(enum=["a", "b"]), st.sampled_from(["a", "b"])),
    (Literal["a", 1, True, None], {"enum": ["a", 1, True, None]}, st.sampled_from(["a", 1, True, None])),
    (Literal[shapes.Color.RED], text(const="red"), st.just(shapes.Color.RED)),
    (shapes.Color, text(enum=["red", "blue"], description="A color."), st.sampled_from(shapes.Color)),
    (shapes.Level, {**INT, "enum": [1, 2]}, st.sampled_from(shapes.Level)),
    (shapes.Mixed, {"enum": ["a", 1]}, st.sampled_from(shapes.Mixed)),
    (Optional[int], {"anyOf": [INT, NULL]}, st.none() | ints),  # noqa: UP045
    (int | None, {"anyOf": [INT, NULL]}, st.none() | ints),
    (Union[int, str], {"anyOf": [INT, STR]}, ints | texts),  # noqa: UP007
    (shapes.Cat | shapes.Dog, {"anyOf": [CAT, DOG]}, st.builds(shapes.Cat) | st.builds(shapes.Dog, name=texts)),
    (list, {"type": "array"}, st.lists(ints)),
    (list[int], array(INT), st.lists(ints)),
    (List[int], array(INT), st.lists(ints)),  # noqa: UP006
    (Sequence[int], array(INT), st.lists(ints)),
    (Iterable[int], array(INT), st.lists(ints)),
    (tuple, {"type": "array"}, st.tuples(ints)),
    (Tuple, {"type": "array"}, st.tuples(ints)),  # noqa: UP006
    (tuple[int, ...], array(INT), st.lists(ints).map(tuple)),
    (tuple[()], {"type": "array", "minItems": 0, "maxItems": 0}, st.just(())),
    (
        Tuple[int, str],  # noqa: UP006
        {"type": "array", "prefixItems": [INT, STR], "minItems": 2, "maxItems": 2},
        st.tuples(ints, texts),
    ),
    (set[int], array(INT, uniqueItems=True), st.sets(ints)),
    (set, {"type": "array", "uniqueItems": True}, st.sets(ints)),
    (frozenset[str], array(STR, uniqueItems=True), st.frozensets(texts)),
    (AbstractSet[str], array(STR, uniqueItems=True), st.frozensets(texts)),
    (set[shapes.Point], array(POINT, uniqueItems=True), st.sets(points, max_size=3)),
    (dict, {"type": "object"}, st.dictionaries(texts, ints)),
    (dict[str, Any], {"type": "object"}, st.dictionaries(texts, ints)),
    (Dict[str, int], {"type": "object", "additionalProperties": INT}, st.dictionaries(texts, ints)),  # noqa: UP006
    (Mapping[str, int], {"type": "object", "additionalProperties": INT}, st.dictionaries(texts, ints)),
    (
        MutableMapping[int, str],
        {"type": "object", "propertyNames": KEYS, "additionalProperties": STR},
        st.dictionaries(ints, texts),
    ),
    (
        dict[shapes.Color, int],
        {
            "type": "object",
            "propertyNames": {"enum": ["red", "blue"], "description": "A color."},
            "additionalProperties": INT,
        },
        st.dictionaries(st.sampled_from(shapes.Color), ints),
    ),
    (
        dict[shapes.Level, int],
        {"type": "object", "propertyNames": {"enum": ["1", "2"]}, "additionalProperties": INT},
        st.dictionaries(st.sampled_from(shapes.Level), ints),
    ),
    (
        dict[Literal[3], int],
        {"type": "object", "propertyNames": {"enum": ["3"]}, "additionalProperties": INT},
        st.dictionaries(st.just(3), ints),
    ),
    (shapes.Stop, STOP, st.builds(shapes.Stop, texts, st.integers(1), st.lists(texts))),
    (list[shapes.Stop | None], array({"anyOf": [STOP, NULL]}), st.lists(st.none() | st.builds(shapes.Stop, texts))),
    (
        tuple[shapes.Point, shapes.Point],
        {
            "type": "array",
            "prefixItems": [{"$ref": "#/$defs/Point"}] * 2,
            "minItems": 2,
            "maxItems": 2,
            "$defs": {"Point": POINT},
        },
        st.tuples(points, points),
    ),
    (shapes.Node, {**NODE, "$defs": {"Node": NODE}}, nodes()),
    (Annotated[shapes.Node, "A tree."], {**NODE, "description": "A tree.", "$defs": {"Node": NODE}}, nodes()),
    (shapes.Box[int], record({"item": INT}, "item"), st.builds(shapes.Box, ints)),
    (shapes.Box[list[str]], record({"item": array(STR)}, "item"), st.builds(shapes.Box, st.lists(texts))),
    (shapes.Box, record({"item": {}}, "item"), st.builds(shapes.Box, ints)),
    (shapes.IntBox, record({"item": INT}, "item"), st.builds(shapes.IntBox, ints)),
    (
        shapes.Worded,
        record(
            {"first": INT, "second": array(STR), "third": STR},
            "first",
            "second",
            "third",
            description="Its bases use one variable for two things.",
        ),
        st.builds(shapes.Worded, ints, st.lists(texts), texts),
    ),
    (shapes.Page[int], record({"items": array(INT)}, "items"), st.fixed_dictionaries({"items": st.lists(ints)})),
    (
        shapes.WordPage,
        record({"items": array(STR), "box": record({"item": record({"item": INT}, "item")}, "item")}, "items", "box"),
        st.fixed_dictionaries({"items": st.lists(texts), "box": st.builds(shapes.Box, st.builds(shapes.Box, ints))}),
    ),
    (
        shapes.IntShelf,
        record({"boxes": array(record({"item": INT}, "item")), "name": STR}, "boxes", "name"),
        st.builds(shapes.IntShelf, st.lists(st.builds(shapes.Box, ints)), texts),
    ),
    (shapes.Chain[int], {**CHAIN, "$defs": {"Chain_int": CHAIN}}, st.just(shapes.Chain(1, shapes.Chain(2)))),
    (
        shapes.Guest,
        record({"name": STR, "age": {**INT, "default": 18}, "notes": array(STR)}, "name"),
        st.builds(shapes.Guest, texts, st.integers(0), st.lists(texts)),
    ),
    (
        shapes.Entry,
        record({"id": INT, "name": STR, "size": INT}, "id", "name"),
        st.fixed_dictionaries({"id": ints, "name": texts}, optional={"size": ints}),
    ),
    (
        shapes.Loose,
        record({"name": STR, "size": INT}, "name"),
        st.fixed_dictionaries({"name": texts}, optional={"size": ints}),
    ),
    (
        shapes.Wishes,
        record({"name": STR, "room": STR, "floors": array(STR)}, "name"),
        st.fixed_dictionaries({"name": texts}, optional={"room": texts, "floors": st.lists(texts)}),
    ),
    (TypeVar("T", bound="int | None"), {"anyOf": [INT, NULL]}, st.none() | ints),
    (list[shapes.Days], array(array(INT)), st.lists(st.lists(ints))),
    (shapes.Span, record({"start": INT, "end": {**INT, "default": 9}}, "start"), st.builds(shapes.Span, ints, ints)),
    (Annotated[str, "a city"], text(description="a city"), texts),
    (shapes.Documented, text(description="from Doc"), texts),
    (
        Annotated[str, pydantic.Field(description="d", min_length=1, pattern="a")],
        text(minLength=1, pattern="a", description="d"),
        texts.map(lambda one: f"a{one}"),
    ),
    (
        Annotated[int, Field("n", gt=0, le=9, examples=[1])],
        {**INT, "exclusiveMinimum": 0, "maximum": 9, "description": "n", "examples": [1]},
        st.integers(1, 9),
    ),
    (
        Annotated[Annotated[int, Field("n", ge=0)], Field(le=9)],
        {**INT, "minimum": 0, "maximum": 9, "description": "n"},
        st.integers(0, 9),
    ),
    (shapes.Limited, {**INT, "minimum": 1, "exclusiveMaximum": 10, "multipleOf": 2}, st.sampled_from([2, 4, 6, 8])),
    (
        Annotated[list[int], annotated_types.Len(1, 3)],
        array(INT, minItems=1, maxItems=3),
        st.lists(ints, min_size=1, max_size=3),
    ),
    (Annotated[set[int], Field(max_length=3)], array(INT, uniqueItems=True, maxItems=3), st.sets(ints, max_size=3)),
    (
        Annotated[dict[str, int], Field(min_length=1)],
        {"type": "object", "additionalProperties": INT, "minProperties": 1},
        st.dictionaries(texts, ints, min_size=1),
    ),
    (
        Annotated[int | None, Field("n", ge=1)],
        {"anyOf": [{**INT, "minimum": 1}, NULL], "description": "n"},
        st.none() | st.integers(1),
    ),
    (Annotated[int | None, Field(ge=1)], {"anyOf": [{**INT, "minimum": 1}, NULL]}, st.none() | st.integers(1)),
    (
        Annotated[date, Field(ge=date(2000, 1, 1), examples=[date(2001, 1, 1)])],
        text(format="date", examples=["2001-01-01"]),
        st.dates(date(2000, 1, 1)),
    ),
    (datetime, text(format="date-time"), st.datetimes(timezones=offsets)),
    (date, text(format="date"), st.dates()),
    (time, text(format="time"), st.times(timezones=offsets)),
    (timedelta, text(format="duration"), st.timedeltas()),
    (UUID, text(format="uuid"), st.uuids()),
    (Decimal, DECIMAL, st.decimals(allow_nan=False, allow_infinity=False, places=3)),
    (Path, text(format="path"), st.sampled_from([Path("a/b"), Path("/")])),
    (PurePath, text(format="path"), st.just(PurePath("a/b"))),
    (bytes, text(contentEncoding="base64"), st.binary()),
    (shapes.UserId, INT, ints),
    (
        Annotated[shapes.Positive, Field(le=5)],
        {**INT, "minimum": 1, "maximum": 5, "description": "from the type"},
        st.integers(1, 5),
    ),
    (Annotated[str, re.compile("a")], text(pattern="a"), st.just("ba")),
    (Annotated[str, pydantic.Field(pattern=re.compile("b"))], text(pattern="b"), st.just("ba")),
    (shapes.Outer, record({"one": text(const="a")}, "one"), st.just(shapes.Outer(shapes.Outer.Inner.A))),
    (shapes.Names, array(STR), st.lists(texts)),
    (
        shapes.Pair[int],
        {"type": "array", "prefixItems": [INT, INT], "minItems": 2, "maxItems": 2},
        st.tuples(ints, ints),
    ),
    (
        shapes.Tree,
        {
            "type": "object",
            "additionalProperties": {"$ref": "#/$defs/Tree"},
            "$defs": {"Tree": {"type": "object", "additionalProperties": {"$ref": "#/$defs/Tree"}}},
        },
        st.recursive(st.just({}), lambda inner: st.dictionaries(texts, inner, max_size=2), max_leaves=4),
    ),
    (shapes.T, {}, ints),
    (shapes.Short, STR, texts),
    (list[shapes.Defaulted], array(INT), st.lists(ints)),
    (  # an argument that has no hash
        shapes.Box[Annotated[int, Field(examples=[1])]],
        record({"item": {**INT, "examples": [1]}}, "item"),
        st.builds(shapes.Box, ints),
    ),
    (  # an alias that is used twice stays what it stands for
        tuple[shapes.Names, Annotated[shapes.Names, Field(max_length=1)]],
        {
            "type": "array",
            "prefixItems": [array(STR), array(STR, maxItems=1)],
            "minItems": 2,
            "maxItems": 2,
        },
        st.tuples(st.lists(texts), st.lists(texts, max_size=1)),
    ),
    (shapes.Number, {"anyOf": [INT, STR]}, ints | texts),
    (shapes.Model, MODEL, st.builds(shapes.Model, title=texts, size=ints)),
    (
        tuple[shapes.Model, shapes.Model],
        {
            "type": "array",
            "prefixItems": [{"$ref": "#/$defs/Model"}] * 2,
            "minItems": 2,
            "maxItems": 2,
            "$defs": {"Model": MODEL},
        },
        st.tuples(*[st.builds(shapes.Model, title=texts)] * 2),
    ),
    (shapes.Branch, {**BRANCH, "$defs": {"Branch": BRANCH}}, st.just(shapes.Branch(parts=[shapes.Branch()]))),
    (
        shapes.Owner,
        {
            "type": "object",
            "properties": {
                "has": {"oneOf": [{"$ref": "#/$defs/Pet"}, {"$ref": "#/$defs/Toy"}]},
                "also": {**array({"$ref": "#/$defs/Model"}), "default": []},
            },
            "required": ["has"],
            "$defs": {"Model": MODEL, "Pet": PET, "Toy": TOY},
        },
        st.builds(shapes.Owner, has=st.just(shapes.Pet(kind="pet"))),
    ),
    (
        shapes.Checked,
        {"type": "object", "properties": {"size": {**INT, "minimum": 0}}, "required": ["size"]},
        st.builds(shapes.Checked, st.integers(0)),
    ),
    (Annotated[int, pydantic.AfterValidator(abs)], INT, st.integers(0)),
]


def name_of(value: object) -> str | None:
    return repr(value)[:60] if not isinstance(value, (dict, st.SearchStrategy)) else ""


@pytest.mark.parametrize(("annotation", "schema", "values"), ROWS, ids=name_of)
class TestAnnotation:
    def test_has_this_schema(self, annotation: Any, schema: dict[str, Any], values: Any) -> None:
        found = codec_of(annotation, where="output").schema()
        assert found == schema
        Draft202012Validator.check_schema(found)

    @settings(max_examples=40)
    @given(data=st.data())
    def test_goes_to_json_and_back(
        self, annotation: Any, schema: dict[str, Any], values: st.SearchStrategy[Any], data: st.DataObject
    ) -> None:
        codec = codec_of(annotation, where="output")
        value = data.draw(values)
        written = json.loads(json.dumps(codec.encode(value), allow_nan=False))
        Draft202012Validator(schema).validate(written)
        read = codec.convert(written)
        assert read == value
        assert type(read) is type(value)
        assert codec.encode(read) == written


def test_two_pydantic_models_of_one_name_get_two_definitions() -> None:
    other = shapes.other_model()
    schema = codec_of(tuple[shapes.Branch, other, shapes.Branch], where="output").schema()
    assert [place["$ref"] for place in schema["prefixItems"]] == [
        "#/$defs/Branch",
        "#/$defs/Branch_2",
        "#/$defs/Branch",
    ]
    assert schema["$defs"]["Branch_2"]["properties"]["twigs"]["items"] == {"$ref": "#/$defs/Branch_2"}


def test_a_record_inside_a_function_may_hold_itself() -> None:
    link = shapes.local_record()
    codec = codec_of(link, where="output")
    assert codec.schema()["$defs"]["Link"]["properties"]["next"]["anyOf"] == [{"$ref": "#/$defs/Link"}, NULL]
    assert codec.convert({"next": {}}) == link(link())


def test_many_uses_of_records_do_not_multiply() -> None:
    layer: Any = shapes.Point
    for n in range(25):
        layer = make_dataclass(f"Layer{n}", [("a", layer), ("b", layer)])
    schema = codec_of(layer, where="output").schema()
    assert len(schema["$defs"]) == 25
