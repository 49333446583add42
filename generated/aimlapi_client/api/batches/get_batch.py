"""`GET /v1/batches`"""

from __future__ import annotations

from typing import Any, cast

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.batch import Batch
from ...models.batch_result import BatchResult
from ...models.batch_status import BatchStatus
from ...types import (
    UNSET,
    Response,
    model,
    read_body,
    shaped,
)

_decode = shaped(
    [
        ("Batch", ("created_at", "expires_at", "id", "processing_status", "request_counts", "type")),
        ("BatchStatus", ("id", "status")),
    ]
)
_decode_line = model("BatchResult")


def _get_kwargs(
    *,
    batch_id: str,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["batch_id"] = batch_id

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/batches",
        "params": params,
    }
    return _kwargs


def _parse_response(
    *, client: Client, response: httpx.Response
) -> Batch | BatchStatus | list[BatchResult] | None:
    if response.is_success:
        return cast(
            "Batch | BatchStatus | list[BatchResult]",
            read_body(response.status_code, response.content, _decode, _decode_line),
        )
    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    return None


def _build_response(
    *, client: Client, response: httpx.Response
) -> Response[Batch | BatchStatus | list[BatchResult]]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    batch_id: str,
) -> Response[Batch | BatchStatus | list[BatchResult]]:
    """Look up a batch; gives its state while it runs and its results afterwards

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
    *,
    client: AuthenticatedClient,
    batch_id: str,
) -> Batch | BatchStatus | list[BatchResult] | None:
    """Look up a batch; gives its state while it runs and its results afterwards

    Raises:
        errors.UnexpectedStatus: The status is no success and the client is set to raise.
        errors.UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return sync_detailed(
        client=client,
        batch_id=batch_id,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    batch_id: str,
) -> Response[Batch | BatchStatus | list[BatchResult]]:
    """Look up a batch; gives its state while it runs and its results afterwards

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
    *,
    client: AuthenticatedClient,
    batch_id: str,
) -> Batch | BatchStatus | list[BatchResult] | None:
    """Look up a batch; gives its state while it runs and its results afterwards

    Raises:
        errors.UnexpectedStatus: The status is no success and the client is set to raise.
        errors.UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return (
        await asyncio_detailed(
            client=client,
            batch_id=batch_id,
        )
    ).parsed
