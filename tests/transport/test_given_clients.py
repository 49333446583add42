"""Whatever a user's own client of httpx or httpx2 raises comes as an error of the package, wherever it is raised."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from traceback import extract_tb
from typing import Any

import anyio
import httpcore
import httpcore2
import httpx
import httpx2
import pytest

from aimlapi_messages import (
    AIMLAPI,
    AIMLAPIError,
    APIConnectionError,
    APITimeoutError,
    AsyncAIMLAPI,
    ConfigurationError,
)

from ..support.wire import KEY, MODEL, TEXT_EVENTS, answer, body, sse, text_block

Reply = Callable[[], httpx.Response]
GOOD = answer(body(text_block("Hi")))


class Unspeakable(Exception):
    def __str__(self) -> str:
        raise LookupError("nobody knows what it says")


class Busy(httpx.ConnectError):
    pass


class Busy2(httpx2.ConnectError):
    pass


# What is raised, the error that comes of it, and how far the request had come by it when no answer had begun.
ROWS: list[tuple[Callable[[], Exception], type[AIMLAPIError], str]] = [
    (lambda: ValueError("odd"), APIConnectionError, "answered"),
    (lambda: RuntimeError("odd"), APIConnectionError, "answered"),
    (lambda: KeyError("odd"), APIConnectionError, "answered"),
    (lambda: NotImplementedError(), APIConnectionError, "answered"),
    (lambda: AssertionError(), APIConnectionError, "answered"),
    (lambda: RecursionError("odd"), APIConnectionError, "answered"),
    (lambda: MemoryError(), APIConnectionError, "answered"),
    (lambda: Unspeakable(), APIConnectionError, "answered"),
    (lambda: json.JSONDecodeError("odd", "{", 1), APIConnectionError, "answered"),
    (lambda: UnicodeDecodeError("utf-8", b"\xff", 0, 1, "odd"), APIConnectionError, "answered"),
    (lambda: httpx.StreamConsumed(), APIConnectionError, "answered"),
    (lambda: ExceptionGroup("odd", [ValueError("odd")]), APIConnectionError, "answered"),
    (lambda: OSError(5, "odd"), APIConnectionError, "maybe"),
    (lambda: ConnectionResetError("odd"), APIConnectionError, "maybe"),
    (lambda: ssl.SSLError("odd"), APIConnectionError, "maybe"),
    (lambda: ssl.SSLCertVerificationError("odd"), APIConnectionError, "maybe"),
    (lambda: EOFError(), APIConnectionError, "maybe"),
    (lambda: asyncio.IncompleteReadError(b"", 3), APIConnectionError, "maybe"),
    (lambda: anyio.BrokenResourceError(), APIConnectionError, "maybe"),
    (lambda: anyio.ClosedResourceError(), APIConnectionError, "maybe"),
    (lambda: anyio.EndOfStream(), APIConnectionError, "maybe"),
    (lambda: httpcore.ReadError("odd"), APIConnectionError, "maybe"),
    (lambda: httpcore.ConnectError("odd"), APIConnectionError, "no"),
    (lambda: httpx.ConnectError("odd"), APIConnectionError, "no"),
    (lambda: Busy("odd"), APIConnectionError, "no"),
    (lambda: httpx.TooManyRedirects("odd"), APIConnectionError, "maybe"),
    (
        lambda: ExceptionGroup("odd", [ExceptionGroup("odd", [OSError("odd")]), ValueError()]),
        APIConnectionError,
        "maybe",
    ),
    (lambda: TimeoutError(), APITimeoutError, "maybe"),
    (lambda: httpcore.ReadTimeout("odd"), APITimeoutError, "maybe"),
    (lambda: httpx.ConnectTimeout("odd"), APITimeoutError, "no"),
    (lambda: ExceptionGroup("odd", [TimeoutError()]), APITimeoutError, "maybe"),
    (lambda: httpx.InvalidURL("odd"), ConfigurationError, ""),
    (lambda: OverflowError("odd"), ConfigurationError, ""),
    (lambda: ExceptionGroup("odd", [OverflowError("odd")]), ConfigurationError, ""),
]


# The clients, each of both libraries.
KINDS = ["sync", "async", "sync httpx2", "async httpx2"]


def of_httpx2(error: BaseException) -> BaseException:
    """The same of httpx2 or httpcore2, where an error is of the first of these libraries."""
    kind = type(error)
    if kind is Busy:
        return Busy2(*error.args)
    library = {"httpx": httpx2, "httpcore": httpcore2}.get(kind.__module__)
    if library is None:
        return error
    twin = getattr(library, kind.__name__)
    return twin() if isinstance(error, httpx.StreamError) else twin(*error.args)


class Own(httpx.BaseTransport, httpx.AsyncBaseTransport, httpx2.BaseTransport, httpx2.AsyncBaseTransport):
    """A transport that raises at one place, and counts the requests."""

    def __init__(self, place: str, error: Callable[[], BaseException], good: Reply = GOOD) -> None:
        self.place = place
        self.error = error
        self.good = good
        self.requests = 0
        self.library: Any = httpx

    def handle_request(self, request: Any) -> Any:
        self.requests += 1
        self.at("send")
        made = self.good()
        return self.library.Response(made.status_code, headers=made.headers, stream=Body(self, made.content))

    async def handle_async_request(self, request: Any) -> Any:
        return self.handle_request(request)

    def at(self, place: str) -> None:
        if self.place == place:
            raise self.error() if self.library is httpx else of_httpx2(self.error())

    def hook(self, place: str) -> Callable[[Any], None]:
        return lambda _: self.at(place)

    def async_hook(self, place: str) -> Any:
        async def hook(_: Any) -> None:
            self.at(place)

        return hook

    def client(self, **options: Any) -> AIMLAPI:
        hooks = {name: [self.hook(name)] for name in ("request", "response")}
        return AIMLAPI(api_key=KEY, http_client=self.library.Client(transport=self, event_hooks=hooks), **options)

    def async_client(self, **options: Any) -> AsyncAIMLAPI:
        hooks = {name: [self.async_hook(name)] for name in ("request", "response")}
        http_client = self.library.AsyncClient(transport=self, event_hooks=hooks)
        return AsyncAIMLAPI(api_key=KEY, http_client=http_client, **options)

    def call(self, kind: str, **options: Any) -> Any:
        """A call of either client."""
        self.library = httpx2 if "httpx2" in kind else httpx
        if kind.startswith("sync"):
            return self.client(**options).messages.create(model=MODEL, messages="Hi")
        return asyncio.run(self.async_client(**options).messages.create(model=MODEL, messages="Hi"))

    def stream(self, kind: str) -> Any:
        self.library = httpx2 if "httpx2" in kind else httpx
        if kind.startswith("sync"):
            with self.client().messages.stream(model=MODEL, messages="Hi") as stream:
                return stream.get_final_message()

        async def read() -> Any:
            async with self.async_client().messages.stream(model=MODEL, messages="Hi") as stream:
                return await stream.get_final_message()

        return asyncio.run(read())


class Body(httpx.SyncByteStream, httpx.AsyncByteStream, httpx2.SyncByteStream, httpx2.AsyncByteStream):
    def __init__(self, owner: Own, content: bytes) -> None:
        self.owner = owner
        self.content = content

    def __iter__(self) -> Iterator[bytes]:
        yield self.content[:200]
        self.owner.at("body")
        yield self.content[200:]

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self:
            yield piece

    def close(self) -> None:
        self.owner.at("close")

    async def aclose(self) -> None:
        self.close()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", ["send", "request", "response"])
@pytest.mark.parametrize(("error", "expected", "sent"), ROWS)
def test_what_a_given_client_raises_is_typed(
    kind: str, place: str, error: Callable[[], Exception], expected: type[AIMLAPIError], sent: str
) -> None:
    """By its transport or by a hook; it says what it was, and how far the request had come."""
    own = Own(place, error)
    with pytest.raises(AIMLAPIError) as caught:
        own.call(kind, max_retries=0)
    assert type(caught.value) is expected
    assert getattr(caught.value, "sent", "") == sent
    with suppress(LookupError):
        assert str(error()) in str(caught.value) or isinstance(error(), ExceptionGroup)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("error", "expected"), [row[:2] for row in ROWS])
def test_what_a_body_raises_is_typed(
    kind: str, error: Callable[[], Exception], expected: type[AIMLAPIError], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer had begun. A stream of which nothing was seen is asked for again, unless it took too long."""
    monkeypatch.setattr("aimlapi_messages.transport.retries.FIRST_PAUSE", 0.0)
    with pytest.raises(APIConnectionError) as caught:
        Own("body", error).call(kind)
    assert caught.value.sent == "answered"
    own = Own("body", error, answer(sse(*TEXT_EVENTS)))
    with pytest.raises(APIConnectionError):
        own.stream(kind)
    assert own.requests == (1 if expected is APITimeoutError else 3)


