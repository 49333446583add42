from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import Extensible, date_time, encode

_last_updated = date_time


@_attrs_define(kw_only=True)
class Balance(Extensible):
    """`Balance` of the gateway's document."""

    auto_debit_status: str
    balance: float
    last_updated: datetime.datetime
    low_balance: bool
    low_balance_threshold: float
    status: str
    status_explanation: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["autoDebitStatus"] = self.auto_debit_status
        data["balance"] = self.balance
        data["lastUpdated"] = encode(self.last_updated)
        data["lowBalance"] = self.low_balance
        data["lowBalanceThreshold"] = self.low_balance_threshold
        data["status"] = self.status
        data["statusExplanation"] = self.status_explanation
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                auto_debit_status=d.pop("autoDebitStatus"),
                balance=d.pop("balance"),
                last_updated=_last_updated(d.pop("lastUpdated")),
                low_balance=d.pop("lowBalance"),
                low_balance_threshold=d.pop("lowBalanceThreshold"),
                status=d.pop("status"),
                status_explanation=d.pop("statusExplanation"),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
