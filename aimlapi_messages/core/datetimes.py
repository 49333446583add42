"""Points in time as people write them, and as the gateway takes them. Pure: the clock is an argument."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeAlias

from .errors import InvalidRequestError

if TYPE_CHECKING:
    from dateutil.relativedelta import relativedelta

__all__ = ["When", "check_window", "check_zone", "wire_time"]

# A point: an aware datetime, ISO 8601 text with an offset, a date (its midnight in UTC), or a span before now.
When: TypeAlias = "datetime | date | str | timedelta | relativedelta"

# The longest window that usage and logs take.
LONGEST_WINDOW: Final = timedelta(days=92)

_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_ZONE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*")


def wire_time(name: str, value: object, now: datetime | None = None) -> str | None:
    """A point in time as ISO 8601 with its offset; None for None.

    Raises InvalidRequestError for what is no point in time, or leaves open in which zone it is meant.
    """
    return None if value is None else _point(name, value, now or datetime.now(UTC)).isoformat()


def check_window(period: str | None, start: str | None, end: str | None) -> None:
    """Raise InvalidRequestError unless a window is a period alone, both its ends, or nothing."""
    if period is not None and (start or end):
        raise InvalidRequestError("period stands beside start or end. Give a period, or both ends.")
    if (start is None) != (end is None):
        raise InvalidRequestError("Only one of start and end is given. Give both, or a period such as '7d'.")
    if start is not None and end is not None:
        length = datetime.fromisoformat(end) - datetime.fromisoformat(start)
        if not timedelta() < length <= LONGEST_WINDOW:
            raise InvalidRequestError(f"The window from {start} to {end} is not above 0 and at most 92 days long.")


def check_zone(name: str | None) -> None:
    """Raise InvalidRequestError unless it is the exact IANA name of a time zone, or None."""
    if name is None:
        return
    from dateutil import tz  # noqa: PLC0415 (slow to import)

    if not _ZONE.fullmatch(name) or tz.gettz(name) is None:
        raise InvalidRequestError(f"{name!r} is no time zone. Give an IANA name, such as 'Europe/Berlin' or 'UTC'.")


def _point(name: str, value: object, now: datetime) -> datetime:
    from dateutil.parser import isoparse  # noqa: PLC0415 (slow to import)
    from dateutil.relativedelta import relativedelta  # noqa: PLC0415

    if isinstance(value, (timedelta, relativedelta)):
        return now - value
    if isinstance(value, str):
        try:
            read = isoparse(value.strip())
        except ValueError as error:
            raise InvalidRequestError(
                f"{name} {value[:60]!r} is not ISO 8601, such as 2026-08-01T00:00:00Z."
            ) from error
        value = read.replace(tzinfo=UTC) if _DATE.fullmatch(value.strip()) else read
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise InvalidRequestError(
                f"{name} {value.isoformat()} does not say its time zone. Give an aware datetime, such as "
                "datetime(2026, 8, 1, tzinfo=UTC), or a date, which begins at midnight in UTC."
            )
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    raise InvalidRequestError(f"{name} is a {type(value).__name__}. Give a datetime, a date, ISO text, or a timedelta.")
