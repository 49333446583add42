"""Takes the deltas of a stream without decoding the JSON of each. No I/O.

Nearly all events of an answer differ in a single string, the next piece of a text. What stands before that string is
compared with the event before, and the string alone is decoded. Any other event is left to the decoder of events,
which gives the same result.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from aimlapi_client.models import ContentBlockDeltaEvent, InputJsonDelta, TextDelta, ThinkingDelta

from ..core.json import DECODER
from .accumulator import MessageAccumulator, TextBuilder

# The member that has the piece, and the class of the delta.
_DELTAS: Final[Mapping[str, tuple[str, Callable[..., Any]]]] = {
    "text": ("text", TextDelta),
    "input_json": ("partial_json", InputJsonDelta),
    "thinking": ("thinking", ThinkingDelta),
}

# An event up to the piece, with these members in this order and no others.
_OPENING: Final = re.compile(
    r"(?:event: ?content_block_delta\n)?"
    r'data: ?\{"type": ?"content_block_delta", ?"index": ?(0|[1-9][0-9]{0,8}), ?"delta": ?'
    r'\{"type": ?"(text|input_json|thinking)_delta", ?"(text|partial_json|thinking)": ?"'
)
# Servers pad the end, to hide the length of the piece.
_CLOSING: Final = re.compile(r"[ \t]*\}[ \t]*\}[ \t]*\n\n")

_scan: Final = DECODER.raw_decode


class FastDeltas:
    """Adds deltas to the message of a stream, and makes their events."""

    __slots__ = ("_delta", "_index", "_member", "_message", "_opening", "_text")

    def __init__(self, message: MessageAccumulator) -> None:
        self._message = message
        self._text = TextBuilder(0)
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
            closing = _CLOSING.match(data, end)
            if closing is None:
                return None
            end = closing.end()
        self._text.append(piece)
        return ContentBlockDeltaEvent(delta=self._delta(**{self._member: piece}), index=self._index), end

    def _opens(self, data: str, start: int) -> bool:
        found = _OPENING.match(data, start)
        if found is None:
            return False
        index, (member, delta) = int(found[1]), _DELTAS[found[2]]
        text = self._message.text(index, member)
        if member != found[3] or text is None:
            return False
        self._opening, self._index, self._member, self._delta, self._text = found[0], index, member, delta, text
        return True
