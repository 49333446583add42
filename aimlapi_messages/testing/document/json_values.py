"""Reads JSON of unknown shape, treating a value of another type as empty, and writes JSON."""

from __future__ import annotations

import json
from types import NoneType
from typing import Any, TypeGuard, cast


def as_object(value: Any) -> dict[str, Any]:
    """`value` if it is an object, else `{}`."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """`value` if it is an array, else `[]`."""
    return value if _is_list(value) else []


def _is_list(value: Any) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def as_objects(value: Any) -> list[dict[str, Any]]:
    """The items of an array as objects; none if it is not an array."""
    return [as_object(item) for item in as_list(value)]


def as_text(value: Any) -> str:
    """`value` if it is a string, else `""`."""
    return value if isinstance(value, str) else ""


def is_count(value: Any) -> TypeGuard[int]:
    """Whether a value is a number of something, which every JSON reader can represent."""
    return isinstance(value, int) and 0 <= value < 2**53


def json_type(value: Any) -> str:
    """The JSON type of a value: object, array, string, number, boolean or null."""
    types = (("null", NoneType), ("boolean", bool), ("number", int | float), ("string", str), ("array", list))
    return next((name for name, cls in types if isinstance(value, cls)), "object")


def dump_json(value: Any) -> bytes:
    """Compact JSON in UTF-8. A lone surrogate, which UTF-8 cannot encode, is written as an escape."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace")
