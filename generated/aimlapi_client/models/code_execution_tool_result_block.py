from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import (
    NO_NULLS,
    Answer,
    as_it_came,
    encode,
    model,
    nulls_of,
)

if TYPE_CHECKING:
    from ..models.code_execution_result import CodeExecutionResult

_content = model("CodeExecutionResult")


@_attrs_define(kw_only=True)
class CodeExecutionToolResultBlock(Answer):
    """What a program run in the sandbox gave.

    Attributes:
        content: Outcome of a run in the sandbox, for programs and for shell commands. The type says which
            members are there: code_execution_result and bash_code_execution_result have stdout,
            encrypted_code_execution_result has encrypted_stdout, and types that end in _error have
            error_code."""

    content: CodeExecutionResult
    tool_use_id: str
    type: Literal["code_execution_tool_result"] = "code_execution_tool_result"
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["content"] = encode(self.content)
        data["tool_use_id"] = self.tool_use_id
        data["type"] = self.type
        return as_it_came(data, self._nulls)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                content=_content(d.pop("content")),
                tool_use_id=d.pop("tool_use_id"),
                type=d.pop("type"),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        return made
