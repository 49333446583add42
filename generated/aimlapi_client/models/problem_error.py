from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import (
    NO_NULLS,
    Answer,
    encode,
    list_of,
    model,
    nulls_of,
)

if TYPE_CHECKING:
    from ..models.problem_issue import ProblemIssue

_details = list_of(model("ProblemIssue"))


@_attrs_define(kw_only=True)
class ProblemError(Answer):
    """The exception behind the problem.

    Attributes:
        details: One entry for each part of the request that was refused.
        name: Class of the exception."""

    details: list[ProblemIssue] | None = None
    message: str | None = None
    name: str | None = None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        if self.details is not None or "details" in self._nulls:
            data["details"] = encode(self.details)
        if self.message is not None or "message" in self._nulls:
            data["message"] = self.message
        if self.name is not None or "name" in self._nulls:
            data["name"] = self.name
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                details=_details(d.pop("details", None)),
                message=d.pop("message", None),
                name=d.pop("name", None),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        return made
