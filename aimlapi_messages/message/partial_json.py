"""Parses JSON text that is not complete yet. No I/O."""

from __future__ import annotations

import re
from typing import Any, Final

from ..core import json as _json

_TOKEN: Final = re.compile(r'\s+|"(?:[^"\\]|\\.)*+"|[{}\[\],:]|[-+.\w]+', re.DOTALL)

# The end of a string that was cut within an escape, or within a surrogate pair.
_CUT_ESCAPE: Final = re.compile(
    r"""(?:\\(?:u[0-9a-f]{0,3})?          # an incomplete escape
        |\\ud[89ab][0-9a-f]{2}(?:\\(?:u[0-9a-f]{0,3})?)?  # a high surrogate without its low one
        )\Z""",
    re.VERBOSE | re.IGNORECASE,
)

_CLOSERS: Final = {"{": "}", "[": "]"}
_WORDS: Final = frozenset({"true", "false", "null"})


def parse_partial(text: str) -> Any:
    """The value so far. Open strings, arrays and objects are closed; a cut number, name or literal is left out.

    None if there is no value yet, or if the text is not the beginning of JSON. Linear in the text.
    """
    open_parts: list[str] = []  # the closing brackets to come
    names_next = False  # whether the next string is the name of a member
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
                # A number at the end may not be complete.
                if not token.isspace() and (position < len(text) or token in _WORDS):
                    readable = position
    closing = "".join(reversed(open_parts))
    if text[position : position + 1] == '"' and not names_next:
        return _read(text[:position] + _without_cut_escape(text[position:]) + '"' + closing)
    return _read(text[:readable] + closing)


def _without_cut_escape(text: str) -> str:
    """A cut string without an incomplete escape at its end."""
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
