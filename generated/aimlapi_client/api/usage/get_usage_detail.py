"""`GET /v2/usage/detail`"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from ...operation import Endpoint, Moment, Operation, Parameter
from ...types import model

if TYPE_CHECKING:
    from ...client import AuthenticatedClient
    from ...models.usage_detail import UsageDetail
    from ...types import Response

ENDPOINT: Final[Endpoint[UsageDetail]] = Endpoint(
    name="get_usage_detail",
    method="GET",
    path="/v2/usage/detail",
    parameters=(
        Parameter("end", "end", kind="date-time"),
        Parameter("group_by", "group_by"),
        Parameter("key_prefix", "key_prefix"),
        Parameter("period", "period"),
        Parameter("start", "start", kind="date-time"),
        Parameter("tz", "tz"),
    ),
    repeat="safe",
    decoder=model("UsageDetail"),
)


def request(
    *,
    end: Moment | None = None,
    group_by: Literal["day", "day,model", "model"] | None = None,
    key_prefix: str | None = None,
    period: Literal["24h", "7d"] | None = None,
    start: Moment | None = None,
    tz: str | None = None,
) -> Operation[UsageDetail]:
    """Read what a key spent, broken down by model and by day

    A period, or both start and end, at most 92 days apart."""
    return Operation(
        ENDPOINT,
        {
            "end": end,
            "group_by": group_by,
            "key_prefix": key_prefix,
            "period": period,
            "start": start,
            "tz": tz,
        },
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    end: Moment | None = None,
    group_by: Literal["day", "day,model", "model"] | None = None,
    key_prefix: str | None = None,
    period: Literal["24h", "7d"] | None = None,
    start: Moment | None = None,
    tz: str | None = None,
) -> Response[UsageDetail]:
    """Read what a key spent, broken down by model and by day

    A period, or both start and end, at most 92 days apart.
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return client.send(
        request(
            end=end,
            group_by=group_by,
            key_prefix=key_prefix,
            period=period,
            start=start,
            tz=tz,
        )
    )


def sync(
    *,
    client: AuthenticatedClient,
    end: Moment | None = None,
    group_by: Literal["day", "day,model", "model"] | None = None,
    key_prefix: str | None = None,
    period: Literal["24h", "7d"] | None = None,
    start: Moment | None = None,
    tz: str | None = None,
) -> UsageDetail | None:
    """Read what a key spent, broken down by model and by day

    A period, or both start and end, at most 92 days apart.
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return client.send(
        request(
            end=end,
            group_by=group_by,
            key_prefix=key_prefix,
            period=period,
            start=start,
            tz=tz,
        )
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    end: Moment | None = None,
    group_by: Literal["day", "day,model", "model"] | None = None,
    key_prefix: str | None = None,
    period: Literal["24h", "7d"] | None = None,
    start: Moment | None = None,
    tz: str | None = None,
) -> Response[UsageDetail]:
    """Read what a key spent, broken down by model and by day

    A period, or both start and end, at most 92 days apart.
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return await client.asend(
        request(
            end=end,
            group_by=group_by,
            key_prefix=key_prefix,
            period=period,
            start=start,
            tz=tz,
        )
    )


async def asyncio(
    *,
    client: AuthenticatedClient,
    end: Moment | None = None,
    group_by: Literal["day", "day,model", "model"] | None = None,
    key_prefix: str | None = None,
    period: Literal["24h", "7d"] | None = None,
    start: Moment | None = None,
    tz: str | None = None,
) -> UsageDetail | None:
    """Read what a key spent, broken down by model and by day

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
                group_by=group_by,
                key_prefix=key_prefix,
                period=period,
                start=start,
                tz=tz,
            )
        )
    ).parsed
