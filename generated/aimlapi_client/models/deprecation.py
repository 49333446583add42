from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Final, Self

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
    nulls_of,
)

_deprecated_at = date_time
_shutdown_at = date_time

_KINDS: Final[Kinds] = {
    "id": (str,),
    "status": (str,),
    "aliases": ((str,), type(None)),
    "deprecated_at": (datetime.datetime, type(None)),
    "reason": (str, type(None)),
    "replaced_by": (str, type(None)),
    "shutdown_at": (datetime.datetime, type(None)),
}


@_attrs_define(kw_only=True)
class Deprecation(Answer):
    """A model that has ended or will.

    Attributes:
        status: Deprecated and superseded models still answer; calls of withdrawn ones give 404.
        reason: Such as provider_delisted, consolidated or unknown.
        replaced_by: Id of the model to use instead."""

    id: str
    status: str
    aliases: list[str] | None = None
    deprecated_at: datetime.datetime | None = None
    reason: None | str = None
    replaced_by: None | str = None
    shutdown_at: datetime.datetime | None = None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["id"] = self.id
        data["status"] = self.status
        if self.aliases is not None or "aliases" in self._nulls:
            data["aliases"] = encode(self.aliases)
        if self.deprecated_at is not None or "deprecated_at" in self._nulls:
            data["deprecated_at"] = encode(self.deprecated_at)
        if self.reason is not None or "reason" in self._nulls:
            data["reason"] = self.reason
        if self.replaced_by is not None or "replaced_by" in self._nulls:
            data["replaced_by"] = self.replaced_by
        if self.shutdown_at is not None or "shutdown_at" in self._nulls:
            data["shutdown_at"] = encode(self.shutdown_at)
        return as_it_came(data, self._nulls)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                id=d.pop("id"),
                status=d.pop("status"),
                aliases=d.pop("aliases", None),
                deprecated_at=_deprecated_at(d.pop("deprecated_at", None)),
                reason=d.pop("reason", None),
                replaced_by=d.pop("replaced_by", None),
                shutdown_at=_shutdown_at(d.pop("shutdown_at", None)),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        check(made, _KINDS)
        return made
