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
    model,
    tagged,
)

if TYPE_CHECKING:
    from ..models.cache_control_param import CacheControlParam
    from ..models.code_execution_caller_param import CodeExecutionCallerParam
    from ..models.direct_caller_param import DirectCallerParam
    from ..models.unknown_param import UnknownParam

_cache_control = model("CacheControlParam")
_caller = tagged(
    "type",
    {
        "code_execution_20250825": "CodeExecutionCallerParam",
        "code_execution_20260120": "CodeExecutionCallerParam",
        "direct": "DirectCallerParam",
    },
    unknown="UnknownParam",
)


@_attrs_define(kw_only=True)
class ServerToolUseBlockParam(Extensible):
    """`ServerToolUseBlockParam` of the gateway's document."""

    id: str
    input: dict[str, Any]
    name: (
        Literal[
            "bash_code_execution",
            "code_execution",
            "text_editor_code_execution",
            "tool_search_tool_bm25",
            "tool_search_tool_regex",
            "web_fetch",
            "web_search",
        ]
        | str
    )
    type: Literal["server_tool_use"] = "server_tool_use"
    cache_control: CacheControlParam | Unset = UNSET
    caller: CodeExecutionCallerParam | DirectCallerParam | UnknownParam | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["id"] = self.id
        data["input"] = encode(self.input)
        data["name"] = self.name
        data["type"] = self.type
        if not isinstance(self.cache_control, Unset):
            data["cache_control"] = encode(self.cache_control)
        if not isinstance(self.caller, Unset):
            data["caller"] = encode(self.caller)
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                id=d.pop("id"),
                input=d.pop("input"),
                name=d.pop("name"),
                type=d.pop("type"),
                cache_control=_cache_control(d.pop("cache_control", UNSET)),
                caller=_caller(d.pop("caller", UNSET)),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
