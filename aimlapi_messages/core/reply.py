"""What a reply says beside its answer: status, headers, request id, when to come back, and what the call cost. Pure."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Context, Decimal
from typing import Any, Final, Literal, TypeAlias

from .errors import ResponseTooLargeError
from .json import MOST_VALUES, dumps, is_object, loads
from .request import MAX_RESPONSE_SIZE, NO_SECRETS, Secrets

CREDITS_PER_USD: Final = 2_000_000
# The limits of an amount: its order of magnitude, and the length of its text.
_LARGEST_EXPONENT: Final = 20
_LONGEST_AMOUNT: Final = 100
# For arithmetic with amounts, which has room for all of their digits, whatever the caller's own context says.
EXACT: Final = Context(prec=250, traps=[])
_NUMBER: Final = re.compile(r"[0-9]+(?:\.[0-9]*)?")
_LONG_AGO: Final = datetime(1, 1, 2, tzinfo=UTC)

Source: TypeAlias = Literal["body", "headers", "stream"]


@dataclass(frozen=True, slots=True)
class ReplyHead:
    """What a server says before the body, and what it was asked. Header names are in lower case, `url` has no query.

    operation, model, max_response_size: as in the request.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    url: str
    secrets: Secrets = field(default=NO_SECRETS, repr=False)
    operation: str = ""
    model: str = ""
    max_response_size: int = MAX_RESPONSE_SIZE

    def scrub(self, text: str, most: int | None = None) -> str:
        """A text of this reply as it may be shown: without the key and other secrets of the request.

        most: characters of its beginning, None for all of it.
        """
        return self.secrets.scrub(text, most)

    def scrub_json(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """JSON of this reply as an error may hold it. Raises ValueError when it is none without the secrets."""
        text = dumps(data).decode()
        shown = self.scrub(text)
        scrubbed: dict[str, Any] = {**data} if shown == text else loads(shown, most=sys.maxsize)
        return scrubbed

    @property
    def max_values(self) -> int:
        """The most JSON values of its answer: more than usual if it may have more bytes."""
        return max(self.max_response_size // 512, MOST_VALUES)

    def too_large(self, problem: str) -> ResponseTooLargeError:
        """The error of a reply that passes its limits."""
        error = ResponseTooLargeError.advised(
            f"{self.url} answered {self.status} with {problem}.",
            status_code=self.status,
            request_id=self.request_id,
            url=self.url,
        )
        error.cost = Cost.from_headers(self.headers)
        return error

    @property
    def ok(self) -> bool:
        """Any 2xx. The gateway has answered 201 where its document says 200."""
        return 200 <= self.status < 300

    @property
    def content_type(self) -> str:
        """The media type in lower case without parameters, "" when the server sent none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def request_id(self) -> str | None:
        given = self.headers.get("x-request-id") or self.headers.get("request-id")
        return self.secrets.scrub(given) if given else None


def without_query(url: str) -> str:
    """A URL as it may be shown: a query may hold secrets."""
    return url.partition("?")[0]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Headers(Mapping[str, str]):
    """Headers by name, in any case. Made of lower-case names."""

    _by_name: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self._by_name[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def __repr__(self) -> str:
        return f"Headers({dict(self._by_name)!r})"


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """The seconds that the server asks to wait: `retry-after-ms`, else `retry-after` as a number (also "5s") or a date.

    None when it asks for nothing that can be read, or for what is past. Headers have lower-case names.
    """
    milliseconds, text = _number(headers.get("retry-after-ms", "")), headers.get("retry-after", "")
    seconds = milliseconds / 1000 if milliseconds else _number(text.rstrip().removesuffix("s"))
    if seconds is None and text:
        date = _date(text)
        seconds = None if date is None else (date - (now or datetime.now(UTC))).total_seconds()
    return seconds if seconds is not None and seconds > 0 else None


def _number(text: str) -> float | None:
    """The number that a header is, the largest of those that it has when it came twice."""
    parts = [part.strip() for part in text.split(",")]
    return max(map(float, parts)) if all(map(_NUMBER.fullmatch, parts)) else None


def _date(text: str) -> datetime | None:
    """A date in any of the forms that servers write: HTTP's own, the two before it, ISO 8601."""
    from dateutil import parser  # noqa: PLC0415 (slow to import and rarely needed)

    try:
        # HTTP dates are GMT: a name that is no offset means that, and never this machine's own zone. What lacks a
        # year is no date, and long past.
        date = parser.parse(text[:100], default=_LONG_AGO, tzinfos=lambda _name, offset: offset or 0)
        return date.astimezone(UTC)
    except (ValueError, OverflowError):  # no date, or an offset that no place on earth has
        return None


@dataclass(frozen=True, slots=True)
class Cost:
    """The price of one call. Dollars are worked out from credits when only those came.

    credits: gateway credits, 2,000,000 to the dollar, maybe fractional; None when only dollars came.
    usd: US dollars, to the last digit that the gateway wrote (in a body, to the 15th).
    source: where the gateway said so.
    """

    credits: Decimal | None
    usd: Decimal
    source: Source

    def __str__(self) -> str:
        """For people: `0.000499 USD (998 credits)`, without an exponent."""
        return f"{self.usd:f} USD" + ("" if self.credits is None else f" ({self.credits:f} credits)")

    @classmethod
    def of(cls, credits: Decimal | None, usd: Decimal | None, source: Source) -> Cost | None:
        """The cost from what is known of it, None when that is nothing."""
        if usd is None and credits is not None:
            usd = EXACT.divide(credits, CREDITS_PER_USD)
        return None if usd is None else cls(credits, usd, source)

    @classmethod
    def from_meta(cls, meta: object, source: Source) -> Cost | None:
        """The cost in a `meta` member, a model or plain JSON, where a server may have put anything."""
        usage = member(meta, "usage")
        credits = read_amount(member(usage, "credits_used"))
        if credits is None:
            credits = read_amount(member(usage, "tokens_used"))  # its name in 2025
        return cls.of(credits, read_amount(member(usage, "usd_spent")), source)

    @classmethod
    def from_headers(cls, headers: Mapping[str, str]) -> Cost | None:
        """The cost in the reply's headers, which are there only when the answer is not streamed."""
        credits, usd = headers.get("x-aimlapi-credits-used"), headers.get("x-aimlapi-usd-spent")
        return None if credits is None and usd is None else cls.of(read_amount(credits), read_amount(usd), "headers")


def member(owner: object, name: str) -> object:
    """A member of a model or of a JSON object, None where there is none."""
    return owner.get(name) if is_object(owner) else getattr(owner, name, None)


def read_amount(value: object) -> Decimal | None:
    """An amount of a size that money has, None for anything else. A float's text is the shortest that means it."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str, Decimal)):
        return None
    try:
        text = str(value).strip()
    except ValueError:  # more digits than Python writes
        return None
    if len(text) > _LONGEST_AMOUNT:
        return None
    amount = EXACT.create_decimal(text)  # NaN for what is no number
    # The bound keeps a hostile 1e999999 from overflowing every later sum.
    sane = amount.is_finite() and amount >= 0 and abs(amount.adjusted()) <= _LARGEST_EXPONENT
    return amount if sane else None
