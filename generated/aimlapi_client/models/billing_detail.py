from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import UNSET, Extensible, Unset, encode, model

if TYPE_CHECKING:
    from ..models.autotopup_settings import AutotopupSettings

_autotopup_settings = model("AutotopupSettings")


@_attrs_define(kw_only=True)
class BillingDetail(Extensible):
    """`BillingDetail` of the gateway's document."""

    autotopup_settings: AutotopupSettings | Unset = UNSET
    currency: str | Unset = UNSET
    current_balance: float | Unset = UNSET
    email: str | Unset = UNSET
    user_id: float | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        if not isinstance(self.autotopup_settings, Unset):
            data["autotopup_settings"] = encode(self.autotopup_settings)
        if not isinstance(self.currency, Unset):
            data["currency"] = self.currency
        if not isinstance(self.current_balance, Unset):
            data["current_balance"] = self.current_balance
        if not isinstance(self.email, Unset):
            data["email"] = self.email
        if not isinstance(self.user_id, Unset):
            data["user_id"] = self.user_id
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                autotopup_settings=_autotopup_settings(d.pop("autotopup_settings", UNSET)),
                currency=d.pop("currency", UNSET),
                current_balance=d.pop("current_balance", UNSET),
                email=d.pop("email", UNSET),
                user_id=d.pop("user_id", UNSET),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
