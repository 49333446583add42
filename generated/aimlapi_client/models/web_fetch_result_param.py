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
)

if TYPE_CHECKING:
    from ..models.document_block_param import DocumentBlockParam

_content = model("DocumentBlockParam")


@_attrs_define(kw_only=True)
class WebFetchResultParam(Extensible):
    """`WebFetchResultParam` of the gateway's document."""

    content: DocumentBlockParam
    type: Literal["web_fetch_result"] = "web_fetch_result"
    url: str
    retrieved_at: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["content"] = encode(self.content)
        data["type"] = self.type
        data["url"] = self.url
        if not isinstance(self.retrieved_at, Unset):
            data["retrieved_at"] = self.retrieved_at
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                content=_content(d.pop("content")),
                type=d.pop("type"),
                url=d.pop("url"),
                retrieved_at=d.pop("retrieved_at", UNSET),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
