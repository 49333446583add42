"""A client for the messages section of the AI/ML API gateway.

    from aimlapi_messages import AIMLAPI

    client = AIMLAPI()
    print(client.messages.create(model="anthropic/claude-sonnet-5", messages="Hello").text)

What is public, by subject; `help(aimlapi_messages.AIMLAPI)` and the like say more of a name:

Clients
    AIMLAPI, AsyncAIMLAPI       a client, for threads and for asyncio
    NOT_GIVEN, NotGiven         an argument that was left out, where None has its own meaning
    CallOptions, CreateOptions, RequestOptions, RunOptions, BulkOptions, FileRunOptions
                                typed dicts of the optional arguments of methods
    Attempt, ResponseHead       one attempt of a call; what came before the body of an answer
    Call, CallOutcome           a call that begins, and what it came to: told to `on_call`
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
    BeforeCall, AfterCall, AsyncBeforeCall, AsyncAfterCall
                                the hooks of a run
    ToolCall, ToolOutcome, Replace, Refuse
                                what they are told, and what they may answer
    OutputStream, AsyncOutputStream
                                `messages.stream_output(...)`: a value of your type as it comes
Batches
    BatchRequest, BatchParams   typed dicts of one request of a batch
    Batch, BatchCounts, BatchProgress
                                a batch, and how far it has come
    BatchResults, AsyncBatchResults, BatchResult, SucceededResult
                                what became of its requests, and of one that was answered
Runs of many requests
    RunReport, RunProgress, RunEstimate
                                what came of one, how far it has come, what it may cost
    RunResult, read_results     what became of one request; those in the file of a run
    MessagesWorker, WorkerRow   a run on many machines, and what became of a row there
Errors, all of them an AIMLAPIError; `help("aimlapi_messages.core.errors")` draws their tree
    nothing was sent            ConfigurationError, MissingKeyError, InvalidRequestError,
                                ContentError, BudgetExceededError, ToolDefinitionError
    the connection failed       APIError, APIConnectionError, APITimeoutError
    the gateway refused         APIStatusError, BadRequestError, AuthenticationError,
                                PermissionDeniedError, OutOfCreditError, NotFoundError,
                                ModelWithdrawnError, ConflictError, RequestTooLargeError,
                                UnprocessableEntityError, RateLimitError, InternalServerError,
                                OverloadedError
    the answer is wrong         UnexpectedResponseError, ResponseTooLargeError, StreamError,
                                StreamIncompleteError, StreamDecodeError, BatchNotEndedError,
                                BatchIncompleteError
    a run of tools ended        ToolRunError, ToolArgumentsError, ToolCallIncompleteError,
                                ToolFailedError, MaxIterationsError, OutputError
    for a tool to raise         ToolError
    a warning                   ModelDeprecationWarning

`aimlapi_messages.types` has the types of requests and answers, `aimlapi_messages.testing` an
emulator for tests, `aimlapi_messages.anthropic` the names of the `anthropic` SDK for all this.
"""

# Each name is loaded when it is used. Type checkers read `__init__.pyi`, which `make twins` makes of the table below.

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any, cast

# The module that defines each name.
_HOMES = {
    "bulk.journal": "read_results",
    "bulk.results": "RunEstimate RunProgress RunReport RunResult",
    "bulk.worker": "MessagesWorker WorkerRow",
    "client.async_client": "AsyncAIMLAPI",
    "client.client": "AIMLAPI",
    "content.blocks": "cached document image text",
    "core.reply": "Cost",
    "core.errors": (
        "AIMLAPIError APIConnectionError APIError APIStatusError APITimeoutError AuthenticationError "
        "BadRequestError BatchIncompleteError BatchNotEndedError BudgetExceededError ConfigurationError "
        "ConflictError ContentError InternalServerError InvalidRequestError MaxIterationsError MissingKeyError "
        "ModelWithdrawnError NotFoundError OutOfCreditError OutputError OverloadedError PermissionDeniedError "
        "RateLimitError RequestTooLargeError ResponseTooLargeError StreamDecodeError StreamError "
        "StreamIncompleteError ToolArgumentsError ToolCallIncompleteError ToolDefinitionError "
        "ToolError ToolFailedError ToolRunError UnexpectedResponseError UnprocessableEntityError"
    ),
    "core.arguments": "ModelDeprecationWarning NOT_GIVEN NotGiven known_models",
    "message.message": "ContentBlock Message ToolUseBlock",
    "message.options": (
        "BatchParams BatchRequest BulkOptions CallOptions CreateOptions FileRunOptions RequestOptions RunOptions"
    ),
    "message.response": "ResponseHead",
    "resources.async_batches": "AsyncBatchResults",
    "resources.batch_answers": "Batch BatchCounts",
    "resources.batch_requests": "BatchProgress",
    "resources.batches": "BatchResults",
    "schema.field": "Field",
    "streaming.async_streams": "AsyncEventStream AsyncMessageStream AsyncMessageStreamManager",
    "streaming.batch_results": "BatchResult SucceededResult",
    "streaming.calls": "Call CallOutcome",
    "streaming.events": (
        "CitationEvent ContentBlockStopEvent CostEvent InputJsonEvent MessageStopEvent MessageStreamEvent "
        "SignatureEvent StreamEvent TextEvent ThinkingEvent UnknownEvent"
    ),
    "streaming.streams": "EventStream MessageStream MessageStreamManager",
    "tools.async_runners": "AsyncOutputStream AsyncToolRunner AsyncToolStreamRunner",
    "tools.run": "AfterCall AsyncAfterCall AsyncBeforeCall BeforeCall Refuse Replace ToolCall ToolOutcome",
    "tools.runners": "OutputStream ToolRunner ToolStreamRunner",
    "tools.tool": "Tool Toolbox tool",
    "transport.retries": "Attempt",
}
_MODULES = {name: module for module, names in _HOMES.items() for name in names.split()}


@cache
def __getattr__(name: str) -> Any:
    if name == "__all__":
        return sorted([*_MODULES, "__version__"])
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


def __dir__() -> list[str]:
    # pydoc would print all that it finds here, thousands of lines below the map above.
    frame: Any = import_module("inspect").currentframe()
    while frame and not frame.f_code.co_filename.endswith("pydoc.py"):
        frame = frame.f_back
    return [] if frame else [*__getattr__("__all__")]
