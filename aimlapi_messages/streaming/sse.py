"""Decodes server-sent events as the WHATWG standard says. No I/O.

Lines end at LF, CR or CR LF and nowhere else (a text may contain U+2028). A line that comes in many pieces is joined
once, so that the work is linear in the bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from ..core.json import is_utf8

# What a body with events begins with, which is never JSON.
BEGINNING: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:data|event|id|retry)?:")


class ServerSentEvent(NamedTuple):
    """An event: its type ("message" by default), and its data. Ids and retry times serve no one here.

    intact: the bytes of its data were UTF-8; others became U+FFFD.
    """

    event: str
    data: str
    intact: bool = True


class SSEDecoder:
    """Decodes the events of one stream. Memory holds one event; its bytes are counted where they are read.

    at_rest: no part of the next event has come.
    """

    __slots__ = ("_after_cr", "_begun", "_data", "_event", "_first_line", "_tail", "at_rest")

    def __init__(self) -> None:
        self.at_rest: bool = False  # a byte order mark may come
        self._tail = bytearray()  # of an unfinished line
        self._begun = False  # a line of the event has come
        self._after_cr = False  # a LF that comes next belongs to the same line end
        self._first_line = True
        self._event = b""
        self._data: bytearray | None = None

    def feed(self, chunk: bytes) -> Iterator[ServerSentEvent]:
        """The events that the next bytes complete. Read them all before the next call."""
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
                line = bytes(self._tail + line)
                self._tail.clear()
            event = self._take_line(line)
            if event is not None:
                yield event
        if unfinished:
            self._tail += unfinished
        self.at_rest = not (self._begun or self._tail or self._after_cr or self._first_line)

    def flush(self) -> ServerSentEvent | None:
        """At the end of the bytes: the event without a blank line after it, if it has data.

        The standard drops it, but here the caller can tell whether it is complete.
        """
        if self._tail:
            self._take_line(bytes(self._tail))
            self._tail.clear()
        return self._dispatch()

    def _take_line(self, line: bytes) -> ServerSentEvent | None:
        if self._first_line:
            self._first_line = False
            line = line.removeprefix(b"\xef\xbb\xbf")  # a byte order mark
        if not line:
            return self._dispatch()
        self._begun = True
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            if self._data is None:
                self._data = bytearray(value)
            else:
                self._data += b"\n" + value
        elif name == b"event":
            self._event = value
        return None  # a comment has an empty name; other fields are ignored

    def _dispatch(self) -> ServerSentEvent | None:
        data, event = self._data, self._event
        self._data, self._event, self._begun = None, b"", False
        if data is None:
            return None
        name, text = event.decode("utf-8", "replace") or "message", data.decode("utf-8", "replace")
        return ServerSentEvent(name, text, "\ufffd" not in text or is_utf8(data))
