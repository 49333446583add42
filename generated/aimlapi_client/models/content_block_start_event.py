from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import (
    NO_NULLS,
    Answer,
    as_it_came,
    encode,
    nulls_of,
    tagged,
)

if TYPE_CHECKING:
    from ..models.bash_code_execution_tool_result_block import BashCodeExecutionToolResultBlock
    from ..models.code_execution_tool_result_block import CodeExecutionToolResultBlock
    from ..models.container_upload_block import ContainerUploadBlock
    from ..models.redacted_thinking_block import RedactedThinkingBlock
    from ..models.server_tool_use_block import ServerToolUseBlock
    from ..models.text_block import TextBlock
    from ..models.text_editor_code_execution_tool_result_block import TextEditorCodeExecutionToolResultBlock
    from ..models.thinking_block import ThinkingBlock
    from ..models.tool_search_tool_result_block import ToolSearchToolResultBlock
    from ..models.tool_use_block import ToolUseBlock
    from ..models.unknown_content_block import UnknownContentBlock
    from ..models.web_fetch_tool_result_block import WebFetchToolResultBlock
    from ..models.web_search_tool_result_block import WebSearchToolResultBlock

_content_block = tagged(
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


@_attrs_define(kw_only=True)
class ContentBlockStartEvent(Answer):
    """Opens a block, whose text or input is still empty.

    Attributes:
        content_block: One part of an answer, told apart by its type.
        index: Place of the block in the content, from 0."""

    content_block: (
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
    )
    index: int
    type: Literal["content_block_start"] = "content_block_start"
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["content_block"] = encode(self.content_block)
        data["index"] = self.index
        data["type"] = self.type
        return as_it_came(data, self._nulls)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                content_block=_content_block(d.pop("content_block")),
                index=d.pop("index"),
                type=d.pop("type"),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        return made
