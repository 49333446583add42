"""Merge: schemas that say nearly the same become one, and a union is brought into one stable form.

Everything here is pure and independent of order: the same members in any order give the same result. Results
are supersets: whatever one of the inputs accepts, the merged schema accepts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, cast

from attrs import frozen

from ..document.schemas import ANNOTATIONS, NULL, canonical_json, is_object, tag_values
from ..document.tree import Json, is_list
from .variants import merge_near


def _with_hints(schema: Json) -> str:
    return json.dumps(schema, sort_keys=True, ensure_ascii=False)


def union(members: Iterable[Json]) -> Json:
    """The union of schemas in its stable form: flat, without repetition, one array, mergeable objects merged."""
    flat: dict[str, Json] = {}
    for member in members:
        for part in _flatten(member):
            key = canonical_json(part)
            # Equal but for their name hints: one of them stays, the same one in any order.
            flat[key] = min(flat.get(key, part), part, key=_with_hints)
    if any(not _constraints(part) for part in flat.values()):
        return {}
    parts = [flat[key] for key in sorted(flat)]
    nullable = NULL in parts
    objects = merge_near([part for part in parts if is_object(part)], merge_objects)
    arrays = [part for part in parts if part.get("type") == "array"]
    texts = [part for part in parts if part.get("type") == "string" or _is_text_literal(part)]
    rest = [
        part
        for part in parts
        if part != NULL and not is_object(part) and part.get("type") != "array" and part not in texts
    ]
    merged = [*_fold(texts), *_fold(rest), *_fold(arrays), *objects]
    return _as_union(merged, nullable=nullable)


def _as_union(parts: list[Json], *, nullable: bool) -> Json:
    members = [*parts, dict(NULL)] if nullable else parts
    if len(members) == 1:
        return members[0]
    if len(members) == 2 and nullable and _simple_type(members[0]):
        return {**members[0], "type": [members[0]["type"], "null"]}
    return {"anyOf": members}


def plain_union(members: Iterable[Json]) -> Json:
    """The union of schemas as they are: flat, without repetition and in order, but none made one with another.

    Closed sets of texts are the exception, because a set of both says the very same.
    """
    flat = {canonical_json(part): part for member in members for part in _flatten(member)}
    if any(not _constraints(part) for part in flat.values()):
        return {}
    closed = [part for part in flat.values() if _is_text_literal(part)]
    parts = [flat[key] for key in sorted(flat) if flat[key] != NULL and flat[key] not in closed]
    if closed:
        parts.insert(0, _fold(closed)[0])
    return _as_union(parts, nullable=any(part == NULL for part in flat.values()))


def _flatten(schema: Json) -> list[Json]:
    """The members of a schema that is a plain union, with a nullable type split in two."""
    if "anyOf" in schema and not set(schema) - {"anyOf"} - ANNOTATIONS:
        return [part for member in cast(list[Json], schema["anyOf"]) for part in _flatten(member)]
    kinds = schema.get("type")
    if is_list(kinds):
        return [{**schema, "type": kind} if kind != "null" else dict(NULL) for kind in cast(list[str], kinds)]
    return [schema]


def _constraints(schema: Json) -> set[str]:
    return set(schema) - ANNOTATIONS


def _is_text_literal(schema: Json) -> bool:
    values = schema.get("enum", [schema.get("const")])
    return all(isinstance(value, str) for value in values)


def _simple_type(schema: Json) -> bool:
    """A schema whose nullable form is a list of types; hoisted ones are written as a union instead."""
    return isinstance(schema.get("type"), str) and not is_object(schema) and not {"enum", "const"} & set(schema)


def _fold(parts: list[Json]) -> list[Json]:
    """Unite whatever can be united without becoming a union."""
    folded: list[Json] = []
    for part in parts:
        for index, present in enumerate(folded):
            united = _unite_same(present, part)
            if united is not None:
                folded[index] = united
                break
        else:
            folded.append(part)
    return folded


def unite(first: Json, second: Json) -> Json:
    """One schema for a property that two merged objects describe differently."""
    return first if canonical_json(first) == canonical_json(second) else union([first, second])


def _unite_same(first: Json, second: Json) -> Json | None:
    """Two schemas of one kind as a single one, or None where only a union can hold both."""
    if _is_text_literal(first) and _is_text_literal(second):
        values = {value for part in (first, second) for value in part.get("enum", [part.get("const")])}
        return literal(values)
    if _is_text_literal(first) or _is_text_literal(second):
        return None  # an open enum stays a union of its known values and any text
    if is_object(first) or is_object(second):
        return None
    if first.get("type") != second.get("type") or "type" not in first:
        return None
    if first["type"] == "array":
        kept = _common(first, second)
        return {**kept, "type": "array", "items": union([first.get("items", {}), second.get("items", {})])}
    if first["type"] == "object":
        if "additionalProperties" in first and "additionalProperties" in second:
            return {
                **_common(first, second),
                "additionalProperties": unite(first["additionalProperties"], second["additionalProperties"]),
            }
        return {"type": "object"}
    return _common(first, second)


def _common(first: Json, second: Json) -> Json:
    """What two schemas of one type both demand; a lower limit becomes the lower of two, an upper the upper."""
    common = {key: value for key, value in first.items() if key in second and second[key] == value}
    for key, widest in (("minimum", min), ("minLength", min), ("minItems", min)):
        if key in first and key in second:
            common[key] = widest(first[key], second[key])
    for key, widest in (("maximum", max), ("maxLength", max), ("maxItems", max)):
        if key in first and key in second:
            common[key] = widest(first[key], second[key])
    return common


def literal(values: Iterable[Any]) -> Json:
    """The schema of a closed set of texts: a constant for one value, an enum for more."""
    ordered = sorted(set(values))
    kind: Json = {"type": "string"}
    return {**kind, "const": ordered[0]} if len(ordered) == 1 else {**kind, "enum": ordered}


def merge_objects(variants: list[Json]) -> Json:
    """One object that accepts whatever one of the variants accepts: all properties, common requirements."""
    properties: Json = {}
    for variant in variants:
        for name, part in cast(dict[str, Json], variant["properties"]).items():
            properties[name] = unite(properties[name], part) if name in properties else part
    required = set[str].intersection(*(set(variant.get("required", [])) for variant in variants))
    merged: Json = {"type": "object", "properties": properties}
    if required:
        merged["required"] = sorted(required)
    if all(variant.get("additionalProperties") is False for variant in variants):
        merged["additionalProperties"] = False
    hints = {variant["x-hint"] for variant in variants if "x-hint" in variant}
    if len(hints) == 1:
        merged["x-hint"] = hints.pop()
    return merged


@frozen
class ModelLimits:
    """What one request variant says of its models: their ids, its defaults, and the fields it lacks."""

    models: tuple[str, ...]
    defaults: dict[str, Any]
    without: tuple[str, ...]


def merge_request(body: Json) -> tuple[Json, list[ModelLimits]]:
    """A request body whose variants differ by model, as one request; per-model limits become data.

    ``model`` becomes the known ids or any text, because new models appear before the document says so.
    """
    variants = [variant for variant in _flatten(body) if variant != NULL]
    if not variants or not all(is_object(variant) and _model_ids(variant) for variant in variants):
        return body, []
    merged = merge_objects(variants) if len(variants) > 1 else dict(variants[0])
    every = sorted(merged["properties"])
    limits = [
        ModelLimits(
            models=_model_ids(variant),
            defaults={
                name: part["default"]
                for name, part in sorted(cast(dict[str, Json], variant["properties"]).items())
                if "default" in part and part["default"] != merged["properties"][name].get("default")
            },
            without=tuple(name for name in every if name not in variant["properties"]),
        )
        for variant in variants
    ]
    ids = [model for variant in variants for model in _model_ids(variant)]
    merged["properties"] = {
        **merged["properties"],
        "model": {"anyOf": [{"type": "string", "enum": sorted(set(ids))}, {"type": "string"}]},
    }
    informative = [limit for limit in limits if limit.defaults or limit.without]
    return merged, sorted(informative, key=lambda limit: limit.models)


def _model_ids(variant: Json) -> tuple[str, ...]:
    return tag_values(variant, "model")
