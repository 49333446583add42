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
class LegacyMessage(Answer):
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
    meta: Meta | None = None
    usage: LegacyUsage | None = None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["choices"] = encode(self.choices)
        data["created"] = self.created
        data["id"] = self.id
        data["model"] = self.model
        data["object"] = self.object
        if self.meta is not None or "meta" in self._nulls:
            data["meta"] = encode(self.meta)
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
                created=d.pop("created"),
                id=d.pop("id"),
                model=d.pop("model"),
                object=d.pop("object"),
                meta=_meta(d.pop("meta", None)),
                usage=_usage(d.pop("usage", None)),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        return made
