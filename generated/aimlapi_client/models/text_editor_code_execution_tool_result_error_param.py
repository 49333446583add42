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
class TextEditorCodeExecutionToolResultErrorParam(Extensible):
    """`TextEditorCodeExecutionToolResultErrorParam` of the gateway's document."""

    error_code: (
        Literal[
            "execution_time_exceeded",
            "file_not_found",
            "invalid_tool_input",
            "too_many_requests",
            "unavailable",
        ]
        | str
    )
    type: Literal["text_editor_code_execution_tool_result_error"] = (
        "text_editor_code_execution_tool_result_error"
    )
    error_message: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["error_code"] = self.error_code
        data["type"] = self.type
        if not isinstance(self.error_message, Unset):
            data["error_message"] = self.error_message
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                error_code=d.pop("error_code"),
                type=d.pop("type"),
                error_message=d.pop("error_message", UNSET),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
