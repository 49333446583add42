"""The listings of the account: how a page of transactions or logs is asked for and read. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from ..core.datetimes import When, wire_time
from ..core.errors import InvalidRequestError
from ..message.request import QueryValue, RequestOptions
from .account_asks import window
from .asking import Ask, ask, read_value
from .pages import Page, PageWalk, check_page_size

if TYPE_CHECKING:
    from .account_values import LogEntry, Transaction

__all__ = ["log_walk", "transaction_walk"]

_MOST_MODELS: Final = 50


def transaction_walk(
    start: When | None,
    end: When | None,
    direction: str | None,
    kind: str | None,
    page_size: int,
    cursor: str | None,
    options: RequestOptions,
) -> PageWalk[Transaction]:
    from aimlapi_client.models import TransactionPage  # noqa: PLC0415 (models load when they are needed)

    from ..core.values import each, flag, optional, text  # noqa: PLC0415
    from .account_values import Transaction  # noqa: PLC0415

    check_page_size(page_size)
    chosen: dict[str, QueryValue] = {
        "from": wire_time("start", start),
        "to": wire_time("end", end),
        "direction": direction,
        "type": kind,
        "limit": page_size,
    }

    def read(wire: TransactionPage) -> Page[Transaction]:
        following = optional(wire.pagination.next_cursor, text) if flag(wire.pagination.has_more) else None
        return Page(each(wire.data, Transaction.of), None if following is None else {"cursor": following})

    def make(place: dict[str, QueryValue]) -> Ask[Page[Transaction]]:
        path, query = "/v2/billing/transactions", {**chosen, **place}
        return ask("GET", path, lambda head, body: read_value(head, body, TransactionPage, read), options, query=query)

    return PageWalk(make, first=None if cursor is None else {"cursor": cursor})


def log_walk(
    period: str | None,
    start: When | None,
    end: When | None,
    key_prefix: str | None,
    models: str | Sequence[str] | None,
    status: str | None,
    page_size: int,
    options: RequestOptions,
) -> PageWalk[LogEntry]:
    from aimlapi_client.models import LogPage  # noqa: PLC0415 (models load when they are needed)

    from ..core.values import each, flag, whole  # noqa: PLC0415
    from .account_values import LogEntry  # noqa: PLC0415

    check_page_size(page_size)
    names = [models] if isinstance(models, str) else list(models or ())
    if len(names) > _MOST_MODELS:
        raise InvalidRequestError(f"{len(names)} models are given, and the gateway takes {_MOST_MODELS}. Ask twice.")
    chosen: dict[str, QueryValue | Sequence[str]] = {
        **window(period, start, end, key_prefix),
        "model": names,
        "status": status,
        "limit": page_size,
    }

    def read(wire: LogPage) -> Page[LogEntry]:
        entries, place = each(wire.data, LogEntry.of), wire.pagination
        more = flag(place.has_more) and bool(entries)
        return Page(entries, {"offset": whole(place.offset) + len(entries)} if more else None)

    def make(place: dict[str, QueryValue]) -> Ask[Page[LogEntry]]:
        query = {**chosen, **place}
        return ask("GET", "/v2/logs", lambda head, body: read_value(head, body, LogPage, read), options, query=query)

    return PageWalk(make, identity=lambda entry: entry.inference_id)
