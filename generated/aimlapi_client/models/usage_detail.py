from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import UNSET, Extensible, Unset, date_time, encode, list_of, model

if TYPE_CHECKING:
    from ..models.model_usage import ModelUsage
    from ..models.usage_group import UsageGroup

_end = date_time
_models = list_of(model("ModelUsage"))
_start = date_time
_groups = list_of(model("UsageGroup"))


@_attrs_define(kw_only=True)
class UsageDetail(Extensible):
    """What was spent over a window of time, and on what."""

    end: datetime.datetime
    models: list[ModelUsage]
    requests: int
    spend: float
    start: datetime.datetime
    api_key_prefix: None | str | Unset = UNSET
    currency: str | Unset = UNSET
    groups: list[UsageGroup] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["end"] = encode(self.end)
        data["models"] = encode(self.models)
        data["requests"] = self.requests
        data["spend"] = self.spend
        data["start"] = encode(self.start)
        if not isinstance(self.api_key_prefix, Unset):
            data["api_key_prefix"] = self.api_key_prefix
        if not isinstance(self.currency, Unset):
            data["currency"] = self.currency
        if not isinstance(self.groups, Unset):
            data["groups"] = encode(self.groups)
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                end=_end(d.pop("end")),
                models=_models(d.pop("models")),
                requests=d.pop("requests"),
                spend=d.pop("spend"),
                start=_start(d.pop("start")),
                api_key_prefix=d.pop("api_key_prefix", UNSET),
                currency=d.pop("currency", UNSET),
                groups=_groups(d.pop("groups", UNSET)),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
