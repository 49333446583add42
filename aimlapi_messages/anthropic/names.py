"""The types of the `anthropic` SDK by their names, which `types` and its modules look up."""

from __future__ import annotations

import re
from functools import cache, reduce
from importlib import import_module
from typing import Any

from . import answers

# Classes of the SDK that are one here, and what `type` an answer of each has; without it, the name says it.
_KINDS = {
    "CodeExecutionResult": (
        "BashCodeExecutionResultBlock BashCodeExecutionToolResultError CodeExecutionResultBlock "
        "CodeExecutionToolResultError EncryptedCodeExecutionResultBlock"
    ),
    "DocumentSource": "Base64PDFSource:base64 PlainTextSource:text",
    "StopDetails": "RefusalStopDetails:refusal",
    "TextCitation": (
        "CitationCharLocation CitationContentBlockLocation CitationPageLocation CitationSearchResultLocation "
        "CitationsSearchResultLocation CitationsWebSearchResultLocation"
    ),
    "TextEditorCodeExecutionResult": (
        "TextEditorCodeExecutionCreateResultBlock TextEditorCodeExecutionStrReplaceResultBlock "
        "TextEditorCodeExecutionToolResultError TextEditorCodeExecutionViewResultBlock"
    ),
    "ToolCaller": (
        "DirectCaller:direct ServerToolCaller:code_execution_20250825 ServerToolCaller20260120:code_execution_20260120"
    ),
    "ToolSearchResult": "ToolSearchToolResultError ToolSearchToolSearchResultBlock",
    "WebFetchResult": "WebFetchBlock:web_fetch_result WebFetchToolResultErrorBlock",
}
KINDS = {
    name.partition(":")[0]: (ours, name.partition(":")[2]) for ours, names in _KINDS.items() for name in names.split()
}
# Names that the SDK has for what is called otherwise here, by more than a word.
ALIASES = {
    "BashCodeExecutionOutputBlock": "CodeExecutionOutput",
    "CodeExecutionToolResultBlockContent": "CodeExecutionResult",
    "ErrorObject": "ErrorDetail",
    "InputJSONDelta": "InputJsonDelta",
    "InputJSONEvent": "InputJsonEvent",
    "MessageBatchIndividualResponse": "BatchResult",
    "MessageBatchRequestCounts": "BatchCounts",
    "Model": "str",
    "ModelParam": "str",
    "RawContentBlockDelta": "CitationsDelta | InputJsonDelta | SignatureDelta | TextDelta | ThinkingDelta",
    "RawMessageStreamEvent": "StreamEvent",
    "ToolSearchToolResultErrorCode": "CodeExecutionErrorCode",
    "ToolUnionParam": "AnyToolParam",
    "ToolUseCaller": "ToolCaller",
}
# What names of the SDK have and those here have not, besides `Block` at the end.
_DATE = re.compile(r"_?20\d{6}")
_ADDED = re.compile(r"^(Raw|Parsed|MessageBatch)|ToolResult(?=ErrorCode)|Ephemeral(?=Param)|Object$")
# What the classes here are called that `aimlapi_messages.types` has not, or not so.
OWN = {"Message": ".answers", "MessageBatch": ".answers", "ModelInfo": ".pages", "ParsedMessage": ".answers"}
PLAIN = "dict[str, Any]"


class _Kind(type):
    """Of classes that an answer is of by its `type`."""

    wire: str

    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, cls.__base__ or object) and getattr(value, "type", None) == cls.wire


@cache
def called(name: str) -> str:
    """What a type of the SDK is called here, or what it is made of. Raises AttributeError for one that is not there."""
    known = {*dir(import_module("aimlapi_messages.types")), *OWN, *KINDS}
    plain = name.removeprefix("Beta")
    undated = _DATE.sub("", plain)
    short = _ADDED.sub("", undated)
    for one in (plain, undated, short, short.removesuffix("Block")):
        if one in ALIASES:
            return ALIASES[one]
        if one in known:
            return one
    if not name.startswith("_") and re.search(r"Params?(Base|NonStreaming|Streaming)?$|Config$|Request$", name):
        return PLAIN  # the gateway's document does not have it
    raise AttributeError(f"There is no type {name!r}.")


@cache
def find(name: str) -> Any:
    """The type of this name. One of a request that the gateway's document does not have is a plain dict.

    Raises AttributeError for any other name that is not there.
    """
    here = called(name)
    if here in ("str", PLAIN):
        return str if here == "str" else dict[str, Any]
    if " | " in here:
        first, *others = map(find, here.split(" | "))
        return reduce(lambda left, right: left | right, others, first)
    if here in KINDS:
        ours, wire = KINDS[here]
        words = re.sub(r"(?<!^)(?=[A-Z])", "_", here).lower()
        members = {"__slots__": (), "__module__": f"{__package__}.types"}
        made = _Kind(here, (find(ours),), members)
        made.wire = wire or re.sub(r"^citations?_|_block$", "", words)
        return made
    if here in OWN:
        return getattr(import_module(OWN[here], __package__), here)
    found = getattr(import_module("aimlapi_messages.types"), here)
    return (answers.counterpart(found) or found) if isinstance(found, type) else found
