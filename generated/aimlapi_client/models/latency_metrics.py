from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import (
    NO_NULLS,
    Answer,
    Kinds,
    check,
    encode,
    model,
    nulls_of,
)

if TYPE_CHECKING:
    from ..models.percentiles import Percentiles

_duration_ms = model("Percentiles")
_tps = model("Percentiles")
_ttft_ms = model("Percentiles")

_KINDS: Final[Kinds] = {
    "duration_ms": (Answer, type(None)),
    "tps": (Answer, type(None)),
    "ttft_ms": (Answer, type(None)),
}


@_attrs_define(kw_only=True)
class LatencyMetrics(Answer):
    """Each is absent where nothing was measured.

    Attributes:
        duration_ms: Half of all calls are below the first, 99 of 100 below the last.
        tps: Half of all calls are below the first, 99 of 100 below the last.
        ttft_ms: Half of all calls are below the first, 99 of 100 below the last."""

    duration_ms: Percentiles | None = None
    tps: Percentiles | None = None
    ttft_ms: Percentiles | None = None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        if self.duration_ms is not None or "duration_ms" in self._nulls:
            data["duration_ms"] = encode(self.duration_ms)
        if self.tps is not None or "tps" in self._nulls:
            data["tps"] = encode(self.tps)
        if self.ttft_ms is not None or "ttft_ms" in self._nulls:
            data["ttft_ms"] = encode(self.ttft_ms)
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                duration_ms=_duration_ms(d.pop("duration_ms", None)),
                tps=_tps(d.pop("tps", None)),
                ttft_ms=_ttft_ms(d.pop("ttft_ms", None)),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        check(made, _KINDS)
        return made
