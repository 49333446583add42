"""The asynchronous client: `client/client.py` with awaits in it, and nothing else."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from contextlib import nullcontext
from decimal import Decimal
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar, Unpack

from aimlapi_client.resources import AsyncResources

from ..core.config import DEFAULT_MAX_RETRIES, resolve_base_url, resolve_budget, resolve_key
from ..core.cost import Ledger
from ..core.errors import APIError
from ..core.types import NOT_GIVEN, NotGiven, ReplyHead, Request, TimeoutTypes
from ..transport.async_deadline import within
from ..transport.http import AsyncTransport
from ..transport.response import AsyncReply
from .base import BaseClient, Settings

if TYPE_CHECKING:
    import httpx

    from aimlapi_client.operation import Operation, RequestOptions
    from aimlapi_client.pages import AsyncPages, Paging

    from ..message.message import Message
    from ..message.request import Call
    from ..resources.asking import Ask
    from ..resources.async_batch_results import AsyncBatchResults, AsyncResultSource
    from ..resources.async_batches import AsyncBatches
    from ..resources.async_messages import AsyncMessages
    from ..resources.batch import Batch
    from ..resources.models import AsyncModels
    from ..streaming.async_streams import AsyncEventStream, AsyncMessageStream, AsyncSource
    from ..transport.pools import AsyncTransportName
    from ..transport.retry_state import AttemptHook, Sending

__all__ = ["AsyncAIMLAPI"]

_T = TypeVar("_T")

_NO_LIMIT: Final = nullcontext()


class AsyncAIMLAPI(BaseClient, AsyncResources):
    """A client of the AI/ML API gateway for asyncio. Make one for each event loop; close it at the end.

    api_key: else AIMLAPI_API_KEY, else AIML_API_KEY from the environment.
    base_url: else AIMLAPI_BASE_URL, else the gateway; with or without `/v1`.
    timeout: of each wait (to connect, for the next bytes): seconds, an `httpx.Timeout`, or None for no limit;
        600 s, 10 s to connect, if not given.
    idle_timeout: seconds that a stream may go without content, whatever pings come. None for no limit.
    total_timeout: seconds that a call may take in all, retries and pauses included. None for no limit.
    max_retries: attempts after the first for what may pass; 2 unless given.
    retry_timeouts: send again what timed out once the request was out, though it may then be billed twice.
    on_attempt: called with an `Attempt` after each attempt, successful or not.
    budget_usd: US dollars; once `spent` has reached them, further calls raise BudgetExceededError.
    warn_deprecated: give a ModelDeprecationWarning when a call names a model that has ended, once for each model.
    http_client: an `httpx.AsyncClient` of your own, for proxies and the like. It stays yours to close.
    transport: what connections are made with: "httpx", or "aiohttp", which costs less; that needs the extra `aiohttp`.
    default_headers: sent with every request.
    Raises MissingKeyError, and ConfigurationError for any other argument that cannot be used.
    """

    def __init__(
        self,
        *,
        api_key: str | None = None,
        base_url: str | None = None,
        timeout: TimeoutTypes | NotGiven = NOT_GIVEN,
        idle_timeout: float | None = None,
        total_timeout: float | None = None,
        max_retries: int = DEFAULT_MAX_RETRIES,
        retry_timeouts: bool = False,
        on_attempt: AttemptHook | None = None,
        budget_usd: Decimal | float | str | None = None,
        warn_deprecated: bool = True,
        http_client: httpx.AsyncClient | None = None,
        transport: AsyncTransportName = "httpx",
        default_headers: Mapping[str, str] | None = None,
    ) -> None:
        key = resolve_key(api_key, os.environ)
        api_key = None  # so that no frame shows it of what may fail below
        settings = Settings(key, resolve_base_url(base_url, os.environ)).changed(
            timeout=timeout,
            idle_timeout=idle_timeout,
            total_timeout=total_timeout,
            max_retries=max_retries,
            retry_timeouts=retry_timeouts,
            on_attempt=on_attempt,
            warn_deprecated=warn_deprecated,
            default_headers=default_headers,
        )
        super().__init__(settings, Ledger(resolve_budget(budget_usd)))
        self._transport = AsyncTransport(http_client, transport)

    @property
    def messages(self) -> AsyncMessages:
        """Conversations with a model."""
        from ..resources.async_messages import AsyncMessages  # noqa: PLC0415 (loaded when it is needed)

        return AsyncMessages(self._create, self._events, self._stream, self._batches)

    @property
    def models(self) -> AsyncModels:
        """The catalogue: what there is, what it costs, what has ended."""
        from ..resources.models import AsyncModels  # noqa: PLC0415 (loaded when it is needed)

        return AsyncModels(self)

    async def send(self, operation: Operation[_T], /, **options: Unpack[RequestOptions]) -> _T:
        """Send any operation of `aimlapi_client.api`, and read its answer, with all that this client does for a call.

        operation: made by the `request` function of its module, such as `api.usage.get_usage.request(period="7d")`.
        options: extra_headers, extra_query, timeout, total_timeout and max_retries, as every method takes them.
        Raises InvalidRequestError before anything is sent, and the children of APIError.
        """
        return await self._ask(self._asked(operation, options))

    def pages(self, operation: Operation[Any], paging: Paging, /, **options: Unpack[RequestOptions]) -> AsyncPages[Any]:
        """The items of a listing, fetched page by page as they are needed.

        operation: asks for the first page. paging: how the pages follow each other. options: as of `send`.
        Raises InvalidRequestError at once, and while it is read the children of APIError.
        """
        from aimlapi_client.pages import AsyncPages  # noqa: PLC0415 (loaded when it is needed)

        self._asked(operation, options)
        return AsyncPages(self, operation, paging, **options)

    async def close(self) -> None:
        """Close the connections, those of copies included; an `http_client` that you gave stays open."""
        await self._transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _attempt(self, sending: Sending, read: Callable[[AsyncReply], Awaitable[_T]]) -> _T:
        """Send a call until it succeeds or is given up, and read the 2xx reply."""
        while True:
            try:
                request = sending.next_request()
                async with _NO_LIMIT if sending.deadline is None else within(sending.deadline):
                    reply = await self._transport.open(request)
                    return await self._answer(request, reply, read)
            except APIError as error:
                pause = sending.failed(error)
                if pause is None:
                    raise
            await asyncio.sleep(pause)

    async def _answer(self, request: Request, reply: AsyncReply, read: Callable[[AsyncReply], Awaitable[_T]]) -> _T:
        try:
            if not request.satisfied_by(reply.head):
                raise self._status_error(reply.head, await reply.read_error())
            return await read(reply)
        except BaseException as error:
            self._count_failure(reply.head, error)
            await reply.close()
            raise

    def _batches(self) -> AsyncBatches:
        from ..resources.async_batches import AsyncBatches  # noqa: PLC0415 (loaded when it is needed)

        return AsyncBatches(self._ask, self._look_up, self._results)

    async def _create(self, call: Call) -> Message:
        sending = self._sending(call, streamed=False)

        async def read(reply: AsyncReply) -> tuple[ReplyHead, Message]:
            return reply.head, self._read_message(reply.head, await reply.read())

        head, message = await self._attempt(sending, read)
        sending.succeeded(head)
        return message

    def _open(self, sending: Sending, derive: bool) -> Awaitable[AsyncSource]:
        from ..streaming.async_streams import AsyncSource  # noqa: PLC0415 (models load when they are needed)

        return self._attempt(sending, partial(AsyncSource.of, sending, derive))

    async def _events(self, call: Call) -> AsyncEventStream:
        from ..streaming.async_streams import AsyncEventStream  # noqa: PLC0415 (models load when they are needed)

        sending = self._sending(call, streamed=True)
        return AsyncEventStream(await self._open(sending, False), self._open, sending)

    async def _stream(self, call: Call) -> AsyncMessageStream:
        from ..streaming.async_streams import AsyncMessageStream  # noqa: PLC0415 (models load when they are needed)

        sending = self._sending(call, streamed=True)
        return AsyncMessageStream(await self._open(sending, True), self._open, sending)

    async def _ask(self, asked: Ask[_T], /) -> _T:
        sending = self._sending(asked.call, streamed=False)

        async def read(reply: AsyncReply) -> tuple[ReplyHead, _T]:
            return reply.head, asked.read(reply.head, await reply.read())

        head, value = await self._attempt(sending, read)
        sending.succeeded(head)
        return value

    async def _look_up(self, call: Call, batch_id: str) -> Batch:
        from ..resources.async_batch_results import async_look_up  # noqa: PLC0415 (models load when they are needed)
        from ..resources.batch_lines import BatchReader  # noqa: PLC0415

        sending = self._sending(call, streamed=False)
        head, batch = await self._attempt(
            sending, lambda reply: async_look_up(reply, sending, BatchReader(reply.head, batch_id))
        )
        sending.succeeded(head)
        return batch

    async def _results(self, call: Call, batch_id: str, expected: int | None) -> AsyncBatchResults:
        from ..resources.async_batch_results import AsyncBatchResults, AsyncResultSource  # noqa: PLC0415 (loads models)
        from ..resources.batch_lines import BatchReader  # noqa: PLC0415

        sending = self._sending(call, streamed=False)

        async def open_source(skip: int, mark: bytes) -> AsyncResultSource:
            return await self._attempt(
                sending,
                lambda reply: AsyncResultSource.of(reply, sending, BatchReader(reply.head, batch_id, skip, mark)),
            )

        return AsyncBatchResults(batch_id, await open_source(0, b""), open_source, sending, expected)
