from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..models.known_model import KnownModel
from ..types import (
    UNSET,
    Extensible,
    Unset,
    encode,
    list_of,
    model,
    tagged,
)

if TYPE_CHECKING:
    from ..models.adaptive_thinking_config_param import AdaptiveThinkingConfigParam
    from ..models.bash_tool_param import BashToolParam
    from ..models.code_execution_tool_param import CodeExecutionToolParam
    from ..models.developer_message_param import DeveloperMessageParam
    from ..models.disabled_thinking_config_param import DisabledThinkingConfigParam
    from ..models.enabled_thinking_config_param import EnabledThinkingConfigParam
    from ..models.function_message_param import FunctionMessageParam
    from ..models.function_tool_param import FunctionToolParam
    from ..models.memory_tool_param import MemoryToolParam
    from ..models.message_param import MessageParam
    from ..models.open_ai_custom_tool_param import OpenAICustomToolParam
    from ..models.output_config_param import OutputConfigParam
    from ..models.system_message_param import SystemMessageParam
    from ..models.system_text_param import SystemTextParam
    from ..models.text_editor_tool_param import TextEditorToolParam
    from ..models.tool_choice_allowed_tools_param import ToolChoiceAllowedToolsParam
    from ..models.tool_choice_any_param import ToolChoiceAnyParam
    from ..models.tool_choice_auto_param import ToolChoiceAutoParam
    from ..models.tool_choice_custom_param import ToolChoiceCustomParam
    from ..models.tool_choice_function_param import ToolChoiceFunctionParam
    from ..models.tool_choice_none_param import ToolChoiceNoneParam
    from ..models.tool_choice_tool_param import ToolChoiceToolParam
    from ..models.tool_message_param import ToolMessageParam
    from ..models.tool_param import ToolParam
    from ..models.tool_search_tool_bm_25_param import ToolSearchToolBm25Param
    from ..models.tool_search_tool_regex_param import ToolSearchToolRegexParam
    from ..models.unknown_role_param import UnknownRoleParam
    from ..models.unknown_thinking_config_param import UnknownThinkingConfigParam
    from ..models.unknown_tool_choice_param import UnknownToolChoiceParam
    from ..models.unknown_tool_param import UnknownToolParam
    from ..models.web_fetch_tool_param import WebFetchToolParam
    from ..models.web_search_tool_param import WebSearchToolParam

_messages = list_of(
    tagged(
        "role",
        {
            "assistant": "MessageParam",
            "developer": "DeveloperMessageParam",
            "function": "FunctionMessageParam",
            "system": "SystemMessageParam",
            "tool": "ToolMessageParam",
            "user": "MessageParam",
        },
        unknown="UnknownRoleParam",
    )
)
_output_config = model("OutputConfigParam")
_system = list_of(model("SystemTextParam"))
_thinking = tagged(
    "type",
    {
        "adaptive": "AdaptiveThinkingConfigParam",
        "disabled": "DisabledThinkingConfigParam",
        "enabled": "EnabledThinkingConfigParam",
    },
    unknown="UnknownThinkingConfigParam",
)
_tool_choice = tagged(
    "type",
    {
        "allowed_tools": "ToolChoiceAllowedToolsParam",
        "any": "ToolChoiceAnyParam",
        "auto": "ToolChoiceAutoParam",
        "custom": "ToolChoiceCustomParam",
        "function": "ToolChoiceFunctionParam",
        "none": "ToolChoiceNoneParam",
        "tool": "ToolChoiceToolParam",
    },
    unknown="UnknownToolChoiceParam",
)
_tools = list_of(
    tagged(
        "type",
        {
            "bash_20250124": "BashToolParam",
            "code_execution_20250522": "CodeExecutionToolParam",
            "code_execution_20250825": "CodeExecutionToolParam",
            "code_execution_20260120": "CodeExecutionToolParam",
            "custom": [
                ("OpenAICustomToolParam", ("custom", "type")),
                ("ToolParam", ("input_schema", "name")),
            ],
            "function": "FunctionToolParam",
            "memory_20250818": "MemoryToolParam",
            "text_editor_20250124": "TextEditorToolParam",
            "text_editor_20250429": "TextEditorToolParam",
            "text_editor_20250728": "TextEditorToolParam",
            "tool_search_tool_bm25": "ToolSearchToolBm25Param",
            "tool_search_tool_bm25_20251119": "ToolSearchToolBm25Param",
            "tool_search_tool_regex": "ToolSearchToolRegexParam",
            "tool_search_tool_regex_20251119": "ToolSearchToolRegexParam",
            "web_fetch_20250910": "WebFetchToolParam",
            "web_fetch_20260209": "WebFetchToolParam",
            "web_fetch_20260309": "WebFetchToolParam",
            "web_search_20250305": "WebSearchToolParam",
            "web_search_20260209": "WebSearchToolParam",
        },
        absent="ToolParam",
        unknown="UnknownToolParam",
    )
)


