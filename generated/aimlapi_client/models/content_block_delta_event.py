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
    nulls_of,
    tagged,
)

if TYPE_CHECKING:
    from ..models.citations_delta import CitationsDelta
    from ..models.input_json_delta import InputJsonDelta
    from ..models.signature_delta import SignatureDelta
    from ..models.text_delta import TextDelta
    from ..models.thinking_delta import ThinkingDelta
    from ..models.unknown_content_block_delta import UnknownContentBlockDelta

_delta = tagged(
    "type",
    {
        "citations_delta": "CitationsDelta",
        "input_json_delta": "InputJsonDelta",
        "signature_delta": "SignatureDelta",
        "text_delta": "TextDelta",
        "thinking_delta": "ThinkingDelta",
    },
    unknown="UnknownContentBlockDelta",
)


@_attrs_define(kw_only=True)
class ContentBlockDeltaEvent(Answer):
    """Adds to an open block.

    Attributes:
        delta: What is added to a block, told apart by its type."""

    delta: (
        CitationsDelta
        | InputJsonDelta
        | SignatureDelta
        | TextDelta
        | ThinkingDelta
        | UnknownContentBlockDelta
    )
    index: int
    type: Literal["content_block_delta"] = "content_block_delta"
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["delta"] = encode(self.delta)
        data["index"] = self.index
        data["type"] = self.type
        return as_it_came(data, self._nulls)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                delta=_delta(d.pop("delta")),
                index=d.pop("index"),
                type=d.pop("type"),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        return made
