"""`PATCH /v1/keys/{prefix}`"""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.key_envelope import KeyEnvelope
from ...models.update_key_params import UpdateKeyParams
from ...types import (
    Response,
    encode,
    model,
    read_body,
)

_decode = model("KeyEnvelope")


def _get_kwargs(
    prefix: str,
    *,
    body: UpdateKeyParams,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/v1/keys/{prefix}".format(
            prefix=quote(str(prefix), safe=""),
        ),
    }
    _kwargs["json"] = encode(body)
    headers["Content-Type"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Client, response: httpx.Response) -> KeyEnvelope | None:
    if response.is_success:
        return cast("KeyEnvelope", read_body(response.status_code, response.content, _decode))
    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    return None


def _build_response(*, client: Client, response: httpx.Response) -> Response[KeyEnvelope]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    prefix: str,
    *,
    client: AuthenticatedClient,
    body: UpdateKeyParams,
) -> Response[KeyEnvelope]:
    """Change some settings of a key; needs a management key

    Raises:
        errors.UnexpectedStatus: The status is no success and the client is set to raise.
        errors.UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through.

    Returns:
        The response with its status, headers, bytes and parsed body."""
    request = _get_kwargs(
        prefix=prefix,
        body=body,
    )
    return _build_response(client=client, response=client.get_httpx_client().request(**request))


def sync(
    prefix: str,
    *,
    client: AuthenticatedClient,
    body: UpdateKeyParams,
) -> KeyEnvelope | None:
    """Change some settings of a key; needs a management key

    Raises:
        errors.UnexpectedStatus: The status is no success and the client is set to raise.
        errors.UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return sync_detailed(
        prefix=prefix,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    prefix: str,
    *,
    client: AuthenticatedClient,
    body: UpdateKeyParams,
) -> Response[KeyEnvelope]:
    """Change some settings of a key; needs a management key

    Raises:
        errors.UnexpectedStatus: The status is no success and the client is set to raise.
        errors.UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through.

    Returns:
        The response with its status, headers, bytes and parsed body."""
    request = _get_kwargs(
        prefix=prefix,
        body=body,
    )
    return _build_response(client=client, response=await client.get_async_httpx_client().request(**request))


async def asyncio(
    prefix: str,
    *,
    client: AuthenticatedClient,
    body: UpdateKeyParams,
) -> KeyEnvelope | None:
    """Change some settings of a key; needs a management key

    Raises:
        errors.UnexpectedStatus: The status is no success and the client is set to raise.
        errors.UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return (
        await asyncio_detailed(
            prefix=prefix,
            client=client,
            body=body,
        )
    ).parsed
