"""`GET /v2/billing/transactions`"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from ...operation import Endpoint, Moment, Operation, Parameter
from ...types import model

if TYPE_CHECKING:
    from ...client import AuthenticatedClient
    from ...models.transaction_page import TransactionPage
    from ...types import Response

ENDPOINT: Final[Endpoint[TransactionPage]] = Endpoint(
    name="list_transactions",
    method="GET",
    path="/v2/billing/transactions",
    parameters=(
        Parameter("cursor", "cursor"),
        Parameter("direction", "direction"),
        Parameter("start", "from", kind="date-time"),
        Parameter("page_size", "limit", minimum=1, maximum=100),
        Parameter("end", "to", kind="date-time"),
        Parameter("type", "type"),
    ),
    repeat="safe",
    decoder=model("TransactionPage"),
)


def request(
    *,
    cursor: str | None = None,
    direction: Literal["CHARGE", "TOPUP"] | None = None,
    start: Moment | None = None,
    page_size: int | None = None,
    end: Moment | None = None,
    type: Literal["ADJUSTMENT", "BONUS", "CREDITS_EXPIRED", "INIT", "MODEL_USAGE", "PAYMENT", "REFUND"]
    | None = None,
) -> Operation[TransactionPage]:
    """List top-ups and charges, page by page with a cursor

    The latest first. A management key is refused."""
    return Operation(
        ENDPOINT,
        {
            "cursor": cursor,
            "direction": direction,
            "start": start,
            "page_size": page_size,
            "end": end,
            "type": type,
        },
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    cursor: str | None = None,
    direction: Literal["CHARGE", "TOPUP"] | None = None,
    start: Moment | None = None,
    page_size: int | None = None,
    end: Moment | None = None,
    type: Literal["ADJUSTMENT", "BONUS", "CREDITS_EXPIRED", "INIT", "MODEL_USAGE", "PAYMENT", "REFUND"]
    | None = None,
) -> Response[TransactionPage]:
    """List top-ups and charges, page by page with a cursor

    The latest first. A management key is refused.
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return client.send(
        request(
            cursor=cursor,
            direction=direction,
            start=start,
            page_size=page_size,
            end=end,
            type=type,
        )
    )


def sync(
    *,
    client: AuthenticatedClient,
    cursor: str | None = None,
    direction: Literal["CHARGE", "TOPUP"] | None = None,
    start: Moment | None = None,
    page_size: int | None = None,
    end: Moment | None = None,
    type: Literal["ADJUSTMENT", "BONUS", "CREDITS_EXPIRED", "INIT", "MODEL_USAGE", "PAYMENT", "REFUND"]
    | None = None,
) -> TransactionPage | None:
    """List top-ups and charges, page by page with a cursor

    The latest first. A management key is refused.
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return client.send(
        request(
            cursor=cursor,
            direction=direction,
            start=start,
            page_size=page_size,
            end=end,
            type=type,
        )
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    cursor: str | None = None,
    direction: Literal["CHARGE", "TOPUP"] | None = None,
    start: Moment | None = None,
    page_size: int | None = None,
    end: Moment | None = None,
    type: Literal["ADJUSTMENT", "BONUS", "CREDITS_EXPIRED", "INIT", "MODEL_USAGE", "PAYMENT", "REFUND"]
    | None = None,
) -> Response[TransactionPage]:
    """List top-ups and charges, page by page with a cursor

    The latest first. A management key is refused.
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return await client.asend(
        request(
            cursor=cursor,
            direction=direction,
            start=start,
            page_size=page_size,
            end=end,
            type=type,
        )
    )


async def asyncio(
    *,
    client: AuthenticatedClient,
    cursor: str | None = None,
    direction: Literal["CHARGE", "TOPUP"] | None = None,
    start: Moment | None = None,
    page_size: int | None = None,
    end: Moment | None = None,
    type: Literal["ADJUSTMENT", "BONUS", "CREDITS_EXPIRED", "INIT", "MODEL_USAGE", "PAYMENT", "REFUND"]
    | None = None,
) -> TransactionPage | None:
    """List top-ups and charges, page by page with a cursor

    The latest first. A management key is refused.
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return (
        await client.asend(
            request(
                cursor=cursor,
                direction=direction,
                start=start,
                page_size=page_size,
                end=end,
                type=type,
            )
        )
    ).parsed
