"""`GET /models/metrics`"""

from __future__ import annotations

from typing import Any, cast

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.model_metrics_list import ModelMetricsList
from ...types import (
    UNSET,
    Response,
    Unset,
    model,
    read_body,
)

_decode = model("ModelMetricsList")


def _get_kwargs(
    *,
    aliases: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["aliases"] = aliases

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/models/metrics",
        "params": params,
    }
    return _kwargs


def _parse_response(*, client: Client, response: httpx.Response) -> ModelMetricsList | None:
    if response.is_success:
        return cast("ModelMetricsList", read_body(response.status_code, response.content, _decode))
    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    return None


def _build_response(*, client: Client, response: httpx.Response) -> Response[ModelMetricsList]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    aliases: str | Unset = UNSET,
) -> Response[ModelMetricsList]:
    """Read measured latency and speed of models, as percentiles

    Raises:
        errors.UnexpectedStatus: The status is no success and the client is set to raise.
        errors.UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through.

    Returns:
        The response with its status, headers, bytes and parsed body."""
    request = _get_kwargs(
        aliases=aliases,
    )
    return _build_response(client=client, response=client.get_httpx_client().request(**request))


def sync(
    *,
    client: AuthenticatedClient | Client,
    aliases: str | Unset = UNSET,
) -> ModelMetricsList | None:
    """Read measured latency and speed of models, as percentiles

    Raises:
        errors.UnexpectedStatus: The status is no success and the client is set to raise.
        errors.UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return sync_detailed(
        client=client,
        aliases=aliases,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    aliases: str | Unset = UNSET,
) -> Response[ModelMetricsList]:
    """Read measured latency and speed of models, as percentiles

    Raises:
        errors.UnexpectedStatus: The status is no success and the client is set to raise.
        errors.UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through.

    Returns:
        The response with its status, headers, bytes and parsed body."""
    request = _get_kwargs(
        aliases=aliases,
    )
    return _build_response(client=client, response=await client.get_async_httpx_client().request(**request))


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    aliases: str | Unset = UNSET,
) -> ModelMetricsList | None:
    """Read measured latency and speed of models, as percentiles

    Raises:
        errors.UnexpectedStatus: The status is no success and the client is set to raise.
        errors.UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return (
        await asyncio_detailed(
            client=client,
            aliases=aliases,
        )
    ).parsed
