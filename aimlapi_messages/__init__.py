"""A client for the messages section of the AI/ML API gateway.

    from aimlapi_messages import AIMLAPI

    client = AIMLAPI()
    print(client.messages.create(model="anthropic/claude-sonnet-4.5", messages="Hello").text)

This file is the package's only door: it names what is public, and loads each name when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from ._async_client import AsyncAIMLAPI
    from ._async_output_stream import AsyncOutputStream
    from ._async_streaming import AsyncEventStream, AsyncMessageStream, AsyncMessageStreamManager
    from ._async_tool_runner import AsyncToolRunner, AsyncToolStreamRunner
    from ._client import AIMLAPI
    from ._content import cached, document, image, text
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
        ContentError,
        EventTooLargeError,
        InternalServerError,
        InvalidRequestError,
        MaxIterationsError,
        MissingKeyError,
        ModelWithdrawnError,
        NotFoundError,
        OutOfCreditError,
        OutputError,
        OverloadedError,
        PermissionDeniedError,
        RateLimitError,
        RequestTooLargeError,
        StreamDecodeError,
        StreamError,
        StreamIncompleteError,
        ToolArgumentsError,
        ToolCallIncompleteError,
        ToolDefinitionError,
        ToolError,
        ToolFailedError,
        ToolRunError,
        UnexpectedResponseError,
        UnprocessableEntityError,
    )
    from ._events import CostEvent, StreamEvent, UnknownEvent
    from ._message import ContentBlock, Message, ToolUseBlock
    from ._output_stream import OutputStream
    from ._requests import CallOptions, CreateOptions, RunOptions
    from ._responses import ResponseHead
    from ._schema import Field
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
    from ._tool_run import Refuse, Replace, ToolCall, ToolOutcome
    from ._tool_runner import ToolRunner, ToolStreamRunner
    from ._tools import Tool, Toolbox, tool
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
    "AsyncOutputStream",
    "AsyncToolRunner",
    "AsyncToolStreamRunner",
    "Attempt",
    "AuthenticationError",
    "BadRequestError",
    "BudgetExceededError",
    "CallOptions",
    "CitationEvent",
    "ConfigurationError",
    "ConflictError",
    "ContentBlock",
    "ContentBlockStopEvent",
    "ContentError",
    "Cost",
    "CostEvent",
    "CreateOptions",
    "EventStream",
    "EventTooLargeError",
    "Field",
    "InputJsonEvent",
    "InternalServerError",
    "InvalidRequestError",
    "MaxIterationsError",
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
    "OutputError",
    "OutputStream",
    "OverloadedError",
    "PermissionDeniedError",
    "RateLimitError",
    "Refuse",
    "Replace",
    "RequestTooLargeError",
    "ResponseHead",
    "RunOptions",
    "SignatureEvent",
    "StreamDecodeError",
    "StreamError",
    "StreamEvent",
    "StreamIncompleteError",
    "TextEvent",
    "ThinkingEvent",
    "Tool",
    "ToolArgumentsError",
    "ToolCall",
    "ToolCallIncompleteError",
    "ToolDefinitionError",
    "ToolError",
    "ToolFailedError",
    "ToolOutcome",
    "ToolRunError",
    "ToolRunner",
    "ToolStreamRunner",
    "ToolUseBlock",
    "Toolbox",
    "UnexpectedResponseError",
    "UnknownEvent",
    "UnprocessableEntityError",
    "__version__",
    "cached",
    "document",
    "image",
    "text",
    "tool",
]

_MODULES = {
    "AIMLAPI": "_client",
    "AsyncAIMLAPI": "_async_client",
    "AsyncEventStream": "_async_streaming",
    "AsyncMessageStream": "_async_streaming",
    "AsyncMessageStreamManager": "_async_streaming",
    "AsyncOutputStream": "_async_output_stream",
    "AsyncToolRunner": "_async_tool_runner",
    "AsyncToolStreamRunner": "_async_tool_runner",
    "Attempt": "_sending",
    "CallOptions": "_requests",
    "CitationEvent": "_stream_events",
    "ContentBlock": "_message",
    "ContentBlockStopEvent": "_stream_events",
    "Cost": "_cost",
    "CostEvent": "_events",
    "CreateOptions": "_requests",
    "EventStream": "_streaming",
    "Field": "_schema",
    "InputJsonEvent": "_stream_events",
    "Message": "_message",
    "MessageStopEvent": "_stream_events",
    "MessageStream": "_streaming",
    "MessageStreamEvent": "_stream_events",
    "MessageStreamManager": "_streaming",
    "NOT_GIVEN": "_types",
    "NotGiven": "_types",
    "OutputStream": "_output_stream",
    "Refuse": "_tool_run",
    "Replace": "_tool_run",
    "ResponseHead": "_responses",
    "RunOptions": "_requests",
    "SignatureEvent": "_stream_events",
    "StreamEvent": "_events",
    "TextEvent": "_stream_events",
    "ThinkingEvent": "_stream_events",
    "Tool": "_tools",
    "ToolCall": "_tool_run",
    "ToolOutcome": "_tool_run",
    "ToolRunner": "_tool_runner",
    "ToolStreamRunner": "_tool_runner",
    "ToolUseBlock": "_message",
    "Toolbox": "_tools",
    "UnknownEvent": "_events",
    "cached": "_content",
    "document": "_content",
    "image": "_content",
    "text": "_content",
    "tool": "_tools",
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
        owner = value if hasattr(value, "__qualname__") else cast("Any", type(value))
        if owner.__module__.startswith(__name__):
            owner.__module__ = __name__
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
