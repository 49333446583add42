"""Open replies: their bytes as they come, the errors that reading them raises, and the pool that they give back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import Any, Final, Generic, NoReturn, Protocol, Self, TypeVar, cast

import httpx

from ..core.errors import APIConnectionError
from ..core.types import ReplyHead, Request
from .errors import errors_translated
from .pools import AsyncConnections, Connections, Pool, Pools

__all__ = ["AsyncBody", "AsyncReply", "Body", "ClosedWhole", "Decoded", "SyncReply", "give_back", "give_back_async"]

# Enough of an error's body to read any envelope, whatever a broken server keeps sending.
ERROR_BODY_LIMIT: Final = 1024 * 1024

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
        self, head: ReplyHead, body: Body, request: Request, pool: Pool[Connections], pools: Pools[Connections]
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
                give_back(self._pools, pool)


class AsyncReply(_Reply[AsyncConnections]):
    """An open reply. Close it, or read it to its end, which closes it."""

    __slots__ = (
        "_body",
        "_pools",
    )

    def __init__(
        self,
        head: ReplyHead,
        body: AsyncBody,
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
                await give_back_async(self._pools, pool, worn=self._worn)


class Body(Protocol):
    """The bytes of a reply, decompressed, and the end of it."""

    def __iter__(self) -> Iterator[bytes]: ...

    def close(self) -> None: ...


class AsyncBody(Protocol):
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


class Decoded:
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


class ClosedWhole(httpx.AsyncByteStream):
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


def give_back(pools: Pools[Connections], pool: Pool[Connections], *, worn: bool = False) -> None:
    unneeded = pools.give_back(pool, worn=worn)
    if unneeded is not None:
        unneeded.close()


async def give_back_async(pools: Pools[AsyncConnections], pool: Pool[AsyncConnections], *, worn: bool = False) -> None:
    unneeded = pools.give_back(pool, worn=worn)
    if unneeded is not None:
        await _whole(unneeded.aclose())
