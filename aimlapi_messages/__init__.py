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
    from ._async_streaming import AsyncEventStream, AsyncMessageStream, AsyncMessageStreamManager
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
        BudgetExceededError,
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
    from ._events import CostEvent, StreamEvent, UnknownEvent
    from ._message import ContentBlock, Message, ToolUseBlock
    from ._requests import CreateOptions
    from ._responses import ResponseHead
    from ._sending import Attempt
    from ._stream_events import (
        CitationEvent,
        ContentBlockStopEvent,
        InputJsonEvent,
        MessageStopEvent,
        MessageStreamEvent,
        SignatureEvent,
        TextEvent,
        ThinkingEvent,
    )
    from ._streaming import EventStream, MessageStream, MessageStreamManager
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
    "AsyncEventStream",
    "AsyncMessageStream",
    "AsyncMessageStreamManager",
    "Attempt",
    "AuthenticationError",
    "BadRequestError",
    "BudgetExceededError",
    "CitationEvent",
    "ConfigurationError",
    "ConflictError",
    "ContentBlock",
    "ContentBlockStopEvent",
    "Cost",
    "CostEvent",
    "CreateOptions",
    "EventStream",
    "EventTooLargeError",
    "InputJsonEvent",
    "InternalServerError",
    "InvalidRequestError",
    "Message",
    "MessageStopEvent",
    "MessageStream",
    "MessageStreamEvent",
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
    "ResponseHead",
    "SignatureEvent",
    "StreamDecodeError",
    "StreamError",
    "StreamEvent",
    "StreamIncompleteError",
    "TextEvent",
    "ThinkingEvent",
    "ToolUseBlock",
    "UnexpectedResponseError",
    "UnknownEvent",
    "UnprocessableEntityError",
    "__version__",
]

_MODULES = {
    "AIMLAPI": "_client",
    "AsyncAIMLAPI": "_async_client",
    "AsyncEventStream": "_async_streaming",
    "AsyncMessageStream": "_async_streaming",
    "AsyncMessageStreamManager": "_async_streaming",
    "Attempt": "_sending",
    "CitationEvent": "_stream_events",
    "ContentBlock": "_message",
    "ContentBlockStopEvent": "_stream_events",
    "Cost": "_cost",
    "CostEvent": "_events",
    "CreateOptions": "_requests",
    "EventStream": "_streaming",
    "InputJsonEvent": "_stream_events",
    "Message": "_message",
    "MessageStopEvent": "_stream_events",
    "MessageStream": "_streaming",
    "MessageStreamEvent": "_stream_events",
    "MessageStreamManager": "_streaming",
    "NOT_GIVEN": "_types",
    "NotGiven": "_types",
    "ResponseHead": "_responses",
    "SignatureEvent": "_stream_events",
    "StreamEvent": "_events",
    "TextEvent": "_stream_events",
    "ThinkingEvent": "_stream_events",
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
        # Tracebacks and pickles shall name the door, not the room behind it. A union of types has no name to change.
        kind = value if isinstance(value, type) else type(value)
        if kind.__module__.startswith(__name__):
            kind.__module__ = __name__
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
