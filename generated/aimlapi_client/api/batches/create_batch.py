"""`POST /v1/batches`"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from ...operation import Endpoint, Operation
from ...types import model

if TYPE_CHECKING:
    from ...client import AuthenticatedClient
    from ...models.batch import Batch
    from ...models.create_batch_params import CreateBatchParams
    from ...types import Response

ENDPOINT: Final[Endpoint[Batch]] = Endpoint(
    name="create_batch",
    method="POST",
    path="/v1/batches",
    repeat="unsafe",
    needs_body=True,
    decoder=model("Batch"),
)
#: The members of the body, as on the wire.
MEMBERS: Final = ["requests"]


def request(
    *,
    body: CreateBatchParams | Mapping[str, Any],
) -> Operation[Batch]:
    """Create a batch of up to 100,000 message requests"""
    return Operation(
        ENDPOINT,
        {},
        body=body,
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: CreateBatchParams | Mapping[str, Any],
) -> Response[Batch]:
    """Create a batch of up to 100,000 message requests
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
    body: CreateBatchParams | Mapping[str, Any],
) -> Batch | None:
    """Create a batch of up to 100,000 message requests
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
    body: CreateBatchParams | Mapping[str, Any],
) -> Response[Batch]:
    """Create a batch of up to 100,000 message requests
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
    body: CreateBatchParams | Mapping[str, Any],
) -> Batch | None:
    """Create a batch of up to 100,000 message requests
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
