"""`GET /v1/key`"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ...operation import Endpoint, Operation
from ...types import model

if TYPE_CHECKING:
    from ...client import AuthenticatedClient
    from ...models.key_envelope import KeyEnvelope
    from ...types import Response

ENDPOINT: Final[Endpoint[KeyEnvelope]] = Endpoint(
    name="get_current_key",
    method="GET",
    path="/v1/key",
    repeat="safe",
    decoder=model("KeyEnvelope"),
)


def request() -> Operation[KeyEnvelope]:
    """Read the settings of the latest key"""
    return Operation(
        ENDPOINT,
        {},
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
) -> Response[KeyEnvelope]:
    """Read the settings of the latest key
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return client.send(request())


def sync(
    *,
    client: AuthenticatedClient,
) -> KeyEnvelope | None:
    """Read the settings of the latest key
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return client.send(request()).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
) -> Response[KeyEnvelope]:
    """Read the settings of the latest key
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return await client.asend(request())


async def asyncio(
    *,
    client: AuthenticatedClient,
) -> KeyEnvelope | None:
    """Read the settings of the latest key
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return (await client.asend(request())).parsed