@pytest.mark.parametrize("kind", KINDS)
def test_what_closing_raises_takes_nothing_away(kind: str) -> None:
    """The answer is whole, and paid."""
    assert Own("close", lambda: ValueError("odd")).call(kind).text == "Hi"
    assert Own("close", lambda: OSError("odd"), answer(sse(*TEXT_EVENTS))).stream(kind).text == "Hello"
    own = Own("close", lambda: OSError("odd"), answer({"status": 401, "message": "no"}, 401))
    with pytest.raises(AIMLAPIError, match="401"):
        own.call(kind)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("error", "times"), [(ValueError, 1), (RuntimeError, 1), (TimeoutError, 1), (ConnectionError, 3), (EOFError, 3)]
)
def test_what_may_have_been_paid_is_not_sent_again(
    kind: str, error: type[Exception], times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hook that fails with each answer costs one; a connection that fails is made again."""
    monkeypatch.setattr("aimlapi_messages.transport.retries.FIRST_PAUSE", 0.0)
    own = Own("send", error)
    with pytest.raises(APIConnectionError):
        own.call(kind)
    assert own.requests == times


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", ["send", "request", "response", "body"])
@pytest.mark.parametrize(
    "error",
    [
        KeyboardInterrupt,
        SystemExit,
        asyncio.CancelledError,
        lambda: BaseExceptionGroup("both", [KeyboardInterrupt(), ValueError()]),
    ],
)
def test_what_ends_the_program_passes(kind: str, place: str, error: Callable[[], BaseException]) -> None:
    """As it is: nobody may take it for a failed connection."""
    with pytest.raises(type(error())):
        Own(place, error).call(kind)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("error", [ValueError("odd"), OSError("odd"), httpx.ReadError("odd"), Busy("odd")])
def test_the_cause_is_what_was_raised(kind: str, error: Exception) -> None:
    """With the line that raised it, for whoever mends the transport; unless it shows the key."""
    with pytest.raises(APIConnectionError) as caught:
        Own("send", lambda: error).call(kind, max_retries=0)
    cause = caught.value.__cause__
    assert cause is not None
    assert (cause is error) or (cause.args, type(cause)) == (of_httpx2(error).args, type(of_httpx2(error)))
    assert extract_tb(cause.__traceback__)[-1].filename == __file__
    telling = type(error)(f"odd: {KEY}")
    with pytest.raises(APIConnectionError, match=r"odd: \*\*\*") as caught:
        Own("send", lambda: telling).call(kind, max_retries=0)
    assert caught.value.__cause__ is not telling


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("options", [{}, {"total_timeout": 9.0}, {"idle_timeout": 9.0}, {"budget_usd": 9}])
def test_without_asyncio_nothing_is_sent(options: dict[str, Any], stream: bool) -> None:
    """As by trio, on which an httpx client would run, but not this one."""
    own = Own("", ValueError)
    with pytest.raises(ConfigurationError, match="event loop of asyncio"):
        own.async_client(**options).messages.create(model=MODEL, messages="Hi", stream=stream).send(None)
    assert own.requests == 0
