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
    list_of,
    model,
    nulls_of,
)

if TYPE_CHECKING:
    from ..models.code_execution_output import CodeExecutionOutput

_content = list_of(model("CodeExecutionOutput"))


@_attrs_define(kw_only=True)
class CodeExecutionResult(Answer):
    """Outcome of a run in the sandbox, for programs and for shell commands. The type says which members
    are there: code_execution_result and bash_code_execution_result have stdout,
    encrypted_code_execution_result has encrypted_stdout, and types that end in _error have error_code.

    Attributes:
        content: Files that the run left behind.
        encrypted_stdout: Opaque; stands for stdout after a web search.
        error_code: Codes of all server-side tools in one list. The first three are common to all; the rest
            belong to web search, web fetch, the sandbox or the tool search.
        return_code: Exit status of the process."""

    type: str
    content: list[CodeExecutionOutput] | None = None
    encrypted_stdout: str | None = None
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
        | None
    ) = None
    return_code: int | None = None
    stderr: str | None = None
    stdout: str | None = None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["type"] = self.type
        if self.content is not None or "content" in self._nulls:
            data["content"] = encode(self.content)
        if self.encrypted_stdout is not None or "encrypted_stdout" in self._nulls:
            data["encrypted_stdout"] = self.encrypted_stdout
        if self.error_code is not None or "error_code" in self._nulls:
            data["error_code"] = self.error_code
        if self.return_code is not None or "return_code" in self._nulls:
            data["return_code"] = self.return_code
        if self.stderr is not None or "stderr" in self._nulls:
            data["stderr"] = self.stderr
        if self.stdout is not None or "stdout" in self._nulls:
            data["stdout"] = self.stdout
        return as_it_came(data, self._nulls)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                type=d.pop("type"),
                content=_content(d.pop("content", None)),
                encrypted_stdout=d.pop("encrypted_stdout", None),
                error_code=d.pop("error_code", None),
                return_code=d.pop("return_code", None),
                stderr=d.pop("stderr", None),
                stdout=d.pop("stdout", None),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        return made
