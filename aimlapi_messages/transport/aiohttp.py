"""Sends with aiohttp: the extra `aiohttp`, which costs less CPU with many calls and streams in flight.

What fails is raised as the error of httpx that means the same.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import suppress
from functools import lru_cache, partial
from io import BytesIO
from typing import Any, Final, cast
from weakref import ref

import aiohttp
import httpx
from aiohttp.client_proto import ResponseHandler
from aiohttp.http_exceptions import HttpProcessingError
from httpcore._utils import is_socket_readable
from yarl import URL

from ..core.errors import ConfigurationError
from ..core.request import Request
from . import base
from .async_http import AsyncResponse
from .homes import forget_transport

# The first that fits counts, so children stand before their parents.
_MEANINGS: Final[tuple[tuple[type[aiohttp.ClientError], type[httpx.RequestError]], ...]] = (
    (aiohttp.ConnectionTimeoutError, httpx.ConnectTimeout),
    (aiohttp.ServerTimeoutError, httpx.ReadTimeout),
    (aiohttp.ClientProxyConnectionError, httpx.ProxyError),
    (aiohttp.ClientHttpProxyError, httpx.ProxyError),
    (aiohttp.ClientConnectorError, httpx.ConnectError),
    (aiohttp.ClientSSLError, httpx.ConnectError),
    (aiohttp.InvalidURL, httpx.UnsupportedProtocol),
    (aiohttp.ClientOSError, httpx.ReadError),
)

# aiohttp warns of a larger body, unless it may read it piece by piece.
_LARGE: Final = 1024 * 1024

# Bytes of a line of a response's head. Proxies send longer ones than aiohttp's own limit.
_LONGEST_LINE: Final = 64 * 1024


class AiohttpSender:
    """The connections of one event loop, on which it is made."""

    def __init__(self) -> None:
        self.closed: bool = False
        self.session: aiohttp.ClientSession | None = None
        self._proxy_for = lru_cache(maxsize=64)(_proxy_for)
        self._responses: dict[ref[_Lease], aiohttp.ClientResponse] = {}
        self._abandoned: deque[ref[_Lease]] = deque()

    async def send(self, request: Request) -> AsyncResponse:
        if self._abandoned:
            self._reap()
        lease = _Lease(self._responses)
        key = lease.key = ref(lease, self._abandoned.append)
        url, body = _url(request.url), request.body or b""
        timeout, total = _limits(**base.timeouts(request))
        with base.configuration_errors():
            session, proxy = self.session or self._open(), self._proxy_for(request.url)
        failure: httpx.RequestError
        try:
            async with asyncio.timeout(total):  # aiohttp has no limit of its own for sending
                response = self._responses[key] = await session.request(
                    request.method,
                    url,
                    data=body if len(body) <= _LARGE else BytesIO(body),
                    headers=base.with_defaults(request),
                    skip_auto_headers=request.removed,
                    timeout=timeout,
                    allow_redirects=False,
                    proxy=proxy,
                )
        except (aiohttp.ClientError, TimeoutError) as error:
            if base.raised_by_handler(error):
                raise
            if isinstance(error, _Excess):  # closed by aiohttp; others wait, or there will be a new one
                return await self.send(request)
            if isinstance(error, aiohttp.ClientError):
                failure = _as_httpx(error)
            else:
                failure = httpx.ReadTimeout("the request was not sent and answered in the time for all of that")
        except asyncio.CancelledError:  # by aiohttp itself, when it is closed while it looks for the server
            task = asyncio.current_task()
            if not self.closed or task is None or task.cancelling():
                raise
            failure = httpx.ConnectError(base.WAS_CLOSED)
        else:
            return AsyncResponse(response.status, list(response.raw_headers), _chunks(response.content), lease.end)
        raise failure  # out here, for its context must not be what aiohttp raised, which may hold the headers

    async def close(self) -> None:
        self.closed = True
        for response in self._responses.values():
            response.close()
        if self.session is not None:
            await self.session.close()

    def forget(self) -> None:
        self.closed = True
        connector: Any = None if self.session is None else self.session.connector
        if self.session is None or connector is None:
            return
        self.session.detach()
        connector._closed = True
        responses: list[Any] = list(self._responses.values())
        for response in responses:
            response._closed = True
            if response._connection is not None:
                response._connection._protocol = None
        kept = [entry[0] for entries in connector._conns.values() for entry in entries]
        for protocol in [*connector._acquired, *kept]:
            forget_transport(getattr(protocol, "transport", None))

    def _open(self) -> aiohttp.ClientSession:
        """Only now, when the sender is known to whoever closes it."""
        connector: Any = aiohttp.TCPConnector(
            limit=base.MOST_IN_FLIGHT, keepalive_timeout=base.KEPT_FOR, ssl=base.tls()
        )
        connector._factory = partial(_Connection, loop=asyncio.get_running_loop())
        self.session = aiohttp.ClientSession(
            connector=connector,
            request_class=_Outgoing,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            max_line_size=_LONGEST_LINE,
            max_field_size=_LONGEST_LINE,
        )
        return self.session

    def _reap(self) -> None:
        """Close what was interrupted."""
        for key in list(self._abandoned):
            with suppress(TypeError):  # it was never stored, so that nobody knows its hash
                if key in self._responses:
                    self._responses[key].close()
                    self._responses.pop(key, None)
            self._abandoned.remove(key)


class _Connection(ResponseHandler):
    """One that closes at once. For the server's farewell of TLS asyncio waits longer than a loop may last."""

    is_used: bool = False
    _asked_at: float = 0.0

    def asked(self) -> None:
        """Say that a reader waits for more of a body from now on."""
        self._asked_at = self._loop.time()

    def _on_read_timeout(self) -> None:
        """Let a reader take any time before it asks for more, as aiohttp does not: it counts from the last bytes."""
        payload: Any = self._payload
        rest = 0.0
        if payload is not None and not payload.is_eof():  # else it is the head that is late
            since = self._loop.time() if payload._waiter is None else self._asked_at
            rest = since + cast("float", self._read_timeout) - self._loop.time()
        if rest > 0:
            self._read_timeout_handle = self._loop.call_later(rest, self._on_read_timeout)
        else:
            super()._on_read_timeout()

    def pause_writing(self) -> None:
        """Let a server take nothing for as long as it may send nothing: aiohttp has no limit for that."""
        super().pause_writing()
        self._reschedule_timeout()

    def close(self) -> None:
        if self.transport is not None:
            self.transport.abort()
        super().close()

    def has_more(self) -> bool:
        """Whether a response has come that nobody asked for, though the loop may not have read it yet."""
        transport: Any = self.transport
        return bool(self._buffer) or transport is None or is_socket_readable(transport.get_extra_info("socket"))

    def set_exception(self, exc: BaseException, exc_cause: BaseException | None = None) -> None:
        """Tell whoever reads a body too. Of one that goes on with what is no HTTP, aiohttp tells only the connection,
        and takes back the limit of reading, so that the reader would wait for ever.
        """
        payload = self._payload
        if isinstance(exc, HttpProcessingError) and payload is not None and not payload.is_eof():
            error = aiohttp.ClientPayloadError(" ".join(exc.message.split()))
            # Later, when a reader that the end of a chunk has just woken is waiting again: it looks at no error then.
            self._loop.call_soon(payload.set_exception, error)
        super().set_exception(exc, *() if exc_cause is None else (exc_cause,))


