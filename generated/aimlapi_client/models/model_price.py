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
    check,
    decimal,
    encode,
    nulls_of,
)

_per = decimal
_price = decimal

_KINDS: Final[Kinds] = {
    "content": (str, type(None)),
    "measure": (str, type(None)),
    "name": (str, type(None)),
    "origin": (str, type(None)),
    "per": (Decimal, type(None)),
    "price": (Decimal, type(None)),
}


@_attrs_define(kw_only=True)
class ModelPrice(Answer):
    """The price of one kind of token or other unit.

    Attributes:
        content: What is counted, such as text.
        measure: An older name of the origin.
        origin: One of provided, generated, cached and cache_write.
        per: So many units cost the price."""

    content: str | None = None
    measure: str | None = None
    name: str | None = None
    origin: str | None = None
    per: Decimal | None = None
    price: Decimal | None = None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        if self.content is not None or "content" in self._nulls:
            data["content"] = self.content
        if self.measure is not None or "measure" in self._nulls:
            data["measure"] = self.measure
        if self.name is not None or "name" in self._nulls:
            data["name"] = self.name
        if self.origin is not None or "origin" in self._nulls:
            data["origin"] = self.origin
        if self.per is not None or "per" in self._nulls:
            data["per"] = encode(self.per)
        if self.price is not None or "price" in self._nulls:
            data["price"] = encode(self.price)
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                content=d.pop("content", None),
                measure=d.pop("measure", None),
                name=d.pop("name", None),
                origin=d.pop("origin", None),
                per=_per(d.pop("per", None)),
                price=_price(d.pop("price", None)),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        check(made, _KINDS)
        return made
