"""The generator's view, and what becomes of it: how shapes look in Python, and that no text of a document is code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts.pipeline.build import Built
from scripts.pipeline.document.errors import PipelineError
from scripts.pipeline.generate import generator
from scripts.pipeline.generate.generator import generate
from scripts.pipeline.generate.lower.view import lower

from .documents import (
    ORDERS,
    Json,
    built,
    document,
    json_content,
    nested,
    no_names,
    operation,
    parameter,
    record,
    tagged,
    text,
)


def view(folder: Path, data: Json, **options: Any) -> Json:
    """The generator's view of a document."""
    result: Built = built(folder, data)
    return lower(result.openapi, plain=options.get("plain", frozenset()), aliases=options.get("aliases", frozenset()))


def component(folder: Path, schema: Json, **options: Any) -> Json:
    """The component of a body whose property `it` has this schema."""
    made: Json = view(folder, nested("it", schema), **options)["components"]["schemas"]["PostOrdersParams"]
    return made


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


def single(folder: Path, method: str = "get", **members: Any) -> Json:
    """The view of the one operation of a document."""
    made: Json = view(folder, document({ORDERS: {method: operation(**members)}}))["paths"][ORDERS][method]
    return made


def answer(media_type: str, schema: Json) -> Json:
    return {"description": "", "content": {media_type: {"schema": schema}}}


RESPONSES: dict[str, tuple[Json, Json]] = {
    "201 only": (
        {"201": answer("application/json", text())},
        {"description": "", "content": {"application/json": {"schema": {"type": "string"}}}},
    ),
    "a vendor's JSON": (
        {"200": answer("application/vnd.shop+json", text())},
        {"description": "", "content": {"application/json": {"schema": {"type": "string"}}}},
    ),
    "JSON beside a stream": (
        {
            "200": {
                "description": "",
                "content": {**answer("text/event-stream", text())["content"], **json_content(text())},
            }
        },
        {"description": "", "content": {"application/json": {"schema": {"type": "string"}}}},
    ),
    "a list of times": (
        {"200": answer("application/json", {"type": "array", "items": {"type": "string", "format": "date-time"}})},
        {
            "description": "",
            "content": {
                "application/json": {"schema": {"type": "array", "items": {"type": "string", "format": "date-time"}}}
            },
            "x-decoder": "list_of(date_time)",
        },
    ),
    "text": (
        {"200": answer("text/csv", text())},
        {"description": "", "content": {"text/plain": {"schema": {"type": "string"}}}},
    ),
    "bytes": (
        {"200": answer("audio/mpeg", text())},
        {
            "description": "",
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        },
    ),
    "nothing": ({"204": {"description": ""}}, {"description": ""}),
    "an error only": ({"404": answer("application/json", text())}, {"description": ""}),
}


@pytest.mark.parametrize(("responses", "success"), RESPONSES.values(), ids=RESPONSES.keys())
def test_any_success_is_the_success_that_is_described(tmp_path: Path, responses: Json, success: Json) -> None:
    """Whichever success the document describes stands for every 2xx status; errors are left to the reader."""
    (made,) = single(tmp_path, responses=responses)["responses"].values()
    assert {name: value for name, value in made.items() if name != "x-endpoint"} == success


PARAMETERS: dict[str, tuple[Json, str, Json]] = {
    "text": (text(), "str", {}),
    "known values": (text("a", "b"), "Literal['a', 'b']", {}),
    "numbers": ({"type": "integer", "enum": [1, 2]}, "int", {}),
    "a nullable number": ({"type": "number", "nullable": True}, "float", {}),
    "a bounded number": ({"type": "integer", "minimum": 1, "maximum": 9}, "int", {"minimum": 1, "maximum": 9}),
    "a list": (
        {"type": "array", "items": text("a", "b"), "maxItems": 3},
        "Literal['a', 'b'] | Sequence[Literal['a', 'b']]",
        {"most": 3},
    ),
    "a union": ({"anyOf": [text(), {"type": "array", "items": text()}]}, "str | Sequence[str]", {}),
    "a time": ({"type": "string", "format": "date-time"}, "Moment", {"kind": "date-time"}),
    "a day": ({"type": "string", "format": "date"}, "Moment", {"kind": "date"}),
}


@pytest.mark.parametrize(("schema", "annotation", "spec"), PARAMETERS.values(), ids=PARAMETERS.keys())
def test_a_parameter_is_a_value_or_a_list_of_values(tmp_path: Path, schema: Json, annotation: str, spec: Json) -> None:
    """Its type in Python, and what is checked of it before it is sent."""
    (made,) = single(tmp_path, parameters=[parameter("q", schema=schema)])["responses"].values()
    told = made["x-endpoint"]["parameters"]["q"]
    assert (told["annotation"], told["spec"]) == (annotation, spec)


