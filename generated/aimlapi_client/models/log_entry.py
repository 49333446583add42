from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import (
    NO_NULLS,
    Answer,
    Kinds,
    as_it_came,
    check,
    date_time,
    encode,
    model,
    nulls_of,
)

if TYPE_CHECKING:
    from ..models.money import Money
    from ..models.token_counts import TokenCounts

_cost = model("Money")
_created = date_time
_tokens = model("TokenCounts")

_KINDS: Final[Kinds] = {
    "cost": (Answer,),
    "created": (datetime.datetime,),
    "inference_id": (str,),
    "model": (str,),
    "status": (str,),
    "client_request_id": (str, type(None)),
    "origin": (str, type(None)),
    "request_id": (str, type(None)),
    "tokens": (Answer, type(None)),
}


@_attrs_define(kw_only=True)
class LogEntry(Answer):
    """One call.

    Attributes:
        cost: One amount in both units.
        inference_id: Equals the x-inference-id header of the call.
        status: succeeded or failed.
        origin: api or playground.
        tokens: Tokens of one or more calls."""

    cost: Money
    created: datetime.datetime
    inference_id: str
    model: str
    status: str
    client_request_id: None | str = None
    origin: str | None = None
    request_id: None | str = None
    tokens: TokenCounts | None = None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["cost"] = encode(self.cost)
        data["created"] = encode(self.created)
        data["inference_id"] = self.inference_id
        data["model"] = self.model
        data["status"] = self.status
        if self.client_request_id is not None or "client_request_id" in self._nulls:
            data["client_request_id"] = self.client_request_id
        if self.origin is not None or "origin" in self._nulls:
            data["origin"] = self.origin
        if self.request_id is not None or "request_id" in self._nulls:
            data["request_id"] = self.request_id
        if self.tokens is not None or "tokens" in self._nulls:
            data["tokens"] = encode(self.tokens)
        return as_it_came(data, self._nulls)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                cost=_cost(d.pop("cost")),
                created=_created(d.pop("created")),
                inference_id=d.pop("inference_id"),
                model=d.pop("model"),
                status=d.pop("status"),
                client_request_id=d.pop("client_request_id", None),
                origin=d.pop("origin", None),
                request_id=d.pop("request_id", None),
                tokens=_tokens(d.pop("tokens", None)),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        check(made, _KINDS)
        return made
