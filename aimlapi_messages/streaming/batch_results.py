"""What became of one request of many: the line of a batch's results. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self, TypeAlias

import attrs

from aimlapi_client import models
from aimlapi_client.types import Extensible

from ..core.json import is_object
from ..message.message import Message
from .create import message_from_body


@attrs.define(kw_only=True)
class SucceededResult(Extensible):
    """The request was answered."""

    message: Message
    type: Literal["succeeded"] = "succeeded"
    additional_properties: dict[str, Any] = attrs.field(init=False, factory=dict[str, Any])

    def to_dict(self) -> dict[str, Any]:
        return {**self.additional_properties, "type": self.type, "message": self.message.to_dict()}

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        body = src_dict.get("message")
        if not is_object(body):
            raise ValueError("it succeeded, and its message is no object")
        made = cls(message=message_from_body(body))
        made.additional_properties = {key: src_dict[key] for key in src_dict if key not in ("type", "message")}
        return made


BatchOutcome: TypeAlias = (
    SucceededResult
    | models.ErroredResult
    | models.CanceledResult
    | models.ExpiredResult
    | models.UnknownBatchResultOutcome
)


@attrs.define(kw_only=True)
class BatchResult(Extensible):
    """What became of one request of a batch: `custom_id` is the name that you gave it.

    result: told apart by `result.type`: "succeeded" with a `message`, "errored" with an `error`, "canceled", "expired".
    Results come in any order.
    """

    custom_id: str
    result: BatchOutcome
    additional_properties: dict[str, Any] = attrs.field(init=False, factory=dict[str, Any])

    @property
    def succeeded(self) -> bool:
        return isinstance(self.result, SucceededResult)

    @property
    def message(self) -> Message | None:
        """The answer, None where there is none."""
        return self.result.message if isinstance(self.result, SucceededResult) else None

    @property
    def error(self) -> models.ErrorDetail | None:
        """The type and text of the error, None where there is none."""
        return getattr(self.result.error, "error", None) if isinstance(self.result, models.ErroredResult) else None

    def to_dict(self) -> dict[str, Any]:
        """The line of the results that it was read from."""
        return {**self.additional_properties, "custom_id": self.custom_id, "result": self.result.to_dict()}

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The result of a line. Raises ValueError for what is none."""
        name, outcome = src_dict.get("custom_id"), src_dict.get("result")
        if not isinstance(name, str):
            raise ValueError("it has no custom_id that is text")
        result: BatchOutcome
        if is_object(outcome) and outcome.get("type") == "succeeded":
            result = SucceededResult.from_dict(outcome)
        else:
            other = models.BatchResult.from_dict(src_dict).result
            assert not isinstance(other, models.SucceededResult)
            result = other
        made = cls(custom_id=name, result=result)
        made.additional_properties = {key: src_dict[key] for key in src_dict if key not in ("custom_id", "result")}
        return made
