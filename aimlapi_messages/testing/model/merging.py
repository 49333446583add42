"""Joins two JSON Schemas into one that is about as strict as both, to make values by.

It guides the making of a value and judges none: where two keywords are not joined, such as two patterns, the first
one stays, and whoever makes the value checks it against both schemas.
"""

from __future__ import annotations

from typing import Any

from ..document.json_values import as_list

_LARGEST = frozenset({"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "uniqueItems"})
_SMALLEST = frozenset({"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"})


def merge(one: dict[str, Any], two: dict[str, Any]) -> dict[str, Any]:
    """The keywords of both schemas."""
    shared = {key: _join(key, one[key], value) for key, value in two.items() if key in one}
    return {**two, **one, **shared}


def _join(key: str, one: Any, two: Any) -> Any:
    if key in _LARGEST:
        return max(one, two)
    if key in _SMALLEST:
        return min(one, two)
    match key:
        case "items" | "additionalProperties":
            return {"allOf": [one, two]}
        case "properties":
            return {**one, **two, **{name: {"allOf": [one[name], two[name]]} for name in one if name in two}}
        case "required":
            return list(dict.fromkeys([*one, *two]))
        case "type":
            kinds, others = as_list(one) or [one], as_list(two) or [two]
            both = dict.fromkeys([*kinds, *others])
            return [kind for kind in both if _admits(kinds, kind) and _admits(others, kind)]
        case _:
            return one


def _admits(kinds: list[Any], kind: Any) -> bool:
    return kind in kinds or (kind == "integer" and "number" in kinds)
