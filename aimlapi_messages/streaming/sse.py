"""Server-sent events: bytes in, events out, to the WHATWG standard. No I/O, and no idea of messages.

Lines end at LF, CR or CR LF and nowhere else (a text may hold U+2028), whatever way the network cuts the
bytes. The work is done per network chunk by the C code of `bytes`, and a line that arrives in many pieces is
joined once, so time grows with the bytes and not with their square.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from ..core.errors import EventTooLargeError

__all__ = ["DEFAULT_MAX_EVENT_SIZE", "SSEDecoder", "ServerSentEvent"]

DEFAULT_MAX_EVENT_SIZE: Final = 64 * 1024 * 1024

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_LONGEST_RETRY: Final = 15  # digits; far beyond any pause, and far below what makes int() slow


class ServerSentEvent(NamedTuple):
    """One event: its type ("message" unless named), its data, and the last id and pause (ms) so far."""

    event: str
    data: str
    id: str = ""
    retry: int | None = None


class SSEDecoder:
    """Turns the chunks of one stream into its events.

    max_event_size: the most bytes that one event's lines may have together; more raises EventTooLargeError.
    """

    __slots__ = ("_after_cr", "_data", "_event", "_first_line", "_id_text", "_limit", "_retry", "_size", "_tail")

    def __init__(self, max_event_size: int = DEFAULT_MAX_EVENT_SIZE) -> None:
        self._limit = max_event_size
        self._tail: list[bytes] = []  # the pieces of a line whose end has not come yet
        self._size = 0  # bytes of the event so far, its unfinished line included
        self._after_cr = False  # a LF that comes next belongs to the line end already seen
        self._first_line = True
        self._event = b""
        self._data: list[bytes] = []
        self._id_text = ""
        self._retry: int | None = None

    @property
    def at_rest(self) -> bool:
        """Whether no part of an event has come that has not been given out."""
        return not (self._size or self._after_cr or self._first_line)

    def feed(self, chunk: bytes) -> Iterator[ServerSentEvent]:
        """Take the next bytes, cut anywhere, and give the events that they complete. Read them all before the next.

        Those that come before one that is too large are given out all the same.
        """
        if not (self._first_line or self._after_cr or b"\r" in chunk):
            usual = self._usual(chunk)
            if usual is not None:
                return iter(usual)
        return self._take_lines(chunk)

    def _usual(self, chunk: bytes) -> list[ServerSentEvent] | None:
        """The events of a chunk that holds whole ones of a name and one line of data, as most do; None of any other."""
        if self._tail or self._data or self._event or chunk[-2:] != b"\n\n" or len(chunk) > self._limit:
            return None
        events: list[ServerSentEvent] = []
        for block in chunk[:-2].split(b"\n\n"):
            head, found, data = block.partition(b"\ndata: ")
            if not found or head[:7] != b"event: " or b"\n" in head or b"\n" in data:
                return None
            name, text = head[7:].decode("utf-8", "replace"), data.decode("utf-8", "replace")
            events.append(ServerSentEvent(name or "message", text, self._id_text, self._retry))
        self._size = 0
        return events

    def _take_lines(self, chunk: bytes) -> Iterator[ServerSentEvent]:
        """Any bytes, line by line."""
        if self._after_cr and chunk:
            chunk = chunk.removeprefix(b"\n")
            self._after_cr = False
        if not chunk:
            return
        self._after_cr = chunk.endswith(b"\r")
        lines = chunk.splitlines()  # of bytes: at LF, CR and CR LF only
        unfinished = b"" if chunk.endswith((b"\n", b"\r")) else lines.pop()
        for line in lines:
            if self._tail:
                self._tail.append(line)
                line = b"".join(self._tail)
                self._tail.clear()
                self._size -= len(line) - len(lines[0])
            event = self._take_line(line)
            if event is not None:
                yield event
        if unfinished:
            self._tail.append(unfinished)
            self._grow(len(unfinished))

    def flush(self) -> ServerSentEvent | None:
        """At the end of the bytes: the event that no blank line has closed, if it has data.

        The standard drops it. A caller that can tell a whole event from half of one may want it all the same.
        """
        if self._tail:
            line = b"".join(self._tail)
            self._tail.clear()
            self._size -= len(line)
            self._take_line(line)
        return self._dispatch()

    def _take_line(self, line: bytes) -> ServerSentEvent | None:
        self._grow(len(line))
        if self._first_line:
            self._first_line = False
            line = line.removeprefix(_BYTE_ORDER_MARK)
        if not line:
            return self._dispatch()
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            self._data.append(value)
        elif name == b"event":
            self._event = value
        elif name == b"id":
            if b"\0" not in value:
                self._id_text = _text(value)
        elif name == b"retry" and value.isdigit() and len(value) <= _LONGEST_RETRY:
            self._retry = int(value)
        return None  # a comment has an empty name; other fields mean nothing

    def _dispatch(self) -> ServerSentEvent | None:
        data, event = self._data, self._event
        self._data, self._event, self._size = [], b"", 0
        if not data:
            return None
        return ServerSentEvent(
            event=_text(event) or "message",
            data=_text(data[0] if len(data) == 1 else b"\n".join(data)),
            id=self._id_text,
            retry=self._retry,
        )

    def _grow(self, count: int) -> None:
        self._size += count
        if self._size > self._limit:
            raise EventTooLargeError.advised(f"One event of the stream has more than {self._limit:,} bytes.")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
