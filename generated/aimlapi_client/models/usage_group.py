from __future__ import annotations

import datetime
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
    date,
    decimal,
    encode,
    model,
    nulls_of,
)

if TYPE_CHECKING:
    from ..models.token_counts import TokenCounts
    from ..models.usage_request_counts import UsageRequestCounts

_spend = decimal
_day = date
_requests = model("UsageRequestCounts")
_tokens = model("TokenCounts")

_KINDS: Final[Kinds] = {
    "spend": (Decimal,),
    "day": (datetime.date, type(None)),
    "model": (str, type(None)),
    "requests": (Answer, type(None)),
    "tokens": (Answer, type(None)),
}


@_attrs_define(kw_only=True)
class UsageGroup(Answer):
    """What was spent on one day, on one model, or on one model on one day.

    Attributes:
        day: A date in the time zone that was asked for.
        requests: How many calls ended how.
        tokens: Tokens of one or more calls."""

    spend: Decimal
    day: datetime.date | None = None
    model: str | None = None
    requests: UsageRequestCounts | None = None
    tokens: TokenCounts | None = None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["spend"] = encode(self.spend)
        if self.day is not None or "day" in self._nulls:
            data["day"] = encode(self.day)
        if self.model is not None or "model" in self._nulls:
            data["model"] = self.model
        if self.requests is not None or "requests" in self._nulls:
            data["requests"] = encode(self.requests)
        if self.tokens is not None or "tokens" in self._nulls:
            data["tokens"] = encode(self.tokens)
        return as_it_came(data, self._nulls)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                spend=_spend(d.pop("spend")),
                day=_day(d.pop("day", None)),
                model=d.pop("model", None),
                requests=_requests(d.pop("requests", None)),
                tokens=_tokens(d.pop("tokens", None)),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        check(made, _KINDS)
        return made
