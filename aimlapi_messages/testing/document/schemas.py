"""Turns a schema of OpenAPI 3.0 or 3.1 into JSON Schema 2020-12 that a validator takes.

Only what changes a verdict is converted: `nullable`, the boolean `exclusiveMinimum` and `exclusiveMaximum`
of 3.0, and invalid types, which are dropped. `oneOf` becomes `anyOf`, since the gateway takes the first
alternative that fits and does not mind a second one. References stay as they are.
"""

from __future__ import annotations

from typing import Any

from .json_values import as_list, as_object

_TYPES = frozenset({"object", "array", "string", "number", "integer", "boolean", "null"})
_MAPS = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
_LISTS = ("allOf", "anyOf", "prefixItems")
_SINGLES = ("items", "additionalProperties", "not", "contains", "propertyNames", "unevaluatedProperties")


def convert(schema: Any) -> Any:
    """A converted copy of `schema`, which may also be a boolean."""
    if not isinstance(schema, dict):
        return schema
    result = dict(as_object(schema))
    if "oneOf" in result:
        alternatives = {"anyOf": as_list(result.pop("oneOf"))}
        if "anyOf" in result:
            result["allOf"] = [*as_list(result.get("allOf")), alternatives]
        else:
            result.update(alternatives)
    for key in _MAPS:
        if isinstance(result.get(key), dict):
            result[key] = {name: convert(part) for name, part in as_object(result[key]).items()}
    for key in _LISTS:
        if isinstance(result.get(key), list):
            result[key] = [convert(part) for part in as_list(result[key])]
    for key in _SINGLES:
        if key in result:
            result[key] = convert(result[key])
    _drop_invalid_type(result)
    _convert_bound(result, "minimum", "exclusiveMinimum")
    _convert_bound(result, "maximum", "exclusiveMaximum")
    return _convert_nullable(result)


def _drop_invalid_type(schema: dict[str, Any]) -> None:
    """Remove a `type` that is no JSON type, such as the dash that some published documents hold."""
    declared = schema.get("type")
    if isinstance(declared, list):
        known: Any = [name for name in as_list(declared) if name in _TYPES]
    else:
        known = declared if declared in _TYPES else None
    if known:
        schema["type"] = known
    else:
        schema.pop("type", None)


def _convert_bound(schema: dict[str, Any], bound: str, exclusive: str) -> None:
    """`minimum: 1, exclusiveMinimum: true` of 3.0 becomes `exclusiveMinimum: 1`."""
    if isinstance(schema.get(exclusive), bool):
        strict = schema.pop(exclusive)
        if strict and bound in schema:
            schema[exclusive] = schema.pop(bound)


def _convert_nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """`nullable: true` admits null beside what the rest of the schema says."""
    nullable = schema.pop("nullable", False)
    constrained = any(key in schema for key in ("type", "enum", "const", "$ref", "anyOf", "allOf"))
    if nullable is not True or not constrained:
        return schema
    if isinstance(schema.get("type"), str) and "enum" not in schema and "const" not in schema:
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}
