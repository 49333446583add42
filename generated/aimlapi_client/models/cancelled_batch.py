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
    as_it_came,
    check,
    encode,
    nulls_of,
)

_KINDS: Final[Kinds] = {
    "id": (str,),
    "output": (object,),
    "status": (str,),
    "usage": ((dict,),),
}


@_attrs_define(kw_only=True)
class CancelledBatch(Answer):
    """Short answer of the gateway to a cancel.

    Attributes:
        output: Null as far as is known.
        status: Seen as cancelled.
        usage: Empty as far as is known."""

    id: str
    output: Any
    status: str
    usage: list[dict[str, Any]]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["id"] = self.id
        data["output"] = encode(self.output)
        data["status"] = self.status
        data["usage"] = encode(self.usage)
        return as_it_came(data, self._nulls)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                id=d.pop("id"),
                output=d.pop("output"),
                status=d.pop("status"),
                usage=d.pop("usage"),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        check(made, _KINDS)
        return made
