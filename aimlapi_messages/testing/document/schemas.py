"""Turns a schema of OpenAPI 3.0 or 3.1 into JSON Schema 2020-12 that a validator takes.

Only what changes a verdict is converted: `nullable`, the boolean `exclusiveMinimum` and `exclusiveMaximum`
of 3.0, and invalid types, which are dropped. `oneOf` becomes `anyOf`, since the gateway takes the first
alternative that fits and does not mind a second one. References stay as they are.
"""

from __future__ import annotations

from typing import Any

from .json_values import as_list, as_object

_TYPES = frozenset({"object", "array", "string", "number", "integer", "boolean", "null"})
_MAPS = frozenset({"properties", "patternProperties", "$defs", "definitions", "dependentSchemas"})
_NESTED = frozenset({"allOf", "anyOf", "oneOf", "prefixItems", "items", "additionalProperties", "not", "contains"}) | {
    "propertyNames",
    "unevaluatedProperties",
}


def convert(schema: Any) -> Any:
    """A converted copy of `schema`, which may also be a boolean, or a list of schemas."""
    if isinstance(schema, list):
        return [convert(part) for part in as_list(schema)]
    if not isinstance(schema, dict):
        return schema
    result: dict[str, Any] = {}
    for key, value in as_object(schema).items():
        if key in _MAPS:
            result[key] = {name: convert(part) for name, part in as_object(value).items()}
        else:
            result[key] = convert(value) if key in _NESTED else value
    if "oneOf" in result:
        # Beside an `anyOf`, it is one more condition.
        alternatives = result.pop("oneOf")
        if "anyOf" in result:
            result.setdefault("allOf", []).append({"anyOf": alternatives})
        else:
            result["anyOf"] = alternatives
    declared = result.pop("type", None)
    if isinstance(declared, list):
        declared = [name for name in as_list(declared) if name in _TYPES]
    # Some published documents hold a dash for a type.
    if declared and (isinstance(declared, list) or declared in _TYPES):
        result["type"] = declared
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(result.get(exclusive), bool) and result.pop(exclusive) and bound in result:
            result[exclusive] = result.pop(bound)
    return _nullable(result) if result.pop("nullable", False) is True else result


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """Null beside what the schema says; one that says nothing takes it anyway."""
    if isinstance(schema.get("type"), str) and "enum" not in schema and "const" not in schema:
        return {**schema, "type": [schema["type"], "null"]}
    constrained = any(key in schema for key in ("type", "enum", "const", "$ref", "anyOf", "allOf"))
    return {"anyOf": [schema, {"type": "null"}]} if constrained else schema
