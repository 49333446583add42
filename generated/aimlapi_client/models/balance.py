from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import UNSET, Extensible, Unset, date_time, encode

_last_updated = date_time


@_attrs_define(kw_only=True)
class Balance(Extensible):
    """The balance in its older form, in credits.

    Attributes:
        balance: In credits; 2,000,000 are a US dollar.
        low_balance_threshold: In credits."""

    balance: float
    auto_debit_status: str | Unset = UNSET
    last_updated: datetime.datetime | Unset = UNSET
    low_balance: bool | Unset = UNSET
    low_balance_threshold: float | Unset = UNSET
    status: str | Unset = UNSET
    status_explanation: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["balance"] = self.balance
        if not isinstance(self.auto_debit_status, Unset):
            data["autoDebitStatus"] = self.auto_debit_status
        if not isinstance(self.last_updated, Unset):
            data["lastUpdated"] = encode(self.last_updated)
        if not isinstance(self.low_balance, Unset):
            data["lowBalance"] = self.low_balance
        if not isinstance(self.low_balance_threshold, Unset):
            data["lowBalanceThreshold"] = self.low_balance_threshold
        if not isinstance(self.status, Unset):
            data["status"] = self.status
        if not isinstance(self.status_explanation, Unset):
            data["statusExplanation"] = self.status_explanation
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                balance=d.pop("balance"),
                auto_debit_status=d.pop("autoDebitStatus", UNSET),
                last_updated=_last_updated(d.pop("lastUpdated", UNSET)),
                low_balance=d.pop("lowBalance", UNSET),
                low_balance_threshold=d.pop("lowBalanceThreshold", UNSET),
                status=d.pop("status", UNSET),
                status_explanation=d.pop("statusExplanation", UNSET),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
