"""The build as a whole: which operations are kept, what they are called and become, and what is never lost."""

from __future__ import annotations

import random
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from scripts.pipeline.build import BuildInputs, build
from scripts.pipeline.document.errors import PipelineError

from .support.documents import (
    ORDER,
    ORDERS,
    PART,
    Json,
    as_json,
    build_inputs,
    built,
    document,
    operation,
    parameter,
    record,
    tagged,
    text,
)


def test_the_text_says_how_it_was_made(tmp_path: Path) -> None:
    """Both documents begin with the word that they are built, and hold no prose of upstream's."""
    data = document(
        {ORDERS: {"get": operation(summary="PROSE", response=record(a={"type": "string", "description": "PROSE"}))}}
    )
    result = built(tmp_path, data)
    first = "# Built by `python -m scripts.pipeline build`; do not edit.\n"
    assert result.upstream_text.startswith(first + "# What the gateway's public document says")
    assert result.openapi_text.startswith(first + "# What this client stands by")
    assert "PROSE" not in result.upstream_text


GARBAGE: list[Any] = [
    None,
    True,
    0,
    -1.5,
    "",
    "\u2013",
    [],
    {},
    [None],
    {"$ref": 5},
    {"$ref": "#/nope"},
    {"$ref": PART},
    ["string", "null"],
    {"type": []},
    {"anyOf": [None]},
    {"enum": [[1], {"a": 2}]},
    {"const": None},
    {"allOf": [{"$ref": PART}]},
    {"required": 5},
    {"additionalProperties": 7},
    {"nullable": True},
]
KEYS = [
    *("type", "enum", "required", "properties", "items", "anyOf", "oneOf", "allOf", "default", "const", "nullable"),
    *("additionalProperties", "not", "format", "pattern", "minimum", "minItems", "deprecated", "discriminator"),
    *("$ref", "prefixItems"),
    *("parameters", "requestBody", "responses", "content", "schema", "in", "name", "security", "tags", "x-note"),
]
WELL = document(
    {
        ORDER: {
            "parameters": [parameter("id", "path"), {"$ref": "#/components/parameters/Trace"}],
            "get": operation(response=record("a", a=text("x", "y"), b={"type": "array", "items": {"$ref": PART}})),
            "post": operation(
                body={"anyOf": [tagged("one", n={"type": "integer", "default": 2}), tagged("two", m=text("a"))]},
                response={"allOf": [{"$ref": PART}, record(z={"type": "string", "nullable": True})]},
                parameters=[parameter("q")],
            ),
        },
        ORDERS: {"post": operation(body=record("model", model=text("m"), t={"type": "object"}))},
    },
    components={
        "schemas": {"Part": record("next", next={"$ref": PART}, v={"oneOf": [text(), {"type": "number"}]})},
        "parameters": {"Trace": parameter("trace", "header")},
    },
)


def containers(node: Any) -> list[Any]:
    """Every mapping and list of a document that is not empty."""
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else []
    return [*([node] if inner else []), *(found for part in inner for found in containers(part))]


def damaged(seed: int) -> Json:
    """A document in which one to three places hold something that does not belong there, or are gone."""
    chance = random.Random(seed)
    made = deepcopy(WELL)
    for _ in range(chance.randint(1, 3)):
        place = chance.choice(containers(made))
        step = chance.choice(list(place) if isinstance(place, dict) else range(len(place)))
        match chance.choice(["replace", "remove", "add"]):
            case "remove":
                del place[step]
            case "add" if isinstance(place, dict):
                place[chance.choice(KEYS)] = deepcopy(chance.choice(GARBAGE))
            case _:
                place[step] = deepcopy(chance.choice(GARBAGE))
    return made


@settings(max_examples=80)
@given(st.integers(0, 10**9))
def test_a_damaged_document_is_built_or_refused(empty_inputs: BuildInputs, seed: int) -> None:
    """Whatever stands where it does not belong, the build ends in two documents or in an error of its own."""
    assert outcome(damaged(seed), empty_inputs)


def outcome(data: Json, place: BuildInputs) -> str:
    """What a build ends in: the text of the built document, or what the error says."""
    try:
        return build(as_json(data), place, source="test.json", keep_all=True).openapi_text
    except PipelineError as error:
        return error.message


@pytest.fixture(scope="module")
def empty_inputs(tmp_path_factory: pytest.TempPathFactory) -> BuildInputs:
    """Inputs of a build that name and correct nothing."""
    return build_inputs(tmp_path_factory.mktemp("build_inputs"))
