from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import (
    NO_NULLS,
    Answer,
    as_it_came,
    encode,
    nulls_of,
)


@_attrs_define(kw_only=True)
class TextEditorCodeExecutionResult(Answer):
    """Outcome of a file operation in the sandbox. The type has the common stem text_editor_code_execution_
    and says which members are there: view_result has content, file_type and the counts, create_result
    has is_file_update, str_replace_result has the old and new positions and the lines,
    tool_result_error has error_code.

    Attributes:
        content: Text of the file, or of the part that was viewed.
        error_code: Codes of all server-side tools in one list. The first three are common to all; the rest
            belong to web search, web fetch, the sandbox or the tool search.
        file_type: text, image or pdf.
        is_file_update: True when the file existed, false when it is new.
        lines: Lines of the change.
        num_lines: How many lines are shown.
        start_line: First line that is shown, counted from 1.
        total_lines: How many lines the file has."""

    type: str
    content: str | None = None
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
    error_message: None | str = None
    file_type: str | None = None
    is_file_update: bool | None = None
    lines: list[str] | None = None
    new_lines: int | None = None
    new_start: int | None = None
    num_lines: int | None = None
    old_lines: int | None = None
    old_start: int | None = None
    start_line: int | None = None
    total_lines: int | None = None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["type"] = self.type
        if self.content is not None or "content" in self._nulls:
            data["content"] = self.content
        if self.error_code is not None or "error_code" in self._nulls:
            data["error_code"] = self.error_code
        if self.error_message is not None or "error_message" in self._nulls:
            data["error_message"] = self.error_message
        if self.file_type is not None or "file_type" in self._nulls:
            data["file_type"] = self.file_type
        if self.is_file_update is not None or "is_file_update" in self._nulls:
            data["is_file_update"] = self.is_file_update
        if self.lines is not None or "lines" in self._nulls:
            data["lines"] = encode(self.lines)
        if self.new_lines is not None or "new_lines" in self._nulls:
            data["new_lines"] = self.new_lines
        if self.new_start is not None or "new_start" in self._nulls:
            data["new_start"] = self.new_start
        if self.num_lines is not None or "num_lines" in self._nulls:
            data["num_lines"] = self.num_lines
        if self.old_lines is not None or "old_lines" in self._nulls:
            data["old_lines"] = self.old_lines
        if self.old_start is not None or "old_start" in self._nulls:
            data["old_start"] = self.old_start
        if self.start_line is not None or "start_line" in self._nulls:
            data["start_line"] = self.start_line
        if self.total_lines is not None or "total_lines" in self._nulls:
            data["total_lines"] = self.total_lines
        return as_it_came(data, self._nulls)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                type=d.pop("type"),
                content=d.pop("content", None),
                error_code=d.pop("error_code", None),
                error_message=d.pop("error_message", None),
                file_type=d.pop("file_type", None),
                is_file_update=d.pop("is_file_update", None),
                lines=d.pop("lines", None),
                new_lines=d.pop("new_lines", None),
                new_start=d.pop("new_start", None),
                num_lines=d.pop("num_lines", None),
                old_lines=d.pop("old_lines", None),
                old_start=d.pop("old_start", None),
                start_line=d.pop("start_line", None),
                total_lines=d.pop("total_lines", None),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        return made
