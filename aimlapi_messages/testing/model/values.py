"""Candidate strings and numbers for a tool input, the most likely first, and the merging of schemas.

The caller validates the candidates, so they only have to come close to the schema. Pure functions.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain, count, islice, product
from math import ceil
from typing import Any

from ..document.json_values import as_list, as_text

# For each format, an example, and a template of further ones that takes a number from 10 to 28.
_FORMATS = {
    "date": ("2026-09-01", "2026-09-{}"),
    "date-time": ("2026-09-01T12:00:00Z", "2026-09-{}T12:00:00Z"),
    "time": ("12:00:00Z", "12:00:{}Z"),
    "duration": ("P1D", "P{}D"),
    "email": ("someone@example.com", "someone{}@example.com"),
    "hostname": ("example.com", "www{}.example.com"),
    "ipv4": ("192.0.2.1", "192.0.2.{}"),
    "ipv6": ("2001:db8::1", "2001:db8::{}"),
    "uri": ("https://example.com/", "https://example.com/{}"),
    "uri-reference": ("https://example.com/", "https://example.com/{}"),
    "url": ("https://example.com/", "https://example.com/{}"),
    "uuid": ("00000000-0000-4000-8000-000000000000", "00000000-0000-4000-8000-0000000000{}"),
}
_NUMBERED = range(10, 29)
# Texts that common patterns match, besides repetitions of one character.
_COMMON = (
    *("example", "Example", "EXAMPLE", "abc", "ABC", "ABC123", "ABC-123", "abc-123", "abc_123", "a1", "A1", "A-1"),
    *("123", "1.0", "1.0.0", "v1.0.0", "-1", "+1", "10%", "#000000", "#000", "0x0", "en", "en-US", "en_US"),
    *("2026-09-01", "2026-09", "12:00", "12:00:00", "01/09/2026", "2026-09-01T12:00:00Z", "+15550100000"),
    *("555-0100", "555-555-0100", "(555) 555-0100", "192.0.2.1", "example.com", "someone@example.com", "@example"),
    *("https://example.com/", "http://example.com/", "/example", "example.txt", "Example Example", "a/b", "a:b", ""),
)
_LONGEST_RUN = 40
_LARGEST = frozenset({"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "uniqueItems"})
_SMALLEST = frozenset({"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"})


def strings(schema: dict[str, Any], value: str) -> Iterator[str]:
    """Candidates for a string schema; `value` is the question's. Endless unless the schema has a format."""
    least, most = int(schema.get("minLength", 0)), schema.get("maxLength")
    known = _FORMATS.get(as_text(schema.get("format")))
    if known:
        yield known[0]
        yield from map(known[1].format, _NUMBERED)
        return
    if "pattern" in schema:
        yield from (example for example in as_list(schema.get("examples")) if isinstance(example, str))
        yield _fit(value, least, most)
        yield from value.split()
        yield from _COMMON
        runs = (letter * times for times, letter in product(range(1, _LONGEST_RUN + 1), "0aA1"))
        yield from chain(runs, map(str, count(2)))
    yield _fit(value, least, most)
    for number in count(2):
        ending = f" {number}"
        room = None if most is None else max(0, int(most) - len(ending))
        yield _fit(value[:room], least - len(ending), None) + ending if room != 0 else str(number)


def numbers(schema: dict[str, Any], value: float, *, integers: bool) -> Iterator[float]:
    """Candidates for a number schema; `value` is the question's. Integers are ints. Endless.

    Raises ValueError or OverflowError for a bound that does not fit a float.
    """
    lows = [_exact(schema[key]) for key in ("minimum", "exclusiveMinimum") if key in schema]
    highs = [_exact(schema[key]) for key in ("maximum", "exclusiveMaximum") if key in schema]
    wish = min([max([Fraction(value), *lows]), *highs])
    step = _exact(schema.get("multipleOf", 1))
    if integers:
        step = Fraction(step.numerator)  # the integer multiples of 3/2 are those of 3
    elif "multipleOf" not in schema:
        yield _plain(wish)
        if lows and highs:
            yield _plain((max(lows) + min(highs)) / 2)
    first = ceil(wish / step)
    yield _plain(step * first)
    for distance in count(1):
        yield _plain(step * (first + distance))
        yield _plain(step * (first - distance))


def _exact(number: float) -> Fraction:
    """The exact value of a JSON number as written: 0.1 is a tenth. Raises ValueError for infinity."""
    return Fraction(str(number))


def _plain(number: Fraction) -> float:
    return number.numerator if number.denominator == 1 else float(number)


def _fit(text: str, least: int, most: Any) -> str:
    """The text cut to `most` characters (None for no limit), or repeated until it has `least`."""
    filling = f" {text}" if text else "a"
    missing = max(0, least - len(text))
    text += "".join(islice(filling * (missing // len(filling) + 1), missing))
    return text if most is None else text[: int(most)]


def merge(one: dict[str, Any], two: dict[str, Any]) -> dict[str, Any]:
    """A schema about as strict as both. Of keywords that cannot be combined, the first schema's wins."""
    shared = {key: _combine(key, one[key], value) for key, value in two.items() if key in one}
    return {**two, **one, **shared}


def _combine(key: str, one: Any, two: Any) -> Any:
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
            first, second = as_list(one) or [one], as_list(two) or [two]
            both = dict.fromkeys([*first, *second])
            return [kind for kind in both if _allows(first, kind) and _allows(second, kind)]
        case _:
            return one


def _allows(types: list[Any], kind: Any) -> bool:
    return kind in types or (kind == "integer" and "number" in types)
