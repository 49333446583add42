"""Opens requests, one at a time and without retries: on connections of our own, or by the httpx client given.

What is raised on the way becomes the package's errors. Redirects are never followed, so that the key goes to no
address but the one set.
"""

from __future__ import annotations

import asyncio
import sys
from abc import ABC, abstractmethod
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterator
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
from .base import async_shielded, raised_by_handler, suppressed
from .codings import steps
from .failures import failure
from .homes import (
    AsyncGuard,
    async_check_home,
    async_close_at,
    async_guard,
    async_home,
    async_is_here,
    async_is_over,
    forget_in_children,
    leave,
    logger,
)
from .logs import unlogged

if TYPE_CHECKING:
    from .async_network import AsyncNetwork
    from .retries import Deadline

# Enough of an error's body to read any envelope, whatever a broken server keeps sending.
ERROR_BODY_LIMIT: Final = 1024 * 1024

# Chunks of a body that are kept as they came. Each may be a byte, and take forty.
MOST_CHUNKS: Final = 1000

CLOSED: Final = "The client is closed. Build a new one, or close it after the last request."


class AsyncResponse(NamedTuple):
    """What a server answered: status, headers, and the body as it comes, maybe compressed.

    close: ends it, and is told whether the body was read to its end.
    network: what it comes through, None where that is not ours.
    """

    status: int
    headers: list[tuple[bytes, bytes]]
    body: AsyncIterable[bytes]
    close: Callable[[bool], Awaitable[None]]
    network: AsyncNetwork | None = None


class AsyncReply:
    """An open response, and an iterator over its bytes. Close it, or read it to its end, which closes it."""

    __slots__ = ("_body", "_chunks", "_close", "_deadline", "_home", "_left", "_limit", "_network", "_request", "head")

    def __init__(self, response: AsyncResponse, request: Request, place: object) -> None:
        self.head: ReplyHead = base.reply_head(response.status, response.headers, request)
        self._body = self._chunks = aiter(response.body)
        self._close = response.close
        self._network = response.network
        self._home = place
        self._request = request
        self._deadline: Deadline | None = None
        self._limit = self._left = request.max_response_size

    async def read(self, deadline: Deadline | None = None) -> bytes:
        """The whole body.

        Raises APIConnectionError, APITimeoutError when the deadline passes, and ResponseTooLargeError.
        """
        body, chunks = bytearray(), list[bytes]()
        async for chunk in self.iter_bytes(deadline):
            chunks.append(chunk)
            if len(chunks) == MOST_CHUNKS:
                body += b"".join(chunks)
                chunks.clear()
        return b"".join((body, *chunks) if body else chunks)  # which copies no single one

    async def read_error(self, deadline: Deadline | None = None) -> bytes:
        """As much of an error's body as comes, up to a limit. What breaks here must not hide the status."""
        body = bytearray()
        with suppress(APIConnectionError):
            async for chunk in self.iter_bytes(deadline, sys.maxsize):
                body += chunk
                if len(body) >= ERROR_BODY_LIMIT:
                    break
        return bytes(body)

    def iter_bytes(self, deadline: Deadline | None = None, limit: int | None = None) -> AsyncIterator[bytes]:
        """The body, decompressed, as it comes. Raises as `read` does.

        limit: the most bytes, those of the request unless given.
        """
        self._deadline = deadline
        if limit is not None:
            self._limit = self._left = limit
        coding = self.head.headers.get("content-encoding")
        for make, rest in steps(coding) if coding else ():  # nearly none has one
            self._chunks = _AsyncPieces(self._chunks, make, deadline)
            if rest:
                response = httpx.Response(200, headers={"content-encoding": rest}, content=self._chunks)
                self._chunks = response.aiter_bytes()
        return self

    def keep_to(self, deadline: Deadline) -> None:
        """Let the waits for what follows be within other limits than those of the call."""
        if self._network is not None:
            self._network.deadline = deadline

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        async_check_home(self._home)
        unlogged.set(self._request.secrets)  # the reader may be another than the sender
        try:
            if self._left < 0:
                came = self._limit - self._left
                raise self.head.too_large(f"more than {self._limit:,} bytes: {came:,} had come when it was given up")
            chunk = await anext(self._chunks)
            self._left -= len(chunk)
            if self._left < 0:
                chunk = chunk[: self._left]  # what it may have is of use to a stream
            if self._deadline is not None:
                self._deadline.check("answered")
            return chunk
        except StopAsyncIteration:
            await self._finish(True)
            raise
        except GeneratorExit:  # nobody waits any more, and nothing can be awaited here
            raise
        except Exception as error:
            raised = failure(error, self._request, self.head)
        except BaseException:
            await self.close()
            raise
        await self.close()
        raise raised  # out here, so that its context is not what others raised

    async def close(self) -> None:
        if not async_is_here(self._home):
            async_close_at(self._home, partial(self._close, False))
            return
        await self._finish(False)
        close: Callable[[], Awaitable[None]] | None = getattr(self._body, "aclose", None)
        if close is not None:
            await asyncio.sleep(0)  # the end of a loop closes all generators at once, and says if it finds one at it
            with suppressed(ValueError, RuntimeError):  # it is being read from, or closed
                await close()

    async def _finish(self, whole: bool) -> None:
        try:
            await self._close(whole)
        except Exception as error:  # of a user's own; what was read is whole, or another error says why it is not
            if raised_by_handler(error):
                raise
            logger.debug("A response could not be closed: %s", type(error).__name__)


