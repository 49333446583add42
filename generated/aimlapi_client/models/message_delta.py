from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..models.stop_reason import StopReason
from ..types import UNSET, Extensible, Unset, encode, model

if TYPE_CHECKING:
    from ..models.stop_details import StopDetails

_stop_details = model("StopDetails")


@_attrs_define(kw_only=True)
class MessageDelta(Extensible):
    """How and why the message ended."""

    container: dict[str, Any] | None | Unset = UNSET
    stop_details: None | StopDetails | Unset = UNSET
    stop_reason: None | StopReason | str | Unset = UNSET
    stop_sequence: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        if not isinstance(self.container, Unset):
            data["container"] = encode(self.container)
        if not isinstance(self.stop_details, Unset):
            data["stop_details"] = encode(self.stop_details)
        if not isinstance(self.stop_reason, Unset):
            data["stop_reason"] = encode(self.stop_reason)
        if not isinstance(self.stop_sequence, Unset):
            data["stop_sequence"] = self.stop_sequence
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                container=d.pop("container", UNSET),
                stop_details=_stop_details(d.pop("stop_details", UNSET)),
                stop_reason=d.pop("stop_reason", UNSET),
                stop_sequence=d.pop("stop_sequence", UNSET),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
