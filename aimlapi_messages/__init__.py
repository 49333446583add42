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
    from .client.async_client import AsyncAIMLAPI as AsyncAIMLAPI
    from .client.client import AIMLAPI as AIMLAPI
    from .content.blocks import cached as cached, document as document, image as image, text as text
    from .core.arguments import (
        NOT_GIVEN as NOT_GIVEN,
        ModelDeprecationWarning as ModelDeprecationWarning,
        NotGiven as NotGiven,
    )
    from .core.errors import (
        AIMLAPIError as AIMLAPIError,
        APIConnectionError as APIConnectionError,
        APIError as APIError,
        APIStatusError as APIStatusError,
        APITimeoutError as APITimeoutError,
        AuthenticationError as AuthenticationError,
        BadRequestError as BadRequestError,
        BatchIncompleteError as BatchIncompleteError,
        BatchNotEndedError as BatchNotEndedError,
        BudgetExceededError as BudgetExceededError,
        ConfigurationError as ConfigurationError,
        ConflictError as ConflictError,
        ContentError as ContentError,
        EventTooLargeError as EventTooLargeError,
        InternalServerError as InternalServerError,
        InvalidRequestError as InvalidRequestError,
        MaxIterationsError as MaxIterationsError,
        MissingKeyError as MissingKeyError,
        ModelWithdrawnError as ModelWithdrawnError,
        NotFoundError as NotFoundError,
        OutOfCreditError as OutOfCreditError,
        OutputError as OutputError,
        OverloadedError as OverloadedError,
        PermissionDeniedError as PermissionDeniedError,
        RateLimitError as RateLimitError,
        RequestTooLargeError as RequestTooLargeError,
        StreamDecodeError as StreamDecodeError,
        StreamError as StreamError,
        StreamIncompleteError as StreamIncompleteError,
        ToolArgumentsError as ToolArgumentsError,
        ToolCallIncompleteError as ToolCallIncompleteError,
        ToolDefinitionError as ToolDefinitionError,
        ToolError as ToolError,
        ToolFailedError as ToolFailedError,
        ToolRunError as ToolRunError,
        UnexpectedResponseError as UnexpectedResponseError,
        UnprocessableEntityError as UnprocessableEntityError,
    )
    from .core.reply import Cost as Cost
    from .message.message import ContentBlock as ContentBlock, Message as Message, ToolUseBlock as ToolUseBlock
    from .message.options import (
        BatchParams as BatchParams,
        BatchRequest as BatchRequest,
        CallOptions as CallOptions,
        CreateOptions as CreateOptions,
        RequestOptions as RequestOptions,
        RunOptions as RunOptions,
    )
    from .message.response import ResponseHead as ResponseHead
    from .resources.async_batch_results import AsyncBatchResults as AsyncBatchResults
    from .resources.batch import Batch as Batch, BatchCounts as BatchCounts, BatchResult as BatchResult
    from .resources.batch_results import BatchResults as BatchResults
    from .resources.batch_wait import BatchProgress as BatchProgress
    from .resources.models import known_models as known_models
    from .schema.field import Field as Field
    from .streaming.async_streams import (
        AsyncEventStream as AsyncEventStream,
        AsyncMessageStream as AsyncMessageStream,
        AsyncMessageStreamManager as AsyncMessageStreamManager,
    )
    from .streaming.helper_events import (
        CitationEvent as CitationEvent,
        ContentBlockStopEvent as ContentBlockStopEvent,
        InputJsonEvent as InputJsonEvent,
        MessageStopEvent as MessageStopEvent,
        MessageStreamEvent as MessageStreamEvent,
        SignatureEvent as SignatureEvent,
        TextEvent as TextEvent,
        ThinkingEvent as ThinkingEvent,
    )
    from .streaming.streams import (
        EventStream as EventStream,
        MessageStream as MessageStream,
        MessageStreamManager as MessageStreamManager,
    )
    from .streaming.wire_events import CostEvent as CostEvent, StreamEvent as StreamEvent, UnknownEvent as UnknownEvent
    from .tools.async_runners import (
        AsyncOutputStream as AsyncOutputStream,
        AsyncToolRunner as AsyncToolRunner,
        AsyncToolStreamRunner as AsyncToolStreamRunner,
    )
    from .tools.run import Refuse as Refuse, Replace as Replace, ToolCall as ToolCall, ToolOutcome as ToolOutcome
    from .tools.runners import (
        OutputStream as OutputStream,
        ToolRunner as ToolRunner,
        ToolStreamRunner as ToolStreamRunner,
    )
    from .tools.tool import Tool as Tool, Toolbox as Toolbox, tool as tool
    from .transport.retries import Attempt as Attempt

    __version__: str

