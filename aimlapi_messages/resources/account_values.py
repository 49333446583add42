"""What the account's methods give: frozen values with exact money and aware times. Made from the generated models."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, TypeVar

from aimlapi_client import models
from aimlapi_client.models import UsageDetail, UsageSummary

from ..core.config import Key
from ..core.cost import CREDITS_PER_USD
from ..core.values import amount, day, each, flag, optional, point, text, whole

__all__ = [
    "AccountDetail",
    "AutoTopUp",
    "Balance",
    "CreditBalance",
    "KeyInfo",
    "KeyLimit",
    "LogEntry",
    "NewKey",
    "Tokens",
    "Transaction",
    "Usage",
    "UsageGroup",
]

_CURRENCY: Final = "USD"
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Balance:
    """What is left. `amount` is in `currency`, US dollars so far."""

    amount: Decimal
    currency: str

    @classmethod
    def of(cls, wire: models.BillingSummary) -> Balance:
        return cls(amount(wire.current_balance), text(wire.currency))


@dataclass(frozen=True, slots=True)
class CreditBalance:
    """What is left, in credits of which 2,000,000 are a US dollar, with the state of the account.

    low: whether it is below `low_threshold`, which is in credits too.
    """

    credits: Decimal
    low: bool | None
    low_threshold: Decimal | None
    updated_at: datetime | None
    auto_debit_status: str | None
    status: str | None
    status_explanation: str | None

    @property
    def usd(self) -> Decimal:
        return self.credits / CREDITS_PER_USD

    @classmethod
    def of(cls, wire: models.Balance) -> CreditBalance:
        return cls(
            credits=amount(wire.balance),
            low=optional(wire.low_balance, flag),
            low_threshold=optional(wire.low_balance_threshold, amount),
            updated_at=optional(wire.last_updated, point),
            auto_debit_status=optional(wire.auto_debit_status, text),
            status=optional(wire.status, text),
            status_explanation=optional(wire.status_explanation, text),
        )


@dataclass(frozen=True, slots=True)
class AutoTopUp:
    """Whether the account is topped up by itself: by `amount`, once it is below `threshold`."""

    enabled: bool
    threshold: Decimal | None
    amount: Decimal | None
    currency: str


@dataclass(frozen=True, slots=True)
class AccountDetail:
    """The balance with the account that it belongs to. `auto_top_up` is None where it was never set."""

    user_id: str
    email: str
    amount: Decimal
    currency: str
    auto_top_up: AutoTopUp | None

    @classmethod
    def of(cls, wire: models.BillingDetail) -> AccountDetail:
        return cls(
            user_id=str(wire.user_id),
            email=text(wire.email),
            amount=amount(wire.current_balance),
            currency=text(wire.currency),
            auto_top_up=optional(wire.autotopup_settings, _auto_top_up),
        )


def _auto_top_up(wire: models.AutoTopUp) -> AutoTopUp:
    return AutoTopUp(
        enabled=optional(wire.is_enabled, flag) or False,
        threshold=optional(wire.threshold, amount),
        amount=optional(wire.amount, amount),
        currency=optional(wire.currency, text) or _CURRENCY,
    )


@dataclass(frozen=True, slots=True)
class Transaction:
    """One movement of money.

    direction: "TOPUP" or "CHARGE". type: "PAYMENT", "BONUS", "REFUND", "ADJUSTMENT", "MODEL_USAGE",
    "CREDITS_EXPIRED" or "INIT"; new words may come.
    reference_id: of a charge, the `inference_id` of the message and of its log entry.
    """

    created_at: datetime
    direction: str
    type: str
    usd: Decimal
    credits: Decimal
    model: str | None
    reference_id: str | None

    @classmethod
    def of(cls, wire: models.Transaction) -> Transaction:
        return cls(
            created_at=point(wire.created_at),
            direction=text(wire.direction),
            type=text(wire.type),
            usd=amount(wire.amount.usd),
            credits=amount(wire.amount.credits),
            model=optional(wire.model, text),
            reference_id=optional(wire.reference_id, text),
        )


@dataclass(frozen=True, slots=True)
class Tokens:
    input: int
    output: int
    total: int

    @classmethod
    def of(cls, wire: models.TokenCounts) -> Tokens:
        return cls(whole(wire.input), whole(wire.output), whole(wire.total))


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One call of the account. status: "succeeded" or "failed"; origin: "api" or "playground"."""

    created_at: datetime
    status: str
    origin: str | None
    model: str
    usd: Decimal
    credits: Decimal
    tokens: Tokens | None
    request_id: str | None
    inference_id: str
    client_request_id: str | None

    @classmethod
    def of(cls, wire: models.LogEntry) -> LogEntry:
        return cls(
            created_at=point(wire.created),
            status=text(wire.status),
            origin=optional(wire.origin, text),
            model=text(wire.model),
            usd=amount(wire.cost.usd),
            credits=amount(wire.cost.credits),
            tokens=optional(wire.tokens, Tokens.of),
            request_id=optional(wire.request_id, text),
            inference_id=text(wire.inference_id),
            client_request_id=optional(wire.client_request_id, text),
        )


