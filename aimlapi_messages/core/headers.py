"""Headers: those of a request in one mapping, those of a response in any case, and what Retry-After says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime


class Headers(Mapping[str, str]):
    """Headers by name, in any case. Made of lower-case names."""

    __slots__ = ("_by_name",)

    def __init__(self, by_name: Mapping[str, str]) -> None:
        self._by_name = by_name

    def __getitem__(self, name: str) -> str:
        return self._by_name[name.lower()]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._by_name

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def __repr__(self) -> str:
        return f"Headers({dict(self._by_name)!r})"


def merge_headers(*layers: Mapping[str, str | None]) -> dict[str, str]:
    """One set of checked headers, names in lower case; a later layer replaces an earlier one, None takes away."""
    merged: dict[str, str | None] = {}
    for layer in layers:
        merged.update({name.lower(): value for name, value in layer.items()})
    return {name: value for name, value in merged.items() if value is not None}


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """The seconds that the server asks to wait: `retry-after-ms`, else `retry-after` as a number or a date.

    None when it asks for nothing that can be read. Headers have lower-case names.
    """
    milliseconds = _number(headers.get("retry-after-ms", ""))
    if milliseconds is not None and milliseconds > 0:  # and no NaN
        return milliseconds / 1000
    text = headers.get("retry-after", "").strip()
    seconds = _number(text)
    if seconds is not None or not text:
        return seconds
    date = _date(text)
    return None if date is None else (date - (now or datetime.now(UTC))).total_seconds()


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _date(text: str) -> datetime | None:
    """A date in any of the forms that servers write: HTTP's own, the two before it, ISO 8601."""
    from dateutil import parser  # noqa: PLC0415 (slow to import and rarely needed)

    try:
        # HTTP dates are GMT: a name that is no offset means that, and never this machine's own zone.
        date = parser.parse(text[:100], tzinfos=lambda _name, offset: offset or 0)
        return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
    except (ValueError, OverflowError):  # no date, or an offset that no place on earth has
        return None
