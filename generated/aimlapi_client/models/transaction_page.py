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
    as_it_came,
    check,
    encode,
    list_of,
    model,
    nulls_of,
)

if TYPE_CHECKING:
    from ..models.cursor_pagination import CursorPagination
    from ..models.transaction import Transaction

_data = list_of(model("Transaction"))
_pagination = model("CursorPagination")

_KINDS: Final[Kinds] = {
    "data": ((Answer,),),
    "pagination": (Answer,),
}


@_attrs_define(kw_only=True)
class TransactionPage(Answer):
    """Some of the account's transactions, the latest first.

    Attributes:
        pagination: Where the next page begins."""

    data: list[Transaction]
    pagination: CursorPagination
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["data"] = encode(self.data)
        data["pagination"] = encode(self.pagination)
        return as_it_came(data, self._nulls)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                data=_data(d.pop("data")),
                pagination=_pagination(d.pop("pagination")),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        check(made, _KINDS)
        return made
