from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import UNSET, Extensible, Unset


@_attrs_define(kw_only=True)
class CacheCreation(Extensible):
    """Tokens written to the cache, by lifetime.

    Attributes:
        ephemeral_1h_input_tokens: Kept for one hour.
        ephemeral_5m_input_tokens: Kept for five minutes."""

    ephemeral_1h_input_tokens: int | Unset = UNSET
    ephemeral_5m_input_tokens: int | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        if not isinstance(self.ephemeral_1h_input_tokens, Unset):
            data["ephemeral_1h_input_tokens"] = self.ephemeral_1h_input_tokens
        if not isinstance(self.ephemeral_5m_input_tokens, Unset):
            data["ephemeral_5m_input_tokens"] = self.ephemeral_5m_input_tokens
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                ephemeral_1h_input_tokens=d.pop("ephemeral_1h_input_tokens", UNSET),
                ephemeral_5m_input_tokens=d.pop("ephemeral_5m_input_tokens", UNSET),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
