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
    from ..models.text_editor_code_execution_create_result_param import (
        TextEditorCodeExecutionCreateResultParam,
    )
    from ..models.text_editor_code_execution_str_replace_result_param import (
        TextEditorCodeExecutionStrReplaceResultParam,
    )
    from ..models.text_editor_code_execution_tool_result_error_param import (
        TextEditorCodeExecutionToolResultErrorParam,
    )
    from ..models.text_editor_code_execution_view_result_param import TextEditorCodeExecutionViewResultParam
    from ..models.unknown_param import UnknownParam

_content = tagged(
    "type",
    {
        "text_editor_code_execution_create_result": "TextEditorCodeExecutionCreateResultParam",
        "text_editor_code_execution_str_replace_result": "TextEditorCodeExecutionStrReplaceResultParam",
        "text_editor_code_execution_tool_result_error": "TextEditorCodeExecutionToolResultErrorParam",
        "text_editor_code_execution_view_result": "TextEditorCodeExecutionViewResultParam",
    },
    unknown="UnknownParam",
)
_cache_control = model("CacheControlParam")


@_attrs_define(kw_only=True)
class TextEditorCodeExecutionToolResultBlockParam(Extensible):
    """`TextEditorCodeExecutionToolResultBlockParam` of the gateway's document."""

    content: (
        TextEditorCodeExecutionCreateResultParam
        | TextEditorCodeExecutionStrReplaceResultParam
        | TextEditorCodeExecutionToolResultErrorParam
        | TextEditorCodeExecutionViewResultParam
        | UnknownParam
    )
    tool_use_id: str
    type: Literal["text_editor_code_execution_tool_result"] = "text_editor_code_execution_tool_result"
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
