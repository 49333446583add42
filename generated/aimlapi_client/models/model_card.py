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
    "context_length": (int, type(None)),
    "cutoff_at": (str, type(None)),
    "description": (str, type(None)),
    "developer": (str, type(None)),
    "docs_json": (str, type(None)),
    "docs_url": (str, type(None)),
    "name": (str, type(None)),
    "output_max": (int, type(None)),
    "released_at": (str, type(None)),
    "url": (str, type(None)),
}


@_attrs_define(kw_only=True)
class ModelCard(Answer):
    """What is known of a model.

    Attributes:
        context_length: In tokens.
        cutoff_at: Date of the newest training data.
        docs_json: Address of the model's own OpenAPI document.
        output_max: The most tokens of one answer.
        released_at: A date."""

    context_length: int | None = None
    cutoff_at: None | str = None
    description: str | None = None
    developer: str | None = None
    docs_json: None | str = None
    docs_url: None | str = None
    name: str | None = None
    output_max: int | None = None
    released_at: None | str = None
    url: None | str = None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        if self.context_length is not None or "contextLength" in self._nulls:
            data["contextLength"] = self.context_length
        if self.cutoff_at is not None or "cutoffAt" in self._nulls:
            data["cutoffAt"] = self.cutoff_at
        if self.description is not None or "description" in self._nulls:
            data["description"] = self.description
        if self.developer is not None or "developer" in self._nulls:
            data["developer"] = self.developer
        if self.docs_json is not None or "docsJson" in self._nulls:
            data["docsJson"] = self.docs_json
        if self.docs_url is not None or "docsUrl" in self._nulls:
            data["docsUrl"] = self.docs_url
        if self.name is not None or "name" in self._nulls:
            data["name"] = self.name
        if self.output_max is not None or "outputMax" in self._nulls:
            data["outputMax"] = self.output_max
        if self.released_at is not None or "releasedAt" in self._nulls:
            data["releasedAt"] = self.released_at
        if self.url is not None or "url" in self._nulls:
            data["url"] = self.url
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                context_length=d.pop("contextLength", None),
                cutoff_at=d.pop("cutoffAt", None),
                description=d.pop("description", None),
                developer=d.pop("developer", None),
                docs_json=d.pop("docsJson", None),
                docs_url=d.pop("docsUrl", None),
                name=d.pop("name", None),
                output_max=d.pop("outputMax", None),
                released_at=d.pop("releasedAt", None),
                url=d.pop("url", None),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        check(made, _KINDS)
        return made
