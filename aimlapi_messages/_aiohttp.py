"""Requests on connections of aiohttp: the extra `aiohttp`, for asyncio with many calls and streams at a time.

What fails is raised as the error of httpx that means the same, so that what an error means has one home.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from functools import lru_cache
from sys import intern
from traceback import clear_frames
from typing import TYPE_CHECKING, Final, Self
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx
from yarl import URL

from ._transport_errors import bounded
from ._types import Request

if TYPE_CHECKING:
    import ssl

    from ._replies import AsyncReply

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

# What httpx has: a connection that nobody used for longer may be dead, and a request that meets that is not sent again.
_KEPT_FOR: Final = 5.0


class AiohttpConnections:
    """Connections of aiohttp, made with the first request and bound to its event loop.

    limit: the most requests in flight; more wait, as long as the timeout of the pool says.
    """

    def __init__(self, limit: int, tls: ssl.SSLContext) -> None:
        self._limit = limit
        self._tls = tls
        self._session: aiohttp.ClientSession | None = None
        self._proxies = getproxies()

    async def open(self, request: Request) -> AiohttpBody:
        """Send a request. Raises httpx's errors."""
        if self._session is None:
            self._session = self._made()
        url, timeout = _url(request.url), httpx.Timeout(bounded(request))
        handled = sys.exception()  # by the caller, whose frames are not ours to touch
        limits = aiohttp.ClientTimeout(connect=timeout.pool, sock_connect=timeout.connect, sock_read=timeout.read)
        try:
            response = await self._session.request(
                request.method,
                url,
                data=request.body,
                headers=request.headers,
                timeout=limits,
                allow_redirects=False,
                proxy=self._proxy_for(url) if self._proxies else None,
            )
        except BaseException as error:
            _forget_variables(error, handled)
            if isinstance(error, aiohttp.ClientError):
                raise _as_httpx(error) from error
            if isinstance(error, ValueError) and self._proxies:
                raise httpx.ProxyError("aiohttp knows no such proxy as the environment names") from error
            raise
        return AiohttpBody(response)

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _made(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(limit=self._limit, keepalive_timeout=_KEPT_FOR, ssl=self._tls)
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    def _proxy_for(self, url: URL) -> str | None:
        """The proxy that the environment names. aiohttp's own way to look there would also send passwords of .netrc."""
        if proxy_bypass(url.host or ""):
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
        try:
            chunk = await self._content.readany()
        except GeneratorExit:  # nobody waits any more, and nothing can be awaited here
            raise
        except BaseException as error:
            await self._reply.failed(_as_httpx(error) if isinstance(error, aiohttp.ClientError) else error)
        if not chunk:
            await self._reply.close()
            raise StopAsyncIteration
        return chunk


def _as_httpx(error: aiohttp.ClientError) -> httpx.RequestError:
    meanings = (meaning for kind, meaning in _MEANINGS if isinstance(error, kind))
    translated = next(meanings, httpx.RemoteProtocolError)(str(error))
    translated.__cause__ = error
    return translated


def _forget_variables(error: BaseException | None, handled: BaseException | None) -> None:
    """Let go of the variables in the frames of an error: those of aiohttp hold headers that show the key.

    handled: an error before it, which stays as it is.
    """
    while error is not None and error is not handled:
        clear_frames(error.__traceback__)
        error = error.__context__


@lru_cache(maxsize=64)
def _url(text: str) -> URL:
    """As httpx reads it, so that both transports ask for the same. Raises UnicodeError for a host that is no name."""
    url = httpx.URL(text)
    return URL(str(url), encoded=True) if url.host else URL(text)


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")
