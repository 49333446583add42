# Made from async_client.py by `make twins`; do not edit.
"""The synchronous client. A shell: it sends, waits and closes; every rule is in the modules it calls."""

from __future__ import annotations

import os
from collections.abc import Mapping
from decimal import Decimal
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar, Unpack

from aimlapi_client.hiding import hiding_arguments, hiding_options
from aimlapi_client.resources import Resources

from ..core.arguments import NOT_GIVEN, NotGiven
from ..core.config import DEFAULT_MAX_RETRIES, resolve_base_url, resolve_key
from ..core.request import MAX_RESPONSE_SIZE
from ..transport import sync_transport
from .base import BaseClient, Settings

if TYPE_CHECKING:
    from aimlapi_client.operation import Operation, RequestOptions
    from aimlapi_client.pages import Pages, Paging

    from ..resources.messages import Messages
    from ..resources.models import Models
    from ..streaming.calls import CallHook
    from ..transport import TransportName
    from ..transport.arguments import HTTPClient, TimeoutArgument
    from ..transport.retries import AttemptHook
    from .exchange import Exchange

_T = TypeVar("_T")


@hiding_options
class AIMLAPI(BaseClient, Resources):
    """The synchronous client of the AI/ML API gateway.

    Make one, share it, and close it at the end.

    Threads may use it at the same time, and with asyncio event loops. Each loop has connections of its own, which
    end with it. A stream is read on the loop that opened it; elsewhere it raises StreamError.

    A forked process has connections of its own, and neither uses nor closes those of its parent, whose streams
    raise StreamError there. An `http_client` that was used before the fork raises ConfigurationError. Make a first
    call before other threads call and fork: it loads modules, under locks of Python's own that stay locked in a child.
    A child starts an event loop of its own: the end of its parent's would take from the parent what wakes that.

    What a signal handler raises, such as KeyboardInterrupt, comes out as it is. The connection that was in use is
    closed, and the next call works. A handler may itself call the client. An `http_client` has locks of its own:
    interrupted while it holds one, it may wait for ever. An event loop of Python interrupted just before a step of a
    task forgets the step, and the task, of whatever library, neither goes on nor can be cancelled.

    api_key: else AIMLAPI_API_KEY, else AIML_API_KEY from the environment.
    base_url: else AIMLAPI_BASE_URL, else the gateway; with or without `/v1`.
    timeout: of each wait (to connect, for the next bytes): seconds, a `Timeout` of httpx or httpx2, or None for no
        limit; if not given, that of the `http_client`, or 600 s, 10 s to connect.
    idle_timeout: seconds that a stream may go without content, whatever pings come. None for no limit.
    total_timeout: seconds that a call may take in all, retries and pauses included. None for no limit.
        Only the look-up of a name, and an `http_client` of the synchronous client, whose waits are limited one by one,
        may overrun the two. What has come whole is decoded to its end, which takes a second at most within the limits
        of `max_response_size`.
    max_response_size: bytes of an answer, decompressed, after which it is given up with ResponseTooLargeError; 64 MiB
        unless given. It is for a body, for all of a stream, and for each result of a batch. These may also have no more
        than 131,072 JSON values, or one for each 512 bytes of a larger limit. Of an error 1 MiB is read.
    max_retries: attempts after the first for what may pass; 2 unless given.
    retry_timeouts: send again what timed out once the request was out, though it may then be billed twice.
    on_attempt: called with an `Attempt` after each attempt, successful or not.
    on_call: called with a `Call` when a call begins, and a tool of a run. The function that it returns, if any, is
        called with its `CallOutcome` when that has ended, whatever way. If that is a context manager too, it is entered
        while the request is sent, and where the tool runs.
    budget_usd: US dollars; once `spent` and `unpriced` together have reached them, further calls raise
        BudgetExceededError. Or another client, of either kind, whose count and budget this one shares.
        A call reserves the most that it may cost, by its size, its max_tokens and what `models.list(include="pricing")`
        or earlier calls have told of the price, or else that of the dearest model. One that does not fit beside those
        in flight waits for them, at most as long as for a connection, and then raises that error. While money is left,
        one call alone is always sent: `spent` passes the budget by less than the price of a single call, and by what
        calls in flight cost beyond their reservations (files given by URL, searches of the provider, dearer long
        prompts).
        A call whose price never comes, because it was cut off or is a batch, counts with what it may have cost, see
        `unpriced`: after a stream that was cut off, with all of its max_tokens, for the model may have written on.
        A smaller max_tokens and `models.list(include="pricing")` keep that close to what it did cost.
    warn_deprecated: give a ModelDeprecationWarning when a call names a model that has ended, once for each model.
    http_client: an `httpx.Client` of your own, or one of httpx2, for proxies and the like. It stays yours to
        close. Its timeout counts, but for the 5 s of one that was made without, in which hardly a model answers.
    transport: what connections are made with: "httpx", or "httpx2" with the extra of that name.
    default_headers: sent with every request; None removes one that would be sent.
    Raises MissingKeyError, and ConfigurationError for any other argument that cannot be used.
    """

    @hiding_arguments
    def __init__(
        self,
        *,
        api_key: str | None = None,
        base_url: str | None = None,
        timeout: TimeoutArgument | NotGiven = NOT_GIVEN,
        idle_timeout: float | None = None,
        total_timeout: float | None = None,
        max_response_size: int = MAX_RESPONSE_SIZE,
        max_retries: int = DEFAULT_MAX_RETRIES,
        retry_timeouts: bool = False,
        on_attempt: AttemptHook | None = None,
        on_call: CallHook | None = None,
        budget_usd: Decimal | float | str | BaseClient | None = None,
        warn_deprecated: bool = True,
        http_client: HTTPClient | None = None,
        transport: TransportName = "httpx",
        default_headers: Mapping[str, str | None] | None = None,
    ) -> None:
        key = resolve_key(api_key, os.environ)
        base_url = resolve_base_url(base_url, os.environ)
        self._transport = sync_transport(http_client, transport)
        settings = Settings(key, base_url, self._transport.timeout).changed(
            timeout=timeout,
            idle_timeout=idle_timeout,
            total_timeout=total_timeout,
            max_response_size=max_response_size,
            max_retries=max_retries,
            retry_timeouts=retry_timeouts,
            on_attempt=on_attempt,
            on_call=on_call,
            warn_deprecated=warn_deprecated,
            default_headers=default_headers,
        )
        super().__init__(settings, self._spending_of(budget_usd))

    @property
    def messages(self) -> Messages:
        """Conversations with a model."""
        from ..resources.messages import Messages  # noqa: PLC0415 (loaded when it is needed)

        return Messages(self)

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
        return self.exchange(operation, **options).answer(operation)

    def pages(self, operation: Operation[Any], paging: Paging, /, **options: Unpack[RequestOptions]) -> Pages[Any]:
        """The items of a listing, fetched page by page as they are needed.

        operation: asks for the first page. paging: how the pages follow each other. options: as of `send`.
        Raises InvalidRequestError at once, and while it is read the children of APIError.
        """
        from aimlapi_client.pages import Pages  # noqa: PLC0415 (loaded when it is needed)

        self.exchange(operation, **options)  # so that a wrong call fails here
        return Pages(self, operation, paging, **options)

    def exchange(self, operation: Operation[Any], /, **options: Unpack[RequestOptions]) -> Exchange:
        """A request that is ready to be sent, for answers that are read piece by piece, such as streams."""
        from .exchange import Exchange  # noqa: PLC0415 (models load when they are needed)
        from .steps import begin  # noqa: PLC0415 (as above)

        state = begin(operation, options, self._settings, self._spending)
        return Exchange(self._transport, state)

    def close(self) -> None:
        """Close the connections, those of copies included; an `http_client` that you gave stays open."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