class _AsyncPieces:
    """A body in the pieces that something makes of its chunks, at least one of each, so that the deadline is asked."""

    __slots__ = ("_chunks", "_deadline", "_make", "_pieces")

    def __init__(
        self, chunks: AsyncIterator[bytes], make: Callable[[bytes], Iterator[bytes]], deadline: Deadline | None
    ) -> None:
        self._chunks = chunks
        self._make = make
        self._deadline = deadline
        self._pieces: Iterator[bytes] = iter(())

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        piece = next(self._pieces, None)
        if self._deadline is not None:
            self._deadline.check("answered")
        if piece is not None:
            await asyncio.sleep(0)  # one chunk may make thousands
            return piece
        self._pieces = self._make(await anext(self._chunks))
        return next(self._pieces, b"")


class AsyncTransport(ABC):
    """Sends requests. Its children hold the connections."""

    def __init__(self, timeout: TimeoutTypes = DEFAULT_TIMEOUT) -> None:
        self.timeout: TimeoutTypes = timeout  # of a client that is given none
        self.closed: bool = False

    async def open(self, request: Request, place: object) -> AsyncReply:
        """Send a request, and return its response once the head is there. Raises APIConnectionError.

        place: where this is, and the response belongs; see `homes`.
        """
        if self.closed:
            raise ConfigurationError(CLOSED)
        unlogged.set(request.secrets)
        try:
            return AsyncReply(await self._send(request), request, place)
        except Exception as error:
            raised = failure(error, request)
        raise raised  # out here, so that its context is not what others raised

    async def close(self) -> None:
        """Refuse further requests, and close the connections; a given client belongs to its giver."""
        self.closed = True

    @abstractmethod
    async def _send(self, request: Request) -> AsyncResponse: ...


class AsyncGivenClient(AsyncTransport):
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

    async def open(self, request: Request, place: object) -> AsyncReply:
        client = self._client
        query = secrets_in_query(client.params) if client.params else ()
        secrets = {*secrets_in(client.headers), *query, *self._cookies}
        return await super().open(replace(request, secrets=request.secrets.plus(secrets)), place)

    async def _send(self, request: Request) -> AsyncResponse:
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
            response = await client.send(outgoing, stream=True, follow_redirects=False)
        except library.HTTPStatusError as error:  # raised by an event hook of the client
            response = error.response
            if response.is_success:
                raise
        headers, body = response.headers.raw, cast("AsyncIterable[bytes]", response.stream)
        if response.is_closed:  # by such a hook; what it read httpx keeps, decompressed
            headers = [header for header in headers if header[0].lower() != b"content-encoding"]
            body = cast(
                "AsyncIterable[bytes]", httpx.ByteStream(response.content if response.is_stream_consumed else b"")
            )
        return AsyncResponse(response.status_code, headers, body, partial(async_shielded, response.aclose))

    def forget(self) -> None:
        """Say in a child whether its connections are those of the process that this one was forked from."""
        self._is_inherited = self._is_used


class AsyncSender(Protocol):
    """What holds the connections of one home."""

    closed: bool

    async def send(self, request: Request) -> AsyncResponse: ...

    async def close(self) -> None: ...

    def forget(self) -> None:
        """Close the files alone, when the home is gone."""
        ...


class AsyncHome(NamedTuple):
    sender: AsyncSender
    guard: AsyncGuard  # closes it


class AsyncConnections(AsyncTransport):
    """Connections of our own, for each home others, which are made when they are needed.

    make: what holds those of a home.
    """

    def __init__(self, make: Callable[[], AsyncSender]) -> None:
        super().__init__()
        self._make = make
        self.homes: dict[object, AsyncHome] = {}
        forget_in_children(self)

    async def _send(self, request: Request) -> AsyncResponse:
        place = async_home()
        found = self.homes.get(place)
        if found is None or found.sender.closed:
            found = self._enter(place)
        return await found.sender.send(request)

    def _enter(self, place: object) -> AsyncHome:
        for other, found in self._all_homes():
            if async_is_over(other):
                found.sender.forget()
                self.homes.pop(other, None)
            elif found.sender.closed:  # and its loop, maybe on another thread, sees to the rest
                self.homes.pop(other, None)
        sender = self._make()
        made = AsyncHome(sender, async_guard(sender))
        made = self.homes.setdefault(place, made)
        if self.closed:  # maybe just now, and without knowing of this one
            raise ConfigurationError(CLOSED)
        return made

    def _all_homes(self) -> list[tuple[object, AsyncHome]]:
        """What there is at one moment. A copy of the items would be no single step: its tuples may have the garbage
        collector run Python code, and other threads with that.
        """
        return [(place, found) for place in [*self.homes] if (found := self.homes.get(place)) is not None]

    async def close(self) -> None:
        await super().close()
        for place, found in self._all_homes():
            if async_is_here(place):
                await found.sender.close()
                with suppressed(RuntimeError):  # another close has begun with that
                    await found.guard.aclose()
            elif async_is_over(place):
                found.sender.forget()
            else:
                async_close_at(place, found.guard.aclose)
            self.homes.pop(place, None)

    def forget(self) -> None:
        """Leave what there is to the process that this one was forked from."""
        leave(dict(self.homes))
        for found in self.homes.values():
            found.sender.forget()
        self.homes.clear()
