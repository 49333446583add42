"""`GET /v2/logs`"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Literal

from ...operation import Endpoint, Moment, Operation, Parameter
from ...types import model

if TYPE_CHECKING:
    from ...client import AuthenticatedClient
    from ...models.log_page import LogPage
    from ...types import Response

ENDPOINT: Final[Endpoint[LogPage]] = Endpoint(
    name="list_logs",
    method="GET",
    path="/v2/logs",
    parameters=(
        Parameter("end", "end", kind="date-time"),
        Parameter("key_prefix", "key_prefix"),
        Parameter("page_size", "limit", minimum=1, maximum=100),
        Parameter("model", "model", most=50),
        Parameter("offset", "offset", minimum=0),
        Parameter("period", "period"),
        Parameter("start", "start", kind="date-time"),
        Parameter("status", "status"),
    ),
    repeat="safe",
    decoder=model("LogPage"),
)


def request(
    *,
    end: Moment | None = None,
    key_prefix: str | None = None,
    page_size: int | None = None,
    model: str | Sequence[str] | None = None,
    offset: int | None = None,
    period: Literal["24h", "7d"] | None = None,
    start: Moment | None = None,
    status: Literal["failed", "succeeded"] | None = None,
) -> Operation[LogPage]:
    """List single requests with their cost and tokens, at most 200 calls a minute

    The latest first. A period, or both start and end, at most 92 days apart."""
    return Operation(
        ENDPOINT,
        {
            "end": end,
            "key_prefix": key_prefix,
            "page_size": page_size,
            "model": model,
            "offset": offset,
            "period": period,
            "start": start,
            "status": status,
        },
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    end: Moment | None = None,
    key_prefix: str | None = None,
    page_size: int | None = None,
    model: str | Sequence[str] | None = None,
    offset: int | None = None,
    period: Literal["24h", "7d"] | None = None,
    start: Moment | None = None,
    status: Literal["failed", "succeeded"] | None = None,
) -> Response[LogPage]:
    """List single requests with their cost and tokens, at most 200 calls a minute

    The latest first. A period, or both start and end, at most 92 days apart.
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return client.send(
        request(
            end=end,
            key_prefix=key_prefix,
            page_size=page_size,
            model=model,
            offset=offset,
            period=period,
            start=start,
            status=status,
        )
    )


def sync(
    *,
    client: AuthenticatedClient,
    end: Moment | None = None,
    key_prefix: str | None = None,
    page_size: int | None = None,
    model: str | Sequence[str] | None = None,
    offset: int | None = None,
    period: Literal["24h", "7d"] | None = None,
    start: Moment | None = None,
    status: Literal["failed", "succeeded"] | None = None,
) -> LogPage | None:
    """List single requests with their cost and tokens, at most 200 calls a minute

    The latest first. A period, or both start and end, at most 92 days apart.
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return client.send(
        request(
            end=end,
            key_prefix=key_prefix,
            page_size=page_size,
            model=model,
            offset=offset,
            period=period,
            start=start,
            status=status,
        )
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    end: Moment | None = None,
    key_prefix: str | None = None,
    page_size: int | None = None,
    model: str | Sequence[str] | None = None,
    offset: int | None = None,
    period: Literal["24h", "7d"] | None = None,
    start: Moment | None = None,
    status: Literal["failed", "succeeded"] | None = None,
) -> Response[LogPage]:
    """List single requests with their cost and tokens, at most 200 calls a minute

    The latest first. A period, or both start and end, at most 92 days apart.
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return await client.asend(
        request(
            end=end,
            key_prefix=key_prefix,
            page_size=page_size,
            model=model,
            offset=offset,
            period=period,
            start=start,
            status=status,
        )
    )


async def asyncio(
    *,
    client: AuthenticatedClient,
    end: Moment | None = None,
    key_prefix: str | None = None,
    page_size: int | None = None,
    model: str | Sequence[str] | None = None,
    offset: int | None = None,
    period: Literal["24h", "7d"] | None = None,
    start: Moment | None = None,
    status: Literal["failed", "succeeded"] | None = None,
) -> LogPage | None:
    """List single requests with their cost and tokens, at most 200 calls a minute

    The latest first. A period, or both start and end, at most 92 days apart.
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return (
        await client.asend(
            request(
                end=end,
                key_prefix=key_prefix,
                page_size=page_size,
                model=model,
                offset=offset,
                period=period,
                start=start,
                status=status,
            )
        )
    ).parsed
