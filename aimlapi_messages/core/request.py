"""A request that is ready to be sent, and the secrets in it, which are never shown. Pure.

Servers and proxies repeat what they were sent: as it was, inside JSON with escapes, inside a URL, or in a page.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import takewhile
from string import ascii_uppercase
from typing import TYPE_CHECKING, Final, NoReturn

if TYPE_CHECKING:
    from ..transport.arguments import TimeoutTypes
    from ..transport.retries import Deadline

# Anything shorter may be ordinary text, and to remove that would make the text unreadable.
SHORTEST_SECRET: Final = 8

# So much of a longer one is shown by no text.
_PART: Final = 12

# To find where in a text a secret stands takes time and memory, which whoever repeats one may not have without end.
_LONGEST_SCRUBBED: Final = 1024 * 1024
_MOST_PARTS: Final = 50_000
_MOST_ESCAPES: Final = 1_000_000

# In bytes, unless the client is given another. A message is at most some hundred thousand tokens.
MAX_RESPONSE_SIZE: Final = 64 * 1024 * 1024

_SECRET_HEADERS: Final = re.compile(r"auth|cookie|credential|key|password|secret|token", re.IGNORECASE)

# A character that is escaped, maybe several times over, because one text was put inside another; or backslashes alone.
_ESCAPE: Final = re.compile(
    r"\\++(?:u00|x)([0-9a-f]{2})|%(?:25)*([0-9a-f]{2})|&(?:amp;)*#x0*([0-9a-f]{2});|\\++"
    r"|&(?:amp;)*#0*([0-9]{2,3});|&(?:amp;)*(amp|lt|gt|quot|apos);",
    re.IGNORECASE,
)
_ENTITIES: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_LONGEST_ESCAPE: Final = 8
_MOST_LAYERS: Final = 4
_LOWER: Final = {ord(char): char.lower() for char in ascii_uppercase}


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request, ready to send. What may hold secrets stays out of the repr.

    operation: its name, such as "get_usage". model: the one that it names, "" for none or many.
    removed: names of headers that are not sent, though whoever sends it would add them.
    deadline: the limits of the call, None for none.
    max_response_size: the most bytes of its answer, decompressed.
    """

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(repr=False)
    timeout: TimeoutTypes
    secrets: Secrets = field(repr=False)
    removed: frozenset[str] = frozenset()
    deadline: Deadline | None = field(default=None, repr=False)
    max_response_size: int = MAX_RESPONSE_SIZE
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
    """Texts that are never shown, in capitals or not.

    Those of fewer than 8 characters are not looked for. Of a longer one, 12 characters in a row are enough, because
    others cut what they repeat.
    """

    __slots__ = ("__blocks", "__reach", "__texts", "__views")

    def __init__(self, texts: Iterable[str]) -> None:
        self.__texts = frozenset(text for text in texts if len(text) >= SHORTEST_SECRET)
        self.__views = [view for view in map(_view, self.__texts) if len(view) >= SHORTEST_SECRET]
        self.__blocks = frozenset(block for secret in self.__views for _, block in _blocks(secret))
        self.__reach = _LONGEST_ESCAPE * max(map(len, self.__texts), default=0)

    def __reduce__(self) -> NoReturn:
        raise TypeError("secrets are never pickled, nor what holds them")

    def plus(self, texts: Collection[str]) -> Secrets:
        """These and others."""
        return Secrets([*self.__texts, *texts]) if texts else self

    def scrub(self, text: str, most: int | None = None) -> str:
        """The same text with `***` for each secret in it, plain or escaped for JSON, a URL or HTML.

        most: how many characters of the text, None for all. What is shown of a long text is cut here, and not before,
        where a part of a secret might be left, nor after, because it takes time to scrub what is not shown.
        Of a million characters that hold a secret, of thousands of its parts and of a million escapes, nothing is
        shown.
        """
        end = len(text) if most is None else most
        if not self.__views:
            return text[:end]
        text = text[: end + self.__reach]
        if len(text) > _MOST_ESCAPES and sum(map(text.count, "\\%&")) > _MOST_ESCAPES:
            return "***"[:end]
        layers = _layers(text)
        view = _lowered(layers[-1])
        for block in self.__blocks:
            if block in view:
                break
        else:  # nearly always
            return text[:end]
        found = (span for secret in self.__views for span in _spans(secret, view))
        if sum(map(view.count, self.__blocks)) > _MOST_PARTS or (len(text) > _LONGEST_SCRUBBED and next(found, None)):
            return "***"[:end]
        spans = sorted(found)
        for layer in reversed(layers[:-1]):
            places = _places(layer)
            spans = [(places[start], places[stop]) for start, stop in spans]
        shown: list[str] = []
        at = 0
        for start, stop in spans:
            if start >= end:
                break
            if start >= at:
                shown += text[at:start], "***"
            at = max(at, stop)
        return "".join([*shown, text[at:end]])[:end]


