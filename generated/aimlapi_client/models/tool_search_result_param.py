from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import (
    Extensible,
    encode,
    list_of,
    model,
)

if TYPE_CHECKING:
    from ..models.tool_reference_block_param import ToolReferenceBlockParam

_tool_references = list_of(model("ToolReferenceBlockParam"))


@_attrs_define(kw_only=True)
class ToolSearchResultParam(Extensible):
    """`ToolSearchResultParam` of the gateway's document."""

    tool_references: list[ToolReferenceBlockParam]
    type: Literal["tool_search_tool_search_result"] = "tool_search_tool_search_result"
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["tool_references"] = encode(self.tool_references)
        data["type"] = self.type
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                tool_references=_tool_references(d.pop("tool_references")),
                type=d.pop("type"),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