@dataclass(frozen=True, slots=True)
class UsageGroup:
    """A part of what was spent. `day` and `model` are None where the grouping does not tell them apart.

    requests: how many calls; succeeded, failed, charged: how many of them ended so. None where that is not told.
    """

    spend: Decimal
    day: date | None = None
    model: str | None = None
    tokens: Tokens | None = None
    requests: int | None = None
    succeeded: int | None = None
    failed: int | None = None
    charged: int | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """What was spent from `start` to `end`, in `currency`.

    models: by model, and groups: as asked for; both are empty in a plain sum.
    key_prefix: of the key that spent it, None for the whole account.
    """

    start: datetime
    end: datetime
    spend: Decimal
    currency: str
    requests: int
    key_prefix: str | None
    models: tuple[UsageGroup, ...] = ()
    groups: tuple[UsageGroup, ...] = ()

    @classmethod
    def of(cls, wire: UsageSummary | UsageDetail) -> Usage:
        return cls(
            start=point(wire.start),
            end=point(wire.end),
            spend=amount(wire.spend),
            currency=optional(wire.currency, text) or _CURRENCY,
            requests=whole(wire.requests),
            key_prefix=optional(wire.api_key_prefix, text),
            models=each(wire.models, _model_usage) if isinstance(wire, UsageDetail) else (),
            groups=each(wire.groups, _usage_group) if isinstance(wire, UsageDetail) else (),
        )


def _model_usage(wire: models.ModelUsage) -> UsageGroup:
    return UsageGroup(spend=amount(wire.spend), model=text(wire.model), requests=whole(wire.requests))


def _usage_group(wire: models.UsageGroup) -> UsageGroup:
    counts: Any = wire.requests or None
    return UsageGroup(
        spend=amount(wire.spend),
        day=optional(wire.day, day),
        model=optional(wire.model, text),
        tokens=optional(wire.tokens, Tokens.of),
        requests=counts and whole(counts.total),
        succeeded=counts and whole(counts.succeeded),
        failed=counts and whole(counts.failed),
        charged=counts and whole(counts.charged),
    )


@dataclass(frozen=True, slots=True)
class KeyLimit:
    """What a key may spend: `threshold` US dollars, counted anew each "day", "week" or "month", or "no_reset"."""

    threshold: Decimal
    retention: str = "no_reset"


@dataclass(frozen=True, slots=True)
class KeyInfo:
    """A key as far as it is shown again. `prefix` names it; `scopes` is None where it may call everything.

    monthly_usage: US dollars that it spent this month.
    """

    prefix: str
    name: str | None
    disabled: bool
    scopes: tuple[str, ...] | None
    limit: KeyLimit | None
    created_at: datetime
    updated_at: datetime | None
    monthly_usage: Decimal | None

    @classmethod
    def of(cls, wire: models.KeyInfo | models.CreatedKey) -> KeyInfo:
        return cls(
            prefix=text(wire.prefix),
            name=optional(wire.name, text),
            disabled=flag(wire.disabled),
            scopes=optional(wire.scopes, lambda scopes: each(scopes, text)),
            limit=optional(wire.limit, _key_limit),
            created_at=point(wire.created_at),
            updated_at=optional(wire.updated_at, point),
            monthly_usage=optional(wire.monthly_usage, amount),
        )


def _key_limit(wire: models.KeyLimit) -> KeyLimit | None:
    threshold = optional(wire.threshold, amount)
    return None if threshold is None else KeyLimit(threshold, optional(wire.retention, text) or "no_reset")


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was just made. `secret.reveal()` gives its full value, which the gateway never shows again.

    Nothing else shows it: no repr, no log, and it does not pickle.
    """

    info: KeyInfo
    secret: Key = field(compare=False)

    @classmethod
    def of(cls, wire: models.CreatedKey) -> NewKey:
        return cls(KeyInfo.of(wire), Key(text(wire.key)))
