from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import UNSET, Extensible, Unset, encode


@_attrs_define(kw_only=True)
class TextEditorCodeExecutionResult(Extensible):
    """Outcome of a file operation in the sandbox. The type has the common stem text_editor_code_execution_
    and says which members are there: view_result has content, file_type and the counts, create_result
    has is_file_update, str_replace_result has the old and new positions and the lines,
    tool_result_error has error_code.

    Attributes:
        content: Text of the file, or of the part that was viewed.
        file_type: text, image or pdf.
        is_file_update: True when the file existed, false when it is new.
        lines: Lines of the change.
        num_lines: How many lines are shown.
        start_line: First line that is shown, counted from 1.
        total_lines: How many lines the file has."""

    type: str
    content: str | Unset = UNSET
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
    error_message: None | str | Unset = UNSET
    file_type: str | Unset = UNSET
    is_file_update: bool | Unset = UNSET
    lines: list[str] | None | Unset = UNSET
    new_lines: int | None | Unset = UNSET
    new_start: int | None | Unset = UNSET
    num_lines: int | None | Unset = UNSET
    old_lines: int | None | Unset = UNSET
    old_start: int | None | Unset = UNSET
    start_line: int | None | Unset = UNSET
    total_lines: int | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["type"] = self.type
        if not isinstance(self.content, Unset):
            data["content"] = self.content
        if not isinstance(self.error_code, Unset):
            data["error_code"] = self.error_code
        if not isinstance(self.error_message, Unset):
            data["error_message"] = self.error_message
        if not isinstance(self.file_type, Unset):
            data["file_type"] = self.file_type
        if not isinstance(self.is_file_update, Unset):
            data["is_file_update"] = self.is_file_update
        if not isinstance(self.lines, Unset):
            data["lines"] = encode(self.lines)
        if not isinstance(self.new_lines, Unset):
            data["new_lines"] = self.new_lines
        if not isinstance(self.new_start, Unset):
            data["new_start"] = self.new_start
        if not isinstance(self.num_lines, Unset):
            data["num_lines"] = self.num_lines
        if not isinstance(self.old_lines, Unset):
            data["old_lines"] = self.old_lines
        if not isinstance(self.old_start, Unset):
            data["old_start"] = self.old_start
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
                type=d.pop("type"),
                content=d.pop("content", UNSET),
                error_code=d.pop("error_code", UNSET),
                error_message=d.pop("error_message", UNSET),
                file_type=d.pop("file_type", UNSET),
                is_file_update=d.pop("is_file_update", UNSET),
                lines=d.pop("lines", UNSET),
                new_lines=d.pop("new_lines", UNSET),
                new_start=d.pop("new_start", UNSET),
                num_lines=d.pop("num_lines", UNSET),
                old_lines=d.pop("old_lines", UNSET),
                old_start=d.pop("old_start", UNSET),
                start_line=d.pop("start_line", UNSET),
                total_lines=d.pop("total_lines", UNSET),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
