"""Codecs of single values: text, numbers, null, dates and the like, and choices among them."""

from __future__ import annotations

import base64
import json
import math
import re
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from numbers import Real
from pathlib import Path, PurePath
from typing import Any, Final
from uuid import UUID

from .codec import Definitions, InvalidValue, Issue, TypeCodec, check_type

_MAX_CHOICES: Final = 20  # in a reason
_TYPES: Final = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}


@dataclass(frozen=True, slots=True)
class Scalar(TypeCodec):
    """A value without members.

    python: the class of the values.
    keywords: the JSON Schema.
    expected: what an error says was expected.
    load: from JSON; raises ValueError, TypeError or ArithmeticError for what does not fit.
    dump: to JSON.
    """

    python: type
    keywords: Mapping[str, Any]
    expected: str
    load: Callable[[Any], Any]
    dump: Callable[[Any], Any] = lambda value: value

    def json_schema(self, definitions: Definitions) -> dict[str, Any]:
        return dict(self.keywords)

    def parse(self, value: Any, path: str) -> Any:
        try:
            return self.load(value)
        except (ValueError, TypeError, ArithmeticError):
            pass
        raise InvalidValue(Issue(path, f"expected {self.expected}", value))

    def encode(self, value: Any) -> Any:
        check_type(value, self.python)
        written = self.dump(value)
        self.load(written)  # refuses a bool as an int, a datetime as a date, and NaN
        return written


def _exactly(python: type) -> Callable[[Any], Any]:
    def load(value: Any) -> Any:
        if type(value) is not python:
            raise TypeError
        return value

    return load


def _load_int(value: Any) -> Any:
    """A whole number, also when it is written as 5.0."""
    return _exactly(int)(int(value) if type(value) is float and value.is_integer() else value)


def _load_float(value: Any) -> float:
    number = float(value) if type(value) in (int, float) else math.nan
    if not math.isfinite(number):
        raise ValueError
    return number


def _matching(pattern: str, load: Callable[[str], Any]) -> Callable[[Any], Any]:
    """`load` for text that matches a pattern as a whole; it takes more forms than JSON Schema's formats have."""
    compiled = re.compile(pattern, re.ASCII)

    def load_matching(text: Any) -> Any:
        if not compiled.fullmatch(text):
            raise ValueError
        return load(text)

    return load_matching


_DATE: Final = r"\d{4}-\d\d-\d\d"
_TIME: Final = r"\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:?\d\d)?"
_UUID: Final = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_DECIMAL: Final = "^-?[0-9]+(\\.[0-9]+)?$"
_DURATION: Final = re.compile(
    r"(?P<sign>-?)P(?=.)((?P<weeks>\d+)W)?((?P<days>\d+)D)?"
    r"(T(?=.)((?P<hours>\d+)H)?((?P<minutes>\d+)M)?((?P<seconds>\d+)(\.(?P<fraction>\d{1,6})\d*)?S)?)?",
    re.ASCII,
)
_load_datetime: Final = _matching(f"{_DATE}[Tt ]{_TIME}", lambda text: datetime.fromisoformat(text.upper()))
_load_time: Final = _matching(_TIME, lambda text: time.fromisoformat(text.upper()))


def _load_decimal(value: Any) -> Any:
    """From text, which keeps every digit, or from a number."""
    if type(value) is int or (type(value) is float and math.isfinite(value)):
        return Decimal(str(value))
    return _matching(_DECIMAL, Decimal)(value)


def _load_duration(text: Any) -> timedelta:
    found = _DURATION.fullmatch(text)
    if found is None:
        raise ValueError
    units = {name: int(found[name] or 0) for name in ("weeks", "days", "hours", "minutes", "seconds")}
    length = timedelta(**units, microseconds=int((found["fraction"] or "").ljust(6, "0")))
    return -length if found["sign"] else length


