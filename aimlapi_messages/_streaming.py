"""Streams of a message's events, for both clients. Thin shells around `StreamCore`, which does no I/O.

`MessageStream` and `AsyncMessageStream` only read, hand on and close.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Iterator
from types import TracebackType
from typing import Self

from aimlapi_client.models import ContentBlockDeltaEvent

from ._cost import Ledger
from ._errors import APIError
from ._events import StreamEvent
from ._message import Message, text_of
from ._stream_core import StreamCore
from ._transport import AsyncReply, SyncReply

__all__ = [
    "AsyncMessageStream",
    "AsyncMessageStreamManager",
    "MessageStream",
    "MessageStreamManager",
    "StreamCore",
    "StreamEvent",
]


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
        with self._core.reading():
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
        try:
            self._core.settle()
        finally:
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
            spoiled = self._core.spoiled_by(error)
            if spoiled is error:
                raise
            if spoiled is not None:
                raise spoiled from error.__cause__
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
        with self._core.reading():
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
        try:
            self._core.settle()
        finally:
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
            spoiled = self._core.spoiled_by(error)
            if spoiled is error:
                raise
            if spoiled is not None:
                raise spoiled from error.__cause__
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
        case ContentBlockDeltaEvent(delta=delta):
            return text_of(delta)
        case _:
            return ""


async def _one(chunk: bytes) -> AsyncIterator[bytes]:
    yield chunk
