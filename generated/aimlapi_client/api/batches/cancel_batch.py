"""`POST /v1/batches/cancel/{batch_id}`"""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.batch import Batch
from ...models.cancelled_batch import CancelledBatch
from ...types import (
    Response,
    read_body,
    shaped,
)

_decode = shaped(
    [
        ("Batch", ("created_at", "expires_at", "id", "processing_status", "request_counts", "type")),
        ("CancelledBatch", ("id", "output", "status", "usage")),
    ]
)


def _get_kwargs(
    batch_id: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/batches/cancel/{batch_id}".format(
            batch_id=quote(str(batch_id), safe=""),
        ),
    }
    return _kwargs


def _parse_response(*, client: Client, response: httpx.Response) -> Batch | CancelledBatch | None:
    if response.is_success:
        return cast("Batch | CancelledBatch", read_body(response.status_code, response.content, _decode))
    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    return None


def _build_response(*, client: Client, response: httpx.Response) -> Response[Batch | CancelledBatch]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    batch_id: str,
    *,
    client: AuthenticatedClient,
) -> Response[Batch | CancelledBatch]:
    """Stop a batch that has not ended yet

    Raises:
        errors.UnexpectedStatus: The status is no success and the client is set to raise.
        errors.UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through.

    Returns:
        The response with its status, headers, bytes and parsed body."""
    request = _get_kwargs(
        batch_id=batch_id,
    )
    return _build_response(client=client, response=client.get_httpx_client().request(**request))


def sync(
    batch_id: str,
    *,
    client: AuthenticatedClient,
) -> Batch | CancelledBatch | None:
    """Stop a batch that has not ended yet

    Raises:
        errors.UnexpectedStatus: The status is no success and the client is set to raise.
        errors.UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return sync_detailed(
        batch_id=batch_id,
        client=client,
    ).parsed


async def asyncio_detailed(
    batch_id: str,
    *,
    client: AuthenticatedClient,
) -> Response[Batch | CancelledBatch]:
    """Stop a batch that has not ended yet

    Raises:
        errors.UnexpectedStatus: The status is no success and the client is set to raise.
        errors.UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through.

    Returns:
        The response with its status, headers, bytes and parsed body."""
    request = _get_kwargs(
        batch_id=batch_id,
    )
    return _build_response(client=client, response=await client.get_async_httpx_client().request(**request))


async def asyncio(
    batch_id: str,
    *,
    client: AuthenticatedClient,
) -> Batch | CancelledBatch | None:
    """Stop a batch that has not ended yet

    Raises:
        errors.UnexpectedStatus: The status is no success and the client is set to raise.
        errors.UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return (
        await asyncio_detailed(
            batch_id=batch_id,
            client=client,
        )
    ).parsed
