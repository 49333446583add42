"""What can be read of JSON text that is still coming. Pure."""

from __future__ import annotations

import re
from typing import Any, Final

from ..core import json as _json

__all__ = ["parse_partial"]

_TOKEN: Final = re.compile(r'\s+|"(?:[^"\\]|\\.)*+"|[{}\[\],:]|[-+.\w]+', re.DOTALL)

# The end of a string that was cut within an escape, or between the two halves of a character that needs both.
_CUT_ESCAPE: Final = re.compile(
    r"""(?:\\(?:u[0-9a-f]{0,3})?          # an escape that is not whole
        |\\ud[89ab][0-9a-f]{2}(?:\\(?:u[0-9a-f]{0,3})?)?  # a first half, and maybe the beginning of the second
        )\Z""",
    re.VERBOSE | re.IGNORECASE,
)

_CLOSERS: Final = {"{": "}", "[": "]"}
_WORDS: Final = frozenset({"true", "false", "null"})


def parse_partial(text: str) -> Any:
    """The value as far as it has come: what is open is closed, and what cannot be told yet is left out.

    A cut string stays as far as it goes; a cut number, name or literal is left out. None when nothing can be
    read yet, and when the text is not the beginning of JSON. Linear in the text.
    """
    open_parts: list[str] = []  # the closing brackets that are still to come
    names_next = False  # whether a string that comes now is a member's name
    readable = position = 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            break
        token, position = found[0], found.end()
        match token[0]:
            case "{" | "[":
                open_parts.append(_CLOSERS[token])
                names_next, readable = token == "{", position
            case "}" | "]":
                if not open_parts or open_parts.pop() != token:
                    return None
                names_next, readable = False, position
            case ",":
                names_next = open_parts[-1:] == ["}"]
            case ":":
                names_next = False
            case '"':
                readable = readable if names_next else position
            case _:
                # A number at the very end may go on.
                if not token.isspace() and (position < len(text) or token in _WORDS):
                    readable = position
    closing = "".join(reversed(open_parts))
    if text[position : position + 1] == '"' and not names_next:
        return _read(text[:position] + _whole_escapes(text[position:]) + '"' + closing)
    return _read(text[:readable] + closing)


def _whole_escapes(text: str) -> str:
    """A cut string without the escape that it ends in the middle of."""
    position = 0
    while True:
        position = text.find("\\", position)
        if position < 0:
            return text
        if _CUT_ESCAPE.match(text, position):
            return text[:position]
        position += 2


def _read(text: str) -> Any:
    try:
        return _json.loads(text)
    except ValueError:
        return None
