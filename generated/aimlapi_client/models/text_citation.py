from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

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
class TextCitation(Answer):
    """The source of a piece of text. The type says where it lies and which members are there:
    char_location, page_location and content_block_location are places in a document,
    web_search_result_location is a page, search_result_location a result that the caller supplied.

    Attributes:
        document_index: Which document of the request, from 0.
        encrypted_index: Opaque; sent back with the conversation.
        end_block_index: One past the last block.
        end_char_index: One past the last character.
        end_page_number: One past the last page.
        search_result_index: Which search result of the request, from 0.
        start_block_index: First block, from 0.
        start_char_index: First character, from 0.
        start_page_number: First page, from 1."""

    cited_text: str
    type: str
    document_index: int | None = None
    document_title: None | str = None
    encrypted_index: str | None = None
    end_block_index: int | None = None
    end_char_index: int | None = None
    end_page_number: int | None = None
    file_id: None | str = None
    search_result_index: int | None = None
    source: str | None = None
    start_block_index: int | None = None
    start_char_index: int | None = None
    start_page_number: int | None = None
    title: None | str = None
    url: str | None = None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["cited_text"] = self.cited_text
        data["type"] = self.type
        if self.document_index is not None or "document_index" in self._nulls:
            data["document_index"] = self.document_index
        if self.document_title is not None or "document_title" in self._nulls:
            data["document_title"] = self.document_title
        if self.encrypted_index is not None or "encrypted_index" in self._nulls:
            data["encrypted_index"] = self.encrypted_index
        if self.end_block_index is not None or "end_block_index" in self._nulls:
            data["end_block_index"] = self.end_block_index
        if self.end_char_index is not None or "end_char_index" in self._nulls:
            data["end_char_index"] = self.end_char_index
        if self.end_page_number is not None or "end_page_number" in self._nulls:
            data["end_page_number"] = self.end_page_number
        if self.file_id is not None or "file_id" in self._nulls:
            data["file_id"] = self.file_id
        if self.search_result_index is not None or "search_result_index" in self._nulls:
            data["search_result_index"] = self.search_result_index
        if self.source is not None or "source" in self._nulls:
            data["source"] = self.source
        if self.start_block_index is not None or "start_block_index" in self._nulls:
            data["start_block_index"] = self.start_block_index
        if self.start_char_index is not None or "start_char_index" in self._nulls:
            data["start_char_index"] = self.start_char_index
        if self.start_page_number is not None or "start_page_number" in self._nulls:
            data["start_page_number"] = self.start_page_number
        if self.title is not None or "title" in self._nulls:
            data["title"] = self.title
        if self.url is not None or "url" in self._nulls:
            data["url"] = self.url
        return as_it_came(data, self._nulls)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                cited_text=d.pop("cited_text"),
                type=d.pop("type"),
                document_index=d.pop("document_index", None),
                document_title=d.pop("document_title", None),
                encrypted_index=d.pop("encrypted_index", None),
                end_block_index=d.pop("end_block_index", None),
                end_char_index=d.pop("end_char_index", None),
                end_page_number=d.pop("end_page_number", None),
                file_id=d.pop("file_id", None),
                search_result_index=d.pop("search_result_index", None),
                source=d.pop("source", None),
                start_block_index=d.pop("start_block_index", None),
                start_char_index=d.pop("start_char_index", None),
                start_page_number=d.pop("start_page_number", None),
                title=d.pop("title", None),
                url=d.pop("url", None),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        return made
