"""The only module that sends. It knows httpx, as the makers of its clients do; the rest of the package need not.

It opens one request at a time, gives an open reply (`transport/response.py`), and turns whatever httpx raises into the
package's errors. It never follows a redirect, so the key goes to no address but the
one set. It does not retry, wait or decide.
"""

from __future__ import annotations

import atexit
import os
import weakref
from collections.abc import Awaitable
from contextlib import suppress
from functools import lru_cache, partial
from sys import intern
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar
from weakref import WeakSet

import httpx

from ..core.arguments import check_http_client
from ..core.errors import APIError, ConfigurationError
from ..core.types import ReplyHead, Request, TimeoutTypes, without_query
from . import deferred_close as _reaper
from .errors import bounded, errors_translated
from .pools import (
    DEFAULT_TIMEOUT,
    AsyncConnections,
    AsyncTransportName,
    Connections,
    Pool,
    Pools,
    async_pools,
    sync_pools,
)
from .response import AsyncBody, AsyncReply, ClosedWhole, Decoded, SyncReply, give_back, give_back_async

if TYPE_CHECKING:
    from .aiohttp import AiohttpBody

__all__ = ["DEFAULT_TIMEOUT", "AsyncTransport", "SyncTransport"]

# Pools of our own that are open. Whoever forgets to close a client shall not be warned of its sockets at the end.
_own_pools: WeakSet[Pools[Connections]] = WeakSet()

# What every build of httpx can decompress.
_HEADERS: Final = {"accept-encoding": "gzip, deflate"}
# Those whose values are the same in many requests, and no secrets.
_SHARED: Final = frozenset({"accept", "accept-encoding", "content-type", "user-agent"})

_GivenT = TypeVar("_GivenT", bound="httpx.Client | httpx.AsyncClient")
_ConnectionsT = TypeVar("_ConnectionsT", bound="Connections | AsyncConnections")


class _Transport(Generic[_GivenT, _ConnectionsT]):
    """Holds connections: the httpx client given, or some of its own, made when requests are sent.

    To make some loads the TLS certificates, which takes longer than everything else that a client does at birth.
    """

    def __init__(self, given: _GivenT | None, pools: Pools[_ConnectionsT]) -> None:
        self._given = given
        self._pools = pools
        self._closed = False

    def _take(self, url: str = "") -> Pool[_ConnectionsT]:
        if self._closed or (self._given is not None and self._given.is_closed):
            raise ConfigurationError("The client is closed. Build a new one, or close it after the last request.")
        return self._pools.take(secure=not url.startswith("http:"))

    def _retire(self) -> list[_ConnectionsT]:
        """Refuse further requests, and hand out what is to be closed; a given client belongs to its giver."""
        self._closed = True
        return self._pools.retire()

    def _built(self, request: Request) -> httpx.Request:
        given, timeout = self._given, bounded(request)
        if given is not None:  # whose own headers, cookies and query are added
            headers = dict(request.headers)
            return given.build_request(
                request.method, request.url, headers=headers, content=request.body, timeout=timeout
            )
        return httpx.Request(
            request.method,
            _url(request.url),
            headers=[
                (_encoded(name), _encoded(value) if name in _SHARED else value.encode("ascii"))
                for name, value in {**_HEADERS, **request.headers}.items()
            ],
            content=request.body,
            extensions={"timeout": _phases(timeout)},
        )


class SyncTransport(_Transport[httpx.Client, Connections]):
    def __init__(self, given: httpx.Client | None = None) -> None:
        check_http_client(given, httpx.Client)
        super().__init__(given, sync_pools(given))
        self._watched = given is not None

    def open(self, request: Request) -> SyncReply:
        pool = self._take(request.url)
        if not self._watched:
            self._watch()
        try:
            with errors_translated(request):
                built = self._built(request)
                if isinstance(pool.connections, httpx.Client):
                    response = pool.connections.send(built, stream=True, follow_redirects=False)
                else:
                    response = pool.connections.handle_request(built)
        except BaseException as error:
            give_back(self._pools, pool, worn=not isinstance(error, APIError))
            raise
        head = _head(response, request)
        body: Any = Decoded(response) if _is_to_decode(head, response) else response.stream
        return SyncReply(head, body, request, pool, self._pools)

    def close(self) -> None:
        self._closed = True
        _close_pools(self._pools)

    def _watch(self) -> None:
        """Have the pools closed when nobody has this transport any more, or at the end of the program."""
        self._watched = True
        _own_pools.add(self._pools)
        weakref.finalize(self, _reaper.start(), partial(_close_pools, self._pools)).atexit = False


