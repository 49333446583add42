"""`GET /v1/models`"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Literal

from ...operation import Endpoint, Operation, Parameter
from ...types import model

if TYPE_CHECKING:
    from ...client import AuthenticatedClient, Client
    from ...models.model_list import ModelList
    from ...types import Response

ENDPOINT: Final[Endpoint[ModelList]] = Endpoint(
    name="list_models",
    method="GET",
    path="/v1/models",
    parameters=(
        Parameter("capabilities", "capabilities", explode=False),
        Parameter("details", "details"),
        Parameter("id", "id", explode=False),
        Parameter("include", "include", explode=False),
        Parameter("input_modalities", "input_modalities", explode=False),
        Parameter("modalities", "modalities", explode=False),
        Parameter("output_modalities", "output_modalities", explode=False),
        Parameter("tags", "tags", explode=False),
        Parameter("type", "type", explode=False),
    ),
    repeat="safe",
    decoder=model("ModelList"),
)


def request(
    *,
    capabilities: str | Sequence[str] | None = None,
    details: Literal["1", "true"] | None = None,
    id: str | Sequence[str] | None = None,
    include: str | Sequence[str] | None = None,
    input_modalities: str | Sequence[str] | None = None,
    modalities: str | Sequence[str] | None = None,
    output_modalities: str | Sequence[str] | None = None,
    tags: str | Sequence[str] | None = None,
    type: str | Sequence[str] | None = None,
) -> Operation[ModelList]:
    """List the models of the gateway, optionally filtered and with prices

    Several values of one filter mean any of them; several filters all have to fit."""
    return Operation(
        ENDPOINT,
        {
            "capabilities": capabilities,
            "details": details,
            "id": id,
            "include": include,
            "input_modalities": input_modalities,
            "modalities": modalities,
            "output_modalities": output_modalities,
            "tags": tags,
            "type": type,
        },
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    capabilities: str | Sequence[str] | None = None,
    details: Literal["1", "true"] | None = None,
    id: str | Sequence[str] | None = None,
    include: str | Sequence[str] | None = None,
    input_modalities: str | Sequence[str] | None = None,
    modalities: str | Sequence[str] | None = None,
    output_modalities: str | Sequence[str] | None = None,
    tags: str | Sequence[str] | None = None,
    type: str | Sequence[str] | None = None,
) -> Response[ModelList]:
    """List the models of the gateway, optionally filtered and with prices

    Several values of one filter mean any of them; several filters all have to fit.
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return client.send(
        request(
            capabilities=capabilities,
            details=details,
            id=id,
            include=include,
            input_modalities=input_modalities,
            modalities=modalities,
            output_modalities=output_modalities,
            tags=tags,
            type=type,
        )
    )


def sync(
    *,
    client: AuthenticatedClient | Client,
    capabilities: str | Sequence[str] | None = None,
    details: Literal["1", "true"] | None = None,
    id: str | Sequence[str] | None = None,
    include: str | Sequence[str] | None = None,
    input_modalities: str | Sequence[str] | None = None,
    modalities: str | Sequence[str] | None = None,
    output_modalities: str | Sequence[str] | None = None,
    tags: str | Sequence[str] | None = None,
    type: str | Sequence[str] | None = None,
) -> ModelList | None:
    """List the models of the gateway, optionally filtered and with prices

    Several values of one filter mean any of them; several filters all have to fit.
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return client.send(
        request(
            capabilities=capabilities,
            details=details,
            id=id,
            include=include,
            input_modalities=input_modalities,
            modalities=modalities,
            output_modalities=output_modalities,
            tags=tags,
            type=type,
        )
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    capabilities: str | Sequence[str] | None = None,
    details: Literal["1", "true"] | None = None,
    id: str | Sequence[str] | None = None,
    include: str | Sequence[str] | None = None,
    input_modalities: str | Sequence[str] | None = None,
    modalities: str | Sequence[str] | None = None,
    output_modalities: str | Sequence[str] | None = None,
    tags: str | Sequence[str] | None = None,
    type: str | Sequence[str] | None = None,
) -> Response[ModelList]:
    """List the models of the gateway, optionally filtered and with prices

    Several values of one filter mean any of them; several filters all have to fit.
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return await client.asend(
        request(
            capabilities=capabilities,
            details=details,
            id=id,
            include=include,
            input_modalities=input_modalities,
            modalities=modalities,
            output_modalities=output_modalities,
            tags=tags,
            type=type,
        )
    )


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    capabilities: str | Sequence[str] | None = None,
    details: Literal["1", "true"] | None = None,
    id: str | Sequence[str] | None = None,
    include: str | Sequence[str] | None = None,
    input_modalities: str | Sequence[str] | None = None,
    modalities: str | Sequence[str] | None = None,
    output_modalities: str | Sequence[str] | None = None,
    tags: str | Sequence[str] | None = None,
    type: str | Sequence[str] | None = None,
) -> ModelList | None:
    """List the models of the gateway, optionally filtered and with prices

    Several values of one filter mean any of them; several filters all have to fit.
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return (
        await client.asend(
            request(
                capabilities=capabilities,
                details=details,
                id=id,
                include=include,
                input_modalities=input_modalities,
                modalities=modalities,
                output_modalities=output_modalities,
                tags=tags,
                type=type,
            )
        )
    ).parsed
