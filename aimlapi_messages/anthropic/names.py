"""The types of the `anthropic` SDK by their names, which `types` and its modules look up."""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from typing import Any

from . import answers

# Names that the SDK has for what is called otherwise here.
ALIASES = {
    "CacheControlEphemeralParam": "CacheControlParam",
    "InputJSONDelta": "InputJsonDelta",
    "InputJSONEvent": "InputJsonEvent",
    "MessageBatchIndividualResponse": "BatchResult",
    "MessageBatchRequestCounts": "BatchCounts",
    "MessageBatchSucceededResult": "SucceededResult",
    "MessageBatchErroredResult": "ErroredResult",
    "ParsedMessageStreamEvent": "MessageStreamEvent",
    "RawMessageStreamEvent": "StreamEvent",
    "ToolUnionParam": "AnyToolParam",
}


@cache
def find(name: str) -> Any:
    """The type of this name. One of a request that the gateway's document does not have is a plain dict.

    Raises AttributeError for any other name that is not there.
    """
    if name == "ModelInfo":
        return import_module(".pages", __package__).ModelInfo
    plain = re.sub(r"^Beta|_?20\d{6}", "", name)
    for one in () if name.startswith("_") else (ALIASES.get(plain, plain), plain.removeprefix("Raw")):
        found = getattr(answers, one, None) or getattr(import_module("aimlapi_messages.types"), one, None)
        if found is not None:
            return (answers.counterpart(found) or found) if isinstance(found, type) else found
    if re.search(r"Params?(Base|NonStreaming|Streaming)?$|Config$|Request$", name):
        return dict[str, Any]
    raise AttributeError(f"There is no type {name!r}.")
