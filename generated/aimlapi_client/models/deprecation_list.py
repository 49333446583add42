from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import UNSET, Extensible, Unset, date_time, encode, list_of, model

if TYPE_CHECKING:
    from ..models.deprecation import Deprecation

_data = list_of(model("Deprecation"))
_generated_at = date_time


@_attrs_define(kw_only=True)
class DeprecationList(Extensible):
    """Models that have ended or will, the latest first."""

    data: list[Deprecation]
    generated_at: datetime.datetime | Unset = UNSET
    object: Literal["list"] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["data"] = encode(self.data)
        if not isinstance(self.generated_at, Unset):
            data["generated_at"] = encode(self.generated_at)
        if not isinstance(self.object, Unset):
            data["object"] = self.object
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                data=_data(d.pop("data")),
                generated_at=_generated_at(d.pop("generated_at", UNSET)),
                object=d.pop("object", UNSET),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
