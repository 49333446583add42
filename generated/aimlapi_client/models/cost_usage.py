from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import (
    NO_NULLS,
    Answer,
    decimal,
    encode,
    nulls_of,
)

_credits_used = decimal
_tokens_used = decimal
_usd_spent = decimal


@_attrs_define(kw_only=True)
class CostUsage(Answer):
    """What the call cost. One US dollar is 2,000,000 credits.

    Attributes:
        credits_used: Cost in credits.
        tokens_used: Cost in credits, under its name of 2025.
        usd_spent: Cost in US dollars."""

    credits_used: Decimal | None = None
    tokens_used: Decimal | None = None
    usd_spent: Decimal | None = None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        if self.credits_used is not None or "credits_used" in self._nulls:
            data["credits_used"] = encode(self.credits_used)
        if self.tokens_used is not None or "tokens_used" in self._nulls:
            data["tokens_used"] = encode(self.tokens_used)
        if self.usd_spent is not None or "usd_spent" in self._nulls:
            data["usd_spent"] = encode(self.usd_spent)
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                credits_used=_credits_used(d.pop("credits_used", None)),
                tokens_used=_tokens_used(d.pop("tokens_used", None)),
                usd_spent=_usd_spent(d.pop("usd_spent", None)),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        return made
