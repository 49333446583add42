from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import (
    NO_NULLS,
    Answer,
    Kinds,
    as_it_came,
    check,
    encode,
    model,
    nulls_of,
)

if TYPE_CHECKING:
    from ..models.model_card import ModelCard
    from ..models.model_modalities import ModelModalities
    from ..models.model_pricing import ModelPricing

_info = model("ModelCard")
_modalities = model("ModelModalities")
_pricing = model("ModelPricing")

_KINDS: Final[Kinds] = {
    "aliases": ((str,),),
    "id": (str,),
    "info": (Answer,),
    "tags": ((str,),),
    "type": (str,),
    "capabilities": ((str,), type(None)),
    "modalities": (Answer, type(None)),
    "pricing": (Answer, type(None)),
}


@_attrs_define(kw_only=True)
class ModelInfo(Answer):
    """One model at one endpoint; a model that serves several endpoints stands there once for each.

    Attributes:
        aliases: Other names that are taken for the id.
        info: What is known of a model.
        type: Kind of endpoint, such as openai/chat-completions.
        modalities: Kinds of content that a model takes and gives.
        pricing: What a model costs."""

    aliases: list[str]
    id: str
    info: ModelCard
    tags: list[str]
    type: str
    capabilities: list[str] | None = None
    modalities: ModelModalities | None = None
    pricing: ModelPricing | None = None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["aliases"] = encode(self.aliases)
        data["id"] = self.id
        data["info"] = encode(self.info)
        data["tags"] = encode(self.tags)
        data["type"] = self.type
        if self.capabilities is not None or "capabilities" in self._nulls:
            data["capabilities"] = encode(self.capabilities)
        if self.modalities is not None or "modalities" in self._nulls:
            data["modalities"] = encode(self.modalities)
        if self.pricing is not None or "pricing" in self._nulls:
            data["pricing"] = encode(self.pricing)
        return as_it_came(data, self._nulls)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                aliases=d.pop("aliases"),
                id=d.pop("id"),
                info=_info(d.pop("info")),
                tags=d.pop("tags"),
                type=d.pop("type"),
                capabilities=d.pop("capabilities", None),
                modalities=_modalities(d.pop("modalities", None)),
                pricing=_pricing(d.pop("pricing", None)),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        check(made, _KINDS)
        return made