BODIES: dict[str, tuple[str, str]] = {
    "JSON": ("application/json", "application/json"),
    "a form": ("application/x-www-form-urlencoded", "application/x-www-form-urlencoded"),
    "files": ("multipart/form-data", "multipart/form-data"),
    "bytes": ("audio/wav", "application/octet-stream"),
}


@pytest.mark.parametrize(("media_type", "told"), BODIES.values(), ids=BODIES.keys())
def test_a_body_has_a_media_type_that_the_generator_knows(tmp_path: Path, media_type: str, told: str) -> None:
    """JSON and forms are models, anything else is bytes."""
    body = {"content": {media_type: {"schema": record(file={"type": "string", "format": "binary"})}}}
    assert list(single(tmp_path, "post", requestBody=body)["requestBody"]["content"]) == [told]


@pytest.mark.parametrize(
    ("path", "tag"),
    [("/v1/orders/{id}", "orders"), ("/api/v2/3d-models", "3d_models"), ("/v1/{id}", "default"), ("/", "default")],
)
def test_an_operation_without_a_tag_has_the_group_of_its_path(tmp_path: Path, path: str, tag: str) -> None:
    """The first part of a path that is no version names the group."""
    assert view(tmp_path, document({path: {"get": operation()}}))["paths"][path]["get"]["tags"] == [tag]


# --- through the generator


def client(folder: Path, data: Json) -> Path:
    """The folder of a client that was generated from a document."""
    result = built(folder, data)
    generate(result.openapi, no_names(folder), folder / "client")
    return folder / "client"


def run(folder: Path, program: str, *arguments: Any) -> Any:
    """What a program prints, as JSON, with a generated client in a fresh interpreter where warnings are errors."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", IMPORT_ALL + program, *map(json.dumps, arguments)],
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


IMPORT_ALL = """
import importlib, json, pkgutil, sys
import aimlapi_client.api as api
import aimlapi_client.models as models
every = {name: getattr(models, name) for name in models.__all__}
modules = [importlib.import_module(found.name) for found in pkgutil.walk_packages(api.__path__, api.__name__ + ".")]
arguments = [json.loads(argument) for argument in sys.argv[1:]]
"""

HOSTILE = [
    'it\'s "quoted"',
    "back\\slash",
    "new\nline",
    '"); import os; os.abort(); ("',
    '""" + __import__("os").abort() + """',
    "{{ 7 * 7 }}",
    "{% raw %}",
    "${HOME} %s %(x)s {0}",
    "# comment",
    "日本",
    "1st",
    "",
    "class",
    "None",
    "self",
    "cls",
    "d",
    "data",
    "made",
    "missing",
    "model",
    "encode",
    "datetime",
    "Any",
    "Literal",
    "UNSET",
    "dict",
    "list",
    "str",
    "int",
    "property",
    "classmethod",
    "to_dict",
    "from_dict",
    "additional_properties",
    "attrs_define",
    "attrs_field",
    "__init__",
    "__class__",
]


#: Of these, shapes get names, which have to differ by more than signs.
SHAPES = HOSTILE[:10]


def hostile_document() -> Json:
    """A document that has every hostile text in every place that a text can have."""
    values = text(*HOSTILE, "'); import os; os.abort(); ('", "\u2028\r\t\x00", "\\")
    body = record(*HOSTILE, **{name: text() for name in HOSTILE}, state=values, const=text(HOSTILE[3]))
    parts = {name: record(name, **{name: text(name)}) for name in SHAPES}
    variants = {"oneOf": [tagged(name, only=text(name, "x")) for name in SHAPES]}
    return document(
        {
            ORDERS: {
                "post": operation(
                    body=body,
                    response=record(variants={"type": "array", "items": variants}, **parts),
                    parameters=[parameter(name, schema={**text(), "default": name}) for name in HOSTILE[:10]],
                    tags=HOSTILE,
                    summary=HOSTILE[3],
                    description=HOSTILE[5],
                    operationId=HOSTILE[3],
                )
            }
        },
        info={"title": HOSTILE[5], "version": HOSTILE[3]},
    )


def test_no_text_of_a_document_becomes_code(tmp_path: Path) -> None:
    """Quotes, line ends, template marks and Python's own words in a document are data, and come back as they were."""
    folder = client(tmp_path, hostile_document())
    program = """
body = every["PostOrdersParams"].from_dict(arguments[0])
answer = every["PostOrdersResponse"].from_dict(arguments[1])
unknown = [len(made.additional_properties) for made in (body, answer)]
print(json.dumps([body.to_dict(), answer.to_dict(), *unknown]))
"""
    request = {**{name: name for name in HOSTILE}, "state": HOSTILE[4], "const": HOSTILE[3]}
    answer = {
        "variants": [{"type": name, "only": name} for name in [*SHAPES, "a new one"]],
        **{name: {name: name} for name in SHAPES},
    }
    assert run(folder, program, request, answer) == [request, answer, 0, 0]


