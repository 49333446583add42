from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import (
    NO_NULLS,
    Answer,
    Kinds,
    as_it_came,
    check,
    date_time,
    encode,
    list_of,
    model,
    nulls_of,
)

if TYPE_CHECKING:
    from ..models.model_metrics import ModelMetrics

_generated_at = date_time
_models = list_of(model("ModelMetrics"))

_KINDS: Final[Kinds] = {
    "generated_at": (datetime.datetime,),
    "models": ((Answer,),),
    "window_seconds": (int,),
}


@_attrs_define(kw_only=True)
class ModelMetricsList(Answer):
    """Measured speed of models over the last minutes."""

    generated_at: datetime.datetime
    models: list[ModelMetrics]
    window_seconds: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["generated_at"] = encode(self.generated_at)
        data["models"] = encode(self.models)
        data["window_seconds"] = self.window_seconds
        return as_it_came(data, self._nulls)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                generated_at=_generated_at(d.pop("generated_at")),
                models=_models(d.pop("models")),
                window_seconds=d.pop("window_seconds"),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        check(made, _KINDS)
        return made
