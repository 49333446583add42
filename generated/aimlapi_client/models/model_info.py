from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import UNSET, Extensible, Unset, encode, model

if TYPE_CHECKING:
    from ..models.model_card import ModelCard
    from ..models.model_modalities import ModelModalities
    from ..models.model_pricing import ModelPricing

_info = model("ModelCard")
_modalities = model("ModelModalities")
_pricing = model("ModelPricing")


@_attrs_define(kw_only=True)
class ModelInfo(Extensible):
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
    capabilities: list[str] | Unset = UNSET
    modalities: ModelModalities | Unset = UNSET
    pricing: ModelPricing | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["aliases"] = encode(self.aliases)
        data["id"] = self.id
        data["info"] = encode(self.info)
        data["tags"] = encode(self.tags)
        data["type"] = self.type
        if not isinstance(self.capabilities, Unset):
            data["capabilities"] = encode(self.capabilities)
        if not isinstance(self.modalities, Unset):
            data["modalities"] = encode(self.modalities)
        if not isinstance(self.pricing, Unset):
            data["pricing"] = encode(self.pricing)
        return data

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
                capabilities=d.pop("capabilities", UNSET),
                modalities=_modalities(d.pop("modalities", UNSET)),
                pricing=_pricing(d.pop("pricing", UNSET)),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
