"""Whether a PDF is encrypted, as far as its last trailer tells. Pure; nothing is parsed but two short pieces."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["is_encrypted"]

_TAIL: Final = 4096
_START: Final = re.compile(rb"startxref\s+(\d{1,12})\s")
# Its value is a reference or a dictionary; /EncryptMetadata is another name.
_ENCRYPT: Final = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")
_STREAM_OBJECT: Final = re.compile(rb"\d+\s+\d+\s+obj\b")


def is_encrypted(data: bytes) -> bool:
    """Whether the last trailer of a PDF names an encryption; False where no trailer is found."""
    tail = data[-_TAIL:]
    _, found, trailer = tail.rpartition(b"trailer")
    if found:
        return _ENCRYPT.search(trailer) is not None
    starts = _START.findall(tail)
    if not starts:
        return False
    # Newer files keep the trailer in the head of a stream, whose data must not be searched.
    offset = int(starts[-1])
    piece = data[offset : offset + _TAIL]
    return bool(_STREAM_OBJECT.match(piece) and _ENCRYPT.search(piece.partition(b"stream")[0]))
