from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import (
    NO_NULLS,
    Answer,
    encode,
    model,
    nulls_of,
)

if TYPE_CHECKING:
    from ..models.legacy_choice_message import LegacyChoiceMessage

_delta = model("LegacyChoiceMessage")
_message = model("LegacyChoiceMessage")


@_attrs_define(kw_only=True)
class LegacyChoice(Answer):
    """One alternative of an answer, or what a chunk adds to it; there is a single one.

    Attributes:
        delta: The text of one alternative, or the part of it that a chunk adds.
        finish_reason: Either OpenAI's word for the end, such as stop, or Claude's, such as end_turn.
        message: The text of one alternative, or the part of it that a chunk adds."""

    delta: LegacyChoiceMessage | None = None
    finish_reason: None | str = None
    index: int | None = None
    logprobs: dict[str, Any] | None = None
    message: LegacyChoiceMessage | None = None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        if self.delta is not None or "delta" in self._nulls:
            data["delta"] = encode(self.delta)
        if self.finish_reason is not None or "finish_reason" in self._nulls:
            data["finish_reason"] = self.finish_reason
        if self.index is not None or "index" in self._nulls:
            data["index"] = self.index
        if self.logprobs is not None or "logprobs" in self._nulls:
            data["logprobs"] = encode(self.logprobs)
        if self.message is not None or "message" in self._nulls:
            data["message"] = encode(self.message)
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                delta=_delta(d.pop("delta", None)),
                finish_reason=d.pop("finish_reason", None),
                index=d.pop("index", None),
                logprobs=d.pop("logprobs", None),
                message=_message(d.pop("message", None)),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        return made
