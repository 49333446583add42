# Made from async_http.py by `make twins`; do not edit.
"""Opens requests, one at a time and without retries: on connections of our own, or by the httpx client given.

What is raised on the way becomes the package's errors. Redirects are never followed, so that the key goes to no
address but the one set.
"""

from __future__ import annotations

import sys
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import lru_cache, partial
from io import BytesIO
from typing import TYPE_CHECKING, Final, NamedTuple, Self, cast

import httpx

from ..core.errors import APIConnectionError, ConfigurationError
from ..core.reply import ReplyHead
from ..core.request import Request
from . import base
from .arguments import DEFAULT_TIMEOUT, TimeoutTypes
from .base import acquire
from .codings import steps
from .failures import failure, logger
from .logs import guard_logs

if TYPE_CHECKING:
    import httpcore

    from .retries import Deadline

# Enough of an error's body to read any envelope, whatever a broken server keeps sending.
ERROR_BODY_LIMIT: Final = 1024 * 1024


class Response(NamedTuple):
    """What a server answered: status, headers, and the body as it comes, maybe compressed. `close` ends it."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: Iterable[bytes]
    close: Callable[[], None]


class SyncReply:
    """An open response, and an iterator over its bytes. Close it, or read it to its end, which closes it."""

    __slots__ = ("_chunks", "_close", "_deadline", "_left", "_limit", "_request", "head")

    def __init__(self, response: Response, request: Request) -> None:
        self.head: ReplyHead = base.reply_head(response.status, response.headers, request)
        self._chunks = iter(response.body)
        self._close = response.close
        self._request = request
        self._deadline: Deadline | None = None
        self._limit = self._left = request.max_response_size

    def read(self, deadline: Deadline | None = None) -> bytes:
        """The whole body.

        Raises APIConnectionError, APITimeoutError when the deadline passes, and ResponseTooLargeError.
        """
        body = BytesIO()  # and no list of chunks, each of which may be a byte and takes forty
        for chunk in self.iter_bytes(deadline):
            body.write(chunk)
        return body.getvalue()

    def read_error(self, deadline: Deadline | None = None) -> bytes:
        """As much of an error's body as comes, up to a limit. What breaks here must not hide the status."""
        body = bytearray()
        with suppress(APIConnectionError):
            for chunk in self.iter_bytes(deadline, sys.maxsize):
                body += chunk
                if len(body) >= ERROR_BODY_LIMIT:
                    break
        return bytes(body)

    def iter_bytes(self, deadline: Deadline | None = None, limit: int | None = None) -> Iterator[bytes]:
        """The body, decompressed, as it comes. Raises as `read` does.

        limit: the most bytes, those of the request unless given.
        """
        self._deadline = deadline
        if limit is not None:
            self._limit = self._left = limit
        coding = self.head.headers.get("content-encoding")
        for make, rest in steps(coding) if coding else ():  # nearly none has one
            self._chunks = _Pieces(self._chunks, make, deadline)
            if rest:
                response = httpx.Response(200, headers={"content-encoding": rest}, content=self._chunks)
                self._chunks = response.iter_bytes()
        return self

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        guard_logs(self._request)  # the reader may be another than the sender
        try:
            if self._left < 0:
                came = self._limit - self._left
                raise self.head.too_large(f"more than {self._limit:,} bytes: {came:,} had come when it was given up")
            chunk = next(self._chunks)
            self._left -= len(chunk)
            if self._left < 0:
                chunk = chunk[: self._left]  # what it may have is of use to a stream
            if self._deadline is not None:
                self._deadline.check("answered")
            return chunk
        except StopIteration:
            self.close()
            raise
        except GeneratorExit:  # nobody waits any more, and nothing can be awaited here
            raise
        except Exception as error:
            raised = failure(error, self._request, self.head)
        except BaseException:
            self.close()
            raise
        self.close()
        raise raised  # out here, so that its context is not what others raised

    def close(self) -> None:
        try:
            self._close()
        except Exception as error:  # of a user's own; what was read is whole, or another error says why it is not
            logger.debug("A response could not be closed: %s", type(error).__name__)


