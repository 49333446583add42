"""`POST /v1/messages`"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from ...operation import Endpoint, Operation
from ...types import shaped

if TYPE_CHECKING:
    from ...client import AuthenticatedClient
    from ...models.create_message_params import CreateMessageParams
    from ...models.legacy_message import LegacyMessage
    from ...models.message import Message
    from ...types import Response

ENDPOINT: Final[Endpoint[LegacyMessage | Message]] = Endpoint(
    name="create_message",
    method="POST",
    path="/v1/messages",
    repeat="billed",
    needs_body=True,
    decoder=shaped(
        [
            ("Message", ("content", "id", "model", "role", "stop_reason", "type", "usage")),
            ("LegacyMessage", ("choices", "created", "id", "model", "object")),
        ]
    ),
)
#: The members of the body, as on the wire.
MEMBERS: Final = [
    "max_tokens",
    "messages",
    "metadata",
    "model",
    "output_config",
    "stop_sequences",
    "stream",
    "system",
    "temperature",
    "thinking",
    "tool_choice",
    "tools",
    "top_k",
    "top_p",
]


def request(
    *,
    body: CreateMessageParams | Mapping[str, Any],
) -> Operation[LegacyMessage | Message]:
    """Ask Claude for the next message of a conversation, whole or as a stream"""
    return Operation(
        ENDPOINT,
        {},
        body=body,
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: CreateMessageParams | Mapping[str, Any],
) -> Response[LegacyMessage | Message]:
    """Ask Claude for the next message of a conversation, whole or as a stream
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return client.send(
        request(
            body=body,
        )
    )


def sync(
    *,
    client: AuthenticatedClient,
    body: CreateMessageParams | Mapping[str, Any],
) -> LegacyMessage | Message | None:
    """Ask Claude for the next message of a conversation, whole or as a stream
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return client.send(
        request(
            body=body,
        )
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: CreateMessageParams | Mapping[str, Any],
) -> Response[LegacyMessage | Message]:
    """Ask Claude for the next message of a conversation, whole or as a stream
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return await client.asend(
        request(
            body=body,
        )
    )


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: CreateMessageParams | Mapping[str, Any],
) -> LegacyMessage | Message | None:
    """Ask Claude for the next message of a conversation, whole or as a stream
    Raises:
        ArgumentError: An argument cannot be sent.
        UnexpectedStatus: The status is no success and the client is set to raise.
        UnreadableBody: The status is a success and the body is not what the document promises.
        httpx.HTTPError: The request did not come through."""
    return (
        await client.asend(
            request(
                body=body,
            )
        )
    ).parsed
