from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import (
    NO_NULLS,
    Answer,
    as_it_came,
    encode,
    model,
    nulls_of,
)

if TYPE_CHECKING:
    from ..models.error_detail import ErrorDetail

_error = model("ErrorDetail")


@_attrs_define(kw_only=True)
class ErrorResponse(Answer):
    """Anthropic's envelope. Seen inside batch results and in streams.

    Attributes:
        error: Kind and text of an error in Anthropic's words."""

    error: ErrorDetail
    type: Literal["error"] = "error"
    request_id: None | str = None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["error"] = encode(self.error)
        data["type"] = self.type
        if self.request_id is not None or "request_id" in self._nulls:
            data["request_id"] = self.request_id
        return as_it_came(data, self._nulls)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                error=_error(d.pop("error")),
                type=d.pop("type"),
                request_id=d.pop("request_id", None),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        return made