@_attrs_define(kw_only=True)
class CreateMessageParams(Extensible):
    """`CreateMessageParams` of the gateway's document.

    Attributes:
        temperature: How freely the model chooses. Leave it out for models from 4.7 on.
        top_k: Number of candidates that are sampled from. Leave it out for models from 4.7 on.
        top_p: Share of probability that is sampled from. Leave it out for models from 4.7 on."""

    messages: list[
        DeveloperMessageParam
        | FunctionMessageParam
        | MessageParam
        | SystemMessageParam
        | ToolMessageParam
        | UnknownRoleParam
    ]
    model: KnownModel | str
    max_tokens: float | Unset = UNSET
    metadata: dict[str, str] | Unset = UNSET
    output_config: OutputConfigParam | Unset = UNSET
    stop_sequences: list[str] | Unset = UNSET
    stream: bool | Unset = UNSET
    system: list[SystemTextParam] | str | Unset = UNSET
    temperature: float | Unset = UNSET
    thinking: (
        AdaptiveThinkingConfigParam
        | DisabledThinkingConfigParam
        | EnabledThinkingConfigParam
        | UnknownThinkingConfigParam
        | Unset
    ) = UNSET
    tool_choice: (
        str
        | ToolChoiceAllowedToolsParam
        | ToolChoiceAnyParam
        | ToolChoiceAutoParam
        | ToolChoiceCustomParam
        | ToolChoiceFunctionParam
        | ToolChoiceNoneParam
        | ToolChoiceToolParam
        | UnknownToolChoiceParam
        | Unset
    ) = UNSET
    tools: (
        list[
            BashToolParam
            | CodeExecutionToolParam
            | FunctionToolParam
            | MemoryToolParam
            | OpenAICustomToolParam
            | TextEditorToolParam
            | ToolParam
            | ToolSearchToolBm25Param
            | ToolSearchToolRegexParam
            | UnknownToolParam
            | WebFetchToolParam
            | WebSearchToolParam
        ]
        | Unset
    ) = UNSET
    top_k: int | Unset = UNSET
    top_p: float | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["messages"] = encode(self.messages)
        data["model"] = encode(self.model)
        if not isinstance(self.max_tokens, Unset):
            data["max_tokens"] = self.max_tokens
        if not isinstance(self.metadata, Unset):
            data["metadata"] = encode(self.metadata)
        if not isinstance(self.output_config, Unset):
            data["output_config"] = encode(self.output_config)
        if not isinstance(self.stop_sequences, Unset):
            data["stop_sequences"] = encode(self.stop_sequences)
        if not isinstance(self.stream, Unset):
            data["stream"] = self.stream
        if not isinstance(self.system, Unset):
            data["system"] = encode(self.system)
        if not isinstance(self.temperature, Unset):
            data["temperature"] = self.temperature
        if not isinstance(self.thinking, Unset):
            data["thinking"] = encode(self.thinking)
        if not isinstance(self.tool_choice, Unset):
            data["tool_choice"] = encode(self.tool_choice)
        if not isinstance(self.tools, Unset):
            data["tools"] = encode(self.tools)
        if not isinstance(self.top_k, Unset):
            data["top_k"] = self.top_k
        if not isinstance(self.top_p, Unset):
            data["top_p"] = self.top_p
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                messages=_messages(d.pop("messages")),
                model=d.pop("model"),
                max_tokens=d.pop("max_tokens", UNSET),
                metadata=d.pop("metadata", UNSET),
                output_config=_output_config(d.pop("output_config", UNSET)),
                stop_sequences=d.pop("stop_sequences", UNSET),
                stream=d.pop("stream", UNSET),
                system=_system(d.pop("system", UNSET)),
                temperature=d.pop("temperature", UNSET),
                thinking=_thinking(d.pop("thinking", UNSET)),
                tool_choice=_tool_choice(d.pop("tool_choice", UNSET)),
                tools=_tools(d.pop("tools", UNSET)),
                top_k=d.pop("top_k", UNSET),
                top_p=d.pop("top_p", UNSET),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
