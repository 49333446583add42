"""Streams of a message's events for the synchronous client: shells around `StreamCore`, which does no I/O.

They only read, hand on, close, and ask again for a stream that broke before its first content.
"""

from __future__ import annotations

import sys
import time
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, ClassVar, Generic, Self, TypeVar, cast

from ..core.errors import APIError, StreamError
from ..message.message import Message
from ..message.request import CreateMessage
from ..transport import deferred_close as _reaper
from ..transport.response import SyncReply
from ..transport.retry_state import RetryState
from .core import NOTHING, AnyEvent, NotEntered, StreamCore, StreamState
from .helper_events import MessageStreamEvent, TextJoiner, text_piece
from .wire_events import StreamEvent

if TYPE_CHECKING:
    from ..client.exchange import Exchange
    from ..resources.protocols import MessageClient

__all__ = ["EventStream", "MessageStream", "MessageStreamManager", "SyncSource"]

_EventT = TypeVar("_EventT")


@dataclass(slots=True)
class SyncSource:
    """An open reply that holds a stream, and where its bytes come from."""

    core: StreamCore
    chunks: Iterator[bytes]
    reply: SyncReply

    @classmethod
    def of(cls, sending: RetryState, reply: SyncReply, derive: bool) -> Self:
        """The stream that a 2xx reply holds. Raises as `StreamCore.as_event_stream` does."""
        core = StreamCore(
            reply.head,
            sending.spending,
            sending.deadline,
            patient=sending.may_retry,
            derive=derive,
            begun=sending.succeeded,
        )
        chunks = (
            reply.iter_bytes() if core.is_event_stream else iter([core.as_event_stream(reply.read(sending.deadline))])
        )
        return cls(core, chunks, reply)

    def close(self) -> None:
        try:
            self.core.settle()
        finally:
            self.reply.close()


class _Stream(StreamState, Generic[_EventT]):
    """What both kinds of stream do. Iterate for typed events, or over `text_stream` for text; then close it.

    A stream that ends before the message does raises StreamIncompleteError from whatever is reading it. One that
    breaks before it has brought any content is asked for again, as often as `max_retries` allows.
    """

    _derived: ClassVar[bool]  # whether the events are those of `messages.stream(...)`

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._turn = Lock()
        self._ready: Iterator[AnyEvent | str] = NOTHING
        self._closed = self._over = self._ended = False
        self._hand_over = _reaper.start()
        self._adopt(exchange.run(SyncSource.of, self._derived))

    @classmethod
    def open(cls, client: MessageClient, operation: CreateMessage) -> Self:
        """Send the request, and return its stream."""
        return cls(client.exchange(operation, idle_timeout=operation.idle_timeout, **operation.options))

    def __iter__(self) -> Iterator[_EventT]:
        return self

    def __next__(self) -> _EventT:
        event = self._next()
        if event is None:
            raise StopIteration
        return cast("_EventT", event)

    def _next(self, *, texts_only: bool = False) -> AnyEvent | str | None:
        """The next event, None when the message is whole. texts_only: a piece of text may come as it is.

        The connection is given back with the last one, and with any error.
        """
        if not self._turn.acquire(blocking=False):
            raise StreamError("Two threads read one stream at the same time. Read it in one of them.")
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
            self._turn.release()
        self._core.check()
        return None

    @property
    def text_stream(self) -> Iterator[str]:
        """The pieces of the answer's text."""
        return self._texts()

    def _texts(self) -> Iterator[str]:
        while (event := self._next(texts_only=True)) is not None:
            joiner = self._joiner
            text = joiner.take(event) if isinstance(event, str) else text_piece(event, joiner)
            if text:
                yield text
        rest = self._joiner.rest()
        if rest:
            yield rest

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
        self._closed = self._over = True
        self._release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _recover(self, error: APIError) -> None:
        """Ask again if nobody has seen content yet; else raise the error, unless the message is whole without it."""
        spoiled = self._core.spoiled_by(error)
        pause = None
        self._over = True
        try:
            if spoiled is not None and not self._core.handed_out:
                pause = self._exchange.state.failed(spoiled, in_stream=True)
        finally:
            self._release()
        if pause is not None:
            time.sleep(pause)
            if not self._closed:
                self._adopt(self._exchange.run(SyncSource.of, self._derived))
            return
        if spoiled is error:
            raise error
        if spoiled is not None:
            raise spoiled from error.__cause__

    def _adopt(self, source: SyncSource) -> None:
        self._source = source
        self._core = source.core
        self._ready = NOTHING
        self._joiner = TextJoiner()
        self._ended = self._over = False
        # The finalizer's hold on the source keeps the generators that it reads from out of the garbage collector's
        # hands, for they would close the connection right there; see `transport/deferred_close.py`.
        self._lost = weakref.finalize(self, self._hand_over, source.close)
        self._lost.atexit = False

    def _release(self) -> None:
        if self._lost.detach() is None:
            return
        if isinstance(sys.exception(), GeneratorExit):
            # A generator that holds the stream is being dropped, and maybe the collector does it.
            self._hand_over(self._source.close)
        else:
            self._source.close()


class EventStream(_Stream[StreamEvent]):
    """An answer as it comes, in the events of the wire: what `messages.create(..., stream=True)` gives."""

    _derived = False


class MessageStream(_Stream[MessageStreamEvent]):
    """An answer as it comes, in the events of the wire and more: what `messages.stream(...)` gives.

    `text`, `thinking`, `input_json`, `signature` and `citation` events follow the delta that they come from;
    `content_block_stop` holds the finished block, `message_stop` the message.
    """

    _derived = True


class MessageStreamManager(NotEntered):
    """Opens a stream on entry and closes it on exit: `with client.messages.stream(...) as stream:`."""

    __slots__ = (
        "_client",
        "_operation",
        "_stream",
    )

    _entered_by = "with"

    def __init__(self, client: MessageClient, operation: CreateMessage) -> None:
        self._client = client
        self._operation = operation
        self._stream: MessageStream | None = None

    def __enter__(self) -> MessageStream:
        self._stream = MessageStream.open(self._client, self._operation)
        return self._stream

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stream is not None:
            self._stream.close()
