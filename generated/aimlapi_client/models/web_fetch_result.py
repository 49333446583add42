from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import (
    NO_NULLS,
    Answer,
    as_it_came,
    date_time,
    encode,
    model,
    nulls_of,
)

if TYPE_CHECKING:
    from ..models.document_block import DocumentBlock

_content = model("DocumentBlock")
_retrieved_at = date_time


@_attrs_define(kw_only=True)
class WebFetchResult(Answer):
    """Outcome of fetching a page: web_fetch_result has url and content, web_fetch_tool_result_error has
    error_code.

    Attributes:
        content: A page that was fetched.
        error_code: Codes of all server-side tools in one list. The first three are common to all; the rest
            belong to web search, web fetch, the sandbox or the tool search.
        retrieved_at: When it was fetched."""

    type: str
    content: DocumentBlock | None = None
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
        | None
    ) = None
    retrieved_at: datetime.datetime | None = None
    url: str | None = None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["type"] = self.type
        if self.content is not None or "content" in self._nulls:
            data["content"] = encode(self.content)
        if self.error_code is not None or "error_code" in self._nulls:
            data["error_code"] = self.error_code
        if self.retrieved_at is not None or "retrieved_at" in self._nulls:
            data["retrieved_at"] = encode(self.retrieved_at)
        if self.url is not None or "url" in self._nulls:
            data["url"] = self.url
        return as_it_came(data, self._nulls)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                type=d.pop("type"),
                content=_content(d.pop("content", None)),
                error_code=d.pop("error_code", None),
                retrieved_at=_retrieved_at(d.pop("retrieved_at", None)),
                url=d.pop("url", None),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        return made
