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
    """What was spent on one day, on one model, or on one model on one day.

    Attributes:
        day: A date in the time zone that was asked for.
        requests: How many calls ended how.
        tokens: Tokens of one or more calls."""

    spend: float
    day: str | Unset = UNSET
    model: str | Unset = UNSET
    requests: UsageRequestCounts | Unset = UNSET
    tokens: TokenCounts | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["spend"] = self.spend
        if not isinstance(self.day, Unset):
            data["day"] = self.day
        if not isinstance(self.model, Unset):
            data["model"] = self.model
        if not isinstance(self.requests, Unset):
            data["requests"] = encode(self.requests)
        if not isinstance(self.tokens, Unset):
            data["tokens"] = encode(self.tokens)
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                spend=d.pop("spend"),
                day=d.pop("day", UNSET),
                model=d.pop("model", UNSET),
                requests=_requests(d.pop("requests", UNSET)),
                tokens=_tokens(d.pop("tokens", UNSET)),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
