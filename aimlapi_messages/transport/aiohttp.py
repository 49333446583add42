"""Requests on connections of aiohttp: the extra `aiohttp`, for asyncio with many calls and streams at a time.

What fails is raised as the error of httpx that means the same, so that what an error means has one home.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from functools import lru_cache
from io import BytesIO
from sys import intern
from traceback import clear_frames
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx
from yarl import URL

from ..core.types import Request
from .errors import bounded

if TYPE_CHECKING:
    import ssl

    from .response import AsyncReply

__all__ = ["AiohttpBody", "AiohttpConnections"]

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

# Schemes, and what stands for all of them, as the environment names proxies.
_PROXIED: Final = ("http", "https", "all")

# Bytes of a body above which aiohttp warns that sending it holds up others; not so if it may read it piece by piece.
_LARGE: Final = 1024 * 1024

# Bytes of a line of a reply's head; aiohttp's own limit is less than what proxies have been seen to send.
_LONGEST_LINE: Final = 64 * 1024

# What httpx has: a connection that nobody used for longer may be dead, and a request that meets that is not sent again.
_KEPT_FOR: Final = 5.0


class AiohttpConnections:
    """Connections of aiohttp, made with the first request on an event loop.

    limit: the most requests in flight; more wait, as long as the timeout of the pool says.
    Raises ValueError for a proxy in the environment that aiohttp does not know.
    """

    def __init__(self, limit: int, tls: ssl.SSLContext) -> None:
        self._limit = limit
        self._tls = tls
        self._session: aiohttp.ClientSession | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._proxies = {scheme: _proxy(url) for scheme, url in getproxies().items() if scheme in _PROXIED}

    async def open(self, request: Request) -> AiohttpBody:
        """Send a request. Raises httpx's errors."""
        url, limits, longest = _url(request.url), *_limits(httpx.Timeout(bounded(request)))
        body = request.body if request.body is None or len(request.body) <= _LARGE else BytesIO(request.body)
        failure: httpx.RequestError
        handled = sys.exception()  # by the caller, whose frames are not ours to touch
        try:
            async with asyncio.timeout(longest):  # aiohttp has no limit of its own for sending
                response = await self._here().request(
                    request.method,
                    url,
                    data=body,
                    headers=request.headers,
                    timeout=limits,
                    allow_redirects=False,
                    proxy=self._proxy_for(url) if self._proxies else None,
                )
        except BaseException as error:
            _forget_variables(error, handled)
            if isinstance(error, aiohttp.ClientError):
                failure = _as_httpx(error)
            elif isinstance(error, TimeoutError):
                failure = httpx.ReadTimeout("the request was not sent and answered in the time for all of that")
            else:
                raise
        else:
            return AiohttpBody(response)
        raise failure  # out here, for its context must not be what aiohttp raised, which may hold the headers

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _here(self) -> aiohttp.ClientSession:
        """The session of this event loop. What an earlier loop left is of no use any more."""
        loop = asyncio.get_running_loop()
        if self._session is None or self._loop is not loop:
            self._loop = loop
            connector = aiohttp.TCPConnector(limit=self._limit, keepalive_timeout=_KEPT_FOR, ssl=self._tls)
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                max_line_size=_LONGEST_LINE,
                max_field_size=_LONGEST_LINE,
            )
        return self._session

    def _proxy_for(self, url: URL) -> str | None:
        """The proxy that the environment names. aiohttp's own way to look there would also send passwords of .netrc."""
        host = url.host or ""
        if proxy_bypass(host) or proxy_bypass(f"{host}:{url.port}") or "*" in re.split(r"[\s,]+", _no_proxy()):
            return None
        return self._proxies.get(url.scheme) or self._proxies.get("all")


class AiohttpBody:
    """An open reply: its head, and the body, decompressed, as it comes."""

    __slots__ = ("_response", "headers", "status")

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response
        self.status = response.status
        self.headers: dict[str, str] = {}
        for raw_name, raw_value in response.raw_headers:
            name, value = intern(_text(raw_name).lower()), _text(raw_value)
            self.headers[name] = f"{self.headers[name]}, {value}" if name in self.headers else value

    def chunks(self, reply: AsyncReply) -> AsyncIterator[bytes]:
        return _Chunks(reply, self._response.content)

    async def aclose(self) -> None:
        """Give the connection back if the body was read to its end, else close it."""
        self._response.release()


class _Chunks:
    """What has come of the body since it was last asked for, one call each."""

    __slots__ = ("_content", "_reply")

    def __init__(self, reply: AsyncReply, content: aiohttp.StreamReader) -> None:
        self._reply = reply
        self._content = content

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        chunk = b""
        failure: BaseException | None = None
        try:
            chunk = await self._content.readany()
        except GeneratorExit:  # nobody waits any more, and nothing can be awaited here
            raise
        except aiohttp.ClientError as error:
            chunk = _unread(self._content)  # after which the error comes again
            failure = None if chunk else _as_httpx(error)
        except BaseException as error:
            failure = error
        if failure is not None:
            await self._reply.failed(failure)
        if not chunk:
            await self._reply.close()
            raise StopAsyncIteration
        return chunk


def _unread(content: Any) -> bytes:
    """What had come before the error that aiohttp raises in its place."""
    return bytes(content._read_nowait(-1)) if content._buffer else b""


def _as_httpx(error: aiohttp.ClientError) -> httpx.RequestError:
    meaning = next((meaning for kind, meaning in _MEANINGS if isinstance(error, kind)), httpx.RemoteProtocolError)
    if isinstance(error, aiohttp.ClientResponseError):  # holds the request's headers, and says the proxy's password
        return meaning(f"{error.status} {error.message}")
    if isinstance(error, aiohttp.InvalidURL):
        return meaning(type(error).__name__)
    translated = meaning(str(error))
    translated.__cause__ = error
    return translated


def _forget_variables(error: BaseException | None, handled: BaseException | None) -> None:
    """Let go of the variables in the frames of an error: those of aiohttp hold headers that show the key.

    handled: an error before it, which stays as it is.
    """
    while error is not None and error is not handled:
        clear_frames(error.__traceback__)
        error = error.__context__


def _limits(timeout: httpx.Timeout) -> tuple[aiohttp.ClientTimeout, float | None]:
    """Those of each wait, of which 0 would mean none, and all of them together."""
    waits = [timeout.pool, timeout.connect, timeout.write, timeout.read]
    pool, connect, _, read = (None if wait is None else max(wait, 0.001) for wait in waits)
    longest = None if None in waits else sum(wait for wait in waits if wait is not None)
    return aiohttp.ClientTimeout(connect=pool, sock_connect=connect, sock_read=read), longest


def _proxy(text: str) -> str:
    """A proxy's address, `http:` unless it says otherwise. Raises ValueError for one of another kind."""
    url = URL(text if "://" in text else f"http://{text}")
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError("aiohttp knows proxies of http and https only")
    return str(url)


def _no_proxy() -> str:
    return os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""


@lru_cache(maxsize=64)
def _url(text: str) -> URL:
    """As httpx reads it, so that both transports ask for the same.

    Raises httpx.InvalidURL, and UnicodeError for a host that is no name.
    """
    url = httpx.URL(text)
    try:
        return URL(str(url), encoded=True) if url.host else URL(text)
    except UnicodeError:
        raise
    except ValueError as error:
        raise httpx.InvalidURL(str(error)) from error


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")
