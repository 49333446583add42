"""Money, and the calls that cost it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, Unpack

from ..api.billing import get_balance, get_billing, get_billing_detail, list_transactions
from ..api.logs import list_logs
from ..api.usage import get_usage, get_usage_detail
from ..hiding import hiding_options
from ..pages import Paging

if TYPE_CHECKING:
    from ..models import (
        Balance,
        BillingDetail,
        BillingSummary,
        LogEntry,
        Transaction,
        UsageDetail,
        UsageSummary,
    )
    from ..operation import AsyncSender, Moment, RequestOptions, Sender
    from ..pages import AsyncPages, Pages


@hiding_options
class Account:
    """Money, and the calls that cost it."""

    def __init__(self, client: Sender) -> None:
        self._client = client

    def balance(self, **options: Unpack[RequestOptions]) -> BillingSummary:
        """Read the balance in US dollars."""
        return self._client.send(get_billing.request(), **options)

    def credits(self, **options: Unpack[RequestOptions]) -> Balance:
        """Read the balance in credits, in the older form."""
        return self._client.send(get_balance.request(), **options)

    def detail(self, **options: Unpack[RequestOptions]) -> BillingDetail:
        """Read the balance with the account and its automatic top-up."""
        return self._client.send(get_billing_detail.request(), **options)

    def logs(
        self,
        *,
        end: Moment | None = None,
        key_prefix: str | None = None,
        model: str | Sequence[str] | None = None,
        offset: int | None = None,
        page_size: int = 100,
        period: Literal["24h", "7d"] | None = None,
        start: Moment | None = None,
        status: Literal["failed", "succeeded"] | None = None,
        **options: Unpack[RequestOptions],
    ) -> Pages[LogEntry]:
        """List single requests with their cost and tokens, at most 200 calls a minute.

        The latest first. A period, or both start and end, at most 92 days apart.

        key_prefix: Of one key alone; another one's needs a management key.
        offset: How many entries to pass over.
        page_size: Entries of one page."""
        return self._client.pages(
            list_logs.request(
                end=end,
                key_prefix=key_prefix,
                page_size=page_size,
                model=model,
                offset=offset,
                period=period,
                start=start,
                status=status,
            ),
            Paging(offset="offset", items="data", more="pagination.has_more", identity="inference_id"),
            **options,
        )

    def transactions(
        self,
        *,
        cursor: str | None = None,
        direction: Literal["CHARGE", "TOPUP"] | None = None,
        end: Moment | None = None,
        page_size: int = 100,
        start: Moment | None = None,
        type: Literal["ADJUSTMENT", "BONUS", "CREDITS_EXPIRED", "INIT", "MODEL_USAGE", "PAYMENT", "REFUND"]
        | None = None,
        **options: Unpack[RequestOptions],
    ) -> Pages[Transaction]:
        """List top-ups and charges, page by page with a cursor.

        The latest first. A management key is refused.

        cursor: Of an earlier listing, to go on where it was.
        end: Only what was made before.
        page_size: Entries of one page.
        start: Only what was made then or later.
        type: Kind of movement."""
        return self._client.pages(
            list_transactions.request(
                cursor=cursor, direction=direction, start=start, page_size=page_size, end=end, type=type
            ),
            Paging(
                cursor="cursor", items="data", following="pagination.next_cursor", more="pagination.has_more"
            ),
            **options,
        )

    def usage(
        self,
        *,
        end: Moment | None = None,
        key_prefix: str | None = None,
        period: Literal["24h", "7d"] | None = None,
        start: Moment | None = None,
        **options: Unpack[RequestOptions],
    ) -> UsageSummary:
        """Read what a key spent over a window of time, in US dollars.

        A period, or both start and end, at most 92 days apart.

        key_prefix: Of one key alone; another one's needs a management key."""
        return self._client.send(
            get_usage.request(end=end, key_prefix=key_prefix, period=period, start=start), **options
        )

    def usage_detail(
        self,
        *,
        end: Moment | None = None,
        group_by: Literal["day", "day,model", "model"] | None = None,
        key_prefix: str | None = None,
        period: Literal["24h", "7d"] | None = None,
        start: Moment | None = None,
        tz: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> UsageDetail:
        """Read what a key spent, broken down by model and by day.

        A period, or both start and end, at most 92 days apart.

        group_by: What the groups tell apart.
        key_prefix: Of one key alone; another one's needs a management key.
        tz: IANA name of the time zone in which days begin; UTC without one."""
        return self._client.send(
            get_usage_detail.request(
                end=end, group_by=group_by, key_prefix=key_prefix, period=period, start=start, tz=tz
            ),
            **options,
        )


@hiding_options
class AsyncAccount:
    """Money, and the calls that cost it."""

    def __init__(self, client: AsyncSender) -> None:
        self._client = client

    async def balance(self, **options: Unpack[RequestOptions]) -> BillingSummary:
        """Read the balance in US dollars."""
        return await self._client.send(get_billing.request(), **options)

    async def credits(self, **options: Unpack[RequestOptions]) -> Balance:
        """Read the balance in credits, in the older form."""
        return await self._client.send(get_balance.request(), **options)

    async def detail(self, **options: Unpack[RequestOptions]) -> BillingDetail:
        """Read the balance with the account and its automatic top-up."""
        return await self._client.send(get_billing_detail.request(), **options)

    def logs(
        self,
        *,
        end: Moment | None = None,
        key_prefix: str | None = None,
        model: str | Sequence[str] | None = None,
        offset: int | None = None,
        page_size: int = 100,
        period: Literal["24h", "7d"] | None = None,
        start: Moment | None = None,
        status: Literal["failed", "succeeded"] | None = None,
        **options: Unpack[RequestOptions],
    ) -> AsyncPages[LogEntry]:
        """List single requests with their cost and tokens, at most 200 calls a minute.

        The latest first. A period, or both start and end, at most 92 days apart.

        key_prefix: Of one key alone; another one's needs a management key.
        offset: How many entries to pass over.
        page_size: Entries of one page."""
        return self._client.pages(
            list_logs.request(
                end=end,
                key_prefix=key_prefix,
                page_size=page_size,
                model=model,
                offset=offset,
                period=period,
                start=start,
                status=status,
            ),
            Paging(offset="offset", items="data", more="pagination.has_more", identity="inference_id"),
            **options,
        )

    def transactions(
        self,
        *,
        cursor: str | None = None,
        direction: Literal["CHARGE", "TOPUP"] | None = None,
        end: Moment | None = None,
        page_size: int = 100,
        start: Moment | None = None,
        type: Literal["ADJUSTMENT", "BONUS", "CREDITS_EXPIRED", "INIT", "MODEL_USAGE", "PAYMENT", "REFUND"]
        | None = None,
        **options: Unpack[RequestOptions],
    ) -> AsyncPages[Transaction]:
        """List top-ups and charges, page by page with a cursor.

        The latest first. A management key is refused.

        cursor: Of an earlier listing, to go on where it was.
        end: Only what was made before.
        page_size: Entries of one page.
        start: Only what was made then or later.
        type: Kind of movement."""
        return self._client.pages(
            list_transactions.request(
                cursor=cursor, direction=direction, start=start, page_size=page_size, end=end, type=type
            ),
            Paging(
                cursor="cursor", items="data", following="pagination.next_cursor", more="pagination.has_more"
            ),
            **options,
        )

    async def usage(
        self,
        *,
        end: Moment | None = None,
        key_prefix: str | None = None,
        period: Literal["24h", "7d"] | None = None,
        start: Moment | None = None,
        **options: Unpack[RequestOptions],
    ) -> UsageSummary:
        """Read what a key spent over a window of time, in US dollars.

        A period, or both start and end, at most 92 days apart.

        key_prefix: Of one key alone; another one's needs a management key."""
        return await self._client.send(
            get_usage.request(end=end, key_prefix=key_prefix, period=period, start=start), **options
        )

    async def usage_detail(
        self,
        *,
        end: Moment | None = None,
        group_by: Literal["day", "day,model", "model"] | None = None,
        key_prefix: str | None = None,
        period: Literal["24h", "7d"] | None = None,
        start: Moment | None = None,
        tz: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> UsageDetail:
        """Read what a key spent, broken down by model and by day.

        A period, or both start and end, at most 92 days apart.

        group_by: What the groups tell apart.
        key_prefix: Of one key alone; another one's needs a management key.
        tz: IANA name of the time zone in which days begin; UTC without one."""
        return await self._client.send(
            get_usage_detail.request(
                end=end, group_by=group_by, key_prefix=key_prefix, period=period, start=start, tz=tz
            ),
            **options,
        )


__all__ = ["Account", "AsyncAccount"]
