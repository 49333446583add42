"""The streams of the asynchronous client: they read, and request a stream again that broke before any content.

The events are made by `StreamCore` and `with_helpers`, which do no I/O.
"""

from __future__ import annotations

import asyncio
import sys
import weakref
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Generic, Self, TypeVar

from aimlapi_client.models import ContentBlockDeltaEvent, TextDelta

from ..core.errors import APIError, StreamError
from ..message.message import Message
from ..message.response import ResponseHead
from ..transport.failures import seal
from ..transport.retries import NO_WATCH, RetryState
from .closing import AsyncCloser, async_next_within
from .core import EVENT_STREAM_TYPES, NO_EVENTS, StreamCore
from .create import CreateMessage
from .events import MessageStreamEvent, StreamEvent, TextEvent, with_helpers
from .unopened import Unopened

if TYPE_CHECKING:
    from ..client.async_client import AsyncAIMLAPI
    from ..client.async_exchange import AsyncExchange
    from ..transport.async_http import AsyncReply

_EventT = TypeVar("_EventT")


@dataclass(slots=True)
class AsyncSource:
    """An open response with a stream, and where its bytes come from."""

    core: StreamCore
    chunks: AsyncIterator[bytes]
    reply: AsyncReply

    @classmethod
    async def of(cls, state: RetryState, reply: AsyncReply) -> Self:
        """The stream in a 2xx response. Raises as `StreamCore.read_body` does."""
        core = StreamCore(reply.head, state)
        if reply.head.content_type not in EVENT_STREAM_TYPES:
            core.read_body(await reply.read(state.deadline))
        return cls(core, reply.iter_bytes(), reply)

    async def close(self) -> None:
        try:
            self.core.record_cost()
        finally:
            await self.reply.close()

    def drop(self, later: Callable[[Callable[[], Awaitable[None]]], None]) -> None:
        """Close it later. The cost is counted at once, which a finalizer may do."""
        try:
            self.core.record_cost()
        finally:
            later(self.close)


class _AsyncStream(ABC, Generic[_EventT]):
    """Iterate for typed events, or over `text_stream` for text; then close it.

    A stream that ends before the message does raises StreamIncompleteError from whatever reads it. One that breaks
    before any content is requested again, as often as `max_retries` allows. A message that has said why it stopped is
    whole; while only pings follow, or nothing, its cost is waited for no longer than 5 seconds. With an `http_client`
    of yours, the synchronous client waits for nothing as long as its `timeout` says.
    """

    def __init__(self, exchange: AsyncExchange, source: AsyncSource) -> None:
        self._exchange = exchange
        self._deadline = exchange.state.deadline
        self._watch = exchange.state.watch
        self._lock = Lock()
        self._closer = AsyncCloser()
        self._ready: Iterator[StreamEvent] = NO_EVENTS
        self._pending: deque[_EventT] = deque()  # made from the last event of the wire, not yet handed out
        self._closed = self._over = self._ended = False
        self._attach(source)

    @classmethod
    async def open(cls, client: AsyncAIMLAPI, operation: CreateMessage) -> Self:
        """Send the request, and return its stream."""
        exchange = client.exchange(operation)
        with exchange.state.watch or NO_WATCH:
            return cls(exchange, await exchange.run(AsyncSource.of))

    @property
    def response(self) -> ResponseHead:
        """The response's status, headers, URL and ids; of the last attempt, if the stream was requested again."""
        return ResponseHead.of(self._core.head)

    @property
    def request_id(self) -> str | None:
        """The gateway's id of the request."""
        return self._core.head.request_id

    @property
    def current_message_snapshot(self) -> Message:
        """The message so far, which may be ahead of the events: those before the first content are held back while the
        stream may be requested again. Raises StreamIncompleteError before it has started."""
        return self._core.snapshot()

    def __aiter__(self) -> Self:
        return self

    @abstractmethod
    async def __anext__(self) -> _EventT:
        """The next event."""

    async def _next(self) -> StreamEvent | None:
        """The next event of the wire, None after the last one. The connection is released then, and on any error."""
        if not self._lock.acquire(False):
            raise StreamError("Two tasks or threads read one stream at the same time. Read it in one of them.")
        self._pending.clear()
        chunk, handled = None, sys.exception()
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
                    self._ready = NO_EVENTS
                    if self._core.over:
                        chunk = None
                    elif self._core.message.complete:
                        ending = self._core.ending
                        self._source.reply.keep_to(ending)
                        chunk = await async_next_within(ending, self._source.chunks)
                    elif self._deadline is None:
                        chunk = await anext(self._source.chunks, None)
                    else:
                        chunk = await async_next_within(self._deadline, self._source.chunks)
                    self._ended = chunk is None
                    self._ready = self._core.finish() if chunk is None else self._core.feed(chunk)
                except GeneratorExit:  # nobody waits any more; whoever drops the stream closes it
                    raise
                except BaseException as error:
                    chunk = None  # which may repeat what was sent
                    seal(error, self._exchange.state.request, handled)
                    if not isinstance(error, APIError):
                        self._over = True
                        await self._release()
                        raise
                    await self._recover(error)
            await self.close()
        except BaseException as error:
            if self._watch is not None and not isinstance(error, GeneratorExit):
                self._watch.end_stream(self._core, error)
            raise
        finally:
            self._lock.release()
        self._core.check()
        return None

    @property
    def text_stream(self) -> AsyncIterator[str]:
        """The pieces of the answer's text."""
        return _AsyncTexts(self._next, self._text)

    def _text(self, event: StreamEvent | None) -> str:
        """The text that an event adds to the answer, "" for none; None is the end. A surrogate pair is one piece."""
        message = self._core.message
        if isinstance(event, ContentBlockDeltaEvent):  # as most are
            text = message.text(event.index) if isinstance(event.delta, TextDelta) else None
            return "" if text is None else text.last
        if event is None:
            return message.flush_text()
        return "".join(one.text for one in with_helpers(event, message) if isinstance(one, TextEvent))

    async def until_done(self) -> None:
        """Read to the end."""
        while await self._next() is not None:
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
        if self._watch is not None:
            self._watch.end_stream(self._core)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

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
                with self._watch or NO_WATCH:
                    source = await self._exchange.run(AsyncSource.of)
                self._core.error = None  # its traceback leads to this stream, which could not be freed when dropped
                self._attach(source)
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
        # The finalizer's reference to the source keeps the garbage collector away from the generators that it reads
        # from, for they would close the connection right there; see `streaming/closing.py`.
        self._finalizer = weakref.finalize(self, source.drop, self._closer.later)
        self._finalizer.atexit = False
        if self._watch is not None:
            self._watch.keep(self, source.core)

    async def _release(self) -> None:
        if self._finalizer.detach() is not None:
            await self._closer.now(self._source.close)


