from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import (
    UNSET,
    Extensible,
    Unset,
)


@_attrs_define(kw_only=True)
class WebSearchResultParam(Extensible):
    """`WebSearchResultParam` of the gateway's document."""

    encrypted_content: str
    title: str
    type: Literal["web_search_result"] = "web_search_result"
    url: str
    page_age: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["encrypted_content"] = self.encrypted_content
        data["title"] = self.title
        data["type"] = self.type
        data["url"] = self.url
        if not isinstance(self.page_age, Unset):
            data["page_age"] = self.page_age
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                encrypted_content=d.pop("encrypted_content"),
                title=d.pop("title"),
                type=d.pop("type"),
                url=d.pop("url"),
                page_age=d.pop("page_age", UNSET),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
