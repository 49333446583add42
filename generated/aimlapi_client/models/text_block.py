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
    list_of,
    model,
    nulls_of,
)

if TYPE_CHECKING:
    from ..models.text_citation import TextCitation

_citations = list_of(model("TextCitation"))


@_attrs_define(kw_only=True)
class TextBlock(Answer):
    """Text of the answer.

    Attributes:
        citations: Sources of this text; null or absent when nothing was cited."""

    text: str
    type: Literal["text"] = "text"
    citations: list[TextCitation] | None = None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["text"] = self.text
        data["type"] = self.type
        if self.citations is not None or "citations" in self._nulls:
            data["citations"] = encode(self.citations)
        return as_it_came(data, self._nulls)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                text=d.pop("text"),
                type=d.pop("type"),
                citations=_citations(d.pop("citations", None)),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        return made
