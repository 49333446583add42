"""`GET /v1/models`"""

from __future__ import annotations

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
        Parameter("capabilities", "capabilities"),
        Parameter("details", "details"),
        Parameter("id", "id"),
        Parameter("include", "include"),
        Parameter("input_modalities", "input_modalities"),
        Parameter("modalities", "modalities"),
        Parameter("output_modalities", "output_modalities"),
        Parameter("tags", "tags"),
        Parameter("type_", "type"),
    ),
    repeat="safe",
    decoder=model("ModelList"),
)


def request(
    *,
    capabilities: str | None = None,
    details: Literal["1", "true"] | None = None,
    id: str | None = None,
    include: str | None = None,
    input_modalities: str | None = None,
    modalities: str | None = None,
    output_modalities: str | None = None,
    tags: str | None = None,
    type_: str | None = None,
) -> Operation[ModelList]:
    """List the models of the gateway, optionally filtered and with prices"""
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
            "type_": type_,
        },
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    capabilities: str | None = None,
    details: Literal["1", "true"] | None = None,
    id: str | None = None,
    include: str | None = None,
    input_modalities: str | None = None,
    modalities: str | None = None,
    output_modalities: str | None = None,
    tags: str | None = None,
    type_: str | None = None,
) -> Response[ModelList]:
    """List the models of the gateway, optionally filtered and with prices

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
            type_=type_,
        )
    )


def sync(
    *,
    client: AuthenticatedClient | Client,
    capabilities: str | None = None,
    details: Literal["1", "true"] | None = None,
    id: str | None = None,
    include: str | None = None,
    input_modalities: str | None = None,
    modalities: str | None = None,
    output_modalities: str | None = None,
    tags: str | None = None,
    type_: str | None = None,
) -> ModelList | None:
    """List the models of the gateway, optionally filtered and with prices

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
            type_=type_,
        )
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    capabilities: str | None = None,
    details: Literal["1", "true"] | None = None,
    id: str | None = None,
    include: str | None = None,
    input_modalities: str | None = None,
    modalities: str | None = None,
    output_modalities: str | None = None,
    tags: str | None = None,
    type_: str | None = None,
) -> Response[ModelList]:
    """List the models of the gateway, optionally filtered and with prices

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
            type_=type_,
        )
    )


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    capabilities: str | None = None,
    details: Literal["1", "true"] | None = None,
    id: str | None = None,
    include: str | None = None,
    input_modalities: str | None = None,
    modalities: str | None = None,
    output_modalities: str | None = None,
    tags: str | None = None,
    type_: str | None = None,
) -> ModelList | None:
    """List the models of the gateway, optionally filtered and with prices

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
                type_=type_,
            )
        )
    ).parsed
