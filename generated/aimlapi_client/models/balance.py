from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, Self

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
    decimal,
    encode,
    nulls_of,
)

_balance = decimal
_last_updated = date_time
_low_balance_threshold = decimal

_KINDS: Final[Kinds] = {
    "balance": (Decimal,),
    "auto_debit_status": (str, type(None)),
    "last_updated": (datetime.datetime, type(None)),
    "low_balance": (bool, type(None)),
    "low_balance_threshold": (Decimal, type(None)),
    "status": (str, type(None)),
    "status_explanation": (str, type(None)),
}


@_attrs_define(kw_only=True)
class Balance(Answer):
    """The balance in its older form, in credits.

    Attributes:
        balance: In credits; 2,000,000 are a US dollar.
        low_balance_threshold: In credits."""

    balance: Decimal
    auto_debit_status: str | None = None
    last_updated: datetime.datetime | None = None
    low_balance: bool | None = None
    low_balance_threshold: Decimal | None = None
    status: str | None = None
    status_explanation: str | None = None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["balance"] = encode(self.balance)
        if self.auto_debit_status is not None or "autoDebitStatus" in self._nulls:
            data["autoDebitStatus"] = self.auto_debit_status
        if self.last_updated is not None or "lastUpdated" in self._nulls:
            data["lastUpdated"] = encode(self.last_updated)
        if self.low_balance is not None or "lowBalance" in self._nulls:
            data["lowBalance"] = self.low_balance
        if self.low_balance_threshold is not None or "lowBalanceThreshold" in self._nulls:
            data["lowBalanceThreshold"] = encode(self.low_balance_threshold)
        if self.status is not None or "status" in self._nulls:
            data["status"] = self.status
        if self.status_explanation is not None or "statusExplanation" in self._nulls:
            data["statusExplanation"] = self.status_explanation
        return as_it_came(data, self._nulls)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                balance=_balance(d.pop("balance")),
                auto_debit_status=d.pop("autoDebitStatus", None),
                last_updated=_last_updated(d.pop("lastUpdated", None)),
                low_balance=d.pop("lowBalance", None),
                low_balance_threshold=_low_balance_threshold(d.pop("lowBalanceThreshold", None)),
                status=d.pop("status", None),
                status_explanation=d.pop("statusExplanation", None),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        check(made, _KINDS)
        return made
