from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import Extensible, encode, model

if TYPE_CHECKING:
    from ..models.money import Money

_amount = model("Money")


@_attrs_define(kw_only=True)
class Transaction(Extensible):
    """`Transaction` of the gateway's document."""

    amount: Money
    created_at: str
    direction: Literal["CHARGE", "TOPUP"] | str
    model: None | str
    reference_id: None | str
    type: Literal["ADJUSTMENT", "BONUS", "CREDITS_EXPIRED", "INIT", "MODEL_USAGE", "PAYMENT", "REFUND"] | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["amount"] = encode(self.amount)
        data["created_at"] = self.created_at
        data["direction"] = self.direction
        data["model"] = self.model
        data["reference_id"] = self.reference_id
        data["type"] = self.type
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                amount=_amount(d.pop("amount")),
                created_at=d.pop("created_at"),
                direction=d.pop("direction"),
                model=d.pop("model"),
                reference_id=d.pop("reference_id"),
                type=d.pop("type"),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
