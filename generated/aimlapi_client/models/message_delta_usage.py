from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import UNSET, Extensible, Unset, encode, model

if TYPE_CHECKING:
    from ..models.output_tokens_details import OutputTokensDetails
    from ..models.server_tool_usage import ServerToolUsage

_output_tokens_details = model("OutputTokensDetails")
_server_tool_use = model("ServerToolUsage")


@_attrs_define(kw_only=True)
class MessageDeltaUsage(Extensible):
    """Running totals of the whole stream; they replace earlier counts, they are not added."""

    output_tokens: int
    cache_creation_input_tokens: int | None | Unset = UNSET
    cache_read_input_tokens: int | None | Unset = UNSET
    input_tokens: int | None | Unset = UNSET
    output_tokens_details: None | OutputTokensDetails | Unset = UNSET
    server_tool_use: None | ServerToolUsage | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["output_tokens"] = self.output_tokens
        if not isinstance(self.cache_creation_input_tokens, Unset):
            data["cache_creation_input_tokens"] = self.cache_creation_input_tokens
        if not isinstance(self.cache_read_input_tokens, Unset):
            data["cache_read_input_tokens"] = self.cache_read_input_tokens
        if not isinstance(self.input_tokens, Unset):
            data["input_tokens"] = self.input_tokens
        if not isinstance(self.output_tokens_details, Unset):
            data["output_tokens_details"] = encode(self.output_tokens_details)
        if not isinstance(self.server_tool_use, Unset):
            data["server_tool_use"] = encode(self.server_tool_use)
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                output_tokens=d.pop("output_tokens"),
                cache_creation_input_tokens=d.pop("cache_creation_input_tokens", UNSET),
                cache_read_input_tokens=d.pop("cache_read_input_tokens", UNSET),
                input_tokens=d.pop("input_tokens", UNSET),
                output_tokens_details=_output_tokens_details(d.pop("output_tokens_details", UNSET)),
                server_tool_use=_server_tool_use(d.pop("server_tool_use", UNSET)),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
