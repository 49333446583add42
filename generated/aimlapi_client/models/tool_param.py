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
)

if TYPE_CHECKING:
    from ..models.cache_control_param import CacheControlParam

_cache_control = model("CacheControlParam")


@_attrs_define(kw_only=True)
class ToolParam(Extensible):
    """`ToolParam` of the gateway's document."""

    input_schema: dict[str, Any]
    name: str
    allowed_callers: (
        list[Literal["code_execution_20250825", "code_execution_20260120", "direct"] | str] | Unset
    ) = UNSET
    cache_control: CacheControlParam | Unset = UNSET
    defer_loading: bool | Unset = UNSET
    description: str | Unset = UNSET
    eager_input_streaming: bool | Unset = UNSET
    input_examples: list[dict[str, Any]] | Unset = UNSET
    strict: bool | Unset = UNSET
    type: Literal["custom"] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["input_schema"] = encode(self.input_schema)
        data["name"] = self.name
        if not isinstance(self.allowed_callers, Unset):
            data["allowed_callers"] = encode(self.allowed_callers)
        if not isinstance(self.cache_control, Unset):
            data["cache_control"] = encode(self.cache_control)
        if not isinstance(self.defer_loading, Unset):
            data["defer_loading"] = self.defer_loading
        if not isinstance(self.description, Unset):
            data["description"] = self.description
        if not isinstance(self.eager_input_streaming, Unset):
            data["eager_input_streaming"] = self.eager_input_streaming
        if not isinstance(self.input_examples, Unset):
            data["input_examples"] = encode(self.input_examples)
        if not isinstance(self.strict, Unset):
            data["strict"] = self.strict
        if not isinstance(self.type, Unset):
            data["type"] = self.type
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                input_schema=d.pop("input_schema"),
                name=d.pop("name"),
                allowed_callers=d.pop("allowed_callers", UNSET),
                cache_control=_cache_control(d.pop("cache_control", UNSET)),
                defer_loading=d.pop("defer_loading", UNSET),
                description=d.pop("description", UNSET),
                eager_input_streaming=d.pop("eager_input_streaming", UNSET),
                input_examples=d.pop("input_examples", UNSET),
                strict=d.pop("strict", UNSET),
                type=d.pop("type", UNSET),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
