from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import (
    NO_NULLS,
    Answer,
    Kinds,
    as_it_came,
    check,
    date_time,
    encode,
    model,
    nulls_of,
)

if TYPE_CHECKING:
    from ..models.money import Money

_amount = model("Money")
_created_at = date_time

_KINDS: Final[Kinds] = {
    "amount": (Answer,),
    "created_at": (datetime.datetime,),
    "direction": (str,),
    "type": (str,),
    "model": (str, type(None)),
    "reference_id": (str, type(None)),
}


@_attrs_define(kw_only=True)
class Transaction(Answer):
    """One movement of money.

    Attributes:
        amount: One amount in both units.
        direction: TOPUP or CHARGE.
        type: PAYMENT, BONUS, REFUND, ADJUSTMENT, MODEL_USAGE, CREDITS_EXPIRED or INIT.
        reference_id: For a charge, the x-inference-id of the call."""

    amount: Money
    created_at: datetime.datetime
    direction: str
    type: str
    model: None | str = None
    reference_id: None | str = None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["amount"] = encode(self.amount)
        data["created_at"] = encode(self.created_at)
        data["direction"] = self.direction
        data["type"] = self.type
        if self.model is not None or "model" in self._nulls:
            data["model"] = self.model
        if self.reference_id is not None or "reference_id" in self._nulls:
            data["reference_id"] = self.reference_id
        return as_it_came(data, self._nulls)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                amount=_amount(d.pop("amount")),
                created_at=_created_at(d.pop("created_at")),
                direction=d.pop("direction"),
                type=d.pop("type"),
                model=d.pop("model", None),
                reference_id=d.pop("reference_id", None),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        check(made, _KINDS)
        return made
