from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
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
    decimal,
    encode,
    model,
    nulls_of,
)

if TYPE_CHECKING:
    from ..models.key_limit import KeyLimit

_created_at = date_time
_limit = model("KeyLimit")
_monthly_usage = decimal
_updated_at = date_time

_KINDS: Final[Kinds] = {
    "created_at": (datetime.datetime,),
    "disabled": (bool,),
    "prefix": (str,),
    "limit": (Answer, type(None)),
    "monthly_usage": (Decimal, type(None)),
    "name": (str, type(None)),
    "scopes": ((str,), type(None)),
    "updated_at": (datetime.datetime, type(None)),
}


@_attrs_define(kw_only=True)
class KeyInfo(Answer):
    """An API key as far as it is shown.

    Attributes:
        prefix: The first eight characters of the key.
        limit: Null without one.
        monthly_usage: US dollars of this month.
        scopes: What the key may call; null for everything."""

    created_at: datetime.datetime
    disabled: bool
    prefix: str
    limit: KeyLimit | None = None
    monthly_usage: Decimal | None = None
    name: None | str = None
    scopes: list[str] | None = None
    updated_at: datetime.datetime | None = None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["created_at"] = encode(self.created_at)
        data["disabled"] = self.disabled
        data["prefix"] = self.prefix
        if self.limit is not None or "limit" in self._nulls:
            data["limit"] = encode(self.limit)
        if self.monthly_usage is not None or "monthly_usage" in self._nulls:
            data["monthly_usage"] = encode(self.monthly_usage)
        if self.name is not None or "name" in self._nulls:
            data["name"] = self.name
        if self.scopes is not None or "scopes" in self._nulls:
            data["scopes"] = encode(self.scopes)
        if self.updated_at is not None or "updated_at" in self._nulls:
            data["updated_at"] = encode(self.updated_at)
        return as_it_came(data, self._nulls)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                created_at=_created_at(d.pop("created_at")),
                disabled=d.pop("disabled"),
                prefix=d.pop("prefix"),
                limit=_limit(d.pop("limit", None)),
                monthly_usage=_monthly_usage(d.pop("monthly_usage", None)),
                name=d.pop("name", None),
                scopes=d.pop("scopes", None),
                updated_at=_updated_at(d.pop("updated_at", None)),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        check(made, _KINDS)
        return made
