"""`POST /v1/messages`"""

from __future__ import annotations

from typing import Any, cast

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.create_message_params import CreateMessageParams
from ...models.legacy_message import LegacyMessage
from ...models.message import Message
from ...types import (
    Response,
    encode,
    read_body,
    shaped,
)

_decode = shaped(
    [
        ("Message", ("content", "id", "model", "role", "stop_reason", "type", "usage")),
        ("LegacyMessage", ("choices", "created", "id", "model", "object")),
    ]
)


def _get_kwargs(
    *,
    body: CreateMessageParams,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/messages",
    }
    _kwargs["json"] = encode(body)
    headers["Content-Type"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Client, response: httpx.Response) -> LegacyMessage | Message | None:
    if response.is_success:
        return cast("LegacyMessage | Message", read_body(response.status_code, response.content, _decode))
    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    return None


def _build_response(*, client: Client, response: httpx.Response) -> Response[LegacyMessage | Message]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: CreateMessageParams,
) -> Response[LegacyMessage | Message]:
    """Ask Claude for the next message of a conversation, whole or as a stream

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
    body: CreateMessageParams,
) -> LegacyMessage | Message | None:
    """Ask Claude for the next message of a conversation, whole or as a stream

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
    body: CreateMessageParams,
) -> Response[LegacyMessage | Message]:
    """Ask Claude for the next message of a conversation, whole or as a stream

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
    body: CreateMessageParams,
) -> LegacyMessage | Message | None:
    """Ask Claude for the next message of a conversation, whole or as a stream

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
