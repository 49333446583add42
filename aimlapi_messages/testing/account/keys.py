"""Keys: who may call what, how often, and for how much; and the operations that administer them.

Any key is taken, as ever, but for these: one that begins with `invalid` is refused, one that begins with `broke` has
no money, one that begins with `manage` may administer keys. A key that was made here is held to its scopes, its limit
and its being disabled; only its hash is kept.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections import defaultdict, deque
from datetime import datetime
from decimal import Decimal
from typing import Any

from ..document.json_values import as_object
from ..faults.errors import BILLING_URL, KEYS_URL, GatewayError
from ..model.answers import make_id
from .ledger import begin_of, spent_since, usd
from .prices import CREDITS_PER_USD
from .state import Caller, Exchange, State, wire_time
from .store import Row

PREFIX_LENGTH = 8


class Throttle:
    """At most so many calls of one key within so many seconds of real time."""

    def __init__(self, most: int, seconds: float = 60.0) -> None:
        self.most = most
        self._seconds = seconds
        self._calls: defaultdict[str, deque[float]] = defaultdict(deque)

    def check(self, prefix: str) -> None:
        """Count a call. Raises GatewayError 429 for one too many, which does not count."""
        now, calls = time.monotonic(), self._calls[prefix]
        while calls and calls[0] <= now - self._seconds:
            calls.popleft()
        if len(calls) >= self.most:
            raise GatewayError(429)
        calls.append(now)

    def clear(self) -> None:
        self._calls.clear()


def authenticate(state: State, exchange: Exchange) -> Caller:
    """The caller, by the key. Raises GatewayError 401 or 403."""
    key = _key_of(exchange)
    if not key:
        raise GatewayError(401, f"An API key is needed and none was given. Keys: {KEYS_URL}")
    if key.startswith("invalid"):
        raise GatewayError(401)
    if key.startswith("broke"):
        raise GatewayError(403)
    row = _row(state, key[:PREFIX_LENGTH])
    if row is not None and row["digest"] == _digest(key) and (row["deleted"] or row["disabled"]):
        raise GatewayError(401)
    return Caller(key[:PREFIX_LENGTH], key.startswith("manage"))


def prefix_of(exchange: Exchange) -> str:
    """The first characters of the key that came, whatever it may do."""
    return _key_of(exchange)[:PREFIX_LENGTH]


def check_call(state: State, exchange: Exchange, scope: str) -> None:
    """Whether a key may make a call that costs. Raises GatewayError 403."""
    row = _row(state, exchange.caller.prefix)
    if row is not None and row["scopes"] is not None and scope not in json.loads(row["scopes"]):
        raise GatewayError(403, f"This key lacks the scope {scope}.")
    if row is not None and row["threshold"] is not None:
        begin = begin_of(row["retention"], exchange.time)
        if spent_since(state, row["prefix"], begin) >= Decimal(row["threshold"]) * CREDITS_PER_USD:
            raise GatewayError(403, f"This key has used up its limit of {row['threshold']} USD of the balance.")
    if state.credits <= 0:
        raise GatewayError(403, f"Your account is out of funds. Top it up at {BILLING_URL}")


def check_management(exchange: Exchange) -> None:
    """Raise GatewayError 403 unless the key may administer keys."""
    if not exchange.caller.management:
        raise GatewayError(403, "This needs a management key.")


def current(state: State, exchange: Exchange) -> dict[str, Any]:
    row = _row(state, exchange.caller.prefix)
    if row is not None:
        return {"data": _shown(state, row)}
    unknown = {"name": None, "disabled": False, "scopes": None, "limit": None, "prefix": exchange.caller.prefix}
    times = {"created_at": wire_time(exchange.time.timestamp()), "updated_at": wire_time(exchange.time.timestamp())}
    return {"data": {**unknown, **times, "monthly_usage": _monthly(state, exchange.caller.prefix)}}


def listed(state: State) -> dict[str, Any]:
    return {"data": [_shown(state, row) for row in state.store.all("select * from keys where not deleted order by id")]}


def create(state: State, exchange: Exchange, body: dict[str, Any]) -> dict[str, Any]:
    """A new key: 32 hexadecimal digits, the first eight of which no other key has."""
    seed = f"key:{exchange.number}"
    key = hashlib.sha256(make_id("", seed).encode()).hexdigest()[:32]
    now = exchange.time.timestamp()
    limit = as_object(body.get("limit"))
    state.store.insert(
        "keys",
        prefix=key[:PREFIX_LENGTH],
        digest=_digest(key),
        name=body.get("name"),
        disabled=False,
        scopes=_write_scopes(body.get("scopes")),
        created=now,
        updated=now,
        **_write_limit(limit),
    )
    return {"data": {**_shown(state, _existing(state, key[:PREFIX_LENGTH])), "key": key}}


def change(state: State, exchange: Exchange, body: dict[str, Any]) -> dict[str, Any]:
    """Change what the body gives. Raises GatewayError 404."""
    row = _existing(state, exchange.parameters["prefix"])
    changed = dict(row)
    for name in ("name", "disabled"):
        if name in body:
            changed[name] = body[name]
    if "scopes" in body:
        changed["scopes"] = _write_scopes(body["scopes"])
    if "limit" in body:
        changed.update(_write_limit(as_object(body["limit"])))
    state.store.write(
        "update keys set name = ?, disabled = ?, scopes = ?, retention = ?, threshold = ?, updated = ? where id = ?",
        *(changed[name] for name in ("name", "disabled", "scopes", "retention", "threshold")),
        exchange.time.timestamp(),
        row["id"],
    )
    return {"data": _shown(state, _existing(state, row["prefix"]))}


def replace(state: State, exchange: Exchange, body: dict[str, Any]) -> dict[str, Any]:
    """Set everything; what the body leaves out becomes as in a new key. Raises GatewayError 404."""
    return change(state, exchange, {"name": None, "disabled": False, "scopes": None, "limit": None, **body})


def delete(state: State, exchange: Exchange) -> dict[str, Any]:
    """Raises GatewayError 404."""
    row = _existing(state, exchange.parameters["prefix"])
    state.store.write("update keys set deleted = 1 where id = ?", row["id"])
    return {"data": {"prefix": row["prefix"], "deleted": True}}


def _row(state: State, prefix: str) -> Row | None:
    return state.store.one("select * from keys where prefix = ?", prefix)


def _existing(state: State, prefix: str) -> Row:
    row = _row(state, prefix)
    if row is None or row["deleted"]:
        raise GatewayError(404, "The account has no key with this prefix.")
    return row


def _shown(state: State, row: Row) -> dict[str, Any]:
    limit = {"retention": row["retention"], "threshold": float(row["threshold"])} if row["threshold"] else None
    return {
        "name": row["name"],
        "disabled": bool(row["disabled"]),
        "prefix": row["prefix"],
        "scopes": row["scopes"] and json.loads(row["scopes"]),
        "limit": limit,
        "created_at": wire_time(row["created"]),
        "updated_at": wire_time(row["updated"]),
        "monthly_usage": _monthly(state, row["prefix"]),
    }


def _monthly(state: State, prefix: str) -> float:
    now: datetime = state.now
    return usd(spent_since(state, prefix, begin_of("month", now)))


def _write_scopes(scopes: Any) -> str | None:
    return None if scopes is None else json.dumps(scopes)


def _write_limit(limit: dict[str, Any]) -> dict[str, Any]:
    if "threshold" not in limit:
        return {"retention": None, "threshold": None}
    return {"retention": limit.get("retention", "no_reset"), "threshold": str(limit["threshold"])}


def _key_of(exchange: Exchange) -> str:
    scheme, _, bearer = exchange.headers.get("authorization", "").strip().partition(" ")
    key = bearer.strip() if scheme.lower() == "bearer" else ""
    return key or exchange.headers.get("x-api-key", "").strip()


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
