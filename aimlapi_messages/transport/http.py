# Made from async_http.py by `make twins`; do not edit.
"""Opens requests, one at a time and without retries: on connections of our own, or by the httpx client given.

What is raised on the way becomes the package's errors. Redirects are never followed, so that the key goes to no
address but the one set.
"""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, Self, cast

import httpx

from ..core.errors import APIConnectionError, ConfigurationError
from ..core.reply import ReplyHead
from ..core.request import Request, secrets_in, secrets_in_query
from . import base
from .arguments import DEFAULT_TIMEOUT, TimeoutTypes
from .base import raised_by_handler, shielded, suppressed
from .codings import steps
from .failures import failure
from .homes import (
    Guard,
    check_home,
    close_at,
    forget_in_children,
    guard,
    home,
    is_here,
    is_over,
    leave,
    logger,
)
from .logs import unlogged

if TYPE_CHECKING:
    from .network import Network
    from .retries import Deadline

# Enough of an error's body to read any envelope, whatever a broken server keeps sending.
ERROR_BODY_LIMIT: Final = 1024 * 1024

# Chunks of a body that are kept as they came. Each may be a byte, and take forty.
MOST_CHUNKS: Final = 1000

CLOSED: Final = "The client is closed. Build a new one, or close it after the last request."


class Response(NamedTuple):
    """What a server answered: status, headers, and the body as it comes, maybe compressed.

    close: ends it, and is told whether the body was read to its end.
    network: what it comes through, None where that is not ours.
    """

    status: int
    headers: list[tuple[bytes, bytes]]
    body: Iterable[bytes]
    close: Callable[[bool], None]
    network: Network | None = None


class SyncReply:
    """An open response, and an iterator over its bytes. Close it, or read it to its end, which closes it."""

    __slots__ = ("_body", "_chunks", "_close", "_deadline", "_home", "_left", "_limit", "_network", "_request", "head")

    def __init__(self, response: Response, request: Request, place: object) -> None:
        self.head: ReplyHead = base.reply_head(response.status, response.headers, request)
        self._body = self._chunks = iter(response.body)
        self._close = response.close
        self._network = response.network
        self._home = place
        self._request = request
        self._deadline: Deadline | None = None
        self._limit = self._left = request.max_response_size

    def read(self, deadline: Deadline | None = None) -> bytes:
        """The whole body.

        Raises APIConnectionError, APITimeoutError when the deadline passes, and ResponseTooLargeError.
        """
        body, chunks = bytearray(), list[bytes]()
        for chunk in self.iter_bytes(deadline):
            chunks.append(chunk)
            if len(chunks) == MOST_CHUNKS:
                body += b"".join(chunks)
                chunks.clear()
        return b"".join((body, *chunks) if body else chunks)  # which copies no single one

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

    def keep_to(self, deadline: Deadline) -> None:
        """Let the waits for what follows be within other limits than those of the call."""
        if self._network is not None:
            self._network.deadline = deadline

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        check_home(self._home)
        unlogged.set(self._request.secrets)  # the reader may be another than the sender
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
            self._finish(True)
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
        if not is_here(self._home):
            close_at(self._home, partial(self._close, False))
            return
        self._finish(False)
        close: Callable[[], None] | None = getattr(self._body, "close", None)
        if close is not None:
            with suppressed(ValueError, RuntimeError):  # it is being read from, or closed
                close()

    def _finish(self, whole: bool) -> None:
        try:
            self._close(whole)
        except Exception as error:  # of a user's own; what was read is whole, or another error says why it is not
            if raised_by_handler(error):
                raise
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
            return piece
        self._pieces = self._make(next(self._chunks))
        return next(self._pieces, b"")


class Transport(ABC):
    """Sends requests. Its children hold the connections."""

    def __init__(self, timeout: TimeoutTypes = DEFAULT_TIMEOUT) -> None:
        self.timeout: TimeoutTypes = timeout  # of a client that is given none
        self.closed: bool = False

    def open(self, request: Request, place: object) -> SyncReply:
        """Send a request, and return its response once the head is there. Raises APIConnectionError.

        place: where this is, and the response belongs; see `homes`.
        """
        if self.closed:
            raise ConfigurationError(CLOSED)
        unlogged.set(request.secrets)
        try:
            return SyncReply(self._send(request), request, place)
        except Exception as error:
            raised = failure(error, request)
        raise raised  # out here, so that its context is not what others raised

    def close(self) -> None:
        """Refuse further requests, and close the connections; a given client belongs to its giver."""
        self.closed = True

    @abstractmethod
    def _send(self, request: Request) -> Response: ...


