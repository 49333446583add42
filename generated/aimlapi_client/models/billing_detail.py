from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
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
    decimal,
    encode,
    model,
    nulls_of,
)

if TYPE_CHECKING:
    from ..models.auto_top_up import AutoTopUp

_current_balance = decimal
_autotopup_settings = model("AutoTopUp")

_KINDS: Final[Kinds] = {
    "currency": (str,),
    "current_balance": (Decimal,),
    "email": (str,),
    "user_id": (int, str),
    "autotopup_settings": (Answer, type(None)),
}


@_attrs_define(kw_only=True)
class BillingDetail(Answer):
    """The balance with its account.

    Attributes:
        autotopup_settings: Whether, when and with how much the account is topped up by itself."""

    currency: str
    current_balance: Decimal
    email: str
    user_id: int | str
    autotopup_settings: AutoTopUp | None = None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["currency"] = self.currency
        data["current_balance"] = encode(self.current_balance)
        data["email"] = self.email
        data["user_id"] = self.user_id
        if self.autotopup_settings is not None or "autotopup_settings" in self._nulls:
            data["autotopup_settings"] = encode(self.autotopup_settings)
        return as_it_came(data, self._nulls)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                currency=d.pop("currency"),
                current_balance=_current_balance(d.pop("current_balance")),
                email=d.pop("email"),
                user_id=d.pop("user_id"),
                autotopup_settings=_autotopup_settings(d.pop("autotopup_settings", None)),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        check(made, _KINDS)
        return made
