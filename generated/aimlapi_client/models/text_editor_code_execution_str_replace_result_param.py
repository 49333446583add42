from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import (
    UNSET,
    Extensible,
    Unset,
    encode,
)


@_attrs_define(kw_only=True)
class TextEditorCodeExecutionStrReplaceResultParam(Extensible):
    """`TextEditorCodeExecutionStrReplaceResultParam` of the gateway's document."""

    type: Literal["text_editor_code_execution_str_replace_result"] = (
        "text_editor_code_execution_str_replace_result"
    )
    lines: list[str] | Unset = UNSET
    new_lines: float | Unset = UNSET
    new_start: float | Unset = UNSET
    old_lines: float | Unset = UNSET
    old_start: float | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["type"] = self.type
        if not isinstance(self.lines, Unset):
            data["lines"] = encode(self.lines)
        if not isinstance(self.new_lines, Unset):
            data["new_lines"] = self.new_lines
        if not isinstance(self.new_start, Unset):
            data["new_start"] = self.new_start
        if not isinstance(self.old_lines, Unset):
            data["old_lines"] = self.old_lines
        if not isinstance(self.old_start, Unset):
            data["old_start"] = self.old_start
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                type=d.pop("type"),
                lines=d.pop("lines", UNSET),
                new_lines=d.pop("new_lines", UNSET),
                new_start=d.pop("new_start", UNSET),
                old_lines=d.pop("old_lines", UNSET),
                old_start=d.pop("old_start", UNSET),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
