from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import UNSET, Extensible, Unset, encode


@_attrs_define(kw_only=True)
class Deprecation(Extensible):
    """A model that has ended or will.

    Attributes:
        status: Deprecated and superseded models still answer; calls of withdrawn ones give 404.
        reason: Such as provider_delisted, consolidated or unknown.
        replaced_by: Id of the model to use instead."""

    id: str
    status: str
    aliases: list[str] | Unset = UNSET
    deprecated_at: None | str | Unset = UNSET
    reason: None | str | Unset = UNSET
    replaced_by: None | str | Unset = UNSET
    shutdown_at: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["id"] = self.id
        data["status"] = self.status
        if not isinstance(self.aliases, Unset):
            data["aliases"] = encode(self.aliases)
        if not isinstance(self.deprecated_at, Unset):
            data["deprecated_at"] = self.deprecated_at
        if not isinstance(self.reason, Unset):
            data["reason"] = self.reason
        if not isinstance(self.replaced_by, Unset):
            data["replaced_by"] = self.replaced_by
        if not isinstance(self.shutdown_at, Unset):
            data["shutdown_at"] = self.shutdown_at
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                id=d.pop("id"),
                status=d.pop("status"),
                aliases=d.pop("aliases", UNSET),
                deprecated_at=d.pop("deprecated_at", UNSET),
                reason=d.pop("reason", UNSET),
                replaced_by=d.pop("replaced_by", UNSET),
                shutdown_at=d.pop("shutdown_at", UNSET),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
