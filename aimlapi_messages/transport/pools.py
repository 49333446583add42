"""Pools of connections: several of httpx's that share their TLS context, one of aiohttp's, or the client given.

A pool of httpcore 1.0 scans all of its requests and connections whenever a request begins or ends, so that a call
costs more with more in flight. Here each pool takes a few requests, and another opens when all are full. Pools of our
own are transports of httpx: none of what its client adds (redirects, cookies, authentication) is needed. Where the
environment names proxies, they are clients of httpx, which choose among the proxies.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, TypeAlias, TypeVar
from urllib.request import getproxies

import httpx

from ..core.errors import ConfigurationError
from .response import ShieldedStream

if TYPE_CHECKING:
    import ssl

AsyncTransportName: TypeAlias = Literal["httpx", "aiohttp"]

# Requests in flight in one pool, and in all. More wait for a connection, as `PoolTimeout` says.
POOL_SIZE: Final = 2
MOST_IN_FLIGHT: Final = 1000
# Connections that are kept for later when nothing is in flight.
MOST_IDLE: Final = 100

# What sends a request, and holds the connections.
Connections: TypeAlias = httpx.Client | httpx.BaseTransport
AsyncConnections: TypeAlias = httpx.AsyncClient | httpx.AsyncBaseTransport

_ConnectionsT = TypeVar("_ConnectionsT", bound="Connections | AsyncConnections")


class Pool(Generic[_ConnectionsT]):
    """Some connections, and the number of their requests in flight.

    secure: they can be encrypted.
    tainted: a request was broken off while it was being sent. httpcore may have lost track of its connection, so the
        pool takes no more requests, and is closed with its last one.
    """

    __slots__ = ("connections", "in_flight", "open", "secure", "tainted")

    def __init__(self, connections: _ConnectionsT, *, secure: bool) -> None:
        self.connections: _ConnectionsT = connections
        self.secure: bool = secure
        self.in_flight: int = 0
        self.open: bool = True  # is among those with room
        self.tainted: bool = False


class Pools(Generic[_ConnectionsT]):
    """As many pools as are needed. Each request acquires one, and releases it when its response is closed.

    make: makes connections, when no pool has room; its argument says whether they must be able to be encrypted.
    size: the requests that one pool takes; None for any number in a single pool.
    owned: whether the connections are closed here.
    """

    def __init__(self, make: Callable[[bool], _ConnectionsT], *, size: int | None, owned: bool = True) -> None:
        self._make = make
        self._size = size
        self._owned = owned
        self._lock = Lock()
        self._all: list[Pool[_ConnectionsT]] = []
        # By whether they are secure; the last one is taken first.
        self._roomy: dict[bool, list[Pool[_ConnectionsT]]] = {False: [], True: []}
        self._idle = 0

    def acquire(self, *, secure: bool = True) -> Pool[_ConnectionsT]:
        """A pool with room; when all are full, the least busy. Raises ConfigurationError if none can be made."""
        with self._lock:
            roomy = self._roomy[secure]
            if roomy:
                pool = roomy[-1]
                if not pool.in_flight:
                    self._idle -= 1
            else:
                full = self._full(secure)
                if full:
                    pool = min(full, key=lambda pool: pool.in_flight)
                else:
                    pool = Pool(self._made(secure), secure=secure)
                    self._all.append(pool)
                    roomy.append(pool)
            pool.in_flight += 1
            if pool.open and self._size is not None and pool.in_flight >= self._size:
                pool.open = False
                roomy.pop()
            return pool

    def release(self, pool: Pool[_ConnectionsT], *, tainted: bool = False) -> _ConnectionsT | None:
        """End a request; returns connections that are to be closed now. tainted: as in `Pool`."""
        with self._lock:
            pool.in_flight -= 1
            if self._size is None:
                return None
            if tainted and not pool.tainted:
                pool.tainted = True
                self._drop(pool)
            if pool.tainted:
                return None if pool.in_flight else pool.connections
            if not pool.open and pool.in_flight < self._size:
                pool.open = True
                self._roomy[pool.secure].append(pool)
            if pool.in_flight:
                return None
            self._idle += 1
            if self._idle * self._size <= MOST_IDLE:
                return None
            self._idle -= 1
            self._drop(pool)
            return pool.connections

    def retire(self) -> list[_ConnectionsT]:
        """Forget all pools, and return the connections to close."""
        with self._lock:
            retired = [pool.connections for pool in self._all] if self._owned else []
            self._all.clear()
            for roomy in self._roomy.values():
                roomy.clear()
            return retired

    @property
    def connections(self) -> list[_ConnectionsT]:
        """Those there are now."""
        with self._lock:
            return [pool.connections for pool in self._all]

    def _drop(self, pool: Pool[_ConnectionsT]) -> None:
        if pool in self._all:
            self._all.remove(pool)
        if pool.open:
            pool.open = False
            if pool in self._roomy[pool.secure]:
                self._roomy[pool.secure].remove(pool)

    def _full(self, secure: bool) -> list[Pool[_ConnectionsT]]:
        """The pools to choose from when there can be no more."""
        if self._size is None or len(self._all) < MOST_IN_FLIGHT // self._size:
            return []
        return [pool for pool in self._all if pool.secure == secure]

    def _made(self, secure: bool) -> _ConnectionsT:
        try:
            return self._make(secure)
        except (httpx.InvalidURL, ImportError, ValueError, OSError) as error:  # a proxy's URL, its package; TLS files
            raise ConfigurationError(
                f"No connection can be made: {type(error).__name__}. Check HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, "
                "NO_PROXY, SSL_CERT_FILE and SSL_CERT_DIR, or pass an http_client of your own."
            ) from error


def sync_pools(given: httpx.Client | None) -> Pools[Connections]:
    """Pools of httpx's own connections, or the client given."""
    if given is not None:
        return Pools(lambda _: given, size=None, owned=False)

    def make(secure: bool) -> Connections:
        return httpx.Client(**_settings()) if getproxies() else httpx.HTTPTransport(**_settings(secure=secure))

    return Pools(make, size=POOL_SIZE)


