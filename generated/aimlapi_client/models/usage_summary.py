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

_end = date_time
_spend = decimal
_start = date_time

_KINDS: Final[Kinds] = {
    "end": (datetime.datetime,),
    "requests": (int,),
    "spend": (Decimal,),
    "start": (datetime.datetime,),
    "api_key_prefix": (str, type(None)),
    "currency": (str, type(None)),
}


@_attrs_define(kw_only=True)
class UsageSummary(Answer):
    """What was spent over a window of time."""

    end: datetime.datetime
    requests: int
    spend: Decimal
    start: datetime.datetime
    api_key_prefix: None | str = None
    currency: str | None = None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["end"] = encode(self.end)
        data["requests"] = self.requests
        data["spend"] = encode(self.spend)
        data["start"] = encode(self.start)
        if self.api_key_prefix is not None or "api_key_prefix" in self._nulls:
            data["api_key_prefix"] = self.api_key_prefix
        if self.currency is not None or "currency" in self._nulls:
            data["currency"] = self.currency
        return as_it_came(data, self._nulls)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                end=_end(d.pop("end")),
                requests=d.pop("requests"),
                spend=_spend(d.pop("spend")),
                start=_start(d.pop("start")),
                api_key_prefix=d.pop("api_key_prefix", None),
                currency=d.pop("currency", None),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        check(made, _KINDS)
        return made
