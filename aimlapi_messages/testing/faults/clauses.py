"""Reads the clauses of a switch, such as `cut-after=3;slow=0.1`; `switches.py` says what each means."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from .errors import GatewayError, Issue, invalid_request

Body = Literal["usual", "html", "json", "empty"]
Cost = Literal["after", "before", "none", "named"]
Fault = Literal["cut", "end", "reset", "stall"]

# Reads a clause's value, given the header and the text.
Reader = Callable[[str, str], Any]


@dataclass(frozen=True)
class Ending:
    """Where the body stops, after `count` events or bytes, and how the connection ends."""

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
        """Whether the body is not simply sent at once."""
        return self.ending is not None or self.piece is not None or self.pause > 0

    @property
    def slow(self) -> bool:
        """Whether the answer takes time, or never ends."""
        return self.pause > 0 or (self.ending is not None and self.ending.fault == "stall")


def unreadable(header: str, reason: str) -> GatewayError:
    """The error for an invalid switch."""
    return invalid_request([Issue(f"header {header}", reason)])


def matching(pattern: str, expected: str, convert: Callable[[str], Any] = str) -> Reader:
    """A reader of texts that match a pattern; of others it raises GatewayError 400 with what was expected."""

    def read(header: str, text: str) -> Any:
        if not re.fullmatch(pattern, text, re.ASCII):
            raise unreadable(header, f"Expected {expected}")
        return convert(text)

    return read


read_count: Reader = matching(r"\d{1,9}", "a whole number of at most 9 digits", int)
anything: Reader = matching(".*", "any text")


def read_clauses(header: str, text: str, known: Mapping[str, Reader | None]) -> dict[str, Any]:
    """The clauses of a header by name; one whose reader is None is a word without a value, read as True.

    Raises GatewayError 400 for one that is unknown, is there twice or cannot be read.
    """
    given: dict[str, Any] = {}
    for clause in text.split(";"):
        name, equals, value = (part.strip() for part in clause.partition("="))
        if name in given:
            raise unreadable(header, f"Expected {name} once")
        reader = known.get(name)
        if name not in known or bool(equals) != (reader is not None):
            names = ", ".join(f"{name}=..." if reader else name for name, reader in known.items())
            raise unreadable(header, f"Expected clauses joined by ';' out of {names}")
        given[name] = reader(header, value) if reader else True
    return given


def read_stream_clauses(text: str) -> Clauses:
    """Read the value of `x-emulator-stream`. Raises GatewayError 400 for an invalid one."""
    given = read_clauses(_STREAM, text, _CLAUSES)
    for goes, along in (("type", "error-after"), ("ping-every", "stall-after")):
        if goes in given and along not in given:
            raise unreadable(_STREAM, f"Expected {goes} together with {along}")
    members: dict[str, Any] = {}
    for member, names in (("body", _BODIES), ("ending", _ENDINGS)):
        found = [name for name in names if name in given]
        if len(found) > 1:
            raise unreadable(_STREAM, f"Expected no more than one of {', '.join(names)}")
        for name in found:
            value = given.pop(name)
            members[member] = name if member == "body" else value
    return Clauses(**members, **{_MEMBERS.get(name, name.replace("-", "_")): value for name, value in given.items()})


def _ending(fault: Fault, *, in_bytes: bool) -> Reader:
    return lambda header, text: Ending(fault, read_count(header, text), in_bytes)


_STREAM = "x-emulator-stream"
_BODIES: Mapping[str, None] = {"html": None, "json": None, "empty": None}
_ENDINGS: Mapping[str, Reader] = {
    f"{fault}-{unit}": _ending(fault, in_bytes=unit == "at") for fault in get_args(Fault) for unit in ("after", "at")
}
_SECONDS = r"\d{1,5}(\.\d{1,6})?"
_FLAGS = ("no-block-stop", "no-message-stop", "gap", "unnamed", "bad-tool-json", "done", "crlf")
_CLAUSES: Mapping[str, Reader | None] = {
    **_ENDINGS,
    "error-after": read_count,
    "type": matching("[a-z]+(_[a-z]+)*", "an error type such as rate_limit_error"),
    "garbage-after": read_count,
    "cost": matching("|".join(get_args(Cost)), f"cost= with one of {', '.join(get_args(Cost))}"),
    "content-type": matching(r"[\w.+-]+/[\w.+-]+", "a content type such as text/plain, without parameters"),
    "bytes": matching(r"(?=0*[1-9])\d{1,9}", "pieces of at least one byte", int),
    "slow": matching(_SECONDS, "seconds such as 2 or 0.05, below 100000", float),
    "ping-every": matching(f"(?=.*[1-9]){_SECONDS}", "more than 0 seconds from ping to ping", float),
    **_BODIES,
    **dict.fromkeys(_FLAGS),
}
# The clauses whose member of Clauses has another name.
_MEMBERS = {"type": "error_type", "bytes": "piece", "slow": "pause"}
