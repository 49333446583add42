from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import (
    NO_NULLS,
    Answer,
    as_it_came,
    encode,
    model,
    nulls_of,
)

if TYPE_CHECKING:
    from ..models.text_citation import TextCitation

_citation = model("TextCitation")


@_attrs_define(kw_only=True)
class CitationsDelta(Answer):
    """One more source for the text of the block.

    Attributes:
        citation: The source of a piece of text. The type says where it lies and which members are there:
            char_location, page_location and content_block_location are places in a document,
            web_search_result_location is a page, search_result_location a result that the caller supplied."""

    citation: TextCitation
    type: Literal["citations_delta"] = "citations_delta"
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["citation"] = encode(self.citation)
        data["type"] = self.type
        return as_it_came(data, self._nulls)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                citation=_citation(d.pop("citation")),
                type=d.pop("type"),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        return made
