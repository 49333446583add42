"""The state of an emulator: the account, the counters, the script, the rate limits and the recorded requests.

Ids are derived from a counter, and with a frozen clock times as well, so that two runs of the same requests get the
same responses.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
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
from ..faults.switches import Script, Switches
from ..model.answers import make_id
from ..model.replies import Replies
from ..model.threads import Threads
from ..model.tokens import PromptCache
from .prices import account_name, credits_of
from .store import Store

_SECRET_HEADERS = frozenset({"authorization", "x-api-key", "proxy-authorization", "cookie"})
PREFIX_LENGTH = 8
_CLIENT_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
_LOGS_A_MINUTE = 200
# Limits on what is recorded: the number of requests, and the size of a body in bytes.
MOST_REQUESTS = 10_000
_MOST_RECORDED_BYTES = 1024 * 1024


@dataclass(frozen=True)
class LargeBody:
    """Recorded in place of a body over 1 MB: its `size` in bytes and its `sha256` in hex."""

    size: int
    sha256: str


@dataclass(frozen=True)
class RecordedRequest:
    """A request as received: upper-case `method`, `path`, raw `query`, lower-case `headers`, parsed `body`.

    Keys are replaced by "<redacted>". `body` is None if there was none, text if it was not JSON, and a LargeBody if
    it was over 1 MB.
    """

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: Any


@dataclass
class Exchange:
    """A request being answered, with the id and time of the response. Its repr shows no key.

    `switches`, `query` and `body` are set once each has been validated.
    """

    method: str
    path: str
    headers: dict[str, str] = field(repr=False)
    raw: bytes | bytearray = field(repr=False)
    seed: str = ""  # its ids are derived from it
    time: datetime = datetime.min
    query_string: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict[str, str])  # of the path
    switches: Switches = field(default_factory=Switches)
    query: Query = field(default_factory=Query)
    body: dict[str, Any] = field(default_factory=dict[str, Any], repr=False)

    @property
    def key(self) -> str:
        """The API key, or an empty string."""
        scheme, _, bearer = self.headers.get("authorization", "").strip().partition(" ")
        key = bearer.strip() if scheme.lower() == "bearer" else ""
        return key or self.headers.get("x-api-key", "").strip()

    @property
    def key_prefix(self) -> str:
        """The first characters of the key, which identify it in the account."""
        return self.key[:PREFIX_LENGTH]

    @property
    def is_management(self) -> bool:
        """Whether the key is a management key."""
        return self.key.startswith("manage")

    @property
    def request_id(self) -> str:
        """The request's id, a UUID."""
        return str(uuid.UUID(int=uuid.uuid5(uuid.NAMESPACE_URL, f"request:{self.seed}").int, version=4))

    @property
    def inference_id(self) -> str:
        """The inference's id, of 21 characters."""
        return make_id("", f"inference:{self.seed}", 21)

    @property
    def timestamp(self) -> str:
        """The time in ISO 8601, in UTC with milliseconds."""
        return wire_time(self.time.timestamp())

    @property
    def client_request_id(self) -> str | None:
        """The caller's own id for the request, or None without a valid one."""
        given = self.headers.get("x-client-request-id", "")
        return given if _CLIENT_REQUEST_ID.fullmatch(given) else None


def wire_time(seconds: float) -> str:
    """A time, given in seconds since 1970, in ISO 8601, in UTC with milliseconds."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Throttle:
    """A rate limit: how many calls each key may make per minute of real time."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._calls: dict[str, list[float]] = {}

    def check(self, prefix: str) -> None:
        """Count a call. Raises GatewayError 429 over the limit; that call is not counted."""
        now = time.monotonic()
        calls = [call for call in self._calls.get(prefix, []) if call > now - 60]
        if len(calls) >= self._limit:
            raise GatewayError(429)
        self._calls[prefix] = [*calls, now]


