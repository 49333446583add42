"""The account's money and calls, as the operations of billing, usage and logs report them."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from ..faults.errors import GatewayError, Issue, invalid_request
from .prices import usd
from .state import Exchange, State, wire_time
from .store import Row

_LOW_CREDITS = 1_000_000
_MOST_MODELS = 50


def billing(state: State, exchange: Exchange) -> dict[str, Any]:
    return {"current_balance": state.balance, "currency": "USD"}


def billing_detail(state: State, exchange: Exchange) -> dict[str, Any]:
    top_up = {"is_enabled": False, "threshold": 5, "amount": 20, "currency": "USD"}
    return {"user_id": 1, "email": "someone@example.com", **billing(state, exchange), "autotopup_settings": top_up}


def credit_balance(state: State, exchange: Exchange) -> dict[str, Any]:
    low = state.credits < _LOW_CREDITS
    return {
        "balance": state.credits,
        "lowBalance": low,
        "lowBalanceThreshold": _LOW_CREDITS,
        "lastUpdated": exchange.timestamp,
        "autoDebitStatus": "disabled",
        "status": "low" if low else "current",
        "statusExplanation": "The balance is low." if low else "The balance is up to date.",
    }


def transactions(state: State, exchange: Exchange) -> dict[str, Any]:
    """One page, the latest first. The cursor names the last entry given, so that new ones do not move it."""
    if exchange.manages:
        raise GatewayError(403, "A management key may not see transactions.")
    query = exchange.query
    limit, cursor, start, end = query.number("limit", 50), query.text("cursor"), query.point("from"), query.point("to")
    conditions = {
        "time >= ?": start and start.timestamp(),
        "time < ?": end and end.timestamp(),
        "direction = ?": query.text("direction"),
        "type = ?": query.text("type"),
        "id < ?": None if cursor is None else _read_cursor(cursor),
    }
    given = {condition: value for condition, value in conditions.items() if value is not None}
    where = " and ".join(["1", *given])
    rows = state.store.all(
        f"select * from transactions where {where} order by id desc limit ?", *given.values(), limit + 1
    )
    page, more = rows[:limit], len(rows) > limit
    cursor = base64.urlsafe_b64encode(json.dumps({"before": page[-1]["id"]}).encode()).decode("ascii") if more else None
    return {"data": [_transaction(row) for row in page], "pagination": {"next_cursor": cursor, "has_more": more}}


def _transaction(row: Row) -> dict[str, Any]:
    same = {name: row[name] for name in ("direction", "type", "model", "reference_id")}
    return {"created_at": wire_time(row["time"]), "amount": _amount(row), **same}


def _amount(row: Row) -> dict[str, float]:
    return {"usd": usd(row["credits"]), "credits": row["credits"]}


def _read_cursor(text: str) -> int:
    try:
        before = json.loads(base64.urlsafe_b64decode(text.encode("ascii", "replace")))["before"]
        if isinstance(before, int) and abs(before) < 2**63:
            return before
    except (binascii.Error, ValueError, KeyError, TypeError):
        pass
    raise invalid_request([Issue("cursor", "Expected the next_cursor of an earlier page")])


def logs(state: State, exchange: Exchange) -> dict[str, Any]:
    """One page, the latest first, counted from the newest entry."""
    query = exchange.query
    limit, offset, models = query.number("limit", 50), min(query.number("offset", 0), 2**62), query.words("model")
    if len(models) > _MOST_MODELS:
        raise invalid_request([Issue("model", f"Expected at most {_MOST_MODELS} models")])
    status = query.text("status")
    where, values = _calls(query.window(state.now), _prefix_asked(exchange))
    if models:
        where += f" and model in ({', '.join('?' * len(models))})"
        values += models
    if status is not None:
        where += " and status = ?"
        values.append(status)
    total = state.store.count(where, *values)
    rows = state.store.all(f"select * from {where} order by id desc limit ? offset ?", *values, limit, offset)
    more = offset + len(rows) < total
    return {
        "data": [_log(row) for row in rows],
        "pagination": {"limit": limit, "offset": offset, "total": total, "has_more": more},
    }


def _log(row: Row) -> dict[str, Any]:
    same = {name: row[name] for name in ("status", "model", "request_id", "inference_id", "client_request_id")}
    told = {"created": wire_time(row["time"]), "origin": "api", "cost": _amount(row), "tokens": _tokens([row])}
    return {**told, **same}


def usage(state: State, exchange: Exchange) -> dict[str, Any]:
    """What was spent in the window that is asked for."""
    return _usage(state, exchange)[0]


def usage_detail(state: State, exchange: Exchange) -> dict[str, Any]:
    """The same, by model and by what `group_by` names."""
    told, rows = _usage(state, exchange)
    zone = exchange.query.zone("tz")
    names = (exchange.query.text("group_by") or "").split(",")

    def label(row: Row) -> tuple[str, ...]:
        day = datetime.fromtimestamp(row["time"], zone).date().isoformat()
        return tuple(day if name == "day" else row["model"] for name in names)

    by_model = _grouped(rows, lambda row: (row["model"],))
    told["models"] = [{"model": model, "spend": _spend(part), "requests": len(part)} for (model,), part in by_model]
    if names != [""]:
        told["groups"] = [
            {**dict(zip(names, labels, strict=True)), **_group(part)} for labels, part in _grouped(rows, label)
        ]
    return told


def _usage(state: State, exchange: Exchange) -> tuple[dict[str, Any], list[Row]]:
    prefix, window = _prefix_asked(exchange), exchange.query.window(state.now)
    where, values = _calls(window, prefix)
    rows = state.store.all(f"select * from {where} order by id", *values)
    told: dict[str, Any] = {
        "api_key_prefix": prefix,
        "start": wire_time(window[0]),
        "end": wire_time(window[1]),
        "spend": _spend(rows),
        "currency": "USD",
        "requests": len(rows),
    }
    return told, rows


def _group(rows: list[Row]) -> dict[str, Any]:
    succeeded = sum(row["status"] == "succeeded" for row in rows)
    return {
        "spend": _spend(rows),
        "tokens": _tokens(rows),
        "requests": {
            "total": len(rows),
            "charged": sum(row["credits"] > 0 for row in rows),
            "succeeded": succeeded,
            "failed": len(rows) - succeeded,
        },
    }


def _spend(rows: list[Row]) -> float:
    return usd(sum(row["credits"] for row in rows))


def _tokens(rows: list[Row]) -> dict[str, int]:
    given, written = sum(row["input"] for row in rows), sum(row["output"] for row in rows)
    return {"input": given, "output": written, "total": given + written}


def _grouped(rows: list[Row], label: Callable[[Row], tuple[str, ...]]) -> list[tuple[tuple[str, ...], list[Row]]]:
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(label(row), []).append(row)
    return sorted(groups.items())


def _calls(window: tuple[float, float], prefix: str) -> tuple[str, list[Any]]:
    """The calls of a key in a window: a table with a condition, and the condition's values."""
    return "logs where key_prefix = ? and time >= ? and time < ?", [prefix, *window]


def _prefix_asked(exchange: Exchange) -> str:
    """The prefix of the key whose calls are asked for. Raises GatewayError 403 when that is another's."""
    asked = exchange.query.text("key_prefix") or exchange.key_prefix
    if asked != exchange.key_prefix and not exchange.manages:
        raise GatewayError(403, "This key may see its own calls alone.")
    return asked


def spent(state: State, prefix: str, retention: str, now: datetime) -> int:
    """The credits that a key has spent of its limit for the day, the week or the month, in UTC."""
    today = datetime(now.year, now.month, now.day, tzinfo=UTC)
    begins = {"day": today, "week": today - timedelta(days=today.weekday()), "month": today.replace(day=1)}
    since = begins[retention].timestamp() if retention in begins else 0
    return state.store.count("logs where key_prefix = ? and time >= ?", prefix, since, what="sum(credits)")
