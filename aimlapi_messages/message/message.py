"""`Message`, the answer: the generated model with what a person wants from it.

Replies are read in `message/response.py`, streams are put together in `streaming/accumulator.py`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeAlias, cast

import attrs
from attrs import define, field

from aimlapi_client import models
from aimlapi_client.types import encode

from ..core import json as _json
from ..core.cost import Cost
from ..core.json import is_array, is_object
from ..core.types import ReplyHead

if TYPE_CHECKING:
    from aimlapi_client.params import MessageParam

__all__ = ["ContentBlock", "Message", "ToolUseBlock", "filled", "filled_meta", "is_cut", "parse_tool_input", "text_of"]

# Members of a block that stay as they are when it is sent back, nulls included.
_VERBATIM = frozenset({"input", "content"})

_PARTIAL_JSON = "partial_json"

# The answer ran out of room, so that its last block may be cut.
_CUT_REASONS = frozenset({"max_tokens", "model_context_window_exceeded"})


@define(kw_only=True)
class ToolUseBlock(models.ToolUseBlock):
    """A call of one of your tools.

    input_complete: False when the input came malformed or was cut off; `input` is then `{}`. Do not run it.
    partial_json: the text of such an input, as far as it came; "" when the input is complete. `to_dict` writes it,
        and `from_dict` reads it, so that a saved call does not come back as a whole one without arguments.
    """

    input_complete: bool = field(default=True, eq=False)
    partial_json: str = field(default="", eq=False)

    @classmethod
    def promoted(cls, block: models.ToolUseBlock) -> ToolUseBlock:
        """The same block as this class, its content shared and not copied."""
        if isinstance(block, cls):
            return block
        given = {name: getattr(block, name) for name in _TOOL_USE_FIELDS}
        promoted = cls(**given)
        promoted.additional_properties = block.additional_properties
        promoted._recall_incomplete()
        return promoted

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        made = super().from_dict(src_dict)
        made._recall_incomplete()
        return made

    def to_dict(self) -> dict[str, Any]:
        data = super().to_dict()
        return data if self.input_complete else {**data, _PARTIAL_JSON: self.partial_json}

    def _recall_incomplete(self) -> None:
        if isinstance(self.additional_properties.get(_PARTIAL_JSON), str):
            self.mark_incomplete(self.additional_properties.pop(_PARTIAL_JSON))

    def mark_incomplete(self, partial_json: str = "") -> None:
        """Note that the input is not what the model meant to say."""
        self.input = {}
        self.input_complete = False
        self.partial_json = partial_json


# The union that `Message.content` is a list of.
ContentBlock: TypeAlias = (
    models.TextBlock
    | models.ThinkingBlock
    | models.RedactedThinkingBlock
    | ToolUseBlock
    | models.ServerToolUseBlock
    | models.WebSearchToolResultBlock
    | models.WebFetchToolResultBlock
    | models.CodeExecutionToolResultBlock
    | models.BashCodeExecutionToolResultBlock
    | models.TextEditorCodeExecutionToolResultBlock
    | models.ToolSearchToolResultBlock
    | models.ContainerUploadBlock
    | models.UnknownContentBlock
)

_TOOL_USE_FIELDS = tuple(a.name for a in attrs.fields(models.ToolUseBlock) if a.init)


@define(kw_only=True)
class Message(models.Message):
    """The model's answer, with every member of the wire (`content`, `stop_reason`, `usage` ...) and more.

    cost: what the call cost, when the gateway said so.
    request_id, inference_id: the gateway's ids, for support and for the account's logs.
    client_request_id: your own id, when you gave one and the gateway took it.
    raw: the reply's JSON as it came, for answers that were not streamed.
    Equality compares the answer alone, not these.
    """

    cost: Cost | None = field(default=None, eq=False)
    request_id: str | None = field(default=None, eq=False)
    inference_id: str | None = field(default=None, eq=False)
    client_request_id: str | None = field(default=None, eq=False)
    raw: Mapping[str, Any] | None = field(default=None, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        content = cast("object", self.content)
        if is_array(content):
            # Anything else passes through unchanged, as in the generated parent.
            self.content = [ToolUseBlock.promoted(b) if isinstance(b, models.ToolUseBlock) else b for b in content]
        last = self._blocks[-1] if self._blocks else None
        if isinstance(last, ToolUseBlock) and not last.input and is_cut(self):
            last.mark_incomplete(last.partial_json)
        if self.cost is None and isinstance(self.meta, models.Meta):
            self.cost = Cost.from_meta(self.meta, "body")

    @property
    def text(self) -> str:
        """The answer's text: all text blocks joined, "" when there is none."""
        return "".join(text_of(block) for block in self._blocks)

    @property
    def tool_uses(self) -> list[ToolUseBlock]:
        """The calls of your tools, in the order the model made them."""
        return [block for block in self._blocks if isinstance(block, ToolUseBlock)]

    @property
    def _blocks(self) -> list[Any]:
        content = cast("object", self.content)
        return content if is_array(content) else []

    def to_json(self, *, indent: int | None = None) -> str:
        """The message as JSON text, with every member that came and none that did not."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent)

    def to_param(self) -> MessageParam:
        """The message as one of the `messages` of a next request.

        Nulls are dropped, and so is what the API would refuse from a conversation: empty text, and thinking
        without the signature that vouches for it.
        """
        if isinstance(cast("object", self.content), str):
            return {"role": "assistant", "content": self.content}
        blocks: list[dict[str, Any]] = [encode(block) for block in self._blocks]
        content: list[Any] = [_block_param(block) for block in blocks if _is_sendable(block)]
        return {"role": "assistant", "content": content}

    def adopt(self, head: ReplyHead) -> None:
        """Take over what the reply's headers say: the ids, and the cost if the body had none."""
        self.request_id = head.request_id
        self.inference_id = head.headers.get("x-inference-id")
        self.client_request_id = head.headers.get("x-client-request-id")
        self.cost = self.cost or Cost.from_headers(head.headers)


