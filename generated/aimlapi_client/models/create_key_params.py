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
    model,
)

if TYPE_CHECKING:
    from ..models.key_limit_param import KeyLimitParam

_limit = model("KeyLimitParam")


@_attrs_define(kw_only=True)
class CreateKeyParams(Extensible):
    """`CreateKeyParams` of the gateway's document."""

    limit: KeyLimitParam | Unset = UNSET
    name: str | Unset = UNSET
    scopes: (
        list[
            Literal[
                "model:audio",
                "model:chat",
                "model:embeddings",
                "model:image",
                "model:ocr",
                "model:responses",
                "model:speech",
                "model:video",
            ]
            | str
        ]
        | None
        | Unset
    ) = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        if not isinstance(self.limit, Unset):
            data["limit"] = encode(self.limit)
        if not isinstance(self.name, Unset):
            data["name"] = self.name
        if not isinstance(self.scopes, Unset):
            data["scopes"] = encode(self.scopes)
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                limit=_limit(d.pop("limit", UNSET)),
                name=d.pop("name", UNSET),
                scopes=d.pop("scopes", UNSET),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
