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
class LegacyChoiceMessage(Answer):
    """The text of one alternative, or the part of it that a chunk adds.

    Attributes:
        reasoning_content: Reasoning that the model shows."""

    content: None | str = None
    reasoning_content: None | str = None
    role: None | str = None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        if self.content is not None or "content" in self._nulls:
            data["content"] = self.content
        if self.reasoning_content is not None or "reasoning_content" in self._nulls:
            data["reasoning_content"] = self.reasoning_content
        if self.role is not None or "role" in self._nulls:
            data["role"] = self.role
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                content=d.pop("content", None),
                reasoning_content=d.pop("reasoning_content", None),
                role=d.pop("role", None),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        return made
