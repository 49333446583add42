from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

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
    from ..models.output_tokens_details import OutputTokensDetails
    from ..models.server_tool_usage import ServerToolUsage

_output_tokens_details = model("OutputTokensDetails")
_server_tool_use = model("ServerToolUsage")


@_attrs_define(kw_only=True)
class MessageDeltaUsage(Answer):
    """Running totals of the whole stream; they replace earlier counts, they are not added."""

    output_tokens: int
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    input_tokens: int | None = None
    output_tokens_details: None | OutputTokensDetails = None
    server_tool_use: None | ServerToolUsage = None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["output_tokens"] = self.output_tokens
        if self.cache_creation_input_tokens is not None or "cache_creation_input_tokens" in self._nulls:
            data["cache_creation_input_tokens"] = self.cache_creation_input_tokens
        if self.cache_read_input_tokens is not None or "cache_read_input_tokens" in self._nulls:
            data["cache_read_input_tokens"] = self.cache_read_input_tokens
        if self.input_tokens is not None or "input_tokens" in self._nulls:
            data["input_tokens"] = self.input_tokens
        if self.output_tokens_details is not None or "output_tokens_details" in self._nulls:
            data["output_tokens_details"] = encode(self.output_tokens_details)
        if self.server_tool_use is not None or "server_tool_use" in self._nulls:
            data["server_tool_use"] = encode(self.server_tool_use)
        return as_it_came(data, self._nulls)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                output_tokens=d.pop("output_tokens"),
                cache_creation_input_tokens=d.pop("cache_creation_input_tokens", None),
                cache_read_input_tokens=d.pop("cache_read_input_tokens", None),
                input_tokens=d.pop("input_tokens", None),
                output_tokens_details=_output_tokens_details(d.pop("output_tokens_details", None)),
                server_tool_use=_server_tool_use(d.pop("server_tool_use", None)),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        return made
