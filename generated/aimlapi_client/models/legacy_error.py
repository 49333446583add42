from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

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
class LegacyError(Answer):
    """The envelope before 2026. A status inside the message means that a provider behind the gateway
    refused the call; the rest of the message is then the provider's own body as text.

    Attributes:
        message: What went wrong; validators may give a list.
        status_code: The HTTP status, sometimes as text.
        path: Path of the request.
        timestamp: ISO 8601 text."""

    message: list[str] | str
    status_code: int | str
    path: str | None = None
    request_id: str | None = None
    timestamp: str | None = None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["message"] = encode(self.message)
        data["statusCode"] = self.status_code
        if self.path is not None or "path" in self._nulls:
            data["path"] = self.path
        if self.request_id is not None or "requestId" in self._nulls:
            data["requestId"] = self.request_id
        if self.timestamp is not None or "timestamp" in self._nulls:
            data["timestamp"] = self.timestamp
        return as_it_came(data, self._nulls)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                message=d.pop("message"),
                status_code=d.pop("statusCode"),
                path=d.pop("path", None),
                request_id=d.pop("requestId", None),
                timestamp=d.pop("timestamp", None),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        return made
