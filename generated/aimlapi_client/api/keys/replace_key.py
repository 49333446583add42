"""`PUT /v1/keys/{prefix}`"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from ...operation import Endpoint, Operation, Parameter
from ...types import model

if TYPE_CHECKING:
    from ...client import AuthenticatedClient
    from ...models.key_envelope import KeyEnvelope
    from ...models.replace_key_params import ReplaceKeyParams
    from ...types import Response

ENDPOINT: Final[Endpoint[KeyEnvelope]] = Endpoint(
    name="replace_key",
    method="PUT",
    path="/v1/keys/{prefix}",
    parameters=(Parameter("prefix", "prefix", place="path", required=True),),
    repeat="safe",
    needs_body=True,
    decoder=model("KeyEnvelope"),
)
#: The members of the body, as on the wire.
MEMBERS: Final = ["disabled", "limit", "name", "scopes"]


def request(
    prefix: str,
    *,
    body: ReplaceKeyParams | Mapping[str, Any],
) -> Operation[KeyEnvelope]:
    """Set all settings of a key anew; needs a management key

    What is not given becomes as in a new key."""
    return Operation(
        ENDPOINT,
        {
            "prefix": prefix,
        },
        body=body,
    )


def sync_detailed(
    prefix: str,
    *,
    client: AuthenticatedClient,
    body: ReplaceKeyParams | Mapping[str, Any],
) -> Response[KeyEnvelope]:
    """Set all settings of a key anew; needs a management key

    What is not given becomes as in a new key.
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return client.send(
        request(
            prefix=prefix,
            body=body,
        )
    )


def sync(
    prefix: str,
    *,
    client: AuthenticatedClient,
    body: ReplaceKeyParams | Mapping[str, Any],
) -> KeyEnvelope | None:
    """Set all settings of a key anew; needs a management key

    What is not given becomes as in a new key.
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return client.send(
        request(
            prefix=prefix,
            body=body,
        )
    ).parsed


async def asyncio_detailed(
    prefix: str,
    *,
    client: AuthenticatedClient,
    body: ReplaceKeyParams | Mapping[str, Any],
) -> Response[KeyEnvelope]:
    """Set all settings of a key anew; needs a management key

    What is not given becomes as in a new key.
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return await client.asend(
        request(
            prefix=prefix,
            body=body,
        )
    )


async def asyncio(
    prefix: str,
    *,
    client: AuthenticatedClient,
    body: ReplaceKeyParams | Mapping[str, Any],
) -> KeyEnvelope | None:
    """Set all settings of a key anew; needs a management key

    What is not given becomes as in a new key.
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return (
        await client.asend(
            request(
                prefix=prefix,
                body=body,
            )
        )
    ).parsed
