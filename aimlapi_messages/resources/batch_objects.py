"""Finds the JSON objects in a body as it comes, wherever it is cut, in linear time and bounded memory. No I/O."""

from __future__ import annotations

import re
from collections.abc import Iterator
from json import JSONDecodeError
from typing import Any, Final

from ..core.json import DECODER, MOST_LEVELS, TooLargeError, check_count, check_depth
from ..core.reply import ReplyHead

# Between objects. A byte order mark does no harm.
_GAP: Final = re.compile(rb"[\s,\xef\xbb\xbf]*+")
# Within one: up to the next bracket or to a string that does not end in the chunk, and the rest of such a string.
_NO_BRACKET: Final = re.compile(rb'(?:[^{}\[\]"]++|"(?:[^"\\]++|\\.)*+")*+', re.DOTALL)
_STRING: Final = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)
# An object of so many bytes is looked at before it ends, for nothing after a mistake may make it JSON again; and once
# more whenever it is twice as large.
_FIRST_CHECK: Final = 1024 * 1024
_NO_JSON: Final = "something that is not JSON"

# What is left from the place where JSON stops making sense, if more of it may make sense of that.
_UNFINISHED: Final = re.compile(r"(t(ru?)?|f(a(ls?)?)?|n(u(ll?)?)?|-|\.|[eE][+-]?|\\?u[0-9a-fA-F]{0,4})?")


class JSONObjects:
    """The objects in a body that comes in chunks: one after the other, such as JSON Lines, or in an array.

    The end of one that is not a whole line is found by its brackets: each byte is looked at once for that, wherever the
    chunks are cut, and decoded when all of the object is there.

    head: of the reply, with the limit of an object.
    line, place: where the latest object begins: its line, counted from 1, and its byte, counted from 0.
    latest: what has come of it.
    is_empty: nothing has begun yet.
    """

    def __init__(self, head: ReplyHead) -> None:
        self.line: int = 1
        self.place: int = 0
        self.is_empty: bool = True
        self._head = head
        self._in_array = False
        self._latest = bytearray()  # and no list of pieces, each of which may be a byte and takes forty
        self._check_at = _FIRST_CHECK
        self._depth = 0  # brackets that are open
        self._in_string = self._in_escape = False
        self._passed = self._lines = 0  # bytes before this chunk, and lines that have ended

    @property
    def latest(self) -> bytes:
        return bytes(self._latest)

    def feed(self, chunk: bytes) -> Iterator[dict[str, Any]]:
        """The objects that end in a chunk. Raises ValueError for what is none, and TooLargeError."""
        place = counted = 0
        while place < len(chunk):
            if not self._depth:
                place = _end(_GAP, chunk, place)
                self._lines += chunk.count(b"\n", counted, place)
                self.line, self.place, counted = self._lines + 1, self._passed + place, place
                sign = chunk[place : place + 1]
                if not sign:
                    break
                was_empty, self.is_empty = self.is_empty, False
                if sign == (b"]" if self._in_array else b"[" if was_empty else b""):
                    self._in_array = not self._in_array
                    place += 1
                    continue
                if sign != b"{":
                    self._latest = bytearray(chunk[place:])
                    raise ValueError("a list where an object belongs" if sign == b"[" else _NO_JSON)
                line = self._whole_line(chunk, place)
                if line is not None:
                    value, place = line
                    yield value
                    continue
                self._latest, self._check_at = bytearray(), _FIRST_CHECK
            begin, place = place, self._skip(chunk, place)
            self._latest += chunk[begin:place]
            if len(self._latest) > self._head.max_response_size:
                self._decoded(self.latest[: self._head.max_response_size], may_go_on=True)
                raise TooLargeError(f"{self._head.max_response_size:,} bytes")
            if not self._depth:
                yield self._decoded(self.latest)
            elif len(self._latest) >= self._check_at:
                self._decoded(self.latest, may_go_on=True)
                self._check_at = 2 * len(self._latest)
        self._lines += chunk.count(b"\n", counted)
        self._passed += len(chunk)

    def end(self) -> None:
        """Nothing more comes. Raises EOFError if more was to come, ValueError if none could have helped."""
        if self._depth:
            self._decoded(self.latest, may_go_on=True)
        if self._depth or self._in_array:
            raise EOFError

    def _whole_line(self, chunk: bytes, place: int) -> tuple[dict[str, Any], int] | None:
        """The object that is a whole line, as nearly always, and its end: no bracket is looked at. None for another."""
        end = chunk.find(b"\n", place) if chunk[place - 1 : place] in (b"", b"\n") else -1
        if not 0 < end - place <= self._head.max_response_size:
            return None
        data = chunk[place:end].rstrip(b" \t\r,")
        try:
            value = self._decoded(data)
        except ValueError:
            return None
        self._latest = bytearray(data)
        return value, end

    def _skip(self, chunk: bytes, place: int) -> int:
        """The end of the object, or of the chunk."""
        while place < len(chunk):
            if self._in_escape:
                self._in_escape = False
                place += 1
                continue
            place = _end(_STRING if self._in_string else _NO_BRACKET, chunk, place)
            sign = chunk[place : place + 1]
            place += len(sign)
            if sign == b"\\":
                self._in_escape = True
            elif sign == b'"':
                self._in_string = not self._in_string
            elif sign:
                self._depth += 1 if sign in b"{[" else -1
                if not self._depth:
                    break
        return place

    def _decoded(self, data: bytes, *, may_go_on: bool = False) -> dict[str, Any]:
        """An object. Raises ValueError for what is none, and TooLargeError. may_go_on: {} for the beginning of one."""
        check_count(data, self._head.max_values)
        text = data.decode("utf-8", "replace")
        value: dict[str, Any] = {}
        try:
            value, end = DECODER.raw_decode(text)
        except JSONDecodeError as error:  # which holds the text, so that nothing is raised from it
            is_begin = error.msg.startswith("Unterminated string") or _UNFINISHED.fullmatch(text, error.pos)
            end = len(text) if may_go_on and is_begin else -1
        if end < len(text):
            raise ValueError(_NO_JSON)
        if sum(map(text.count, "[{")) > MOST_LEVELS:
            check_depth(value)
        return value


def _end(pattern: re.Pattern[bytes], chunk: bytes, place: int) -> int:
    """Where what a pattern matches there ends. The pattern matches nothing, too."""
    found = pattern.match(chunk, place)
    return found.end() if found else place
