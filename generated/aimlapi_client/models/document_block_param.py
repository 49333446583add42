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
    tagged,
)

if TYPE_CHECKING:
    from ..models.base_64_document_source_param import Base64DocumentSourceParam
    from ..models.cache_control_param import CacheControlParam
    from ..models.content_source_param import ContentSourceParam
    from ..models.plain_text_source_param import PlainTextSourceParam
    from ..models.unknown_param import UnknownParam
    from ..models.url_source_param import UrlSourceParam

_source = tagged(
    "type",
    {
        "base64": "Base64DocumentSourceParam",
        "content": "ContentSourceParam",
        "text": "PlainTextSourceParam",
        "url": "UrlSourceParam",
    },
    unknown="UnknownParam",
)
_cache_control = model("CacheControlParam")


@_attrs_define(kw_only=True)
class DocumentBlockParam(Extensible):
    """`DocumentBlockParam` of the gateway's document."""

    source: (
        Base64DocumentSourceParam | ContentSourceParam | PlainTextSourceParam | UnknownParam | UrlSourceParam
    )
    type: Literal["document"] = "document"
    cache_control: CacheControlParam | Unset = UNSET
    context: str | Unset = UNSET
    title: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["source"] = encode(self.source)
        data["type"] = self.type
        if not isinstance(self.cache_control, Unset):
            data["cache_control"] = encode(self.cache_control)
        if not isinstance(self.context, Unset):
            data["context"] = self.context
        if not isinstance(self.title, Unset):
            data["title"] = self.title
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                source=_source(d.pop("source")),
                type=d.pop("type"),
                cache_control=_cache_control(d.pop("cache_control", UNSET)),
                context=d.pop("context", UNSET),
                title=d.pop("title", UNSET),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
