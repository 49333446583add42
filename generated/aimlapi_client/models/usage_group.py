from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import UNSET, Extensible, Unset, encode, model

if TYPE_CHECKING:
    from ..models.token_counts import TokenCounts
    from ..models.usage_request_counts import UsageRequestCounts

_requests = model("UsageRequestCounts")
_tokens = model("TokenCounts")


@_attrs_define(kw_only=True)
class UsageGroup(Extensible):
    """`UsageGroup` of the gateway's document."""

    requests: UsageRequestCounts
    spend: float
    tokens: TokenCounts
    day: str | Unset = UNSET
    model: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["requests"] = encode(self.requests)
        data["spend"] = self.spend
        data["tokens"] = encode(self.tokens)
        if not isinstance(self.day, Unset):
            data["day"] = self.day
        if not isinstance(self.model, Unset):
            data["model"] = self.model
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                requests=_requests(d.pop("requests")),
                spend=d.pop("spend"),
                tokens=_tokens(d.pop("tokens")),
                day=d.pop("day", UNSET),
                model=d.pop("model", UNSET),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
