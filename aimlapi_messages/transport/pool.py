# Made from async_pool.py by `make twins`; do not edit.
"""The connections of one event loop; without asyncio, of a process and all of its threads.

They are those of httpcore, or of httpcore2, which is all but the same. The pool is not theirs: that of httpcore goes
through all of its requests and connections whenever a request begins or ends, so that a call would cost more with more
in flight, and what a signal handler raises, or a fork, would leave either in a state that nobody repairs.
"""

from __future__ import annotations

import time
from collections import deque
from contextlib import suppress
from functools import lru_cache
from math import inf
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, Self, cast
from weakref import ref

import h11
import httpx

from ..core.errors import ConfigurationError
from ..core.request import Request
from . import base
from .homes import wait, wake
from .http import CLOSED, Response
from .network import Network

if TYPE_CHECKING:
    import httpcore

# Bytes that are read at once.
_MOST_READ: Final = 64 * 1024


class Connection:
    """A connection, which takes one request at a time, and the network under it."""

    __slots__ = ("http", "network")

    def __init__(self, core: ModuleType, url: str, origin: httpcore.Origin) -> None:
        """Nothing is connected before the first request. Raises ConfigurationError."""
        self.network: Network = Network(core)
        with base.configuration_errors():
            pool = core.ConnectionPool(
                ssl_context=base.tls() if origin.scheme == b"https" else None,
                proxy=_proxy(core, url),
                keepalive_expiry=base.KEPT_FOR,
                network_backend=self.network,
            )
            self.http: httpcore.ConnectionInterface = pool.create_connection(origin)
        cast("Any", self.http)._request_lock = base.NO_LOCK


class Body:
    """The body of a response: each time all that has come, where httpcore gives out each piece that the server made."""

    __slots__ = ("_core", "_http", "_is_over", "_problem", "_timeout")

    def __init__(self, core: ModuleType, response: httpcore.Response, timeout: float | None) -> None:
        self._core = core
        self._http: Any = cast("Any", response.stream)._connection
        self._timeout = timeout
        self._is_over = False
        self._problem = ""  # of what comes after the last bytes

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        http, pieces = self._http, list[bytes]()
        try:
            while not self._is_over:
                event = http._h11_state.next_event()
                if type(event) is h11.Data:
                    pieces.append(event.data)
                elif event is not h11.NEED_DATA:
                    self._is_over = True
                elif pieces:
                    break
                else:
                    http._h11_state.receive_data(http._network_stream.read(_MOST_READ, self._timeout))
        except h11.RemoteProtocolError as error:
            self._is_over, self._problem = True, f"{error}"
        if not pieces and self._is_over:
            if self._problem:
                raise self._core.RemoteProtocolError(self._problem)
            raise StopIteration
        return b"".join(pieces)


class Lease:
    """One request's use of a connection. One that is gone before it has ended was interrupted."""

    __slots__ = ("__weakref__", "claim", "pool", "responses")

    def __init__(self, pool: Pool) -> None:
        self.pool: Pool = pool
        self.claim: Claim | None = None
        self.responses: list[httpcore.Response] = []  # the one, until it is closed

    def end(self, whole: bool) -> None:
        """Let others have the connection, if the body was read whole; else close it, whatever httpcore does with it."""
        claim, reusable = self.claim, False
        if claim is None:  # closed before
            return
        try:
            if whole and self.responses:
                self.responses.pop().close()
                http = claim.connection.http
                reusable = http.is_idle() and base.prepare(http)
        finally:
            if reusable:
                self.pool.give_back(claim)
            else:
                self.pool.drop(claim)
        self.claim = None


class Claim(ref[Lease]):
    """What a pool knows of a connection in use: the connection, and whether its lease is still there."""

    connection: Connection


