"""`POST /v1/batches/cancel/{batch_id}`"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ...operation import Endpoint, Operation, Parameter
from ...types import shaped

if TYPE_CHECKING:
    from ...client import AuthenticatedClient
    from ...models.batch import Batch
    from ...models.cancelled_batch import CancelledBatch
    from ...types import Response

ENDPOINT: Final[Endpoint[Batch | CancelledBatch]] = Endpoint(
    name="cancel_batch",
    method="POST",
    path="/v1/batches/cancel/{batch_id}",
    parameters=(Parameter("batch_id", "batch_id", place="path", required=True),),
    repeat="safe",
    decoder=shaped(
        [
            ("CancelledBatch", ("id", "output", "status", "usage")),
            ("Batch", ("id", "processing_status", "type")),
        ]
    ),
)


def request(
    batch_id: str,
) -> Operation[Batch | CancelledBatch]:
    """Stop a batch that has not ended yet

    A second cancel changes nothing."""
    return Operation(
        ENDPOINT,
        {
            "batch_id": batch_id,
        },
    )


def sync_detailed(
    batch_id: str,
    *,
    client: AuthenticatedClient,
) -> Response[Batch | CancelledBatch]:
    """Stop a batch that has not ended yet

    A second cancel changes nothing.
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return client.send(
        request(
            batch_id=batch_id,
        )
    )


def sync(
    batch_id: str,
    *,
    client: AuthenticatedClient,
) -> Batch | CancelledBatch | None:
    """Stop a batch that has not ended yet

    A second cancel changes nothing.
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return client.send(
        request(
            batch_id=batch_id,
        )
    ).parsed


async def asyncio_detailed(
    batch_id: str,
    *,
    client: AuthenticatedClient,
) -> Response[Batch | CancelledBatch]:
    """Stop a batch that has not ended yet

    A second cancel changes nothing.
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return await client.asend(
        request(
            batch_id=batch_id,
        )
    )


async def asyncio(
    batch_id: str,
    *,
    client: AuthenticatedClient,
) -> Batch | CancelledBatch | None:
    """Stop a batch that has not ended yet

    A second cancel changes nothing.
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return (
        await client.asend(
            request(
                batch_id=batch_id,
            )
        )
    ).parsed
