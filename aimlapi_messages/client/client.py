"""The synchronous client. A shell: it sends, waits and closes; every rule is in the modules it calls."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar, Unpack

from aimlapi_client.resources import Resources

from ..core.config import DEFAULT_MAX_RETRIES, resolve_base_url, resolve_budget, resolve_key
from ..core.cost import Ledger
from ..core.errors import APIError
from ..core.types import NOT_GIVEN, NotGiven, ReplyHead, Request, TimeoutTypes
from ..transport.http import SyncTransport
from ..transport.response import SyncReply
from .base import BaseClient, Settings

if TYPE_CHECKING:
    import httpx

    from aimlapi_client.operation import Operation, RequestOptions
    from aimlapi_client.pages import Pages, Paging

    from ..message.message import Message
    from ..message.request import Call
    from ..resources.asking import Ask
    from ..resources.batch import Batch
    from ..resources.batch_results import BatchResults, ResultSource
    from ..resources.batches import Batches
    from ..resources.messages import Messages
    from ..resources.models import Models
    from ..streaming.streams import EventStream, MessageStream, SyncSource
    from ..transport.retry_state import AttemptHook, Sending

__all__ = ["AIMLAPI"]

_T = TypeVar("_T")


class AIMLAPI(BaseClient, Resources):
    """A client of the AI/ML API gateway. Make one and share it, between threads too; close it at the end.

    api_key: else AIMLAPI_API_KEY, else AIML_API_KEY from the environment.
    base_url: else AIMLAPI_BASE_URL, else the gateway; with or without `/v1`.
    timeout: of each wait (to connect, for the next bytes): seconds, an `httpx.Timeout`, or None for no limit;
        600 s, 10 s to connect, if not given.
    idle_timeout: seconds that a stream may go without content, whatever pings come. None for no limit.
    total_timeout: seconds that a call may take in all, retries and pauses included. None for no limit.
        A wait that has begun is not cut short, so that each of the two may be overrun by as long again; and longer
        by a server that sends the head of its reply byte by byte, which `AsyncAIMLAPI` does cut short.
    max_retries: attempts after the first for what may pass; 2 unless given.
    retry_timeouts: send again what timed out once the request was out, though it may then be billed twice.
    on_attempt: called with an `Attempt` after each attempt, successful or not.
    budget_usd: US dollars; once `spent` has reached them, further calls raise BudgetExceededError.
    warn_deprecated: give a ModelDeprecationWarning when a call names a model that has ended, once for each model.
    http_client: an `httpx.Client` of your own, for proxies and the like. It stays yours to close.
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
        http_client: httpx.Client | None = None,
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
        self._transport = SyncTransport(http_client)

    @property
    def messages(self) -> Messages:
        """Conversations with a model."""
        from ..resources.messages import Messages  # noqa: PLC0415 (loaded when it is needed)

        return Messages(self._create, self._events, self._stream, self._batches)

    @property
    def models(self) -> Models:
        """The catalogue: what there is, what it costs, what has ended."""
        from ..resources.models import Models  # noqa: PLC0415 (loaded when it is needed)

        return Models(self)

    def send(self, operation: Operation[_T], /, **options: Unpack[RequestOptions]) -> _T:
        """Send any operation of `aimlapi_client.api`, and read its answer, with all that this client does for a call.

        operation: made by the `request` function of its module, such as `api.usage.get_usage.request(period="7d")`.
        options: extra_headers, extra_query, timeout, total_timeout and max_retries, as every method takes them.
        Raises InvalidRequestError before anything is sent, and the children of APIError.
        """
        return self._ask(self._asked(operation, options))

    def pages(self, operation: Operation[Any], paging: Paging, /, **options: Unpack[RequestOptions]) -> Pages[Any]:
        """The items of a listing, fetched page by page as they are needed.

        operation: asks for the first page. paging: how the pages follow each other. options: as of `send`.
        Raises InvalidRequestError at once, and while it is read the children of APIError.
        """
        from aimlapi_client.pages import Pages  # noqa: PLC0415 (loaded when it is needed)

        self._asked(operation, options)
        return Pages(self, operation, paging, **options)

    def close(self) -> None:
        """Close the connections, those of copies included; an `http_client` that you gave stays open."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _attempt(self, sending: Sending, read: Callable[[SyncReply], _T]) -> _T:
        """Send a call until it succeeds or is given up, and read the 2xx reply."""
        while True:
            try:
                request = sending.next_request()
                reply = self._transport.open(request)
                return self._answer(request, reply, sending, read)
            except APIError as error:
                pause = sending.failed(error)
                if pause is None:
                    raise
            time.sleep(pause)

    def _answer(self, request: Request, reply: SyncReply, sending: Sending, read: Callable[[SyncReply], _T]) -> _T:
        try:
            if not request.satisfied_by(reply.head):
                raise self._status_error(reply.head, reply.read_error(sending.watched))
            return read(reply)
        except BaseException as error:
            self._count_failure(reply.head, error)
            reply.close()
            raise

    def _batches(self) -> Batches:
        from ..resources.batches import Batches  # noqa: PLC0415 (loaded when it is needed)

        return Batches(self._ask, self._look_up, self._results)

    def _create(self, call: Call) -> Message:
        sending = self._sending(call, streamed=False)

        def read(reply: SyncReply) -> tuple[ReplyHead, Message]:
            return reply.head, self._read_message(reply.head, b"".join(sending.watched(reply.iter_bytes())))

        head, message = self._attempt(sending, read)
        sending.succeeded(head)
        return message

    def _open(self, sending: Sending, derive: bool) -> SyncSource:
        from ..streaming.streams import SyncSource  # noqa: PLC0415 (models load when they are needed)

        return self._attempt(sending, partial(SyncSource.of, sending, derive))

    def _events(self, call: Call) -> EventStream:
        from ..streaming.streams import EventStream  # noqa: PLC0415 (models load when they are needed)

        sending = self._sending(call, streamed=True)
        return EventStream(self._open, sending)

    def _stream(self, call: Call) -> MessageStream:
        from ..streaming.streams import MessageStream  # noqa: PLC0415 (models load when they are needed)

        sending = self._sending(call, streamed=True)
        return MessageStream(self._open, sending)

    def _ask(self, asked: Ask[_T], /) -> _T:
        sending = self._sending(asked.call, streamed=False)

        def read(reply: SyncReply) -> tuple[ReplyHead, _T]:
            return reply.head, asked.read(reply.head, b"".join(sending.watched(reply.iter_bytes())))

        head, value = self._attempt(sending, read)
        sending.succeeded(head)
        return value

    def _look_up(self, call: Call, batch_id: str) -> Batch:
        from ..resources.batch_lines import BatchReader  # noqa: PLC0415 (models load when they are needed)
        from ..resources.batch_results import look_up  # noqa: PLC0415

        sending = self._sending(call, streamed=False)
        head, batch = self._attempt(sending, lambda reply: look_up(reply, sending, BatchReader(reply.head, batch_id)))
        sending.succeeded(head)
        return batch

    def _results(self, call: Call, batch_id: str, expected: int | None) -> BatchResults:
        from ..resources.batch_lines import BatchReader  # noqa: PLC0415 (models load when they are needed)
        from ..resources.batch_results import BatchResults, ResultSource  # noqa: PLC0415

        sending = self._sending(call, streamed=False)

        def open_source(skip: int, mark: bytes) -> ResultSource:
            return self._attempt(
                sending, lambda reply: ResultSource.of(reply, sending, BatchReader(reply.head, batch_id, skip, mark))
            )

        return BatchResults(batch_id, open_source, sending, expected)
