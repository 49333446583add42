"""`GET /v2/logs`"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from ...operation import Endpoint, Operation, Parameter
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
        Parameter("end", "end"),
        Parameter("key_prefix", "key_prefix"),
        Parameter("limit", "limit", minimum=1, maximum=100),
        Parameter("model", "model"),
        Parameter("offset", "offset", minimum=0),
        Parameter("period", "period"),
        Parameter("start", "start"),
        Parameter("status", "status"),
    ),
    repeat="safe",
    decoder=model("LogPage"),
)


def request(
    *,
    end: str | None = None,
    key_prefix: str | None = None,
    limit: int | None = None,
    model: str | None = None,
    offset: int | None = None,
    period: str | None = None,
    start: str | None = None,
    status: Literal["failed", "succeeded"] | None = None,
) -> Operation[LogPage]:
    """List single requests with their cost and tokens, at most 200 calls a minute"""
    return Operation(
        ENDPOINT,
        {
            "end": end,
            "key_prefix": key_prefix,
            "limit": limit,
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
    end: str | None = None,
    key_prefix: str | None = None,
    limit: int | None = None,
    model: str | None = None,
    offset: int | None = None,
    period: str | None = None,
    start: str | None = None,
    status: Literal["failed", "succeeded"] | None = None,
) -> Response[LogPage]:
    """List single requests with their cost and tokens, at most 200 calls a minute

    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return client.send(
        request(
            end=end,
            key_prefix=key_prefix,
            limit=limit,
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
    end: str | None = None,
    key_prefix: str | None = None,
    limit: int | None = None,
    model: str | None = None,
    offset: int | None = None,
    period: str | None = None,
    start: str | None = None,
    status: Literal["failed", "succeeded"] | None = None,
) -> LogPage | None:
    """List single requests with their cost and tokens, at most 200 calls a minute

    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return client.send(
        request(
            end=end,
            key_prefix=key_prefix,
            limit=limit,
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
    end: str | None = None,
    key_prefix: str | None = None,
    limit: int | None = None,
    model: str | None = None,
    offset: int | None = None,
    period: str | None = None,
    start: str | None = None,
    status: Literal["failed", "succeeded"] | None = None,
) -> Response[LogPage]:
    """List single requests with their cost and tokens, at most 200 calls a minute

    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return await client.asend(
        request(
            end=end,
            key_prefix=key_prefix,
            limit=limit,
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
    end: str | None = None,
    key_prefix: str | None = None,
    limit: int | None = None,
    model: str | None = None,
    offset: int | None = None,
    period: str | None = None,
    start: str | None = None,
    status: Literal["failed", "succeeded"] | None = None,
) -> LogPage | None:
    """List single requests with their cost and tokens, at most 200 calls a minute

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
                limit=limit,
                model=model,
                offset=offset,
                period=period,
                start=start,
                status=status,
            )
        )
    ).parsed
