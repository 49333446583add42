"""Open responses: their bytes as they come, the errors that reading them raises, and the pool that they return to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Coroutine, Iterator
from typing import TYPE_CHECKING, Any, Final, NoReturn, Self, cast

import httpx

from ..core.errors import APIConnectionError
from ..core.reply import ReplyHead
from ..core.request import Request
from .errors import HTTPX_ERRORS, map_exception

if TYPE_CHECKING:
    from .pools import AsyncConnections, Connections, Pool, Pools
    from .retries import Deadline

# Enough of an error's body to read any envelope, whatever a broken server keeps sending.
ERROR_BODY_LIMIT: Final = 1024 * 1024


class SyncReply:
    """An open response. Close it, or read it to its end, which closes it."""

    __slots__ = ("_body", "_pool", "_pools", "_request", "head")

    def __init__(
        self,
        head: ReplyHead,
        body: httpx.SyncByteStream,
        request: Request,
        pool: Pool[Connections],
        pools: Pools[Connections],
    ) -> None:
        self.head: ReplyHead = head
        self._body = body
        self._request = request
        self._pool = [pool]  # whoever closes the response takes it out
        self._pools = pools

    def read(self, deadline: Deadline | None = None) -> bytes:
        """The whole body. Raises APIConnectionError, and APITimeoutError when the deadline passes."""
        return b"".join(self.iter_bytes(deadline))

    def read_error(self, deadline: Deadline | None = None) -> bytes:
        """As much of an error's body as comes, up to a limit. What breaks here must not hide the status."""
        body = bytearray()
        try:
            for chunk in self.iter_bytes(deadline):
                body += chunk
                if len(body) >= ERROR_BODY_LIMIT:
                    break
        except APIConnectionError:
            pass
        finally:
            self.close()
        return bytes(body)

    def iter_bytes(self, deadline: Deadline | None = None) -> Iterator[bytes]:
        """The body, decompressed, as it comes."""
        try:
            for chunk in self._body:
                if deadline is not None:
                    deadline.check("answered")
                yield chunk
        except HTTPX_ERRORS as error:
            raise map_exception(error, self._request, self.head) from error
        finally:
            self.close()

    def close(self) -> None:
        try:
            self._body.close()
        finally:
            try:
                pool = self._pool.pop()
            except IndexError:  # closed before, maybe by another thread just now
                pass
            else:
                unneeded = self._pools.release(pool)
                if unneeded is not None:
                    unneeded.close()


class AsyncReply:
    """An open response. Close it, or read it to its end, which closes it."""

    __slots__ = ("_body", "_pool", "_pools", "_request", "_tainted", "head")

    def __init__(
        self,
        head: ReplyHead,
        body: httpx.AsyncByteStream,
        request: Request,
        pool: Pool[AsyncConnections],
        pools: Pools[AsyncConnections],
    ) -> None:
        self.head: ReplyHead = head
        self._body = body
        self._request = request
        self._pool = [pool]  # whoever closes the response takes it out
        self._pools = pools
        self._tainted = False

    async def read(self) -> bytes:
        """The whole body. Raises APIConnectionError."""
        try:
            chunks = [chunk async for chunk in self._body]
        except GeneratorExit:  # nobody waits any more, and nothing can be awaited here
            raise
        except BaseException as error:
            await self.failed(error)
        await self.close()
        return b"".join(chunks)

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

    def iter_bytes(self, deadline: Deadline | None = None) -> AsyncIterator[bytes]:
        """The body, decompressed, as it comes. Raises APITimeoutError when the deadline passes."""
        chunks = _Chunks(self, self._body.__aiter__())
        return chunks if deadline is None else _timely(chunks, deadline)

    async def failed(self, error: BaseException) -> NoReturn:
        """Close after an error, and raise it."""
        # A second cancellation would interrupt httpcore's own clean-up, and cost it the connection.
        self._tainted = not isinstance(error, Exception)
        is_of_httpx = isinstance(error, HTTPX_ERRORS)
        try:
            if is_of_httpx:
                raise map_exception(cast("Exception", error), self._request, self.head) from error
            raise error
        finally:
            await self.close()

    async def close(self) -> None:
        try:
            await self._body.aclose()
        finally:
            try:
                pool = self._pool.pop()
            except IndexError:
                pass
            else:
                unneeded = self._pools.release(pool, tainted=self._tainted)
                if unneeded is not None:
                    await shielded(unneeded.aclose())


class _Chunks:
    """The bytes of a response. A generator would take more memory, and be registered with the event loop."""

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


async def _timely(chunks: _Chunks, deadline: Deadline) -> AsyncIterator[bytes]:
    async for chunk in chunks:
        deadline.check("answered")
        yield chunk


class Decoded(httpx.SyncByteStream, httpx.AsyncByteStream):
    """The body of a response that is compressed. Any other is read without what httpx does to each chunk."""

    def __init__(self, response: httpx.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        return self._response.iter_bytes()

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._response.aiter_bytes()

    def close(self) -> None:
        self._response.close()

    async def aclose(self) -> None:
        await self._response.aclose()


class ShieldedStream(httpx.AsyncByteStream):
    """A body whose closing cannot be cancelled half-way.

    httpcore 1.0.9 shields it from cancellation by anyio alone: a task that asyncio cancels while httpcore releases its
    connection would leave that connection busy for ever.
    """

    __slots__ = ("_inner",)

    def __init__(self, inner: object) -> None:
        self._inner = cast("httpx.AsyncByteStream", inner)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._inner.__aiter__()

    async def aclose(self) -> None:
        await shielded(self._inner.aclose())


async def shielded(closing: Coroutine[Any, Any, None]) -> None:
    """Wait for it to end, and be cancelled only then."""
    import asyncio  # noqa: PLC0415 (the synchronous client does without it)

    task = asyncio.ensure_future(closing)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise
