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
    from ._account_values import (
        AccountDetail,
        AutoTopUp,
        Balance,
        CreditBalance,
        KeyInfo,
        KeyLimit,
        LogEntry,
        NewKey,
        Tokens,
        Transaction,
        Usage,
        UsageGroup,
    )
    from ._async_batch_results import AsyncBatchResults
    from ._async_client import AsyncAIMLAPI
    from ._async_output_stream import AsyncOutputStream
    from ._async_pages import AsyncPages
    from ._async_streaming import AsyncEventStream, AsyncMessageStream, AsyncMessageStreamManager
    from ._async_tool_runner import AsyncToolRunner, AsyncToolStreamRunner
    from ._batch import Batch, BatchCounts, BatchResult
    from ._batch_requests import BatchParams, BatchRequest
    from ._batch_results import BatchResults
    from ._batch_wait import BatchProgress
    from ._catalogue import Deprecation, Metrics, ModelInfo, Percentiles, Price, Pricing
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
    from ._events import CostEvent, StreamEvent, UnknownEvent
    from ._message import ContentBlock, Message, ToolUseBlock
    from ._model_asks import known_models
    from ._model_status import ModelDeprecationWarning
    from ._output_stream import OutputStream
    from ._pages import Pages
    from ._requests import CallOptions, CreateOptions, RequestOptions, RunOptions
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
    "AccountDetail",
    "AsyncAIMLAPI",
    "AsyncBatchResults",
    "AsyncEventStream",
    "AsyncMessageStream",
    "AsyncMessageStreamManager",
    "AsyncOutputStream",
    "AsyncPages",
    "AsyncToolRunner",
    "AsyncToolStreamRunner",
    "Attempt",
    "AuthenticationError",
    "AutoTopUp",
    "BadRequestError",
    "Balance",
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
    "CreditBalance",
    "Deprecation",
    "EventStream",
    "EventTooLargeError",
    "Field",
    "InputJsonEvent",
    "InternalServerError",
    "InvalidRequestError",
    "KeyInfo",
    "KeyLimit",
    "LogEntry",
    "MaxIterationsError",
    "Message",
    "MessageStopEvent",
    "MessageStream",
    "MessageStreamEvent",
    "MessageStreamManager",
    "Metrics",
    "MissingKeyError",
    "ModelDeprecationWarning",
    "ModelInfo",
    "ModelWithdrawnError",
    "NewKey",
    "NotFoundError",
    "NotGiven",
    "OutOfCreditError",
    "OutputError",
    "OutputStream",
    "OverloadedError",
    "Pages",
    "Percentiles",
    "PermissionDeniedError",
    "Price",
    "Pricing",
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
    "Tokens",
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
    "Transaction",
    "UnexpectedResponseError",
    "UnknownEvent",
    "UnprocessableEntityError",
    "Usage",
    "UsageGroup",
    "__version__",
    "cached",
    "document",
    "image",
    "known_models",
    "text",
    "tool",
]

_MODULES = {
    "AIMLAPI": "_client",
    "AccountDetail": "_account_values",
    "AsyncAIMLAPI": "_async_client",
    "AsyncBatchResults": "_async_batch_results",
    "AsyncEventStream": "_async_streaming",
    "AsyncMessageStream": "_async_streaming",
    "AsyncMessageStreamManager": "_async_streaming",
    "AsyncOutputStream": "_async_output_stream",
    "AsyncPages": "_async_pages",
    "AsyncToolRunner": "_async_tool_runner",
    "AsyncToolStreamRunner": "_async_tool_runner",
    "Attempt": "_sending",
    "AutoTopUp": "_account_values",
    "Balance": "_account_values",
    "Batch": "_batch",
    "BatchCounts": "_batch",
    "BatchParams": "_batch_requests",
    "BatchProgress": "_batch_wait",
    "BatchRequest": "_batch_requests",
    "BatchResult": "_batch",
    "BatchResults": "_batch_results",
    "CallOptions": "_requests",
    "CitationEvent": "_stream_events",
    "ContentBlock": "_message",
    "ContentBlockStopEvent": "_stream_events",
    "Cost": "_cost",
    "CostEvent": "_events",
    "CreateOptions": "_requests",
    "CreditBalance": "_account_values",
    "Deprecation": "_catalogue",
    "EventStream": "_streaming",
    "Field": "_schema",
    "InputJsonEvent": "_stream_events",
    "KeyInfo": "_account_values",
    "KeyLimit": "_account_values",
    "LogEntry": "_account_values",
    "Message": "_message",
    "MessageStopEvent": "_stream_events",
    "MessageStream": "_streaming",
    "MessageStreamEvent": "_stream_events",
    "MessageStreamManager": "_streaming",
    "Metrics": "_catalogue",
    "ModelDeprecationWarning": "_model_status",
    "ModelInfo": "_catalogue",
    "NOT_GIVEN": "_types",
    "NewKey": "_account_values",
    "NotGiven": "_types",
    "OutputStream": "_output_stream",
    "Pages": "_pages",
    "Percentiles": "_catalogue",
    "Price": "_catalogue",
    "Pricing": "_catalogue",
    "Refuse": "_tool_run",
    "Replace": "_tool_run",
    "RequestOptions": "_requests",
    "ResponseHead": "_responses",
    "RunOptions": "_requests",
    "SignatureEvent": "_stream_events",
    "StreamEvent": "_events",
    "TextEvent": "_stream_events",
    "ThinkingEvent": "_stream_events",
    "Tokens": "_account_values",
    "Tool": "_tools",
    "ToolCall": "_tool_run",
    "ToolOutcome": "_tool_run",
    "ToolRunner": "_tool_runner",
    "ToolStreamRunner": "_tool_runner",
    "ToolUseBlock": "_message",
    "Toolbox": "_tools",
    "Transaction": "_account_values",
    "UnknownEvent": "_events",
    "Usage": "_account_values",
    "UsageGroup": "_account_values",
    "cached": "_content",
    "document": "_content",
    "image": "_content",
    "known_models": "_model_asks",
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
