"""Joins two JSON Schemas into one that is about as strict as both, to make values by.

It guides the making of a value and judges none: where two keywords cannot be joined, such as two patterns,
the first one stays, and whoever makes the value checks it against both schemas.
"""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import Any

from ..document.json_values import as_list, as_object

_LARGEST = frozenset({"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"})
_SMALLEST = frozenset({"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"})
_SCHEMAS = frozenset({"items", "additionalProperties"})


def merge(one: dict[str, Any], two: dict[str, Any]) -> dict[str, Any]:
    """The keywords of both schemas."""
    result = dict(one)
    for key, value in two.items():
        result[key] = _join(key, result[key], value) if key in result else value
    return result


def exact(number: float) -> Fraction:
    """A number of JSON as it is written: 0.1 is a tenth. Raises ValueError for one beyond all bounds."""
    return Fraction(str(number))


def _join(key: str, one: Any, two: Any) -> Any:
    if key in _LARGEST:
        return max(one, two)
    if key in _SMALLEST:
        return min(one, two)
    if key in _SCHEMAS:
        return {"allOf": [one, two]}
    match key:
        case "type":
            return _join_types(_listed(one), _listed(two))
        case "required":
            return list(dict.fromkeys([*as_list(one), *as_list(two)]))
        case "enum":
            return [value for value in as_list(one) if value in as_list(two)]
        case "properties":
            shared = {name: {"allOf": [part, two[name]]} for name, part in as_object(one).items() if name in two}
            return {**one, **two, **shared}
        case "prefixItems":
            longer = as_list(max(one, two, key=len))
            both = [{"allOf": [first, second]} for first, second in zip(one, two, strict=False)]
            return [*both, *longer[len(both) :]]
        case "multipleOf":
            return _join_steps(exact(one), exact(two))
        case "uniqueItems":
            return one or two
        case _:
            return one


def _listed(value: Any) -> list[Any]:
    return as_list(value) if isinstance(value, list) else [value]


def _join_types(one: list[Any], two: list[Any]) -> list[Any]:
    kept = [kind for kind in one if kind in two or (kind == "integer" and "number" in two)]
    return kept + [kind for kind in two if kind == "integer" and "number" in one and kind not in kept]


def _join_steps(one: Fraction, two: Fraction) -> float:
    """The smallest number that both divide."""
    step = Fraction(lcm(one.numerator * two.denominator, two.numerator * one.denominator))
    step /= one.denominator * two.denominator
    return step.numerator if step.denominator == 1 else float(step)
