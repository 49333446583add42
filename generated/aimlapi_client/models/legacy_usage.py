from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import (
    NO_NULLS,
    Answer,
    nulls_of,
)


@_attrs_define(kw_only=True)
class LegacyUsage(Answer):
    """Tokens of one call in OpenAI's words."""

    completion_tokens: int | None = None
    prompt_tokens: int | None = None
    total_tokens: int | None = None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        if self.completion_tokens is not None or "completion_tokens" in self._nulls:
            data["completion_tokens"] = self.completion_tokens
        if self.prompt_tokens is not None or "prompt_tokens" in self._nulls:
            data["prompt_tokens"] = self.prompt_tokens
        if self.total_tokens is not None or "total_tokens" in self._nulls:
            data["total_tokens"] = self.total_tokens
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                completion_tokens=d.pop("completion_tokens", None),
                prompt_tokens=d.pop("prompt_tokens", None),
                total_tokens=d.pop("total_tokens", None),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        return made
