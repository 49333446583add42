from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import UNSET, Extensible, Unset


@_attrs_define(kw_only=True)
class StopDetails(Extensible):
    """What is known about a refusal.

    Attributes:
        category: Policy area of the refusal; null when none is named.
        explanation: Text for a person; its wording may change at any time.
        type: Kind of stop that is explained; refusal so far."""

    category: (
        Literal["bio", "cyber", "frontier_llm", "general_harms", "reasoning_extraction"] | str | None | Unset
    ) = UNSET
    explanation: None | str | Unset = UNSET
    type: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        if not isinstance(self.category, Unset):
            data["category"] = self.category
        if not isinstance(self.explanation, Unset):
            data["explanation"] = self.explanation
        if not isinstance(self.type, Unset):
            data["type"] = self.type
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                category=d.pop("category", UNSET),
                explanation=d.pop("explanation", UNSET),
                type=d.pop("type", UNSET),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
