"""Keys: who may call what, how often, and for how much; and the operations that administer them.

Any key is taken, as ever, but for these: one that begins with `invalid` is refused, one that begins with `broke` has
no money, one that begins with `manage` may administer keys. A key that was made here is held to its scopes, its limit
and its being disabled; only its hash is kept.
"""

from __future__ import annotations

import hashlib
import json
import time
from decimal import Decimal
from typing import Any

from ..document.json_values import as_object
from ..faults.errors import BILLING_URL, KEYS_URL, GatewayError
from ..model.answers import make_id
from .ledger import spent
from .prices import CREDITS_PER_USD, usd
from .state import PREFIX_LENGTH, Exchange, State, wire_time
from .store import Row

_NEW: dict[str, Any] = {"name": None, "disabled": False, "scopes": None, "limit": None}


class Throttle:
    """A rate limit: the most calls of one key within a minute of real time."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._calls: dict[str, list[float]] = {}

    def check(self, prefix: str) -> None:
        """Count a call. Raises GatewayError 429 for one too many, which does not count."""
        now = time.monotonic()
        calls = [call for call in self._calls.get(prefix, []) if call > now - 60]
        if len(calls) >= self._most:
            raise GatewayError(429)
        self._calls[prefix] = [*calls, now]


def authenticate(state: State, exchange: Exchange) -> None:
    """Raise GatewayError 401 or 403 for a key that is refused."""
    key = exchange.key
    if not key:
        raise GatewayError(401, f"An API key is needed and none was given. Keys: {KEYS_URL}")
    if key.startswith("invalid"):
        raise GatewayError(401)
    if key.startswith("broke"):
        raise GatewayError(403)
    row = _row(state, exchange.key_prefix)
    if row is not None and row["digest"] == _digest(key) and (row["deleted"] or row["disabled"]):
        raise GatewayError(401)


def check_call(state: State, exchange: Exchange, scope: str = "model:chat") -> None:
    """Whether a key may make a call that costs. Raises GatewayError 403."""
    row = _row(state, exchange.key_prefix)
    if row is not None and row["scopes"] is not None and scope not in json.loads(row["scopes"]):
        raise GatewayError(403, f"This key lacks the scope {scope}.")
    if row is not None and row["threshold"] is not None:
        so_far = spent(state, row["prefix"], row["retention"], exchange.time)
        if so_far >= Decimal(row["threshold"]) * CREDITS_PER_USD:
            raise GatewayError(403, f"This key has used up its limit of {row['threshold']} USD of the balance.")
    if state.credits <= 0:
        raise GatewayError(403, f"Your account is out of funds. Top it up at {BILLING_URL}")


def current(state: State, exchange: Exchange) -> dict[str, Any]:
    """The caller's key; one that was not made here has never been changed."""
    now = exchange.time.timestamp()
    plain = {**_columns(_NEW), "prefix": exchange.key_prefix, "created": now, "updated": now}
    return {"data": _shown(state, _row(state, exchange.key_prefix) or plain)}


def listed(state: State, exchange: Exchange) -> dict[str, Any]:
    return {"data": [_shown(state, row) for row in state.store.all("select * from keys where not deleted order by id")]}


def create(state: State, exchange: Exchange) -> dict[str, Any]:
    """A new key: 32 hexadecimal digits, the first eight of which no other key has."""
    key = hashlib.sha256(make_id("", f"key:{exchange.seed}").encode()).hexdigest()[:32]
    prefix, now = key[:PREFIX_LENGTH], exchange.time.timestamp()
    state.store.put(
        "keys", prefix=prefix, digest=_digest(key), created=now, updated=now, **_columns({**_NEW, **exchange.body})
    )
    return {"data": {**_shown(state, _existing(state, prefix)), "key": key}}


def change(state: State, exchange: Exchange) -> dict[str, Any]:
    """Change what the body gives. Raises GatewayError 404."""
    row = _existing(state, exchange.parameters["prefix"])
    row = state.store.update("keys", row, updated=exchange.time.timestamp(), **_columns(exchange.body))
    return {"data": _shown(state, row)}


def replace(state: State, exchange: Exchange) -> dict[str, Any]:
    """Set everything; what the body leaves out becomes as in a new key. Raises GatewayError 404."""
    exchange.body = {**_NEW, **exchange.body}
    return change(state, exchange)


def delete(state: State, exchange: Exchange) -> dict[str, Any]:
    """Raises GatewayError 404."""
    row = state.store.update("keys", _existing(state, exchange.parameters["prefix"]), deleted=1)
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
        "monthly_usage": usd(spent(state, row["prefix"], "month", state.now)),
    }


def _columns(body: dict[str, Any]) -> dict[str, Any]:
    """The members of a key's body as the columns of its row."""
    columns: dict[str, Any] = {name: body[name] for name in ("name", "disabled") if name in body}
    if "scopes" in body:
        columns["scopes"] = None if body["scopes"] is None else json.dumps(body["scopes"])
    if "limit" in body:
        limit = as_object(body["limit"])
        threshold = str(limit["threshold"]) if "threshold" in limit else None
        columns.update(threshold=threshold, retention=threshold and limit.get("retention", "no_reset"))
    return columns


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
