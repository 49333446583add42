from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import UNSET, Extensible, Unset, encode, model

if TYPE_CHECKING:
    from ..models.legacy_choice_message import LegacyChoiceMessage

_delta = model("LegacyChoiceMessage")
_message = model("LegacyChoiceMessage")


@_attrs_define(kw_only=True)
class LegacyChoice(Extensible):
    """One alternative of an answer, or what a chunk adds to it; there is a single one.

    Attributes:
        delta: The text of one alternative, or the part of it that a chunk adds.
        finish_reason: Either OpenAI's word for the end, such as stop, or Claude's, such as end_turn.
        message: The text of one alternative, or the part of it that a chunk adds."""

    delta: LegacyChoiceMessage | Unset = UNSET
    finish_reason: None | str | Unset = UNSET
    index: int | Unset = UNSET
    logprobs: dict[str, Any] | None | Unset = UNSET
    message: LegacyChoiceMessage | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        if not isinstance(self.delta, Unset):
            data["delta"] = encode(self.delta)
        if not isinstance(self.finish_reason, Unset):
            data["finish_reason"] = self.finish_reason
        if not isinstance(self.index, Unset):
            data["index"] = self.index
        if not isinstance(self.logprobs, Unset):
            data["logprobs"] = encode(self.logprobs)
        if not isinstance(self.message, Unset):
            data["message"] = encode(self.message)
        return data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                delta=_delta(d.pop("delta", UNSET)),
                finish_reason=d.pop("finish_reason", UNSET),
                index=d.pop("index", UNSET),
                logprobs=d.pop("logprobs", UNSET),
                message=_message(d.pop("message", UNSET)),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        return made
