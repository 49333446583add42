"""The account's money and calls: what is written down of each call, and what is told of it. Rules over the store."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from ..document.query import Query, Window
from ..faults.errors import GatewayError, Issue, invalid_request
from .prices import CREDITS_PER_USD
from .state import Exchange, State, wire_time
from .store import Row

_EMAIL = "someone@example.com"
_LOW_CREDITS = 1_000_000
_MOST_MODELS = 50


def usd(credits: int) -> float:
    return credits / CREDITS_PER_USD


def billing(state: State) -> dict[str, Any]:
    return {"current_balance": state.balance, "currency": "USD"}


def billing_detail(state: State) -> dict[str, Any]:
    top_up = {"is_enabled": False, "threshold": 5, "amount": 20, "currency": "USD"}
    return {"user_id": 1, "email": _EMAIL, **billing(state), "autotopup_settings": top_up}


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


def transactions(state: State, query: Query) -> dict[str, Any]:
    """One page, the latest first. The cursor names the last entry given, so that new ones do not move it."""
    limit, cursor = query.number("limit", 50), query.text("cursor")
    conditions, values = ["1"], list[Any]()
    for name, sign in (("from", ">="), ("to", "<")):
        point = query.point(name)
        if point is not None:
            conditions.append(f"time {sign} ?")
            values.append(point.timestamp())
    for name in ("direction", "type"):
        if query.text(name) is not None:
            conditions.append(f"{name} = ?")
            values.append(query.text(name))
    if cursor is not None:
        conditions.append("id < ?")
        values.append(_read_cursor(cursor))
    where = " and ".join(conditions)
    rows = state.store.all(f"select * from transactions where {where} order by id desc limit ?", *values, limit + 1)
    page, more = rows[:limit], len(rows) > limit
    return {
        "data": [_transaction(row) for row in page],
        "pagination": {"next_cursor": _write_cursor(page[-1]["id"]) if more else None, "has_more": more},
    }


def _transaction(row: Row) -> dict[str, Any]:
    return {
        "created_at": wire_time(row["time"]),
        "direction": row["direction"],
        "type": row["type"],
        "amount": {"usd": usd(row["credits"]), "credits": row["credits"]},
        "model": row["model"],
        "reference_id": row["reference_id"],
    }


def _write_cursor(identifier: int) -> str:
    return base64.urlsafe_b64encode(json.dumps({"before": identifier}).encode()).decode("ascii")


def _read_cursor(text: str) -> int:
    try:
        before = json.loads(base64.urlsafe_b64decode(text.encode("ascii", "replace")))["before"]
        if isinstance(before, int) and abs(before) < 2**63:
            return before
    except (binascii.Error, ValueError, KeyError, TypeError):
        pass
    raise invalid_request([Issue("cursor", "Expected the next_cursor of an earlier page")])


def logs(state: State, query: Query, window: Window, prefix: str) -> dict[str, Any]:
    """One page, the latest first, counted from the newest entry."""
    limit, offset, models, status = query.number("limit", 50), query.number("offset", 0), query.words("model"), None
    if len(models) > _MOST_MODELS:
        raise invalid_request([Issue("model", f"Expected at most {_MOST_MODELS} models")])
    status = query.text("status")
    where = "key_prefix = ? and time >= ? and time < ?"
    values: list[Any] = [prefix, window.start.timestamp(), window.end.timestamp()]
    if models:
        where += f" and model in ({', '.join('?' * len(models))})"
        values += models
    if status is not None:
        where, values = f"{where} and status = ?", [*values, status]
    counted = state.store.one(f"select count(*) as total from logs where {where}", *values)
    total = counted["total"] if counted else 0
    offset = min(offset, 2**62)
    rows = state.store.all(
        f"select * from logs where {where} order by id desc limit ? offset ?", *values, limit, offset
    )
    more = offset + len(rows) < total
    return {
        "data": [_log(row) for row in rows],
        "pagination": {"limit": limit, "offset": offset, "total": total, "has_more": more},
    }


def _log(row: Row) -> dict[str, Any]:
    return {
        "created": wire_time(row["time"]),
        "status": row["status"],
        "origin": "api",
        "model": row["model"],
        "cost": {"usd": usd(row["credits"]), "credits": row["credits"]},
        "tokens": _tokens([row]),
        "request_id": row["request_id"],
        "inference_id": row["inference_id"],
        "client_request_id": row["client_request_id"],
    }


def usage(state: State, window: Window, prefix: str) -> dict[str, Any]:
    rows = _calls(state, window, prefix)
    return {
        "api_key_prefix": prefix,
        "start": wire_time(window.start.timestamp()),
        "end": wire_time(window.end.timestamp()),
        "spend": usd(sum(row["credits"] for row in rows)),
        "currency": "USD",
        "requests": len(rows),
    }


def usage_detail(state: State, query: Query, window: Window, prefix: str) -> dict[str, Any]:
    zone = query.zone("tz")
    rows = _calls(state, window, prefix)
    by_model = _grouped(rows, lambda row: (row["model"],))
    detail = {
        **usage(state, window, prefix),
        "models": [
            {"model": model, "spend": usd(sum(row["credits"] for row in part)), "requests": len(part)}
            for (model,), part in by_model
        ],
    }
    grouping = query.text("group_by")
    if grouping is not None:
        names = grouping.split(",")

        def label(row: Row) -> tuple[str, ...]:
            day = datetime.fromtimestamp(row["time"], zone).date().isoformat()
            return tuple(day if name == "day" else row["model"] for name in names)

        detail["groups"] = [
            {**dict(zip(names, labels, strict=True)), **_group(part)} for labels, part in _grouped(rows, label)
        ]
    return detail


def _group(rows: list[Row]) -> dict[str, Any]:
    succeeded = sum(row["status"] == "succeeded" for row in rows)
    return {
        "spend": usd(sum(row["credits"] for row in rows)),
        "tokens": _tokens(rows),
        "requests": {
            "total": len(rows),
            "charged": sum(row["credits"] > 0 for row in rows),
            "succeeded": succeeded,
            "failed": len(rows) - succeeded,
        },
    }


def _tokens(rows: list[Row]) -> dict[str, int]:
    given, written = sum(row["input"] for row in rows), sum(row["output"] for row in rows)
    return {"input": given, "output": written, "total": given + written}


def _grouped(rows: Iterable[Row], label: Callable[[Row], tuple[str, ...]]) -> list[tuple[tuple[str, ...], list[Row]]]:
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(label(row), []).append(row)
    return sorted(groups.items())


def _calls(state: State, window: Window, prefix: str) -> list[Row]:
    return state.store.all(
        "select * from logs where key_prefix = ? and time >= ? and time < ? order by id",
        prefix,
        window.start.timestamp(),
        window.end.timestamp(),
    )


def spent_since(state: State, prefix: str, since: datetime) -> int:
    """The credits that a key has spent since then."""
    row = state.store.one(
        "select sum(credits) as spent from logs where key_prefix = ? and time >= ?", prefix, since.timestamp()
    )
    spent: int | None = row["spent"] if row else None
    return spent or 0


def begin_of(retention: str, now: datetime) -> datetime:
    """When the count of a limit began: midnight in UTC, of today, of Monday, or of the month's first day."""
    today = datetime(now.year, now.month, now.day, tzinfo=UTC)
    match retention:
        case "day":
            return today
        case "week":
            return today - timedelta(days=today.weekday())
        case "month":
            return today.replace(day=1)
        case _:
            return datetime(1970, 1, 1, tzinfo=UTC)


def check_foreign(query: Query, own: str, *, management: bool) -> str:
    """The prefix of the key whose calls are asked for. Raises GatewayError 403 when that is another's."""
    asked = query.text("key_prefix")
    if asked is not None and asked != own and not management:
        raise GatewayError(403, "This key may see its own calls alone.")
    return asked or own
