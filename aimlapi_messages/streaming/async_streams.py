"""The streams of the asynchronous client; see `streaming/streams.py`."""

from __future__ import annotations

import asyncio
import logging
import weakref
from abc import abstractmethod
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Final, Generic, Self, TypeVar

from ..core.errors import APIError, StreamError
from ..message.message import Message
from ..transport.response import AsyncReply
from ..transport.retries import Deadline, RetryState, within
from .core import NO_EVENTS, StreamCore, StreamState, UnopenedStream
from .create import CreateMessage
from .helper_events import HelperEventBuilder, MessageStreamEvent
from .wire_events import StreamEvent

if TYPE_CHECKING:
    from ..client.async_exchange import AsyncExchange
    from ..resources.async_protocols import AsyncMessageClient

logger: Final = logging.getLogger("aimlapi_messages")

_EventT = TypeVar("_EventT")

# The tasks that close dropped streams. The event loop has only weak references to tasks.
_closing: set[asyncio.Task[None]] = set()


@dataclass(slots=True)
class AsyncSource:
    """An open response with a stream, and where its bytes come from."""

    core: StreamCore
    chunks: AsyncIterator[bytes]
    reply: AsyncReply

    @classmethod
    async def of(cls, state: RetryState, reply: AsyncReply) -> Self:
        """The stream in a 2xx response. Raises as `StreamCore.as_event_stream` does."""
        core = StreamCore(
            reply.head,
            state.spending,
            state.deadline,
            buffer_until_content=state.may_retry,
            on_content=state.succeeded,
        )
        chunks = reply.iter_bytes() if core.is_event_stream else _one(core.as_event_stream(await reply.read()))
        return cls(core, chunks, reply)

    async def close(self) -> None:
        try:
            self.core.record_cost()
        finally:
            await self.reply.close()

    def close_soon(self, loop: asyncio.AbstractEventLoop) -> None:
        """Close it on its loop. Safe to call from a finalizer, on any thread."""
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
    """Iterate for typed events, or over `text_stream` for text; then close it.

    A stream that ends before the message does raises StreamIncompleteError from whatever reads it. One that breaks
    before any content is requested again, as often as `max_retries` allows.
    """

    def __init__(self, exchange: AsyncExchange, source: AsyncSource) -> None:
        self._exchange = exchange
        self._deadline = exchange.state.deadline
        self._lock = Lock()
        self._ready: Iterator[StreamEvent] = NO_EVENTS
        self._pending: deque[_EventT] = deque()  # made from the last event of the wire, not yet handed out
        self._closed = self._over = self._ended = False
        self._attach(source)

    @classmethod
    async def open(cls, client: AsyncMessageClient, operation: CreateMessage) -> Self:
        """Send the request, and return its stream."""
        exchange = client.exchange(operation, idle_timeout=operation.idle_timeout, **operation.options)
        return cls(exchange, await exchange.run(AsyncSource.of))

    def __aiter__(self) -> AsyncIterator[_EventT]:
        return self

    @abstractmethod
    async def __anext__(self) -> _EventT:
        """The next event."""

    def _at_hand(self) -> StreamEvent | None:
        """The next event of the bytes that have come. An error, like the end, is left for `_next` to find."""
        if self._over or not self._lock.acquire(False):
            return None
        try:
            return next(self._ready, None)
        except BaseException as error:
            self._ready = _raised(error)
            return None
        finally:
            self._lock.release()

    async def _next(self) -> StreamEvent | None:
        """The next event of the wire, None after the last one. The connection is released then, and on any error."""
        if not self._lock.acquire(False):
            raise StreamError("Two tasks read one stream at the same time. Read it in one of them.")
        try:
            while not self._over:
                try:
                    event = next(self._ready, None)
                    if event is not None:
                        return event
                    if self._ended:
                        break
                    if self._deadline is not None and self._ready is not NO_EVENTS:
                        self._deadline.check()
                        self._deadline.wait()
                    self._ready = NO_EVENTS
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
            self._lock.release()
        self._core.check()
        return None

    @property
    def text_stream(self) -> AsyncIterator[str]:
        """The pieces of the answer's text."""
        return _Texts(self._next_text)

    async def _next_text(self) -> str:
        while (event := self._at_hand() or await self._next()) is not None:
            self._pending.clear()
            text = self._text(event)
            if text:
                return text
        rest = self._core.message.flush_text()
        if rest:
            return rest
        raise StopAsyncIteration

    async def until_done(self) -> None:
        """Read to the end."""
        while (self._at_hand() or await self._next()) is not None:
            pass

    async def get_final_message(self) -> Message:
        """Read to the end, and return the complete message."""
        await self.until_done()
        return self._core.snapshot()

    async def get_final_text(self) -> str:
        """Read to the end, and return the complete text."""
        return (await self.get_final_message()).text

    async def close(self) -> None:
        """Stop reading and release the connection. `current_message_snapshot` keeps what had come."""
        self._closed = self._over = True
        self._pending.clear()
        await self._release()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def _next_chunk(self) -> Awaitable[bytes | None]:
        deadline = self._deadline
        return self._source.chunks.__anext__() if deadline is None else self._chunk_within(deadline)

    async def _chunk_within(self, deadline: Deadline) -> bytes | None:
        async with within(deadline):
            return await anext(self._source.chunks, None)

    async def _recover(self, error: APIError) -> None:
        """Request the stream again if no content was yielded; else raise, unless the message is complete."""
        raised = self._core.record_error(error)
        pause = None
        self._over = True
        try:
            if raised is not None and not self._core.content_yielded:
                pause = self._exchange.state.failed(raised, in_stream=True)
        finally:
            await self._release()
        if pause is not None:
            await asyncio.sleep(pause)
            if not self._closed:
                self._attach(await self._exchange.run(AsyncSource.of))
            return
        if raised is error:
            raise error
        if raised is not None:
            raise raised from error.__cause__

    def _attach(self, source: AsyncSource) -> None:
        self._source = source
        self._core = source.core
        self._ready = NO_EVENTS
        self._ended = self._over = False
        self._finalizer = weakref.finalize(self, source.close_soon, asyncio.get_running_loop())
        self._finalizer.atexit = False

    async def _release(self) -> None:
        if self._finalizer.detach() is not None:
            await self._source.close()


