"""A request that is ready to be sent, and the secrets in it, which are never shown. Pure.

Servers and proxies repeat what they were sent: as it was, inside JSON with escapes, or inside a URL.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ..transport.arguments import TimeoutTypes
    from .errors import Phase

# Anything shorter may be ordinary text, and to remove that would make the text unreadable.
SHORTEST_SECRET: Final = 8

# How many characters one of a secret may be written in, such as "\\\\u0041" or "%252541".
_LONGEST_FORM: Final = 8

_SECRET_HEADERS: Final = re.compile(r"auth|cookie|credential|key|password|secret|token", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request, ready to send. What may hold secrets stays out of the repr.

    operation: its name, such as "get_usage". model: the one that it names, "" for none or many.
    removed: names of headers that are not sent, though whoever sends it would add them.
    wait_limit: the longest that any wait of it may last, in seconds, and the name of the limit that says so.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(repr=False)
    timeout: TimeoutTypes
    secrets: Secrets = field(repr=False)
    removed: frozenset[str] = frozenset()
    wait_limit: tuple[float, Phase] | None = None
    operation: str = ""
    model: str = ""


def merge_headers(*layers: Mapping[str, str | None]) -> dict[str, str | None]:
    """One set of checked headers, names in lower case; a later layer replaces an earlier one. None is not sent."""
    return {name.lower(): value for layer in layers for name, value in layer.items()}


def split_headers(headers: Mapping[str, str | None]) -> tuple[dict[str, str], frozenset[str]]:
    """The headers to send, and the names of those that are not sent."""
    sent = {name: value for name, value in headers.items() if value is not None}
    return sent, frozenset(headers.keys() - sent.keys())


class Secrets:
    """Texts that are never shown. Those of fewer than 8 characters are not looked for."""

    __slots__ = ("__patterns", "__reach", "__texts")

    def __init__(self, texts: Iterable[str]) -> None:
        # Longest first, because one secret may contain another.
        self.__texts = sorted({text for text in texts if len(text) >= SHORTEST_SECRET}, key=len, reverse=True)
        self.__patterns: list[re.Pattern[str]] | None = None
        self.__reach = _LONGEST_FORM * max(map(len, self.__texts), default=0)

    def head(self, text: str, length: int) -> str:
        """The beginning of a text, at most so many characters, as it may be shown. The rest is not looked at.

        What the cut leaves of a secret is not shown either.
        """
        most = length + self.__reach
        if len(text) <= most:
            return self.scrub(text)[:length]
        shown = self.scrub(text[:most])
        return shown[: max(len(shown) - self.__reach, 0)][:length]

    def scrub(self, text: str) -> str:
        """The same text with `***` for each secret in it, plain, JSON-escaped or URL-encoded."""
        if "\\" not in text and "%" not in text:  # nothing is escaped
            for secret in self.__texts:
                text = text.replace(secret, "***")
            return text
        if self.__patterns is None:
            # A match starts at the first of several backslashes and never goes back into them: the time is linear.
            self.__patterns = [re.compile(r"(?<!\\)" + "".join(map(_any_form, secret))) for secret in self.__texts]
        for pattern in self.__patterns:
            text = pattern.sub("***", text)
        return text


NO_SECRETS: Final = Secrets(())


def secrets_in(headers: Mapping[str, str | None]) -> Iterator[str]:
    """The secrets that request headers hold: values, and their parts without scheme or cookie name."""
    for name, value in headers.items():
        if value is not None and _SECRET_HEADERS.search(name):
            yield value.strip()
            yield value.strip().partition(" ")[2].strip()
        if value is not None and name.lower() == "cookie":
            yield from (pair.partition("=")[2].strip() for pair in value.split(";"))


def _any_form(char: str) -> str:
    """A pattern for one character in every form: itself or escaped, `\\u` and its code, `%` and its code.

    An escape may itself have been escaped, when one text was put inside another.
    """
    code = f"{ord(char):02x}"
    plain = r"\\++" if char == "\\" else rf"\\*+{re.escape(char)}"
    return rf"(?:{plain}|(?i:\\++u00{code})|(?i:%(?:25)*{code}))"
