"""The only module that sends. It knows httpx, as the makers of its clients do; the rest of the package need not.

It opens one request at a time, gives the reply's head at once and its bytes as they come, and turns whatever
httpx raises into the package's errors. It never follows a redirect, so the key goes to no address but the
one set. It does not retry, wait or decide.
"""

from __future__ import annotations

import atexit
import os
import weakref
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import suppress
from functools import lru_cache, partial
from sys import intern
from typing import Any, Final, Generic, NoReturn, Protocol, Self, TypeVar, cast
from weakref import WeakSet

import httpx

from . import _reaper
from ._arguments import check_http_client
from ._errors import APIConnectionError, APIError, ConfigurationError
from ._http_clients import (
    DEFAULT_TIMEOUT,
    AsyncConnections,
    AsyncTransportName,
    Connections,
    Pool,
    Pools,
    async_pools,
    sync_pools,
)
from ._transport_errors import bounded, errors_translated, without_query
from ._types import ReplyHead, Request

__all__ = ["DEFAULT_TIMEOUT", "AsyncReply", "AsyncTransport", "SyncReply", "SyncTransport"]

# Enough of an error's body to read any envelope, whatever a broken server keeps sending.
ERROR_BODY_LIMIT: Final = 1024 * 1024

# Pools of our own that are open. Whoever forgets to close a client shall not be warned of its sockets at the end.
_own_pools: WeakSet[Pools[Connections]] = WeakSet()

# What every build of httpx can decompress.
_HEADERS: Final = {"accept-encoding": "gzip, deflate", "connection": "keep-alive"}

_GivenT = TypeVar("_GivenT", bound="httpx.Client | httpx.AsyncClient")
_ConnectionsT = TypeVar("_ConnectionsT", bound="Connections | AsyncConnections")


class _Reply(Generic[_ConnectionsT]):
    """What both kinds of reply hold: the head, what is needed to read the rest, and the pool to give back."""

    __slots__ = (
        "_request",
        "_taken",
        "_worn",
        "head",
    )

    def __init__(self, head: ReplyHead, request: Request, pool: Pool[_ConnectionsT]) -> None:
        self.head = head
        self._request = request
        self._taken = [pool]
        self._worn = False

    def _over(self) -> Pool[_ConnectionsT] | None:
        """The pool, once; two threads may close a reply at the same time."""
        try:
            return self._taken.pop()
        except IndexError:
            return None


class SyncReply(_Reply[Connections]):
    """An open reply. Close it, or read it to its end, which closes it."""

    __slots__ = (
        "_body",
        "_pools",
    )

    def __init__(
        self, head: ReplyHead, body: _Body, request: Request, pool: Pool[Connections], pools: Pools[Connections]
    ) -> None:
        super().__init__(head, request, pool)
        self._body = body
        self._pools = pools

    def read_error(self, watched: Callable[[Iterator[bytes]], Iterator[bytes]] = iter) -> bytes:
        """As much of an error's body as comes, up to a limit. What breaks here must not hide the status.

        watched: gives the chunks on as long as there is time.
        """
        body = bytearray()
        try:
            for chunk in watched(self.iter_bytes()):
                body += chunk
                if len(body) >= ERROR_BODY_LIMIT:
                    break
        except APIConnectionError:
            pass
        finally:
            self.close()
        return bytes(body)

    def iter_bytes(self) -> Iterator[bytes]:
        try:
            with errors_translated(self._request, self.head):
                yield from self._body
        finally:
            self.close()

    def close(self) -> None:
        try:
            self._body.close()
        finally:
            pool = self._over()
            if pool is not None:
                _give_back(self._pools, pool)


class AsyncReply(_Reply[AsyncConnections]):
    """An open reply. Close it, or read it to its end, which closes it."""

    __slots__ = (
        "_body",
        "_pools",
    )

    def __init__(
        self,
        head: ReplyHead,
        body: _AsyncBody,
        request: Request,
        pool: Pool[AsyncConnections],
        pools: Pools[AsyncConnections],
    ) -> None:
        super().__init__(head, request, pool)
        self._body = body
        self._pools = pools

    async def read(self) -> bytes:
        return b"".join([chunk async for chunk in self.iter_bytes()])

    async def read_error(self) -> bytes:
        """As much of an error's body as comes, up to a limit. What breaks here must not hide the status."""
        body = bytearray()
        try:
            async for chunk in self.iter_bytes():
                body += chunk
                if len(body) >= ERROR_BODY_LIMIT:
                    break
        except APIConnectionError:
            pass
        finally:
            await self.close()
        return bytes(body)

    def iter_bytes(self) -> AsyncIterator[bytes]:
        return self._body.chunks(self)

    async def failed(self, error: BaseException) -> NoReturn:
        """Close after an error, and raise it."""
        # A second cancelling would meet httpcore while it closes, and cost it the connection.
        self._worn = not isinstance(error, Exception)
        try:
            with errors_translated(self._request, self.head):
                raise error
        finally:
            await self.close()

    async def close(self) -> None:
        try:
            await self._body.aclose()
        finally:
            pool = self._over()
            if pool is not None:
                await _give_back_async(self._pools, pool, worn=self._worn)


