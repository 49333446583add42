"""How values are written: scalars as text, JSON, and the styles of OpenAPI 3.1 for addresses, headers and forms. Pure.

The styles are those of https://spec.openapis.org/oas/v3.1.2#style-examples and RFC 6570. What the specification
leaves undefined has one reading here: `spaceDelimited` and `pipeDelimited` that explode repeat the name, as `form`
does; `deepObject` goes down as far as the value does; elsewhere, a list or an object inside another is JSON.
"""

from __future__ import annotations

import datetime
import json
import math
import os
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Final, Literal, TypeAlias, cast
from urllib.parse import quote

from .errors import ArgumentError
from .types import Secret, Unset, encode, is_sequence

Style: TypeAlias = Literal[
    "matrix", "label", "simple", "form", "spaceDelimited", "pipeDelimited", "deepObject"
]
#: How a scalar becomes text, and how a text is escaped.
ToText: TypeAlias = Callable[[object], str]
Escape: TypeAlias = Callable[[str], str]
#: A value as texts: a scalar, a list, or the members of an object.
Texts: TypeAlias = str | list[str] | list[tuple[str, str]]

_SEPARATORS: Final = {"spaceDelimited": " ", "pipeDelimited": "|"}


def escape(text: str) -> str:
    """Percent-encoded: all but the unreserved characters of RFC 3986."""
    return quote(text, safe="")


def escape_reserved(text: str) -> str:
    """The same, but reserved characters and what is percent-encoded already stay (`allowReserved`).

    Those that would end a member of the query (`#`, `&`, `+`), or that no query may hold (`[`, `]`), do not stay.
    """
    return quote(re.sub("%(?![0-9A-Fa-f]{2})", "%25", text), safe="/?:@!$'()*,;=%")


def as_it_is(text: str) -> str:
    """Not escaped: headers and the parts of a multipart body have no escapes."""
    return text


def scalar(argument: str, value: object) -> str:
    """The text of a value that is neither a list nor an object. Raises ArgumentError for what has none."""
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return int.__repr__(value)  # of an Enum too
    if isinstance(value, (float, Decimal)):
        if not math.isfinite(value):
            raise ArgumentError(argument, f"is {value}. Give a finite number.")
        return float.__repr__(value) if isinstance(value, float) else str(value)
    if isinstance(value, datetime.date):
        return str(encode(value))
    if isinstance(value, Secret):
        return value.reveal()
    raise ArgumentError(argument, f"is a {type(value).__name__}. Give text or a number.")


def texts(value: object, to_text: ToText) -> Texts:
    """The value as texts. Members that are null are left out, as RFC 6570 has it."""
    value = members(value)
    if isinstance(value, Mapping):
        return [(name, _inner(each, to_text)) for name, each in cast("Mapping[str, object]", value).items()]
    if is_sequence(value):
        return [_inner(each, to_text) for each in value]
    return to_text(value)


def members(value: object) -> object:
    """A model as its object, and lists and objects without what is null or not given."""
    if hasattr(value, "to_dict"):
        value = encode(value)
    if isinstance(value, Mapping):
        return {
            str(name): each
            for name, each in cast("Mapping[object, object]", value).items()
            if not absent(each)
        }
    return [each for each in value if not absent(each)] if is_sequence(value) else value


def absent(value: object) -> bool:
    """Whether a value is null or was not given."""
    return value is None or isinstance(value, Unset)


def compound(value: object) -> bool:
    """Whether a value is a list or an object."""
    return is_sequence(value) or isinstance(value, Mapping) or hasattr(value, "to_dict")


def _inner(value: object, to_text: ToText) -> str:
    return json_bytes(value).decode() if compound(value) else to_text(value)


def in_path(style: Style, name: str, value: Texts, *, explode: bool) -> str:
    """A part of a path: `simple`, `label` or `matrix`."""
    given, key = _escaped(value, escape), escape(name)
    if style == "matrix":
        if isinstance(given, str) or not explode:
            given = [(key, given if isinstance(given, str) else _joined(given, ","))]
        each = [part if isinstance(part, tuple) else (key, part) for part in given]
        return "".join(f";{one}={part}" if part else f";{one}" for one, part in each)
    separator = "." if style == "label" and explode else ","
    text = given if isinstance(given, str) else _joined(given, separator, pairs=explode)
    return f".{text}" if style == "label" else text


