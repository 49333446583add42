from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import (
    UNSET,
    Extensible,
    Unset,
    encode,
    list_of,
    tagged,
)

if TYPE_CHECKING:
    from ..models.bash_code_execution_tool_result_block_param import BashCodeExecutionToolResultBlockParam
    from ..models.code_execution_tool_result_block_param import CodeExecutionToolResultBlockParam
    from ..models.custom_tool_call_param import CustomToolCallParam
    from ..models.document_block_param import DocumentBlockParam
    from ..models.file_block_param import FileBlockParam
    from ..models.function_tool_call_param import FunctionToolCallParam
    from ..models.image_block_param import ImageBlockParam
    from ..models.image_url_block_param import ImageUrlBlockParam
    from ..models.input_audio_block_param import InputAudioBlockParam
    from ..models.redacted_thinking_block_param import RedactedThinkingBlockParam
    from ..models.refusal_block_param import RefusalBlockParam
    from ..models.search_result_block_param import SearchResultBlockParam
    from ..models.server_tool_use_block_param import ServerToolUseBlockParam
    from ..models.text_block_param import TextBlockParam
    from ..models.text_editor_code_execution_tool_result_block_param import (
        TextEditorCodeExecutionToolResultBlockParam,
    )
    from ..models.thinking_block_param import ThinkingBlockParam
    from ..models.tool_result_block_param import ToolResultBlockParam
    from ..models.tool_search_tool_result_block_param import ToolSearchToolResultBlockParam
    from ..models.tool_use_block_param import ToolUseBlockParam
    from ..models.unknown_param import UnknownParam
    from ..models.video_url_block_param import VideoUrlBlockParam
    from ..models.web_fetch_tool_result_block_param import WebFetchToolResultBlockParam
    from ..models.web_search_tool_result_block_param import WebSearchToolResultBlockParam

_content = list_of(
    tagged(
        "type",
        {
            "bash_code_execution_tool_result": "BashCodeExecutionToolResultBlockParam",
            "code_execution_tool_result": "CodeExecutionToolResultBlockParam",
            "document": "DocumentBlockParam",
            "file": "FileBlockParam",
            "image": "ImageBlockParam",
            "image_url": "ImageUrlBlockParam",
            "input_audio": "InputAudioBlockParam",
            "redacted_thinking": "RedactedThinkingBlockParam",
            "refusal": "RefusalBlockParam",
            "search_result": "SearchResultBlockParam",
            "server_tool_use": "ServerToolUseBlockParam",
            "text": "TextBlockParam",
            "text_editor_code_execution_tool_result": "TextEditorCodeExecutionToolResultBlockParam",
            "thinking": "ThinkingBlockParam",
            "tool_result": "ToolResultBlockParam",
            "tool_search_tool_result": "ToolSearchToolResultBlockParam",
            "tool_use": "ToolUseBlockParam",
            "video_url": "VideoUrlBlockParam",
            "web_fetch_tool_result": "WebFetchToolResultBlockParam",
            "web_search_tool_result": "WebSearchToolResultBlockParam",
        },
        unknown="UnknownParam",
    )
)
_tool_calls = list_of(
    tagged(
        "type", {"custom": "CustomToolCallParam", "function": "FunctionToolCallParam"}, unknown="UnknownParam"
    )
)


@_attrs_define(kw_only=True)
class MessageParam(Extensible):
    """`MessageParam` of the gateway's document."""

    role: Literal["assistant", "user"] | str
    audio: dict[str, Any] | None | Unset = UNSET
    content: (
        list[
            BashCodeExecutionToolResultBlockParam
            | CodeExecutionToolResultBlockParam
            | DocumentBlockParam
            | FileBlockParam
            | ImageBlockParam
            | ImageUrlBlockParam
            | InputAudioBlockParam
            | RedactedThinkingBlockParam
            | RefusalBlockParam
            | SearchResultBlockParam
            | ServerToolUseBlockParam
            | TextBlockParam
            | TextEditorCodeExecutionToolResultBlockParam
            | ThinkingBlockParam
            | ToolResultBlockParam
            | ToolSearchToolResultBlockParam
            | ToolUseBlockParam
            | UnknownParam
            | VideoUrlBlockParam
            | WebFetchToolResultBlockParam
            | WebSearchToolResultBlockParam
        ]
        | None
        | str
        | Unset
    ) = UNSET
    name: str | Unset = UNSET
    reasoning_content: str | Unset = UNSET
    refusal: None | str | Unset = UNSET
    tool_calls: list[CustomToolCallParam | FunctionToolCallParam | UnknownParam] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["role"] = self.role
        if not isinstance(self.audio, Unset):
            data["audio"] = encode(self.audio)
        if not isinstance(self.content, Unset):
            data["content"] = encode(self.content)
        if not isinstance(self.name, Unset):
            data["name"] = self.name
        if not isinstance(self.reasoning_content, Unset):
            data["reasoning_content"] = self.reasoning_content
        if not isinstance(self.refusal, Unset):
            data["refusal"] = self.refusal
        if not isinstance(self.tool_calls, Unset):
            data["tool_calls"] = encode(self.tool_calls)
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                role=d.pop("role"),
                audio=d.pop("audio", UNSET),
                content=_content(d.pop("content", UNSET)),
                name=d.pop("name", UNSET),
                reasoning_content=d.pop("reasoning_content", UNSET),
                refusal=d.pop("refusal", UNSET),
                tool_calls=_tool_calls(d.pop("tool_calls", UNSET)),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