class State:
    """The state of an emulator: `credits` is the account's balance, `requests` are those received so far.

    `throttles` are the rate limits by operation id. Written from the server's event loop; reading from other threads
    is safe.
    """

    def __init__(
        self,
        document: Document,
        balance: Decimal | float,
        store: Store,
        calls_a_minute: int | None = None,
        frozen_at: datetime | None = None,
    ) -> None:
        """`balance` is in US dollars and ignored if the store has one. Raises ValueError unless 0 to a billion."""
        self.document = document
        self.store = store
        self._first_credits = credits_of(balance)
        self._calls_a_minute = calls_a_minute
        self._frozen_at = frozen_at and frozen_at.replace(tzinfo=frozen_at.tzinfo or UTC)
        self._begin()

    def reset(self) -> None:
        """Forget all requests and stored data, and restore the initial balance."""
        self.store.clear()
        self._begin()

    def _begin(self) -> None:
        self.cache: PromptCache = PromptCache()
        self.threads: Threads = Threads()
        self.replies: Replies = Replies()
        self.script: Script = Script()
        self.requests: list[RecordedRequest] = []
        self.throttles: dict[str, Throttle] = {"list_logs": Throttle(_LOGS_A_MINUTE)}
        if self._calls_a_minute is not None:
            self.throttles.update(dict.fromkeys(("create_message", "create_batch"), Throttle(self._calls_a_minute)))
        self._failures: Counter[str] = Counter()
        self.resume()
        if not self.store.count("transactions"):
            self.add_credits(self._first_credits, "INIT")

    def resume(self) -> None:
        """Take what the store has, which another emulator may have had meanwhile. Raises ValueError if one has it."""
        self._number = self.store.number("number")
        self.credits: int = self.store.number("credits")

    def roll_back(self) -> None:
        """Take the balance from the store, which has failed to keep another."""
        self.credits = self.store.number("credits")

    @property
    def now(self) -> datetime:
        """The time; a frozen clock advances by one second per request."""
        if self._frozen_at is None:
            return datetime.now(UTC)
        return self._frozen_at + timedelta(seconds=self._number)

    def receive(self, exchange: Exchange) -> None:
        """Number and record a request."""
        self._number += 1
        exchange.seed, exchange.time = str(self._number), self.now
        shown = {name: "<redacted>" if name in _SECRET_HEADERS else value for name, value in exchange.headers.items()}
        self.requests.append(
            RecordedRequest(exchange.method, exchange.path, exchange.query_string, shown, _parse(exchange.raw))
        )
        del self.requests[:-MOST_REQUESTS]
        self.store.put("meta", name="number", value=self._number)

    def fail_if_asked(self, switches: Switches) -> None:
        """Raise the GatewayError that a switch asks for, if it still applies."""
        failure = switches.failure
        if failure is None:
            return
        self._failures[switches.key] += failure.times is not None
        if failure.times is None or self._failures[switches.key] <= failure.times:
            issues = [Issue("messages", "A requested failure")] if failure.status == 400 else []
            raise GatewayError(failure.status, issues=issues, headers=failure.headers)

    def add_credits(self, credits: int, kind: str, *, model: str | None = None, reference: str | None = None) -> None:
        """Add credits to the account, or charge a negative amount; the balance stops at 0."""
        left = max(0, self.credits + credits)
        with self.store.transaction():
            self.store.put("meta", name="credits", value=left)
            self.store.put(
                "transactions",
                time=self.now.timestamp(),
                direction="TOPUP" if credits >= 0 else "CHARGE",
                type=kind,
                credits=abs(credits),
                model=model,
                reference_id=reference,
            )
        self.credits = left

    def record(self, exchange: Exchange, model: str, credits: int | None, tokens: tuple[int, int] = (0, 0)) -> None:
        """Log a call and charge for it. `credits` is None for a failed call; `tokens` are those of input and output.

        A model has one name in the account, whichever a call gave it and whether it succeeded.
        """
        model = account_name(model)
        with self.store.transaction():
            self.store.put(
                "logs",
                time=self.now.timestamp(),
                status="failed" if credits is None else "succeeded",
                model=model,
                credits=credits or 0,
                input=tokens[0],
                output=tokens[1],
                request_id=exchange.request_id,
                inference_id=exchange.inference_id,
                client_request_id=exchange.client_request_id,
                key_prefix=exchange.key_prefix,
            )
            if credits is not None:
                self.add_credits(-credits, "MODEL_USAGE", model=model, reference=exchange.inference_id)


def _parse(raw: bytes | bytearray) -> Any:
    if not raw:
        return None
    if len(raw) > _MOST_RECORDED_BYTES:
        return LargeBody(len(raw), hashlib.sha256(raw).hexdigest())
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return raw.decode("utf-8", "replace")
