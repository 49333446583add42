"""The query of a request, validated against the parameters that the document declares for the operation."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from dateutil import tz
from dateutil.parser import isoparse

from ..faults.errors import Issue, invalid_request
from .openapi import Document
from .validation import find_issues

_PERIODS = {"24h": timedelta(days=1), "7d": timedelta(days=7)}
_LONGEST = timedelta(days=92)


class Query:
    """The parameters of a valid query. Of a parameter given several times, the last value counts."""

    def __init__(self, values: dict[str, list[str]] | None = None) -> None:
        self.values: dict[str, list[str]] = values or {}

    def text(self, name: str) -> str | None:
        """The value, or None if absent."""
        return self.values[name][-1] if name in self.values else None

    def number(self, name: str, default: int) -> int:
        return int(self.values[name][-1]) if name in self.values else default

    def words(self, name: str) -> list[str]:
        """All values of a list, whether separated by commas or given as repeated parameters."""
        return [word.strip() for text in self.values.get(name, []) for word in text.split(",") if word.strip()]

    def time(self, name: str) -> datetime | None:
        """A time with a UTC offset, or None if absent. Raises GatewayError 400."""
        text = self.text(name)
        if text is None:
            return None
        try:
            # An unescaped plus sign arrives as a space.
            read = isoparse(text.replace(" ", "+"))
            if read.tzinfo is not None:
                return read.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        raise invalid_request([Issue(name, "Expected ISO 8601 with an offset")])

    def window(self, now: datetime) -> tuple[float, float]:
        """The window given by `period` or by `start` and `end`, by default the last day. Raises GatewayError 400.

        In seconds since 1970; the end is exclusive.
        """
        period, start, end = self.text("period"), self.time("start"), self.time("end")
        if period is not None and (start or end):
            raise invalid_request([Issue("period", "Expected no start or end as well")])
        if period not in (None, *_PERIODS):
            raise invalid_request([Issue("period", f"Expected one of {', '.join(_PERIODS)}")])
        if (start is None) != (end is None):
            raise invalid_request([Issue("end" if start else "start", "Required")])
        start = start or now - _PERIODS[period or "24h"]
        end = end or now + timedelta(seconds=1)  # includes calls made in the current second
        if not timedelta() < end - start <= _LONGEST:
            raise invalid_request([Issue("start", "Expected a window of at most 92 days")])
        return start.timestamp(), end.timestamp()

    def zone(self, name: str) -> Any:
        """A time zone given by its IANA name, by default UTC. Raises GatewayError 400."""
        text = self.text(name)
        zone = tz.gettz(text) if text and text[0].isalpha() and text.isascii() else None
        if text is not None and zone is None:
            raise invalid_request([Issue(name, "Expected the IANA name of a time zone")])
        return zone or UTC


def read_query(document: Document, operation_id: str, query: str) -> Query:
    """Parse and validate the query of an operation. Raises GatewayError 400."""
    values = parse_qs(query, keep_blank_values=True)
    issues: list[Issue] = []
    for parameter in document.query_parameters(operation_id):
        name = parameter.name
        if parameter.required and not any(values.get(name, [])):
            issues.append(Issue(name, "Required"))
        for text in values.get(name, []):
            is_number = parameter.is_integer and re.fullmatch(r"-?\d{1,30}", text, re.ASCII)
            found = find_issues(parameter.validator, int(text) if is_number else text)
            issues += [Issue(name, issue.reason) for issue in found]
    if issues:
        raise invalid_request(issues)
    return Query(values)
