"""The httpx client of the extra `aiohttp`: httpx's interface, proxies, timeouts and TLS, on connections of aiohttp.

It mends what httpx-aiohttp 0.2 gets wrong: there a refused connection, and one that breaks after the request went out,
are both called a timeout of connecting, though the one cost nothing and the other may have been paid.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator
from contextlib import contextmanager
from typing import Any, Final, cast

import aiohttp
import httpx
from httpx_aiohttp import HttpxAiohttpClient

__all__ = ["AiohttpClient"]

# The first that fits counts, so children stand before their parents.
_MEANINGS: Final[tuple[tuple[type[Exception], type[httpx.RequestError]], ...]] = (
    (aiohttp.ConnectionTimeoutError, httpx.ConnectTimeout),
    (aiohttp.ServerTimeoutError, httpx.ReadTimeout),
    (aiohttp.ClientProxyConnectionError, httpx.ProxyError),
    (aiohttp.ClientHttpProxyError, httpx.ProxyError),
    (aiohttp.ClientConnectorError, httpx.ConnectError),
    (aiohttp.ClientSSLError, httpx.ConnectError),
    (aiohttp.InvalidURL, httpx.UnsupportedProtocol),
    (aiohttp.ClientOSError, httpx.ReadError),
    (aiohttp.ClientError, httpx.RemoteProtocolError),
)


class AiohttpClient(HttpxAiohttpClient):
    """Made and used like an `httpx.AsyncClient`."""

    async def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        with _errors_translated():
            response = await super().send(request, **options)
        response.stream = _Body(response.stream)
        return response


class _Body(httpx.AsyncByteStream):
    def __init__(self, inner: object) -> None:
        self._inner = cast("httpx.AsyncByteStream", inner)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _errors_translated():
            async for chunk in self._inner:
                yield chunk

    async def aclose(self) -> None:
        with _errors_translated():
            await self._inner.aclose()


@contextmanager
def _errors_translated() -> Generator[None]:
    """Raise what aiohttp raised, or what httpx-aiohttp made of it, as the error of httpx that means the same."""
    try:
        yield
    except (aiohttp.ClientError, httpx.RequestError) as error:
        cause = error if isinstance(error, aiohttp.ClientError) else error.__cause__
        for kind, meaning in _MEANINGS:
            if isinstance(cause, kind):
                raise meaning(str(cause)) from cause
        raise
