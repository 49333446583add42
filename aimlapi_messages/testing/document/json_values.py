"""Reads JSON of unknown shape, where a value of another kind counts as an empty one, and writes JSON."""

from __future__ import annotations

import json
from typing import Any, TypeGuard


def as_object(value: Any) -> dict[str, Any]:
    """`value` when it is an object, else `{}`."""
    return value if _is_object(value) else {}


def as_list(value: Any) -> list[Any]:
    """`value` when it is an array, else `[]`."""
    return value if _is_list(value) else []


def as_number(value: Any) -> float:
    """`value` when it is a number, else 0."""
    return value if isinstance(value, int | float) else 0


def as_text(value: Any) -> str:
    """`value` when it is a string, else `""`."""
    return value if isinstance(value, str) else ""


def kind_of(value: Any) -> str:
    """The JSON name of a value's kind: object, array, string, number, boolean or null."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def dump_json(value: Any) -> bytes:
    """Compact JSON in UTF-8. Half a surrogate pair, which UTF-8 cannot hold, is written as an escape."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace")


def _is_object(value: Any) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)


def _is_list(value: Any) -> TypeGuard[list[Any]]:
    return isinstance(value, list)
