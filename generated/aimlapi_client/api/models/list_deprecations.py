"""`GET /v1/models/deprecations`"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from ...operation import Endpoint, Moment, Operation, Parameter
from ...types import model

if TYPE_CHECKING:
    from ...client import AuthenticatedClient, Client
    from ...models.deprecation_list import DeprecationList
    from ...types import Response

ENDPOINT: Final[Endpoint[DeprecationList]] = Endpoint(
    name="list_deprecations",
    method="GET",
    path="/v1/models/deprecations",
    parameters=(
        Parameter("since", "since", kind="date"),
        Parameter("status", "status", explode=False),
    ),
    repeat="safe",
    decoder=model("DeprecationList"),
)


def request(
    *,
    since: Moment | None = None,
    status: str | Sequence[str] | None = None,
) -> Operation[DeprecationList]:
    """List models that have ended or will, the latest first"""
    return Operation(
        ENDPOINT,
        {
            "since": since,
            "status": status,
        },
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    since: Moment | None = None,
    status: str | Sequence[str] | None = None,
) -> Response[DeprecationList]:
    """List models that have ended or will, the latest first
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return client.send(
        request(
            since=since,
            status=status,
        )
    )


def sync(
    *,
    client: AuthenticatedClient | Client,
    since: Moment | None = None,
    status: str | Sequence[str] | None = None,
) -> DeprecationList | None:
    """List models that have ended or will, the latest first
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return client.send(
        request(
            since=since,
            status=status,
        )
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    since: Moment | None = None,
    status: str | Sequence[str] | None = None,
) -> Response[DeprecationList]:
    """List models that have ended or will, the latest first
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return await client.asend(
        request(
            since=since,
            status=status,
        )
    )


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    since: Moment | None = None,
    status: str | Sequence[str] | None = None,
) -> DeprecationList | None:
    """List models that have ended or will, the latest first
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return (
        await client.asend(
            request(
                since=since,
                status=status,
            )
        )
    ).parsed
