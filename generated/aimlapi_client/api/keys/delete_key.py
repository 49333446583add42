"""`DELETE /v1/keys/{prefix}`"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ...operation import Endpoint, Operation, Parameter
from ...types import model

if TYPE_CHECKING:
    from ...client import AuthenticatedClient
    from ...models.deleted_key_envelope import DeletedKeyEnvelope
    from ...types import Response

ENDPOINT: Final[Endpoint[DeletedKeyEnvelope]] = Endpoint(
    name="delete_key",
    method="DELETE",
    path="/v1/keys/{prefix}",
    parameters=(Parameter("prefix", "prefix", place="path", required=True),),
    repeat="unsafe",
    decoder=model("DeletedKeyEnvelope"),
)


def request(
    prefix: str,
) -> Operation[DeletedKeyEnvelope]:
    """Delete a key for good; needs a management key

    Says whether it is gone."""
    return Operation(
        ENDPOINT,
        {
            "prefix": prefix,
        },
    )


def sync_detailed(
    prefix: str,
    *,
    client: AuthenticatedClient,
) -> Response[DeletedKeyEnvelope]:
    """Delete a key for good; needs a management key

    Says whether it is gone.
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return client.send(
        request(
            prefix=prefix,
        )
    )


def sync(
    prefix: str,
    *,
    client: AuthenticatedClient,
) -> DeletedKeyEnvelope | None:
    """Delete a key for good; needs a management key

    Says whether it is gone.
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return client.send(
        request(
            prefix=prefix,
        )
    ).parsed


async def asyncio_detailed(
    prefix: str,
    *,
    client: AuthenticatedClient,
) -> Response[DeletedKeyEnvelope]:
    """Delete a key for good; needs a management key

    Says whether it is gone.
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return await client.asend(
        request(
            prefix=prefix,
        )
    )


async def asyncio(
    prefix: str,
    *,
    client: AuthenticatedClient,
) -> DeletedKeyEnvelope | None:
    """Delete a key for good; needs a management key

    Says whether it is gone.
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return (
        await client.asend(
            request(
                prefix=prefix,
            )
        )
    ).parsed