class _Pieces:
    """A body in the pieces that something makes of its chunks, at least one of each, so that the deadline is asked."""

    __slots__ = ("_chunks", "_deadline", "_make", "_pieces")

    def __init__(
        self, chunks: Iterator[bytes], make: Callable[[bytes], Iterator[bytes]], deadline: Deadline | None
    ) -> None:
        self._chunks = chunks
        self._make = make
        self._deadline = deadline
        self._pieces: Iterator[bytes] = iter(())

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        piece = next(self._pieces, None)
        if self._deadline is not None:
            self._deadline.check("answered")
        if piece is not None:
            time.sleep(0)  # one chunk may make thousands
            return piece
        self._pieces = self._make(next(self._chunks))
        return next(self._pieces, b"")


class Transport(ABC):
    """Sends requests. Its children hold the connections."""

    def __init__(self, timeout: TimeoutTypes = DEFAULT_TIMEOUT) -> None:
        self.timeout: TimeoutTypes = timeout  # of a client that is given none
        self._closed = False

    def open(self, request: Request) -> SyncReply:
        """Send a request, and return its response once the head is there. Raises APIConnectionError."""
        if self._closed:
            raise ConfigurationError("The client is closed. Build a new one, or close it after the last request.")
        guard_logs(request)
        try:
            return SyncReply(self._send(request), request)
        except Exception as error:
            raised = failure(error, request)
        raise raised  # out here, so that its context is not what others raised

    def close(self) -> None:
        """Refuse further requests, and close the connections; a given client belongs to its giver."""
        self._closed = True

    @abstractmethod
    def _send(self, request: Request) -> Response: ...


class GivenClient(Transport):
    """Sends with a client of the user's, whose own headers, cookies and query are added."""

    def __init__(self, client: httpx.Client) -> None:
        chosen = client.timeout != httpx.Timeout(5.0)  # httpx's own, by which hardly a model answers
        super().__init__(client.timeout if chosen else DEFAULT_TIMEOUT)
        self._client = client

    def _send(self, request: Request) -> Response:
        client = self._client
        if client.is_closed:
            raise ConfigurationError("The client is closed: its http_client was. Build a new one.")
        outgoing = client.build_request(
            request.method,
            request.url,
            headers=dict(request.headers),
            content=request.body,
            timeout=httpx.Timeout(**base.timeouts(request)),
        )
        for name in request.removed:
            outgoing.headers.pop(name, None)
        try:
            response = client.send(outgoing, stream=True, follow_redirects=False)
        except httpx.HTTPStatusError as error:  # raised by an event hook of the client
            response = error.response
            if response.is_success:
                raise
        headers, body = response.headers.raw, cast("Iterable[bytes]", response.stream)
        if response.is_closed:  # by such a hook; what it read httpx keeps, decompressed
            headers = [header for header in headers if header[0].lower() != b"content-encoding"]
            body = httpx.ByteStream(response.content if response.is_stream_consumed else b"")
        return Response(response.status_code, headers, body, response.close)


