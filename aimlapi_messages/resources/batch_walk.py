"""The way through the results of a batch, over one reply or several. Pure: the shells read, sleep and ask again."""

from __future__ import annotations

from collections.abc import Iterator

from ..core.errors import APIError, BatchIncompleteError, BatchNotEndedError
from ..transport.retries import RetryState
from .batch import BatchResult
from .batch_lines import BatchReader


class ResultWalk:
    """How far the results were given, and whether what broke off is asked for again.

    expected: how many there must be, None when that is not known.
    """

    def __init__(self, state: RetryState, expected: int | None) -> None:
        self._state = state
        self._expected = expected
        self._mark = b""
        self._given_before = 0
        self._ready: Iterator[BatchResult] = iter(())
        self._reader: BatchReader | None = None
        self.delivered: int = 0
        self.ended: bool = False

    @property
    def place(self) -> tuple[int, bytes]:
        """Where a new reply is to be taken up: how many results it is to leave out, and what they stand for."""
        return self.delivered, self._mark

    def attach(self, reader: BatchReader, ready: Iterator[BatchResult]) -> None:
        """Go on with a reply, whose first results are `ready`."""
        self._reader, self._ready, self.ended = reader, ready, False

    def next_ready(self) -> BatchResult | None:
        """The next result, None when more of the reply is needed. Raises BatchIncompleteError at too early an end."""
        for result in self._ready:
            self.delivered += 1
            return result
        if self.ended and self._reader is not None and self._expected not in (None, self.delivered):
            raise self._reader.incomplete(f"are {self.delivered}, and it has {self._expected} requests")
        return None

    def feed(self, chunk: bytes | None) -> None:
        """More of the reply, None for its end."""
        if self._reader is not None:
            self.ended = chunk is None
            self._ready = self._reader.finish() if chunk is None else self._reader.feed(chunk)

    def failed(self, error: APIError) -> float:
        """The seconds after which to ask again. Raises the error when it is not asked for again."""
        if self._reader is not None and self._reader.count == self.delivered:
            self._mark = self._reader.mark
        if self.delivered > self._given_before:
            self._state.progressed()
        self._given_before = self.delivered
        self._ready = iter(())
        pause = self._state.failed(error, in_stream=True)
        if pause is None:
            raise error
        return pause

    def given_up(self, batch_id: str, error: APIError) -> APIError:
        """What to raise for an error that ends the walk: the error itself when nothing was given before it."""
        if isinstance(error, BatchIncompleteError):
            error.delivered = self.delivered
            return error
        if not self.delivered:
            return error
        ours = BatchIncompleteError(
            f"The results of batch {batch_id} broke off after {self.delivered}: {error} {BatchIncompleteError.advice}",
            request_id=error.request_id,
            url=error.url,
        )
        ours.delivered = self.delivered
        return ours


def not_ended(reader: BatchReader) -> BatchNotEndedError:
    """The error for results that were asked for too early."""
    batch = reader.batch
    state = "" if batch is None else f": it is {batch.status or batch.processing_status}"
    error = BatchNotEndedError.advised(f"The batch {batch and batch.id} has no results{state}.")
    error.batch = batch
    return error
