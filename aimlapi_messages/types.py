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
from typing import Any

# What this package has itself: its own classes of answers, which `openapi/names.toml` knows, its events, and options.
# Type checkers read `types.pyi`, which `make twins` makes of this list.
_HOMES = (
    "streaming.batch_results",
    "message.message",
    "message.options",
    "resources.batch_answers",
    "streaming.events",
)
_MODULES: dict[str, str] = vars(import_module("aimlapi_messages"))["_MODULES"]
_OWN = sorted(name for name, module in _MODULES.items() if module in _HOMES)


@cache
def __getattr__(name: str) -> Any:
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
    return [*__getattr__("__all__")]
