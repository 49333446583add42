"""The calls of the account and of keys: paths, queries, bodies, and what is made of the answers. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from ..core import json as _json
from ..core.arguments import shown
from ..core.datetimes import When, check_window, check_zone, wire_time
from ..core.errors import InvalidRequestError
from ..core.types import NOT_GIVEN, NotGiven
from ..message.request import QueryValue, RequestOptions
from .asking import Ask, ask, id_in_path, read_value

if TYPE_CHECKING:
    from .account_values import AccountDetail, Balance, CreditBalance, KeyInfo, KeyLimit, NewKey, Usage

__all__ = [
    "KEYS_PATH",
    "balance_ask",
    "credits_ask",
    "current_key_ask",
    "delete_key_ask",
    "detail_ask",
    "list_keys_ask",
    "new_key_ask",
    "update_key_ask",
    "usage_ask",
    "window",
]

KEYS_PATH: Final = "/v1/keys"
_GROUPINGS: Final = ("day", "model", "day,model")
_RETENTIONS: Final = ("no_reset", "day", "week", "month")


def balance_ask(options: RequestOptions) -> Ask[Balance]:
    from aimlapi_client.models import BillingSummary  # noqa: PLC0415 (models load when they are needed)

    from .account_values import Balance  # noqa: PLC0415

    return ask("GET", "/v2/billing", lambda head, body: read_value(head, body, BillingSummary, Balance.of), options)


def credits_ask(options: RequestOptions) -> Ask[CreditBalance]:
    from aimlapi_client.models import Balance as Wire  # noqa: PLC0415 (models load when they are needed)

    from .account_values import CreditBalance  # noqa: PLC0415

    path = "/v1/billing/balance"
    return ask("GET", path, lambda head, body: read_value(head, body, Wire, CreditBalance.of), options)


def detail_ask(options: RequestOptions) -> Ask[AccountDetail]:
    from aimlapi_client.models import BillingDetail  # noqa: PLC0415 (models load when they are needed)

    from .account_values import AccountDetail  # noqa: PLC0415

    path = "/v2/billing/detail"
    return ask("GET", path, lambda head, body: read_value(head, body, BillingDetail, AccountDetail.of), options)


def window(period: str | None, start: When | None, end: When | None, key_prefix: str | None) -> dict[str, QueryValue]:
    """The members of a query that choose the time and the key. Raises InvalidRequestError."""
    begins, ends = wire_time("start", start), wire_time("end", end)
    check_window(period, begins, ends)
    return {"period": period, "start": begins, "end": ends, "key_prefix": key_prefix}


def usage_ask(
    chosen: Mapping[str, QueryValue], group_by: str | None, tz: str | None, options: RequestOptions
) -> Ask[Usage]:
    """The plain sum, or with a grouping the detail."""
    from aimlapi_client.models import UsageDetail, UsageSummary  # noqa: PLC0415 (models load when they are needed)

    from .account_values import Usage  # noqa: PLC0415

    if group_by is None:
        if tz is not None:
            raise InvalidRequestError("tz says where a day begins, and nothing is grouped by day. Give group_by too.")
        summary = UsageSummary
        return ask(
            "GET", "/v2/usage", lambda head, body: read_value(head, body, summary, Usage.of), options, query=chosen
        )
    if group_by not in _GROUPINGS:
        raise InvalidRequestError(f"group_by is {group_by!r}. Give one of {', '.join(map(repr, _GROUPINGS))}.")
    check_zone(tz)
    query = {**chosen, "group_by": group_by, "tz": tz}
    return ask(
        "GET",
        "/v2/usage/detail",
        lambda head, body: read_value(head, body, UsageDetail, Usage.of),
        options,
        query=query,
    )


def current_key_ask(options: RequestOptions) -> Ask[KeyInfo]:
    return _key_ask("GET", "/v1/key", options)


def list_keys_ask(options: RequestOptions) -> Ask[list[KeyInfo]]:
    from aimlapi_client.models import KeyList  # noqa: PLC0415 (models load when they are needed)

    from ..core.values import each  # noqa: PLC0415
    from .account_values import KeyInfo  # noqa: PLC0415

    def read(wire: KeyList) -> list[KeyInfo]:
        return list(each(wire.data, KeyInfo.of))

    return ask("GET", KEYS_PATH, lambda head, body: read_value(head, body, KeyList, read), options)


def new_key_ask(
    name: str | None, limit: KeyLimit | None, scopes: Sequence[str] | None, options: RequestOptions
) -> Ask[NewKey]:
    from aimlapi_client.models import CreatedKeyEnvelope  # noqa: PLC0415 (models load when they are needed)

    from .account_values import NewKey  # noqa: PLC0415

    def read(wire: CreatedKeyEnvelope) -> NewKey:
        return NewKey.of(wire.data)

    members = {"name": name, "limit": _limit(limit), "scopes": _scopes(scopes)}
    return ask(
        "POST",
        KEYS_PATH,
        lambda head, body: read_value(head, body, CreatedKeyEnvelope, read, secret=True),
        options,
        body=_json.dumps({member: value for member, value in members.items() if value is not None}),
        effect="lasting",
    )


def update_key_ask(
    method: str,
    prefix: str,
    name: str | NotGiven | None,
    disabled: bool | NotGiven,
    limit: KeyLimit | NotGiven | None,
    scopes: Sequence[str] | NotGiven | None,
    options: RequestOptions,
) -> Ask[KeyInfo]:
    """PATCH changes what is given, PUT sets all; both leave the key as they say however often they are sent."""
    members: dict[str, Any] = {"name": name, "disabled": disabled}
    members["limit"] = limit if isinstance(limit, NotGiven) else _limit(limit)
    members["scopes"] = scopes if isinstance(scopes, NotGiven) else _scopes(scopes)
    body = {member: value for member, value in members.items() if value is not NOT_GIVEN}
    if not body:
        raise InvalidRequestError("Nothing is given that the key could be changed to.")
    return _key_ask(method, f"{KEYS_PATH}/{id_in_path('prefix', prefix)}", options, body=_json.dumps(body))


def delete_key_ask(prefix: str, options: RequestOptions) -> Ask[bool]:
    from aimlapi_client.models import DeletedKeyEnvelope  # noqa: PLC0415 (models load when they are needed)

    from ..core.values import flag  # noqa: PLC0415

    def read(wire: DeletedKeyEnvelope) -> bool:
        return flag(wire.data.deleted)

    path = f"{KEYS_PATH}/{id_in_path('prefix', prefix)}"
    # Sent again after it has worked, it would be refused, and the caller would believe that it had failed.
    return ask(
        "DELETE", path, lambda head, body: read_value(head, body, DeletedKeyEnvelope, read), options, effect="lasting"
    )


def _key_ask(method: str, path: str, options: RequestOptions, body: bytes | None = None) -> Ask[KeyInfo]:
    from aimlapi_client.models import KeyEnvelope  # noqa: PLC0415 (models load when they are needed)

    from .account_values import KeyInfo  # noqa: PLC0415

    def read(wire: KeyEnvelope) -> KeyInfo:
        return KeyInfo.of(wire.data)

    return ask(method, path, lambda head, body: read_value(head, body, KeyEnvelope, read), options, body=body)


def _limit(limit: object) -> dict[str, Any] | None:
    from ..core.values import amount  # noqa: PLC0415
    from .account_values import KeyLimit  # noqa: PLC0415 (models load when they are needed)

    if limit is None:
        return None
    if not isinstance(limit, KeyLimit):
        raise InvalidRequestError(f"limit is a {type(limit).__name__}. Give a KeyLimit, or None for no limit.")
    try:
        threshold = amount(limit.threshold)
    except (TypeError, ValueError, ArithmeticError):
        threshold = Decimal(-1)
    if threshold < 0:
        raise InvalidRequestError(f"The limit's threshold is {shown(limit.threshold)}. Give US dollars, 0 or more.")
    if limit.retention not in _RETENTIONS:
        raise InvalidRequestError(
            f"The limit's retention is {limit.retention!r}. Give one of {', '.join(map(repr, _RETENTIONS))}."
        )
    return {"retention": limit.retention, "threshold": float(threshold)}


def _scopes(scopes: object) -> list[str] | None:
    if scopes is None:
        return None
    if isinstance(scopes, str) or not isinstance(scopes, Sequence):
        raise InvalidRequestError("scopes is no list. Give a list such as ['model:chat'], or None for everything.")
    return [str(scope) for scope in scopes]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
