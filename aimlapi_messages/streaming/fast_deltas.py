"""Reads the deltas of a stream without reading each one's JSON as a whole. Pure.

Nearly all events of an answer are the same but for one string, the next piece of a text. So what stands around that
string is compared with what stood there in the event before, and the string alone is read. Whatever looks otherwise
is left to those that read events in full, which give the same.
"""

from __future__ import annotations

import re
from typing import Final, Literal, TypeAlias

from ..core.json import DECODER

__all__ = ["DeltaReader", "Member"]

Member: TypeAlias = Literal["text", "partial_json", "thinking"]

_MEMBERS: Final[dict[str, Member]] = {"text": "text", "input_json": "partial_json", "thinking": "thinking"}

# An event of one piece, up to where that begins, with these members in this order and no others.
_OPENING: Final = re.compile(
    r"(?:event: ?content_block_delta\n)?"
    r'data: ?\{"type": ?"content_block_delta", ?"index": ?(0|[1-9][0-9]{0,8}), ?"delta": ?'
    r'\{"type": ?"(text|input_json|thinking)_delta", ?"(text|partial_json|thinking)": ?"'
)
# Servers pad what follows, lest its length should give the piece away.
_CLOSING: Final = re.compile(r"[ \t]*\}[ \t]*\}[ \t]*\n\n")

_scan: Final = DECODER.raw_decode


class DeltaReader:
    """Reads one event after the other. `index` and `member` say where the last piece belongs."""

    __slots__ = ("_opening", "index", "member")

    def __init__(self) -> None:
        self._opening = "\0"  # begins no event
        self.index = 0
        self.member: Member = "text"

    def read(self, text: str, start: int) -> tuple[str, int] | None:
        """The piece in the event that begins there, and where the event ends; None if that is no whole delta."""
        if not text.startswith(self._opening, start) and not self._opens(text, start):
            return None
        try:
            piece, end = _scan(text, start + len(self._opening) - 1)
        except ValueError:
            return None
        if text.startswith("}}\n\n", end):
            return piece, end + 4
        closing = _CLOSING.match(text, end)
        return None if closing is None else (piece, closing.end())

    def _opens(self, text: str, start: int) -> bool:
        found = _OPENING.match(text, start)
        if found is None or _MEMBERS[found[2]] != found[3]:
            return False
        self._opening = found[0]
        self.index = int(found[1])
        self.member = _MEMBERS[found[2]]
        return True
