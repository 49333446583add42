"""The query of a request, checked against the parameters that the document declares for the operation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from dateutil import tz
from dateutil.parser import isoparse

from ..faults.errors import Issue, invalid_request
from .json_values import as_list, as_text
from .openapi import Document
from .validation import find_issues

_PERIODS = {"24h": timedelta(days=1), "7d": timedelta(days=7)}
_LONGEST = timedelta(days=92)


class Query:
    """The members of a query, checked. A member that stands there once too often counts with its last value."""

    def __init__(self, values: dict[str, list[str]] | None = None) -> None:
        self._values = values or {}

    @property
    def names(self) -> Sequence[str]:
        return list(self._values)

    def text(self, name: str) -> str | None:
        """The value, None for an absent one."""
        return self._values[name][-1] if name in self._values else None

    def number(self, name: str, default: int) -> int:
        return int(self._values[name][-1]) if name in self._values else default

    def words(self, name: str) -> list[str]:
        """All the values, however they are given: with commas, or the name again and again."""
        return [word.strip() for text in self._values.get(name, []) for word in text.split(",") if word.strip()]

    def point(self, name: str) -> datetime | None:
        """A point in time, which must say its zone. Raises GatewayError 400."""
        text = self.text(name)
        if text is None:
            return None
        try:
            # A plus sign that nobody escaped has become a blank.
            read = isoparse(text.replace(" ", "+"))
            if read.tzinfo is not None:
                return read.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        raise invalid_request([Issue(name, "Expected ISO 8601 with an offset")])

    def window(self, now: datetime) -> tuple[float, float]:
        """`period`, or `start` and `end`; the last day when there is neither. Raises GatewayError 400.

        In seconds since 1970, the end excluded.
        """
        period, start, end = self.text("period"), self.point("start"), self.point("end")
        if period is not None and (start or end):
            raise invalid_request([Issue("period", "Expected no start and no end beside it")])
        if period not in (None, *_PERIODS):
            raise invalid_request([Issue("period", f"Expected one of {', '.join(_PERIODS)}")])
        if (start is None) != (end is None):
            raise invalid_request([Issue("end" if start else "start", "Required")])
        start = start or now - _PERIODS[period or "24h"]
        end = end or now + timedelta(seconds=1)  # a call of this very second belongs to the window
        if not timedelta() < end - start <= _LONGEST:
            raise invalid_request([Issue("start", "Expected a window of at most 92 days")])
        return start.timestamp(), end.timestamp()

    def zone(self, name: str) -> Any:
        """A time zone by its IANA name, UTC unless given. Raises GatewayError 400."""
        text = self.text(name)
        zone = tz.gettz(text) if text and text[0].isalpha() and text.isascii() else None
        if text is not None and zone is None:
            raise invalid_request([Issue(name, "Expected the IANA name of a time zone")])
        return zone or UTC


def read_query(document: Document, operation_id: str, text: str) -> Query:
    """The query of an operation. Raises GatewayError 400 for what its parameters do not admit."""
    values = parse_qs(text, keep_blank_values=True)
    issues: list[Issue] = []
    for parameter in document.query_parameters(operation_id):
        name = parameter.name
        if parameter.required and not any(values.get(name, [])):
            issues.append(Issue(name, "Required"))
        for value in values.get(name, []):
            found = find_issues(parameter.validator, _typed(value, as_list(parameter.types)))
            issues += [Issue(name, issue.reason) for issue in found]
    if issues:
        raise invalid_request(issues)
    return Query(values)


def _typed(value: str, types: list[Any]) -> Any:
    """A query's text as the kind that the schema wants, where it can be one."""
    if "integer" in map(as_text, types) and value.removeprefix("-").isdecimal() and value.isascii():
        return int(value)
    return value
