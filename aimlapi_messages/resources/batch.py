"""Batches as the gateway tells of them, and their results. No I/O.

The gateway has two spellings of a batch that was stopped, two bodies for a cancel, three answers to a look-up, and
its own word beside Anthropic's. `Batch` is what all of them say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Self, TypeAlias

import attrs

from aimlapi_client import models

from ..core.json import is_object
from ..core.values import optional, parse_datetime, parse_int, parse_text
from ..message.message import Message
from ..streaming.whole import message_from_body

_CANCELLED: Final = frozenset({"cancelled", "canceled"})
# Words of the gateway that are no end, and the words of Anthropic that say the same.
_UNDER_WAY: Final = {"generating": "in_progress", "in_progress": "in_progress", "canceling": "canceling"}
_UNDER_WAY_TOO: Final = frozenset({"queued", "waiting", "validating", "finalizing", "cancelling"})


@dataclass(frozen=True, slots=True)
class BatchCounts:
    """How many requests of a batch are in which state."""

    processing: int
    succeeded: int
    errored: int
    canceled: int
    expired: int

    @property
    def total(self) -> int:
        return self.processing + self.succeeded + self.errored + self.canceled + self.expired

    @classmethod
    def of(cls, wire: models.RequestCounts) -> BatchCounts:
        return cls(*(parse_int(getattr(wire, name)) for name in ("processing", *OUTCOMES)))


OUTCOMES: Final = ("succeeded", "errored", "canceled", "expired")


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch and how far it has come.

    processing_status: "in_progress", "canceling" or "ended", in Anthropic's words.
    status: the gateway's own word, such as "generating" or "cancelled"; None where it gave none.
    ended: there is nothing to wait for; `batches.results(id)` gives what there is.
    cancelled: it was asked to stop. What had run by then may have results, the rest is canceled.
    request_counts, the times: None where the gateway's short answer does not tell them.
    raw: the answer as it came.
    """

    id: str
    processing_status: str
    status: str | None = None
    request_counts: BatchCounts | None = None
    created_at: datetime | None = None
    expires_at: datetime | None = None
    ended_at: datetime | None = None
    archived_at: datetime | None = None
    cancel_initiated_at: datetime | None = None
    raw: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False, compare=False)

    @property
    def ended(self) -> bool:
        return self.processing_status == "ended" or self.status in _CANCELLED

    @property
    def cancelled(self) -> bool:
        return self.status in _CANCELLED or self.cancel_initiated_at is not None


def batch_from_body(data: Mapping[str, Any]) -> Batch:
    """The batch of an answer to create, retrieve or cancel, in its long or short form.

    Raises ValueError, DecodeError among them, or TypeError for what is neither.
    """
    if "processing_status" in data:
        return _long(models.Batch.from_dict(_filled(data)), data)
    short = models.BatchStatus.from_dict(data)
    word = parse_text(short.status)
    ending = "canceling" if word in _CANCELLED else "ended"
    anthropic_word = "in_progress" if word in _UNDER_WAY_TOO else _UNDER_WAY.get(word, ending)
    return Batch(id=parse_text(short.id), processing_status=anthropic_word, status=word, raw=data)


def ended_batch(batch_id: str) -> Batch:
    """The batch whose look-up gave results."""
    return Batch(id=batch_id, processing_status="ended")


def _long(wire: models.Batch, data: Mapping[str, Any]) -> Batch:
    return Batch(
        id=parse_text(wire.id),
        processing_status=parse_text(wire.processing_status),
        status=optional(wire.status, parse_text),
        request_counts=BatchCounts.of(wire.request_counts),
        created_at=optional(wire.created_at, parse_datetime),
        expires_at=optional(wire.expires_at, parse_datetime),
        ended_at=optional(wire.ended_at, parse_datetime),
        archived_at=optional(wire.archived_at, parse_datetime),
        cancel_initiated_at=optional(wire.cancel_initiated_at, parse_datetime),
        raw=data,
    )


def _filled(data: Mapping[str, Any]) -> dict[str, Any]:
    counts = data.get("request_counts")
    complete = dict.fromkeys(("processing", *OUTCOMES), 0)
    return {
        "type": "message_batch",
        "created_at": None,
        "expires_at": None,
        **data,
        "request_counts": {**complete, **(counts if is_object(counts) else {})},
    }


@attrs.define(kw_only=True)
class SucceededResult(models.SucceededResult):
    """The request was answered."""

    # Narrower than in the generated parent, whose attributes may be set; nobody sets these to less.
    message: Message  # pyright: ignore[reportIncompatibleVariableOverride]

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Raises ValueError for what holds no message."""
        rest = {name: value for name, value in src_dict.items() if name not in ("type", "message")}
        body = src_dict.get("message")
        if not is_object(body):
            raise ValueError("it succeeded, and its message is no object")
        made = cls(message=message_from_body(body))
        made.additional_properties = rest
        return made


BatchOutcome: TypeAlias = (
    SucceededResult
    | models.ErroredResult
    | models.CanceledResult
    | models.ExpiredResult
    | models.UnknownBatchResultOutcome
)


@attrs.define(kw_only=True)
class BatchResult(models.BatchResult):
    """What became of one request of a batch: `custom_id` is the name that you gave it.

    result: told apart by `result.type`: "succeeded" with a `message`, "errored" with an `error`, "canceled", "expired".
    Results come in any order.
    """

    result: BatchOutcome  # pyright: ignore[reportIncompatibleVariableOverride]  # as above

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
        return self.result.error.error if isinstance(self.result, models.ErroredResult) else None

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The result of a line. Raises ValueError for what is none."""
        outcome = src_dict.get("result")
        if not isinstance(src_dict.get("custom_id"), str):
            raise ValueError("it has no custom_id that is text")
        if not is_object(outcome) or not isinstance(outcome.get("type"), str):
            raise ValueError("it has no result with a type")
        if outcome["type"] != "succeeded":
            return super().from_dict(src_dict)
        made = cls(custom_id=src_dict["custom_id"], result=SucceededResult.from_dict(outcome))
        made.additional_properties = {n: v for n, v in src_dict.items() if n not in ("custom_id", "result")}
        return made
