"""`GET /v1/batches`"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ...operation import Endpoint, Operation, Parameter
from ...types import model, shaped

if TYPE_CHECKING:
    from ...client import AuthenticatedClient
    from ...models.batch import Batch
    from ...models.batch_result import BatchResult
    from ...models.batch_status import BatchStatus
    from ...types import Response

ENDPOINT: Final[Endpoint[Batch | BatchStatus | list[BatchResult]]] = Endpoint(
    name="get_batch",
    method="GET",
    path="/v1/batches",
    parameters=(Parameter("batch_id", "batch_id", required=True),),
    repeat="safe",
    accept="application/x-jsonl, application/json;q=0.9, */*;q=0.1",
    decoder=shaped([("Batch", ("id", "processing_status", "type")), ("BatchStatus", ("id", "status"))]),
    lines=model("BatchResult"),
)


def request(
    *,
    batch_id: str,
) -> Operation[Batch | BatchStatus | list[BatchResult]]:
    """Look up a batch; gives its state while it runs and its results afterwards"""
    return Operation(
        ENDPOINT,
        {
            "batch_id": batch_id,
        },
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    batch_id: str,
) -> Response[Batch | BatchStatus | list[BatchResult]]:
    """Look up a batch; gives its state while it runs and its results afterwards
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
    *,
    client: AuthenticatedClient,
    batch_id: str,
) -> Batch | BatchStatus | list[BatchResult] | None:
    """Look up a batch; gives its state while it runs and its results afterwards
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
    *,
    client: AuthenticatedClient,
    batch_id: str,
) -> Response[Batch | BatchStatus | list[BatchResult]]:
    """Look up a batch; gives its state while it runs and its results afterwards
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
    *,
    client: AuthenticatedClient,
    batch_id: str,
) -> Batch | BatchStatus | list[BatchResult] | None:
    """Look up a batch; gives its state while it runs and its results afterwards
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