class Connections(Transport):
    """Connections of our own. Each takes one request at a time.

    They are httpcore's, without its pool, which goes through all of its requests and connections whenever a request
    begins or ends, so that a call would cost more with more in flight. They are made when they are needed: loading
    TLS certificates dominates start-up.
    """

    def __init__(self) -> None:
        super().__init__()
        self._loop: object = None
        self._slots = threading.Semaphore(base.MOST_IN_FLIGHT)
        self._lock = threading.Lock()
        self.all: set[httpcore.ConnectionInterface] = set()
        self._idle: list[httpcore.ConnectionInterface] = []  # the last one is taken first

    def _send(self, request: Request) -> Response:
        import httpcore  # noqa: PLC0415 (a client is made without it)

        self._enter(None)
        (url, host), timeouts, slots = _target(request.url), base.timeouts(request), self._slots
        origin = url.origin
        outgoing = httpcore.Request(
            request.method,
            url,
            headers=list(base.all_headers(request, host).items()),
            content=request.body,
            extensions={"timeout": timeouts},
        )
        acquire(slots, timeouts["pool"])
        connection: httpcore.ConnectionInterface | None = None
        try:
            while connection is None:
                connection = self._take(origin) or self._new(request.url, origin)
                if connection.has_expired():
                    self._drop(connection)
                    connection = None
            response = connection.handle_request(outgoing)
        except BaseException:
            slots.release()
            if connection is not None:
                self._drop(connection)
            raise
        body = cast("Iterable[bytes]", response.stream)
        return Response(response.status, response.headers, body, partial(self._end, response, [connection], slots))

    def _enter(self, loop: object) -> None:
        """Forget what another event loop left: nobody can use its connections any more. Threads share theirs."""
        if self._loop is not loop:
            self._loop, self._slots = loop, threading.Semaphore(base.MOST_IN_FLIGHT)
            self.all.clear()
            self._idle.clear()

    def _end(
        self,
        response: httpcore.Response,
        connections: list[httpcore.ConnectionInterface],
        slots: threading.Semaphore,
    ) -> None:
        """Close a response, and take its connection back."""
        try:
            connection = connections.pop()
        except IndexError:  # closed before, maybe by another thread just now
            return
        try:
            response.close()
        finally:
            surplus: httpcore.ConnectionInterface | None = connection
            with self._lock:
                if connection.is_idle() and connection in self.all:
                    self._idle.append(connection)
                    surplus = self._idle.pop(0) if len(self._idle) > base.MOST_IDLE else None
            slots.release()
            if surplus is not None:
                self._drop(surplus)

    def close(self) -> None:
        super().close()
        with self._lock:
            connections = list(self.all)
            self.all.clear()
            self._idle.clear()
        for connection in connections:
            connection.close()

    def _take(self, origin: httpcore.Origin) -> httpcore.ConnectionInterface | None:
        """An idle connection, None if there is none to this origin."""
        with self._lock:
            for place in range(len(self._idle) - 1, -1, -1):
                if self._idle[place].can_handle_request(origin):
                    return self._idle.pop(place)
        return None

    def _new(self, url: str, origin: httpcore.Origin) -> httpcore.ConnectionInterface:
        """A connection, which is made when its first request is sent. Raises ConfigurationError."""
        import httpcore  # noqa: PLC0415 (as above)

        with base.configuration_errors():
            pool = httpcore.ConnectionPool(
                ssl_context=base.tls() if origin.scheme == b"https" else None,
                proxy=_proxy(url),
                keepalive_expiry=base.KEPT_FOR,
            )
            connection = pool.create_connection(origin)
        with self._lock:
            self.all.add(connection)
        return connection

    def _drop(self, connection: httpcore.ConnectionInterface) -> None:
        with self._lock:
            self.all.discard(connection)
        connection.close()


@lru_cache(maxsize=64)
def _target(text: str) -> tuple[httpcore.URL, str]:
    """The URL, and its host as a header. Raises httpx.InvalidURL and UnicodeError."""
    import httpcore  # noqa: PLC0415 (as above)

    url = base.parsed_url(text)
    return httpcore.URL(str(url)), url.netloc.decode("ascii")


def _proxy(url: str) -> httpcore.Proxy | None:
    """The proxy that the environment names for a URL."""
    import httpcore  # noqa: PLC0415 (as above)

    proxy = base.proxy_for(url)
    if proxy is None:
        return None
    context = base.tls() if proxy.url.scheme == "https" else None
    return httpcore.Proxy(str(proxy.url), auth=proxy.raw_auth, ssl_context=context)
