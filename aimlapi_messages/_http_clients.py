"""The httpx clients that requests go through when the user gave none: made late, several at once, sharing their TLS.

One pool of httpcore 1.0 looks at all of its requests and connections whenever one of them begins or ends, so a call
costs the more the more are in flight. Here each pool takes a few, and the next one opens when those are full.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Final, Generic, Literal, TypeAlias, TypeVar

import httpx

from ._errors import ConfigurationError

if TYPE_CHECKING:
    import ssl

__all__ = ["DEFAULT_TIMEOUT", "AsyncTransportName", "Pool", "Pools", "async_pools", "sync_pools"]

# A long answer may take minutes to begin; a connection that takes more than seconds will not come.
DEFAULT_TIMEOUT: Final = httpx.Timeout(600.0, connect=10.0)

AsyncTransportName: TypeAlias = Literal["httpx", "aiohttp"]

# Requests in flight in one pool, and in all. More wait for a connection, as `PoolTimeout` says.
POOL_SIZE: Final = 8
MOST_IN_FLIGHT: Final = 1000
# Connections that are kept for later when nothing is in flight.
MOST_IDLE: Final = 100

_ClientT = TypeVar("_ClientT", bound="httpx.Client | httpx.AsyncClient")


class Pool(Generic[_ClientT]):
    """One httpx client, and the number of requests that it has on its way.

    worn: a request was broken off while it was being sent. httpcore may have lost its connection over that, so the
        pool takes no more requests, and is closed with its last one.
    """

    __slots__ = ("client", "in_flight", "open", "worn")

    def __init__(self, client: _ClientT) -> None:
        self.client = client
        self.in_flight = 0
        self.open = True  # stands among those that have room
        self.worn = False


class Pools(Generic[_ClientT]):
    """As many pools as there is work for. Each request takes one, and gives it back when its reply is closed.

    make: gives a new client; called when there is no room.
    size: the requests that one pool takes; None for any number in a single pool.
    owned: whether the clients are closed here.
    """

    def __init__(self, make: Callable[[], _ClientT], *, size: int | None, owned: bool = True) -> None:
        self._make = make
        self._size = size
        self._owned = owned
        self._lock = Lock()
        self._all: list[Pool[_ClientT]] = []
        self._roomy: list[Pool[_ClientT]] = []  # the last one is taken first
        self._idle = 0
        self._turn = 0

    def take(self) -> Pool[_ClientT]:
        """A pool with room; when all are full, one of them in turn. Raises ConfigurationError if none can be made."""
        with self._lock:
            if self._roomy:
                pool = self._roomy[-1]
                if not pool.in_flight:
                    self._idle -= 1
            elif self._size is None or len(self._all) < MOST_IN_FLIGHT // self._size:
                pool = Pool(self._made())
                self._all.append(pool)
                self._roomy.append(pool)
            else:
                self._turn = (self._turn + 1) % len(self._all)
                pool = self._all[self._turn]
            pool.in_flight += 1
            if pool.open and self._size is not None and pool.in_flight >= self._size:
                pool.open = False
                self._roomy.pop()
            return pool

    def give_back(self, pool: Pool[_ClientT], *, worn: bool = False) -> _ClientT | None:
        """The request is over; gives a client that is to be closed now. worn: as in `Pool`."""
        with self._lock:
            pool.in_flight -= 1
            if self._size is None:
                return None
            if worn and not pool.worn:
                pool.worn = True
                self._drop(pool)
            if pool.worn:
                return None if pool.in_flight else pool.client
            if not pool.open and pool.in_flight < self._size:
                pool.open = True
                self._roomy.append(pool)
            if pool.in_flight:
                return None
            self._idle += 1
            if self._idle * self._size <= MOST_IDLE:
                return None
            self._idle -= 1
            self._drop(pool)
            return pool.client

    def retire(self) -> list[_ClientT]:
        """The clients to close; there are none any more."""
        with self._lock:
            clients = [pool.client for pool in self._all] if self._owned else []
            self._all.clear()
            self._roomy.clear()
            return clients

    @property
    def clients(self) -> list[_ClientT]:
        """Those there are now."""
        with self._lock:
            return [pool.client for pool in self._all]

    def _drop(self, pool: Pool[_ClientT]) -> None:
        if pool in self._all:
            self._all.remove(pool)
        if pool.open:
            pool.open = False
            if pool in self._roomy:
                self._roomy.remove(pool)

    def _made(self) -> _ClientT:
        try:
            return self._make()
        except (httpx.InvalidURL, ImportError, ValueError, OSError) as error:  # a proxy's URL, its package; TLS files
            raise ConfigurationError(
                f"No httpx client can be made: {type(error).__name__}. Check HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, "
                "NO_PROXY, SSL_CERT_FILE and SSL_CERT_DIR, or pass an http_client of your own."
            ) from error


def sync_pools(given: httpx.Client | None) -> Pools[httpx.Client]:
    """Pools of httpx's own connections, or the client given."""
    if given is not None:
        return Pools(lambda: given, size=None, owned=False)
    return Pools(
        lambda: httpx.Client(timeout=DEFAULT_TIMEOUT, limits=_limits(POOL_SIZE), verify=_tls()), size=POOL_SIZE
    )


def async_pools(given: httpx.AsyncClient | None, transport: AsyncTransportName) -> Pools[httpx.AsyncClient]:
    """Pools of httpx's own connections, one of aiohttp's, or the client given. Raises ConfigurationError."""
    if transport not in ("httpx", "aiohttp"):
        raise ConfigurationError(f"transport is {transport!r}. Give 'httpx' or 'aiohttp'.")
    if transport == "aiohttp":
        if given is not None:
            raise ConfigurationError("Both transport='aiohttp' and http_client are given. Give one of them.")
        try:
            from ._aiohttp import AiohttpClient  # noqa: PLC0415 (an extra)
        except ImportError as error:
            raise ConfigurationError(
                "transport='aiohttp' needs a package that is not installed. Run: pip install 'aimlapi-messages[aiohttp]'"
            ) from error
        limits = _limits(MOST_IN_FLIGHT)
        return Pools(lambda: AiohttpClient(timeout=DEFAULT_TIMEOUT, limits=limits, verify=_tls()), size=None)
    if given is not None:
        return Pools(lambda: given, size=None, owned=False)
    limits = _limits(POOL_SIZE)
    return Pools(lambda: httpx.AsyncClient(timeout=DEFAULT_TIMEOUT, limits=limits, verify=_tls()), size=POOL_SIZE)


def _limits(connections: int) -> httpx.Limits:
    return httpx.Limits(max_connections=connections, max_keepalive_connections=min(connections, MOST_IDLE))


def _tls() -> ssl.SSLContext:
    """What connections are encrypted with, shared by all clients: to load the certificates takes longer than a call."""
    return _tls_for(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))


@lru_cache(maxsize=4)
def _tls_for(file: str | None, directory: str | None) -> ssl.SSLContext:
    """By what httpx reads from the environment."""
    return httpx.create_ssl_context()
