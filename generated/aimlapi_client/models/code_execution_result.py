from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import UNSET, Extensible, Unset, encode


@_attrs_define(kw_only=True)
class CodeExecutionResult(Extensible):
    """Outcome of a run in the sandbox, for programs and for shell commands. The type says which members
    are there: code_execution_result and bash_code_execution_result have stdout,
    encrypted_code_execution_result has encrypted_stdout, and types that end in _error have error_code.

    Attributes:
        content: Files that the run left behind, each with type and file_id.
        encrypted_stdout: Opaque; stands for stdout after a web search.
        return_code: Exit status of the process."""

    type: str
    content: list[dict[str, Any]] | Unset = UNSET
    encrypted_stdout: str | Unset = UNSET
    error_code: (
        Literal[
            "content_too_large",
            "execution_time_exceeded",
            "file_not_found",
            "invalid_tool_input",
            "max_uses_exceeded",
            "output_file_too_large",
            "query_too_long",
            "request_too_large",
            "too_many_requests",
            "unavailable",
            "unsupported_content_type",
            "url_not_accessible",
            "url_not_allowed",
            "url_not_in_prior_context",
            "url_too_long",
        ]
        | str
        | Unset
    ) = UNSET
    return_code: int | Unset = UNSET
    stderr: str | Unset = UNSET
    stdout: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["type"] = self.type
        if not isinstance(self.content, Unset):
            data["content"] = encode(self.content)
        if not isinstance(self.encrypted_stdout, Unset):
            data["encrypted_stdout"] = self.encrypted_stdout
        if not isinstance(self.error_code, Unset):
            data["error_code"] = self.error_code
        if not isinstance(self.return_code, Unset):
            data["return_code"] = self.return_code
        if not isinstance(self.stderr, Unset):
            data["stderr"] = self.stderr
        if not isinstance(self.stdout, Unset):
            data["stdout"] = self.stdout
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                type=d.pop("type"),
                content=d.pop("content", UNSET),
                encrypted_stdout=d.pop("encrypted_stdout", UNSET),
                error_code=d.pop("error_code", UNSET),
                return_code=d.pop("return_code", UNSET),
                stderr=d.pop("stderr", UNSET),
                stdout=d.pop("stdout", UNSET),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
