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
class TextEditorToolParam(Extensible):
    """`TextEditorToolParam` of the gateway's document."""

    type: Literal["text_editor_20250124", "text_editor_20250429", "text_editor_20250728"] | str
    allowed_callers: (
        list[Literal["code_execution_20250825", "code_execution_20260120", "direct"] | str] | Unset
    ) = UNSET
    cache_control: CacheControlParam | Unset = UNSET
    defer_loading: bool | Unset = UNSET
    input_examples: list[dict[str, Any]] | Unset = UNSET
    max_characters: float | Unset = UNSET
    name: Literal["str_replace_based_edit_tool", "str_replace_editor"] | str | Unset = UNSET
    strict: bool | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["type"] = self.type
        if not isinstance(self.allowed_callers, Unset):
            data["allowed_callers"] = encode(self.allowed_callers)
        if not isinstance(self.cache_control, Unset):
            data["cache_control"] = encode(self.cache_control)
        if not isinstance(self.defer_loading, Unset):
            data["defer_loading"] = self.defer_loading
        if not isinstance(self.input_examples, Unset):
            data["input_examples"] = encode(self.input_examples)
        if not isinstance(self.max_characters, Unset):
            data["max_characters"] = self.max_characters
        if not isinstance(self.name, Unset):
            data["name"] = self.name
        if not isinstance(self.strict, Unset):
            data["strict"] = self.strict
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                type=d.pop("type"),
                allowed_callers=d.pop("allowed_callers", UNSET),
                cache_control=_cache_control(d.pop("cache_control", UNSET)),
                defer_loading=d.pop("defer_loading", UNSET),
                input_examples=d.pop("input_examples", UNSET),
                max_characters=d.pop("max_characters", UNSET),
                name=d.pop("name", UNSET),
                strict=d.pop("strict", UNSET),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
