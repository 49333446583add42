from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import UNSET, Extensible, Unset, encode, model

if TYPE_CHECKING:
    from ..models.problem_error import ProblemError

_error = model("ProblemError")


@_attrs_define(kw_only=True)
class ProblemDetails(Extensible):
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
    error: ProblemError | Unset = UNSET
    instance: str | Unset = UNSET
    message: str | Unset = UNSET
    request_id: str | Unset = UNSET
    timestamp: str | Unset = UNSET
    title: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["status"] = self.status
        if not isinstance(self.error, Unset):
            data["error"] = encode(self.error)
        if not isinstance(self.instance, Unset):
            data["instance"] = self.instance
        if not isinstance(self.message, Unset):
            data["message"] = self.message
        if not isinstance(self.request_id, Unset):
            data["requestId"] = self.request_id
        if not isinstance(self.timestamp, Unset):
            data["timestamp"] = self.timestamp
        if not isinstance(self.title, Unset):
            data["title"] = self.title
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                status=d.pop("status"),
                error=_error(d.pop("error", UNSET)),
                instance=d.pop("instance", UNSET),
                message=d.pop("message", UNSET),
                request_id=d.pop("requestId", UNSET),
                timestamp=d.pop("timestamp", UNSET),
                title=d.pop("title", UNSET),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
