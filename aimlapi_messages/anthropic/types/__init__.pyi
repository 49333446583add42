# Made from __init__.py by `make twins`; do not edit.
# ruff: noqa: F405
from typing import TypeAlias

from aimlapi_client.answers import *  # noqa: F403
from aimlapi_client.params import *  # noqa: F403

from ... import (
    Batch as Batch,
    BatchCounts as BatchCounts,
    BatchParams as BatchParams,
    BatchRequest as BatchRequest,
    BatchResult as BatchResult,
    CallOptions as CallOptions,
    CitationEvent as CitationEvent,
    ContentBlock as ContentBlock,
    ContentBlockStopEvent as ContentBlockStopEvent,
    CostEvent as CostEvent,
    CreateOptions as CreateOptions,
    InputJsonEvent as InputJsonEvent,
    MessageStopEvent as MessageStopEvent,
    MessageStreamEvent as MessageStreamEvent,
    RequestOptions as RequestOptions,
    RunOptions as RunOptions,
    SignatureEvent as SignatureEvent,
    StreamEvent as StreamEvent,
    SucceededResult as SucceededResult,
    TextEvent as TextEvent,
    ThinkingEvent as ThinkingEvent,
    ToolUseBlock as ToolUseBlock,
    UnknownEvent as UnknownEvent,
)
from ..answers import Message as Message, MessageBatch as MessageBatch, ParsedMessage as ParsedMessage
from ..pages import ModelInfo as ModelInfo

CacheControlEphemeralParam: TypeAlias = CacheControlParam
InputJSONDelta: TypeAlias = InputJsonDelta
InputJSONEvent: TypeAlias = InputJsonEvent
MessageBatchErroredResult: TypeAlias = ErroredResult
MessageBatchIndividualResponse: TypeAlias = BatchResult
MessageBatchRequestCounts: TypeAlias = BatchCounts
MessageBatchSucceededResult: TypeAlias = SucceededResult
ParsedMessageStreamEvent: TypeAlias = MessageStreamEvent
RawMessageStreamEvent: TypeAlias = StreamEvent
ToolUnionParam: TypeAlias = AnyToolParam
