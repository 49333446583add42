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
class LegacyMessage(Extensible):
    """An answer in the OpenAI-like shape.

    Attributes:
        created: Seconds since 1970.
        object: message or chat.completion.
        meta: The gateway's addition to an answer. Messages inside batch results have none.
        usage: Tokens of one call in OpenAI's words."""

    choices: list[LegacyChoice]
    created: int
    id: str
    model: str
    object: str
    meta: Meta | Unset = UNSET
    usage: LegacyUsage | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["choices"] = encode(self.choices)
        data["created"] = self.created
        data["id"] = self.id
        data["model"] = self.model
        data["object"] = self.object
        if not isinstance(self.meta, Unset):
            data["meta"] = encode(self.meta)
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
                created=d.pop("created"),
                id=d.pop("id"),
                model=d.pop("model"),
                object=d.pop("object"),
                meta=_meta(d.pop("meta", UNSET)),
                usage=_usage(d.pop("usage", UNSET)),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
