"""`GET /v1/keys`"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ...operation import Endpoint, Operation
from ...types import model

if TYPE_CHECKING:
    from ...client import AuthenticatedClient
    from ...models.key_list import KeyList
    from ...types import Response

ENDPOINT: Final[Endpoint[KeyList]] = Endpoint(
    name="list_keys",
    method="GET",
    path="/v1/keys",
    repeat="safe",
    decoder=model("KeyList"),
)


def request() -> Operation[KeyList]:
    """List the keys of the account; needs a management key"""
    return Operation(
        ENDPOINT,
        {},
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
) -> Response[KeyList]:
    """List the keys of the account; needs a management key
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return client.send(request())


def sync(
    *,
    client: AuthenticatedClient,
) -> KeyList | None:
    """List the keys of the account; needs a management key
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return client.send(request()).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
) -> Response[KeyList]:
    """List the keys of the account; needs a management key
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return await client.asend(request())


async def asyncio(
    *,
    client: AuthenticatedClient,
) -> KeyList | None:
    """List the keys of the account; needs a management key
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return (await client.asend(request())).parsed
