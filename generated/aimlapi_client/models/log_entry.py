from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import Extensible, encode, model

if TYPE_CHECKING:
    from ..models.money import Money
    from ..models.token_counts import TokenCounts

_cost = model("Money")
_tokens = model("TokenCounts")


@_attrs_define(kw_only=True)
class LogEntry(Extensible):
    """`LogEntry` of the gateway's document."""

    client_request_id: None | str
    cost: Money
    created: str
    inference_id: str
    model: str
    origin: Literal["api", "playground"] | str
    request_id: None | str
    status: Literal["failed", "succeeded"] | str
    tokens: TokenCounts
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["client_request_id"] = self.client_request_id
        data["cost"] = encode(self.cost)
        data["created"] = self.created
        data["inference_id"] = self.inference_id
        data["model"] = self.model
        data["origin"] = self.origin
        data["request_id"] = self.request_id
        data["status"] = self.status
        data["tokens"] = encode(self.tokens)
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                client_request_id=d.pop("client_request_id"),
                cost=_cost(d.pop("cost")),
                created=d.pop("created"),
                inference_id=d.pop("inference_id"),
                model=d.pop("model"),
                origin=d.pop("origin"),
                request_id=d.pop("request_id"),
                status=d.pop("status"),
                tokens=_tokens(d.pop("tokens")),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
