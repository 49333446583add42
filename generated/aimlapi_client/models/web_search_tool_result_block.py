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
    one_of,
)

if TYPE_CHECKING:
    from ..models.tool_caller import ToolCaller
    from ..models.web_search_result import WebSearchResult
    from ..models.web_search_tool_result_error import WebSearchToolResultError

_content = one_of(model("WebSearchToolResultError"), list_of(model("WebSearchResult")))
_caller = model("ToolCaller")


@_attrs_define(kw_only=True)
class WebSearchToolResultBlock(Answer):
    """What a web search gave.

    Attributes:
        content: The hits, or the error that took their place."""

    content: list[WebSearchResult] | WebSearchToolResultError
    tool_use_id: str
    type: Literal["web_search_tool_result"] = "web_search_tool_result"
    caller: None | ToolCaller = None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["content"] = encode(self.content)
        data["tool_use_id"] = self.tool_use_id
        data["type"] = self.type
        if self.caller is not None or "caller" in self._nulls:
            data["caller"] = encode(self.caller)
        return as_it_came(data, self._nulls)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                content=_content(d.pop("content")),
                tool_use_id=d.pop("tool_use_id"),
                type=d.pop("type"),
                caller=_caller(d.pop("caller", None)),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        return made
