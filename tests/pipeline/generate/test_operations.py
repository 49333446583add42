"""How operations look to the generator: successes, parameters, bodies, groups."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scripts.pipeline.generate.package import generate

from ..support.documents import (
    ORDERS,
    Json,
    built,
    document,
    json_content,
    no_names,
    operation,
    parameter,
    record,
    text,
)
from ..support.views import view


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
    "a nullable list": (
        {"type": ["array", "null"], "items": text(), "maxItems": 3},
        "str | Sequence[str]",
        {"most": 3},
    ),
    "a list or null": ({"anyOf": [{"type": "array", "items": text()}, {"type": "null"}]}, "str | Sequence[str]", {}),
    "a list of lists": (
        {"type": "array", "items": {"type": "array", "items": text()}},
        "Sequence[str] | Sequence[Sequence[str]]",
        {},
    ),
    "an object": (record(a=text()), "ObjectValue", {}),
    "a map": ({"type": "object", "additionalProperties": text()}, "ObjectValue", {}),
    "text or an object": ({"anyOf": [text(), record(a=text())]}, "str | ObjectValue", {}),
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


@pytest.mark.parametrize("path", ["/v1/{id}/again/{id}", "/v1/" + "long" * 80, "/v1/日本", "/v1//orders/"])
def test_any_path_makes_an_operation(tmp_path: Path, path: str) -> None:
    """With a parameter twice, longer than the name of a file may be, or without a letter of ASCII."""
    result = built(tmp_path, document({path: {"get": operation(response=record(a=text()))}}))
    generate(result.openapi, no_names(tmp_path), tmp_path / "client")
    (module,) = (path for path in (tmp_path / "client").glob("*/api/*/*.py") if path.stem != "__init__")
    assert f"path={path!r}" in module.read_text(encoding="utf-8").replace('"', "'")
