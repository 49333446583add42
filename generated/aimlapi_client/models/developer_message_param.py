from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import (
    UNSET,
    Extensible,
    Unset,
    encode,
    list_of,
    model,
)

if TYPE_CHECKING:
    from ..models.text_block_param import TextBlockParam

_content = list_of(model("TextBlockParam"))


@_attrs_define(kw_only=True)
class DeveloperMessageParam(Extensible):
    """`DeveloperMessageParam` of the gateway's document."""

    content: list[TextBlockParam] | str
    role: Literal["developer"] = "developer"
    name: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["content"] = encode(self.content)
        data["role"] = self.role
        if not isinstance(self.name, Unset):
            data["name"] = self.name
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                content=_content(d.pop("content")),
                role=d.pop("role"),
                name=d.pop("name", UNSET),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
