"""Streams of a message's events for the asynchronous client: `streaming/streams.py` with awaits in it."""

from __future__ import annotations

import asyncio
import logging
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, ClassVar, Final, Generic, Self, TypeVar, cast

from ..core.errors import APIError, StreamError
from ..message.message import Message
from ..message.request import CreateMessage
from ..transport.deadline import Deadline, within
from ..transport.response import AsyncReply
from ..transport.retry_state import RetryState
from .core import NOTHING, AnyEvent, NotEntered, StreamCore, StreamState
from .helper_events import MessageStreamEvent, TextJoiner, text_piece
from .wire_events import StreamEvent

if TYPE_CHECKING:
    from ..client.async_exchange import AsyncExchange
    from ..resources.protocols import AsyncMessageClient

__all__ = ["AsyncEventStream", "AsyncMessageStream", "AsyncMessageStreamManager", "AsyncSource"]

logger: Final = logging.getLogger("aimlapi_messages")

_EventT = TypeVar("_EventT")

# A task that closes a dropped stream is held here, for the event loop holds tasks weakly.
_closing: set[asyncio.Task[None]] = set()


@dataclass(slots=True)
class AsyncSource:
    """An open reply that holds a stream, and where its bytes come from."""

    core: StreamCore
    chunks: AsyncIterator[bytes]
    reply: AsyncReply

    @classmethod
    async def of(cls, sending: RetryState, reply: AsyncReply, derive: bool) -> Self:
        """The stream that a 2xx reply holds. Raises as `StreamCore.as_event_stream` does."""
        core = StreamCore(
            reply.head,
            sending.spending,
            sending.deadline,
            patient=sending.may_retry,
            derive=derive,
            begun=sending.succeeded,
        )
        chunks = reply.iter_bytes() if core.is_event_stream else _one(core.as_event_stream(await reply.read()))
        return cls(core, chunks, reply)

    async def close(self) -> None:
        try:
            self.core.settle()
        finally:
            await self.reply.close()

    def close_soon(self, loop: asyncio.AbstractEventLoop) -> None:
        """Close it on its loop; safe to call from a finalizer, on any thread."""
        with suppress(RuntimeError):  # the loop is closed, and the connection gone with it
            loop.call_soon_threadsafe(self._start_closing)

    def _start_closing(self) -> None:
        task = asyncio.create_task(self._close_quietly())
        _closing.add(task)
        task.add_done_callback(_closing.discard)

    async def _close_quietly(self) -> None:
        try:
            await self.close()
        except Exception as error:
            logger.debug("A dropped stream could not be closed: %s", type(error).__name__)