def async_pools(given: httpx.AsyncClient | None, transport: AsyncTransportName) -> Pools[AsyncConnections]:
    """Pools of httpx's own connections, one of aiohttp's, or the client given. Raises ConfigurationError."""
    if transport not in ("httpx", "aiohttp"):
        raise ConfigurationError(f"transport is {transport!r}. Give 'httpx' or 'aiohttp'.")
    if transport == "aiohttp":
        if given is not None:
            raise ConfigurationError("Both transport='aiohttp' and http_client are given. Give one of them.")
        try:
            from .aiohttp import AiohttpTransport  # noqa: PLC0415 (an extra)
        except ImportError as error:
            raise ConfigurationError(
                "transport='aiohttp' needs an extra. Run: pip install 'aimlapi-messages[aiohttp]'"
            ) from error
        return Pools(lambda _: AiohttpTransport(MOST_IN_FLIGHT, _tls()), size=None)
    if given is not None:
        return Pools(lambda _: given, size=None, owned=False)

    def make(secure: bool) -> AsyncConnections:
        if getproxies():
            return httpx.AsyncClient(**_settings())
        return _ShieldedTransport(**_settings(secure=secure))

    return Pools(make, size=POOL_SIZE)


class _ShieldedTransport(httpx.AsyncHTTPTransport):
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await super().handle_async_request(request)
        response.stream = ShieldedStream(response.stream)
        return response


def _settings(*, secure: bool = True) -> dict[str, Any]:
    limits = httpx.Limits(max_connections=POOL_SIZE, max_keepalive_connections=POOL_SIZE)
    return {"limits": limits, "verify": _tls() if secure else _no_tls()}


def _tls() -> ssl.SSLContext:
    """What connections are encrypted with, shared by all clients: to load the certificates takes longer than a call."""
    return _tls_for(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))


@lru_cache(maxsize=1)
def _no_tls() -> ssl.SSLContext:
    """For addresses of `http:`, such as the emulator's: it trusts nobody, and has no certificates to load."""
    import ssl  # noqa: PLC0415 (for type checkers only, above)

    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@lru_cache(maxsize=4)
def _tls_for(file: str | None, directory: str | None) -> ssl.SSLContext:
    """By what httpx reads from the environment."""
    return httpx.create_ssl_context()
