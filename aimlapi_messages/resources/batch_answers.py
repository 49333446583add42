"""What the gateway answers about a batch: its state, and its results, read as they come. No I/O.

The gateway has two spellings of a batch that was stopped, two bodies for a cancel, three answers to a look-up, and
its own word beside Anthropic's. `Batch` is what all of them say.

One address gives the state and the results. A state is one JSON object; results are JSON Lines, an object a line;
either may stand in an array, as the gateway's pages show it. Only the content tells which it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Final

from aimlapi_client import models

from ..core.errors import APIError, BatchIncompleteError, BatchNotEndedError
from ..core.json import TooLargeError
from ..core.reply import ReplyHead
from ..message.error_bodies import error_from_event, is_error_body, unexpected_response
from ..streaming.batch_results import BatchResult
from .batch_objects import JSONObjects

_CANCELLED: Final = frozenset({"cancelled", "canceled"})
# Anthropic's words for those of the gateway. Any other word is an end.
_ANTHROPIC_WORDS: Final = {
    **dict.fromkeys(("generating", "in_progress", "queued", "waiting", "validating", "finalizing"), "in_progress"),
    **dict.fromkeys(("canceling", "cancelling", *_CANCELLED), "canceling"),
}
_TIMES: Final = ("created_at", "expires_at", "ended_at", "archived_at", "cancel_initiated_at")


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
        """All requests of the batch."""
        return self.processing + self.succeeded + self.errored + self.canceled + self.expired


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

    Raises ValueError, DecodeError among them, for what is neither.
    """
    word = _ANTHROPIC_WORDS.get(data.get("status", ""), "ended")
    long = models.Batch.from_dict({"type": "message_batch", "processing_status": word, **data})
    counts = [(one.name, getattr(long.request_counts, one.name, None) or 0) for one in fields(BatchCounts)]
    return Batch(
        id=long.id,
        processing_status=long.processing_status,
        status=long.status,
        request_counts=BatchCounts(**dict(counts)) if long.request_counts else None,
        raw=data,
        **{name: getattr(long, name) for name in _TIMES},
    )


class BatchReader:
    """Reads the replies to look-ups of one batch: a state, or results, over as many replies as it takes.

    expected: how many results there must be, None when that is not known.
    batch, has_results: once it is known whether the reply holds a state or results.
    delivered: the results given so far. A new reply is to bring the same ones first; they are left out.
    ended: the reply has.
    Memory holds one object at a time.
    """

    def __init__(self, batch_id: str, expected: int | None = None) -> None:
        self.batch: Batch | None = None
        self.has_results: bool = False
        self.ended: bool = False
        self.delivered: int = 0
        self._batch_id = batch_id
        self._expected = expected
        self._names = hashlib.blake2b(digest_size=16)  # of the results in this reply
        self._mark = b""  # stands for the names of the results that were given, in their order
        self._count = 0  # of the results in this reply, those left out included
        self._skip = 0

    def begin(self, head: ReplyHead) -> None:
        """Read a new reply from its beginning."""
        if self._count == self.delivered:
            self._mark = self._names.digest()
        self._head = head
        self._skip, self._count = self.delivered, 0
        self._names = hashlib.blake2b(digest_size=16)
        self._objects = JSONObjects(head)
        self._first: BatchResult | None = None
        self.batch, self.has_results, self.ended = None, False, False

    @property
    def has_progressed(self) -> bool:
        """Whether this reply has brought results that no other had brought before."""
        return self.delivered > self._skip

    def feed(self, chunk: bytes | None) -> None:
        """More of the reply, None for its end.

        Raises UnexpectedResponseError for what is neither a state nor results, the error that the reply speaks of, and
        BatchIncompleteError when it ends in the middle, or brings other results than before.
        """
        self.ended = chunk is None
        self._results = self._read(chunk)
        self._first = next(self._results, None)

    def next_result(self) -> BatchResult | None:
        """The next result, None when more of the reply is needed. Raises as `feed` does."""
        result, self._first = self._first or next(self._results, None), None
        if result is not None:
            self.delivered += 1
        return result

    def not_ended(self) -> BatchNotEndedError:
        """The error for a reply that holds a state where results were asked for."""
        word = self.batch and (self.batch.status or self.batch.processing_status)
        error = BatchNotEndedError.advised(f"Batch {self._batch_id} has no results: it is {word}.")
        error.batch = self.batch
        return error

    def given_up(self, error: APIError) -> APIError:
        """What to raise for an error that ends the reading: the error itself when nothing was given before it."""
        if isinstance(error, BatchIncompleteError) or not self.delivered:
            return error
        return self._incomplete(f"broke off after {self.delivered}: {error}", error)

    def _incomplete(self, problem: str, cause: APIError | None = None) -> BatchIncompleteError:
        error = BatchIncompleteError(
            f"The results of batch {self._batch_id} {problem.removesuffix('.')}. {BatchIncompleteError.advice}",
            request_id=cause.request_id if cause else self._head.request_id,
            url=cause.url if cause else self._head.url,
        )
        error.delivered = self.delivered
        return error

    def _read(self, chunk: bytes | None) -> Iterator[BatchResult]:
        objects = self._objects
        try:
            if chunk is None:
                objects.end()
            for value in objects.feed(chunk or b""):
                result = self._read_value(value)
                if result is not None:
                    yield result
        except EOFError as error:
            raise self._incomplete("ended in the middle of one") from error
        except TooLargeError as error:
            problem = f"an object of more than {error}, {self._where}, after {self._count} results"
            raise self._head.too_large(problem) from error
        except (ValueError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
            after = f"after {self._count} results, " if self._count else ""
            problem = f"{after}what is neither a batch nor a result ({error}), {self._where}"
            raise unexpected_response(self._head, objects.latest, problem) from error
        if chunk is not None:
            return
        if objects.is_empty:
            raise unexpected_response(self._head, b"", "an empty body")
        self._found_results()  # an empty list is a batch without results
        if self._count < self._skip:
            raise self._incomplete(f"brought {self._count} results where there had been {self._skip}")
        if self.has_results and self._expected not in (None, self.delivered):
            raise self._incomplete(f"are {self.delivered}, and it has {self._expected} requests")

    @property
    def _where(self) -> str:
        return f"in line {self._objects.line:,} from byte {self._objects.place:,} on"

    def _read_value(self, value: dict[str, Any]) -> BatchResult | None:
        if "custom_id" in value:
            return self._read_result(value)
        if is_error_body(value):
            raise error_from_event(value, self._head, self._objects.latest.decode("utf-8", "replace"))
        if self.batch is not None:
            raise ValueError("a second state, or a state among results")
        self.batch = batch_from_body(self._head.scrub_json(value))  # errors hold it
        return None

    def _read_result(self, value: dict[str, Any]) -> BatchResult | None:
        self._found_results()
        was_given = self._count < self._skip  # then its name is enough
        result = None if was_given else BatchResult.from_dict(value)
        if result is not None and result.message is not None:
            result.message.doubt_calls(self._objects.latest)
        self._count += 1
        self._names.update(str(value["custom_id"]).encode("utf-8", "surrogatepass") + b"\n")
        if was_given and self._count == self._skip and self._names.digest() != self._mark:
            raise self._incomplete("came in another order when they were asked for again")
        return result

    def _found_results(self) -> None:
        if self.batch is None:
            self.batch, self.has_results = Batch(self._batch_id, "ended"), True
