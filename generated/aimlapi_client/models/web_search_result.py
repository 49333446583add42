from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import (
    NO_NULLS,
    Answer,
    as_it_came,
    nulls_of,
)


@_attrs_define(kw_only=True)
class WebSearchResult(Answer):
    """One hit of a web search.

    Attributes:
        encrypted_content: Opaque; a later turn needs it to cite the page.
        page_age: Age of the page, as text."""

    encrypted_content: str
    title: str
    type: Literal["web_search_result"] = "web_search_result"
    url: str
    page_age: None | str = None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["encrypted_content"] = self.encrypted_content
        data["title"] = self.title
        data["type"] = self.type
        data["url"] = self.url
        if self.page_age is not None or "page_age" in self._nulls:
            data["page_age"] = self.page_age
        return as_it_came(data, self._nulls)

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
                page_age=d.pop("page_age", None),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        return made
