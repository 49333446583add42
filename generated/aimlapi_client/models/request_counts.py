from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import (
    NO_NULLS,
    Answer,
    Kinds,
    check,
    nulls_of,
)

_KINDS: Final[Kinds] = {
    "canceled": (int, type(None)),
    "errored": (int, type(None)),
    "expired": (int, type(None)),
    "processing": (int, type(None)),
    "succeeded": (int, type(None)),
}


@_attrs_define(kw_only=True)
class RequestCounts(Answer):
    """How many requests of a batch are in which state."""

    canceled: int | None = None
    errored: int | None = None
    expired: int | None = None
    processing: int | None = None
    succeeded: int | None = None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        if self.canceled is not None or "canceled" in self._nulls:
            data["canceled"] = self.canceled
        if self.errored is not None or "errored" in self._nulls:
            data["errored"] = self.errored
        if self.expired is not None or "expired" in self._nulls:
            data["expired"] = self.expired
        if self.processing is not None or "processing" in self._nulls:
            data["processing"] = self.processing
        if self.succeeded is not None or "succeeded" in self._nulls:
            data["succeeded"] = self.succeeded
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                canceled=d.pop("canceled", None),
                errored=d.pop("errored", None),
                expired=d.pop("expired", None),
                processing=d.pop("processing", None),
                succeeded=d.pop("succeeded", None),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        check(made, _KINDS)
        return made
