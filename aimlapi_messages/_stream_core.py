"""The core of a stream: bytes in, typed events out. No I/O.

It knows whether the message is whole, what went wrong, what the message is so far and what it cost.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from threading import Lock

from . import _json
from ._accumulate import MessageAccumulator, replay
from ._cost import Cost, Ledger
from ._error_bodies import unexpected_response
from ._errors import APIConnectionError, APIError, StreamDecodeError, StreamError, StreamIncompleteError
from ._events import EventDecoder, StreamEvent
from ._message import Message
from ._responses import read_message
from ._sse import SSEDecoder
from ._types import ReplyHead

__all__ = ["StreamCore"]

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
        self._turn = Lock()

    @property
    def is_event_stream(self) -> bool:
        return self.head.content_type in _EVENT_STREAM_TYPES

    def as_event_stream(self, body: bytes) -> bytes:
        """A whole message, answered where a stream was asked for, as the stream that it could have been.

        Raises UnexpectedResponseError, or the error that the body speaks of.
        """
        message = read_message(self.head, body)
        try:
            return b"".join(b"data: " + _json.dumps(payload) + b"\n\n" for payload in replay(message))
        except (ValueError, RecursionError) as error:
            raise unexpected_response(self.head, body, f"JSON that cannot be written again ({error})") from error

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
            try:
                self._message.add(event)
            except RecursionError as error:
                raise StreamDecodeError.advised("An event of the stream is nested too deeply.") from error
            yield event

    def spoiled_by(self, error: APIError) -> APIError | None:
        """Take note of an error, and say what to raise for it: nothing for a broken end of a whole message.

        A connection that breaks in the middle of a message is a stream that ended too early, like one that just ends.
        """
        if self._message.complete and isinstance(error, (APIConnectionError, StreamError)):
            return None
        partial = self._readable()
        if partial is not None and type(error) is APIConnectionError:
            error = StreamIncompleteError.advised("The connection broke before the message was complete.")
        error.request_id = error.request_id or self.head.request_id
        error.url = error.url or self.head.url
        error.partial = partial
        self.error = error
        return error

    def settle(self) -> None:
        """The stream is over, whatever became of it: count what it cost, once. It raises nothing."""
        if not self.closed:
            self.closed = True
            message = self._readable()
            self._ledger.add(Cost.from_headers(self.head.headers) if message is None else message.cost)

    @contextmanager
    def reading(self) -> Generator[None]:
        """One thread or task at a time. A second one raises StreamError, and disturbs the first in nothing."""
        if not self._turn.acquire(blocking=False):
            raise StreamError("Two threads or tasks read one stream at the same time. Read it in one of them.")
        try:
            yield
        finally:
            self._turn.release()

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

    def _readable(self) -> Message | None:
        """The message so far; None before it has begun, and when what came of it cannot be read."""
        try:
            return self.snapshot()
        except (APIError, ValueError, RecursionError):
            return None


def _is_json(text: str) -> bool:
    try:
        _json.loads(text)
    except ValueError:
        return False
    return True
