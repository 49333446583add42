"""The core of a stream: bytes in, typed events out. No I/O.

It knows whether the message is whole, what went wrong, what the message is so far and what it cost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, Final, NoReturn, TypeAlias

from aimlapi_client.models import ContentBlockStartEvent, MessageStartEvent, PingEvent

from ..core import json as _json
from ..core.cost import Cost, SpendTracker
from ..core.errors import APIConnectionError, APIError, StreamDecodeError, StreamError, StreamIncompleteError
from ..core.types import ReplyHead
from ..message.error_bodies import shown_headers, unexpected_response
from ..message.message import Message
from ..message.response import ResponseHead, read_message
from ..transport.deadline import Deadline
from .accumulator import MessageAccumulator, replay
from .fast_deltas import DeltaReader
from .helper_events import Derivation, MessageStreamEvent
from .sse import ServerSentEvent, SSEDecoder
from .wire_events import EventDecoder, StreamEvent, delta_event

__all__ = ["NOTHING", "AnyEvent", "NotEntered", "StreamCore", "StreamState"]

AnyEvent: TypeAlias = StreamEvent | MessageStreamEvent

# What a stream that waits for bytes has at hand. A generator that has come to its end would keep its room.
NOTHING: Final[Iterator[AnyEvent | str]] = iter(())

# What a server may call a stream of events. JSON is read as one message, anything else is refused.
_EVENT_STREAM_TYPES = frozenset({"text/event-stream", "text/plain", "application/octet-stream", ""})

# What only says that something is coming, and what says nothing.
_OPENING = (MessageStartEvent, ContentBlockStartEvent)
_CONTENTLESS = (*_OPENING, PingEvent)


# As much of a body as is kept in case that it is no stream of events after all.
_LONGEST_BODY: Final = 32 * 1024 * 1024
_FIELD: Final = re.compile(rb"^(?:data|event|id|retry|:)", re.MULTILINE)


class StreamCore:
    """Bytes in, typed events out, and the state of the message between.

    deadline: the limits of the call that this stream answers, None for none.
    patient: hold events back until there is content, so that a stream that breaks before it can be asked for again
        without anybody having seen the first one begin.
    derive: give out the events of `messages.stream(...)` instead of those of the wire.
    begun: called with the head when the first content goes out.
    """

    __slots__ = (
        "_begun",
        "_deadline",
        "_deltas",
        "_derivation",
        "_events",
        "_held",
        "_message",
        "_settled",
        "_spending",
        "_sse",
        "_stopped",
        "_unread",
        "error",
        "handed_out",
        "head",
        "over",
        "texts_only",
    )

    def __init__(
        self,
        head: ReplyHead,
        ledger: SpendTracker,
        deadline: Deadline | None = None,
        *,
        patient: bool = False,
        derive: bool = False,
        begun: Callable[[ReplyHead], None] | None = None,
    ) -> None:
        self.head = head
        self.error: APIError | None = None
        self.handed_out = False  # whether content has left
        self.over = False  # nothing more is worth waiting for: the message is whole, priced, and `[DONE]` has come
        self.texts_only = False  # the reader asks for nothing but text just now
        self._begun = begun
        self._settled = False
        self._stopped = False  # `[DONE]` came after all the rest, and what follows it is not read
        self._spending = ledger
        self._deadline = deadline
        self._sse = SSEDecoder()
        self._deltas = DeltaReader()
        self._events = EventDecoder(head)
        self._message = MessageAccumulator()
        self._unread: bytearray | None = bytearray()  # what has come before the first event, None after it
        self._held: list[StreamEvent] | None = [] if patient else None
        self._derivation = Derivation(self._message) if derive else None

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

    def feed(self, chunk: bytes) -> Iterator[AnyEvent | str]:
        """The events that the next bytes complete, each counted in before it is given out.

        While `texts_only` is set, a piece of text may come as it is and not as an event.

        Raises StreamError and its children, APITimeoutError, or the error that an event speaks of.
        """
        if self._unread is not None and len(self._unread) < _LONGEST_BODY:
            self._unread += chunk
        if self._deadline is None and chunk[-2:] == b"\n\n" and self._sse.at_rest:
            return self._whole_events(chunk)
        return self._any(chunk)

    def _any(self, chunk: bytes) -> Iterator[AnyEvent | str]:
        deadline = self._deadline
        if deadline is not None:
            deadline.arrived()
        if not self._sse.at_rest:  # the end of an event that began in an earlier chunk
            end = chunk.find(b"\n\n") + 2
            if end > 1:
                yield from self._in_full(chunk[:end])
                chunk = chunk[end:]
        end = chunk.rfind(b"\n\n") + 2
        if end > 1 and self._sse.at_rest and not self._stopped:
            yield from self._whole_events(chunk[:end])
            chunk = chunk[end:]
        if chunk and not self._stopped:
            yield from self._in_full(chunk)
        if deadline is not None:
            deadline.check()
            deadline.wait()

    def _whole_events(self, chunk: bytes) -> Iterator[AnyEvent | str]:
        """The events of bytes that end with one."""
        text, place = chunk.decode("utf-8", "replace"), 0
        message, deltas, deadline = self._message, self._deltas, self._deadline
        while place < len(text):
            found = deltas.read(text, place) if self.handed_out and not message.complete else None
            if found is None:
                end = text.find("\n\n", place) + 2
                if end < 2:  # a blank line too many
                    end = len(text)
                yield from self._in_full(text[place:end].encode())
                if self._stopped:
                    return
                place = end
                continue
            piece, place = found
            index, member = deltas.index, deltas.member
            if not message.append(index, member, piece):
                yield from self._given_out((delta_event(index, member, piece),))
                continue
            if deadline is not None:
                deadline.content()
            if self.texts_only:
                if self._derivation is not None:
                    self._derivation.passed_over()
                if member == "text":
                    yield piece
                continue
            event = delta_event(index, member, piece)
            yield event
            derived = None if self._derivation is None else self._derivation.of_delta(event)
            if derived is not None:
                yield derived

    def _in_full(self, chunk: bytes) -> Iterator[AnyEvent]:
        """The events of any bytes, each read as a whole."""
        for sse in self._sse.feed(chunk):
            self._unread = None
            payload = self._payload(sse)
            if payload is not None:
                yield from self._given_out(self._events.events(payload, sse))
            self.over = self._events.done and self._message.complete and self._message.cost is not None
            if payload is None and self.over:
                self._stopped = True
                return

    def finish(self) -> Iterator[AnyEvent | str]:
        """What is left at the end of the bytes. Raises StreamIncompleteError if the message is not whole."""
        rest = self._sse.flush()
        if rest is None and self._unread is not None and _is_no_stream(self._unread):
            body, self._unread = bytes(self._unread), None
            yield from self.feed(self.as_event_stream(body))
        if rest is not None and _is_json(rest.data):
            # Only the blank line is missing; half an event would not be JSON.
            payload = self._payload(rest)
            yield from self._given_out(() if payload is None else self._events.events(payload, rest))
        yield from self._given_out(self._events.end())
        if not self._message.complete:
            raise StreamIncompleteError.advised("The stream ended before the message did.")

    def _payload(self, sse: ServerSentEvent) -> dict[str, Any] | None:
        """What an event says. One that cannot be read says nothing once the message has said why it stopped."""
        try:
            payload = self._events.payload(sse)
        except StreamDecodeError:
            if not self._message.complete:
                raise
            return None
        if payload is not None and "meta" in payload:
            self._message.note(payload["meta"])
        return payload

    def _given_out(self, events: Iterable[StreamEvent]) -> Iterator[AnyEvent]:
        for event in events:
            try:
                self._message.add(event)
            except RecursionError as error:
                raise StreamDecodeError.advised("An event of the stream is nested too deeply.") from error
            if not isinstance(event, PingEvent) and self._deadline is not None:
                self._deadline.content()
            if self._held is None or isinstance(event, PingEvent):
                yield from self._shown(event)
                continue
            self._held.append(event)
            if not isinstance(event, _OPENING):
                held, self._held = self._held, None
                for earlier in held:
                    yield from self._shown(earlier)

    def _shown(self, event: StreamEvent) -> Iterator[AnyEvent]:
        if not self.handed_out and not isinstance(event, _CONTENTLESS):
            self.handed_out = True
            begun, self._begun = self._begun, None
            if begun is not None:
                begun(self.head)
        if self._derivation is None:
            yield event
        else:
            yield from self._derivation.of(event)

    def spoiled_by(self, error: APIError) -> APIError | None:
        """Take note of an error, and say what to raise for it: nothing for a broken end of a whole message.

        A connection that breaks in the middle of a message is a stream that ended too early, like one that just ends.
        """
        if self._message.complete and isinstance(error, (APIConnectionError, StreamError)):
            return None
        partial = self._readable()
        if partial is not None and type(error) is APIConnectionError:
            error = StreamIncompleteError.advised("The connection broke before the message was complete.")
        if isinstance(error, APIConnectionError):
            error.sent = "answered"
        error.request_id = error.request_id or self.head.request_id
        error.url = error.url or self.head.url
        error.headers = error.headers or shown_headers(self.head)
        error.partial = partial
        error.cost = error.cost or self._cost
        self.error = error
        return error

    def settle(self) -> None:
        """The stream is over, whatever became of it: count what it cost, once. It raises nothing."""
        if not self._settled:
            self._settled = True
            self._spending.add(self._cost)

    @property
    def _cost(self) -> Cost | None:
        return self._message.cost or Cost.from_headers(self.head.headers)

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


class StreamState:
    """What both kinds of stream can say without reading."""

    _core: StreamCore

    @property
    def response(self) -> ResponseHead:
        """The reply's status, headers, URL and ids; of the last attempt, when a stream was asked for again."""
        return ResponseHead.of(self._core.head)

    @property
    def request_id(self) -> str | None:
        """The gateway's id of the request, known from the first moment."""
        return self._core.head.request_id

    @property
    def current_message_snapshot(self) -> Message:
        """The message as far as it has come. Raises StreamIncompleteError before it has begun."""
        return self._core.snapshot()


class NotEntered:
    """Says what is missing where the manager of a stream is taken for the stream."""

    __slots__ = ()

    _entered_by: ClassVar[str]

    if not TYPE_CHECKING:  # who has a type checker is told by it

        def __getattr__(self, name: str) -> NoReturn:
            advice = f"Write `{self._entered_by} client.messages.stream(...) as stream:`"
            raise AttributeError(f"{type(self).__name__!r} has no {name!r}, for no stream is open yet. {advice}.")


def _is_no_stream(data: bytearray) -> bool:
    """Whether bytes that held no event are something else: no line of theirs has, or begins, the name of a field."""
    text = bytes(data).removeprefix(b"\xef\xbb\xbf")
    cut = re.split(rb"[\r\n]", text)[-1]
    begun = bool(cut) and any(name.startswith(cut) for name in (b"data:", b"event:", b"id:", b"retry:"))
    return bool(text.strip()) and not begun and _FIELD.search(text) is None


def _is_json(text: str) -> bool:
    try:
        _json.loads(text)
    except ValueError:
        return False
    return True
