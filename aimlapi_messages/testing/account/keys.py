"""Keys: authentication, scopes and spending limits, and the operations of management keys.

Any key is accepted, with these exceptions: keys starting with `invalid` are rejected, keys starting with `broke` have
no funds, and keys starting with `manage` are management keys. The scopes, the limit and the disabled state of keys
created here are enforced; only their hash is stored.
"""

from __future__ import annotations

import hashlib
import json
from fractions import Fraction
from typing import Any

from ..document.json_values import as_object
from ..faults.errors import BILLING_URL, KEYS_URL, GatewayError
from ..model.answers import make_id
from .ledger import spent
from .prices import CREDITS_PER_USD, usd
from .state import PREFIX_LENGTH, Exchange, State, wire_time
from .store import Row

_SCOPE = "model:chat"
_DEFAULTS: dict[str, Any] = {"name": None, "disabled": False, "scopes": None, "limit": None}


def authenticate(state: State, exchange: Exchange) -> None:
    """Raise GatewayError 401 or 403 for a missing or rejected key."""
    key = exchange.key
    if not key:
        raise GatewayError(401, f"The request has no API key. Keys: {KEYS_URL}")
    if key.startswith("invalid"):
        raise GatewayError(401)
    if key.startswith("broke"):
        raise GatewayError(403)
    row = _row(state, exchange.key_prefix)
    if row is not None and row["digest"] == _digest(key) and (row["deleted"] or _settings(row)["disabled"]):
        raise GatewayError(401)


def check_call(state: State, exchange: Exchange) -> None:
    """Check that a key may make a paid call. Raises GatewayError 403."""
    row = _row(state, exchange.key_prefix)
    settings = _DEFAULTS if row is None else _settings(row)
    if settings["scopes"] is not None and _SCOPE not in settings["scopes"]:
        raise GatewayError(403, f"This key lacks the scope {_SCOPE}.")
    if limit := settings["limit"]:
        so_far = spent(state, exchange.key_prefix, limit["retention"], exchange.time)
        if so_far >= Fraction(str(limit["threshold"])) * CREDITS_PER_USD:
            raise GatewayError(403, f"This key has used up its limit of {limit['threshold']} USD of the balance.")
    if state.credits <= 0:
        raise GatewayError(403, f"Your account is out of funds. Top it up at {BILLING_URL}")


def retrieve_current(state: State, exchange: Exchange) -> dict[str, Any]:
    """The caller's key; a key that was not created here has the default settings."""
    now = exchange.time.timestamp()
    default = {"settings": json.dumps(_DEFAULTS), "prefix": exchange.key_prefix, "created": now, "updated": now}
    return {"data": _to_wire(state, _row(state, exchange.key_prefix) or default)}


def list_all(state: State, exchange: Exchange) -> dict[str, Any]:
    return {
        "data": [_to_wire(state, row) for row in state.store.all("select * from keys where not deleted order by id")]
    }


def create(state: State, exchange: Exchange) -> dict[str, Any]:
    """Create a key of 32 hexadecimal digits, of which the first eight are unique."""
    key = hashlib.sha256(make_id("", f"key:{exchange.seed}").encode()).hexdigest()[:32]
    prefix, now = key[:PREFIX_LENGTH], exchange.time.timestamp()
    settings = _merge(_DEFAULTS, exchange.body)
    state.store.put("keys", prefix=prefix, digest=_digest(key), settings=settings, created=now, updated=now)
    return {"data": {**_to_wire(state, _existing(state, prefix)), "key": key}}


def update(state: State, exchange: Exchange) -> dict[str, Any]:
    """Update the settings in the body. Raises GatewayError 404."""
    row = _existing(state, exchange.parameters["prefix"])
    settings = _merge(_settings(row), exchange.body)
    row = state.store.update("keys", row, updated=exchange.time.timestamp(), settings=settings)
    return {"data": _to_wire(state, row)}


def replace(state: State, exchange: Exchange) -> dict[str, Any]:
    """Replace all settings; those not in the body get their defaults. Raises GatewayError 404."""
    exchange.body = {**_DEFAULTS, **exchange.body}
    return update(state, exchange)


def delete(state: State, exchange: Exchange) -> dict[str, Any]:
    """Delete a key. Raises GatewayError 404."""
    row = state.store.update("keys", _existing(state, exchange.parameters["prefix"]), deleted=1)
    return {"data": {"prefix": row["prefix"], "deleted": True}}


def _row(state: State, prefix: str) -> Row | None:
    return state.store.one("select * from keys where prefix = ?", prefix)


def _existing(state: State, prefix: str) -> Row:
    row = _row(state, prefix)
    if row is None or row["deleted"]:
        raise GatewayError(404, "The account has no key with this prefix.")
    return row


def _to_wire(state: State, row: Row) -> dict[str, Any]:
    return {
        **_settings(row),
        "prefix": row["prefix"],
        "created_at": wire_time(row["created"]),
        "updated_at": wire_time(row["updated"]),
        "monthly_usage": usd(spent(state, row["prefix"], "month", state.now)),
    }


def _settings(row: Row) -> dict[str, Any]:
    return as_object(json.loads(row["settings"]))


def _merge(settings: dict[str, Any], body: dict[str, Any]) -> str:
    """The settings with those in a body, as stored."""
    merged = {**settings, **{name: body[name] for name in settings if name in body}}
    if merged["limit"]:
        merged["limit"] = {"retention": "no_reset", **merged["limit"]}
    return json.dumps(merged)


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
