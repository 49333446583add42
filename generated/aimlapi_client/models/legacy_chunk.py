from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import UNSET, Extensible, Unset, encode, list_of, model

if TYPE_CHECKING:
    from ..models.legacy_choice import LegacyChoice
    from ..models.legacy_usage import LegacyUsage
    from ..models.meta import Meta

_choices = list_of(model("LegacyChoice"))
_meta = model("Meta")
_usage = model("LegacyUsage")


@_attrs_define(kw_only=True)
class LegacyChunk(Extensible):
    """One piece of a stream in the OpenAI-like shape.

    Attributes:
        created: Seconds since 1970; may change within a stream.
        id: Empty on all chunks but the first.
        meta: The gateway's addition to an answer. Messages inside batch results have none.
        object: chat.completion.chunk.
        usage: Null on all chunks but one near the end."""

    choices: list[LegacyChoice]
    created: int | Unset = UNSET
    id: str | Unset = UNSET
    meta: Meta | Unset = UNSET
    model: str | Unset = UNSET
    object: str | Unset = UNSET
    usage: LegacyUsage | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["choices"] = encode(self.choices)
        if not isinstance(self.created, Unset):
            data["created"] = self.created
        if not isinstance(self.id, Unset):
            data["id"] = self.id
        if not isinstance(self.meta, Unset):
            data["meta"] = encode(self.meta)
        if not isinstance(self.model, Unset):
            data["model"] = self.model
        if not isinstance(self.object, Unset):
            data["object"] = self.object
        if not isinstance(self.usage, Unset):
            data["usage"] = encode(self.usage)
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                choices=_choices(d.pop("choices")),
                created=d.pop("created", UNSET),
                id=d.pop("id", UNSET),
                meta=_meta(d.pop("meta", UNSET)),
                model=d.pop("model", UNSET),
                object=d.pop("object", UNSET),
                usage=_usage(d.pop("usage", UNSET)),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