class Pool:
    """The connections of one home.

    Right at each step, as no lock can be where anything may raise: a connection belongs to the lease that `claims`
    names, however that was reached, until the last step of its end takes the claim away. An entry of `idle` is but
    a hint; whoever follows one has to win the claim. What belongs to a lease that is gone is closed.
    """

    def __init__(self, core: ModuleType) -> None:
        """core: httpcore or httpcore2, whose connections these are."""
        self.core: ModuleType = core
        self.closed: bool = False
        self.claims: dict[Connection, Claim] = {}
        self.idle: deque[Connection] = deque()  # the last one is taken first
        self._abandoned: deque[ref[Lease]] = deque()
        self._waiting: deque[object] = deque()

    def send(self, request: Request) -> Response:
        (url, host), timeouts = _target(self.core, request.url), base.timeouts(request)
        outgoing = self.core.Request(
            request.method,
            url,
            headers=list(base.all_headers(request, host).items()),
            content=request.body,
            extensions={"timeout": timeouts},
        )
        if self._abandoned:
            self.reap()
        if self._is_full():
            self._wait(timeouts["pool"])
        lease = Lease(self)
        try:
            connection = self._take(lease, url.origin) or self._new(lease, request.url, url.origin)
            connection.network.deadline = request.deadline
            response = connection.http.handle_request(outgoing)
            lease.responses.append(response)
        except BaseException:
            if lease.claim is not None:
                self.drop(lease.claim)
            raise
        return Response(
            response.status,
            response.headers,
            Body(self.core, response, timeouts["read"]),
            lease.end,
            connection.network,
        )

    def give_back(self, claim: Claim) -> None:
        """Let another request have a connection that is ready for it."""
        if self.claims.get(claim.connection) is not claim:  # another thread has closed it
            return
        self.idle.append(claim.connection)
        self.claims.pop(claim.connection, None)
        if self._waiting:
            wake(self._waiting)
        if len(self.idle) > base.MOST_IDLE:
            self.drop_oldest()

    def drop(self, claim: Claim) -> None:
        """Close a connection, unless it is another's by now."""
        if self.claims.get(claim.connection) is claim:
            claim.connection.network.close()
            self.claims.pop(claim.connection, None)
            if self._waiting:
                wake(self._waiting)

    def drop_oldest(self) -> None:
        lease = Lease(self)
        with suppress(IndexError, ValueError):  # another thread was quicker
            oldest = self.idle[0]
            if self._claim(lease, oldest):
                self.drop(cast("Claim", lease.claim))
            self.idle.remove(oldest)

    def reap(self) -> None:
        """Close what was interrupted."""
        for claim in list(self._abandoned):
            if isinstance(claim, Claim) and hasattr(claim, "connection"):
                self.drop(claim)
            with suppress(ValueError):
                self._abandoned.remove(claim)

    def close(self) -> None:
        self.closed = True
        for connection in [*self.claims, *self.idle]:
            connection.network.close()

    def forget(self) -> None:
        """Close the files alone, when the home of the connections is gone."""
        self.closed = True
        for connection in [*self.claims, *self.idle]:
            connection.network.forget()

    def _is_full(self) -> bool:
        return len(self.claims) >= base.MOST_IN_FLIGHT

    def _wait(self, timeout: float | None) -> None:
        """Wait until there is room for a request. Raises httpx.PoolTimeout."""
        end = inf if timeout is None else time.monotonic() + timeout
        while self._is_full():
            rest = end - time.monotonic()
            if rest <= 0:
                raise httpx.PoolTimeout("no connection was free in time")
            wait(self._waiting, self._is_full, rest)
            self.reap()

    def _claim(self, lease: Lease, connection: Connection) -> bool:
        claim = Claim(lease, self._abandoned.append)
        claim.connection = connection
        lease.claim = claim
        won = self.claims.setdefault(connection, claim) is claim
        if self.closed:  # maybe just now, and without knowing of this one
            raise ConfigurationError(CLOSED)
        return won

    def _take(self, lease: Lease, origin: httpcore.Origin) -> Connection | None:
        """An idle connection, None if there is none to this origin."""
        for connection in reversed(self.idle.copy()):
            if connection.http.can_handle_request(origin) and self._claim(lease, connection):
                with suppress(ValueError):
                    self.idle.remove(connection)
                if not connection.http.has_expired():
                    return connection
                self.drop(cast("Claim", lease.claim))
        return None

    def _new(self, lease: Lease, url: str, origin: httpcore.Origin) -> Connection:
        connection = Connection(self.core, url, origin)
        self._claim(lease, connection)
        return connection


@lru_cache(maxsize=64)
def _target(core: ModuleType, text: str) -> tuple[httpcore.URL, str]:
    """The URL, and its host as a header. Raises httpx.InvalidURL and UnicodeError."""
    url = base.parsed_url(text)
    return core.URL(str(url)), url.netloc.decode("ascii")


def _proxy(core: ModuleType, url: str) -> Any:
    """The proxy that the environment names for a URL, None for none."""
    proxy = base.proxy_for(url)
    if proxy is None:
        return None
    context = base.tls() if proxy.url.scheme == "https" else None
    return core.Proxy(str(proxy.url), auth=proxy.raw_auth, ssl_context=context)
