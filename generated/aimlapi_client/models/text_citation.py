from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import UNSET, Extensible, Unset


@_attrs_define(kw_only=True)
class TextCitation(Extensible):
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
    document_index: int | Unset = UNSET
    document_title: None | str | Unset = UNSET
    encrypted_index: str | Unset = UNSET
    end_block_index: int | Unset = UNSET
    end_char_index: int | Unset = UNSET
    end_page_number: int | Unset = UNSET
    file_id: None | str | Unset = UNSET
    search_result_index: int | Unset = UNSET
    source: str | Unset = UNSET
    start_block_index: int | Unset = UNSET
    start_char_index: int | Unset = UNSET
    start_page_number: int | Unset = UNSET
    title: None | str | Unset = UNSET
    url: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["cited_text"] = self.cited_text
        data["type"] = self.type
        if not isinstance(self.document_index, Unset):
            data["document_index"] = self.document_index
        if not isinstance(self.document_title, Unset):
            data["document_title"] = self.document_title
        if not isinstance(self.encrypted_index, Unset):
            data["encrypted_index"] = self.encrypted_index
        if not isinstance(self.end_block_index, Unset):
            data["end_block_index"] = self.end_block_index
        if not isinstance(self.end_char_index, Unset):
            data["end_char_index"] = self.end_char_index
        if not isinstance(self.end_page_number, Unset):
            data["end_page_number"] = self.end_page_number
        if not isinstance(self.file_id, Unset):
            data["file_id"] = self.file_id
        if not isinstance(self.search_result_index, Unset):
            data["search_result_index"] = self.search_result_index
        if not isinstance(self.source, Unset):
            data["source"] = self.source
        if not isinstance(self.start_block_index, Unset):
            data["start_block_index"] = self.start_block_index
        if not isinstance(self.start_char_index, Unset):
            data["start_char_index"] = self.start_char_index
        if not isinstance(self.start_page_number, Unset):
            data["start_page_number"] = self.start_page_number
        if not isinstance(self.title, Unset):
            data["title"] = self.title
        if not isinstance(self.url, Unset):
            data["url"] = self.url
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                cited_text=d.pop("cited_text"),
                type=d.pop("type"),
                document_index=d.pop("document_index", UNSET),
                document_title=d.pop("document_title", UNSET),
                encrypted_index=d.pop("encrypted_index", UNSET),
                end_block_index=d.pop("end_block_index", UNSET),
                end_char_index=d.pop("end_char_index", UNSET),
                end_page_number=d.pop("end_page_number", UNSET),
                file_id=d.pop("file_id", UNSET),
                search_result_index=d.pop("search_result_index", UNSET),
                source=d.pop("source", UNSET),
                start_block_index=d.pop("start_block_index", UNSET),
                start_char_index=d.pop("start_char_index", UNSET),
                start_page_number=d.pop("start_page_number", UNSET),
                title=d.pop("title", UNSET),
                url=d.pop("url", UNSET),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
