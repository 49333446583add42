"""What one emulator remembers: its document, the account's balance, its counters and the requests it got.

Ids and times follow from a counter, so that two runs of the same calls give the same answers.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from ._answers import make_id
from ._caching import PromptCache
from ._document import Document
from ._prices import CREDITS_PER_USD, Cost, credits_of
from ._switches import Failure

_EPOCH = datetime(2026, 9, 1, tzinfo=UTC)
_SECRET_HEADERS = frozenset({"authorization", "x-api-key", "proxy-authorization", "cookie"})
REDACTED = "<redacted>"
# What is remembered for tests to look at: so many requests, and bodies of up to so many bytes.
MOST_REQUESTS = 10_000
MOST_RECORDED_BYTES = 1024 * 1024


@dataclass(frozen=True)
class LargeBody:
    """Stands in a record for a body of more than 1 MB: its `size` in bytes and its `sha256` in hex."""

    size: int
    sha256: str


@dataclass(frozen=True)
class RecordedRequest:
    """A request as it arrived: upper-case `method`, `path`, raw `query`, lower-case `headers`, parsed `body`.

    Keys are replaced by "<redacted>". `body` is None when there was none, and text when it was no JSON.
    Of a body over 1 MB only the size and the hash are kept, as a LargeBody.
    """

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: Any


@dataclass(frozen=True)
class Exchange:
    """One request being answered: what came in, and the id and time that go out. Its repr shows no key."""

    method: str
    path: str
    headers: dict[str, str] = field(repr=False)
    raw: bytes = field(repr=False)
    too_large: bool
    number: int
    time: datetime

    @property
    def request_id(self) -> str:
        """A UUID that follows from the request's number."""
        return str(uuid.UUID(int=uuid.uuid5(uuid.NAMESPACE_URL, f"request:{self.number}").int, version=4))

    @property
    def inference_id(self) -> str:
        """A 21-character id that follows from the request's number."""
        return make_id("", f"inference:{self.number}", 21)

    @property
    def timestamp(self) -> str:
        """The time in ISO 8601 with milliseconds and a Z."""
        return self.time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class State:
    """The memory of one emulator. Used from the server's event loop; reading it elsewhere is safe."""

    def __init__(self, document: Document, balance: Decimal | float) -> None:
        """`balance` is in US dollars. Raises ValueError unless it is between 0 and a billion."""
        self.document = document
        self._first_credits = credits_of(balance)
        self.cache = PromptCache()
        self.reset()

    def reset(self) -> None:
        """Forget every request and start again, with the balance of the beginning."""
        self.credits = self._first_credits
        self.cache.clear()
        self.requests: list[RecordedRequest] = []
        self._failures: Counter[str] = Counter()
        self._number = 0

    @property
    def balance(self) -> float:
        """What is left of the account, in US dollars."""
        return self.credits / CREDITS_PER_USD

    def receive(
        self,
        method: str,
        path: str,
        query: str,
        headers: Iterable[tuple[str, str]],
        raw: bytes,
        *,
        too_large: LargeBody | None = None,
    ) -> Exchange:
        """Number and record a request. The last of several headers with one name counts.

        `too_large` stands for a body over the limit, of which `raw` holds nothing.
        """
        self._number += 1
        given = {name.lower(): value for name, value in headers}
        shown = {name: REDACTED if name in _SECRET_HEADERS else value for name, value in given.items()}
        self.requests.append(RecordedRequest(method, path, query, shown, too_large or _parse(raw)))
        del self.requests[:-MOST_REQUESTS]
        time = _EPOCH + timedelta(seconds=self._number)
        return Exchange(method, path, given, raw, too_large is not None, self._number, time)

    def should_fail(self, failure: Failure, key: str) -> bool:
        """Whether a failure that is asked for happens now; counts those with a limit by `key`."""
        if failure.times is None:
            return True
        self._failures[key] += 1
        return self._failures[key] <= failure.times

    def charge(self, cost: Cost) -> None:
        """Take the price of a call from the account; it ends at nothing, never below."""
        self.credits = max(0, self.credits - cost.credits)


def _parse(raw: bytes) -> Any:
    if not raw:
        return None
    if len(raw) > MOST_RECORDED_BYTES:
        return LargeBody(len(raw), hashlib.sha256(raw).hexdigest())
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return raw.decode("utf-8", "replace")
