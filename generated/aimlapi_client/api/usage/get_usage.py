"""`GET /v2/usage`"""

from __future__ import annotations

from typing import Any, cast

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.usage_summary import UsageSummary
from ...types import (
    UNSET,
    Response,
    Unset,
    model,
    read_body,
)

_decode = model("UsageSummary")


def _get_kwargs(
    *,
    end: str | Unset = UNSET,
    key_prefix: str | Unset = UNSET,
    period: str | Unset = UNSET,
    start: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["end"] = end

    params["key_prefix"] = key_prefix

    params["period"] = period

    params["start"] = start

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v2/usage",
        "params": params,
    }
    return _kwargs


def _parse_response(*, client: Client, response: httpx.Response) -> UsageSummary | None:
    if response.is_success:
        return cast("UsageSummary", read_body(response.status_code, response.content, _decode))
    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    return None


def _build_response(*, client: Client, response: httpx.Response) -> Response[UsageSummary]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    end: str | Unset = UNSET,
    key_prefix: str | Unset = UNSET,
    period: str | Unset = UNSET,
    start: str | Unset = UNSET,
) -> Response[UsageSummary]:
    """Read what a key spent over a window of time, in US dollars

    Raises:
        errors.UnexpectedStatus: The status is no success and the client is set to raise.
        errors.UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through.

    Returns:
        The response with its status, headers, bytes and parsed body."""
    request = _get_kwargs(
        end=end,
        key_prefix=key_prefix,
        period=period,
        start=start,
    )
    return _build_response(client=client, response=client.get_httpx_client().request(**request))


def sync(
    *,
    client: AuthenticatedClient,
    end: str | Unset = UNSET,
    key_prefix: str | Unset = UNSET,
    period: str | Unset = UNSET,
    start: str | Unset = UNSET,
) -> UsageSummary | None:
    """Read what a key spent over a window of time, in US dollars

    Raises:
        errors.UnexpectedStatus: The status is no success and the client is set to raise.
        errors.UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return sync_detailed(
        client=client,
        end=end,
        key_prefix=key_prefix,
        period=period,
        start=start,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    end: str | Unset = UNSET,
    key_prefix: str | Unset = UNSET,
    period: str | Unset = UNSET,
    start: str | Unset = UNSET,
) -> Response[UsageSummary]:
    """Read what a key spent over a window of time, in US dollars

    Raises:
        errors.UnexpectedStatus: The status is no success and the client is set to raise.
        errors.UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through.

    Returns:
        The response with its status, headers, bytes and parsed body."""
    request = _get_kwargs(
        end=end,
        key_prefix=key_prefix,
        period=period,
        start=start,
    )
    return _build_response(client=client, response=await client.get_async_httpx_client().request(**request))


async def asyncio(
    *,
    client: AuthenticatedClient,
    end: str | Unset = UNSET,
    key_prefix: str | Unset = UNSET,
    period: str | Unset = UNSET,
    start: str | Unset = UNSET,
) -> UsageSummary | None:
    """Read what a key spent over a window of time, in US dollars

    Raises:
        errors.UnexpectedStatus: The status is no success and the client is set to raise.
        errors.UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return (
        await asyncio_detailed(
            client=client,
            end=end,
            key_prefix=key_prefix,
            period=period,
            start=start,
        )
    ).parsed
