"""The text of a body, whatever its encoding, and what a page says without its markup; and how much of it is shown."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Final

from ..core.reply import ReplyHead

# Characters of a text that are told in a line, and of one that is looked at and kept.
HEAD_LENGTH: Final = 200
BODY_LENGTH: Final = 10_000

_LINE_OF_A_PAGE = re.compile(r"(?i)</?(?:h\d|p|div|center|pre|li|tr|[bh]r)\b[^<>]*>")
_MARKUP = re.compile(r"(?is)<(script|style|title|head(?=>|\s))\b.*?(?:</\1>|$)|<!--.*?(?:-->|$)|<[^<>]*>?")
_CHARSET = re.compile(r"(?i)charset=[\"']?((?:iso-|windows-|latin|gb|big5|euc-|shift|koi8|utf-)[\w-]*)")
_TITLE = re.compile(r"(?is)<title[^<>]*>([^<]*)")


def decoded(body: bytes, head: ReplyHead) -> str:
    """The text of a body: UTF-8 or what its first bytes say, else what its content type does."""
    named = _CHARSET.search(head.headers.get("content-type", ""))
    for encoding in (json.detect_encoding(body[:4]), "utf-8-sig", named[1] if named else ""):
        with suppress(LookupError, UnicodeError):
            return body.decode(encoding)
    return body.decode("utf-8-sig", "replace")


def without_markup(text: str) -> list[str]:
    """A text; of a page of HTML or XML its title and its texts."""
    if not text.lstrip().startswith("<"):
        return [text]
    page = text[:BODY_LENGTH]
    lines = _MARKUP.sub(" ", _LINE_OF_A_PAGE.sub("\n", page)).splitlines()
    import html  # noqa: PLC0415 (its table of names is large)

    return [html.unescape(part) for part in (*_TITLE.findall(page)[:1], *lines) if part.strip()][:4]


def one_line(text: str) -> str:
    """The head of a text, its white space as single blanks."""
    return " ".join(text.split())[:HEAD_LENGTH]
