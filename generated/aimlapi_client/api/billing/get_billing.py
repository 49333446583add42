"""`GET /v2/billing`"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ...operation import Endpoint, Operation
from ...types import model

if TYPE_CHECKING:
    from ...client import AuthenticatedClient
    from ...models.billing_summary import BillingSummary
    from ...types import Response

ENDPOINT: Final[Endpoint[BillingSummary]] = Endpoint(
    name="get_billing",
    method="GET",
    path="/v2/billing",
    repeat="safe",
    decoder=model("BillingSummary"),
)


def request() -> Operation[BillingSummary]:
    """Read the balance in US dollars"""
    return Operation(
        ENDPOINT,
        {},
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
) -> Response[BillingSummary]:
    """Read the balance in US dollars
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return client.send(request())


def sync(
    *,
    client: AuthenticatedClient,
) -> BillingSummary | None:
    """Read the balance in US dollars
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return client.send(request()).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
) -> Response[BillingSummary]:
    """Read the balance in US dollars
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return await client.asend(request())


async def asyncio(
    *,
    client: AuthenticatedClient,
) -> BillingSummary | None:
    """Read the balance in US dollars
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return (await client.asend(request())).parsed
