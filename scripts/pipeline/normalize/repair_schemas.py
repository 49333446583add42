"""Repair of schemas: the rules, each for one kind of invalidity. Of a document's other parts it knows nothing."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from ..document.tree import Json, is_list, is_mapping, mapping, sequence
from .repair_log import Repairs, Steps

#: What stands for bytes and halves of surrogate pairs that are no character.
DAMAGED = "\ufffd"
JSON_TYPES = {"string", "number", "integer", "boolean", "array", "object", "null"}
SUBSCHEMA_LISTS = ("anyOf", "oneOf", "allOf", "prefixItems")
SUBSCHEMAS = ("items", "additionalProperties", "not")
NUMBERS = ("minimum", "maximum", "multipleOf")
COUNTS = ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")
TEXTS = ("format", "contentEncoding", "contentMediaType")
FLAGS = ("deprecated", "readOnly", "writeOnly", "uniqueItems")


def repair_schema(node: Any, steps: Steps, log: Repairs) -> None:
    """Mend one schema and everything below it."""
    if not is_mapping(node):
        return
    schema = node
    if "$ref" in schema:
        if isinstance(schema["$ref"], str):
            return
        log.add((*steps, "$ref"), "not the name of anything; dropped")
        del schema["$ref"]
    for rule in RULES:
        rule(schema, steps, log)
    for key in SUBSCHEMA_LISTS:
        for index, part in enumerate(sequence(schema.get(key))):
            repair_schema(part, (*steps, key, index), log)
    for key in SUBSCHEMAS:
        repair_schema(schema.get(key), (*steps, key), log)
    for name, part in mapping(schema.get("properties")).items():
        repair_schema(part, (*steps, "properties", name), log)


def _rule_type(schema: Json, steps: Steps, log: Repairs) -> None:
    declared = schema.get("type")
    if declared is None:
        schema.pop("type", None)
        return
    kinds: list[Any] = declared if is_list(declared) else [declared]
    unknown = [kind for kind in kinds if not isinstance(kind, str) or kind not in JSON_TYPES]
    if unknown or not kinds:
        log.add((*steps, "type"), f"{(unknown or [declared])[0]!r} is no JSON type; read as any value")
        del schema["type"]


def _rule_lists(schema: Json, steps: Steps, log: Repairs) -> None:
    for key in (*SUBSCHEMA_LISTS, "enum"):
        if key in schema and (not is_list(schema[key]) or not schema[key]):
            log.add((*steps, key), "empty or not a list; dropped")
            del schema[key]
    if "not" in schema and not isinstance(schema["not"], (dict, bool)):
        log.add((*steps, "not"), "not a schema; dropped")
        del schema["not"]
    if "properties" in schema and not is_mapping(schema["properties"]):
        log.add((*steps, "properties"), "not a mapping; dropped")
        del schema["properties"]
    properties = mapping(schema.get("properties"))
    for name in list(properties):
        if not isinstance(properties[name], (dict, bool)):
            log.add((*steps, "properties", name), "not a schema; read as any value")
            properties[name] = {}
    if schema.get("type") == "array" and not is_mapping(schema.get("items")) and not schema.get("prefixItems"):
        log.add((*steps, "items"), "an array without items; its items are read as any value")
        schema["items"] = {}


def _rule_required(schema: Json, steps: Steps, log: Repairs) -> None:
    properties = mapping(schema.get("properties"))
    flagged = [name for name, part in properties.items() if is_mapping(part) and isinstance(part.get("required"), bool)]
    for name in flagged:
        wanted = properties[name].pop("required")
        log.add((*steps, "properties", name, "required"), "a flag on the property; moved to its object")
        if wanted:
            schema["required"] = [*sequence(schema.get("required")), name]
    required = schema.get("required")
    if required is None:
        return
    if not is_list(required):
        log.add((*steps, "required"), "not a list; dropped")
        del schema["required"]
        return
    names = [name for name in required if isinstance(name, str)]
    unique = list(dict.fromkeys(names))
    if unique != required:
        log.add((*steps, "required"), "repeated or unnamed entries; dropped")
    schema["required"] = unique
    if not unique:
        del schema["required"]


def _rule_enum(schema: Json, steps: Steps, log: Repairs) -> None:
    values = schema.get("enum")
    kinds = _scalar_kinds(schema)
    if values is None or len(kinds) != 1:
        return
    kind = kinds[0]
    present = [value for value in values if value is not None]
    converted = [_convert(value, kind) for value in present]
    if None in converted:
        log.add((*steps, "enum"), f"holds values that are not of type {kind}; the type is dropped")
        del schema["type"]
    elif converted != present:
        log.add((*steps, "enum"), f"values written in another type; read as {kind}")
        schema["enum"] = [*converted, *[value for value in values if value is None]]


def _rule_default(schema: Json, steps: Steps, log: Repairs) -> None:
    default, kinds = schema.get("default"), _scalar_kinds(schema)
    if default is None or not kinds:
        return
    readings = [_convert(default, kind) for kind in kinds]
    allowed = [one for one in readings if one is not None and ("enum" not in schema or one in schema["enum"])]
    if not allowed:
        log.add((*steps, "default"), f"{default!r} is no value of this type; dropped")
        del schema["default"]
    elif all(type(one) is not type(default) for one in allowed):
        log.add((*steps, "default"), f"{default!r} is written in another type; read as {schema['type']}")
        schema["default"] = allowed[0]


def _rule_text(schema: Json, steps: Steps, log: Repairs) -> None:
    """Texts that a program sends, and that reached us damaged."""
    for name in mapping(schema.get("properties")):
        if DAMAGED in name:
            log.add((*steps, "properties", name), "holds what is no character; sent as U+FFFD")
    for key, values in (("enum", sequence(schema.get("enum"))), ("const", [schema.get("const")])):
        if any(isinstance(value, str) and DAMAGED in value for value in values):
            log.add((*steps, key), "holds what is no character; sent as U+FFFD")


def _rule_exclusive(schema: Json, _steps: Steps, _log: Repairs) -> None:
    """The 3.0 spelling of exclusive limits is a flag; it is turned into the number of 3.1."""
    for flag, limit in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(schema.get(flag), bool):
            exclusive = schema.pop(flag)
            if exclusive and limit in schema:
                schema[flag] = schema.pop(limit)


def _rule_limits(schema: Json, steps: Steps, log: Repairs) -> None:
    """Keywords whose own value is not of the kind that the keyword needs."""
    kinds: list[tuple[tuple[str, ...], Callable[[Any], bool], str]] = [
        ((*NUMBERS, "exclusiveMinimum", "exclusiveMaximum"), _is_number, "number"),
        (COUNTS, lambda value: _is_number(value) and value >= 0 and value == int(value), "count"),
        (TEXTS, lambda value: isinstance(value, str), "text"),
        (("pattern",), _is_pattern, "regular expression of Python"),
        (FLAGS, lambda value: isinstance(value, bool), "flag"),
    ]
    for keys, fits, kind in kinds:
        for key in keys:
            if key in schema and not fits(schema[key]):
                log.add((*steps, key), f"{schema[key]!r} is no {kind}; dropped")
                del schema[key]
    if schema.get("multipleOf", 1) <= 0:
        log.add((*steps, "multipleOf"), "nothing is a multiple of it; dropped")
        del schema["multipleOf"]


def _is_pattern(value: Any) -> bool:
    try:
        re.compile(value)
    except (re.error, TypeError):
        return False
    return True


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _scalar_kinds(schema: Json) -> list[str]:
    """The declared types beside null, when all of them are those of single values."""
    declared = schema.get("type")
    kinds: list[Any] = declared if is_list(declared) else [declared]
    kinds = [kind for kind in kinds if kind != "null"]
    return kinds if all(kind in PYTHON_TYPES for kind in kinds) else []


def _convert(value: Any, kind: str) -> Any:
    """``value`` as a value of the JSON type ``kind``, or None where it is not one, however written."""
    if isinstance(value, bool) or kind == "boolean":
        return value if isinstance(value, bool) and kind == "boolean" else None
    if kind == "string":
        return value if isinstance(value, str) else None
    if isinstance(value, str):
        try:
            read = PYTHON_TYPES[kind](value)
        except ValueError:
            return None
        return read if math.isfinite(read) else None
    if kind == "integer" and isinstance(value, float):
        return int(value) if value.is_integer() else None
    return value if isinstance(value, (int, float)) else None


PYTHON_TYPES: dict[str, Callable[[Any], Any]] = {
    "string": str,
    "integer": int,
    "number": float,
    "boolean": bool,
}
RULES = (
    *(_rule_type, _rule_lists, _rule_required, _rule_exclusive, _rule_limits, _rule_enum, _rule_default),
    _rule_text,
)
