"""Headers of a request and of its answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from aimlapi_messages.core.reply import retry_after
from aimlapi_messages.core.request import merge_headers, split_headers

NOW = datetime(2026, 10, 21, 7, 28, tzinfo=UTC)


def test_later_headers_replace_earlier_ones_whatever_their_case() -> None:
    """Header names have no case; None takes a header away, until a later layer gives it again."""
    merged = merge_headers({"A": "1", "B": "2", "C": "3", "d": None}, {"a": "4", "b": None, "D": "5"})
    assert split_headers(merged) == ({"a": "4", "c": "3", "d": "5"}, {"b"})


def test_a_date_is_measured_from_the_present() -> None:
    """Nobody needs to say what time it is."""
    date = datetime.now(UTC) + timedelta(seconds=30)
    advice = retry_after({"retry-after": date.strftime("%a, %d %b %Y %H:%M:%S GMT")})
    assert advice is not None
    assert 0 < advice <= 30


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "3"}, 3.0),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"retry-after": "3600"}, 3600.0),
        ({"retry-after": "5s"}, 5.0),
        ({"retry-after": "7.66s "}, 7.66),
        ({"retry-after": "5 s"}, 5.0),
        ({"retry-after": "5, 120"}, 120.0),
        ({"retry-after-ms": "250"}, 0.25),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after-ms": "0", "retry-after": "9"}, 9.0),
        ({"retry-after-ms": "soon", "retry-after": "9"}, 9.0),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:20 GMT"}, 20.0),
        ({"retry-after": "Wednesday, 21-Oct-26 07:28:20 GMT"}, 20.0),
        ({"retry-after": "Wed Oct 21 07:28:20 2026"}, 20.0),
        ({"retry-after": "2026-10-21T07:28:20Z"}, 20.0),
        ({"retry-after": "2026-10-21T09:28:20+02:00"}, 20.0),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:20 XYZ"}, 20.0),
        ({"retry-after": "Wed, 21 Oct 2026 09:28:00 GMT"}, 7200.0),
    ],
)
def test_advice_is_read_in_every_form_of_http(headers: dict[str, str], seconds: float) -> None:
    """Seconds, milliseconds and dates; of a header that came twice the longer."""
    assert retry_after(headers, NOW) == seconds


@pytest.mark.parametrize(
    "text",
    [
        *("", "0", "-5", "nan", "inf", "1e3", "1_0", "soon", "12h", "10 minutes", "23:59", "21 Oct", "5, soon"),
        *("s", "5ss", "5ms", "5m", "-5s", "5 secs"),
        "Wed, 21 Oct 2026 07:28:20 +9999",
        "Wed, 21 Oct 2026 07:27:00 GMT",
    ],
)
def test_what_is_past_or_no_advice_is_none(text: str) -> None:
    """A time without its date is none: it would be taken for one of today."""
    assert retry_after({"retry-after": text}, NOW) is None
