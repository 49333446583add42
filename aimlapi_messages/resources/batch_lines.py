"""The answer to a look-up of a batch, read as it comes: its state, or its results. Pure: bytes in, values out.

One address gives both. A state is one JSON object; results are JSON Lines, an object a line; either may stand in an
array, as the gateway's pages show it. Only the content tells which it is. Memory holds one value at a time.
"""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar

from ..core import json as _json
from ..core.errors import APIError, BatchIncompleteError, UnexpectedResponseError
from ..core.json import is_object
from ..core.reply import ReplyHead
from ..message.error_bodies import error_from_response, is_error_body, unexpected_response
from .batch import Batch, BatchResult, batch_from_body, ended_batch

_T = TypeVar("_T")

# Of one value. A message is at most some hundred thousand tokens.
LARGEST_VALUE: Final = 64 * 1024 * 1024


class BatchReader:
    """Reads one reply.

    skip, mark: results that an earlier reply brought already, and what `mark` of its reader was after them. They are
    left out; when they are not the same ones in the same order, BatchIncompleteError says so.
    """

    def __init__(self, head: ReplyHead, batch_id: str, skip: int = 0, mark: bytes = b"") -> None:
        self._head = head
        self._batch_id = batch_id
        self._skip = skip
        self._expected_mark = mark
        self._ids = hashlib.blake2b(digest_size=16)
        self._values: _Lines | _Array | None = None
        self.batch: Batch | None = None  # once it is known whether this is a state or results
        self.has_results: bool = False
        self.count: int = 0  # of the results read, those left out included

    @property
    def mark(self) -> bytes:
        """Stands for the names of the results so far, in their order."""
        return self._ids.digest()

    def feed(self, chunk: bytes) -> Iterator[BatchResult]:
        """The results that are whole with this chunk."""
        if self._values is None:
            chunk = chunk.lstrip(b"\xef\xbb\xbf \t\r\n")
            if not chunk:
                return
            self._values = _Array() if chunk.startswith(b"[") else _Lines()
        try:
            for value in self._values.feed(chunk):
                yield from self._read(value)
        except _UnreadableError as error:
            raise self._unreadable(str(error)) from error

    def finish(self) -> Iterator[BatchResult]:
        """The results that the end of the reply makes whole. Raises BatchIncompleteError when it ends in the middle."""
        if self._values is None:
            raise unexpected_response(self._head, b"", "an empty body")
        try:
            for value in self._values.finish():
                yield from self._read(value)
        except _CutError as error:
            raise self.incomplete("ended in the middle of one") from error
        except _UnreadableError as error:
            raise self._unreadable(str(error)) from error
        if self.batch is None:  # an empty list
            self.batch, self.has_results = ended_batch(self._batch_id), True
        if self.count < self._skip:
            raise self.incomplete(f"brought {self.count} results where there had been {self._skip}")

    def incomplete(self, problem: str) -> BatchIncompleteError:
        error = BatchIncompleteError(
            f"The results of batch {self._batch_id} {problem}. {BatchIncompleteError.advice}",
            request_id=self._head.request_id,
            url=self._head.url,
        )
        error.delivered = max(self.count, self._skip)
        return error

    def _read(self, value: object) -> Iterator[BatchResult]:
        if not is_object(value):
            raise _UnreadableError(f"a {type(value).__name__} where an object belongs")
        if "custom_id" in value:
            result = self._result(value)
            if result is not None:
                yield result
        elif is_error_body(value):
            raise error_from_response(self._head, _json.dumps(value))
        elif self.batch is not None:
            raise _UnreadableError("a second state, or a state among results")
        else:
            self.batch = self._made(lambda: batch_from_body(value))

    def _result(self, value: dict[str, Any]) -> BatchResult | None:
        if self.batch is None:
            self.batch, self.has_results = ended_batch(self._batch_id), True
        known = self.count < self._skip  # then its name is enough
        result = None if known else self._made(lambda: BatchResult.from_dict(value))
        self.count += 1
        self._ids.update(str(value["custom_id"]).encode("utf-8", "surrogatepass") + b"\n")
        if known and self.count == self._skip and self.mark != self._expected_mark:
            raise self.incomplete("came in another order when they were asked for again")
        return result

    def _made(self, make: Callable[[], _T]) -> _T:
        try:
            return make()
        except APIError:
            raise
        except (ValueError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
            raise _UnreadableError(f"JSON that is neither a batch nor a result ({error})") from error

    def _unreadable(self, problem: str) -> UnexpectedResponseError:
        after = f"after {self.count} results, " if self.count else ""
        return unexpected_response(self._head, self._values.rest if self._values else b"", f"{after}{problem}")


class _UnreadableError(ValueError):
    """What came cannot be read. It becomes an error of the tree with the reply's place in it."""


class _CutError(_UnreadableError):
    """What came is the beginning of something."""


class _Lines:
    """JSON Lines, or one object that is laid out over several lines."""

    def __init__(self) -> None:
        self._part = b""  # of a line
        self._open = b""  # whole lines of an object that goes on

    @property
    def rest(self) -> bytes:
        return (self._open + self._part)[:1000]

    def feed(self, chunk: bytes) -> Iterator[Any]:
        lines = (self._part + chunk).split(b"\n")
        self._part = lines.pop()
        for line in lines:
            yield from self._take(line)
        _check_size(len(self._part) + len(self._open))

    def finish(self) -> Iterator[Any]:
        line, self._part = self._part, b""
        try:
            yield from self._take(line)
        except _UnreadableError as error:
            if not self._open.startswith(b"{"):
                raise
            # Without the end of its line it may be the beginning of a good one.
            raise _CutError(str(error)) from error
        if self._open:
            raise _CutError("a line that is not whole")

    def _take(self, line: bytes) -> Iterator[Any]:
        if not line.strip():
            return
        begins = line.startswith(b"{")
        if self._open and begins:
            raise _UnreadableError("a line that is not JSON")
        self._open += line + b"\n"
        ends = line.rstrip().endswith(b"}")
        try:
            value = _json.loads(self._open) if ends else None
        except ValueError as error:
            if begins:
                raise _UnreadableError("a line that is not JSON") from error
            return
        if ends:
            self._open = b""
            yield value
        elif not self._open.startswith(b"{"):
            raise _UnreadableError("something that is not JSON")


class _Array:
    """The items of an array."""

    def __init__(self) -> None:
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._text = ""
        self._began = self._ended = False

    @property
    def rest(self) -> bytes:
        return self._text[:1000].encode()

    def feed(self, chunk: bytes) -> Iterator[Any]:
        self._text += self._decode(chunk)
        if not self._began:
            self._text, self._began = self._text[1:], True
        place = 0
        while not self._ended:
            while place < len(self._text) and self._text[place] in " \t\r\n,":
                place += 1
            if self._text[place : place + 1] == "]":
                self._ended, place = True, place + 1
                break
            try:
                value, place = _json.scan(self._text, place)
            except ValueError:  # it goes on in the next chunk, or never
                break
            yield value
        self._text = self._text[place:]
        _check_size(len(self._text))

    def finish(self) -> Iterator[Any]:
        if not self._ended:
            raise _CutError("an array that is not whole")
        yield from ()


def _check_size(size: int) -> None:
    if size > LARGEST_VALUE:
        raise _UnreadableError(f"more than {LARGEST_VALUE // 1024 // 1024} MB that belong to one value")
