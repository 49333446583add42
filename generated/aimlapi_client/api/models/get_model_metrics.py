"""`GET /models/metrics`"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from ...operation import Endpoint, Operation, Parameter
from ...types import model

if TYPE_CHECKING:
    from ...client import AuthenticatedClient, Client
    from ...models.model_metrics_list import ModelMetricsList
    from ...types import Response

ENDPOINT: Final[Endpoint[ModelMetricsList]] = Endpoint(
    name="get_model_metrics",
    method="GET",
    path="/models/metrics",
    parameters=(Parameter("aliases", "aliases", most=100),),
    repeat="safe",
    decoder=model("ModelMetricsList"),
)


def request(
    *,
    aliases: str | Sequence[str] | None = None,
) -> Operation[ModelMetricsList]:
    """Read measured latency and speed of models, as percentiles"""
    return Operation(
        ENDPOINT,
        {
            "aliases": aliases,
        },
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    aliases: str | Sequence[str] | None = None,
) -> Response[ModelMetricsList]:
    """Read measured latency and speed of models, as percentiles
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return client.send(
        request(
            aliases=aliases,
        )
    )


def sync(
    *,
    client: AuthenticatedClient | Client,
    aliases: str | Sequence[str] | None = None,
) -> ModelMetricsList | None:
    """Read measured latency and speed of models, as percentiles
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return client.send(
        request(
            aliases=aliases,
        )
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    aliases: str | Sequence[str] | None = None,
) -> Response[ModelMetricsList]:
    """Read measured latency and speed of models, as percentiles
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return await client.asend(
        request(
            aliases=aliases,
        )
    )


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    aliases: str | Sequence[str] | None = None,
) -> ModelMetricsList | None:
    """Read measured latency and speed of models, as percentiles
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return (
        await client.asend(
            request(
                aliases=aliases,
            )
        )
    ).parsed
