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
    list_of,
    model,
    nulls_of,
)

if TYPE_CHECKING:
    from ..models.model_price import ModelPrice

_units = list_of(model("ModelPrice"))

_KINDS: Final[Kinds] = {
    "currency": (str, type(None)),
    "dimensions": (list, type(None)),
    "kind": (str, type(None)),
    "units": ((Answer,), type(None)),
    "variants": ((dict,), type(None)),
}


@_attrs_define(kw_only=True)
class ModelPricing(Answer):
    """What a model costs.

    Attributes:
        dimensions: What the price of a variant depends on.
        kind: One of fixed, variants and variable."""

    currency: str | None = None
    dimensions: list[Any] | None = None
    kind: str | None = None
    units: list[ModelPrice] | None = None
    variants: list[dict[str, Any]] | None = None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        if self.currency is not None or "currency" in self._nulls:
            data["currency"] = self.currency
        if self.dimensions is not None or "dimensions" in self._nulls:
            data["dimensions"] = encode(self.dimensions)
        if self.kind is not None or "kind" in self._nulls:
            data["kind"] = self.kind
        if self.units is not None or "units" in self._nulls:
            data["units"] = encode(self.units)
        if self.variants is not None or "variants" in self._nulls:
            data["variants"] = encode(self.variants)
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                currency=d.pop("currency", None),
                dimensions=d.pop("dimensions", None),
                kind=d.pop("kind", None),
                units=_units(d.pop("units", None)),
                variants=d.pop("variants", None),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        check(made, _KINDS)
        return made