def is_cut(message: models.Message) -> bool:
    """Whether the answer ran out of room, so that its end is missing."""
    reason = cast("object", message.stop_reason)
    return isinstance(reason, str) and reason in _CUT_REASONS


def filled(data: Mapping[str, Any]) -> dict[str, Any]:
    """A message's JSON with the members that its model needs and that proxies have been seen to leave out."""
    content, usage = data.get("content"), data.get("usage")
    complete: dict[str, Any] = {"type": "message", "role": "assistant", "stop_reason": None, **data}
    complete["content"] = content if is_array(content) else []
    complete["usage"] = {"input_tokens": 0, "output_tokens": 0, **(usage if is_object(usage) else {})}
    if "meta" in data:
        complete["meta"] = filled_meta(data["meta"])
    return complete


def filled_meta(meta: object) -> object:
    """A `meta` member with the usage that its model needs."""
    return {"usage": {}, **meta} if is_object(meta) else meta


def text_of(part: object) -> str:
    """The text of a text block or a text delta; "" of anything else, and where no text stands in its place."""
    text = part.text if isinstance(part, (models.TextBlock, models.TextDelta)) else ""
    return text if isinstance(cast("object", text), str) else ""


def parse_tool_input(text: str) -> dict[str, Any] | None:
    """A tool's input from its JSON text: `{}` for no text, None for what is not one JSON object."""
    if not text.strip():
        return {}
    try:
        value = _json.loads(text, finite=True)
    except ValueError:
        return None
    return value if is_object(value) else None


def _is_sendable(block: Mapping[str, Any]) -> bool:
    match block.get("type"):
        case "text":
            return bool(block.get("text"))
        case "thinking":
            return bool(block.get("signature"))
        case _:
            return True


def _block_param(block: Mapping[str, Any]) -> dict[str, Any]:
    sendable = {name: value for name, value in block.items() if value is not None or name in _VERBATIM}
    sendable.pop(_PARTIAL_JSON, None)  # ours alone; see ToolUseBlock
    return sendable
