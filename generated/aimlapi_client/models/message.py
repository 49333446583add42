from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..models.stop_reason import StopReason
from ..types import (
    NO_NULLS,
    Answer,
    as_it_came,
    encode,
    list_of,
    model,
    nulls_of,
    tagged,
)

if TYPE_CHECKING:
    from ..models.bash_code_execution_tool_result_block import BashCodeExecutionToolResultBlock
    from ..models.code_execution_tool_result_block import CodeExecutionToolResultBlock
    from ..models.container import Container
    from ..models.container_upload_block import ContainerUploadBlock
    from ..models.meta import Meta
    from ..models.redacted_thinking_block import RedactedThinkingBlock
    from ..models.server_tool_use_block import ServerToolUseBlock
    from ..models.stop_details import StopDetails
    from ..models.text_block import TextBlock
    from ..models.text_editor_code_execution_tool_result_block import TextEditorCodeExecutionToolResultBlock
    from ..models.thinking_block import ThinkingBlock
    from ..models.tool_search_tool_result_block import ToolSearchToolResultBlock
    from ..models.tool_use_block import ToolUseBlock
    from ..models.unknown_content_block import UnknownContentBlock
    from ..models.usage import Usage
    from ..models.web_fetch_tool_result_block import WebFetchToolResultBlock
    from ..models.web_search_tool_result_block import WebSearchToolResultBlock

_content = list_of(
    tagged(
        "type",
        {
            "bash_code_execution_tool_result": "BashCodeExecutionToolResultBlock",
            "code_execution_tool_result": "CodeExecutionToolResultBlock",
            "container_upload": "ContainerUploadBlock",
            "redacted_thinking": "RedactedThinkingBlock",
            "server_tool_use": "ServerToolUseBlock",
            "text": "TextBlock",
            "text_editor_code_execution_tool_result": "TextEditorCodeExecutionToolResultBlock",
            "thinking": "ThinkingBlock",
            "tool_search_tool_result": "ToolSearchToolResultBlock",
            "tool_use": "ToolUseBlock",
            "web_fetch_tool_result": "WebFetchToolResultBlock",
            "web_search_tool_result": "WebSearchToolResultBlock",
        },
        unknown="UnknownContentBlock",
    )
)
_usage = model("Usage")
_container = model("Container")
_meta = model("Meta")
_stop_details = model("StopDetails")


@_attrs_define(kw_only=True)
class Message(Answer):
    """One finished turn of the assistant.

    Attributes:
        id: Identifier of the answer, usually with the prefix msg_.
        model: Name of the model that answered, in the provider's own spelling. It need not equal the name
            that was asked for, because aliases and prefixes are resolved on the way.
        stop_reason: Null only in the message that opens a stream.
        usage: Tokens of one call. The whole input is the sum of the three input counts.
        container: The sandbox that server-side tools used; null without one.
        meta: The gateway's addition to an answer. Messages inside batch results have none.
        stop_details: Says more about a refusal; null otherwise.
        stop_sequence: The stop sequence that ended the turn, if one did."""

    content: list[
        BashCodeExecutionToolResultBlock
        | CodeExecutionToolResultBlock
        | ContainerUploadBlock
        | RedactedThinkingBlock
        | ServerToolUseBlock
        | TextBlock
        | TextEditorCodeExecutionToolResultBlock
        | ThinkingBlock
        | ToolSearchToolResultBlock
        | ToolUseBlock
        | UnknownContentBlock
        | WebFetchToolResultBlock
        | WebSearchToolResultBlock
    ]
    id: str
    model: str
    role: Literal["assistant"] = "assistant"
    stop_reason: None | StopReason | str
    type: Literal["message"] = "message"
    usage: Usage
    container: Container | None = None
    meta: Meta | None = None
    stop_details: None | StopDetails = None
    stop_sequence: None | str = None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["content"] = encode(self.content)
        data["id"] = self.id
        data["model"] = self.model
        data["role"] = self.role
        data["stop_reason"] = encode(self.stop_reason)
        data["type"] = self.type
        data["usage"] = encode(self.usage)
        if self.container is not None or "container" in self._nulls:
            data["container"] = encode(self.container)
        if self.meta is not None or "meta" in self._nulls:
            data["meta"] = encode(self.meta)
        if self.stop_details is not None or "stop_details" in self._nulls:
            data["stop_details"] = encode(self.stop_details)
        if self.stop_sequence is not None or "stop_sequence" in self._nulls:
            data["stop_sequence"] = self.stop_sequence
        return as_it_came(data, self._nulls)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                content=_content(d.pop("content")),
                id=d.pop("id"),
                model=d.pop("model"),
                role=d.pop("role"),
                stop_reason=d.pop("stop_reason"),
                type=d.pop("type"),
                usage=_usage(d.pop("usage")),
                container=_container(d.pop("container", None)),
                meta=_meta(d.pop("meta", None)),
                stop_details=_stop_details(d.pop("stop_details", None)),
                stop_sequence=d.pop("stop_sequence", None),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        return made