def _dump_duration(length: timedelta) -> str:
    sign, length = ("-", -length) if length < timedelta(0) else ("", length)
    minutes, seconds = divmod(length.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{length.microseconds:06}".rstrip("0").rstrip(".")
    units = ((hours, "H"), (minutes, "M"), (f"{seconds}{fraction}", "S"))
    parts = "".join(f"{number}{unit}" for number, unit in units if str(number) != "0")
    days = f"{length.days}D" if length.days else ""
    return f"{sign}P{days}T{parts}" if parts else f"{sign}P{days}" if days else "PT0S"


ANY: Final = Scalar(
    object, {}, "JSON", lambda value: value, lambda value: json.loads(json.dumps(value, allow_nan=False))
)
NULL: Final = Scalar(type(None), {"type": "null"}, "null", _exactly(type(None)))
STR: Final = Scalar(str, {"type": "string"}, "a string", _exactly(str))


def _text(
    python: type, expected: str, load: Callable[[Any], Any], dump: Callable[[Any], str], **keywords: str
) -> Scalar:
    return Scalar(python, {"type": "string", **keywords}, expected, load, dump)


# A datetime or time without an offset is naive. A duration has no months, whose length varies.
_BY_CLASS: Final = (
    Scalar(bool, {"type": "boolean"}, "true or false", _exactly(bool)),
    Scalar(int, {"type": "integer"}, "an integer", _load_int),
    _text(
        datetime, "a date and time like 2025-01-31T09:30:00Z", _load_datetime, datetime.isoformat, format="date-time"
    ),
    _text(date, "a date like 2025-01-31", _matching(_DATE, date.fromisoformat), str, format="date"),
    _text(time, "a time like 09:30:00", _load_time, str, format="time"),
    _text(
        timedelta,
        "a duration like P1DT2H30M, without years and months",
        _load_duration,
        _dump_duration,
        format="duration",
    ),
    _text(UUID, "a UUID", _matching(_UUID, UUID), str, format="uuid"),
    _text(Decimal, 'a decimal number like "19.99"', _load_decimal, "{:f}".format, pattern=_DECIMAL),
    _text(Path, "a path", Path, str, format="path"),
    _text(PurePath, "a path", PurePath, str, format="path"),
    _text(
        bytes,
        "bytes in base64",
        lambda text: base64.b64decode(text, validate=True),
        lambda value: base64.b64encode(value).decode(),
        contentEncoding="base64",
    ),
)

SCALARS: Final[Mapping[Any, Scalar]] = {
    Any: ANY,
    object: ANY,
    None: NULL,
    type(None): NULL,
    str: STR,
    typing.LiteralString: STR,
    float: Scalar(Real, {"type": "number"}, "a number", _load_float),
    **{codec.python: codec for codec in _BY_CLASS},
}


class Choice(TypeCodec):
    """One of some values: a Literal, or an Enum by its values.

    choices: the JSON value of each, which is a str, int, float, bool or None, and the Python value.
    """

    __slots__ = ("by_key", "choices", "description")

    def __init__(self, choices: list[tuple[Any, Any]], description: str = "") -> None:
        self.choices: list[tuple[Any, Any]] = choices
        self.description: str = description
        self.by_key: dict[Any, Any] = {_key(value): python for value, python in choices}

    def json_schema(self, definitions: Definitions) -> dict[str, Any]:
        values = [value for value, _ in self.choices]
        types = {_TYPES[type(value)] for value in values}
        schema: dict[str, Any] = {"type": types.pop()} if len(types) == 1 else {}
        schema |= {"const": values[0]} if len(values) == 1 else {"enum": values}
        return {**schema, "description": self.description} if self.description else schema

    def parse(self, value: Any, path: str) -> Any:
        if type(value) in _TYPES and (key := _key(value)) in self.by_key:
            return self.by_key[key]
        values = [json.dumps(value, ensure_ascii=False) for value, _ in self.choices[:_MAX_CHOICES]]
        more = ["..."] if len(self.choices) > _MAX_CHOICES else []
        one_of = "one of " if len(self.choices) > 1 else ""
        raise InvalidValue(Issue(path, f"expected {one_of}{', '.join(values + more)}", value))

    def encode(self, value: Any) -> Any:
        for plain, python in self.choices:
            if type(python) is type(value) and python == value:
                return plain
        raise TypeError(f"{value!r} is none of the choices")


def _key(value: Any) -> tuple[bool, Any]:
    """What tells values apart as JSON does: 1 is 1.0, but not true."""
    return isinstance(value, bool), value
