# Made from async_batch_results.py by `make twins`; do not edit.
"""The results of a batch: a shell around `ResultWalk`, which does no I/O."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from types import TracebackType
from typing import TYPE_CHECKING, Self

from ..core.errors import APIConnectionError, APIError, BatchIncompleteError, UnexpectedResponseError
from ..core.reply import ReplyHead
from ..transport.http import SyncReply
from ..transport.retries import RetryState
from .batch import Batch, BatchResult
from .batch_lines import BatchReader
from .batch_walk import ResultWalk, not_ended

if TYPE_CHECKING:
    from ..client.exchange import Exchange


@dataclass(slots=True)
class ResultSource:
    """An open reply that holds results, and where its bytes come from. `ready` are results that came with the head."""

    reader: BatchReader
    ready: Iterator[BatchResult]
    chunks: Iterator[bytes]
    reply: SyncReply

    @classmethod
    def of(cls, state: RetryState, reply: SyncReply, batch_id: str, skip: int, mark: bytes) -> Self:
        """Raises BatchNotEndedError when the reply holds a state, and what `BatchReader` raises."""
        reader, chunks = BatchReader(reply.head, batch_id, skip, mark), reply.iter_bytes(state.deadline)
        ready = _first_of(reader, chunks)
        if not reader.has_results:
            raise not_ended(reader)
        state.succeeded(reply.head)
        return cls(reader, ready, chunks, reply)


def look_up(exchange: Exchange, batch_id: str) -> Batch:
    """The batch. Results are read only as far as needed to see that they are there."""
    head, batch = exchange.run(_look_up, batch_id)
    exchange.state.succeeded(head)
    return batch


def _look_up(state: RetryState, reply: SyncReply, batch_id: str) -> tuple[ReplyHead, Batch]:
    reader = BatchReader(reply.head, batch_id)
    _first_of(reader, reply.iter_bytes(state.deadline))
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

    def __init__(self, exchange: Exchange, source: ResultSource, batch_id: str, expected: int | None) -> None:
        self._exchange = exchange
        self._batch_id = batch_id
        self._walk = ResultWalk(exchange.state, expected)
        self._over = False
        self._attach(source)

    @classmethod
    def open(cls, exchange: Exchange, batch_id: str, expected: int | None) -> Self:
        """Ask for the results. expected: how many there must be, None when that is not known."""
        return cls(exchange, exchange.run(ResultSource.of, batch_id, 0, b""), batch_id, expected)

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

    def _attach(self, source: ResultSource) -> None:
        self._source = source
        self._walk.attach(source.reader, source.ready)

    def _recover(self, error: APIError) -> None:
        self._source.reply.close()
        try:
            time.sleep(self._walk.failed(error))
            self._attach(self._exchange.run(ResultSource.of, self._batch_id, *self._walk.place))
        except APIError as failure:
            self._over = True
            final = self._walk.given_up(self._batch_id, failure)
            if final is failure:
                raise
            raise final from failure
