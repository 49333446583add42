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
    from ..models.tool_reference import ToolReference

_tool_references = list_of(model("ToolReference"))


@_attrs_define(kw_only=True)
class ToolSearchResult(Answer):
    """Outcome of a search among deferred tools: tool_search_tool_search_result has tool_references,
    tool_search_tool_result_error has error_code.

    Attributes:
        error_code: Codes of all server-side tools in one list. The first three are common to all; the rest
            belong to web search, web fetch, the sandbox or the tool search.
        tool_references: Tools of the request that the search found."""

    type: str
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
    error_message: None | str = None
    tool_references: list[ToolReference] | None = None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["type"] = self.type
        if self.error_code is not None or "error_code" in self._nulls:
            data["error_code"] = self.error_code
        if self.error_message is not None or "error_message" in self._nulls:
            data["error_message"] = self.error_message
        if self.tool_references is not None or "tool_references" in self._nulls:
            data["tool_references"] = encode(self.tool_references)
        return as_it_came(data, self._nulls)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                type=d.pop("type"),
                error_code=d.pop("error_code", None),
                error_message=d.pop("error_message", None),
                tool_references=_tool_references(d.pop("tool_references", None)),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        return made
