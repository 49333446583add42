from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import UNSET, Extensible, Unset, encode, list_of, model

if TYPE_CHECKING:
    from ..models.problem_issue import ProblemIssue

_details = list_of(model("ProblemIssue"))


@_attrs_define(kw_only=True)
class ProblemError(Extensible):
    """The exception behind the problem.

    Attributes:
        details: One entry for each part of the request that was refused.
        name: Class of the exception."""

    details: list[ProblemIssue] | Unset = UNSET
    message: str | Unset = UNSET
    name: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        if not isinstance(self.details, Unset):
            data["details"] = encode(self.details)
        if not isinstance(self.message, Unset):
            data["message"] = self.message
        if not isinstance(self.name, Unset):
            data["name"] = self.name
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                details=_details(d.pop("details", UNSET)),
                message=d.pop("message", UNSET),
                name=d.pop("name", UNSET),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
