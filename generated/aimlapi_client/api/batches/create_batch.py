"""`POST /v1/batches`"""

from __future__ import annotations

from typing import Any, cast

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.batch import Batch
from ...models.create_batch_params import CreateBatchParams
from ...types import (
    Response,
    encode,
    model,
    read_body,
)

_decode = model("Batch")


def _get_kwargs(
    *,
    body: CreateBatchParams,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/batches",
    }
    _kwargs["json"] = encode(body)
    headers["Content-Type"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Client, response: httpx.Response) -> Batch | None:
    if response.is_success:
        return cast("Batch", read_body(response.status_code, response.content, _decode))
    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    return None


def _build_response(*, client: Client, response: httpx.Response) -> Response[Batch]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: CreateBatchParams,
) -> Response[Batch]:
    """Hand in up to 100,000 message requests as one batch

    Raises:
        errors.UnexpectedStatus: The status is no success and the client is set to raise.
        errors.UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through.

    Returns:
        The response with its status, headers, bytes and parsed body."""
    request = _get_kwargs(
        body=body,
    )
    return _build_response(client=client, response=client.get_httpx_client().request(**request))


def sync(
    *,
    client: AuthenticatedClient,
    body: CreateBatchParams,
) -> Batch | None:
    """Hand in up to 100,000 message requests as one batch

    Raises:
        errors.UnexpectedStatus: The status is no success and the client is set to raise.
        errors.UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: CreateBatchParams,
) -> Response[Batch]:
    """Hand in up to 100,000 message requests as one batch

    Raises:
        errors.UnexpectedStatus: The status is no success and the client is set to raise.
        errors.UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through.

    Returns:
        The response with its status, headers, bytes and parsed body."""
    request = _get_kwargs(
        body=body,
    )
    return _build_response(client=client, response=await client.get_async_httpx_client().request(**request))


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: CreateBatchParams,
) -> Batch | None:
    """Hand in up to 100,000 message requests as one batch

    Raises:
        errors.UnexpectedStatus: The status is no success and the client is set to raise.
        errors.UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
