"""`GET /v2/billing/transactions`"""

from __future__ import annotations

from typing import Any, cast

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.transaction_page import TransactionPage
from ...types import (
    UNSET,
    Response,
    Unset,
    model,
    read_body,
)

_decode = model("TransactionPage")


def _get_kwargs(
    *,
    cursor: str | Unset = UNSET,
    direction: str | Unset = UNSET,
    from_: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    to: str | Unset = UNSET,
    type_: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["cursor"] = cursor

    params["direction"] = direction

    params["from"] = from_

    params["limit"] = limit

    params["to"] = to

    params["type"] = type_

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v2/billing/transactions",
        "params": params,
    }
    return _kwargs


def _parse_response(*, client: Client, response: httpx.Response) -> TransactionPage | None:
    if response.is_success:
        return cast("TransactionPage", read_body(response.status_code, response.content, _decode))
    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    return None


def _build_response(*, client: Client, response: httpx.Response) -> Response[TransactionPage]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    direction: str | Unset = UNSET,
    from_: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    to: str | Unset = UNSET,
    type_: str | Unset = UNSET,
) -> Response[TransactionPage]:
    """List top-ups and charges, page by page with a cursor

    Raises:
        errors.UnexpectedStatus: The status is no success and the client is set to raise.
        errors.UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through.

    Returns:
        The response with its status, headers, bytes and parsed body."""
    request = _get_kwargs(
        cursor=cursor,
        direction=direction,
        from_=from_,
        limit=limit,
        to=to,
        type_=type_,
    )
    return _build_response(client=client, response=client.get_httpx_client().request(**request))


def sync(
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    direction: str | Unset = UNSET,
    from_: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    to: str | Unset = UNSET,
    type_: str | Unset = UNSET,
) -> TransactionPage | None:
    """List top-ups and charges, page by page with a cursor

    Raises:
        errors.UnexpectedStatus: The status is no success and the client is set to raise.
        errors.UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return sync_detailed(
        client=client,
        cursor=cursor,
        direction=direction,
        from_=from_,
        limit=limit,
        to=to,
        type_=type_,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    direction: str | Unset = UNSET,
    from_: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    to: str | Unset = UNSET,
    type_: str | Unset = UNSET,
) -> Response[TransactionPage]:
    """List top-ups and charges, page by page with a cursor

    Raises:
        errors.UnexpectedStatus: The status is no success and the client is set to raise.
        errors.UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through.

    Returns:
        The response with its status, headers, bytes and parsed body."""
    request = _get_kwargs(
        cursor=cursor,
        direction=direction,
        from_=from_,
        limit=limit,
        to=to,
        type_=type_,
    )
    return _build_response(client=client, response=await client.get_async_httpx_client().request(**request))


async def asyncio(
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    direction: str | Unset = UNSET,
    from_: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    to: str | Unset = UNSET,
    type_: str | Unset = UNSET,
) -> TransactionPage | None:
    """List top-ups and charges, page by page with a cursor

    Raises:
        errors.UnexpectedStatus: The status is no success and the client is set to raise.
        errors.UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return (
        await asyncio_detailed(
            client=client,
            cursor=cursor,
            direction=direction,
            from_=from_,
            limit=limit,
            to=to,
            type_=type_,
        )
    ).parsed
