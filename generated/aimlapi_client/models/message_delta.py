from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..models.stop_reason import StopReason
from ..types import (
    NO_NULLS,
    Answer,
    encode,
    model,
    nulls_of,
)

if TYPE_CHECKING:
    from ..models.stop_details import StopDetails

_stop_details = model("StopDetails")


@_attrs_define(kw_only=True)
class MessageDelta(Answer):
    """How and why the message ended."""

    container: dict[str, Any] | None = None
    stop_details: None | StopDetails = None
    stop_reason: None | StopReason | str = None
    stop_sequence: None | str = None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        if self.container is not None or "container" in self._nulls:
            data["container"] = encode(self.container)
        if self.stop_details is not None or "stop_details" in self._nulls:
            data["stop_details"] = encode(self.stop_details)
        if self.stop_reason is not None or "stop_reason" in self._nulls:
            data["stop_reason"] = encode(self.stop_reason)
        if self.stop_sequence is not None or "stop_sequence" in self._nulls:
            data["stop_sequence"] = self.stop_sequence
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                container=d.pop("container", None),
                stop_details=_stop_details(d.pop("stop_details", None)),
                stop_reason=d.pop("stop_reason", None),
                stop_sequence=d.pop("stop_sequence", None),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        return made
