from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import (
    NO_NULLS,
    Answer,
    as_it_came,
    encode,
    list_of,
    model,
    nulls_of,
)

if TYPE_CHECKING:
    from ..models.legacy_choice import LegacyChoice
    from ..models.legacy_usage import LegacyUsage
    from ..models.meta import Meta

_choices = list_of(model("LegacyChoice"))
_meta = model("Meta")
_usage = model("LegacyUsage")


@_attrs_define(kw_only=True)
class LegacyChunk(Answer):
    """One piece of a stream in the OpenAI-like shape.

    Attributes:
        created: Seconds since 1970; may change within a stream.
        id: Empty on all chunks but the first.
        meta: The gateway's addition to an answer. Messages inside batch results have none.
        object: chat.completion.chunk.
        usage: Null on all chunks but one near the end."""

    choices: list[LegacyChoice]
    created: int | None = None
    id: str | None = None
    meta: Meta | None = None
    model: str | None = None
    object: str | None = None
    usage: LegacyUsage | None = None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["choices"] = encode(self.choices)
        if self.created is not None or "created" in self._nulls:
            data["created"] = self.created
        if self.id is not None or "id" in self._nulls:
            data["id"] = self.id
        if self.meta is not None or "meta" in self._nulls:
            data["meta"] = encode(self.meta)
        if self.model is not None or "model" in self._nulls:
            data["model"] = self.model
        if self.object is not None or "object" in self._nulls:
            data["object"] = self.object
        if self.usage is not None or "usage" in self._nulls:
            data["usage"] = encode(self.usage)
        return as_it_came(data, self._nulls)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                choices=_choices(d.pop("choices")),
                created=d.pop("created", None),
                id=d.pop("id", None),
                meta=_meta(d.pop("meta", None)),
                model=d.pop("model", None),
                object=d.pop("object", None),
                usage=_usage(d.pop("usage", None)),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        return made
