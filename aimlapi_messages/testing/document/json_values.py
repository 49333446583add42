"""Reads JSON of unknown shape, where a value of another kind counts as an empty one, and writes JSON."""

from __future__ import annotations

import json
from types import NoneType
from typing import Any, TypeGuard, cast


def as_object(value: Any) -> dict[str, Any]:
    """`value` when it is an object, else `{}`."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """`value` when it is an array, else `[]`."""
    return value if _is_list(value) else []


def _is_list(value: Any) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def as_objects(value: Any) -> list[dict[str, Any]]:
    """The items of an array as objects; none when it is no array."""
    return [as_object(item) for item in as_list(value)]


def as_text(value: Any) -> str:
    """`value` when it is a string, else `""`."""
    return value if isinstance(value, str) else ""


def kind_of(value: Any) -> str:
    """The JSON name of a value's kind: object, array, string, number, boolean or null."""
    kinds = (("null", NoneType), ("boolean", bool), ("number", int | float), ("string", str), ("array", list))
    return next((name for name, kind in kinds if isinstance(value, kind)), "object")


def dump_json(value: Any) -> bytes:
    """Compact JSON in UTF-8. Half a surrogate pair, which UTF-8 cannot hold, is written as an escape."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace")