def secrets_in(headers: Mapping[str, str | None]) -> Iterator[str]:
    """The secrets that request headers hold: values, and their parts without scheme or cookie name."""
    for name, value in headers.items():
        if value is not None and _SECRET_HEADERS.search(name):
            scheme, _, rest = value.strip().partition(" ")
            yield value.strip()
            yield rest.strip()
            if scheme.lower() == "basic":
                with suppress(ValueError):
                    yield from _parts(b64decode(rest.strip()).decode())
        if value is not None and name.lower() == "cookie":
            yield from (pair.partition("=")[2].strip() for pair in value.split(";"))


def basic_secrets(user: str, password: str) -> Iterator[str]:
    """The secrets of a user name with a password, as they are sent and as they are written."""
    together = f"{user}:{password}"
    yield b64encode(together.encode()).decode()
    yield from _parts(together)


def _parts(together: str) -> tuple[str, str]:
    return together, together.partition(":")[2]


def secrets_in_query(query: Mapping[str, object]) -> Iterator[str]:
    """The secrets that members of a query hold, by their names."""
    return (str(value) for name, value in query.items() if _SECRET_HEADERS.search(name))


# --- where a secret stands in a text


def _view(text: str) -> str:
    """A text without escapes and capitals, in which a secret is found whatever was done to it."""
    return _lowered(_layers(text)[-1])


def _layers(text: str) -> list[str]:
    """A text, the same without its escapes, and so on, for escapes of one kind may stand for those of another."""
    layers = [text]
    while len(layers) <= _MOST_LAYERS and ("\\" in text or "%" in text or "&" in text):
        text = _ESCAPE.sub(_unescaped, text)
        if text == layers[-1]:
            break
        layers.append(text)
    return layers


def _lowered(text: str) -> str:
    return text.lower() if text.isascii() else text.translate(_LOWER)  # of other letters the lower case may be two


def _unescaped(found: re.Match[str]) -> str:
    """The character of an escape; of a backslash none, for as many as there are may stand for one."""
    code, decimal, name = found[1] or found[2] or found[3], found[4], found[5]
    sign = chr(int(code, 16)) if code else chr(int(decimal)) if decimal else _ENTITIES[name.lower()] if name else ""
    return sign.replace("\\", "")


def _places(text: str) -> list[int]:
    """Where each character of the view begins in the text, its escape included, and where the last one ends."""
    places: list[int] = []
    at = begin = 0  # of the next character, and of its escape
    for found in _ESCAPE.finditer(text):
        if at < found.start():
            places += begin, *range(at + 1, found.start())
            begin = found.start()
        at = found.end()
        if _unescaped(found):
            places.append(begin)
            begin = at
    if at < len(text):
        return [*places, begin, *range(at + 1, len(text) + 1)]
    return [*places, begin]


def _blocks(secret: str) -> Iterator[tuple[int, str]]:
    """Pieces of a secret, of which one is whole in whatever is enough of it."""
    width = min(len(secret), _PART) // 2
    return ((offset, secret[offset : offset + width]) for offset in range(0, len(secret) - width + 1, width))


def _spans(secret: str, view: str) -> Iterator[tuple[int, int]]:
    """From where to where a text holds a secret, or enough of it."""
    enough = min(len(secret), _PART)
    for offset, block in _blocks(secret):
        found = view.find(block)
        while found >= 0:
            before = _common(reversed(secret[:offset]), reversed(view[max(found - offset, 0) : found]))
            after = _common(secret[offset:], view[found : found + len(secret) - offset])
            if before + after >= enough:
                yield found - before, found + after
            found = view.find(block, found + after)


def _common(one: Iterable[str], other: Iterable[str]) -> int:
    """How many characters two texts begin with both."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


NO_SECRETS: Final = Secrets(())
