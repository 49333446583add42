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
    model,
    one_of,
    tagged,
)

if TYPE_CHECKING:
    from ..models.cache_control_param import CacheControlParam
    from ..models.code_execution_caller_param import CodeExecutionCallerParam
    from ..models.direct_caller_param import DirectCallerParam
    from ..models.unknown_param import UnknownParam
    from ..models.web_search_result_param import WebSearchResultParam
    from ..models.web_search_tool_result_error_param import WebSearchToolResultErrorParam

_content = one_of(model("WebSearchToolResultErrorParam"), list_of(model("WebSearchResultParam")))
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
class WebSearchToolResultBlockParam(Extensible):
    """`WebSearchToolResultBlockParam` of the gateway's document."""

    content: list[WebSearchResultParam] | WebSearchToolResultErrorParam
    tool_use_id: str
    type: Literal["web_search_tool_result"] = "web_search_tool_result"
    cache_control: CacheControlParam | Unset = UNSET
    caller: CodeExecutionCallerParam | DirectCallerParam | UnknownParam | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["content"] = encode(self.content)
        data["tool_use_id"] = self.tool_use_id
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
                content=_content(d.pop("content")),
                tool_use_id=d.pop("tool_use_id"),
                type=d.pop("type"),
                cache_control=_cache_control(d.pop("cache_control", UNSET)),
                caller=_caller(d.pop("caller", UNSET)),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
