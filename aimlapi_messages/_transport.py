"""The only module that sends: it knows httpx, and the rest of the package does not need to.

It opens one request at a time, gives the reply's head at once and its bytes as they come, and turns whatever
httpx raises into the package's errors. It never follows a redirect, so the key goes to no address but the
one set. It does not retry, wait or decide.
"""

from __future__ import annotations

import atexit
import os
import weakref
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from threading import Lock
from typing import Final, Generic, TypeVar, cast
from weakref import WeakSet

import httpx

from . import _reaper
from ._arguments import check_http_client
from ._errors import APIConnectionError, APITimeoutError, ConfigurationError, Phase, Sent
from ._types import ReplyHead, Request, TimeoutTypes

__all__ = ["DEFAULT_TIMEOUT", "AsyncReply", "AsyncTransport", "SyncReply", "SyncTransport"]

# A long answer may take minutes to begin; a connection that takes more than seconds will not come.
DEFAULT_TIMEOUT: Final = httpx.Timeout(600.0, connect=10.0)

# Enough of an error's body to read any envelope, whatever a broken server keeps sending.
ERROR_BODY_LIMIT: Final = 1024 * 1024

_PHASES: Final[tuple[tuple[type[httpx.TimeoutException], Phase], ...]] = (
    (httpx.ConnectTimeout, "connect"),
    (httpx.PoolTimeout, "pool"),
    (httpx.WriteTimeout, "write"),
)

# What fails before the request has gone out whole. Nothing has run, so nothing was paid.
_UNSENT: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.LocalProtocolError,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.WriteError,
    httpx.WriteTimeout,
)

# Clients of our own that are open. Whoever forgets to close one shall not be warned of its sockets at the end.
_own_clients: WeakSet[httpx.Client] = WeakSet()

_ClientT = TypeVar("_ClientT", bound="httpx.Client | httpx.AsyncClient")


class _Reply:
    """What both kinds of reply hold: the head, and what is needed to read the rest."""

    def __init__(self, response: httpx.Response, request: Request) -> None:
        headers = {name.lower(): value for name, value in response.headers.items()}
        self.head = ReplyHead(response.status_code, headers, _without_query(request.url), request.secrets)
        self._response = response
        self._request = request


class SyncReply(_Reply):
    """An open reply. Close it, or read it to its end, which closes it."""

    def read(self) -> bytes:
        return b"".join(self.iter_bytes())

    def read_error(self) -> bytes:
        """As much of an error's body as comes, up to a limit. What breaks here must not hide the status."""
        body = bytearray()
        try:
            for chunk in self.iter_bytes():
                body += chunk
                if len(body) >= ERROR_BODY_LIMIT:
                    break
        except APIConnectionError:
            pass
        finally:
            self.close()
        return bytes(body)

    def iter_bytes(self) -> Iterator[bytes]:
        try:
            with _errors_translated(self._request, self.head):
                yield from self._response.iter_bytes()
        finally:
            self.close()

    def close(self) -> None:
        self._response.close()


class AsyncReply(_Reply):
    """An open reply. Close it, or read it to its end, which closes it."""

    async def read(self) -> bytes:
        return b"".join([chunk async for chunk in self.iter_bytes()])

    async def read_error(self) -> bytes:
        """As much of an error's body as comes, up to a limit. What breaks here must not hide the status."""
        body = bytearray()
        try:
            async for chunk in self.iter_bytes():
                body += chunk
                if len(body) >= ERROR_BODY_LIMIT:
                    break
        except APIConnectionError:
            pass
        finally:
            await self.close()
        return bytes(body)

    async def iter_bytes(self) -> AsyncIterator[bytes]:
        try:
            with _errors_translated(self._request, self.head):
                async for chunk in self._response.aiter_bytes():
                    yield chunk
        finally:
            await self.close()

    async def close(self) -> None:
        await self._response.aclose()


class _ClosedWhole(httpx.AsyncByteStream):
    """A body whose closing cannot be cancelled half-way.

    A task that asyncio cancels while httpcore 1.0.9 gives its connection back would leave that connection busy for
    ever: httpcore's own shield holds off the cancelling of anyio alone.
    """

    def __init__(self, inner: object) -> None:
        self._inner = cast("httpx.AsyncByteStream", inner)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._inner.__aiter__()

    async def aclose(self) -> None:
        import asyncio  # noqa: PLC0415 (the synchronous client does without it)

        closing = asyncio.ensure_future(self._inner.aclose())
        try:
            await asyncio.shield(closing)
        except asyncio.CancelledError:
            await asyncio.wait([closing])
            raise


