from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import (
    Extensible,
)


@_attrs_define(kw_only=True)
class BashCodeExecutionToolResultErrorParam(Extensible):
    """`BashCodeExecutionToolResultErrorParam` of the gateway's document."""

    error_code: (
        Literal[
            "execution_time_exceeded",
            "invalid_tool_input",
            "output_file_too_large",
            "too_many_requests",
            "unavailable",
        ]
        | str
    )
    type: Literal["bash_code_execution_tool_result_error"] = "bash_code_execution_tool_result_error"
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["error_code"] = self.error_code
        data["type"] = self.type
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                error_code=d.pop("error_code"),
                type=d.pop("type"),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
