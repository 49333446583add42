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
_limit = model("KeyLimit")
_updated_at = date_time


@_attrs_define(kw_only=True)
class CreatedKey(Extensible):
    """A new key with its full value, which is never shown again."""

    created_at: datetime.datetime
    disabled: bool
    key: str
    prefix: str
    limit: KeyLimit | None | Unset = UNSET
    monthly_usage: float | Unset = UNSET
    name: None | str | Unset = UNSET
    scopes: list[str] | None | Unset = UNSET
    updated_at: datetime.datetime | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["created_at"] = encode(self.created_at)
        data["disabled"] = self.disabled
        data["key"] = self.key
        data["prefix"] = self.prefix
        if not isinstance(self.limit, Unset):
            data["limit"] = encode(self.limit)
        if not isinstance(self.monthly_usage, Unset):
            data["monthly_usage"] = self.monthly_usage
        if not isinstance(self.name, Unset):
            data["name"] = self.name
        if not isinstance(self.scopes, Unset):
            data["scopes"] = encode(self.scopes)
        if not isinstance(self.updated_at, Unset):
            data["updated_at"] = encode(self.updated_at)
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                created_at=_created_at(d.pop("created_at")),
                disabled=d.pop("disabled"),
                key=d.pop("key"),
                prefix=d.pop("prefix"),
                limit=_limit(d.pop("limit", UNSET)),
                monthly_usage=d.pop("monthly_usage", UNSET),
                name=d.pop("name", UNSET),
                scopes=d.pop("scopes", UNSET),
                updated_at=_updated_at(d.pop("updated_at", UNSET)),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
