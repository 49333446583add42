from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import (
    UNSET,
    Extensible,
    Unset,
    encode,
    model,
)

if TYPE_CHECKING:
    from ..models.cache_control_param import CacheControlParam

_cache_control = model("CacheControlParam")


@_attrs_define(kw_only=True)
class FunctionToolParam(Extensible):
    """`FunctionToolParam` of the gateway's document."""

    function: dict[str, Any]
    type: Literal["function"] = "function"
    cache_control: CacheControlParam | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["function"] = encode(self.function)
        data["type"] = self.type
        if not isinstance(self.cache_control, Unset):
            data["cache_control"] = encode(self.cache_control)
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                function=d.pop("function"),
                type=d.pop("type"),
                cache_control=_cache_control(d.pop("cache_control", UNSET)),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
