"""What must not be shown, and how it is taken out of a text. Pure.

Servers and proxies repeat what they were sent: as it was, inside JSON with escapes, or inside a URL.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

# Nothing shorter can be told from ordinary text: taking it out would only make the text unreadable.
SHORTEST_SECRET: Final = 8

_SECRET_HEADERS: Final = re.compile(r"auth|cookie|credential|key|password|secret|token", re.IGNORECASE)


class Secrets:
    """Texts that are never shown. Those of fewer than 8 characters are not looked for."""

    __slots__ = ("__patterns", "__texts")

    def __init__(self, texts: Iterable[str]) -> None:
        # The longest first: one secret may be a part of another.
        self.__texts = sorted({text for text in texts if len(text) >= SHORTEST_SECRET}, key=len, reverse=True)
        self.__patterns: list[re.Pattern[str]] | None = None

    def scrub(self, text: str) -> str:
        """The same text with `***` for each secret in it, plain, JSON-escaped or URL-encoded."""
        if "\\" not in text and "%" not in text:  # nothing is escaped
            for secret in self.__texts:
                text = text.replace(secret, "***")
            return text
        if self.__patterns is None:
            # From the first of several backslashes on, and never back into them: each is looked at once.
            self.__patterns = [re.compile(r"(?<!\\)" + "".join(map(_any_form, secret))) for secret in self.__texts]
        for pattern in self.__patterns:
            text = pattern.sub("***", text)
        return text


def secrets_in(headers: Mapping[str, str]) -> Iterator[str]:
    """The secrets that request headers hold: values, and their parts without scheme or cookie name."""
    for name, value in headers.items():
        if _SECRET_HEADERS.search(name):
            yield value.strip()
            yield value.strip().partition(" ")[2].strip()
        if name.lower() == "cookie":
            yield from (pair.partition("=")[2].strip() for pair in value.split(";"))


def _any_form(char: str) -> str:
    """A pattern for one character in every form: itself or escaped, `\\u` and its code, `%` and its code.

    An escape may itself have been escaped, when one text was put inside another.
    """
    code = f"{ord(char):02x}"
    plain = r"\\++" if char == "\\" else rf"\\*+{re.escape(char)}"
    return rf"(?:{plain}|(?i:\\++u00{code})|(?i:%(?:25)*{code}))"
