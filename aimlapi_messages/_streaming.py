"""Streams of a message's events, for both clients. Thin shells around one core that does no I/O.

`StreamCore` takes bytes and gives typed events; it knows whether the message is whole, what went wrong, and
what the message is so far. `MessageStream` and `AsyncMessageStream` only read, hand on and close.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Iterator
from types import TracebackType
from typing import Self

from aimlapi_client.models import ContentBlockDeltaEvent, TextDelta

from . import _json
from ._accumulate import MessageAccumulator, replay
from ._cost import Ledger
from ._errors import APIConnectionError, APIError, StreamError, StreamIncompleteError
from ._events import EventDecoder, StreamEvent
from ._message import Message
from ._responses import read_message
from ._sse import SSEDecoder
from ._transport import AsyncReply, SyncReply
from ._types import ReplyHead

__all__ = [
    "AsyncMessageStream",
    "AsyncMessageStreamManager",
    "MessageStream",
    "MessageStreamManager",
    "StreamCore",
    "StreamEvent",
]

# What a server may call a stream of events. JSON is read as one message, anything else is refused.
_EVENT_STREAM_TYPES = frozenset({"text/event-stream", "text/plain", "application/octet-stream", ""})


class StreamCore:
    """Bytes in, typed events out, and the state of the message between."""

    def __init__(self, head: ReplyHead, ledger: Ledger) -> None:
        self.head = head
        self.error: APIError | None = None
        self.closed = False
        self._ledger = ledger
        self._sse = SSEDecoder()
        self._events = EventDecoder(head)
        self._message = MessageAccumulator()

    @property
    def is_event_stream(self) -> bool:
        return self.head.content_type in _EVENT_STREAM_TYPES

    def as_event_stream(self, body: bytes) -> bytes:
        """A whole message, answered where a stream was asked for, as the stream that it could have been.

        Raises UnexpectedResponseError, or the error that the body speaks of.
        """
        message = read_message(self.head, body)
        return b"".join(b"data: " + _json.dumps(payload) + b"\n\n" for payload in replay(message))

    def feed(self, chunk: bytes) -> Iterator[StreamEvent]:
        """The events that the next bytes complete, each counted in before it is given out."""
        for sse in self._sse.feed(chunk):
            yield from self._counted(self._events.decode(sse))

    def finish(self) -> Iterator[StreamEvent]:
        """What is left at the end of the bytes. Raises StreamIncompleteError if the message is not whole."""
        rest = self._sse.flush()
        if rest is not None and _is_json(rest.data):
            # Only the blank line is missing; half an event would not be JSON.
            yield from self._counted(self._events.decode(rest))
        yield from self._counted(self._events.end())
        if not self._message.complete:
            raise StreamIncompleteError.advised("The stream ended before the message did.")

    def _counted(self, events: Iterator[StreamEvent]) -> Iterator[StreamEvent]:
        for event in events:
            self._message.add(event)
            yield event

    def spoiled_by(self, error: APIError) -> bool:
        """Take note of an error. Whether it matters: a broken end does not, once the message is whole."""
        if self._message.complete and isinstance(error, (APIConnectionError, StreamError)):
            return False
        error.request_id = error.request_id or self.head.request_id
        error.url = error.url or self.head.url
        error.partial = self.snapshot() if self._message.started else None
        self.error = error
        return True

    def settle(self) -> None:
        """The stream is over, whatever became of it: count what it cost, once."""
        if not self.closed:
            self.closed = True
            if self._message.started:
                self._ledger.add(self.snapshot().cost)

    def check(self) -> None:
        """Raise what stands between the caller and a whole message, once the stream is over."""
        if self.error is not None:
            raise self.error
        if not self._message.complete:
            early = StreamIncompleteError.advised("The stream was closed before the message was complete.")
            self.spoiled_by(early)
            raise early

    def snapshot(self) -> Message:
        """The message so far, with what the headers said. StreamIncompleteError before it has begun."""
        message = self._message.snapshot()
        message.adopt(self.head)
        return message


class _StreamState:
    """What both kinds of stream can say without reading."""

    _core: StreamCore

    @property
    def request_id(self) -> str | None:
        """The gateway's id of the request, known from the first moment."""
        return self._core.head.request_id

    @property
    def current_message_snapshot(self) -> Message:
        """The message as far as it has come. Raises StreamIncompleteError before it has begun."""
        return self._core.snapshot()


