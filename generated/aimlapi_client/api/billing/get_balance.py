"""`GET /v1/billing/balance`"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ...operation import Endpoint, Operation
from ...types import model

if TYPE_CHECKING:
    from ...client import AuthenticatedClient
    from ...models.balance import Balance
    from ...types import Response

ENDPOINT: Final[Endpoint[Balance]] = Endpoint(
    name="get_balance",
    method="GET",
    path="/v1/billing/balance",
    repeat="safe",
    decoder=model("Balance"),
)


def request() -> Operation[Balance]:
    """Read the balance in credits, in the older form"""
    return Operation(
        ENDPOINT,
        {},
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
) -> Response[Balance]:
    """Read the balance in credits, in the older form
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return client.send(request())


def sync(
    *,
    client: AuthenticatedClient,
) -> Balance | None:
    """Read the balance in credits, in the older form
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return client.send(request()).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
) -> Response[Balance]:
    """Read the balance in credits, in the older form
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return await client.asend(request())


async def asyncio(
    *,
    client: AuthenticatedClient,
) -> Balance | None:
    """Read the balance in credits, in the older form
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return (await client.asend(request())).parsed