class _AsyncStream(StreamState, Generic[_EventT]):
    """What both kinds of stream do. Iterate for typed events, or over `text_stream` for text; then close it.

    A stream that ends before the message does raises StreamIncompleteError from whatever is reading it. One that
    breaks before it has brought any content is asked for again, as often as `max_retries` allows.
    """

    _derived: ClassVar[bool]  # whether the events are those of `messages.stream(...)`

    def __init__(self, exchange: AsyncExchange, source: AsyncSource) -> None:
        self._exchange = exchange
        self._turn = Lock()
        self._ready: Iterator[AnyEvent | str] = NOTHING
        self._closed = self._over = self._ended = False
        self._adopt(source)

    @classmethod
    async def open(cls, client: AsyncMessageClient, operation: CreateMessage) -> Self:
        """Send the request, and return its stream."""
        exchange = client.exchange(operation, idle_timeout=operation.idle_timeout, **operation.options)
        return cls(exchange, await exchange.run(AsyncSource.of, cls._derived))

    def __aiter__(self) -> AsyncIterator[_EventT]:
        return self

    async def __anext__(self) -> _EventT:
        event = self._at_hand() or await self._next()
        if event is None:
            raise StopAsyncIteration
        return cast("_EventT", event)

    def _at_hand(self, *, texts_only: bool = False) -> AnyEvent | str | None:
        """The next event of the bytes that have come. An error, like the end, is left for `_next` to find."""
        if self._over or not self._turn.acquire(blocking=False):
            return None
        try:
            self._core.texts_only = texts_only
            return next(self._ready, None)
        except BaseException as error:
            self._ready = _raised(error)
            return None
        finally:
            self._turn.release()

    async def _next(self, *, texts_only: bool = False) -> AnyEvent | str | None:
        """The next event, None when the message is whole. texts_only: a piece of text may come as it is.

        The connection is given back with the last one, and with any error.
        """
        if not self._turn.acquire(blocking=False):
            raise StreamError("Two tasks read one stream at the same time. Read it in one of them.")
        try:
            self._core.texts_only = texts_only
            while not self._over:
                try:
                    event = next(self._ready, None)
                    if event is not None:
                        return event
                    self._ready = NOTHING
                    if self._ended:
                        break
                    try:
                        chunk = None if self._core.over else await self._next_chunk()
                    except StopAsyncIteration:
                        chunk = None
                    self._ended = chunk is None
                    self._ready = self._core.finish() if chunk is None else self._core.feed(chunk)
                except APIError as error:
                    await self._recover(error)
                except GeneratorExit:  # nobody waits any more; whoever drops the stream closes it
                    raise
                except BaseException:
                    await self.close()
                    raise
            await self.close()
        finally:
            self._turn.release()
        self._core.check()
        return None

    @property
    def text_stream(self) -> AsyncIterator[str]:
        """The pieces of the answer's text."""
        return _Texts(self._next_text)

    async def _next_text(self) -> str:
        while (event := self._at_hand(texts_only=True) or await self._next(texts_only=True)) is not None:
            joiner = self._joiner
            text = joiner.take(event) if isinstance(event, str) else text_piece(event, joiner)
            if text:
                return text
        rest = self._joiner.rest()
        if rest:
            return rest
        raise StopAsyncIteration

    async def until_done(self) -> None:
        """Read to the end."""
        async for _ in self:
            pass

    async def get_final_message(self) -> Message:
        """Read to the end, and give the whole message."""
        await self.until_done()
        return self._core.snapshot()

    async def get_final_text(self) -> str:
        """Read to the end, and give the whole text."""
        return (await self.get_final_message()).text

    async def close(self) -> None:
        """Stop reading and give the connection back. What had come stays in `current_message_snapshot`."""
        self._closed = self._over = True
        await self._release()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _next_chunk(self) -> Awaitable[bytes | None]:
        deadline = self._exchange.state.deadline
        return self._source.chunks.__anext__() if deadline is None else self._chunk_within(deadline)

    async def _chunk_within(self, deadline: Deadline) -> bytes | None:
        async with within(deadline):
            return await anext(self._source.chunks, None)

    async def _recover(self, error: APIError) -> None:
        """Ask again if nobody has seen content yet; else raise the error, unless the message is whole without it."""
        spoiled = self._core.spoiled_by(error)
        pause = None
        self._over = True
        try:
            if spoiled is not None and not self._core.handed_out:
                pause = self._exchange.state.failed(spoiled, in_stream=True)
        finally:
            await self._release()
        if pause is not None:
            await asyncio.sleep(pause)
            if not self._closed:
                self._adopt(await self._exchange.run(AsyncSource.of, self._derived))
            return
        if spoiled is error:
            raise error
        if spoiled is not None:
            raise spoiled from error.__cause__

    def _adopt(self, source: AsyncSource) -> None:
        self._source = source
        self._core = source.core
        self._ready = NOTHING
        self._joiner = TextJoiner()
        self._ended = self._over = False
        self._lost = weakref.finalize(self, source.close_soon, asyncio.get_running_loop())
        self._lost.atexit = False

    async def _release(self) -> None:
        if self._lost.detach() is not None:
            await self._source.close()


class _Texts:
    """Texts, one call each. A generator would take more room, and be told to the event loop."""

    __slots__ = ("_next_text",)

    def __init__(self, next_text: Callable[[], Awaitable[str]]) -> None:
        self._next_text = next_text

    def __aiter__(self) -> Self:
        return self

    def __anext__(self) -> Awaitable[str]:
        return self._next_text()


class AsyncEventStream(_AsyncStream[StreamEvent]):
    """An answer as it comes, in the events of the wire: what `messages.create(..., stream=True)` gives."""

    _derived = False


class AsyncMessageStream(_AsyncStream[MessageStreamEvent]):
    """An answer as it comes, in the events of the wire and more; see `MessageStream`."""

    _derived = True


class AsyncMessageStreamManager(NotEntered):
    """Opens a stream on entry and closes it on exit: `async with client.messages.stream(...) as stream:`."""

    __slots__ = (
        "_client",
        "_operation",
        "_stream",
    )

    _entered_by = "async with"

    def __init__(self, client: AsyncMessageClient, operation: CreateMessage) -> None:
        self._client = client
        self._operation = operation
        self._stream: AsyncMessageStream | None = None

    async def __aenter__(self) -> AsyncMessageStream:
        self._stream = await AsyncMessageStream.open(self._client, self._operation)
        return self._stream

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stream is not None:
            await self._stream.close()


async def _one(chunk: bytes) -> AsyncIterator[bytes]:
    yield chunk


def _raised(error: BaseException) -> Iterator[AnyEvent]:
    raise error
    yield  # makes this a generator
