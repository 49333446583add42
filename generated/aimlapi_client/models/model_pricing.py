from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import UNSET, Extensible, Unset, encode, list_of, model

if TYPE_CHECKING:
    from ..models.model_price import ModelPrice

_units = list_of(model("ModelPrice"))


@_attrs_define(kw_only=True)
class ModelPricing(Extensible):
    """What a model costs.

    Attributes:
        dimensions: What the price of a variant depends on.
        kind: One of fixed, variants and variable."""

    currency: str | Unset = UNSET
    dimensions: list[Any] | Unset = UNSET
    kind: str | Unset = UNSET
    units: list[ModelPrice] | Unset = UNSET
    variants: list[dict[str, Any]] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        if not isinstance(self.currency, Unset):
            data["currency"] = self.currency
        if not isinstance(self.dimensions, Unset):
            data["dimensions"] = encode(self.dimensions)
        if not isinstance(self.kind, Unset):
            data["kind"] = self.kind
        if not isinstance(self.units, Unset):
            data["units"] = encode(self.units)
        if not isinstance(self.variants, Unset):
            data["variants"] = encode(self.variants)
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                currency=d.pop("currency", UNSET),
                dimensions=d.pop("dimensions", UNSET),
                kind=d.pop("kind", UNSET),
                units=_units(d.pop("units", UNSET)),
                variants=d.pop("variants", UNSET),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