class _Texts:
    """Iterates over texts. A generator would take more memory, and be registered with the event loop."""

    __slots__ = ("_next_text",)

    def __init__(self, next_text: Callable[[], Awaitable[str]]) -> None:
        self._next_text = next_text

    def __aiter__(self) -> Self:
        return self

    def __anext__(self) -> Awaitable[str]:
        return self._next_text()


class AsyncEventStream(_AsyncStream[StreamEvent]):
    """The events of the wire: what `messages.create(..., stream=True)` returns."""

    async def __anext__(self) -> StreamEvent:
        event = self._at_hand() or await self._next()
        if event is None:
            raise StopAsyncIteration
        return event


class AsyncMessageStream(_AsyncStream[MessageStreamEvent]):
    """The events of the wire and helper events; see `MessageStream`."""

    def _attach(self, source: AsyncSource) -> None:
        super()._attach(source)
        self._helpers = HelperEventBuilder(source.core.message)

    async def __anext__(self) -> MessageStreamEvent:
        if not self._pending:
            event = self._at_hand() or await self._next()
            if event is None:
                raise StopAsyncIteration
            self._pending.extend(self._helpers.build(event))
        return self._pending.popleft()


class AsyncMessageStreamManager(UnopenedStream):
    """Opens a stream on entry and closes it on exit: `async with client.messages.stream(...) as stream:`."""

    __slots__ = ("_client", "_operation", "_stream")

    _entered_by = "async with"

    def __init__(self, client: AsyncMessageClient, operation: CreateMessage) -> None:
        self._client = client
        self._operation = operation
        self._stream: AsyncMessageStream | None = None

    async def __aenter__(self) -> AsyncMessageStream:
        self._stream = await AsyncMessageStream.open(self._client, self._operation)
        return self._stream

    async def __aexit__(self, *_: object) -> None:
        if self._stream is not None:
            await self._stream.close()


async def _one(chunk: bytes) -> AsyncIterator[bytes]:
    yield chunk


def _raised(error: BaseException) -> Iterator[StreamEvent]:
    raise error
    yield  # makes this a generator