class _Excess(aiohttp.ClientError):
    """A connection cannot be used, for its server sent more than was asked for."""


class _Outgoing(aiohttp.ClientRequest):
    """One that is not sent where something waits for it that was sent to another.

    The pool cannot look: interrupted while it does, it loses the connection.
    """

    async def send(self, conn: Any) -> aiohttp.ClientResponse:
        if conn.protocol.is_used and conn.protocol.has_more():
            raise _Excess
        conn.protocol.is_used = True
        return await super().send(conn)


class _Lease:
    """One request's use of a connection. One that is gone before it has ended was interrupted."""

    __slots__ = ("__weakref__", "_responses", "key")

    def __init__(self, responses: dict[ref[_Lease], aiohttp.ClientResponse]) -> None:
        self._responses = responses
        self.key: ref[_Lease] | None = None

    async def end(self, _whole: bool) -> None:
        """Return the connection to the pool if the body was read to its end, else close it."""
        if self.key is not None and self.key in self._responses:
            self._responses[self.key].release()
            self._responses.pop(self.key, None)
        self.key = None


async def _chunks(content: Any) -> AsyncGenerator[bytes]:
    """The body as it comes: each time, what has arrived since the last."""
    failure: httpx.RequestError | None = None
    while failure is None:
        try:
            if not content.is_eof():
                content._protocol.asked()
            chunk = await content.readany()
            if not chunk:
                return
        except aiohttp.ClientError as error:
            chunk, failure = _unread(content), _as_httpx(error)
        if chunk:
            yield chunk
    raise failure


def _unread(content: Any) -> bytes:
    """What had come before the error that aiohttp raises in its place."""
    return bytes(content._read_nowait(-1)) if content._buffer else b""


def _as_httpx(error: aiohttp.ClientError) -> httpx.RequestError:
    meaning = next((meaning for kind, meaning in _MEANINGS if isinstance(error, kind)), httpx.RemoteProtocolError)
    if isinstance(error, aiohttp.ClientResponseError):  # holds the request's headers, and says the proxy's password
        text = " ".join(error.message.split())
        return meaning(f"{error.status} {text}" if isinstance(error, aiohttp.ClientHttpProxyError) else text)
    if isinstance(error, aiohttp.InvalidURL):
        return meaning(type(error).__name__)
    return meaning(str(error))


@lru_cache(maxsize=16)
def _limits(
    connect: float | None, read: float | None, write: float | None, pool: float | None
) -> tuple[aiohttp.ClientTimeout, float | None]:
    """The limits of each wait, of which 0 would mean none to aiohttp, and their sum."""
    waits = [pool, connect, write, read]
    for_pool, for_connect, _, for_read = (None if wait is None else max(wait, 0.001) for wait in waits)
    total = None if None in waits else sum(wait for wait in waits if wait is not None)
    return aiohttp.ClientTimeout(connect=for_pool, sock_connect=for_connect, sock_read=for_read), total


def _proxy_for(url: str) -> str | None:
    """The proxy that the environment names. aiohttp's own lookup would also send passwords of .netrc."""
    proxy = base.proxy_for(url)
    if proxy is None:
        return None
    if proxy.url.scheme not in ("http", "https"):
        raise ConfigurationError(
            "ALL_PROXY or another variable names a SOCKS proxy, which aiohttp does not know. "
            f"Use transport='httpx', and run: {base.INSTALL_SOCKS}"
        )
    name, password = proxy.auth or (None, None)
    return str(URL(str(proxy.url)).with_user(name).with_password(password))


@lru_cache(maxsize=64)
def _url(text: str) -> URL:
    """The URL as httpx wrote it, so that both send to the same place. Raises httpx.InvalidURL and UnicodeError."""
    try:
        return URL(str(base.parsed_url(text)), encoded=True)
    except ValueError as error:
        raise httpx.InvalidURL(str(error)) from error