def in_header(value: Texts, *, explode: bool) -> str:
    """The value of a header: `simple`, without escapes."""
    return value if isinstance(value, str) else _joined(value, ",", pairs=explode)


def in_query(
    style: Style, name: str, value: Texts, escaped: Escape = escape, *, explode: bool
) -> list[tuple[str, str]]:
    """The members of a query, of the cookies or of a form: `form`, `spaceDelimited` or `pipeDelimited`."""
    given, key = _escaped(value, escaped), _of_names(escaped)(name)
    if isinstance(given, str):
        return [(key, given)]
    if explode:
        return [part if isinstance(part, tuple) else (key, part) for part in given]
    separator = escaped(_SEPARATORS[style]) if style in _SEPARATORS else ","
    if escaped is escape_reserved:  # a comma that is no separator is always escaped
        given = cast("list[str]", _escaped(given, lambda text: text.replace(",", "%2C")))
    return [(key, _joined(given, separator))] if given else []


def in_depth(
    name: str, value: object, to_text: ToText, escaped: Escape = escape
) -> Iterator[tuple[str, str]]:
    """The members of a query for an object: `deepObject`. A list inside it repeats its name."""
    value = members(value)
    if isinstance(value, Mapping):
        for key, each in cast("Mapping[str, object]", value).items():
            yield from in_depth(f"{name}[{key}]", each, to_text, escaped)
    elif is_sequence(value):
        for each in value:
            yield from in_depth(name, each, to_text, escaped)
    else:
        yield _of_names(escaped)(name), escaped(to_text(value))


def _of_names(escaped: Escape) -> Escape:
    """How names are escaped where values are `escaped`: no name holds reserved characters."""
    return escape if escaped is escape_reserved else escaped


def _escaped(value: Texts, escaped: Escape) -> Texts:
    if isinstance(value, str):
        return escaped(value)
    of_names = _of_names(escaped)
    made = [(of_names(one[0]), escaped(one[1])) if isinstance(one, tuple) else escaped(one) for one in value]
    return cast("Texts", made)


def _joined(value: list[str] | list[tuple[str, str]], separator: str, *, pairs: bool = False) -> str:
    """A list with a separator between its items, an object with one between its names and values, or its `pairs`."""
    between = "=" if pairs else separator
    return separator.join(between.join(one) if isinstance(one, tuple) else one for one in value)


def json_bytes(value: object, argument: str = "body", *, ascii_only: bool = False) -> bytes:
    """Compact UTF-8 JSON of models and plain values. Raises ArgumentError for what JSON has no form for."""
    try:
        plain = encode(value)
        try:
            return _json_text(plain, ascii_only=ascii_only).encode()
        except UnicodeEncodeError:
            return _json_text(plain, ascii_only=True).encode()  # half of a surrogate pair has an escape only
    except (TypeError, ValueError, RecursionError) as error:
        raise ArgumentError(argument, f"cannot be written as JSON: {error}.") from error


def _json_text(value: object, *, ascii_only: bool) -> str:
    exact: dict[str, str] = {}

    def number(value: object) -> int | float | str:
        if not isinstance(value, Decimal) or not value.is_finite():
            raise TypeError(f"a {type(value).__name__} has no form in JSON")
        if value == value.to_integral_value():
            return int(value)
        if Decimal(repr(float(value))) == value:
            return float(value)
        mark = f"{os.urandom(16).hex()}"  # json writes no fraction of more digits than a float has
        exact[f'"{mark}"'] = str(value)
        return mark

    text = json.dumps(value, ensure_ascii=ascii_only, allow_nan=False, separators=(",", ":"), default=number)
    for mark, digits in exact.items():
        text = text.replace(mark, digits)
    return text


__all__ = [
    "Style",
    "absent",
    "as_it_is",
    "compound",
    "escape",
    "escape_reserved",
    "in_depth",
    "in_header",
    "in_path",
    "in_query",
    "json_bytes",
    "members",
    "scalar",
    "texts",
]
