"""The codecs that JSON writes as text: dates and times, UUIDs, decimals, paths, bytes."""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path, PurePath
from typing import Any, Final, cast
from uuid import UUID

from .codec import Definitions, InvalidValue, Issue, TypeCodec

__all__ = ["TEXTS"]

_ORDER: Final = {"ge": "", "gt": "", "le": "", "lt": ""}


@dataclass(frozen=True, slots=True)
class _Text(TypeCodec):
    """A value that JSON writes as text.

    parse_text: from the text; raises ValueError or ArithmeticError.
    """

    python: type
    keywords: Mapping[str, Any]
    expected: str
    parse_text: Callable[[str], Any]
    render: Callable[[Any], str]
    limits: Mapping[str, str]

    @property
    def constraints(self) -> Mapping[str, str]:
        return self.limits

    def json_schema(self, definitions: Definitions) -> dict[str, Any]:
        return {"type": "string", **self.keywords}

    def parse(self, value: Any, path: str) -> Any:
        try:
            if isinstance(value, str):
                return self.parse_text(value)
        except (ValueError, ArithmeticError):
            pass
        raise InvalidValue(Issue(path, f"expected {self.expected}", value))

    def encode(self, value: Any) -> Any:
        # A datetime is a date too, but no date in JSON.
        if not isinstance(value, self.python) or (self.python is date and isinstance(value, datetime)):
            raise TypeError(f"{type(value).__name__} is not {self.python.__name__}")
        return self.render(value)


class _Decimal(_Text):
    """A decimal number as text, which keeps every digit. A JSON number is taken too."""

    __slots__ = ()

    def parse(self, value: Any, path: str) -> Any:
        number = type(value) is int or (type(value) is float and math.isfinite(value))
        return Decimal(str(value)) if number else super().parse(value, path)


def _matching(pattern: str, parse: Callable[[str], Any]) -> Callable[[str], Any]:
    """`parse` for text that matches a pattern as a whole; it takes more forms than JSON Schema's formats have."""
    compiled = re.compile(pattern, re.ASCII)

    def parse_matching(text: str) -> Any:
        if not compiled.fullmatch(text):
            raise ValueError(text)
        return parse(text)

    return parse_matching


_DATE: Final = r"\d{4}-\d\d-\d\d"
_TIME: Final = r"\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:?\d\d)?"
_DECIMAL: Final = "^-?[0-9]+(\\.[0-9]+)?$"
_DURATION: Final = re.compile(
    r"(?P<sign>-?)P(?=.)((?P<weeks>\d+)W)?((?P<days>\d+)D)?"
    r"(T(?=.)((?P<hours>\d+)H)?((?P<minutes>\d+)M)?((?P<seconds>\d+)(\.(?P<fraction>\d{1,6})\d*)?S)?)?",
    re.ASCII,
)


def _parse_duration(text: str) -> timedelta:
    found = _DURATION.fullmatch(text)
    if found is None:
        raise ValueError(text)
    units = {name: int(found[name] or 0) for name in ("weeks", "days", "hours", "minutes", "seconds")}
    length = timedelta(**units, microseconds=int((found["fraction"] or "").ljust(6, "0")))
    return -length if found["sign"] else length


def _render_duration(length: timedelta) -> str:
    sign, length = ("-", -length) if length < timedelta(0) else ("", length)
    minutes, seconds = divmod(length.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{length.microseconds:06}".rstrip("0").rstrip(".")
    second = f"{seconds}{fraction}"
    parts = "".join(f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M"), (second, "S")) if str(n) != "0")
    days = f"{length.days}D" if length.days else ""
    return f"{sign}P{days}T{parts}" if parts else f"{sign}P{days}" if days else "PT0S"


def _render_decimal(value: Decimal) -> str:
    if not value.is_finite():
        raise ValueError(f"{value} is not finite")
    return format(value, "f")


def _render_bytes(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _isoformat(value: Any) -> str:
    return cast("str", value.isoformat())


# A datetime or time may come without an offset; it is naive then. A duration has no months, whose length varies.
TEXTS: Final[Mapping[type, TypeCodec]] = {
    datetime: _Text(
        datetime,
        {"format": "date-time"},
        "a date and time like 2025-01-31T09:30:00Z",
        _matching(f"{_DATE}[Tt ]{_TIME}", lambda text: datetime.fromisoformat(text.upper())),
        _isoformat,
        _ORDER,
    ),
    date: _Text(
        date, {"format": "date"}, "a date like 2025-01-31", _matching(_DATE, date.fromisoformat), _isoformat, _ORDER
    ),
    time: _Text(
        time,
        {"format": "time"},
        "a time like 09:30:00",
        _matching(_TIME, lambda text: time.fromisoformat(text.upper())),
        _isoformat,
        _ORDER,
    ),
    timedelta: _Text(
        timedelta,
        {"format": "duration"},
        "a duration like P1DT2H30M, without years and months",
        _parse_duration,
        _render_duration,
        _ORDER,
    ),
    UUID: _Text(
        UUID,
        {"format": "uuid"},
        "a UUID",
        _matching("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", UUID),
        str,
        {},
    ),
    Decimal: _Decimal(
        Decimal,
        {"pattern": _DECIMAL},
        'a decimal number like "19.99"',
        _matching(_DECIMAL, Decimal),
        _render_decimal,
        {**_ORDER, "multiple_of": ""},
    ),
    Path: _Text(Path, {"format": "path"}, "a path", Path, str, {}),
    PurePath: _Text(PurePath, {"format": "path"}, "a path", PurePath, str, {}),
    bytes: _Text(
        bytes,
        {"contentEncoding": "base64"},
        "bytes in base64",
        lambda text: base64.b64decode(text, validate=True),
        _render_bytes,
        {"min_length": "", "max_length": ""},
    ),
}
