from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import UNSET, Extensible, Unset


@_attrs_define(kw_only=True)
class LegacyChoiceMessage(Extensible):
    """The text of one alternative, or the part of it that a chunk adds.

    Attributes:
        reasoning_content: Reasoning that the model shows."""

    content: None | str | Unset = UNSET
    reasoning_content: None | str | Unset = UNSET
    role: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        if not isinstance(self.content, Unset):
            data["content"] = self.content
        if not isinstance(self.reasoning_content, Unset):
            data["reasoning_content"] = self.reasoning_content
        if not isinstance(self.role, Unset):
            data["role"] = self.role
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                content=d.pop("content", UNSET),
                reasoning_content=d.pop("reasoning_content", UNSET),
                role=d.pop("role", UNSET),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
