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
    tagged,
)

if TYPE_CHECKING:
    from ..models.cache_control_param import CacheControlParam
    from ..models.document_block_param import DocumentBlockParam
    from ..models.image_block_param import ImageBlockParam
    from ..models.search_result_block_param import SearchResultBlockParam
    from ..models.text_block_param import TextBlockParam
    from ..models.tool_reference_block_param import ToolReferenceBlockParam
    from ..models.unknown_param import UnknownParam

_cache_control = model("CacheControlParam")
_content = list_of(
    tagged(
        "type",
        {
            "document": "DocumentBlockParam",
            "image": "ImageBlockParam",
            "search_result": "SearchResultBlockParam",
            "text": "TextBlockParam",
            "tool_reference": "ToolReferenceBlockParam",
        },
        unknown="UnknownParam",
    )
)


@_attrs_define(kw_only=True)
class ToolResultBlockParam(Extensible):
    """`ToolResultBlockParam` of the gateway's document."""

    tool_use_id: str
    type: Literal["tool_result"] = "tool_result"
    cache_control: CacheControlParam | Unset = UNSET
    content: (
        list[
            DocumentBlockParam
            | ImageBlockParam
            | SearchResultBlockParam
            | TextBlockParam
            | ToolReferenceBlockParam
            | UnknownParam
        ]
        | str
        | Unset
    ) = UNSET
    is_error: bool | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["tool_use_id"] = self.tool_use_id
        data["type"] = self.type
        if not isinstance(self.cache_control, Unset):
            data["cache_control"] = encode(self.cache_control)
        if not isinstance(self.content, Unset):
            data["content"] = encode(self.content)
        if not isinstance(self.is_error, Unset):
            data["is_error"] = self.is_error
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                tool_use_id=d.pop("tool_use_id"),
                type=d.pop("type"),
                cache_control=_cache_control(d.pop("cache_control", UNSET)),
                content=_content(d.pop("content", UNSET)),
                is_error=d.pop("is_error", UNSET),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
