"""The operations of billing, usage and logs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from ..faults.errors import GatewayError, Issue, invalid_request
from .prices import account_name, usd
from .state import Exchange, State, wire_time
from .store import Row

_LOW_CREDITS = 1_000_000
_MOST_MODELS = 50


def billing(state: State, exchange: Exchange) -> dict[str, Any]:
    return {"current_balance": usd(state.credits), "currency": "USD"}


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
    """One page, newest first. The cursor is the id of the last entry, so that new entries do not shift the pages."""
    if exchange.is_management:
        raise GatewayError(403, "A management key cannot read transactions.")
    query = exchange.query
    limit, start, end = query.number("limit", 50), query.time("from"), query.time("to")
    cursor = query.text("cursor")
    if cursor is not None and not re.fullmatch(r"\d{1,18}", cursor, re.ASCII):
        raise invalid_request([Issue("cursor", "Expected the next_cursor of an earlier page")])
    where, values = _where(
        {
            "time >= ?": start and start.timestamp(),
            "time < ?": end and end.timestamp(),
            "direction = ?": query.text("direction"),
            "type = ?": query.text("type"),
            "id < ?": cursor and int(cursor),
        }
    )
    rows = state.store.all(f"select * from transactions {where} order by id desc limit ?", *values, limit + 1)
    page, more = rows[:limit], len(rows) > limit
    pagination = {"next_cursor": str(page[-1]["id"]) if more else None, "has_more": more}
    return {"data": [_transaction(row) for row in page], "pagination": pagination}


def _transaction(row: Row) -> dict[str, Any]:
    same = {name: row[name] for name in ("direction", "type", "model", "reference_id")}
    return {"created_at": wire_time(row["time"]), "amount": _amount(row), **same}


def _amount(row: Row) -> dict[str, float]:
    return {"usd": usd(row["credits"]), "credits": row["credits"]}


def logs(state: State, exchange: Exchange) -> dict[str, Any]:
    """One page, newest first; the offset counts from the newest entry."""
    query = exchange.query
    limit, offset, models = query.number("limit", 50), min(query.number("offset", 0), 2**62), query.words("model")
    if len(models) > _MOST_MODELS:
        raise invalid_request([Issue("model", f"Expected at most {_MOST_MODELS} models")])
    where, values = _where(
        {
            **_calls(query.window(state.now), _requested_prefix(exchange)),
            "model in (select value from json_each(?))": json.dumps([*map(account_name, models)]) if models else None,
            "status = ?": query.text("status"),
        }
    )
    total = state.store.count(f"logs {where}", *values)
    rows = state.store.all(f"select * from logs {where} order by id desc limit ? offset ?", *values, limit, offset)
    more = offset + len(rows) < total
    return {
        "data": [_log(row) for row in rows],
        "pagination": {"limit": limit, "offset": offset, "total": total, "has_more": more},
    }


def _log(row: Row) -> dict[str, Any]:
    same = {name: row[name] for name in ("status", "model", "request_id", "inference_id", "client_request_id")}
    return {"created": wire_time(row["time"]), "origin": "api", "cost": _amount(row), "tokens": _tokens([row]), **same}


def usage(state: State, exchange: Exchange) -> dict[str, Any]:
    """The spend of a window."""
    return _usage(state, exchange)[0]


def usage_detail(state: State, exchange: Exchange) -> dict[str, Any]:
    """The spend of a window, by model and by the names in `group_by`."""
    report, rows = _usage(state, exchange)
    zone = exchange.query.zone("tz")
    names = (exchange.query.text("group_by") or "").split(",")

    def label(row: Row) -> tuple[str, ...]:
        day = datetime.fromtimestamp(row["time"], zone).date().isoformat()
        return tuple(day if name == "day" else row["model"] for name in names)

    by_model = _grouped(rows, lambda row: (row["model"],))
    report["models"] = [{"model": model, "spend": _spend(part), "requests": len(part)} for (model,), part in by_model]
    if names != [""]:
        report["groups"] = [
            {**dict(zip(names, labels, strict=True)), **_group(part)} for labels, part in _grouped(rows, label)
        ]
    return report


def _usage(state: State, exchange: Exchange) -> tuple[dict[str, Any], list[Row]]:
    prefix, window = _requested_prefix(exchange), exchange.query.window(state.now)
    where, values = _where(_calls(window, prefix))
    rows = state.store.all(f"select * from logs {where} order by id", *values)
    report: dict[str, Any] = {
        "api_key_prefix": prefix,
        "start": wire_time(window[0]),
        "end": wire_time(window[1]),
        "spend": _spend(rows),
        "currency": "USD",
        "requests": len(rows),
    }
    return report, rows


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
    read, written = sum(row["input"] for row in rows), sum(row["output"] for row in rows)
    return {"input": read, "output": written, "total": read + written}


def _grouped(rows: list[Row], label: Callable[[Row], tuple[str, ...]]) -> list[tuple[tuple[str, ...], list[Row]]]:
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(label(row), []).append(row)
    return sorted(groups.items())


def _calls(window: tuple[float, float], prefix: str) -> dict[str, Any]:
    """The conditions for the calls of a key in a window."""
    return {"key_prefix = ?": prefix, "time >= ?": window[0], "time < ?": window[1]}


def _where(conditions: dict[str, Any]) -> tuple[str, list[Any]]:
    """A where clause of the conditions whose value is not None, and these values."""
    given = {condition: value for condition, value in conditions.items() if value is not None}
    return f"where {' and '.join(['1', *given])}", list(given.values())


def _requested_prefix(exchange: Exchange) -> str:
    """The prefix of the key whose calls are requested. Raises GatewayError 403 for another key's calls."""
    asked = exchange.query.text("key_prefix") or exchange.key_prefix
    if asked != exchange.key_prefix and not exchange.is_management:
        raise GatewayError(403, "This key may only read its own calls.")
    return asked


def spent(state: State, prefix: str, retention: str, now: datetime) -> int:
    """The credits that a key has spent in the current day, week or month in UTC, or ever."""
    today = datetime(now.year, now.month, now.day, tzinfo=UTC)
    begins = {"day": today, "week": today - timedelta(days=today.weekday()), "month": today.replace(day=1)}
    since = begins[retention].timestamp() if retention in begins else 0
    return state.store.count("logs where key_prefix = ? and time >= ?", prefix, since, what="sum(credits)")