class _Transport(Generic[_ClientT]):
    """Holds the httpx client: the one given, or one of its own, made when the first request is sent.

    Making one loads the TLS certificates, which takes longer than everything else that a client does at
    birth.
    """

    def __init__(self, given: _ClientT | None, make: Callable[[], _ClientT]) -> None:
        self._given = given
        self._make = make
        self._own: _ClientT | None = None
        self._lock = Lock()
        self._closed = False

    def _client(self) -> _ClientT:
        with self._lock:
            if self._closed or (self._given is not None and self._given.is_closed):
                raise ConfigurationError("The client is closed. Build a new one, or close it after the last request.")
            if self._given is not None:
                return self._given
            if self._own is None:
                self._own = self._made()
            return self._own

    def _made(self) -> _ClientT:
        try:
            return self._make()
        except (httpx.InvalidURL, ImportError, ValueError, OSError) as error:  # a proxy's URL, its package; TLS files
            raise ConfigurationError(
                f"No httpx client can be made: {type(error).__name__}. Check HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, "
                "NO_PROXY, SSL_CERT_FILE and SSL_CERT_DIR, or pass an http_client of your own."
            ) from error

    def _retire(self) -> _ClientT | None:
        """Refuse further requests, and hand out the client to close; a given one belongs to its giver."""
        with self._lock:
            self._closed = True
            own, self._own = self._own, None
            return own


class SyncTransport(_Transport[httpx.Client]):
    def __init__(self, given: httpx.Client | None = None) -> None:
        check_http_client(given, httpx.Client)
        super().__init__(given, self._make_own)

    def _make_own(self) -> httpx.Client:
        """A client that is closed when nobody has this transport any more, or at the end of the program."""
        client = httpx.Client(timeout=DEFAULT_TIMEOUT)
        _own_clients.add(client)
        weakref.finalize(self, _reaper.start(), client.close).atexit = False
        return client

    def open(self, request: Request) -> SyncReply:
        client = self._client()
        with _errors_translated(request):
            response = client.send(_build(client, request), stream=True, follow_redirects=False)
        return SyncReply(response, request)

    def close(self) -> None:
        client = self._retire()
        if client is not None:
            client.close()


class AsyncTransport(_Transport[httpx.AsyncClient]):
    def __init__(self, given: httpx.AsyncClient | None = None) -> None:
        check_http_client(given, httpx.AsyncClient)
        super().__init__(given, lambda: httpx.AsyncClient(timeout=DEFAULT_TIMEOUT))

    async def open(self, request: Request) -> AsyncReply:
        client = self._client()
        with _errors_translated(request):
            response = await client.send(_build(client, request), stream=True, follow_redirects=False)
        response.stream = _ClosedWhole(response.stream)
        return AsyncReply(response, request)

    async def close(self) -> None:
        client = self._retire()
        if client is not None:
            await client.aclose()


@atexit.register
def _close_own_clients() -> None:
    for client in list(_own_clients):
        with suppress(Exception):
            client.close()


if hasattr(os, "register_at_fork"):
    # They belong to the parent; in the child, a lock of theirs may be held for ever.
    os.register_at_fork(after_in_child=_own_clients.clear)


def _build(client: httpx.Client | httpx.AsyncClient, request: Request) -> httpx.Request:
    return client.build_request(
        request.method,
        request.url,
        headers=dict(request.headers),
        content=request.body,
        timeout=_bounded(request),
    )


def _bounded(request: Request) -> TimeoutTypes:
    """The timeout of each single wait: what was set, or what the call's limits leave of it."""
    if request.patience is None:
        return request.timeout
    longest, given = max(request.patience[0], 0.001), httpx.Timeout(request.timeout)
    phases = {"connect": given.connect, "read": given.read, "write": given.write, "pool": given.pool}
    return httpx.Timeout(**{name: longest if limit is None else min(limit, longest) for name, limit in phases.items()})


def _without_query(url: str) -> str:
    return url.partition("?")[0]


@contextmanager
def _errors_translated(request: Request, head: ReplyHead | None = None) -> Generator[None]:
    """Let httpx's exceptions out as the package's own, each with httpx's as its cause.

    head: of the reply that is being read, once there is one.
    """
    place = f"{request.method} {_without_query(request.url)}"
    try:
        yield
    except (httpx.InvalidURL, UnicodeError) as error:  # the latter for host names
        raise ConfigurationError(f"{place} is not a URL that can be asked: {error}. Check base_url.") from error
    except httpx.RequestError as error:
        # It stays reachable as the cause, and the request that it carries holds the key.
        error.request = httpx.Request(request.method, _without_query(request.url))
        reason = str(error) or type(error).__name__
        ours = _connection_error(error, place, request.secrets.scrub(reason), request)
        if head is not None:
            ours.sent, ours.request_id = "answered", head.request_id
        raise ours from error


def _connection_error(error: httpx.RequestError, place: str, reason: str, request: Request) -> APIConnectionError:
    url = str(error.request.url)
    sent: Sent = "no" if isinstance(error, _UNSENT) else "maybe"
    if not isinstance(error, httpx.TimeoutException):
        broken = APIConnectionError.advised(f"{place} failed: {reason}.", url=url)
        broken.sent = sent
        return broken
    timeout = APITimeoutError.advised(f"{place} took too long: {reason}.", url=url)
    for kind, phase in _PHASES:
        if isinstance(error, kind):
            timeout.phase = phase
    limit = request.patience
    if (
        limit is not None
        and isinstance(error, httpx.ReadTimeout)
        and _bounded(request) != httpx.Timeout(request.timeout)
    ):
        timeout.phase = limit[1]
    timeout.sent = sent
    return timeout
