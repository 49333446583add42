"""`PATCH /v1/keys/{prefix}`"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from ...operation import Endpoint, Operation, Parameter
from ...types import model

if TYPE_CHECKING:
    from ...client import AuthenticatedClient
    from ...models.key_envelope import KeyEnvelope
    from ...models.update_key_params import UpdateKeyParams
    from ...types import Response

ENDPOINT: Final[Endpoint[KeyEnvelope]] = Endpoint(
    name="update_key",
    method="PATCH",
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
    body: UpdateKeyParams | Mapping[str, Any],
) -> Operation[KeyEnvelope]:
    """Change some settings of a key; needs a management key

    What is not given stays as it is."""
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
    body: UpdateKeyParams | Mapping[str, Any],
) -> Response[KeyEnvelope]:
    """Change some settings of a key; needs a management key

    What is not given stays as it is.
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
    body: UpdateKeyParams | Mapping[str, Any],
) -> KeyEnvelope | None:
    """Change some settings of a key; needs a management key

    What is not given stays as it is.
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
    body: UpdateKeyParams | Mapping[str, Any],
) -> Response[KeyEnvelope]:
    """Change some settings of a key; needs a management key

    What is not given stays as it is.
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
    body: UpdateKeyParams | Mapping[str, Any],
) -> KeyEnvelope | None:
    """Change some settings of a key; needs a management key

    What is not given stays as it is.
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
