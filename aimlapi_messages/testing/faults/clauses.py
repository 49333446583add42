"""Reads the clauses of `x-emulator-stream`; what each of them means is told in `faults/switches.py`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from .errors import GatewayError, Issue, invalid_request

Body = Literal["usual", "html", "json", "empty"]
Cost = Literal["after", "before", "none", "named"]
Fault = Literal["cut", "end", "reset", "stall"]

_HEADER = "x-emulator-stream"
_MOST_DIGITS = 9
_SECONDS = re.compile(r"\d{1,5}(\.\d{1,6})?", re.ASCII)
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)
_ERROR_TYPE = re.compile(r"[a-z]+(_[a-z]+)*")


@dataclass(frozen=True)
class Ending:
    """Where the body stops, after `count` events or bytes, and what becomes of the connection then."""

    fault: Fault
    count: int
    in_bytes: bool


@dataclass(frozen=True)
class Clauses:
    """What was asked for: the kind of body, the shape of the events, the way they travel. Times in seconds."""

    body: Body = "usual"
    content_type: str | None = None
    no_block_stop: bool = False
    no_message_stop: bool = False
    gap: bool = False
    unnamed: bool = False
    bad_tool_json: bool = False
    done: bool = False
    crlf: bool = False
    cost: Cost = "after"
    error_after: int | None = None
    error_type: str = "overloaded_error"
    garbage_after: int | None = None
    ending: Ending | None = None
    piece: int | None = None
    pause: float = 0
    ping_every: float | None = None

    @property
    def travels_oddly(self) -> bool:
        """Whether the body, whatever it is, does not go out at once and whole."""
        return self.ending is not None or self.piece is not None or self.pause > 0

    @property
    def dawdle(self) -> bool:
        """Whether the answer takes time, perhaps for ever."""
        return self.pause > 0 or (self.ending is not None and self.ending.fault == "stall")


def read_clauses(text: str) -> Clauses:
    """Read the header's value. Raises GatewayError 400 for one that makes no sense."""
    given: dict[str, Any] = {}
    for clause in text.split(";"):
        name, equals, value = (part.strip() for part in clause.partition("="))
        if name in given:
            raise unreadable(_HEADER, f"Expected {name} once")
        if name in _VALUES and equals:
            given[name] = _VALUES[name](value)
        elif name in _WORDS and not equals:
            given[name] = True
        else:
            known = ", ".join([*(f"{name}=..." for name in _VALUES), *_WORDS])
            raise unreadable(_HEADER, f"Expected clauses joined by ';' out of {known}")
    for goes, along in (("type", "error-after"), ("ping-every", "stall-after")):
        if goes in given and along not in given:
            raise unreadable(_HEADER, f"Expected {goes} together with {along}")
    bodies = _at_most_one(given, _BODIES)
    endings = _at_most_one(given, _ENDINGS)
    return Clauses(
        body=_BODIES[bodies[0]] if bodies else "usual",
        ending=given[endings[0]] if endings else None,
        **{member: given[name] for name, member in _MEMBERS.items() if name in given},
    )


def count(header: str, text: str) -> int:
    """A whole number of at most nine digits. Raises GatewayError 400, which names the header."""
    if not (text.isascii() and text.isdecimal()):
        raise unreadable(header, "Expected a whole number")
    if len(text) > _MOST_DIGITS:
        raise unreadable(header, f"Expected a number of at most {_MOST_DIGITS} digits")
    return int(text)


def unreadable(header: str, reason: str) -> GatewayError:
    """The error for a switch that makes no sense."""
    return invalid_request([Issue(f"header {header}", reason)])


def _at_most_one(given: Mapping[str, Any], names: Mapping[str, Any]) -> list[str]:
    found = [name for name in given if name in names]
    if len(found) > 1:
        raise unreadable(_HEADER, f"Expected no more than one of {', '.join(names)}")
    return found


def _number(text: str) -> int:
    return count(_HEADER, text)


def _size(text: str) -> int:
    size = _number(text)
    if size == 0:
        raise unreadable(_HEADER, "Expected pieces of at least one byte")
    return size


def _seconds(text: str) -> float:
    if not _SECONDS.fullmatch(text):
        raise unreadable(_HEADER, "Expected seconds such as 2 or 0.05, below 100000")
    return float(text)


def _interval(text: str) -> float:
    seconds = _seconds(text)
    if seconds == 0:
        raise unreadable(_HEADER, "Expected more than 0 seconds from ping to ping")
    return seconds


def _cost(text: str) -> str:
    if text not in get_args(Cost):
        raise unreadable(_HEADER, f"Expected cost= with one of {', '.join(get_args(Cost))}")
    return text


def _error_type(text: str) -> str:
    if not _ERROR_TYPE.fullmatch(text):
        raise unreadable(_HEADER, "Expected an error type such as rate_limit_error")
    return text


def _media_type(text: str) -> str:
    if not _MEDIA_TYPE.fullmatch(text):
        raise unreadable(_HEADER, "Expected a content type such as text/plain, without parameters")
    return text


def _ending(fault: Fault, *, in_bytes: bool) -> Callable[[str], Ending]:
    return lambda text: Ending(fault, _number(text), in_bytes)


_BODIES: Mapping[str, Body] = {"html": "html", "json": "json", "empty": "empty"}
_ENDINGS: Mapping[str, Callable[[str], Ending]] = {
    f"{fault}-{unit}": _ending(fault, in_bytes=unit == "at") for fault in get_args(Fault) for unit in ("after", "at")
}
_VALUES: Mapping[str, Callable[[str], Any]] = {
    **_ENDINGS,
    "error-after": _number,
    "type": _error_type,
    "garbage-after": _number,
    "cost": _cost,
    "content-type": _media_type,
    "bytes": _size,
    "slow": _seconds,
    "ping-every": _interval,
}
_FLAGS = ("no-block-stop", "no-message-stop", "gap", "unnamed", "bad-tool-json", "done", "crlf")
_WORDS = (*_BODIES, *_FLAGS)
# The clauses whose value is a member of Clauses, and the member's name.
_MEMBERS: Mapping[str, str] = {
    **{flag: flag.replace("-", "_") for flag in _FLAGS},
    "error-after": "error_after",
    "type": "error_type",
    "garbage-after": "garbage_after",
    "cost": "cost",
    "content-type": "content_type",
    "bytes": "piece",
    "slow": "pause",
    "ping-every": "ping_every",
}
