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
)


@_attrs_define(kw_only=True)
class TextEditorCodeExecutionViewResultParam(Extensible):
    """`TextEditorCodeExecutionViewResultParam` of the gateway's document."""

    content: str
    file_type: Literal["image", "pdf", "text"] | str
    type: Literal["text_editor_code_execution_view_result"] = "text_editor_code_execution_view_result"
    num_lines: float | Unset = UNSET
    start_line: float | Unset = UNSET
    total_lines: float | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["content"] = self.content
        data["file_type"] = self.file_type
        data["type"] = self.type
        if not isinstance(self.num_lines, Unset):
            data["num_lines"] = self.num_lines
        if not isinstance(self.start_line, Unset):
            data["start_line"] = self.start_line
        if not isinstance(self.total_lines, Unset):
            data["total_lines"] = self.total_lines
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                content=d.pop("content"),
                file_type=d.pop("file_type"),
                type=d.pop("type"),
                num_lines=d.pop("num_lines", UNSET),
                start_line=d.pop("start_line", UNSET),
                total_lines=d.pop("total_lines", UNSET),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
