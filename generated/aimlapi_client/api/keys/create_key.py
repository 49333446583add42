"""`POST /v1/keys`"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from ...operation import Endpoint, Operation
from ...types import model

if TYPE_CHECKING:
    from ...client import AuthenticatedClient
    from ...models.create_key_params import CreateKeyParams
    from ...models.created_key_envelope import CreatedKeyEnvelope
    from ...types import Response

ENDPOINT: Final[Endpoint[CreatedKeyEnvelope]] = Endpoint(
    name="create_key",
    method="POST",
    path="/v1/keys",
    repeat="unsafe",
    secret=True,
    decoder=model("CreatedKeyEnvelope"),
)
#: The members of the body, as on the wire.
MEMBERS: Final = ["limit", "name", "scopes"]


def request(
    *,
    body: CreateKeyParams | Mapping[str, Any] | None = None,
) -> Operation[CreatedKeyEnvelope]:
    """Create a key, whose full value is shown this once; needs a management key

    `key.reveal()` of the answer gives the full value. It is not sent again when its answer is lost, for
    there would be two keys; look at the list then."""
    return Operation(
        ENDPOINT,
        {},
        body=body,
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: CreateKeyParams | Mapping[str, Any] | None = None,
) -> Response[CreatedKeyEnvelope]:
    """Create a key, whose full value is shown this once; needs a management key

    `key.reveal()` of the answer gives the full value. It is not sent again when its answer is lost, for
    there would be two keys; look at the list then.
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return client.send(
        request(
            body=body,
        )
    )


def sync(
    *,
    client: AuthenticatedClient,
    body: CreateKeyParams | Mapping[str, Any] | None = None,
) -> CreatedKeyEnvelope | None:
    """Create a key, whose full value is shown this once; needs a management key

    `key.reveal()` of the answer gives the full value. It is not sent again when its answer is lost, for
    there would be two keys; look at the list then.
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return client.send(
        request(
            body=body,
        )
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: CreateKeyParams | Mapping[str, Any] | None = None,
) -> Response[CreatedKeyEnvelope]:
    """Create a key, whose full value is shown this once; needs a management key

    `key.reveal()` of the answer gives the full value. It is not sent again when its answer is lost, for
    there would be two keys; look at the list then.
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return await client.asend(
        request(
            body=body,
        )
    )


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: CreateKeyParams | Mapping[str, Any] | None = None,
) -> CreatedKeyEnvelope | None:
    """Create a key, whose full value is shown this once; needs a management key

    `key.reveal()` of the answer gives the full value. It is not sent again when its answer is lost, for
    there would be two keys; look at the list then.
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return (
        await client.asend(
            request(
                body=body,
            )
        )
    ).parsed
