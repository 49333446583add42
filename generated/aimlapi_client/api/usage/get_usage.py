"""`GET /v2/usage`"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from ...operation import Endpoint, Moment, Operation, Parameter
from ...types import model

if TYPE_CHECKING:
    from ...client import AuthenticatedClient
    from ...models.usage_summary import UsageSummary
    from ...types import Response

ENDPOINT: Final[Endpoint[UsageSummary]] = Endpoint(
    name="get_usage",
    method="GET",
    path="/v2/usage",
    parameters=(
        Parameter("end", "end", kind="date-time"),
        Parameter("key_prefix", "key_prefix"),
        Parameter("period", "period"),
        Parameter("start", "start", kind="date-time"),
    ),
    repeat="safe",
    decoder=model("UsageSummary"),
)


def request(
    *,
    end: Moment | None = None,
    key_prefix: str | None = None,
    period: Literal["24h", "7d"] | None = None,
    start: Moment | None = None,
) -> Operation[UsageSummary]:
    """Read what a key spent over a window of time, in US dollars

    A period, or both start and end, at most 92 days apart."""
    return Operation(
        ENDPOINT,
        {
            "end": end,
            "key_prefix": key_prefix,
            "period": period,
            "start": start,
        },
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    end: Moment | None = None,
    key_prefix: str | None = None,
    period: Literal["24h", "7d"] | None = None,
    start: Moment | None = None,
) -> Response[UsageSummary]:
    """Read what a key spent over a window of time, in US dollars

    A period, or both start and end, at most 92 days apart.
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return client.send(
        request(
            end=end,
            key_prefix=key_prefix,
            period=period,
            start=start,
        )
    )


def sync(
    *,
    client: AuthenticatedClient,
    end: Moment | None = None,
    key_prefix: str | None = None,
    period: Literal["24h", "7d"] | None = None,
    start: Moment | None = None,
) -> UsageSummary | None:
    """Read what a key spent over a window of time, in US dollars

    A period, or both start and end, at most 92 days apart.
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return client.send(
        request(
            end=end,
            key_prefix=key_prefix,
            period=period,
            start=start,
        )
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    end: Moment | None = None,
    key_prefix: str | None = None,
    period: Literal["24h", "7d"] | None = None,
    start: Moment | None = None,
) -> Response[UsageSummary]:
    """Read what a key spent over a window of time, in US dollars

    A period, or both start and end, at most 92 days apart.
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return await client.asend(
        request(
            end=end,
            key_prefix=key_prefix,
            period=period,
            start=start,
        )
    )


async def asyncio(
    *,
    client: AuthenticatedClient,
    end: Moment | None = None,
    key_prefix: str | None = None,
    period: Literal["24h", "7d"] | None = None,
    start: Moment | None = None,
) -> UsageSummary | None:
    """Read what a key spent over a window of time, in US dollars

    A period, or both start and end, at most 92 days apart.
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
                period=period,
                start=start,
            )
        )
    ).parsed
