"""Whatever the document allows survives the models: nothing is lost, and nothing known is taken for unknown."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, cast

import attrs
import pytest
from ruamel.yaml import YAML

import aimlapi_client.models as models
from aimlapi_client.models import CreateMessageParams

from .instances import Instances, Json

ROOT = Path(__file__).resolve().parents[2]
CATCH_ALLS = {"UnknownToolParam", "UnknownToolChoiceParam", "UnknownThinkingConfigParam"}
INSTANCES = 2000


@cache
def load(path: Path) -> Json:
    """A document as plain data."""
    yaml: Any = YAML(typ="safe")
    return cast(Json, yaml.load(path.read_text(encoding="utf-8")))


OPENAPI = load(ROOT / "openapi" / "openapi.yaml")
#: Components that have a class of their own, without those that only unions or aliases stand for.
CLASSES = [
    name
    for name, schema in OPENAPI["components"]["schemas"].items()
    if "properties" in schema and hasattr(models, name)
]


def request_schema(document: Json) -> Json:
    """The schema of the body of the messages operation."""
    return cast(Json, document["paths"]["/v1/messages"]["post"]["requestBody"]["content"]["application/json"]["schema"])


def unknowns(value: Any) -> Iterator[Any]:
    """Every variant below a decoded model that was taken for unknown."""
    if attrs.has(type(value)):
        if type(value).__name__.startswith("Unknown"):
            yield value
        for field in attrs.fields(type(value)):
            yield from unknowns(getattr(value, field.name))
    elif isinstance(value, list):
        for item in cast(list[Any], value):
            yield from unknowns(item)


def known_tags(node: Any) -> set[str]:
    """Every fixed value of a `type` or `role` in a document, however it spells a constant."""
    found: set[str] = set()
    if isinstance(node, dict):
        for name in ("type", "role"):
            part = node.get("properties", {}).get(name) if isinstance(node.get("properties"), dict) else None
            if isinstance(part, dict):
                found |= {value for value in [part.get("const"), *part.get("enum", [])] if isinstance(value, str)}
        for value in node.values():
            found |= known_tags(value)
    elif isinstance(node, list):
        for value in node:
            found |= known_tags(value)
    return found


def check_requests(document: Json, seed: int) -> None:
    """Random requests of a document survive, and no tag that it names is unknown."""
    instances = Instances(document, seed)
    tags = known_tags(document)
    for _ in range(INSTANCES):
        body = instances.of(request_schema(document))
        decoded = CreateMessageParams.from_dict(body)
        assert decoded.to_dict() == body
        taken_for_unknown = {(type(found).__name__, found.type) for found in unknowns(decoded)}
        assert {name for name, tag in taken_for_unknown if name not in CATCH_ALLS or tag in tags} == set()


@pytest.mark.slow
@pytest.mark.parametrize("day", ["2026-05-20", "2026-08-21", "2026-11-28"])
def test_upstream_requests(shared: Path, day: str) -> None:
    """2,000 random instances of upstream's own request schema survive from_dict and to_dict."""
    check_requests(load(shared / "upstream" / f"docs-public-{day}.yaml"), seed=20260821)


def test_committed_requests() -> None:
    """2,000 random instances of the committed request schema survive from_dict and to_dict."""
    check_requests(load(ROOT / "openapi" / "upstream.yaml"), seed=1)


@pytest.mark.parametrize("name", CLASSES)
def test_components(name: str) -> None:
    """Random instances of every component survive its class."""
    instances = Instances(OPENAPI, seed=7)
    schema = OPENAPI["components"]["schemas"][name]
    for _ in range(40):
        data = instances.of(schema)
        assert getattr(models, name).from_dict(data).to_dict() == data
