"""Types for your own annotations: the shapes of requests, and the models of answers.

    from aimlapi_messages.types import MessageParam, TextBlock

    conversation: list[MessageParam] = [{"role": "user", "content": "Hello"}]

What ends in `Param` is a typed dict of a request, named as in the `anthropic` SDK where that has the same thing:
`MessageParam`, `ContentBlockParam`, `ToolParam`, `ToolChoiceParam`, `ThinkingConfigParam` and so on; `KnownModel` and
the like are sets of values. The rest are the models of answers, such as `TextBlock` and `Usage`; where this package
has a richer class, as of `Message` and `ToolUseBlock`, it is that one. `dir(aimlapi_messages.types)` lists them all.

Both follow the gateway's document: what this module has is what the document has that the client was made from. Each
name is loaded when it is first used.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aimlapi_client.answers import *  # noqa: F403
    from aimlapi_client.params import *  # noqa: F403

    from . import (
        Batch as Batch,
        BatchCounts as BatchCounts,
        BatchParams as BatchParams,
        BatchRequest as BatchRequest,
        BatchResult as BatchResult,
        CallOptions as CallOptions,
        ContentBlock as ContentBlock,
        ContentBlockStopEvent as ContentBlockStopEvent,
        CostEvent as CostEvent,
        CreateOptions as CreateOptions,
        Message as Message,
        MessageStopEvent as MessageStopEvent,
        RequestOptions as RequestOptions,
        RunOptions as RunOptions,
        StreamEvent as StreamEvent,
        SucceededResult as SucceededResult,
        ToolUseBlock as ToolUseBlock,
    )

# What this package has itself: its own classes of answers, which `openapi/names.toml` knows, and options.
_OWN = (
    "Batch",
    "BatchCounts",
    "BatchParams",
    "BatchRequest",
    "BatchResult",
    "CallOptions",
    "ContentBlock",
    "ContentBlockStopEvent",
    "CostEvent",
    "CreateOptions",
    "Message",
    "MessageStopEvent",
    "RequestOptions",
    "RunOptions",
    "StreamEvent",
    "SucceededResult",
    "ToolUseBlock",
)


@cache
def _load(name: str) -> Any:
    if name in _OWN:
        return getattr(import_module("aimlapi_messages"), name)
    answers, params = import_module("aimlapi_client.answers"), import_module("aimlapi_client.params")
    if name == "__all__":
        return sorted({*answers.__all__, *params.__all__, *_OWN})
    for module in (params, answers):
        if name in module.__all__:
            return getattr(module, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    names: list[str] = _load("__all__")
    return names


if not TYPE_CHECKING:
    # Unseen by type checkers, for which a module with this function has any name.
    __getattr__ = _load
