from __future__ import annotations

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
    encode,
    nulls_of,
    tagged,
)

if TYPE_CHECKING:
    from ..models.canceled_result import CanceledResult
    from ..models.errored_result import ErroredResult
    from ..models.expired_result import ExpiredResult
    from ..models.succeeded_result import SucceededResult
    from ..models.unknown_batch_result_outcome import UnknownBatchResultOutcome

_result = tagged(
    "type",
    {
        "canceled": "CanceledResult",
        "errored": "ErroredResult",
        "expired": "ExpiredResult",
        "succeeded": "SucceededResult",
    },
    unknown="UnknownBatchResultOutcome",
)

_KINDS: Final[Kinds] = {
    "custom_id": (str,),
    "result": (Answer,),
}


@_attrs_define(kw_only=True)
class BatchResult(Answer):
    """One line of the results. Lines need not come in the order of the requests.

    Attributes:
        custom_id: The caller's own name for the request.
        result: What became of one request, told apart by its type."""

    custom_id: str
    result: CanceledResult | ErroredResult | ExpiredResult | SucceededResult | UnknownBatchResultOutcome
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["custom_id"] = self.custom_id
        data["result"] = encode(self.result)
        return as_it_came(data, self._nulls)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                custom_id=d.pop("custom_id"),
                result=_result(d.pop("result")),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        check(made, _KINDS)
        return made