@dataclass(slots=True)
class _AsyncTexts:
    """The texts of a stream. A generator would take more memory, and be registered with the event loop."""

    _next: Callable[[], Awaitable[StreamEvent | None]]
    _text: Callable[[StreamEvent | None], str]

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> str:
        while (event := await self._next()) is not None:
            text = self._text(event)
            del event  # which no frame shall show of what the next one raises
            if text:
                return text
        rest = self._text(None)
        if rest:
            return rest
        raise StopAsyncIteration


class AsyncEventStream(_AsyncStream[StreamEvent]):
    """The events of the wire: what `messages.create(..., stream=True)` returns."""

    async def __anext__(self) -> StreamEvent:
        event = await self._next()
        if event is None:
            raise StopAsyncIteration
        return event


class AsyncMessageStream(_AsyncStream[MessageStreamEvent]):
    """The events of the wire and helper events: what `messages.stream(...)` opens.

    `text`, `thinking`, `input_json`, `signature` and `citation` events follow the delta that they come from;
    `content_block_stop` has the finished block, `message_stop` the message.
    """

    async def __anext__(self) -> MessageStreamEvent:
        while not self._pending:
            event = await self._next()
            if event is None:
                raise StopAsyncIteration
            self._pending.extend(with_helpers(event, self._core.message))
        return self._pending.popleft()


class AsyncMessageStreamManager(Unopened):
    """Opens a stream on entry and closes it on exit: `async with client.messages.stream(...) as stream:`."""

    __slots__ = ("_client", "_operation", "_stream")
    _opening = "async with client.messages.stream(...) as stream:"

    def __init__(self, client: AsyncAIMLAPI, operation: CreateMessage) -> None:
        self._client = client
        self._operation = operation
        self._stream: AsyncMessageStream | None = None

    async def __aenter__(self) -> AsyncMessageStream:
        self._stream = await AsyncMessageStream.open(self._client, self._operation)
        return self._stream

    async def __aexit__(self, *_: object) -> None:
        if self._stream is not None:
            await self._stream.close()
