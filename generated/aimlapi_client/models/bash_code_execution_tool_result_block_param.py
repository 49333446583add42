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
    from ..models.bash_code_execution_result_param import BashCodeExecutionResultParam
    from ..models.bash_code_execution_tool_result_error_param import BashCodeExecutionToolResultErrorParam
    from ..models.cache_control_param import CacheControlParam
    from ..models.unknown_param import UnknownParam

_content = tagged(
    "type",
    {
        "bash_code_execution_result": "BashCodeExecutionResultParam",
        "bash_code_execution_tool_result_error": "BashCodeExecutionToolResultErrorParam",
    },
    unknown="UnknownParam",
)
_cache_control = model("CacheControlParam")


@_attrs_define(kw_only=True)
class BashCodeExecutionToolResultBlockParam(Extensible):
    """`BashCodeExecutionToolResultBlockParam` of the gateway's document."""

    content: BashCodeExecutionResultParam | BashCodeExecutionToolResultErrorParam | UnknownParam
    tool_use_id: str
    type: Literal["bash_code_execution_tool_result"] = "bash_code_execution_tool_result"
    cache_control: CacheControlParam | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["content"] = encode(self.content)
        data["tool_use_id"] = self.tool_use_id
        data["type"] = self.type
        if not isinstance(self.cache_control, Unset):
            data["cache_control"] = encode(self.cache_control)
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
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
