from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

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
    from ..models.problem_error import ProblemError

_error = model("ProblemError")


@_attrs_define(kw_only=True)
class ProblemDetails(Answer):
    """The envelope of 2026. Close to RFC 9457, without its members type and detail.

    Attributes:
        status: The HTTP status.
        error: The exception behind the problem.
        instance: Path of the request.
        message: What went wrong.
        request_id: Equals the x-request-id header.
        timestamp: ISO 8601 text.
        title: Name of the HTTP status."""

    status: int
    error: ProblemError | None = None
    instance: str | None = None
    message: str | None = None
    request_id: str | None = None
    timestamp: str | None = None
    title: str | None = None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["status"] = self.status
        if self.error is not None or "error" in self._nulls:
            data["error"] = encode(self.error)
        if self.instance is not None or "instance" in self._nulls:
            data["instance"] = self.instance
        if self.message is not None or "message" in self._nulls:
            data["message"] = self.message
        if self.request_id is not None or "requestId" in self._nulls:
            data["requestId"] = self.request_id
        if self.timestamp is not None or "timestamp" in self._nulls:
            data["timestamp"] = self.timestamp
        if self.title is not None or "title" in self._nulls:
            data["title"] = self.title
        return as_it_came(data, self._nulls)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                status=d.pop("status"),
                error=_error(d.pop("error", None)),
                instance=d.pop("instance", None),
                message=d.pop("message", None),
                request_id=d.pop("requestId", None),
                timestamp=d.pop("timestamp", None),
                title=d.pop("title", None),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        return made
