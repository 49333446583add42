from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import UNSET, Extensible, Unset


@_attrs_define(kw_only=True)
class CostUsage(Extensible):
    """What the call cost. One US dollar is 2,000,000 credits.

    Attributes:
        credits_used: Cost in credits.
        tokens_used: Cost in credits, under its name of 2025.
        usd_spent: Cost in US dollars."""

    credits_used: float | Unset = UNSET
    tokens_used: float | Unset = UNSET
    usd_spent: float | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        if not isinstance(self.credits_used, Unset):
            data["credits_used"] = self.credits_used
        if not isinstance(self.tokens_used, Unset):
            data["tokens_used"] = self.tokens_used
        if not isinstance(self.usd_spent, Unset):
            data["usd_spent"] = self.usd_spent
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                credits_used=d.pop("credits_used", UNSET),
                tokens_used=d.pop("tokens_used", UNSET),
                usd_spent=d.pop("usd_spent", UNSET),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
