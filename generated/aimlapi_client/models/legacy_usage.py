from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import UNSET, Extensible, Unset


@_attrs_define(kw_only=True)
class LegacyUsage(Extensible):
    """Tokens of one call in OpenAI's words."""

    completion_tokens: int | Unset = UNSET
    prompt_tokens: int | Unset = UNSET
    total_tokens: int | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        if not isinstance(self.completion_tokens, Unset):
            data["completion_tokens"] = self.completion_tokens
        if not isinstance(self.prompt_tokens, Unset):
            data["prompt_tokens"] = self.prompt_tokens
        if not isinstance(self.total_tokens, Unset):
            data["total_tokens"] = self.total_tokens
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                completion_tokens=d.pop("completion_tokens", UNSET),
                prompt_tokens=d.pop("prompt_tokens", UNSET),
                total_tokens=d.pop("total_tokens", UNSET),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
