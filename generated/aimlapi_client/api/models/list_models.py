"""`GET /v1/models`"""

from __future__ import annotations

from typing import Any, cast

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.model_list import ModelList
from ...types import (
    UNSET,
    Response,
    Unset,
    model,
    read_body,
)

_decode = model("ModelList")


def _get_kwargs(
    *,
    capabilities: str | Unset = UNSET,
    details: str | Unset = UNSET,
    id: str | Unset = UNSET,
    include: str | Unset = UNSET,
    input_modalities: str | Unset = UNSET,
    modalities: str | Unset = UNSET,
    output_modalities: str | Unset = UNSET,
    tags: str | Unset = UNSET,
    type_: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["capabilities"] = capabilities

    params["details"] = details

    params["id"] = id

    params["include"] = include

    params["input_modalities"] = input_modalities

    params["modalities"] = modalities

    params["output_modalities"] = output_modalities

    params["tags"] = tags

    params["type"] = type_

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/models",
        "params": params,
    }
    return _kwargs


def _parse_response(*, client: Client, response: httpx.Response) -> ModelList | None:
    if response.is_success:
        return cast("ModelList", read_body(response.status_code, response.content, _decode))
    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    return None


def _build_response(*, client: Client, response: httpx.Response) -> Response[ModelList]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    capabilities: str | Unset = UNSET,
    details: str | Unset = UNSET,
    id: str | Unset = UNSET,
    include: str | Unset = UNSET,
    input_modalities: str | Unset = UNSET,
    modalities: str | Unset = UNSET,
    output_modalities: str | Unset = UNSET,
    tags: str | Unset = UNSET,
    type_: str | Unset = UNSET,
) -> Response[ModelList]:
    """List the models of the gateway, optionally filtered and with prices

    Raises:
        errors.UnexpectedStatus: The status is no success and the client is set to raise.
        errors.UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through.

    Returns:
        The response with its status, headers, bytes and parsed body."""
    request = _get_kwargs(
        capabilities=capabilities,
        details=details,
        id=id,
        include=include,
        input_modalities=input_modalities,
        modalities=modalities,
        output_modalities=output_modalities,
        tags=tags,
        type_=type_,
    )
    return _build_response(client=client, response=client.get_httpx_client().request(**request))


def sync(
    *,
    client: AuthenticatedClient | Client,
    capabilities: str | Unset = UNSET,
    details: str | Unset = UNSET,
    id: str | Unset = UNSET,
    include: str | Unset = UNSET,
    input_modalities: str | Unset = UNSET,
    modalities: str | Unset = UNSET,
    output_modalities: str | Unset = UNSET,
    tags: str | Unset = UNSET,
    type_: str | Unset = UNSET,
) -> ModelList | None:
    """List the models of the gateway, optionally filtered and with prices

    Raises:
        errors.UnexpectedStatus: The status is no success and the client is set to raise.
        errors.UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return sync_detailed(
        client=client,
        capabilities=capabilities,
        details=details,
        id=id,
        include=include,
        input_modalities=input_modalities,
        modalities=modalities,
        output_modalities=output_modalities,
        tags=tags,
        type_=type_,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    capabilities: str | Unset = UNSET,
    details: str | Unset = UNSET,
    id: str | Unset = UNSET,
    include: str | Unset = UNSET,
    input_modalities: str | Unset = UNSET,
    modalities: str | Unset = UNSET,
    output_modalities: str | Unset = UNSET,
    tags: str | Unset = UNSET,
    type_: str | Unset = UNSET,
) -> Response[ModelList]:
    """List the models of the gateway, optionally filtered and with prices

    Raises:
        errors.UnexpectedStatus: The status is no success and the client is set to raise.
        errors.UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through.

    Returns:
        The response with its status, headers, bytes and parsed body."""
    request = _get_kwargs(
        capabilities=capabilities,
        details=details,
        id=id,
        include=include,
        input_modalities=input_modalities,
        modalities=modalities,
        output_modalities=output_modalities,
        tags=tags,
        type_=type_,
    )
    return _build_response(client=client, response=await client.get_async_httpx_client().request(**request))


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    capabilities: str | Unset = UNSET,
    details: str | Unset = UNSET,
    id: str | Unset = UNSET,
    include: str | Unset = UNSET,
    input_modalities: str | Unset = UNSET,
    modalities: str | Unset = UNSET,
    output_modalities: str | Unset = UNSET,
    tags: str | Unset = UNSET,
    type_: str | Unset = UNSET,
) -> ModelList | None:
    """List the models of the gateway, optionally filtered and with prices

    Raises:
        errors.UnexpectedStatus: The status is no success and the client is set to raise.
        errors.UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return (
        await asyncio_detailed(
            client=client,
            capabilities=capabilities,
            details=details,
            id=id,
            include=include,
            input_modalities=input_modalities,
            modalities=modalities,
            output_modalities=output_modalities,
            tags=tags,
            type_=type_,
        )
    ).parsed
