"""Normal form: the many spellings of one meaning become one, and prose goes."""

from __future__ import annotations

from typing import Any

import pytest

from scripts.pipeline.document.errors import pointer
from scripts.pipeline.normalize.normalizer import RECURSIVE, Normalizer
from scripts.pipeline.normalize.repair_log import Repairs

from ..support.documents import Json, document, record, tagged, text

COMPONENTS = "#/components/schemas/"
NULL = {"type": "null"}


def normalized(schema: Any, **schemas: Any) -> Json:
    """The normal form of a schema beside these components."""
    return normalize(schema, **schemas)[0]


def normalize(schema: Any, **schemas: Any) -> tuple[Json, Repairs, Normalizer]:
    log = Repairs()
    normalizer = Normalizer(document(schemas=schemas), log)
    made = normalizer.schema(schema, ("here",))
    normalizer.finish()
    return made, log, normalizer


SPELLINGS: dict[str, tuple[Any, Json]] = {
    "nullable, 3.0": ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
    "nullable, 3.1": ({"type": ["null", "string"]}, {"type": ["string", "null"]}),
    "nullable by anyOf": ({"anyOf": [{"type": "string"}, NULL]}, {"type": ["string", "null"]}),
    "nullable beside members": ({"oneOf": [{"type": "string"}, {"nullable": True}]}, {"type": ["string", "null"]}),
    "nullable alone": ({"nullable": True}, {}),
    "nullable among objects": (
        {"anyOf": [record(a=text()), {"nullable": True}]},
        {"anyOf": [record(a=text()), NULL]},
    ),
    "nullable off": ({"type": "string", "nullable": False}, {"type": "string"}),
    "nullable beside a reference": (
        {"$ref": f"{COMPONENTS}Order", "nullable": True},
        {"anyOf": [{**record(id=text()), "x-hint": "Order"}, NULL]},
    ),
    "nullable around a reference": (
        {"allOf": [{"$ref": f"{COMPONENTS}Order"}], "nullable": True, "description": "The order"},
        {"anyOf": [{**record(id=text()), "x-hint": "Order"}, NULL]},
    ),
    "a default beside a nullable type": (
        {"type": "integer", "nullable": True, "default": 3},
        {"type": ["integer", "null"], "default": 3},
    ),
    "one value": (text("a"), {"type": "string", "const": "a"}),
    "one value and null": (
        {"type": "string", "enum": ["a", None]},
        {"anyOf": [{"type": "string", "const": "a"}, NULL]},
    ),
    "null as the one value": ({"enum": [None]}, NULL),
    "a constant": ({"const": 1}, {"const": 1}),
    "values in any order": (text("b", "a", "b"), {"type": "string", "enum": ["a", "b"]}),
    "values without a type": ({"enum": ["a", "b"]}, {"type": "string", "enum": ["a", "b"]}),
    "numbers": ({"type": "integer", "enum": [10, 9]}, {"type": "integer", "enum": [9, 10]}),
    "values of many kinds": (
        {"enum": [{"b": 1}, [2], [1], "a", 1, True]},
        {"enum": [True, {"b": 1}, 1, [1], [2], "a"]},
    ),
    "one number": ({"type": "integer", "enum": [1]}, {"type": "integer", "const": 1}),
    "anyOf": (
        {"anyOf": [{"type": "string"}, {"type": "integer"}]},
        {"anyOf": [{"type": "string"}, {"type": "integer"}]},
    ),
    "oneOf": (
        {"oneOf": [{"type": "integer"}, {"type": "string"}]},
        {"anyOf": [{"type": "string"}, {"type": "integer"}]},
    ),
    "a list of types": ({"type": ["integer", "string"]}, {"anyOf": [{"type": "string"}, {"type": "integer"}]}),
    "a union of one": ({"anyOf": [{"type": "string"}]}, {"type": "string"}),
    "a union of a union": (
        {"anyOf": [{"anyOf": [{"type": "string"}, NULL]}, {"type": "string"}]},
        {"type": ["string", "null"]},
    ),
    "a union with anything": ({"anyOf": [{"type": "string"}, {}]}, {}),
    "a union beside a default": (
        {"anyOf": [{"type": "string"}, {"type": "integer"}], "default": 1, "deprecated": True},
        {"anyOf": [{"type": "string"}, {"type": "integer"}], "default": 1, "deprecated": True},
    ),
    "lists of two kinds": (
        {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "array", "items": {"type": "integer"}}]},
        {"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "integer"}]}},
    ),
    "a list beside a union of lists": (
        {"type": "array", "items": {"type": "string"}, "anyOf": [{"type": "array", "items": {"type": "integer"}}]},
        {"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "integer"}]}},
    ),
    "items without a type": ({"items": {"type": "string"}}, {"type": "array", "items": {"type": "string"}}),
    "items by position": (
        {"type": "array", "prefixItems": [{"type": "string"}], "items": {"type": "integer"}},
        {"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "integer"}]}},
    ),
    "items by position only": (
        {"prefixItems": [{"type": "string"}, {"type": "string"}]},
        {"type": "array", "items": {"type": "string"}},
    ),
    "properties without a type": ({"properties": {"a": text()}}, record(a=text())),
    "required without properties": ({"required": ["a"]}, {}),
    "required of a free object": (
        {"type": "object", "required": ["b", "a"]},
        {"type": "object", "required": ["a", "b"]},
    ),
    "a closed object": (
        {**record(a=text()), "additionalProperties": False},
        {**record(a=text()), "additionalProperties": False},
    ),
    "an object that says it is open": ({**record(a=text()), "additionalProperties": True}, record(a=text())),
    "a map": (
        {"type": "object", "additionalProperties": {"type": "string", "description": "A word"}},
        {"type": "object", "additionalProperties": {"type": "string"}},
    ),
    "a map of anything": ({"type": "object", "additionalProperties": {}}, {"type": "object"}),
    "anything": (True, {}),
    "nothing": (False, {"not": {}}),
    "all of two objects": (
        {"allOf": [record("a", a=text()), record("b", b=text())]},
        record("a", "b", a=text(), b=text()),
    ),
    "all of, nested, with a reference": (
        {"allOf": [{"allOf": [{"$ref": f"{COMPONENTS}Order"}]}, {"required": ["id"]}], "properties": {"note": text()}},
        record("id", id=text(), note=text()),
    ),
    "an object beside variants": (
        {**record("a", a=text()), "oneOf": [tagged("x"), tagged("y", n={"type": "integer"})]},
        {
            "anyOf": [
                record("a", "type", a=text(), n={"type": "integer"}, type={"type": "string", "const": "y"}),
                record("a", "type", a=text(), type={"type": "string", "const": "x"}),
            ]
        },
    ),
    "an object beside alternative requirements": (
        {**record(a=text(), b=text()), "anyOf": [{"required": ["a"]}, {"required": ["b"]}]},
        record(a=text(), b=text()),
    ),
    "a default that does not fit": ({"type": "array", "items": {}, "default": ""}, {"type": "array", "items": {}}),
    "a default of null": ({"type": "string", "default": None}, {"type": "string"}),
    "a default that fits": (
        {"type": "array", "items": {}, "default": []},
        {"type": "array", "items": {}, "default": []},
    ),
    "a default beside a reference": (
        {"$ref": f"{COMPONENTS}Kind", "default": "a"},
        {"type": "string", "enum": ["a", "b"], "x-hint": "Kind", "default": "a"},
    ),
    "a reference to a path of the document": ({"$ref": "#/info"}, {}),
    "prose": (
        {
            "type": "string",
            "title": "T",
            "description": "D",
            "example": "E",
            "examples": ["E"],
            "externalDocs": {},
            "xml": {},
            "x-note": 1,
        },
        {"type": "string"},
    ),
    "properties that are called like prose": (
        record("description", description={"type": "string", "description": "Of the order"}, title=text(), example={}),
        record("description", description=text(), title=text(), example={}),
    ),
    "limits": (
        {"type": "number", "minimum": 0, "exclusiveMaximum": 1, "multipleOf": 0.5},
        {"type": "number", "minimum": 0, "exclusiveMaximum": 1, "multipleOf": 0.5},
    ),
}


@pytest.mark.parametrize(("schema", "normal"), SPELLINGS.values(), ids=SPELLINGS.keys())
def test_every_spelling_has_one_normal_form(schema: Any, normal: Json) -> None:
    """A schema is brought into the one form that all spellings of its meaning share."""
    assert normalized(schema, Order=record(id=text()), Kind=text("b", "a")) == normal


@pytest.mark.parametrize(("schema", "normal"), SPELLINGS.values(), ids=SPELLINGS.keys())
def test_the_normal_form_stays(schema: Any, normal: Json) -> None:
    """Normalizing a normal form changes nothing; only the name hint of a reference goes."""
    hinted = normalized(normal)
    assert normalized(hinted) == hinted


def test_anyof_and_oneof_are_equal() -> None:
    """Whichever of the two words upstream uses for a union, the result is the same."""
    members = [tagged("a", x=text()), tagged("b"), {"type": "string"}, {"nullable": True}]
    assert normalized({"anyOf": members}) == normalized({"oneOf": members})


def test_an_unknown_keyword_is_left_out_by_name() -> None:
    """A keyword that the pipeline does not understand is left out, and the log says which and where."""
    made, log, _ = normalize(record(a={"type": "string", "propertyNames": {}}))
    assert made == record(a=text())
    assert [str(entry) for entry in log] == [
        "/here/properties/a/propertyNames: keyword propertyNames is not understood; left out"
    ]


@pytest.mark.parametrize(
    ("schema", "where", "says"),
    [
        ({"type": "object", "default": []}, pointer("here", "default"), "[] is no value of this schema"),
        ({**record(a=text()), "anyOf": [{"required": ["a"]}]}, pointer("here", "anyOf"), "alternative requirements"),
    ],
)
def test_what_is_left_out_is_logged(schema: Json, where: str, says: str) -> None:
    """What normal form cannot hold is named with its pointer."""
    _, log, _ = normalize(schema)
    assert [entry.pointer for entry in log] == [where]
    assert says in log[0].what


TREE = record("name", name=text(), parts={"type": "array", "items": {"$ref": f"{COMPONENTS}Tree"}})


def test_a_circle_is_closed_by_a_reference() -> None:
    """A component that contains itself is written out once and then referred to."""
    made, _, normalizer = normalize({"$ref": f"{COMPONENTS}Tree"}, Tree=TREE)
    closed = {"type": "array", "items": {RECURSIVE: f"{COMPONENTS}Tree"}}
    assert made == {**record("name", name=text(), parts=closed), "x-hint": "Tree"}
    assert normalizer.recursive == {f"{COMPONENTS}Tree": record("name", name=text(), parts=closed)}


@pytest.mark.parametrize(
    "inner",
    [
        pytest.param({"allOf": [{"$ref": f"{COMPONENTS}Tree"}], "nullable": True}, id="wrapped"),
        pytest.param({"$ref": f"{COMPONENTS}Tree", "nullable": True}, id="plain"),
    ],
)
def test_a_circle_through_a_nullable_reference_is_closed(inner: Json) -> None:
    """A component may hold itself or null, in either spelling of 3.0."""
    made = normalized({"$ref": f"{COMPONENTS}Tree"}, Tree=record(parent=inner))
    assert made["properties"]["parent"] == {"anyOf": [{RECURSIVE: f"{COMPONENTS}Tree"}, NULL]}


def test_a_circle_through_an_extension_is_closed() -> None:
    """An object that extends another and lists its own kind among its parts comes to an end."""
    made = normalized({"allOf": [{"$ref": f"{COMPONENTS}Tree"}, record(extra=text())]}, Tree=TREE)
    assert made["properties"]["parts"] == {"type": "array", "items": {RECURSIVE: f"{COMPONENTS}Tree"}}
    assert made["properties"]["extra"] == text()


def test_what_extends_itself_is_dropped_by_name() -> None:
    """A component that demands itself says nothing more by it; the log names the place."""
    made, log, _ = normalize(
        {"$ref": f"{COMPONENTS}Self"}, Self={"allOf": [{"$ref": f"{COMPONENTS}Self"}, record(a=text())]}
    )
    assert made["properties"] == {"a": text()}
    assert [entry.pointer for entry in log] == ["/components/schemas/Self/allOf/0"]


def test_two_circles_through_each_other_are_closed() -> None:
    """Components that contain each other are each known as recursive where the circle closes."""
    a, b = f"{COMPONENTS}A", f"{COMPONENTS}B"
    _, _, normalizer = normalize({"$ref": a}, A=record(b={"$ref": b}), B=record(a={"$ref": a}))
    assert normalizer.recursive[a]["properties"]["b"]["properties"]["a"] == {RECURSIVE: a}
