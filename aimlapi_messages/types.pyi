# Made from types.py by `make twins`; do not edit.
from aimlapi_client.answers import *  # noqa: F403
from aimlapi_client.params import *  # noqa: F403

from . import (
    Batch as Batch,
    BatchCounts as BatchCounts,
    BatchParams as BatchParams,
    BatchRequest as BatchRequest,
    BatchResult as BatchResult,
    BulkOptions as BulkOptions,
    CallOptions as CallOptions,
    CitationEvent as CitationEvent,
    ContentBlock as ContentBlock,
    ContentBlockStopEvent as ContentBlockStopEvent,
    CostEvent as CostEvent,
    CreateOptions as CreateOptions,
    FileRunOptions as FileRunOptions,
    InputJsonEvent as InputJsonEvent,
    Message as Message,
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
