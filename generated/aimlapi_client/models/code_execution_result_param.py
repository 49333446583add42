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
class CodeExecutionResultParam(Extensible):
    """`CodeExecutionResultParam` of the gateway's document."""

    return_code: float
    stderr: str
    stdout: str
    type: Literal["code_execution_result"] = "code_execution_result"
    content: list[dict[str, Any]] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["return_code"] = self.return_code
        data["stderr"] = self.stderr
        data["stdout"] = self.stdout
        data["type"] = self.type
        if not isinstance(self.content, Unset):
            data["content"] = encode(self.content)
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                return_code=d.pop("return_code"),
                stderr=d.pop("stderr"),
                stdout=d.pop("stdout"),
                type=d.pop("type"),
                content=d.pop("content", UNSET),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
