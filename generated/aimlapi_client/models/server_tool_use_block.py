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
    from ..models.tool_caller import ToolCaller

_caller = model("ToolCaller")


@_attrs_define(kw_only=True)
class ServerToolUseBlock(Answer):
    """A call that the server makes itself; nothing is expected of the caller.

    Attributes:
        input: Arguments of the call.
        name: Tools that run on the server.
        caller: Who made the call; absent or null means the model itself."""

    id: str
    input: dict[str, Any]
    name: (
        Literal[
            "bash_code_execution",
            "code_execution",
            "text_editor_code_execution",
            "tool_search_tool_bm25",
            "tool_search_tool_regex",
            "web_fetch",
            "web_search",
        ]
        | str
    )
    type: Literal["server_tool_use"] = "server_tool_use"
    caller: None | ToolCaller = None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["id"] = self.id
        data["input"] = encode(self.input)
        data["name"] = self.name
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
                id=d.pop("id"),
                input=d.pop("input"),
                name=d.pop("name"),
                type=d.pop("type"),
                caller=_caller(d.pop("caller", None)),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        return made
