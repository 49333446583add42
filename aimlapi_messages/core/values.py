"""From the members of an answer to what Python has for them: int, text, an aware datetime.

Each raises ValueError or TypeError that says what was found instead, for a server can send anything.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeVar

from aimlapi_client.types import Unset

_T = TypeVar("_T")


def optional(value: object, parse: Callable[[Any], _T]) -> _T | None:
    """None for what is absent or null, else the parsed value."""
    return None if value is None or isinstance(value, Unset) else parse(value)


def parse_int(value: object) -> int:
    """A whole number, which may come as text."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str, Decimal)):
        raise TypeError(f"a {type(value).__name__} where a number belongs")
    number = Decimal(str(value))
    if not number.is_finite() or number != number.to_integral_value():
        raise ValueError(f"{number} where a whole number belongs")
    return int(number)


def parse_text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"a {type(value).__name__} where text belongs")
    return value


def parse_datetime(value: object) -> datetime:
    """A point in time, always aware: the gateway means UTC where it writes no offset."""
    from dateutil.parser import isoparse  # noqa: PLC0415 (slow to import)

    read = value if isinstance(value, datetime) else isoparse(parse_text(value))
    return read if read.tzinfo else read.replace(tzinfo=UTC)
