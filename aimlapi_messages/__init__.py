"""A client for the messages section of the AI/ML API gateway.

    from aimlapi_messages import AIMLAPI

    client = AIMLAPI()
    print(client.messages.create(model="anthropic/claude-sonnet-4.5", messages="Hello").text)

What is public, by subject; `help(aimlapi_messages.AIMLAPI)` and the like say more of a name:

Clients
    AIMLAPI, AsyncAIMLAPI       a client, for threads and for asyncio
    NOT_GIVEN, NotGiven         an argument that was left out, where None has its own meaning
    CallOptions, CreateOptions, RequestOptions, RunOptions
                                typed dicts of the optional arguments of methods
    Attempt, ResponseHead       one attempt of a call; what came before the body of an answer
    known_models                the Claude models in the gateway's document
Messages
    text, image, document       blocks of content, from texts, files and URLs
    cached                      any block with a cache breakpoint after it
    Message, ContentBlock, ToolUseBlock, Cost
                                the answer, any of its blocks, a call of a tool, the price
Streams
    MessageStreamManager, MessageStream, AsyncMessageStreamManager, AsyncMessageStream
                                `messages.stream(...)`, and what it opens
    MessageStreamEvent          any event of it, besides those of the wire TextEvent,
                                ThinkingEvent, InputJsonEvent, CitationEvent, SignatureEvent,
                                ContentBlockStopEvent, MessageStopEvent
    EventStream, AsyncEventStream
                                `messages.create(..., stream=True)`
    StreamEvent                 any event of the wire, also CostEvent and UnknownEvent
Tools and typed output
    tool, Tool, Toolbox         functions and methods as tools
    Field                       what an argument must be, and what the model is told of it
    ToolRunner, ToolStreamRunner, AsyncToolRunner, AsyncToolStreamRunner
                                `messages.tool_runner(...)`
    ToolCall, ToolOutcome, Replace, Refuse
                                what the hooks of a run are told, and what they may answer
    OutputStream, AsyncOutputStream
                                `messages.stream_output(...)`: a value of your type as it comes
Batches
    BatchRequest, BatchParams   typed dicts of one request of a batch
    Batch, BatchCounts, BatchProgress
                                a batch, and how far it has come
    BatchResults, AsyncBatchResults, BatchResult, SucceededResult
                                what became of its requests, and of one that was answered
Errors, all of them an AIMLAPIError; `help("aimlapi_messages.core.errors")` draws their tree
    nothing was sent            ConfigurationError, MissingKeyError, InvalidRequestError,
                                ContentError, BudgetExceededError, ToolDefinitionError
    the connection failed       APIError, APIConnectionError, APITimeoutError
    the gateway refused         APIStatusError, BadRequestError, AuthenticationError,
                                PermissionDeniedError, OutOfCreditError, NotFoundError,
                                ModelWithdrawnError, ConflictError, RequestTooLargeError,
                                UnprocessableEntityError, RateLimitError, InternalServerError,
                                OverloadedError
    the answer is wrong         UnexpectedResponseError, StreamError, StreamIncompleteError,
                                StreamDecodeError, EventTooLargeError, BatchNotEndedError,
                                BatchIncompleteError
    a run of tools ended        ToolRunError, ToolArgumentsError, ToolCallIncompleteError,
                                ToolFailedError, MaxIterationsError, OutputError
    for a tool to raise         ToolError
    a warning                   ModelDeprecationWarning

`aimlapi_messages.types` has the types of requests and answers, `aimlapi_messages.testing` an
emulator for tests.
"""

# Each name is loaded when it is used.

from __future__ import annotations

import sys
from functools import cache
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
    from .resources.async_batches import AsyncBatchResults as AsyncBatchResults
    from .resources.batch_answers import (
        Batch as Batch,
        BatchCounts as BatchCounts,
        BatchResult as BatchResult,
        SucceededResult as SucceededResult,
    )
    from .resources.batch_requests import BatchProgress as BatchProgress
    from .resources.batches import BatchResults as BatchResults
    from .resources.models import known_models as known_models
    from .schema.field import Field as Field
    from .streaming.async_streams import (
        AsyncEventStream as AsyncEventStream,
        AsyncMessageStream as AsyncMessageStream,
        AsyncMessageStreamManager as AsyncMessageStreamManager,
    )
    from .streaming.events import (
        CitationEvent as CitationEvent,
        ContentBlockStopEvent as ContentBlockStopEvent,
        CostEvent as CostEvent,
        InputJsonEvent as InputJsonEvent,
        MessageStopEvent as MessageStopEvent,
        MessageStreamEvent as MessageStreamEvent,
        SignatureEvent as SignatureEvent,
        StreamEvent as StreamEvent,
        TextEvent as TextEvent,
        ThinkingEvent as ThinkingEvent,
        UnknownEvent as UnknownEvent,
    )
    from .streaming.streams import (
        EventStream as EventStream,
        MessageStream as MessageStream,
        MessageStreamManager as MessageStreamManager,
    )
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
    "resources.async_batches": "AsyncBatchResults",
    "resources.batch_answers": "Batch BatchCounts BatchResult SucceededResult",
    "resources.batch_requests": "BatchProgress",
    "resources.batches": "BatchResults",
    "resources.models": "known_models",
    "schema.field": "Field",
    "streaming.async_streams": "AsyncEventStream AsyncMessageStream AsyncMessageStreamManager",
    "streaming.events": (
        "CitationEvent ContentBlockStopEvent CostEvent InputJsonEvent MessageStopEvent MessageStreamEvent "
        "SignatureEvent StreamEvent TextEvent ThinkingEvent UnknownEvent"
    ),
    "streaming.streams": "EventStream MessageStream MessageStreamManager",
    "tools.async_runners": "AsyncOutputStream AsyncToolRunner AsyncToolStreamRunner",
    "tools.run": "Refuse Replace ToolCall ToolOutcome",
    "tools.runners": "OutputStream ToolRunner ToolStreamRunner",
    "tools.tool": "Tool Toolbox tool",
    "transport.retries": "Attempt",
}
_MODULES = {name: module for module, names in _HOMES.items() for name in names.split()}


@cache
def _load(name: str) -> Any:
    if name == "__version__":
        return import_module(".core.config", __name__).version()
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: Any = getattr(import_module(f".{_MODULES[name]}", __name__), name)
    # Tracebacks and pickles name the package, not the module within. A union of types has no name to change.
    owner = value if hasattr(value, "__qualname__") else cast("Any", type(value))
    if owner.__module__.startswith(__name__):
        owner.__module__ = __name__
    return value


if not TYPE_CHECKING:
    # Unseen by type checkers, for which a module with this function has any name.
    __getattr__ = _load
    __all__ = sorted([*_MODULES, "__version__"])

    def __dir__() -> list[str]:
        # pydoc would print all that it finds here, thousands of lines below the map above.
        frame = sys._getframe()
        while frame and not frame.f_code.co_filename.endswith("pydoc.py"):
            frame = frame.f_back
        return [] if frame else [*__all__]