class _Body(Protocol):
    """The bytes of a reply, decompressed, and the end of it."""

    def __iter__(self) -> Iterator[bytes]: ...

    def close(self) -> None: ...


class _AsyncBody(Protocol):
    def chunks(self, reply: AsyncReply, /) -> AsyncIterator[bytes]:
        """The bytes; at their end the reply is closed, and what goes wrong is handed to its `failed`."""
        ...

    async def aclose(self) -> None: ...


class _Chunks:
    """The bytes of a reply. A generator would take more room, and be told to the event loop."""

    __slots__ = ("_body", "_reply")

    def __init__(self, reply: AsyncReply, body: AsyncIterator[bytes]) -> None:
        self._reply = reply
        self._body = body

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        try:
            return await self._body.__anext__()
        except StopAsyncIteration:
            await self._reply.close()
            raise
        except GeneratorExit:  # nobody waits any more, and nothing can be awaited here
            raise
        except BaseException as error:
            await self._reply.failed(error)


class _Decoded:
    """The body of a reply that is compressed. One that is not is read past all that httpx does to each chunk."""

    def __init__(self, response: httpx.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        return self._response.iter_bytes()

    def chunks(self, reply: AsyncReply) -> AsyncIterator[bytes]:
        return _Chunks(reply, self._response.aiter_bytes())

    def close(self) -> None:
        self._response.close()

    async def aclose(self) -> None:
        await self._response.aclose()


class _ClosedWhole(httpx.AsyncByteStream):
    """A body whose closing cannot be cancelled half-way.

    A task that asyncio cancels while httpcore 1.0.9 gives its connection back would leave that connection busy for
    ever: httpcore's own shield holds off the cancelling of anyio alone.
    """

    __slots__ = ("_inner",)

    def __init__(self, inner: object) -> None:
        self._inner = cast("httpx.AsyncByteStream", inner)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._inner.__aiter__()

    def chunks(self, reply: AsyncReply) -> AsyncIterator[bytes]:
        return _Chunks(reply, self._inner.__aiter__())

    async def aclose(self) -> None:
        await _whole(self._inner.aclose())


async def _whole(closing: Coroutine[Any, Any, None]) -> None:
    """Wait for it to its end, and be cancelled only then."""
    import asyncio  # noqa: PLC0415 (the synchronous client does without it)

    task = asyncio.ensure_future(closing)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


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
            headers=[(_name(name), value.encode("ascii")) for name, value in {**_HEADERS, **request.headers}.items()],
            content=request.body,
            extensions={"timeout": httpx.Timeout(timeout).as_dict()},
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
            _give_back(self._pools, pool, worn=not isinstance(error, APIError))
            raise
        head = _head(response, request)
        body: Any = _Decoded(response) if "content-encoding" in head.headers else response.stream
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
                head, body = await self._opened(pool.connections, request)
        except BaseException as error:
            await _give_back_async(self._pools, pool, worn=not isinstance(error, APIError))
            raise
        return AsyncReply(head, body, request, pool, self._pools)

    async def _opened(self, connections: AsyncConnections, request: Request) -> tuple[ReplyHead, _AsyncBody]:
        if isinstance(connections, httpx.AsyncClient):
            response = await connections.send(self._built(request), stream=True, follow_redirects=False)
        elif isinstance(connections, httpx.AsyncBaseTransport):
            response = await connections.handle_async_request(self._built(request))
        else:
            answer = await connections.open(request)
            head = ReplyHead(answer.status, answer.headers, without_query(request.url), request.secrets)
            return head, answer
        head = _head(response, request)
        response.stream = whole = _ClosedWhole(response.stream)
        return head, _Decoded(response) if "content-encoding" in head.headers else whole

    async def close(self) -> None:
        for connections in self._retire():
            await connections.aclose()


def _head(response: httpx.Response, request: Request) -> ReplyHead:
    headers = {intern(name.lower()): value for name, value in response.headers.items()}
    return ReplyHead(response.status_code, headers, without_query(request.url), request.secrets)


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


def _give_back(pools: Pools[Connections], pool: Pool[Connections], *, worn: bool = False) -> None:
    unneeded = pools.give_back(pool, worn=worn)
    if unneeded is not None:
        unneeded.close()


async def _give_back_async(pools: Pools[AsyncConnections], pool: Pool[AsyncConnections], *, worn: bool = False) -> None:
    unneeded = pools.give_back(pool, worn=worn)
    if unneeded is not None:
        await _whole(unneeded.aclose())


@lru_cache(maxsize=64)
def _name(text: str) -> bytes:
    """A header's name, held once however many requests are on their way."""
    return text.encode("ascii")


@lru_cache(maxsize=64)
def _url(text: str) -> httpx.URL:
    """Read once; a client asks for the same few addresses again and again."""
    return httpx.URL(text)