class GivenClient(Transport):
    """Sends with a client of the user's, whose own headers, cookies and query are added."""

    def __init__(self, client: Any, library: ModuleType) -> None:
        """library: httpx or httpx2, of which the client is."""
        chosen = client.timeout != library.Timeout(5.0)  # httpx's own, by which hardly a model answers
        super().__init__(httpx.Timeout(**client.timeout.as_dict()) if chosen else DEFAULT_TIMEOUT)
        self._client, self._library = client, library
        self._cookies = [cookie.value or "" for cookie in client.cookies.jar]
        base.know_proxies()
        self._is_used = self._is_inherited = False
        forget_in_children(self)

    def open(self, request: Request, place: object) -> SyncReply:
        client = self._client
        query = secrets_in_query(client.params) if client.params else ()
        secrets = {*secrets_in(client.headers), *query, *self._cookies}
        return super().open(replace(request, secrets=request.secrets.plus(secrets)), place)

    def _send(self, request: Request) -> Response:
        client, library = self._client, self._library
        if self._is_inherited:
            raise ConfigurationError(
                "http_client was used before this process was forked, and its connections are the parent's. "
                "Give each process an http_client of its own."
            )
        if client.is_closed:
            raise ConfigurationError("The client is closed: its http_client was. Build a new one.")
        self._is_used = True
        outgoing = client.build_request(
            request.method,
            request.url,
            headers=dict(request.headers),
            content=request.body,
            timeout=library.Timeout(**base.timeouts(request)),
        )
        for name in request.removed:
            outgoing.headers.pop(name, None)
        try:
            response = client.send(outgoing, stream=True, follow_redirects=False)
        except library.HTTPStatusError as error:  # raised by an event hook of the client
            response = error.response
            if response.is_success:
                raise
        headers, body = response.headers.raw, cast("Iterable[bytes]", response.stream)
        if response.is_closed:  # by such a hook; what it read httpx keeps, decompressed
            headers = [header for header in headers if header[0].lower() != b"content-encoding"]
            body = cast("Iterable[bytes]", httpx.ByteStream(response.content if response.is_stream_consumed else b""))
        return Response(response.status_code, headers, body, partial(shielded, response.close))

    def forget(self) -> None:
        """Say in a child whether its connections are those of the process that this one was forked from."""
        self._is_inherited = self._is_used


class Sender(Protocol):
    """What holds the connections of one home."""

    closed: bool

    def send(self, request: Request) -> Response: ...

    def close(self) -> None: ...

    def forget(self) -> None:
        """Close the files alone, when the home is gone."""
        ...


class Home(NamedTuple):
    sender: Sender
    guard: Guard  # closes it


class Connections(Transport):
    """Connections of our own, for each home others, which are made when they are needed.

    make: what holds those of a home.
    """

    def __init__(self, make: Callable[[], Sender]) -> None:
        super().__init__()
        self._make = make
        self.homes: dict[object, Home] = {}
        forget_in_children(self)

    def _send(self, request: Request) -> Response:
        place = home()
        found = self.homes.get(place)
        if found is None or found.sender.closed:
            found = self._enter(place)
        return found.sender.send(request)

    def _enter(self, place: object) -> Home:
        for other, found in self._all_homes():
            if is_over(other):
                found.sender.forget()
                self.homes.pop(other, None)
            elif found.sender.closed:  # and its loop, maybe on another thread, sees to the rest
                self.homes.pop(other, None)
        sender = self._make()
        made = Home(sender, guard(sender))
        made = self.homes.setdefault(place, made)
        if self.closed:  # maybe just now, and without knowing of this one
            raise ConfigurationError(CLOSED)
        return made

    def _all_homes(self) -> list[tuple[object, Home]]:
        """What there is at one moment. A copy of the items would be no single step: its tuples may have the garbage
        collector run Python code, and other threads with that.
        """
        return [(place, found) for place in [*self.homes] if (found := self.homes.get(place)) is not None]

    def close(self) -> None:
        super().close()
        for place, found in self._all_homes():
            if is_here(place):
                found.sender.close()
                with suppressed(RuntimeError):  # another close has begun with that
                    found.guard.close()
            elif is_over(place):
                found.sender.forget()
            else:
                close_at(place, found.guard.close)
            self.homes.pop(place, None)

    def forget(self) -> None:
        """Leave what there is to the process that this one was forked from."""
        leave(dict(self.homes))
        for found in self.homes.values():
            found.sender.forget()
        self.homes.clear()
