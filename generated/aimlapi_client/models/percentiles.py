from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import Extensible


@_attrs_define(kw_only=True)
class Percentiles(Extensible):
    """Half of all calls are below the first, 99 of 100 below the last."""

    p50: float
    p75: float
    p90: float
    p99: float
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["p50"] = self.p50
        data["p75"] = self.p75
        data["p90"] = self.p90
        data["p99"] = self.p99
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                p50=d.pop("p50"),
                p75=d.pop("p75"),
                p90=d.pop("p90"),
                p99=d.pop("p99"),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
