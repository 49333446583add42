"""A client for the messages section of the AI/ML API gateway.

    from aimlapi_messages import AIMLAPI

    client = AIMLAPI()
    print(client.messages.create(model="anthropic/claude-sonnet-4.5", messages="Hello").text)

This file is the package's only door: it names what is public, and loads each name when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._async_client import AsyncAIMLAPI
    from ._client import AIMLAPI
    from ._cost import Cost
    from ._errors import (
        AIMLAPIError,
        APIConnectionError,
        APIError,
        APIStatusError,
        APITimeoutError,
        AuthenticationError,
        BadRequestError,
        ConfigurationError,
        ConflictError,
        EventTooLargeError,
        InternalServerError,
        InvalidRequestError,
        MissingKeyError,
        ModelWithdrawnError,
        NotFoundError,
        OutOfCreditError,
        OverloadedError,
        PermissionDeniedError,
        RateLimitError,
        RequestTooLargeError,
        StreamDecodeError,
        StreamError,
        StreamIncompleteError,
        UnexpectedResponseError,
        UnprocessableEntityError,
    )
    from ._events import CostEvent, UnknownEvent
    from ._message import Message, ToolUseBlock
    from ._requests import CreateOptions
    from ._streaming import (
        AsyncMessageStream,
        AsyncMessageStreamManager,
        MessageStream,
        MessageStreamManager,
    )
    from ._types import NOT_GIVEN, NotGiven

    __version__: str

__all__ = [
    "AIMLAPI",
    "NOT_GIVEN",
    "AIMLAPIError",
    "APIConnectionError",
    "APIError",
    "APIStatusError",
    "APITimeoutError",
    "AsyncAIMLAPI",
    "AsyncMessageStream",
    "AsyncMessageStreamManager",
    "AuthenticationError",
    "BadRequestError",
    "ConfigurationError",
    "ConflictError",
    "Cost",
    "CostEvent",
    "CreateOptions",
    "EventTooLargeError",
    "InternalServerError",
    "InvalidRequestError",
    "Message",
    "MessageStream",
    "MessageStreamManager",
    "MissingKeyError",
    "ModelWithdrawnError",
    "NotFoundError",
    "NotGiven",
    "OutOfCreditError",
    "OverloadedError",
    "PermissionDeniedError",
    "RateLimitError",
    "RequestTooLargeError",
    "StreamDecodeError",
    "StreamError",
    "StreamIncompleteError",
    "ToolUseBlock",
    "UnexpectedResponseError",
    "UnknownEvent",
    "UnprocessableEntityError",
    "__version__",
]

_MODULES = {
    "AIMLAPI": "_client",
    "AsyncAIMLAPI": "_async_client",
    "AsyncMessageStream": "_streaming",
    "AsyncMessageStreamManager": "_streaming",
    "Cost": "_cost",
    "CostEvent": "_events",
    "CreateOptions": "_requests",
    "Message": "_message",
    "MessageStream": "_streaming",
    "MessageStreamManager": "_streaming",
    "NOT_GIVEN": "_types",
    "NotGiven": "_types",
    "ToolUseBlock": "_message",
    "UnknownEvent": "_events",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: Any
    if name == "__version__":
        value = import_module("._config", __name__).version()
    else:
        value = getattr(import_module(f".{_MODULES.get(name, '_errors')}", __name__), name)
        # Tracebacks and pickles shall name the door, not the room behind it.
        (value if isinstance(value, type) else type(value)).__module__ = __name__
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