class MessageStream(_StreamState):
    """An answer as it comes. Iterate over it for typed events, or over `text_stream` for text; then close it.

    A stream that ends before the message does raises StreamIncompleteError from whatever is reading it.
    """

    def __init__(self, core: StreamCore, chunks: Iterable[bytes], close: Callable[[], None]) -> None:
        self._core = core
        self._chunks = chunks
        self._close = close
        self._events = self._run()

    @classmethod
    def of(cls, reply: SyncReply, ledger: Ledger) -> Self:
        """The stream that a 2xx reply holds."""
        core = StreamCore(reply.head, ledger)
        chunks = reply.iter_bytes() if core.is_event_stream else [core.as_event_stream(reply.read())]
        return cls(core, chunks, reply.close)

    def __iter__(self) -> Iterator[StreamEvent]:
        return self

    def __next__(self) -> StreamEvent:
        event = None if self._core.closed else next(self._events, None)
        if event is not None:
            return event
        self._core.check()
        raise StopIteration

    @property
    def text_stream(self) -> Iterator[str]:
        """The pieces of the answer's text."""
        return (text for text in map(_text_of, self) if text)

    def until_done(self) -> None:
        """Read to the end."""
        for _ in self:
            pass

    def get_final_message(self) -> Message:
        """Read to the end, and give the whole message."""
        self.until_done()
        return self._core.snapshot()

    def get_final_text(self) -> str:
        """Read to the end, and give the whole text."""
        return self.get_final_message().text

    def close(self) -> None:
        """Stop reading and give the connection back. What had come stays in `current_message_snapshot`."""
        self._core.settle()
        self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self) -> Iterator[StreamEvent]:
        try:
            for chunk in self._chunks:
                yield from self._core.feed(chunk)
            yield from self._core.finish()
        except APIError as error:
            if self._core.spoiled_by(error):
                raise
        finally:
            self.close()


class AsyncMessageStream(_StreamState):
    """An answer as it comes; see `MessageStream`."""

    def __init__(self, core: StreamCore, chunks: AsyncIterable[bytes], close: Callable[[], Awaitable[None]]) -> None:
        self._core = core
        self._chunks = chunks
        self._close = close
        self._events = self._run()

    @classmethod
    async def of(cls, reply: AsyncReply, ledger: Ledger) -> Self:
        """The stream that a 2xx reply holds."""
        core = StreamCore(reply.head, ledger)
        chunks = reply.iter_bytes() if core.is_event_stream else _one(core.as_event_stream(await reply.read()))
        return cls(core, chunks, reply.close)

    def __aiter__(self) -> AsyncIterator[StreamEvent]:
        return self

    async def __anext__(self) -> StreamEvent:
        event = None if self._core.closed else await anext(self._events, None)
        if event is not None:
            return event
        self._core.check()
        raise StopAsyncIteration

    @property
    def text_stream(self) -> AsyncIterator[str]:
        """The pieces of the answer's text."""
        return self._texts()

    async def _texts(self) -> AsyncIterator[str]:
        async for event in self:
            text = _text_of(event)
            if text:
                yield text

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
        self._core.settle()
        await self._close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _run(self) -> AsyncIterator[StreamEvent]:
        try:
            async for chunk in self._chunks:
                for event in self._core.feed(chunk):
                    yield event
            for event in self._core.finish():
                yield event
        except APIError as error:
            if self._core.spoiled_by(error):
                raise
        finally:
            await self.close()


class MessageStreamManager:
    """Opens a stream on entry and closes it on exit: `with client.messages.stream(...) as stream:`."""

    def __init__(self, open_stream: Callable[[], MessageStream]) -> None:
        self._open = open_stream
        self._stream: MessageStream | None = None

    def __enter__(self) -> MessageStream:
        self._stream = self._open()
        return self._stream

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stream is not None:
            self._stream.close()


class AsyncMessageStreamManager:
    """Opens a stream on entry and closes it on exit: `async with client.messages.stream(...) as stream:`."""

    def __init__(self, open_stream: Callable[[], Awaitable[AsyncMessageStream]]) -> None:
        self._open = open_stream
        self._stream: AsyncMessageStream | None = None

    async def __aenter__(self) -> AsyncMessageStream:
        self._stream = await self._open()
        return self._stream

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stream is not None:
            await self._stream.close()


def _text_of(event: StreamEvent) -> str:
    match event:
        case ContentBlockDeltaEvent(delta=TextDelta(text=text)):
            return text
        case _:
            return ""


def _is_json(text: str) -> bool:
    try:
        _json.loads(text)
    except ValueError:
        return False
    return True


async def _one(chunk: bytes) -> AsyncIterator[bytes]:
    yield chunk