class AsyncTransport(_Transport[httpx.AsyncClient, AsyncConnections]):
    def __init__(self, given: httpx.AsyncClient | None = None, name: AsyncTransportName = "httpx") -> None:
        check_http_client(given, httpx.AsyncClient)
        super().__init__(given, async_pools(given, name))

    async def open(self, request: Request) -> AsyncReply:
        pool = self._take(request.url)
        try:
            with errors_translated(request):
                answer = await self._ask(pool.connections, request)
                head, body = _opened(pool.connections, answer, request)
        except BaseException as error:
            await give_back_async(self._pools, pool, worn=not isinstance(error, APIError))
            raise
        return AsyncReply(head, body, request, pool, self._pools)

    def _ask(self, connections: AsyncConnections, request: Request) -> Awaitable[httpx.Response | AiohttpBody]:
        if isinstance(connections, httpx.AsyncClient):
            return connections.send(self._built(request), stream=True, follow_redirects=False)
        if isinstance(connections, httpx.AsyncBaseTransport):
            return connections.handle_async_request(self._built(request))
        return connections.open(request)

    async def close(self) -> None:
        for connections in self._retire():
            await connections.aclose()


def _is_to_decode(head: ReplyHead, response: httpx.Response) -> bool:
    """Whether httpx must give the body out: it is compressed, or a hook of the user's own client has read it."""
    return "content-encoding" in head.headers or response.is_stream_consumed


def _head(response: httpx.Response, request: Request) -> ReplyHead:
    headers = {intern(name.lower()): value for name, value in response.headers.items()}
    return ReplyHead(response.status_code, headers, without_query(request.url), request.secrets)


def _opened(connections: AsyncConnections, answer: Any, request: Request) -> tuple[ReplyHead, AsyncBody]:
    if not isinstance(connections, (httpx.AsyncClient, httpx.AsyncBaseTransport)):
        return ReplyHead(answer.status, answer.headers, without_query(request.url), request.secrets), answer
    head = _head(answer, request)
    decode = _is_to_decode(head, answer)
    answer.stream = whole = ClosedWhole(answer.stream)
    return head, Decoded(answer) if decode else whole


def _close_pools(pools: Pools[Connections]) -> None:
    for connections in pools.retire():
        connections.close()


@atexit.register
def _close_own_pools() -> None:
    for pools in list(_own_pools):
        with suppress(Exception):
            _close_pools(pools)


if hasattr(os, "register_at_fork"):
    # They belong to the parent; in the child, a lock of theirs may be held for ever.
    os.register_at_fork(after_in_child=_own_pools.clear)


@lru_cache(maxsize=64)
def _encoded(text: str) -> bytes:
    """Part of a header, held once however many requests are on their way."""
    return text.encode("ascii")


def _phases(timeout: TimeoutTypes) -> dict[str, float | None]:
    limits = httpx.Timeout(timeout)
    return _same_phases(limits.connect, limits.read, limits.write, limits.pool)


@lru_cache(maxsize=16, typed=True)  # for 30 and Decimal(30) are equal, and only one of them is any good
def _same_phases(
    connect: float | None, read: float | None, write: float | None, pool: float | None
) -> dict[str, float | None]:
    """As httpcore reads them, and changes nothing; held once however many requests are on their way."""
    return {"connect": connect, "read": read, "write": write, "pool": pool}


@lru_cache(maxsize=64)
def _url(text: str) -> httpx.URL:
    """Read once; a client asks for the same few addresses again and again."""
    return httpx.URL(text)
