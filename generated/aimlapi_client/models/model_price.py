from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import UNSET, Extensible, Unset


@_attrs_define(kw_only=True)
class ModelPrice(Extensible):
    """The price of one kind of token or other unit.

    Attributes:
        content: What is counted, such as text.
        measure: An older name of the origin.
        origin: One of provided, generated, cached and cache_write.
        per: So many units cost the price."""

    content: str | Unset = UNSET
    measure: str | Unset = UNSET
    name: str | Unset = UNSET
    origin: str | Unset = UNSET
    per: float | str | Unset = UNSET
    price: float | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        if not isinstance(self.content, Unset):
            data["content"] = self.content
        if not isinstance(self.measure, Unset):
            data["measure"] = self.measure
        if not isinstance(self.name, Unset):
            data["name"] = self.name
        if not isinstance(self.origin, Unset):
            data["origin"] = self.origin
        if not isinstance(self.per, Unset):
            data["per"] = self.per
        if not isinstance(self.price, Unset):
            data["price"] = self.price
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                content=d.pop("content", UNSET),
                measure=d.pop("measure", UNSET),
                name=d.pop("name", UNSET),
                origin=d.pop("origin", UNSET),
                per=d.pop("per", UNSET),
                price=d.pop("price", UNSET),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
