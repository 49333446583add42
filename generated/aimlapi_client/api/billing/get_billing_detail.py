"""`GET /v2/billing/detail`"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ...operation import Endpoint, Operation
from ...types import model

if TYPE_CHECKING:
    from ...client import AuthenticatedClient
    from ...models.billing_detail import BillingDetail
    from ...types import Response

ENDPOINT: Final[Endpoint[BillingDetail]] = Endpoint(
    name="get_billing_detail",
    method="GET",
    path="/v2/billing/detail",
    repeat="safe",
    decoder=model("BillingDetail"),
)


def request() -> Operation[BillingDetail]:
    """Read the balance with the account and its automatic top-up"""
    return Operation(
        ENDPOINT,
        {},
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
) -> Response[BillingDetail]:
    """Read the balance with the account and its automatic top-up
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return client.send(request())


def sync(
    *,
    client: AuthenticatedClient,
) -> BillingDetail | None:
    """Read the balance with the account and its automatic top-up
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return client.send(request()).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
) -> Response[BillingDetail]:
    """Read the balance with the account and its automatic top-up
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return await client.asend(request())


async def asyncio(
    *,
    client: AuthenticatedClient,
) -> BillingDetail | None:
    """Read the balance with the account and its automatic top-up
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return (await client.asend(request())).parsed
