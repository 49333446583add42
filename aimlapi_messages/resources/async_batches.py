"""`client.messages.batches` of the asynchronous client: from arguments to calls."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Unpack

from aimlapi_client.operation import RequestOptions

from ..core.errors import APIError
from .batch_asks import cancel_operation, create_operation, expected_results, id_of, look_up_operation
from .batch_wait import DEFAULT_DEADLINE, DEFAULT_FIRST_PAUSE, DEFAULT_LONGEST_PAUSE, BatchWait, ProgressHook

if TYPE_CHECKING:
    from ..message.options import BatchOptions, RequestsInput
    from .async_batch_results import AsyncBatchResults
    from .async_protocols import AsyncMessageClient
    from .batch import Batch


class AsyncBatches:
    """`client.messages.batches`: many messages for less money, within a day. Raises the children of APIError."""

    def __init__(self, client: AsyncMessageClient) -> None:
        self._client = client

    async def create(self, *, requests: RequestsInput, **options: Unpack[BatchOptions]) -> Batch:
        """Hand in 1 to 100,000 requests, at most 256 MB in all.

        requests: a list or generator of {"custom_id": ..., "params": {...}}, where params are what
            `messages.create` takes about the message. Each is checked as there, and each name must be its own.
        Raises InvalidRequestError, which names the request, before anything is sent. It is not sent again when its
        answer is lost, for there would be two batches.
        """
        operation = create_operation(requests, options)
        return await self._client.send(operation, **operation.options)

    async def retrieve(self, batch_id: str, **options: Unpack[RequestOptions]) -> Batch:
        """How far a batch is. Of one that has ended, the gateway tells no more than that."""
        from .async_batch_results import async_look_up  # noqa: PLC0415 (models load when they are needed)

        return await async_look_up(self._client.exchange(look_up_operation(batch_id), **options), batch_id)

    async def results(self, batch: str | Batch, **options: Unpack[RequestOptions]) -> AsyncBatchResults:
        """The results of a batch that has ended, read line by line: iterate over them.

        batch: its id; or the batch as `create` gave it, which says how many results there must be.
        Raises BatchNotEndedError when there are none yet, and while it is read BatchIncompleteError.
        """
        from .async_batch_results import AsyncBatchResults  # noqa: PLC0415 (models load when they are needed)

        batch_id = id_of(batch)
        exchange = self._client.exchange(look_up_operation(batch_id), **options)
        return await AsyncBatchResults.open(exchange, batch_id, expected_results(batch))

    async def cancel(self, batch_id: str, **options: Unpack[RequestOptions]) -> Batch:
        """Stop a batch. What has run keeps its results. Raises BadRequestError for one that has ended."""
        return await self._client.send(cancel_operation(batch_id), **options)

    async def wait(
        self,
        batch: str | Batch,
        *,
        deadline: float | None = DEFAULT_DEADLINE,
        first_pause: float = DEFAULT_FIRST_PAUSE,
        longest_pause: float = DEFAULT_LONGEST_PAUSE,
        progress: ProgressHook | None = None,
        **options: Unpack[RequestOptions],
    ) -> Batch:
        """Wait until a batch has ended, and give it as it is then.

        deadline: seconds to wait at most; 25 hours unless given, None for no limit.
        first_pause, longest_pause: seconds between questions, growing by half from the one to the other.
        progress: called with a `BatchProgress` after each question.
        A gateway that cannot be reached, or fails, is asked again for ten minutes.
        Raises BatchNotEndedError when the deadline has passed; the batch goes on.
        """
        batch_id = id_of(batch)
        wait = BatchWait(batch_id, deadline, first_pause, longest_pause, progress)
        while True:
            try:
                found = await self.retrieve(batch_id, **options)
            except APIError as error:
                pause = wait.failed(error)
            else:
                pause = wait.saw(found)
                if found.ended:
                    return found
            await asyncio.sleep(pause)
