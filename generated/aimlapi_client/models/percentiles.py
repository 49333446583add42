from __future__ import annotations

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
    decimal,
    encode,
    nulls_of,
)

_p50 = decimal
_p75 = decimal
_p90 = decimal
_p99 = decimal

_KINDS: Final[Kinds] = {
    "p50": (Decimal,),
    "p75": (Decimal,),
    "p90": (Decimal,),
    "p99": (Decimal,),
}


@_attrs_define(kw_only=True)
class Percentiles(Answer):
    """Half of all calls are below the first, 99 of 100 below the last."""

    p50: Decimal
    p75: Decimal
    p90: Decimal
    p99: Decimal
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["p50"] = encode(self.p50)
        data["p75"] = encode(self.p75)
        data["p90"] = encode(self.p90)
        data["p99"] = encode(self.p99)
        return as_it_came(data, self._nulls)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                p50=_p50(d.pop("p50")),
                p75=_p75(d.pop("p75")),
                p90=_p90(d.pop("p90")),
                p99=_p99(d.pop("p99")),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        check(made, _KINDS)
        return made
