"""Headers of a request and of its answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from aimlapi_messages.core.reply import retry_after
from aimlapi_messages.core.request import merge_headers


def test_later_headers_replace_earlier_ones_whatever_their_case() -> None:
    """Header names have no case; None takes a header away."""
    merged = merge_headers({"A": "1", "B": "2", "C": "3"}, {"a": "4", "b": None})
    assert merged == {"a": "4", "c": "3"}


def test_a_date_is_measured_from_the_present() -> None:
    """Nobody needs to say what time it is."""
    date = datetime.now(UTC) + timedelta(seconds=30)
    advice = retry_after({"retry-after": date.strftime("%a, %d %b %Y %H:%M:%S GMT")})
    assert advice is not None
    assert 0 < advice <= 30