def test_two_properties_that_differ_in_spelling_only_stay_two(tmp_path: Path) -> None:
    """Properties that become one name in Python keep apart."""
    names = ["unit-price", "unit_price", "unitPrice", "Unit_Price"]
    folder = client(tmp_path, nested("it", record(**{name: text() for name in names})))
    data = {name: name for name in names}
    assert run(folder, 'print(json.dumps(every["ItParam"].from_dict(arguments[0]).to_dict()))', data) == data


def test_a_shape_that_contains_itself_is_generated(tmp_path: Path) -> None:
    """Components in a circle, straight, through lists, through unions and through null, become classes that nest."""
    ref = {"$ref": "#/components/schemas/Part"}
    part = record(
        "name",
        name=text(),
        parts={"type": "array", "items": ref},
        parent={"allOf": [ref], "nullable": True},
        either={"anyOf": [ref, text()]},
        labels={"type": "object", "additionalProperties": ref},
    )
    tree = {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}
    data = document(
        {
            ORDERS: {"get": operation(response=ref), "post": operation(body={"allOf": [ref, record(extra=text())]})},
            "/v1/trees": {"get": operation(response=record(tree={"$ref": "#/components/schemas/Tree"}))},
        },
        schemas={"Part": part, "Tree": tree},
    )
    folder = client(tmp_path, data)
    leaf = {"name": "leaf", "parent": None}
    value = {"name": "root", "parts": [leaf, {"name": "twig", "parts": [leaf]}], "parent": leaf, "either": leaf}
    program = """
part = every["Part"].from_dict(arguments[0])
kinds = [type(part.parts[1].parts[0]).__name__, type(part.parent).__name__, type(part.either).__name__]
print(json.dumps([part.to_dict(), kinds]))
"""
    assert run(folder, program, value) == [value, ["Part"] * 3]


def test_a_warning_of_the_generator_is_an_error(tmp_path: Path) -> None:
    """Where the generator would drop a part of the document, nothing is written."""
    view = {
        "openapi": "3.1.0",
        "info": {"title": "", "version": "0"},
        "paths": {ORDERS: {"get": operation(operationId="list_orders", parameters=[parameter("id", "path")])}},
        "components": {"schemas": {}},
    }
    with pytest.raises(PipelineError, match="the generator warns"):
        generate(view, no_names(tmp_path), tmp_path / "client")
    assert not (tmp_path / "client").exists()


def test_a_fault_of_a_template_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Generated code that ruff finds fault with is not swapped in."""
    monkeypatch.setattr(generator, "RULES", "D100")
    with pytest.raises(PipelineError, match="ruff check finds faults in the generated code"):
        client(tmp_path, nested("it", text()))
    assert not (tmp_path / "client").exists()


def test_a_folder_of_something_else_is_not_replaced(tmp_path: Path) -> None:
    """The output replaces a whole folder, so it has to be one of ours."""
    folder = tmp_path / "client"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(PipelineError, match="holds something else than a generated client"):
        client(tmp_path, document())
    assert (folder / "notes.txt").read_text(encoding="utf-8") == "mine"


def failing_for(name: str, rename: Callable[[Path, Path], Path]) -> Callable[[Path, Path], Path]:
    """`Path.rename`, but for one name."""

    def moved(path: Path, target: Path) -> Path:
        if path.name == name:
            raise OSError("no space left")
        return rename(path, target)

    return moved


def test_a_swap_that_fails_puts_the_former_client_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the new client cannot be moved into place, the old one stays."""
    folder = client(tmp_path, document())
    before = (folder / "manifest.json").read_bytes()
    monkeypatch.setattr(Path, "rename", failing_for("new", Path.rename))
    with pytest.raises(OSError, match="no space left"):
        client(tmp_path, nested("it", text()))
    assert (folder / "manifest.json").read_bytes() == before
