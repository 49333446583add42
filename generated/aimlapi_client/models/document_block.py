from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import (
    NO_NULLS,
    Answer,
    encode,
    model,
    nulls_of,
)

if TYPE_CHECKING:
    from ..models.citations_config import CitationsConfig
    from ..models.document_source import DocumentSource

_citations = model("CitationsConfig")
_source = model("DocumentSource")


@_attrs_define(kw_only=True)
class DocumentBlock(Answer):
    """A page that was fetched.

    Attributes:
        source: The page itself, as text or as a PDF in base64.
        type: So far always document."""

    citations: CitationsConfig | None = None
    source: DocumentSource | None = None
    title: None | str = None
    type: str | None = None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        if self.citations is not None or "citations" in self._nulls:
            data["citations"] = encode(self.citations)
        if self.source is not None or "source" in self._nulls:
            data["source"] = encode(self.source)
        if self.title is not None or "title" in self._nulls:
            data["title"] = self.title
        if self.type is not None or "type" in self._nulls:
            data["type"] = self.type
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                citations=_citations(d.pop("citations", None)),
                source=_source(d.pop("source", None)),
                title=d.pop("title", None),
                type=d.pop("type", None),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        return made
