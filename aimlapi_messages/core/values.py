"""From the members of the account's answers to the kinds that Python has for them: Decimal, aware datetime, text.

Each raises ValueError or TypeError that says what was found instead, for a server can send anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from aimlapi_client.types import Secret, Unset

from .json import is_array

__all__ = ["amount", "day", "each", "flag", "optional", "point", "text", "whole"]

_T = TypeVar("_T")


def optional(value: object, kind: Callable[[Any], _T]) -> _T | None:
    """None for what is absent or null, else the value of the kind."""
    return None if value is None or isinstance(value, Unset) else kind(value)


def amount(value: object) -> Decimal:
    """A number, exact as it was written; text that is a number counts, for some amounts come as text."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str, Decimal)):
        raise TypeError(f"a {type(value).__name__} where a number belongs")
    number = Decimal(str(value))
    if not number.is_finite():
        raise ValueError(f"{number} where an amount belongs")
    return number


def whole(value: object) -> int:
    """A whole number."""
    number = amount(value)
    if number != number.to_integral_value():
        raise ValueError(f"{number} where a whole number belongs")
    return int(number)


def text(value: object) -> str:
    if isinstance(value, Secret):
        return value.reveal()
    if not isinstance(value, str):
        raise TypeError(f"a {type(value).__name__} where text belongs")
    return value


def flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"a {type(value).__name__} where true or false belongs")
    return value


def point(value: object) -> datetime:
    """A point in time, always aware: the gateway means UTC where it writes no offset."""
    from dateutil.parser import isoparse  # noqa: PLC0415 (slow to import)

    read = value if isinstance(value, datetime) else isoparse(text(value))
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def day(value: object) -> date:
    """A date without a time."""
    from dateutil.parser import isoparse  # noqa: PLC0415 (slow to import)

    return value if isinstance(value, date) else isoparse(text(value)).date()


def each(values: object, kind: Callable[[Any], _T]) -> tuple[_T, ...]:
    """The items of a list, each of a kind; nothing for an absent or null one."""
    if values is None or isinstance(values, Unset):
        return ()
    if not is_array(values):
        raise TypeError(f"a {type(values).__name__} where a list belongs")
    items: Iterable[Any] = values
    return tuple(map(kind, items))
