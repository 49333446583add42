from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, Self

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
    from ..models.message_delta import MessageDelta
    from ..models.message_delta_usage import MessageDeltaUsage

_delta = model("MessageDelta")
_usage = model("MessageDeltaUsage")


@_attrs_define(kw_only=True)
class MessageDeltaEvent(Answer):
    """Completes the message with what is known at its end only.

    Attributes:
        delta: How and why the message ended.
        usage: Running totals of the whole stream; they replace earlier counts, they are not added."""

    delta: MessageDelta
    type: Literal["message_delta"] = "message_delta"
    usage: MessageDeltaUsage | None = None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["delta"] = encode(self.delta)
        data["type"] = self.type
        if self.usage is not None or "usage" in self._nulls:
            data["usage"] = encode(self.usage)
        return as_it_came(data, self._nulls)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                delta=_delta(d.pop("delta")),
                type=d.pop("type"),
                usage=_usage(d.pop("usage", None)),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        return made
