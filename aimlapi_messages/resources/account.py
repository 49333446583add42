"""`client.account` and `client.keys` of the synchronous client: from arguments to calls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, Protocol, TypeVar, Unpack

from ..core.datetimes import When
from ..core.types import NOT_GIVEN, NotGiven
from ..message.request import RequestOptions
from . import account_asks as asks
from .account_pages import log_walk, transaction_walk
from .asking import Ask
from .pages import LARGEST_PAGE, Pages

if TYPE_CHECKING:
    from .account_values import (
        AccountDetail,
        Balance,
        CreditBalance,
        KeyInfo,
        KeyLimit,
        LogEntry,
        NewKey,
        Transaction,
        Usage,
    )

__all__ = ["Account", "Keys", "Send"]

_T = TypeVar("_T")


class Send(Protocol):
    """Sends a call and gives the value of its answer."""

    def __call__(self, asked: Ask[_T], /) -> _T: ...


class Account:
    """`client.account`: money, and the calls that cost it. Every method raises the children of APIError.

    A time is an aware datetime, ISO 8601 text with an offset, a date, which begins at midnight in UTC, or a timedelta
    or relativedelta, which counts back from now.
    """

    def __init__(self, send: Send) -> None:
        self._send = send

    def balance(self, **options: Unpack[RequestOptions]) -> Balance:
        """What is left, in US dollars."""
        return self._send(asks.balance_ask(options))

    def credits(self, **options: Unpack[RequestOptions]) -> CreditBalance:
        """What is left, in credits, with the state of the account: the gateway's older form."""
        return self._send(asks.credits_ask(options))

    def detail(self, **options: Unpack[RequestOptions]) -> AccountDetail:
        """What is left, with the account and its automatic top-up."""
        return self._send(asks.detail_ask(options))

    def transactions(
        self,
        *,
        start: When | None = None,
        end: When | None = None,
        direction: Literal["TOPUP", "CHARGE"] | None = None,
        type: str | None = None,
        page_size: int = LARGEST_PAGE,
        cursor: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> Pages[Transaction]:
        """Top-ups and charges, the latest first: iterate, and further pages are fetched as they are needed.

        type: "PAYMENT", "BONUS", "REFUND", "ADJUSTMENT", "MODEL_USAGE", "CREDITS_EXPIRED" or "INIT".
        page_size: entries of one page, 1 to 100.
        cursor: of an earlier listing, to go on where it was.
        Raises InvalidRequestError at once, and while it is read PermissionDeniedError for a management key.
        """
        walk = transaction_walk(start, end, direction, type, page_size, cursor, options)
        return Pages(walk, self._send)

    def logs(
        self,
        *,
        period: Literal["24h", "7d"] | None = None,
        start: When | None = None,
        end: When | None = None,
        key_prefix: str | None = None,
        model: str | Sequence[str] | None = None,
        status: Literal["succeeded", "failed"] | None = None,
        page_size: int = LARGEST_PAGE,
        **options: Unpack[RequestOptions],
    ) -> Pages[LogEntry]:
        """Single calls with their cost and tokens, the latest first: iterate, and pages are fetched as needed.

        period, or start and end: at most 92 days. key_prefix: of one key alone. model: one or up to 50.
        page_size: entries of one page, 1 to 100. The gateway takes 200 pages a minute.
        """
        walk = log_walk(period, start, end, key_prefix, model, status, page_size, options)
        return Pages(walk, self._send)

    def usage(
        self,
        *,
        period: Literal["24h", "7d"] | None = None,
        start: When | None = None,
        end: When | None = None,
        key_prefix: str | None = None,
        group_by: Literal["day", "model", "day,model"] | None = None,
        tz: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> Usage:
        """What was spent over a window of time: the sum, and with `group_by` its parts.

        period, or start and end: at most 92 days. key_prefix: of one key alone.
        tz: IANA name of the time zone in which days begin, such as "Europe/Berlin"; UTC unless given.
        Raises InvalidRequestError before anything is sent.
        """
        chosen = asks.window(period, start, end, key_prefix)
        return self._send(asks.usage_ask(chosen, group_by, tz, options))


class Keys:
    """`client.keys`. All but `current` need a client with a management key."""

    def __init__(self, send: Send) -> None:
        self._send = send

    def current(self, **options: Unpack[RequestOptions]) -> KeyInfo:
        """The key that this client has."""
        return self._send(asks.current_key_ask(options))

    def list(self, **options: Unpack[RequestOptions]) -> list[KeyInfo]:
        """The keys of the account."""
        return self._send(asks.list_keys_ask(options))

    def create(
        self,
        *,
        name: str | None = None,
        limit: KeyLimit | None = None,
        scopes: Sequence[str] | None = None,
        **options: Unpack[RequestOptions],
    ) -> NewKey:
        """Make a key. Its full value is `new.secret.reveal()`; the gateway never shows it again.

        limit: what it may spend; None for no limit.
        scopes: what it may call, such as "model:chat"; None for everything.
        It is not sent again when its answer is lost, for there would be two keys: look at `list()` then.
        """
        return self._send(asks.new_key_ask(name, limit, scopes, options))

    def update(
        self,
        prefix: str,
        *,
        name: str | NotGiven = NOT_GIVEN,
        disabled: bool | NotGiven = NOT_GIVEN,
        limit: KeyLimit | NotGiven = NOT_GIVEN,
        scopes: Sequence[str] | NotGiven | None = NOT_GIVEN,
        **options: Unpack[RequestOptions],
    ) -> KeyInfo:
        """Change what is given of a key, which its prefix names, and leave the rest. `replace` takes a limit away."""
        return self._send(asks.update_key_ask("PATCH", prefix, name, disabled, limit, scopes, options))

    def replace(
        self,
        prefix: str,
        *,
        name: str | None = None,
        disabled: bool = False,
        limit: KeyLimit | None = None,
        scopes: Sequence[str] | None = None,
        **options: Unpack[RequestOptions],
    ) -> KeyInfo:
        """Set all of a key, which its prefix names; what is not given becomes as in a new key."""
        return self._send(asks.update_key_ask("PUT", prefix, name, disabled, limit, scopes, options))

    def delete(self, prefix: str, **options: Unpack[RequestOptions]) -> bool:
        """Delete a key for good; whether the gateway says that it is gone."""
        return self._send(asks.delete_key_ask(prefix, options))
