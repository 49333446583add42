"""The results of a batch for the synchronous client: a shell around `ResultWalk`, which does no I/O."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from types import TracebackType
from typing import Self

from ..core.errors import APIConnectionError, APIError, BatchIncompleteError, UnexpectedResponseError
from ..core.types import ReplyHead
from ..transport.response import SyncReply
from ..transport.retry_state import Sending
from .batch import Batch, BatchResult
from .batch_lines import BatchReader
from .batch_walk import ResultWalk, not_ended

__all__ = ["BatchResults", "ResultSource", "look_up"]


@dataclass(slots=True)
class ResultSource:
    """An open reply that holds results, and where its bytes come from. `ready` are results that came with the head."""

    reader: BatchReader
    ready: Iterator[BatchResult]
    chunks: Iterator[bytes]
    reply: SyncReply

    @classmethod
    def of(cls, reply: SyncReply, sending: Sending, reader: BatchReader) -> Self:
        """Raises BatchNotEndedError when the reply holds a state, and what `BatchReader` raises."""
        chunks = sending.watched(reply.iter_bytes())
        ready = _first_of(reader, chunks)
        if not reader.has_results:
            raise not_ended(reader)
        sending.succeeded(reply.head)
        return cls(reader, ready, chunks, reply)


def look_up(reply: SyncReply, sending: Sending, reader: BatchReader) -> tuple[ReplyHead, Batch]:
    """The batch that a reply speaks of. Results are read only as far as needed to see that they are there."""
    _first_of(reader, sending.watched(reply.iter_bytes()))
    reply.close()
    if reader.batch is None:
        raise UnexpectedResponseError.advised(f"{reply.head.url} told nothing of the batch.", url=reply.head.url)
    return reply.head, reader.batch


def _first_of(reader: BatchReader, chunks: Iterator[bytes]) -> Iterator[BatchResult]:
    """Read until it is known whether this is a state or results, and give the results that came on the way."""
    for chunk in chunks:
        ready = reader.feed(chunk)
        first = next(ready, None)
        if first is not None:
            return chain([first], ready)
        if reader.has_results:
            return ready
    ready = reader.finish()
    first = next(ready, None)
    return ready if first is None else chain([first], ready)


class BatchResults:
    """The results of a batch, in any order. Iterate once; close it if you stop before the end.

    delivered: how many were given so far.
    Memory holds one result at a time, however many there are. A connection that breaks is made again, as often as
    `max_retries` allows without progress, and goes on where it was: no result is lost or given twice. When that cannot
    be done, BatchIncompleteError comes after the results that were given.
    """

    def __init__(
        self, batch_id: str, open_source: Callable[[int, bytes], ResultSource], sending: Sending, expected: int | None
    ) -> None:
        self._batch_id = batch_id
        self._open = open_source
        self._walk = ResultWalk(sending, expected)
        self._over = False
        self._adopt(open_source(0, b""))

    @property
    def delivered(self) -> int:
        return self._walk.delivered

    def __iter__(self) -> Iterator[BatchResult]:
        return self

    def __next__(self) -> BatchResult:
        while not self._over:
            try:
                result = self._walk.next_ready()
                if result is not None:
                    return result
                if self._walk.ended:
                    break
                self._walk.feed(next(self._source.chunks, None))
            except (APIConnectionError, BatchIncompleteError) as error:
                self._recover(error)
            except BaseException:
                self.close()
                raise
        self.close()
        raise StopIteration

    def close(self) -> None:
        """Stop reading, and give the connection back."""
        self._over = True
        self._source.reply.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _adopt(self, source: ResultSource) -> None:
        self._source = source
        self._walk.adopt(source.reader, source.ready)

    def _recover(self, error: APIError) -> None:
        self._source.reply.close()
        try:
            time.sleep(self._walk.failed(error))
            self._adopt(self._open(*self._walk.place))
        except APIError as failure:
            self._over = True
            final = self._walk.given_up(self._batch_id, failure)
            if final is failure:
                raise
            raise final from failure
