from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import UNSET, Extensible, Unset, date_time, encode, model

if TYPE_CHECKING:
    from ..models.key_limit import KeyLimit

_created_at = date_time
_updated_at = date_time
_limit = model("KeyLimit")


@_attrs_define(kw_only=True)
class ReplacedKey(Extensible):
    """`ReplacedKey` of the gateway's document."""

    created_at: datetime.datetime
    disabled: bool
    monthly_usage: float
    prefix: str
    updated_at: datetime.datetime
    limit: KeyLimit | None | Unset = UNSET
    name: None | str | Unset = UNSET
    scopes: list[str] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["created_at"] = encode(self.created_at)
        data["disabled"] = self.disabled
        data["monthly_usage"] = self.monthly_usage
        data["prefix"] = self.prefix
        data["updated_at"] = encode(self.updated_at)
        if not isinstance(self.limit, Unset):
            data["limit"] = encode(self.limit)
        if not isinstance(self.name, Unset):
            data["name"] = self.name
        if not isinstance(self.scopes, Unset):
            data["scopes"] = encode(self.scopes)
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                created_at=_created_at(d.pop("created_at")),
                disabled=d.pop("disabled"),
                monthly_usage=d.pop("monthly_usage"),
                prefix=d.pop("prefix"),
                updated_at=_updated_at(d.pop("updated_at")),
                limit=_limit(d.pop("limit", UNSET)),
                name=d.pop("name", UNSET),
                scopes=d.pop("scopes", UNSET),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
