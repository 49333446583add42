"""Repair: each invalidity that the gateway has published or may publish, what becomes of it, and what the log says."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from scripts.pipeline.document.errors import PipelineError, pointer
from scripts.pipeline.normalize.repair import repair

from ..support.documents import ORDERS, Json, document, nested, operation, parameter, record, repaired, tagged, text

ORDER = f"{ORDERS}/{{id}}"
SCHEMA = ("paths", ORDERS, "post", "requestBody", "content", "application/json", "schema", "properties", "it")
RESPONSES = pointer("paths", ORDERS, "get", "responses")

#: What upstream writes for "no type".
DASH = "\u2013"

#: A schema as published, what it becomes, where below it the log points, and a part of what the log says.
SCHEMAS: dict[str, tuple[Json, Json, tuple[str | int, ...], str]] = {
    "a dash as type": ({"type": DASH, "minLength": 1}, {"minLength": 1}, ("type",), f"'{DASH}' is no JSON type"),
    "a list of types with an unknown one": ({"type": ["string", "text"]}, {}, ("type",), "'text' is no JSON type"),
    "an empty list of types": ({"type": []}, {}, ("type",), "[] is no JSON type"),
    "a type that is a mapping": ({"type": {}}, {}, ("type",), "{} is no JSON type"),
    "integers as text": (
        {"type": "integer", "enum": ["44100", "48000"], "default": "44100"},
        {"type": "integer", "enum": [44100, 48000], "default": 44100},
        ("enum",),
        "values written in another type; read as integer",
    ),
    "numbers as text": (
        {"type": ["number", "null"], "enum": ["0.5", 1, None]},
        {"type": ["number", "null"], "enum": [0.5, 1, None]},
        ("enum",),
        "read as number",
    ),
    "an enum of another type": (
        {"type": "integer", "enum": ["low", 1]},
        {"enum": ["low", 1]},
        ("enum",),
        "not of type integer; the type is dropped",
    ),
    "flags in an enum of text": (
        {"type": "string", "enum": ["on", True]},
        {"enum": ["on", True]},
        ("enum",),
        "not of type string",
    ),
    "infinity as text": (
        {"type": "number", "default": "Infinity"},
        {"type": "number"},
        ("default",),
        "'Infinity' is no value of this type; dropped",
    ),
    "a value that is no text any more": (
        text("a\ufffd"),
        text("a\ufffd"),
        ("enum",),
        "holds what is no character; sent as U+FFFD",
    ),
    "a property that is no text any more": (
        record(**{"\ufffd": text()}),
        record(**{"\ufffd": text()}),
        ("properties", "\ufffd"),
        "holds what is no character; sent as U+FFFD",
    ),
    "a default in another type": (
        {"type": "number", "default": "0.7"},
        {"type": "number", "default": 0.7},
        ("default",),
        "'0.7' is written in another type; read as number",
    ),
    "a default of no such type": (
        {"type": "boolean", "default": "maybe"},
        {"type": "boolean"},
        ("default",),
        "'maybe' is no value of this type; dropped",
    ),
    "a fraction for an integer": (
        {"type": "integer", "default": 0.5},
        {"type": "integer"},
        ("default",),
        "0.5 is no value of this type; dropped",
    ),
    "a whole fraction for an integer": (
        {"type": "integer", "default": 2.0},
        {"type": "integer", "default": 2},
        ("default",),
        "2.0 is written in another type",
    ),
    "a default outside the enum": (
        {"type": "string", "enum": ["a", "b"], "default": "c"},
        {"type": "string", "enum": ["a", "b"]},
        ("default",),
        "'c' is no value of this type; dropped",
    ),
    "a required flag that is set": (
        {"type": "object", "properties": {"a": {"type": "string", "required": True}}},
        {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]},
        ("properties", "a", "required"),
        "moved to its object",
    ),
    "a required flag that is not set": (
        {"type": "object", "properties": {"a": {"type": "string", "required": False}}, "required": ["b"]},
        {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["b"]},
        ("properties", "a", "required"),
        "moved to its object",
    ),
    "required that is a flag": ({"required": True}, {}, ("required",), "moved to its object"),
    "required that is a text": ({"required": "a"}, {}, ("required",), "not a list; dropped"),
    "required with repetitions": (
        {"required": ["a", "a", 1]},
        {"required": ["a"]},
        ("required",),
        "repeated or unnamed entries; dropped",
    ),
    "nothing required": ({"required": []}, {}, (), ""),
    "an empty anyOf": ({"anyOf": [], "type": "string"}, {"type": "string"}, ("anyOf",), "empty or not a list"),
    "an empty enum": ({"enum": []}, {}, ("enum",), "empty or not a list; dropped"),
    "a oneOf that is a mapping": ({"oneOf": {}}, {}, ("oneOf",), "empty or not a list; dropped"),
    "properties that are a list": ({"properties": []}, {}, ("properties",), "not a mapping; dropped"),
    "a property that is a text": (
        {"properties": {"a": "string"}},
        {"properties": {"a": {}}},
        ("properties", "a"),
        "not a schema; read as any value",
    ),
    "a not that is a text": ({"not": "this"}, {}, ("not",), "not a schema; dropped"),
    "an array without items": ({"type": "array"}, {"type": "array", "items": {}}, ("items",), "an array without items"),
    "a reference that is a number": ({"$ref": 1, "type": "string"}, {"type": "string"}, ("$ref",), "dropped"),
    "a flag as exclusive minimum": (
        {"minimum": 0, "exclusiveMinimum": True},
        {"exclusiveMinimum": 0},
        (),
        "",
    ),
    "a flag as exclusive maximum that is off": ({"maximum": 1, "exclusiveMaximum": False}, {"maximum": 1}, (), ""),
    "a minimum as text": ({"minimum": "1"}, {}, ("minimum",), "'1' is no number; dropped"),
    "a negative length": ({"maxLength": -1}, {}, ("maxLength",), "-1 is no count; dropped"),
    "a multiple of nothing": ({"multipleOf": 0}, {}, ("multipleOf",), "nothing is a multiple of it"),
    "a format that is a number": ({"format": 64}, {}, ("format",), "64 is no text; dropped"),
    "a pattern of another language": ({"pattern": "\\p{L}"}, {}, ("pattern",), "no regular expression of Python"),
    "a deprecation as text": ({"deprecated": "soon"}, {}, ("deprecated",), "'soon' is no flag; dropped"),
    "a fault inside items": ({"items": {"type": DASH}}, {"items": {}}, ("items", "type"), "no JSON type"),
    "a fault inside a map": (
        {"additionalProperties": {"type": DASH}},
        {"additionalProperties": {}},
        ("additionalProperties", "type"),
        "no JSON type",
    ),
    "a fault inside a variant": (
        {"oneOf": [{"type": "string"}, {"type": DASH}]},
        {"oneOf": [{"type": "string"}, {}]},
        ("oneOf", 1, "type"),
        "no JSON type",
    ),
}


@pytest.mark.parametrize(("published", "becomes", "below", "says"), SCHEMAS.values(), ids=SCHEMAS.keys())
def test_a_schema_is_mended(published: Json, becomes: Json, below: tuple[str | int, ...], says: str) -> None:
    """An invalid part of a schema is mended or left out, and the log names it."""
    mended, log = repaired(nested("it", published))
    schema = mended["paths"][ORDERS]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert schema["properties"]["it"] == becomes
    assert says in log.get(pointer(*SCHEMA, *below), "")


def path_parameters(*parameters: Any, path: str = ORDER, **members: Any) -> Json:
    return document({path: {"get": operation(parameters=list(parameters)), **members}})


ID = parameter("id", "path")
ADDED = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
#: A document as published, what it becomes, where the log points, and a part of what it says.
DOCUMENTS: dict[str, tuple[Json, Json, str, str]] = {
    "a response without description": (
        document({ORDERS: {"get": {"responses": {"200": {"content": {}}}}}}),
        document({ORDERS: {"get": {"responses": {"200": {"content": {}, "description": ""}}}}}),
        f"{RESPONSES}/200",
        "a response needs a description",
    ),
    "a response that is null": (
        document({ORDERS: {"get": {"responses": {"200": None}}}}),
        document({ORDERS: {"get": {"responses": {"200": {"description": ""}}}}}),
        f"{RESPONSES}/200",
        "not a response; read as empty",
    ),
    "a status that is none": (
        document({ORDERS: {"get": {"responses": {"ok": {}, "2XX": {"description": ""}}}}}),
        document({ORDERS: {"get": {"responses": {"2XX": {"description": ""}}}}}),
        f"{RESPONSES}/ok",
        "not a status; dropped",
    ),
    "no responses": (
        document({ORDERS: {"get": {}}}),
        document({ORDERS: {"get": {"responses": {"200": {"description": ""}}}}}),
        RESPONSES,
        "none declared; an empty 200 added",
    ),
    "a body on GET": (
        document({ORDERS: {"get": operation(body=text())}}),
        document({ORDERS: {"get": operation()}}),
        pointer("paths", ORDERS, "get", "requestBody"),
        "a GET request has no body; dropped",
    ),
    "a body without content": (
        document({ORDERS: {"post": {**operation(), "requestBody": {"required": True}}}}),
        document({ORDERS: {"post": operation()}}),
        pointer("paths", ORDERS, "post", "requestBody"),
        "a body without content; dropped",
    ),
    "content that is a list": (
        document({ORDERS: {"post": {**operation(), "requestBody": {"content": []}}}}),
        document({ORDERS: {"post": operation()}}),
        pointer("paths", ORDERS, "post", "requestBody", "content"),
        "not a mapping; dropped",
    ),
    "a media type that is null": (
        document({ORDERS: {"post": {**operation(), "requestBody": {"content": {"application/json": None}}}}}),
        document({ORDERS: {"post": {**operation(), "requestBody": {"content": {"application/json": {}}}}}}),
        pointer("paths", ORDERS, "post", "requestBody", "content", "application/json"),
        "not a media type",
    ),
    "an undeclared path parameter": (
        path_parameters(),
        path_parameters(ADDED),
        pointer("paths", ORDER, "get", "parameters"),
        "path parameter id is not declared; added as text",
    ),
    "the colon form of a path": (
        path_parameters(ID, path=f"{ORDERS}/:id/cancel"),
        path_parameters(ID, path=f"{ORDERS}/{{id}}/cancel"),
        pointer("paths", f"{ORDERS}/:id/cancel"),
        f"colon form of a path parameter; read as {ORDERS}/{{id}}/cancel",
    ),
    "a path parameter that is not in the path": (
        path_parameters(ID, parameter("q"), path=ORDERS, parameters=[parameter("batch", "path")]),
        path_parameters(parameter("q"), path=ORDERS, parameters=[]),
        pointer("paths", ORDERS, "get", "parameters"),
        "declared but not in the path, dropped: batch, id",
    ),
    "an optional path parameter": (
        path_parameters({**ID, "required": False}),
        path_parameters(ID),
        pointer("paths", ORDER, "get", "parameters", "id"),
        "a path parameter is always required",
    ),
    "a parameter without schema": (
        path_parameters({"name": "q", "in": "query"}, path=ORDERS),
        path_parameters({"name": "q", "in": "query", "schema": {}}, path=ORDERS),
        pointer("paths", ORDERS, "get", "parameters", "q"),
        "no schema; read as any value",
    ),
    "a parameter that is required in words": (
        path_parameters({**parameter("q"), "required": "yes"}, path=ORDERS),
        path_parameters(parameter("q"), path=ORDERS),
        pointer("paths", ORDERS, "get", "parameters", "q", "required"),
        "not a flag; dropped",
    ),
    "parameters that are none": (
        path_parameters("q", {"in": "query"}, parameter("q", "body"), parameter("p"), path=ORDERS),
        path_parameters(parameter("p"), path=ORDERS),
        pointer("paths", ORDERS, "get", "parameters"),
        "an entry without a name or a place; dropped",
    ),
    "a path item that is null": (
        document({ORDERS: {"get": operation()}, "/v1/nothing": None}),
        document({ORDERS: {"get": operation()}}),
        pointer("paths", "/v1/nothing"),
        "not a path item; dropped",
    ),
    "a version to come": (
        document(openapi="3.2.0"),
        document(openapi="3.1.0"),
        "/openapi",
        "3.2.0 read as 3.1.0",
    ),
    "no version": (
        {key: value for key, value in document().items() if key != "openapi"},
        document(),
        "/openapi",
        "missing; read as 3.0.0",
    ),
    "no info": (
        {key: value for key, value in document().items() if key != "info"},
        document(info={"title": "", "version": "0"}),
        "/info",
        "missing; added",
    ),
    "a fault in a component": (
        document(schemas={"A": {"type": DASH}}),
        document(schemas={"A": {}}),
        "/components/schemas/A/type",
        "no JSON type",
    ),
    "a fault in a parameter's component": (
        document(components={"parameters": {"P": {**ID, "required": False, "schema": {"type": DASH}}}}),
        document(components={"parameters": {"P": {**ID, "schema": {}}}}),
        "/components/parameters/P/schema/type",
        "no JSON type",
    ),
    "a fault in a response's component": (
        document(components={"responses": {"R": {"content": {"application/json": {"schema": {"type": DASH}}}}}}),
        document(components={"responses": {"R": {"content": {"application/json": {"schema": {}}}}}}),
        "/components/responses/R/content/application~1json/schema/type",
        "no JSON type",
    ),
}


@pytest.mark.parametrize(("published", "becomes", "where", "says"), DOCUMENTS.values(), ids=DOCUMENTS.keys())
def test_a_document_is_mended(published: Json, becomes: Json, where: str, says: str) -> None:
    """An invalid part of an operation is mended or left out, and the log names it."""
    mended, log = repaired(deepcopy(published))
    assert mended == becomes
    assert says in log[where]


VALID = document(
    {
        ORDER: {
            "parameters": [ID],
            "get": operation(response={"$ref": "#/components/schemas/Order"}, parameters=[parameter("q")]),
            "post": operation(
                body={"oneOf": [tagged("a"), tagged("b")]}, parameters=[{"$ref": "#/components/parameters/Trace"}]
            ),
        }
    },
    components={
        "parameters": {"Trace": parameter("trace", "header", schema={"type": "string", "default": "none"})},
        "schemas": {
            "Order": record(
                "id",
                id={"type": "integer", "minimum": 1, "exclusiveMaximum": 9},
                state={"type": ["string", "null"], "enum": ["new", "old", None], "default": None},
                rows={"type": "array", "items": {"$ref": "#/components/schemas/Row"}, "uniqueItems": True},
                ratio={"type": "number", "enum": [0.5, 1], "default": 1, "multipleOf": 0.5},
                flag={"type": "boolean", "enum": [True], "default": True},
                any=True,
                either={"type": ["string", "integer"], "default": 5, "enum": ["a", 5]},
            ),
            "Row": {"additionalProperties": {"type": "string", "pattern": "^a+$"}, "not": {"required": ["b"]}},
        },
    },
)


def test_a_valid_document_is_left_alone() -> None:
    """Nothing is done to a valid document, and the log is empty."""
    mended, log = repaired(deepcopy(VALID))
    assert log == {}
    assert mended == VALID


def test_repairing_twice_is_repairing_once() -> None:
    """A repaired document needs no repair."""
    mended, first = repaired(nested("it", {"type": "integer", "enum": ["1"], "default": "2", "anyOf": []}))
    again, second = repaired(deepcopy(mended))
    assert first
    assert second == {}
    assert again == mended


def test_a_path_parameter_by_reference_counts_as_declared() -> None:
    """A path parameter that stands in the components is not added a second time, on whatever level it is listed."""
    listed = [{"$ref": "#/components/parameters/Id"}]
    components = {"parameters": {"Id": {"$ref": "#/components/parameters/Key"}, "Key": ID}}
    on_item = document({ORDER: {"parameters": listed, "get": operation()}}, components=components)
    on_operation = document({ORDER: {"get": operation(parameters=listed)}}, components=components)
    assert repaired(on_item)[1] == {}
    assert repaired(on_operation)[1] == {}


def test_the_braced_form_wins_over_the_colon_form() -> None:
    """A document with both forms of one path keeps both as they are."""
    both = document({ORDER: {"get": operation(parameters=[ID])}, f"{ORDERS}/:id": {"get": operation()}})
    assert repaired(deepcopy(both)) == (both, {})


REFERENCES = {
    "to nothing": ({"$ref": "#/components/schemas/Missing"}, {}, "reference that leads nowhere"),
    "out of the document": ({"$ref": "other.yaml#/Order"}, {}, "reference out of the document"),
    "to another address": ({"$ref": "https://gateway.invalid/order.json"}, {}, "reference out of the document"),
    "in a circle of aliases": (
        {"$ref": "#/components/schemas/A"},
        {"A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/A"}},
        "reference that leads only to itself",
    ),
    "to itself": (
        {"$ref": "#/components/schemas/A"},
        {"A": {"$ref": "#/components/schemas/A"}},
        "reference that leads only to itself",
    ),
    "to a list": ({"$ref": "#/tags"}, {}, "reference that leads nowhere"),
}


@pytest.mark.parametrize(("schema", "schemas", "fault"), REFERENCES.values(), ids=REFERENCES.keys())
def test_a_reference_that_cannot_be_followed_is_an_error(schema: Json, schemas: Json, fault: str) -> None:
    """By default a bad reference stops the build; the error names the place, the reference and what to do."""
    bad = {**nested("it", schema), "components": {"schemas": schemas}, "tags": []}
    with pytest.raises(PipelineError) as caught:
        repair(bad, source="orders.yaml", lenient=False)
    assert fault in caught.value.message
    assert schema["$ref"] in caught.value.message
    assert caught.value.pointer == pointer(*SCHEMA)
    assert caught.value.source == "orders.yaml"
    assert "--input FILE" in caught.value.hint


@pytest.mark.parametrize(("schema", "schemas", "fault"), REFERENCES.values(), ids=REFERENCES.keys())
def test_a_lenient_reading_takes_a_bad_reference_for_any_value(schema: Json, schemas: Json, fault: str) -> None:
    """Where every operation is to be read, a bad reference is read as any value, and the log names it."""
    bad = {**nested("it", dict(schema)), "components": {"schemas": deepcopy(schemas)}, "tags": []}
    mended, log = repaired(bad, lenient=True)
    body = mended["paths"][ORDERS]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body["properties"]["it"] == {}
    assert f"{fault}: $ref {schema['$ref']}; read as any value" in log[pointer(*SCHEMA)]


@pytest.mark.parametrize("key", ["example", "examples", "default", "enum", "const", "x-sample"])
def test_a_reference_in_a_sample_is_data(key: str) -> None:
    """A sample may hold the word $ref, as samples of JSON Schemas do; it refers to nothing in the document."""
    sample = [{"$ref": "#/$defs/Place"}]
    kept, _ = repaired(nested("it", {key: sample}))
    body = kept["paths"][ORDERS]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body["properties"]["it"][key] == sample


@pytest.mark.parametrize("name", ["example", "default", "enum", "$ref"])
def test_a_property_may_have_the_name_of_a_keyword(name: str) -> None:
    """What stands under the name of a property is a schema, whatever the name."""
    bad = nested("it", record(**{name: {"$ref": "#/components/schemas/Missing"}}))
    with pytest.raises(PipelineError, match="leads nowhere"):
        repair(bad, source="orders.yaml", lenient=False)


def test_a_default_response_by_reference_is_followed() -> None:
    """`default` among the responses is a status, no sample."""
    bad = document({ORDERS: {"get": {"responses": {"default": {"$ref": "#/components/responses/Missing"}}}}})
    with pytest.raises(PipelineError, match="leads nowhere"):
        repair(bad, source="orders.yaml", lenient=False)


def test_the_log_reads_as_a_list_of_places() -> None:
    """An entry of the log is its pointer and what was done."""
    log = repair(document(openapi="3.2.1"), source="orders.yaml", lenient=False)
    assert [str(entry) for entry in log] == ["/openapi: 3.2.1 read as 3.1.0: nothing of 3.2 is used"]


def test_a_path_without_its_slash_beside_the_one_that_has_it_is_dropped() -> None:
    """The two say the same."""
    data, log = repaired(document({ORDERS: {"get": operation()}, ORDERS[1:]: {"get": operation()}}))
    assert list(data["paths"]) == [ORDERS]
    assert log[pointer("paths", ORDERS[1:])] == f"says the same as {ORDERS}; dropped"
