from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import (
    Extensible,
    encode,
    list_of,
    model,
)

if TYPE_CHECKING:
    from ..models.batch_request_param import BatchRequestParam

_requests = list_of(model("BatchRequestParam"))


@_attrs_define(kw_only=True)
class CreateBatchParams(Extensible):
    """`CreateBatchParams` of the gateway's document."""

    requests: list[BatchRequestParam]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["requests"] = encode(self.requests)
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                requests=_requests(d.pop("requests")),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
