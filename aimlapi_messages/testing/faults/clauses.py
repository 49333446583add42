"""Parses the clauses of a switch, such as `cut-after=3;slow=0.1`. `switches.py` documents each."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from .errors import GatewayError, Issue, invalid_request

Body = Literal["usual", "html", "json", "empty"]
Cost = Literal["after", "before", "none", "named"]
Fault = Literal["cut", "end", "reset", "stall"]

# Parses a clause's value, given the header's name and the text.
Reader = Callable[[str, str], Any]


@dataclass(frozen=True)
class Ending:
    """Where the body stops, after `count` events or bytes, and how the connection ends."""

    fault: Fault
    count: int
    in_bytes: bool


@dataclass(frozen=True)
class Clauses:
    """The clauses of `x-emulator-stream`: the body, its events, and how they are sent. Times in seconds."""

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
    def sent_in_pieces(self) -> bool:
        """Whether the body is paused, split or stopped instead of sent at once."""
        return self.ending is not None or self.piece is not None or self.pause > 0

    @property
    def slow(self) -> bool:
        """Whether the response is deliberately slow, or never ends."""
        return self.pause > 0 or (self.ending is not None and self.ending.fault == "stall")


def malformed(header: str, reason: str) -> GatewayError:
    """The error for an invalid switch."""
    return invalid_request([Issue(f"header {header}", reason)])


def matching(pattern: str, expected: str, convert: Callable[[str], Any] = str) -> Reader:
    """A reader that requires a match of `pattern`, and otherwise raises GatewayError 400 saying what was expected."""

    def read(header: str, text: str) -> Any:
        if not re.fullmatch(pattern, text, re.ASCII):
            raise malformed(header, f"Expected {expected}")
        return convert(text)

    return read


read_count: Reader = matching(r"\d{1,9}", "an integer of at most 9 digits", int)
anything: Reader = matching(".*", "any text")


def read_clauses(header: str, text: str, known: Mapping[str, Reader | None]) -> dict[str, Any]:
    """Parse the clauses of a header, by name. A clause whose reader is None takes no value and is read as True.

    Raises GatewayError 400 for a clause that is unknown, repeated or malformed.
    """
    given: dict[str, Any] = {}
    for clause in text.split(";"):
        name, equals, value = (part.strip() for part in clause.partition("="))
        if name in given:
            raise malformed(header, f"Expected {name} only once")
        reader = known.get(name)
        if name not in known or bool(equals) != (reader is not None):
            names = ", ".join(f"{name}=..." if reader else name for name, reader in known.items())
            raise malformed(header, f"Expected clauses separated by ';', out of {names}")
        given[name] = reader(header, value) if reader else True
    return given


def read_stream_clauses(text: str) -> Clauses:
    """Parse the value of `x-emulator-stream`. Raises GatewayError 400 if it is invalid."""
    given = read_clauses(_STREAM, text, _CLAUSES)
    for name, companion in (("type", "error-after"), ("ping-every", "stall-after")):
        if name in given and companion not in given:
            raise malformed(_STREAM, f"Expected {name} together with {companion}")
    for member, names in (("body", _BODIES), ("ending", _ENDINGS)):
        found = [name for name in names if name in given]
        if len(found) > 1:
            raise malformed(_STREAM, f"Expected at most one of {', '.join(names)}")
        for name in found:
            value = given.pop(name)
            given[member] = name if member == "body" else value
    return Clauses(**{_MEMBERS.get(name, name.replace("-", "_")): value for name, value in given.items()})


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
    "ping-every": matching(f"(?=.*[1-9]){_SECONDS}", "more than 0 seconds between pings", float),
    **_BODIES,
    **dict.fromkeys(_FLAGS),
}
# The clauses whose attribute of Clauses has another name.
_MEMBERS = {"type": "error_type", "bytes": "piece", "slow": "pause"}
