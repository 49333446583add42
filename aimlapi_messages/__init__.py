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
    from .client.async_client import AsyncAIMLAPI
    from .client.client import AIMLAPI
    from .content.blocks import cached, document, image, text
    from .core.cost import Cost
    from .core.deprecations import ModelDeprecationWarning
    from .core.errors import (
        AIMLAPIError,
        APIConnectionError,
        APIError,
        APIStatusError,
        APITimeoutError,
        AuthenticationError,
        BadRequestError,
        BatchIncompleteError,
        BatchNotEndedError,
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
    from .core.types import NOT_GIVEN, NotGiven
    from .message.message import ContentBlock, Message, ToolUseBlock
    from .message.options import BatchParams, BatchRequest, CallOptions, CreateOptions, RunOptions
    from .message.request import RequestOptions
    from .message.response import ResponseHead
    from .resources.async_batch_results import AsyncBatchResults
    from .resources.batch import Batch, BatchCounts, BatchResult
    from .resources.batch_results import BatchResults
    from .resources.batch_wait import BatchProgress
    from .resources.models import known_models
    from .schema.field import Field
    from .streaming.async_streams import AsyncEventStream, AsyncMessageStream, AsyncMessageStreamManager
    from .streaming.helper_events import (
        CitationEvent,
        ContentBlockStopEvent,
        InputJsonEvent,
        MessageStopEvent,
        MessageStreamEvent,
        SignatureEvent,
        TextEvent,
        ThinkingEvent,
    )
    from .streaming.streams import EventStream, MessageStream, MessageStreamManager
    from .streaming.wire_events import CostEvent, StreamEvent, UnknownEvent
    from .tools.async_output_stream import AsyncOutputStream
    from .tools.async_runner import AsyncToolRunner, AsyncToolStreamRunner
    from .tools.output_stream import OutputStream
    from .tools.run import Refuse, Replace, ToolCall, ToolOutcome
    from .tools.runner import ToolRunner, ToolStreamRunner
    from .tools.tool import Tool, Toolbox, tool
    from .transport.retry_state import Attempt

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
    "AsyncBatchResults",
    "AsyncEventStream",
    "AsyncMessageStream",
    "AsyncMessageStreamManager",
    "AsyncOutputStream",
    "AsyncToolRunner",
    "AsyncToolStreamRunner",
    "Attempt",
    "AuthenticationError",
    "BadRequestError",
    "Batch",
    "BatchCounts",
    "BatchIncompleteError",
    "BatchNotEndedError",
    "BatchParams",
    "BatchProgress",
    "BatchRequest",
    "BatchResult",
    "BatchResults",
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
    "ModelDeprecationWarning",
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
    "RequestOptions",
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
    "known_models",
    "text",
    "tool",
]

_MODULES = {
    "AIMLAPI": "client.client",
    "AsyncAIMLAPI": "client.async_client",
    "AsyncBatchResults": "resources.async_batch_results",
    "AsyncEventStream": "streaming.async_streams",
    "AsyncMessageStream": "streaming.async_streams",
    "AsyncMessageStreamManager": "streaming.async_streams",
    "AsyncOutputStream": "tools.async_output_stream",
    "AsyncToolRunner": "tools.async_runner",
    "AsyncToolStreamRunner": "tools.async_runner",
    "Attempt": "transport.retry_state",
    "Batch": "resources.batch",
    "BatchCounts": "resources.batch",
    "BatchParams": "message.options",
    "BatchProgress": "resources.batch_wait",
    "BatchRequest": "message.options",
    "BatchResult": "resources.batch",
    "BatchResults": "resources.batch_results",
    "CallOptions": "message.options",
    "CitationEvent": "streaming.helper_events",
    "ContentBlock": "message.message",
    "ContentBlockStopEvent": "streaming.helper_events",
    "Cost": "core.cost",
    "CostEvent": "streaming.wire_events",
    "CreateOptions": "message.options",
    "EventStream": "streaming.streams",
    "Field": "schema.field",
    "InputJsonEvent": "streaming.helper_events",
    "Message": "message.message",
    "MessageStopEvent": "streaming.helper_events",
    "MessageStream": "streaming.streams",
    "MessageStreamEvent": "streaming.helper_events",
    "MessageStreamManager": "streaming.streams",
    "ModelDeprecationWarning": "core.deprecations",
    "NOT_GIVEN": "core.types",
    "NotGiven": "core.types",
    "OutputStream": "tools.output_stream",
    "Refuse": "tools.run",
    "Replace": "tools.run",
    "RequestOptions": "message.request",
    "ResponseHead": "message.response",
    "RunOptions": "message.options",
    "SignatureEvent": "streaming.helper_events",
    "StreamEvent": "streaming.wire_events",
    "TextEvent": "streaming.helper_events",
    "ThinkingEvent": "streaming.helper_events",
    "Tool": "tools.tool",
    "ToolCall": "tools.run",
    "ToolOutcome": "tools.run",
    "ToolRunner": "tools.runner",
    "ToolStreamRunner": "tools.runner",
    "ToolUseBlock": "message.message",
    "Toolbox": "tools.tool",
    "UnknownEvent": "streaming.wire_events",
    "cached": "content.blocks",
    "document": "content.blocks",
    "image": "content.blocks",
    "known_models": "resources.models",
    "text": "content.blocks",
    "tool": "tools.tool",
}


def _load(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: Any
    if name == "__version__":
        value = import_module(".core.config", __name__).version()
    else:
        value = getattr(import_module(f".{_MODULES.get(name, 'core.errors')}", __name__), name)
        # Tracebacks and pickles shall name the door, not the room behind it. A union of types has no name to change.
        owner = value if hasattr(value, "__qualname__") else cast("Any", type(value))
        if owner.__module__.startswith(__name__):
            owner.__module__ = __name__
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)


if not TYPE_CHECKING:
    # Unseen by type checkers, for which a module with this function has any name.
    __getattr__ = _load
