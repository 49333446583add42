"""Opens requests: one at a time, without retries. What httpx raises becomes the package's errors.

Redirects are never followed, so that the key goes to no address but the one set.
"""

from __future__ import annotations

import atexit
import os
import weakref
from contextlib import suppress
from functools import lru_cache, partial
from typing import Any, Final, Generic, TypeVar
from weakref import WeakSet

import httpx

from ..core.errors import APIError, ConfigurationError
from ..core.request import Request
from . import deferred_close
from .arguments import TimeoutTypes, check_http_client
from .errors import HTTPX_ERRORS, limited_timeout, map_exception, response_head
from .pools import AsyncConnections, AsyncTransportName, Connections, Pool, Pools, async_pools, sync_pools
from .response import AsyncReply, Decoded, ShieldedStream, SyncReply, shielded

# Pools of our own that are open. Closed at exit to avoid a ResourceWarning.
_own_pools: WeakSet[Pools[Connections]] = WeakSet()

# What every build of httpx can decompress.
_HEADERS: Final = {"accept-encoding": "gzip, deflate"}
# Headers whose values many requests share, and which hold no secrets.
_SHARED: Final = frozenset({"accept", "accept-encoding", "content-type", "user-agent"})

_GivenT = TypeVar("_GivenT", bound="httpx.Client | httpx.AsyncClient")
_ConnectionsT = TypeVar("_ConnectionsT", bound="Connections | AsyncConnections")


class _Transport(Generic[_GivenT, _ConnectionsT]):
    """Holds connections: the httpx client given, or its own.

    Its own are built lazily: loading TLS certificates dominates start-up.
    """

    def __init__(self, given: _GivenT | None, pools: Pools[_ConnectionsT]) -> None:
        self._given = given
        self._pools = pools
        self._closed = False

    def _acquire(self, url: str = "") -> Pool[_ConnectionsT]:
        if self._closed or (self._given is not None and self._given.is_closed):
            raise ConfigurationError("The client is closed. Build a new one, or close it after the last request.")
        return self._pools.acquire(secure=not url.startswith("http:"))

    def _retire(self) -> list[_ConnectionsT]:
        """Refuse further requests, and return what is to be closed; a given client belongs to its giver."""
        self._closed = True
        return self._pools.retire()

    def _build(self, request: Request) -> httpx.Request:
        given = self._given
        timeout = request.timeout if request.wait_limit is None else limited_timeout(request, request.wait_limit)
        if given is not None:  # whose own headers, cookies and query are added
            return given.build_request(
                request.method, request.url, headers=dict(request.headers), content=request.body, timeout=timeout
            )
        (url, host), body = _url(request.url), request.body
        headers = [
            (_encoded(name), _encoded(value) if name in _SHARED else value.encode("ascii"))
            for name, value in {**_HEADERS, **request.headers}.items()
        ]
        if "host" not in request.headers:
            headers.insert(0, (b"host", host))
        if body is not None:
            headers.append((b"content-length", b"%d" % len(body)))
        # With a stream, httpx leaves the headers as they are, which is half of its work.
        stream = httpx.ByteStream(body or b"")
        return httpx.Request(
            request.method, url, headers=headers, stream=stream, extensions={"timeout": _phases(timeout)}
        )


class SyncTransport(_Transport[httpx.Client, Connections]):
    def __init__(self, given: httpx.Client | None = None) -> None:
        check_http_client(given, httpx.Client)
        super().__init__(given, sync_pools(given))
        self._watched = given is not None

    def open(self, request: Request) -> SyncReply:
        """Send a request, and return its response once the head is there. Raises APIConnectionError."""
        pool = self._acquire(request.url)
        if not self._watched:
            self._watch()
        try:
            try:
                built = self._build(request)
                if isinstance(pool.connections, httpx.Client):
                    response = pool.connections.send(built, stream=True, follow_redirects=False)
                else:
                    response = pool.connections.handle_request(built)
            except HTTPX_ERRORS as error:
                raise map_exception(error, request) from error
        except BaseException as error:
            unneeded = self._pools.release(pool, tainted=not isinstance(error, APIError))
            if unneeded is not None:
                unneeded.close()
            raise
        head = response_head(response, request)
        body: Any = response.stream
        if response.is_stream_consumed:  # by a hook of the user's own client
            body = httpx.ByteStream(response.content)
        elif "content-encoding" in head.headers:
            body = Decoded(response)
        return SyncReply(head, body, request, pool, self._pools)

    def close(self) -> None:
        self._closed = True
        _close_pools(self._pools)

    def _watch(self) -> None:
        """Have the pools closed when this transport is dropped, or at the end of the program."""
        self._watched = True
        _own_pools.add(self._pools)
        weakref.finalize(self, deferred_close.start(), partial(_close_pools, self._pools)).atexit = False


class AsyncTransport(_Transport[httpx.AsyncClient, AsyncConnections]):
    def __init__(self, given: httpx.AsyncClient | None = None, name: AsyncTransportName = "httpx") -> None:
        check_http_client(given, httpx.AsyncClient)
        super().__init__(given, async_pools(given, name))

    async def open(self, request: Request) -> AsyncReply:
        """Send a request, and return its response once the head is there. Raises APIConnectionError."""
        pool = self._acquire(request.url)
        try:
            try:
                built = self._build(request)
                if isinstance(pool.connections, httpx.AsyncClient):
                    response = await pool.connections.send(built, stream=True, follow_redirects=False)
                    response.stream = ShieldedStream(response.stream)
                else:
                    response = await pool.connections.handle_async_request(built)
            except HTTPX_ERRORS as error:
                raise map_exception(error, request) from error
        except BaseException as error:
            unneeded = self._pools.release(pool, tainted=not isinstance(error, APIError))
            if unneeded is not None:
                await shielded(unneeded.aclose())
            raise
        head = response_head(response, request)
        body: Any = response.stream
        if response.is_stream_consumed:  # by a hook of the user's own client
            body = httpx.ByteStream(response.content)
        elif "content-encoding" in head.headers:
            body = Decoded(response)
        return AsyncReply(head, body, request, pool, self._pools)

    async def close(self) -> None:
        for connections in self._retire():
            await connections.aclose()


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


# These are cached so that the requests in flight share one copy.


@lru_cache(maxsize=64)
def _encoded(text: str) -> bytes:
    return text.encode("ascii")


@lru_cache(maxsize=64)
def _url(text: str) -> tuple[httpx.URL, bytes]:
    """The URL, and its host as a header. Raises httpx.InvalidURL, and UnicodeError for a host that is no name."""
    url = httpx.URL(text)
    return url, url.netloc if url.host else b""


def _phases(timeout: TimeoutTypes) -> dict[str, float | None]:
    limits = httpx.Timeout(timeout)
    return _shared_phases(limits.connect, limits.read, limits.write, limits.pool)


@lru_cache(maxsize=16, typed=True)  # 30 and Decimal(30) are equal, and httpcore takes only one of them
def _shared_phases(
    connect: float | None, read: float | None, write: float | None, pool: float | None
) -> dict[str, float | None]:
    """As httpcore reads them; it changes nothing."""
    return {"connect": connect, "read": read, "write": write, "pool": pool}
