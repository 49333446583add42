"""What both kinds of stream do: bytes in, typed events out. No I/O.

`StreamCore` also knows whether the message is complete, what went wrong, the message so far and its cost.

Nearly all events of an answer differ in a single string, the next piece of a text. `FastDeltas` compares what stands
before that string with the event before, and decodes the string alone. Any other event takes the long way, which gives
the same result.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import chain
from time import monotonic
from typing import Any, Final

from aimlapi_client.models import (
    ContentBlockDeltaEvent,
    ContentBlockStartEvent,
    InputJsonDelta,
    MessageStartEvent,
    PingEvent,
    TextDelta,
    ThinkingDelta,
)

from ..core import json as _json
from ..core.errors import (
    APIConnectionError,
    APIError,
    APIStatusError,
    ResponseTooLargeError,
    StreamError,
    StreamIncompleteError,
)
from ..core.reply import Cost, ReplyHead, member, read_amount, retry_after
from ..message.error_bodies import shown_headers, unexpected_response
from ..message.message import Message
from ..transport.retries import Deadline, RetryState, logger
from .accumulator import MessageAccumulator, TextBuilder, replay
from .create import read_message
from .events import EventDecoder, StreamEvent, UnknownEvent
from .sse import ServerSentEvent, SSEDecoder

# What a stream that waits for bytes has at hand, instead of a used-up generator, which takes memory.
NO_EVENTS: Final[Iterator[StreamEvent]] = iter(())

# The media types of an event stream. JSON is read as a single message, anything else is refused.
EVENT_STREAM_TYPES: Final = frozenset({"text/event-stream", "text/plain", "application/octet-stream", ""})

# Events without content, and events that say nothing of the message.
_CONTENTLESS = (MessageStartEvent, ContentBlockStartEvent, PingEvent)
_IDLE = (PingEvent, UnknownEvent)

# How many events are held back at most, more pings being dropped.
_MOST_HELD: Final = 1000

# How many seconds a message that has said why it stopped waits for its cost while nothing or only pings come.
_LONGEST_END: Final = 5.0

_FIELD: Final = re.compile(rb"^(?:data|event|id|retry|:)", re.MULTILINE)


# The class of a delta, by its type and the member that has the piece.
_DELTAS: Final[Mapping[tuple[str, str], Callable[..., Any]]] = {
    ("text", "text"): TextDelta,
    ("input_json", "partial_json"): InputJsonDelta,
    ("thinking", "thinking"): ThinkingDelta,
}

# An event up to the piece, with these members in this order and no others.
_DELTA_OPENING: Final = re.compile(
    r"(?:event: ?content_block_delta\n)?"
    r'data: ?\{"type": ?"content_block_delta", ?"index": ?(0|[1-9][0-9]{0,8}), ?"delta": ?'
    r'\{"type": ?"(text|input_json|thinking)_delta", ?"(text|partial_json|thinking)": ?"'
)
# Servers pad the end, to hide the length of the piece.
_DELTA_CLOSING: Final = re.compile(r"[ \t]*\}[ \t]*\}[ \t]*\n\n")

# Any other event of a single line of data, as most are.
_PLAIN_EVENT: Final = re.compile(r"(?:event: ?([a-z_]+)\n)?data: ?([^\r\n]+)\n\n")

# Stands for bytes that are no UTF-8, and nearly never for itself. What has it takes the long way.
_NO_TEXT: Final = "\ufffd"

_scan: Final = _json.DECODER.raw_decode


class FastDeltas:
    """Adds deltas to the message of a stream, and makes their events."""

    __slots__ = ("_delta", "_index", "_member", "_message", "_opening", "_text")

    def __init__(self, message: MessageAccumulator) -> None:
        self._message = message
        self._text = TextBuilder()
        self._index = 0
        self._member = "text"
        self._delta: Callable[..., Any] = TextDelta
        self.reset()

    def reset(self) -> None:
        """Another event was added to the message: an index may mean another block now."""
        self._opening = "\0"  # no event starts with it

    def take(self, data: str, start: int) -> tuple[ContentBlockDeltaEvent, int] | None:
        """Add the delta that starts there. Returns its event and its end; None if it is not a complete delta."""
        if not data.startswith(self._opening, start) and not self._opens(data, start):
            return None
        try:
            piece, end = _scan(data, start + len(self._opening) - 1)
        except ValueError:
            return None
        if data.startswith("}}\n\n", end):
            end += 4
        else:
            closing = _DELTA_CLOSING.match(data, end)
            if closing is None:
                return None
            end = closing.end()
        self._text.append(piece)
        return ContentBlockDeltaEvent(delta=self._delta(**{self._member: piece}), index=self._index), end

    def _opens(self, data: str, start: int) -> bool:
        found = _DELTA_OPENING.match(data, start)
        if found is None:
            return False
        index, member, delta = int(found[1]), found[3], _DELTAS.get((found[2], found[3]))
        block = self._message.builder(index)
        text = None if block is None or block.ended else block.texts.get(member)
        if delta is None or text is None:
            return False
        self._opening, self._index, self._member, self._delta, self._text = found[0], index, member, delta, text
        return True


class StreamCore:
    """Turns the bytes of one response into events, and keeps the state of their message.

    Events are held back until there is content if the request may be sent again, so that a stream that breaks before
    it can be requested again without anyone having seen the first one start.
    """

    def __init__(self, head: ReplyHead, state: RetryState) -> None:
        self.head: ReplyHead = head
        self.message: MessageAccumulator = MessageAccumulator(head.max_values)
        self.error: APIError | None = None
        self.content_yielded: bool = False
        self.over: bool = False  # the message is complete, its cost is known and `[DONE]` has come: stop reading
        self._has_news = False  # in the latest chunk: an event that says something of the message
        self._idle_since: float | None = None  # when a chunk without news came to the complete message
        self._state = state
        self._charge = state.charge
        self._deadline = state.deadline
        self._sse = SSEDecoder()
        self._deltas = FastDeltas(self.message)
        self._events = EventDecoder(head)
        self._replayed: Iterable[dict[str, Any]] = ()  # the payloads of a message that came whole
        self._unread: bytearray | None = bytearray()  # the bytes before the first event, which may be no stream
        self._buffer: list[StreamEvent] | None = [] if state.may_retry else None

    def read_body(self, body: bytes) -> None:
        """Take a message that was sent instead of a stream; `finish` gives its events.

        Raises UnexpectedResponseError, or the error in the body.
        """
        message = read_message(self.head, body)
        try:
            self._replayed = list(replay(message))
        except RecursionError as error:
            raise unexpected_response(self.head, body, f"JSON that cannot be written again ({error})") from error

    def feed(self, chunk: bytes) -> Iterator[StreamEvent]:
        """The events that the next bytes complete. The message takes each before it is yielded.

        Raises StreamError and its children, or the error in an event.
        """
        if self._sse.at_rest and self.content_yielded and not self.message.complete and chunk[-2:] == b"\n\n":
            text = chunk.decode("utf-8", "replace")
            taken = None if _NO_TEXT in text else self._deltas.take(text, 0)
            if taken is not None:  # as nearly always: a chunk that is one delta, or begins with one
                if self._deadline is not None:
                    self._deadline.content()
                event, end = taken
                return iter((event,)) if end == len(text) else chain((event,), self._read_events(text, end))
        if self._deadline is not None:
            self._deadline.arrived()
        if self._unread is not None:
            self._unread += chunk
        return self._read_chunk(chunk)

    def _read_chunk(self, chunk: bytes) -> Iterator[StreamEvent]:
        """The events of bytes that may begin and end within one."""
        self._has_news = False
        if not self._sse.at_rest:
            end = chunk.find(b"\n\n") + 2
            yield from self._read(chunk[:end])
            chunk = chunk[end:]
        end = chunk.rfind(b"\n\n") + 2 if self._sse.at_rest else 0
        text = chunk[:end].decode("utf-8", "replace")
        if end > 1 and _NO_TEXT not in text:
            yield from self._read_events(text, 0)
            chunk = chunk[end:]
        yield from self._read(chunk)
        if self._has_news or not self.message.complete:
            self._idle_since = None
        elif self._idle_since is None:
            self._idle_since = monotonic()
        elif monotonic() - self._idle_since > _LONGEST_END:
            self.over = True

    def _read_events(self, text: str, place: int) -> Iterator[StreamEvent]:
        """The events of text that ends with one, from a place on."""
        message, deltas, deadline = self.message, self._deltas, self._deadline
        while place < len(text) and not self.over:
            taken = deltas.take(text, place) if self.content_yielded and not message.complete else None
            if taken is None:
                deltas.reset()
                plain = _PLAIN_EVENT.match(text, place)
                if plain is None:
                    end = text.find("\n\n", place) + 2
                    end = end if end > 1 else len(text)
                    yield from self._read(text[place:end].encode())
                    place = end
                else:
                    place = plain.end()
                    yield from self._take(ServerSentEvent(plain[1] or "message", plain[2]))
            else:
                if deadline is not None:
                    deadline.content()
                event, place = taken
                yield event

    def _read(self, chunk: bytes) -> Iterator[StreamEvent]:
        """The events of any bytes."""
        if not chunk or self.over:
            return
        self._deltas.reset()
        for sse in self._sse.feed(chunk):
            yield from self._take(sse)
            if self.over:
                return

    def _take(self, sse: ServerSentEvent) -> Iterator[StreamEvent]:
        self._unread = None
        yield from self._accept(self._events.read(sse, self.message), sse.data)
        self.over = self._events.is_over(self.message)

    @property
    def ending(self) -> Deadline:
        """The limits of a wait for what may follow a complete message."""
        return Deadline(_LONGEST_END, None if self._deadline is None else self._deadline.remaining)

    def finish(self) -> Iterator[StreamEvent]:
        """The last events, at the end of the bytes. Raises StreamIncompleteError if the message is not complete."""
        rest = self._sse.flush()
        if rest is not None:  # half an event is not JSON; else only the blank line is missing
            yield from self._accept(self._events.read(rest, self.message, cut=True), rest.data)
        elif self._unread is not None and not _may_be_event_stream(self._unread):
            self.read_body(bytes(self._unread))
        yield from self._accept(chain(self._replayed, self._events.end()), "")
        if not self.message.complete:
            raise StreamIncompleteError.advised("The stream ended before the message did.")
        if logger.isEnabledFor(logging.DEBUG):
            self._state.log_read(f"a stream, {read_amount(member(self.message.usage, 'output_tokens'))} tokens")

    def _accept(self, payloads: Iterable[dict[str, Any]], text: str) -> Iterator[StreamEvent]:
        """Add payloads to the message and yield their events, unless they are held back. `text` is for errors."""
        for payload in payloads:
            event = self._events.decode(payload, text)
            self.message.add(payload)
            is_ping = isinstance(event, PingEvent)
            self._has_news = self._has_news or not isinstance(event, _IDLE)
            if self._deadline is not None and not is_ping:
                self._deadline.content()
            ready = [event]
            has_content = self.content_yielded or not isinstance(event, _CONTENTLESS) or self.message.has_content
            if self._buffer is not None:
                if not is_ping or len(self._buffer) < _MOST_HELD:
                    self._buffer.append(event)
                if not has_content:
                    continue
                ready, self._buffer = self._buffer, None
            for one in ready:
                if not self.content_yielded and (has_content if one is event else not isinstance(one, _CONTENTLESS)):
                    self.content_yielded = True
                    self._state.succeeded(self.head)
                yield one

    def record_error(self, error: APIError) -> APIError | None:
        """Record the error; return what to raise, or None if the message is complete without the rest.

        A connection that breaks within the message is a StreamIncompleteError, like a stream that just ends there.
        """
        if self.message.complete and isinstance(error, (APIConnectionError, ResponseTooLargeError, StreamError)):
            return None
        partial = None
        with suppress(APIError, ValueError, RecursionError):  # none before it has started, or if it cannot be decoded
            partial = self.snapshot().scrubbed(self.head)
        if partial is not None and type(error) is APIConnectionError:
            error = StreamIncompleteError.advised("The connection broke before the message was complete.")
        if isinstance(error, APIConnectionError):
            error.sent = "answered"
        error.request_id = error.request_id or self.head.request_id
        error.url = error.url or self.head.url
        error.headers = error.headers or shown_headers(self.head)
        error.retry_after = error.retry_after or retry_after(self.head.headers)
        error.partial = partial
        error.cost = error.cost or self._cost
        self.error = error
        return error

    def record_cost(self) -> None:
        """Add the cost of the stream to what was spent, once, however the stream ended. Raises nothing."""
        cost = self._cost
        if cost is None and isinstance(self.error, APIStatusError) and self.message.usage is None:
            self._charge.release()
        else:
            self._charge.settle(cost, self.message.usage, whole=self.message.complete)

    @property
    def _cost(self) -> Cost | None:
        return self.message.cost or Cost.from_headers(self.head.headers)

    def check(self) -> None:
        """Once the stream is over: raise its error, or StreamIncompleteError if it was closed early."""
        if self.error is not None:
            raise self.error
        if not self.message.complete:
            error = StreamIncompleteError.advised("The stream was closed before the message was complete.")
            self.record_error(error)
            raise error

    def snapshot(self) -> Message:
        """The message so far, with the ids of the response. StreamIncompleteError before it has started."""
        message = self.message.snapshot()
        message.set_response_metadata(self.head)
        return message


def _may_be_event_stream(data: bytearray) -> bool:
    """Whether bytes without an event may belong to an event stream: a line is, or begins like, a field."""
    text = bytes(data).removeprefix(b"\xef\xbb\xbf")
    last = text[max(text.rfind(b"\r"), text.rfind(b"\n")) + 1 :]
    cut = bool(last) and any(name.startswith(last) for name in (b"data:", b"event:", b"id:", b"retry:"))
    return not text.strip() or cut or _FIELD.search(text) is not None
