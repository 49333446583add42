from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
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
    from ..models.batch_message_param import BatchMessageParam
    from ..models.disabled_thinking_config_param import DisabledThinkingConfigParam
    from ..models.enabled_thinking_config_param import EnabledThinkingConfigParam
    from ..models.unknown_param import UnknownParam

_messages = list_of(model("BatchMessageParam"))
_thinking = tagged(
    "type",
    {
        "adaptive": "AdaptiveThinkingConfigParam",
        "disabled": "DisabledThinkingConfigParam",
        "enabled": "EnabledThinkingConfigParam",
    },
    unknown="UnknownParam",
)


@_attrs_define(kw_only=True)
class BatchMessageParams(Extensible):
    """`BatchMessageParams` of the gateway's document."""

    messages: list[BatchMessageParam]
    model: str
    max_tokens: float | Unset = UNSET
    metadata: dict[str, str] | Unset = UNSET
    stop_sequences: list[str] | Unset = UNSET
    system: str | Unset = UNSET
    temperature: float | Unset = UNSET
    thinking: (
        AdaptiveThinkingConfigParam
        | DisabledThinkingConfigParam
        | EnabledThinkingConfigParam
        | UnknownParam
        | Unset
    ) = UNSET
    tool_choice: Any | Unset = UNSET
    tools: list[Any] | Unset = UNSET
    top_k: float | Unset = UNSET
    top_p: float | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["messages"] = encode(self.messages)
        data["model"] = self.model
        if not isinstance(self.max_tokens, Unset):
            data["max_tokens"] = self.max_tokens
        if not isinstance(self.metadata, Unset):
            data["metadata"] = encode(self.metadata)
        if not isinstance(self.stop_sequences, Unset):
            data["stop_sequences"] = encode(self.stop_sequences)
        if not isinstance(self.system, Unset):
            data["system"] = self.system
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
                stop_sequences=d.pop("stop_sequences", UNSET),
                system=d.pop("system", UNSET),
                temperature=d.pop("temperature", UNSET),
                thinking=_thinking(d.pop("thinking", UNSET)),
                tool_choice=d.pop("tool_choice", UNSET),
                tools=d.pop("tools", UNSET),
                top_k=d.pop("top_k", UNSET),
                top_p=d.pop("top_p", UNSET),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
