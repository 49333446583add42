"""The streams of the synchronous client: they read, close, and request a stream again that broke before any content.

The events are made by `StreamCore` and `HelperEventBuilder`, which do no I/O.
"""

from __future__ import annotations

import sys
import time
import weakref
from abc import abstractmethod
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Generic, Self, TypeVar

from ..core.errors import APIError, StreamError
from ..message.message import Message
from ..transport import deferred_close
from ..transport.response import SyncReply
from ..transport.retries import RetryState
from .core import NO_EVENTS, StreamCore, StreamState, UnopenedStream
from .create import CreateMessage
from .helper_events import HelperEventBuilder, MessageStreamEvent
from .wire_events import StreamEvent

if TYPE_CHECKING:
    from ..client.exchange import Exchange
    from ..resources.protocols import MessageClient

_EventT = TypeVar("_EventT")


@dataclass(slots=True)
class SyncSource:
    """An open response with a stream, and where its bytes come from."""

    core: StreamCore
    chunks: Iterator[bytes]
    reply: SyncReply

    @classmethod
    def of(cls, state: RetryState, reply: SyncReply) -> Self:
        """The stream in a 2xx response. Raises as `StreamCore.as_event_stream` does."""
        core = StreamCore(
            reply.head,
            state.spending,
            state.deadline,
            buffer_until_content=state.may_retry,
            on_content=state.succeeded,
        )
        chunks = (
            reply.iter_bytes() if core.is_event_stream else iter([core.as_event_stream(reply.read(state.deadline))])
        )
        return cls(core, chunks, reply)

    def close(self) -> None:
        try:
            self.core.record_cost()
        finally:
            self.reply.close()


class _Stream(StreamState, Generic[_EventT]):
    """Iterate for typed events, or over `text_stream` for text; then close it.

    A stream that ends before the message does raises StreamIncompleteError from whatever reads it. One that breaks
    before any content is requested again, as often as `max_retries` allows.
    """

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._deadline = exchange.state.deadline
        self._lock = Lock()
        self._ready: Iterator[StreamEvent] = NO_EVENTS
        self._pending: deque[_EventT] = deque()  # made from the last event of the wire, not yet handed out
        self._closed = self._over = self._ended = False
        self._close_later = deferred_close.start()
        self._attach(exchange.run(SyncSource.of))

    @classmethod
    def open(cls, client: MessageClient, operation: CreateMessage) -> Self:
        """Send the request, and return its stream."""
        return cls(client.exchange(operation, idle_timeout=operation.idle_timeout, **operation.options))

    def __iter__(self) -> Iterator[_EventT]:
        return self

    @abstractmethod
    def __next__(self) -> _EventT:
        """The next event."""

    def _next(self) -> StreamEvent | None:
        """The next event of the wire, None after the last one. The connection is released then, and on any error."""
        if not self._lock.acquire(False):
            raise StreamError("Two threads read one stream at the same time. Read it in one of them.")
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
                    chunk = None if self._core.over else next(self._source.chunks, None)
                    self._ended = chunk is None
                    self._ready = self._core.finish() if chunk is None else self._core.feed(chunk)
                except APIError as error:
                    self._recover(error)
                except BaseException:
                    self.close()
                    raise
            self.close()
        finally:
            self._lock.release()
        self._core.check()
        return None

    @property
    def text_stream(self) -> Iterator[str]:
        """The pieces of the answer's text."""
        return self._texts()

    def _texts(self) -> Iterator[str]:
        read, pending = self._next, self._pending
        while (event := read()) is not None:
            if pending:
                pending.clear()
            text = self._text(event)
            if text:
                yield text
        rest = self._core.message.flush_text()
        if rest:
            yield rest

    def until_done(self) -> None:
        """Read to the end."""
        while self._next() is not None:
            pass

    def get_final_message(self) -> Message:
        """Read to the end, and return the complete message."""
        self.until_done()
        return self._core.snapshot()

    def get_final_text(self) -> str:
        """Read to the end, and return the complete text."""
        return self.get_final_message().text

    def close(self) -> None:
        """Stop reading and release the connection. `current_message_snapshot` keeps what had come."""
        self._closed = self._over = True
        self._pending.clear()
        self._release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _recover(self, error: APIError) -> None:
        """Request the stream again if no content was yielded; else raise, unless the message is complete."""
        raised = self._core.record_error(error)
        pause = None
        self._over = True
        try:
            if raised is not None and not self._core.content_yielded:
                pause = self._exchange.state.failed(raised, in_stream=True)
        finally:
            self._release()
        if pause is not None:
            time.sleep(pause)
            if not self._closed:
                self._attach(self._exchange.run(SyncSource.of))
            return
        if raised is error:
            raise error
        if raised is not None:
            raise raised from error.__cause__

    def _attach(self, source: SyncSource) -> None:
        self._source = source
        self._core = source.core
        self._ready = NO_EVENTS
        self._ended = self._over = False
        # The finalizer's reference to the source keeps the garbage collector away from the generators that it reads
        # from, for they would close the connection right there; see `transport/deferred_close.py`.
        self._finalizer = weakref.finalize(self, self._close_later, source.close)
        self._finalizer.atexit = False

    def _release(self) -> None:
        if self._finalizer.detach() is None:
            return
        if isinstance(sys.exception(), GeneratorExit):
            # A generator that has the stream is being dropped, maybe by the garbage collector.
            self._close_later(self._source.close)
        else:
            self._source.close()


class EventStream(_Stream[StreamEvent]):
    """The events of the wire: what `messages.create(..., stream=True)` returns."""

    def __next__(self) -> StreamEvent:
        event = self._next()
        if event is None:
            raise StopIteration
        return event


class MessageStream(_Stream[MessageStreamEvent]):
    """The events of the wire and helper events: what `messages.stream(...)` opens.

    `text`, `thinking`, `input_json`, `signature` and `citation` events follow the delta that they come from;
    `content_block_stop` has the finished block, `message_stop` the message.
    """

    def _attach(self, source: SyncSource) -> None:
        super()._attach(source)
        self._helpers = HelperEventBuilder(source.core.message)

    def __next__(self) -> MessageStreamEvent:
        if not self._pending:
            event = self._next()
            if event is None:
                raise StopIteration
            self._pending.extend(self._helpers.build(event))
        return self._pending.popleft()


class MessageStreamManager(UnopenedStream):
    """Opens a stream on entry and closes it on exit: `with client.messages.stream(...) as stream:`."""

    __slots__ = ("_client", "_operation", "_stream")

    _entered_by = "with"

    def __init__(self, client: MessageClient, operation: CreateMessage) -> None:
        self._client = client
        self._operation = operation
        self._stream: MessageStream | None = None

    def __enter__(self) -> MessageStream:
        self._stream = MessageStream.open(self._client, self._operation)
        return self._stream

    def __exit__(self, *_: object) -> None:
        if self._stream is not None:
            self._stream.close()
