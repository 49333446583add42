from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import UNSET, Extensible, Unset, encode


@_attrs_define(kw_only=True)
class WebFetchResult(Extensible):
    """Outcome of fetching a page: web_fetch_result has url and content, web_fetch_tool_result_error has
    error_code.

    Attributes:
        content: The page as a document block: type, source, title and citations.
        retrieved_at: When it was fetched, as ISO 8601 text."""

    type: str
    content: dict[str, Any] | Unset = UNSET
    error_code: (
        Literal[
            "content_too_large",
            "execution_time_exceeded",
            "file_not_found",
            "invalid_tool_input",
            "max_uses_exceeded",
            "output_file_too_large",
            "query_too_long",
            "request_too_large",
            "too_many_requests",
            "unavailable",
            "unsupported_content_type",
            "url_not_accessible",
            "url_not_allowed",
            "url_not_in_prior_context",
            "url_too_long",
        ]
        | str
        | Unset
    ) = UNSET
    retrieved_at: None | str | Unset = UNSET
    url: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["type"] = self.type
        if not isinstance(self.content, Unset):
            data["content"] = encode(self.content)
        if not isinstance(self.error_code, Unset):
            data["error_code"] = self.error_code
        if not isinstance(self.retrieved_at, Unset):
            data["retrieved_at"] = self.retrieved_at
        if not isinstance(self.url, Unset):
            data["url"] = self.url
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                type=d.pop("type"),
                content=d.pop("content", UNSET),
                error_code=d.pop("error_code", UNSET),
                retrieved_at=d.pop("retrieved_at", UNSET),
                url=d.pop("url", UNSET),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
