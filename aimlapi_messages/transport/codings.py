"""Takes the codings off a body, a bounded piece at a time: one small chunk may stand for gigabytes. No I/O."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, Final

import httpx

# The most bytes that one step of zlib gives.
_PIECE: Final = 64 * 1024

# Bytes that are decompressed at a time otherwise. Brotli can make 16 MB of some 20 of them.
_SLICE: Final = 64

# Bytes that a body may have beyond those that they stand for: empty members and blocks, and what follows the end. More
# may come without end, and nothing of it.
_MOST_SURPLUS: Final = 1024 * 1024

# Bytes that may stand for one: a server that ends a member or flushes with each byte sends 21, or less.
_MOST_FOR_ONE: Final = 32

# As many as curl takes. Each may multiply by a thousand, and costs at every byte.
_MOST_CODINGS: Final = 5


def steps(header: str) -> Iterator[tuple[Callable[[bytes], Iterator[bytes]], str]]:
    """How to take off the codings that a `content-encoding` header names, the last one first.

    Of each what makes pieces of a chunk, and the coding that httpx is to take off these; "" for none.
    """
    codings = [name.strip().lower() for name in header.split(",")]
    codings = [name for name in reversed(codings) if name not in ("", "identity")]
    if len(codings) > _MOST_CODINGS:
        yield _refuse, ""
        return
    for coding in codings:
        if coding in ("gzip", "x-gzip", "deflate"):
            yield Inflater(coding).feed, ""
        elif coding == "br":
            balance = _Balance()
            yield balance.slices, coding
            yield balance.pieces, ""
        elif coding == "zstd" and (library := _zstandard()) is not None:  # else it is left as it is, like any other
            yield Frames(library).feed, ""


def _zstandard() -> Any:
    """The library that httpx asks for as well, None where it is not installed."""
    try:
        return import_module("zstandard")
    except ImportError:
        return None


def _refuse(_chunk: bytes) -> Iterator[bytes]:
    raise httpx.DecodingError(f"the body has more than {_MOST_CODINGS} codings, one upon the other")


class _Balance:
    """How many bytes of a coding came beyond those that what they stand for may take."""

    def __init__(self) -> None:
        self._surplus = 0

    def came(self, chunk: bytes) -> bytes:
        """Count the next bytes of the coding. Raises httpx.DecodingError when too many stood for nothing."""
        if self._surplus > _MOST_SURPLUS:
            raise httpx.DecodingError(f"more than {_MOST_SURPLUS:,} bytes of the body stand for nothing")
        self._surplus += len(chunk)
        return chunk

    def made(self, piece: bytes) -> bytes:
        self._surplus -= _MOST_FOR_ONE * len(piece)
        return piece

    def slices(self, chunk: bytes) -> Iterator[bytes]:
        """What is decompressed at a time."""
        return (self.came(chunk[place : place + _SLICE]) for place in range(0, len(chunk), _SLICE))

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        """What it made of that."""
        yield self.made(chunk)


class Inflater:
    """Decompresses gzip, of which one may follow the other, or deflate, with zlib's header as HTTP says or without."""

    def __init__(self, coding: str) -> None:
        self._is_gzip = coding != "deflate"
        self._zlib = zlib.decompressobj(zlib.MAX_WBITS | 16) if self._is_gzip else None
        self._begun: bytes = b""  # the first byte of deflate, which alone does not tell the two apart
        self._members = 0  # that have ended
        self._over = False
        self._balance = _Balance()

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """What the next bytes stand for; nothing is a piece too. Raises httpx.DecodingError."""
        try:
            for place in range(0, len(chunk), _PIECE):  # zlib copies what it has not read yet at every step
                piece = self._balance.came(chunk[place : place + _PIECE])
                yield from map(self._balance.made, self._inflate(piece))
        except zlib.error as error:
            if not self._members:
                raise httpx.DecodingError(str(error)) from error
            self._over = True  # what follows gzip and is none is ignored, as everywhere

    def _inflate(self, chunk: bytes) -> Iterator[bytes]:
        if self._zlib is None:
            chunk = self._begun + chunk
            if len(chunk) < 2:
                self._begun = chunk
                return
            has_header = chunk[0] & 15 == 8 and int.from_bytes(chunk[:2]) % 31 == 0
            self._zlib = zlib.decompressobj(zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS)
        while chunk and not self._over:
            yield self._zlib.decompress(chunk, _PIECE)
            # At the end of a member zlib keeps what follows in both places.
            while not self._zlib.eof and (piece := self._zlib.decompress(self._zlib.unconsumed_tail, _PIECE)):
                yield piece
            chunk = self._zlib.unused_data
            if self._zlib.eof:
                self._members += 1
                self._over = not self._is_gzip
                self._zlib = zlib.decompressobj(zlib.MAX_WBITS | 16)


class Frames:
    """Decompresses Zstandard, of which one frame may follow the other; httpx takes none that begins with a chunk.

    library: zstandard.
    """

    def __init__(self, library: Any) -> None:
        self._error: type[Exception] = library.ZstdError
        self._begin: Callable[[], Any] = library.ZstdDecompressor().decompressobj
        self._frame = self._begin()
        self._balance = _Balance()

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """What the next bytes stand for; nothing is a piece too. Raises httpx.DecodingError."""
        try:
            for piece in self._balance.slices(chunk):
                while piece:
                    yield self._balance.made(self._frame.decompress(piece))
                    piece = self._frame.unused_data
                    if self._frame.eof:
                        self._frame = self._begin()
        except self._error as error:
            raise httpx.DecodingError(str(error)) from error
