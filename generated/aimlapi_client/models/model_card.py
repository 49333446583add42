from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import UNSET, Extensible, Unset


@_attrs_define(kw_only=True)
class ModelCard(Extensible):
    """`ModelCard` of the gateway's document."""

    developer: str
    name: str
    context_length: int | Unset = UNSET
    cutoff_at: str | Unset = UNSET
    description: str | Unset = UNSET
    docs_json: str | Unset = UNSET
    docs_url: str | Unset = UNSET
    output_max: int | Unset = UNSET
    released_at: str | Unset = UNSET
    url: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["developer"] = self.developer
        data["name"] = self.name
        if not isinstance(self.context_length, Unset):
            data["contextLength"] = self.context_length
        if not isinstance(self.cutoff_at, Unset):
            data["cutoffAt"] = self.cutoff_at
        if not isinstance(self.description, Unset):
            data["description"] = self.description
        if not isinstance(self.docs_json, Unset):
            data["docsJson"] = self.docs_json
        if not isinstance(self.docs_url, Unset):
            data["docsUrl"] = self.docs_url
        if not isinstance(self.output_max, Unset):
            data["outputMax"] = self.output_max
        if not isinstance(self.released_at, Unset):
            data["releasedAt"] = self.released_at
        if not isinstance(self.url, Unset):
            data["url"] = self.url
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                developer=d.pop("developer"),
                name=d.pop("name"),
                context_length=d.pop("contextLength", UNSET),
                cutoff_at=d.pop("cutoffAt", UNSET),
                description=d.pop("description", UNSET),
                docs_json=d.pop("docsJson", UNSET),
                docs_url=d.pop("docsUrl", UNSET),
                output_max=d.pop("outputMax", UNSET),
                released_at=d.pop("releasedAt", UNSET),
                url=d.pop("url", UNSET),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
