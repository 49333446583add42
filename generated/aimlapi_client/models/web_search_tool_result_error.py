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
class WebSearchToolResultError(Answer):
    """The search failed.

    Attributes:
        error_code: Codes of all server-side tools in one list. The first three are common to all; the rest
            belong to web search, web fetch, the sandbox or the tool search."""

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
    )
    type: Literal["web_search_tool_result_error"] = "web_search_tool_result_error"
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["error_code"] = self.error_code
        data["type"] = self.type
        return as_it_came(data, self._nulls)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                error_code=d.pop("error_code"),
                type=d.pop("type"),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        return made
