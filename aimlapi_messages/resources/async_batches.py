"""`client.messages.batches` of the asynchronous client: from arguments to calls, and results as they are read."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, Self, Unpack, cast

from aimlapi_client.hiding import hiding_options
from aimlapi_client.operation import Operation, RequestOptions

from ..core.errors import APIConnectionError, APIError, BatchIncompleteError
from ..transport.failures import seal
from ..transport.retries import NO_LIMIT, NO_WATCH, async_within
from .batch_requests import BatchOperation, BatchWait, ProgressHook, create_operation, look_up_operation, wait_operation

if TYPE_CHECKING:
    from ..client.async_client import AsyncAIMLAPI
    from ..client.async_exchange import AsyncExchange
    from ..message.options import BatchOptions, RequestsInput
    from ..streaming.batch_results import BatchResult
    from ..transport.async_http import AsyncReply
    from ..transport.retries import RetryState
    from .batch_answers import Batch, BatchCounts, BatchReader


@hiding_options
class AsyncBatches:
    """`client.messages.batches`: many messages for less money, within a day. Raises the children of APIError."""

    def __init__(self, client: AsyncAIMLAPI) -> None:
        self._client = client

    async def create(self, *, requests: RequestsInput, **options: Unpack[BatchOptions]) -> Batch:
        """Create a batch of 1 to 100,000 requests, at most 256 MB in all.

        requests: a list or generator of {"custom_id": ..., "params": {...}}, where params are what
            `messages.create` takes about the message. Each is checked as there, and each name must be its own.
        Raises InvalidRequestError, which names the request, before anything is sent. It is not sent again when its
        answer is lost, for there would be two batches.
        """
        operation = create_operation(requests, options)
        return await self._client.send(operation)

    async def retrieve(self, batch_id: str, **options: Unpack[RequestOptions]) -> Batch:
        """The state of a batch. Of one that has ended, the gateway tells no more than that."""
        from .batch_answers import BatchReader  # noqa: PLC0415 (models load when they are needed)

        exchange = self._client.exchange(look_up_operation(batch_id), **options)
        watch = exchange.state.watch
        with watch or NO_WATCH:
            batch = await exchange.run(_look_up, BatchReader(batch_id))
        if watch is not None:
            watch.end(batch)
        return batch

    async def results(self, batch: str | Batch, **options: Unpack[RequestOptions]) -> AsyncBatchResults:
        """The results of a batch that has ended, read line by line: iterate over them.

        batch: its id; or the batch as `create` gave it, which says how many results there must be.
        Raises BatchNotEndedError when there are none yet, and while it is read BatchIncompleteError.
        """
        from .batch_answers import BatchReader  # noqa: PLC0415 (models load when they are needed)

        batch_id = cast("str", getattr(batch, "id", batch))
        counts: BatchCounts | None = getattr(batch, "request_counts", None)
        reader = BatchReader(batch_id, (counts and counts.total) or None)
        made = AsyncBatchResults(self._client.exchange(look_up_operation(batch_id), **options), reader)
        await made.open()
        return made

    async def cancel(self, batch_id: str, **options: Unpack[RequestOptions]) -> Batch:
        """Cancel a batch. What has run keeps its results. Raises BadRequestError for one that has ended."""
        from aimlapi_client.api.batches import cancel_batch  # noqa: PLC0415 (a document may lack it)

        cancel: Operation[Any] = cancel_batch.request(batch_id=batch_id)
        return await self._client.send(BatchOperation(cancel.endpoint, cancel.arguments), **options)

    async def wait(
        self,
        batch: str | Batch,
        *,
        deadline: float | None = 25 * 3600.0,  # the gateway lets a batch run for a day
        first_pause: float = 2.0,
        longest_pause: float = 60.0,
        progress: ProgressHook | None = None,
        **options: Unpack[RequestOptions],
    ) -> Batch:
        """Wait until a batch has ended, and give it as it is then.

        deadline: seconds to wait at most; 25 hours unless given, None for no limit.
        first_pause, longest_pause: seconds between questions, growing by half from the one to the other.
        progress: called with a `BatchProgress` after each question.
        When the gateway fails or cannot be reached, it is asked again for ten minutes.
        Raises BatchNotEndedError when the deadline has passed; the batch goes on.
        """
        batch_id = cast("str", getattr(batch, "id", batch))
        wait = BatchWait(batch_id, deadline, first_pause, longest_pause, progress)
        # One call to the hook, however often it asks.
        watch = self._client.exchange(wait_operation(batch_id), **options).state.watch
        batches = self._client.with_options(on_call=None).messages.batches
        with watch or NO_WATCH:
            while True:
                found, error = None, None
                try:
                    found = await batches.retrieve(batch_id, **options)
                except APIError as failure:
                    error = failure
                pause = wait.next_pause(found, error)
                if found is not None and found.ended:
                    break
                await asyncio.sleep(pause)
        if watch is not None:
            watch.end(found)
        return found


class AsyncBatchResults(AsyncIterator["BatchResult"]):
    """The results of a batch, in any order. Iterate once; close it if you stop before the end.

    delivered: how many were given so far.
    Memory holds one result at a time, however many there are. A connection that breaks is made again, as often as
    `max_retries` allows without progress, and goes on where it was: no result is lost or given twice. When that cannot
    be done, BatchIncompleteError comes after the results that were given.
    """

    def __init__(self, exchange: AsyncExchange, reader: BatchReader) -> None:
        self._exchange = exchange
        self._reader = reader
        self._watch = exchange.state.watch
        self._over = False

    async def open(self) -> None:
        """Ask for the results."""
        with self._watch or NO_WATCH:
            self._reply, self._chunks = await self._exchange.run(_open_results, self._reader)
        if self._watch is not None:
            self._watch.keep(self)

    @property
    def delivered(self) -> int:
        return self._reader.delivered

    async def __anext__(self) -> BatchResult:
        handled = sys.exception()
        try:
            while not self._over:
                try:
                    result = self._reader.next_result()
                    if result is not None:
                        return result
                    if self._reader.ended:
                        break
                    deadline = self._exchange.state.deadline
                    async with NO_LIMIT if deadline is None else async_within(deadline):
                        chunk = await anext(self._chunks, None)
                    self._reader.feed(chunk)
                except BaseException as error:
                    seal(error, self._exchange.state.request, handled)
                    if not isinstance(error, (APIConnectionError, BatchIncompleteError)):
                        self._over = True
                        await self._reply.close()
                        raise
                    await self._recover(error)
        except BaseException as error:
            if self._watch is not None:
                self._watch.end(error=error)
            raise
        await self.close()
        raise StopAsyncIteration

    async def close(self) -> None:
        """Stop reading, and give the connection back."""
        self._over = True
        await self._reply.close()
        if self._watch is not None:
            self._watch.end(complete=self._reader.ended)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _recover(self, error: APIError) -> None:
        await self._reply.close()
        state = self._exchange.state
        if self._reader.has_progressed:
            state.progressed()
        try:
            pause = state.failed(error, in_stream=True)
            if pause is None:
                raise error
            await asyncio.sleep(pause)
            await self.open()
        except APIError as failure:
            self._over = True
            final = self._reader.given_up(failure)
            if final is failure:
                raise
            raise final from failure


async def _look_up(state: RetryState, reply: AsyncReply, reader: BatchReader) -> Batch:
    await _begin(state, reply, reader)
    await reply.close()
    state.succeeded(reply.head)
    assert reader.batch is not None
    return reader.batch


async def _open_results(
    state: RetryState, reply: AsyncReply, reader: BatchReader
) -> tuple[AsyncReply, AsyncIterator[bytes]]:
    """Raises BatchNotEndedError for a state, which comes where there are no results."""
    chunks = await _begin(state, reply, reader)
    if not reader.has_results:
        raise reader.not_ended()
    state.succeeded(reply.head)
    return reply, chunks


async def _begin(state: RetryState, reply: AsyncReply, reader: BatchReader) -> AsyncIterator[bytes]:
    """Read only until it is known whether this is a state or results."""
    reader.begin(reply.head)
    chunks = reply.iter_bytes(state.deadline, sys.maxsize)  # each result has a limit of its own
    while not (reader.has_results or reader.ended):
        reader.feed(await anext(chunks, None))
    return chunks
