"""Whatever is narrowed in one variant of a request, wherever it stands, the drift is breaking and names its models."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings, strategies as st

from scripts.pipeline.build import BuildInputs, read
from scripts.pipeline.drift.changes import Change
from scripts.pipeline.drift.compare import compare

from ..support.documents import ORDERS, Json, as_json, build_inputs, document, operation, record, tagged, text

NAMES = ("alpha", "beta", "gamma")
VALUES = ("x", "y", "z")


def objects(inner: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    """Objects of which some properties are required."""
    parts = st.dictionaries(st.sampled_from(NAMES), inner, min_size=1)
    return parts.flatmap(
        lambda found: st.sets(st.sampled_from(sorted(found))).map(lambda asked: record(*asked, **found))
    )


def unions(inner: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    """Objects with a tag, two of them with the same one, which differ by what they require."""
    return st.tuples(inner, inner, inner).map(
        lambda parts: {
            "oneOf": [
                tagged("p", "own", own=parts[0]),
                tagged("p", "other", other=parts[1], own=parts[0]),
                tagged("q", third=parts[2]),
            ]
        }
    )


LEAVES = st.one_of(
    st.sampled_from([text(), {"type": "integer"}, {"type": "number"}, {"type": "string", "nullable": True}]),
    st.sets(st.sampled_from(VALUES), min_size=1).map(lambda values: text(*sorted(values))),
    st.integers(0, 9).map(lambda most: {"type": "integer", "minimum": 0, "maximum": most}),
)
SCHEMAS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        inner.map(lambda items: {"type": "array", "items": items}),
        inner.map(lambda values: {"type": "object", "additionalProperties": values}),
        objects(inner),
        unions(inner),
    ),
    max_leaves=6,
)


def narrowed(schema: Json) -> Iterator[Json]:
    """The same schema with one thing less that it allows, in each place where there is one."""
    yield from ({**schema, **more} for more in _limits(schema))
    if schema.get("nullable"):
        yield {key: value for key, value in schema.items() if key != "nullable"}
    if len(schema.get("enum", [])) > 1:
        yield from ({**schema, "enum": [one for one in schema["enum"] if one != value]} for value in schema["enum"])
    properties: Json = schema.get("properties", {})
    for name, part in properties.items():
        if name not in schema.get("required", []):
            yield {**schema, "required": [*schema.get("required", []), name]}
            yield {**schema, "properties": {key: value for key, value in properties.items() if key != name}}
        if name != "type":
            yield from ({**schema, "properties": {**properties, name: less}} for less in narrowed(part))
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from ({**schema, key: less} for less in narrowed(schema[key]))
    for index, part in enumerate(schema.get("oneOf", [])):
        others = [*schema["oneOf"][:index], *schema["oneOf"][index + 1 :]]
        yield {**schema, "oneOf": others}
        yield from ({**schema, "oneOf": [*others, less]} for less in narrowed(part))


def _limits(schema: Json) -> list[Json]:
    kind, values = schema.get("type"), schema.get("enum")
    if values or not kind:
        return []
    return {
        "string": [{"maxLength": 5}, {"minLength": 2}, {"pattern": "^a"}, {"format": "uuid"}, {"enum": ["x", "y"]}],
        "integer": [{"minimum": 1}, {"maximum": -1}, {"multipleOf": 2}],
        "number": [{"type": "integer"}, {"maximum": 5}],
        "array": [{"maxItems": 5}, {"minItems": 1}, {"uniqueItems": True}],
        "object": [{"additionalProperties": False}, {"required": [*schema.get("required", []), "zz"]}]
        if "properties" in schema
        else [],
    }.get(kind, [])


@pytest.fixture(scope="module")
def inputs() -> Iterator[BuildInputs]:
    with tempfile.TemporaryDirectory() as folder:
        yield build_inputs(Path(folder))


def changes(inputs: BuildInputs, before: list[Json], after: list[Json]) -> list[Change]:
    pair = [document({ORDERS: {"post": operation(body={"anyOf": variants})}}) for variants in (before, after)]
    said = [read(as_json(one), inputs, source="test.json", keep_all=True).upstream for one in pair]
    return compare(said[0], said[1])


def variant(model: str, part: Json) -> Json:
    return record("model", model=text(model), deep=record(part=part))


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), parts=st.lists(SCHEMAS, min_size=2, max_size=3))
def test_a_random_narrowing_of_one_variant_is_breaking(inputs: BuildInputs, data: Any, parts: list[Json]) -> None:
    """What all models allow together may stay the same. Undone, it is an addition, and in another order nothing."""
    models = [chr(ord("a") + index) for index in range(len(parts))]
    if data.draw(st.booleans()):
        parts = [parts[0]] * len(parts)
    chosen = data.draw(st.integers(0, len(parts) - 1))
    possible = list(narrowed(parts[chosen]))
    assume(possible)
    less = data.draw(st.sampled_from(possible))
    before = [variant(model, part) for model, part in zip(models, parts, strict=True)]
    after = deepcopy(before)
    after[chosen] = variant(models[chosen], less)
    found = changes(inputs, before, data.draw(st.permutations(after)))
    assert {change.models for change in found if change.kind == "breaking"} == {(models[chosen],)}
    assert {change.models for change in found} == {(models[chosen],)}
    assert {change.kind for change in changes(inputs, after, before)} == {"additive"}
    assert changes(inputs, before, data.draw(st.permutations(before))) == []
