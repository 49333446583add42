"""The state of one emulator: its document, the account's balance and calls, counters and recorded requests.

Ids and times follow from a counter, so that two runs of the same calls give the same answers.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from ..document.openapi import Document
from ..document.query import Query
from ..faults.errors import GatewayError, Issue
from ..faults.switches import Switches
from ..model.answers import make_id
from ..model.tokens import PromptCache
from .prices import credits_of, usd
from .store import Store

_EPOCH = datetime(2026, 9, 1, tzinfo=UTC)
_SECRET_HEADERS = frozenset({"authorization", "x-api-key", "proxy-authorization", "cookie"})
PREFIX_LENGTH = 8
_CLIENT_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
# Limits on what is recorded: the number of requests, and the size of a body.
MOST_REQUESTS = 10_000
_MOST_RECORDED_BYTES = 1024 * 1024


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


@dataclass
class Exchange:
    """One request being answered: what came in, and the id and time that go out. Its repr shows no key.

    `switches`, `query` and `body` are set as each is found to be in order.
    """

    method: str
    path: str
    headers: dict[str, str] = field(repr=False)
    raw: bytes = field(repr=False)
    seed: str = ""  # what its ids follow from
    time: datetime = _EPOCH
    query_string: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict[str, str])  # out of the path
    switches: Switches = field(default_factory=Switches)
    query: Query = field(default_factory=Query)
    body: dict[str, Any] = field(default_factory=dict[str, Any], repr=False)

    @property
    def key(self) -> str:
        """The API key, empty without one."""
        scheme, _, bearer = self.headers.get("authorization", "").strip().partition(" ")
        key = bearer.strip() if scheme.lower() == "bearer" else ""
        return key or self.headers.get("x-api-key", "").strip()

    @property
    def key_prefix(self) -> str:
        """The first characters of the key, by which the account knows it."""
        return self.key[:PREFIX_LENGTH]

    @property
    def manages(self) -> bool:
        """Whether the key may administer keys."""
        return self.key.startswith("manage")

    @property
    def request_id(self) -> str:
        """A UUID."""
        return str(uuid.UUID(int=uuid.uuid5(uuid.NAMESPACE_URL, f"request:{self.seed}").int, version=4))

    @property
    def inference_id(self) -> str:
        """An id of 21 characters."""
        return make_id("", f"inference:{self.seed}", 21)

    @property
    def timestamp(self) -> str:
        """The time in ISO 8601 with milliseconds and a Z."""
        return wire_time(self.time.timestamp())

    @property
    def client_request_id(self) -> str | None:
        """The caller's own id for the request, None without a proper one."""
        given = self.headers.get("x-client-request-id", "")
        return given if _CLIENT_REQUEST_ID.fullmatch(given) else None


def wire_time(seconds: float) -> str:
    """A time, in seconds since 1970, in ISO 8601 with milliseconds and a Z."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class State:
    """The state of one emulator: `credits` are what is left of the account, `requests` what has been received.

    Used from the server's event loop; reading it elsewhere is safe.
    """

    def __init__(self, document: Document, balance: Decimal | float, store: Store) -> None:
        """`balance` is in US dollars; a store that has a balance keeps it. ValueError unless 0 to a billion."""
        self.document = document
        self.store = store
        self._first_credits = credits_of(balance)
        self._begin()

    def reset(self) -> None:
        """Forget every request and all that is stored, and start again, with the balance of the beginning."""
        self.store.clear()
        self._begin()

    def _begin(self) -> None:
        self.cache: PromptCache = PromptCache()
        self.requests: list[RecordedRequest] = []
        self._failures: Counter[str] = Counter()
        self._number = self.store.number("number")
        self.credits: int = self.store.number("credits")
        if not self.store.count("transactions"):
            self.move(self._first_credits, "INIT")

    @property
    def now(self) -> datetime:
        """The emulator's own time, which advances by a second with each request."""
        return _EPOCH + timedelta(seconds=self._number)

    @property
    def balance(self) -> float:
        """What is left of the account, in US dollars."""
        return usd(self.credits)

    def receive(self, exchange: Exchange) -> None:
        """Number and record a request."""
        self._number += 1
        self.store.set_number("number", self._number)
        exchange.seed, exchange.time = str(self._number), self.now
        shown = {name: "<redacted>" if name in _SECRET_HEADERS else value for name, value in exchange.headers.items()}
        self.requests.append(
            RecordedRequest(exchange.method, exchange.path, exchange.query_string, shown, _parse(exchange.raw))
        )
        del self.requests[:-MOST_REQUESTS]

    def fail_if_asked(self, switches: Switches) -> None:
        """Raise the GatewayError that a switch asks for, as often as it does."""
        failure = switches.failure
        if failure is None:
            return
        self._failures[switches.key] += failure.times is not None
        if failure.times is None or self._failures[switches.key] <= failure.times:
            issues = [Issue("messages", "A failure that was asked for")] if failure.status == 400 else []
            raise GatewayError(failure.status, issues=issues, headers=failure.headers)

    def move(self, credits: int, kind: str, *, model: str | None = None, reference: str | None = None) -> None:
        """Add credits to the account, or take them with a negative number; the balance stops at 0."""
        self.credits = max(0, self.credits + credits)
        self.store.set_number("credits", self.credits)
        self.store.put(
            "transactions",
            time=self.now.timestamp(),
            direction="TOPUP" if credits >= 0 else "CHARGE",
            type=kind,
            credits=abs(credits),
            model=model,
            reference_id=reference,
        )

    def record(
        self,
        exchange: Exchange,
        model: str,
        credits: int | None = None,
        *,
        input_tokens: int = 0,
        output_tokens: int = 0,
    ) -> None:
        """Log a call and charge for it; a call without a price has failed."""
        with self.store.together():
            if credits is not None:
                self.move(-credits, "MODEL_USAGE", model=model, reference=exchange.inference_id)
            self.store.put(
                "logs",
                time=self.now.timestamp(),
                status="failed" if credits is None else "succeeded",
                model=model,
                credits=credits or 0,
                input=input_tokens,
                output=output_tokens,
                request_id=exchange.request_id,
                inference_id=exchange.inference_id,
                client_request_id=exchange.client_request_id,
                key_prefix=exchange.key_prefix,
            )


def _parse(raw: bytes) -> Any:
    if not raw:
        return None
    if len(raw) > _MOST_RECORDED_BYTES:
        return LargeBody(len(raw), hashlib.sha256(raw).hexdigest())
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return raw.decode("utf-8", "replace")