# The module that defines each name.
_HOMES = {
    "client.async_client": "AsyncAIMLAPI",
    "client.client": "AIMLAPI",
    "content.blocks": "cached document image text",
    "core.reply": "Cost",
    "core.errors": (
        "AIMLAPIError APIConnectionError APIError APIStatusError APITimeoutError AuthenticationError "
        "BadRequestError BatchIncompleteError BatchNotEndedError BudgetExceededError ConfigurationError "
        "ConflictError ContentError EventTooLargeError InternalServerError InvalidRequestError "
        "MaxIterationsError MissingKeyError ModelWithdrawnError NotFoundError OutOfCreditError OutputError "
        "OverloadedError PermissionDeniedError RateLimitError RequestTooLargeError StreamDecodeError "
        "StreamError StreamIncompleteError ToolArgumentsError ToolCallIncompleteError ToolDefinitionError "
        "ToolError ToolFailedError ToolRunError UnexpectedResponseError UnprocessableEntityError"
    ),
    "core.arguments": "ModelDeprecationWarning NOT_GIVEN NotGiven",
    "message.message": "ContentBlock Message ToolUseBlock",
    "message.options": "BatchParams BatchRequest CallOptions CreateOptions RequestOptions RunOptions",
    "message.response": "ResponseHead",
    "resources.async_batch_results": "AsyncBatchResults",
    "resources.batch": "Batch BatchCounts BatchResult",
    "resources.batch_results": "BatchResults",
    "resources.batch_wait": "BatchProgress",
    "resources.models": "known_models",
    "schema.field": "Field",
    "streaming.async_streams": "AsyncEventStream AsyncMessageStream AsyncMessageStreamManager",
    "streaming.helper_events": (
        "CitationEvent ContentBlockStopEvent InputJsonEvent MessageStopEvent MessageStreamEvent "
        "SignatureEvent TextEvent ThinkingEvent"
    ),
    "streaming.streams": "EventStream MessageStream MessageStreamManager",
    "streaming.wire_events": "CostEvent StreamEvent UnknownEvent",
    "tools.async_runners": "AsyncOutputStream AsyncToolRunner AsyncToolStreamRunner",
    "tools.run": "Refuse Replace ToolCall ToolOutcome",
    "tools.runners": "OutputStream ToolRunner ToolStreamRunner",
    "tools.tool": "Tool Toolbox tool",
    "transport.retries": "Attempt",
}
_MODULES = {name: module for module, names in _HOMES.items() for name in names.split()}


def _load(name: str) -> Any:
    if name not in _MODULES and name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: Any
    if name == "__version__":
        value = import_module(".core.config", __name__).version()
    else:
        value = getattr(import_module(f".{_MODULES[name]}", __name__), name)
        # Tracebacks and pickles shall name the door, not the room behind it. A union of types has no name to change.
        owner = value if hasattr(value, "__qualname__") else cast("Any", type(value))
        if owner.__module__.startswith(__name__):
            owner.__module__ = __name__
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*_MODULES, "__version__"])


if not TYPE_CHECKING:
    # Unseen by type checkers, for which a module with this function has any name.
    __getattr__ = _load
    __all__ = __dir__()
