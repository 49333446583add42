from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import UNSET, Extensible, Unset


@_attrs_define(kw_only=True)
class ModelCard(Extensible):
    """What is known of a model.

    Attributes:
        context_length: In tokens.
        cutoff_at: Date of the newest training data.
        docs_json: Address of the model's own OpenAPI document.
        output_max: The most tokens of one answer.
        released_at: A date."""

    context_length: int | None | Unset = UNSET
    cutoff_at: None | str | Unset = UNSET
    description: str | Unset = UNSET
    developer: str | Unset = UNSET
    docs_json: None | str | Unset = UNSET
    docs_url: None | str | Unset = UNSET
    name: str | Unset = UNSET
    output_max: int | None | Unset = UNSET
    released_at: None | str | Unset = UNSET
    url: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        if not isinstance(self.context_length, Unset):
            data["contextLength"] = self.context_length
        if not isinstance(self.cutoff_at, Unset):
            data["cutoffAt"] = self.cutoff_at
        if not isinstance(self.description, Unset):
            data["description"] = self.description
        if not isinstance(self.developer, Unset):
            data["developer"] = self.developer
        if not isinstance(self.docs_json, Unset):
            data["docsJson"] = self.docs_json
        if not isinstance(self.docs_url, Unset):
            data["docsUrl"] = self.docs_url
        if not isinstance(self.name, Unset):
            data["name"] = self.name
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
                context_length=d.pop("contextLength", UNSET),
                cutoff_at=d.pop("cutoffAt", UNSET),
                description=d.pop("description", UNSET),
                developer=d.pop("developer", UNSET),
                docs_json=d.pop("docsJson", UNSET),
                docs_url=d.pop("docsUrl", UNSET),
                name=d.pop("name", UNSET),
                output_max=d.pop("outputMax", UNSET),
                released_at=d.pop("releasedAt", UNSET),
                url=d.pop("url", UNSET),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
