from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import UNSET, Extensible, Unset, encode, model

if TYPE_CHECKING:
    from ..models.percentiles import Percentiles

_duration_ms = model("Percentiles")
_tps = model("Percentiles")
_ttft_ms = model("Percentiles")


@_attrs_define(kw_only=True)
class LatencyMetrics(Extensible):
    """Each is absent where nothing was measured.

    Attributes:
        duration_ms: Half of all calls are below the first, 99 of 100 below the last.
        tps: Half of all calls are below the first, 99 of 100 below the last.
        ttft_ms: Half of all calls are below the first, 99 of 100 below the last."""

    duration_ms: Percentiles | Unset = UNSET
    tps: Percentiles | Unset = UNSET
    ttft_ms: Percentiles | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        if not isinstance(self.duration_ms, Unset):
            data["duration_ms"] = encode(self.duration_ms)
        if not isinstance(self.tps, Unset):
            data["tps"] = encode(self.tps)
        if not isinstance(self.ttft_ms, Unset):
            data["ttft_ms"] = encode(self.ttft_ms)
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                duration_ms=_duration_ms(d.pop("duration_ms", UNSET)),
                tps=_tps(d.pop("tps", UNSET)),
                ttft_ms=_ttft_ms(d.pop("ttft_ms", UNSET)),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
