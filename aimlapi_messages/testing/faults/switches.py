"""The switches: request headers by which a test asks the emulator to misbehave.

    x-emulator-fail: STATUS[;times=N][;retry-after=VALUE][;retry-after-ms=N]
        Answer with this error: 400 401 403 404 405 413 429 500 502 503 504 529. With `times=N`, only the first
        N requests with the same `x-emulator-key` fail; later ones succeed. `retry-after` (seconds or an HTTP
        date) and `retry-after-ms` are sent as response headers, unchanged.
    x-emulator-key: ANY TEXT
        The key that `times=N` counts by; requests without it share one count.
    x-emulator-status: STATUS
        The status of a success, between 200 and 299; the gateway of 2024 and 2025 sent 201.
    x-emulator-shape: legacy
        Answer in the OpenAI-like shape of the older documentation: JSON, streams and errors.
    x-emulator-tools: wrong[=N]
        Call tools with arguments that do not match their schema: each tool's first N calls of a conversation,
        or every call. A call whose result is an error is then repeated.
    x-emulator-stream: CLAUSE[;CLAUSE...]
        Change the body of a success, stream or JSON. Clauses can be combined, as in
        `bytes=7;stall-after=3;ping-every=0.1`. Seconds may have a fraction.

Clauses of `x-emulator-stream` that stop the body, at most one of them. A JSON body counts as one event, and with a
clause that stops, slows or splits it, it is sent chunked, without a content-length:

    cut-after=N         the connection drops after N events, in the middle of the body
    cut-at=N            the same after N bytes
    end-after=N         the body ends cleanly after N events, without `message_stop`
    end-at=N            the same after N bytes, as if a proxy truncated it
    reset-after=N       the connection is reset (TCP RST) after N events; under a server other than `Emulator`,
                        it only drops. Some systems lose bytes sent just before a reset
    reset-at=N          the same after N bytes
    stall-after=N       nothing follows after N events; the connection stays open until the client disconnects
                        or the emulator stops
    stall-at=N          the same after N bytes
    ping-every=SECONDS  with `stall-after`: `ping` events continue while nothing else is sent

Clauses that change how the body is sent:

    slow=SECONDS        pause before each event
    bytes=N             send the body in pieces of N bytes, which splits events anywhere; with `slow`, pause before
                        each piece

Clauses that replace the body:

    html                200 with an HTML page, as from a proxy or a login page
    empty               an empty body
    json                the message as JSON although a stream was requested
    content-type=TYPE   this content type, such as `text/plain`, with an unchanged body

Clauses that change the events of a stream. Of these, only `garbage-after` affects JSON bodies. Streams in the shape
`legacy` have no named events, so `no-block-stop`, `no-message-stop`, `gap`, `unnamed` and `bad-tool-json` do not
change them:

    error-after=N       an `error` event follows N events, then the body ends
    type=TYPE           with `error-after`: the error's type (default `overloaded_error`)
    garbage-after=N     an event with malformed JSON follows N events (or ends the stream), which then continues
    no-block-stop       omit the `content_block_stop` events
    no-message-stop     omit the `message_stop` event
    gap                 leave gaps in the indexes of content blocks: 0, 2, 4
    bad-tool-json       send malformed JSON as the input of tools
    cost=PLACE          where the cost is sent: `after` the `message_stop` (default), `before` it, `none`, or
                        `named`, which is after it with a line `event: meta`
    unnamed             omit the `event:` lines
    done                end with `data: [DONE]`, as OpenAI does
    crlf                end lines with CRLF

`x-emulator-batch: CLAUSE[;CLAUSE...]`, on the request that creates a batch, controls its progress:

    polls=N         the number of polls before the results are ready (default: 2)
    error-every=N   every N-th request fails with an error
    expire-every=N  every N-th request expires
    array           the results are one JSON array instead of lines
    short-cancel    a cancel is answered with the gateway's short body instead of the whole batch

A malformed switch, or an unknown header starting with `x-emulator-`, is answered with 400, so that a typo never
passes for a success. `Emulator.script` sets switches for callers who cannot send headers.
"""

from __future__ import annotations

import re
import sys
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from .errors import STATUSES, GatewayError, Issue, invalid_request

_PREFIX = "x-emulator-"
Body = Literal["usual", "html", "json", "empty"]
Cost = Literal["after", "before", "none", "named"]
Fault = Literal["cut", "end", "reset", "stall"]

# Parses the value of a switch or a clause, given the header's name and the value.
_Reader = Callable[[str, str], Any]


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


@dataclass(frozen=True)
class Failure:
    """A requested failure: `status`, how many `times` (None for always), and extra response `headers`."""

    status: int
    times: int | None
    headers: Mapping[str, str]


@dataclass(frozen=True)
class BatchPlan:
    """How a batch progresses; see `x-emulator-batch`."""

    polls: int = 2
    error_every: int = 0
    expire_every: int = 0
    array: bool = False
    short_cancel: bool = False


@dataclass(frozen=True)
class Switches:
    """The switches of a request; the defaults are those of a request without any."""

    failure: Failure | None = None
    key: str = ""
    status: int = 200
    legacy: bool = False
    wrong_calls: int = 0
    stream: Clauses = field(default_factory=Clauses)
    batch: BatchPlan = field(default_factory=BatchPlan)


def read_switches(headers: Mapping[str, str]) -> Switches:
    """Parse the switches of lower-case `headers`. Raises GatewayError 400 for an invalid one."""
    read: dict[str, Any] = {}
    for header, value in headers.items():
        if not header.startswith(_PREFIX):
            continue
        if header not in _SWITCHES:
            raise _malformed(header, f"Expected no other switch than {', '.join(_SWITCHES)}")
        member, reader = _SWITCHES[header]
        read[member] = reader(header, value)
    return Switches(**read)


def _read_stream(header: str, text: str) -> Clauses:
    given = _read_clauses(header, text, _CLAUSES)
    for name, companion in (("type", "error-after"), ("ping-every", "stall-after")):
        if name in given and companion not in given:
            raise _malformed(header, f"Expected {name} together with {companion}")
    for member, names in (("body", _BODIES), ("ending", _ENDINGS)):
        found = [name for name in names if name in given]
        if len(found) > 1:
            raise _malformed(header, f"Expected at most one of {', '.join(names)}")
        for name in found:
            value = given.pop(name)
            given[member] = name if member == "body" else value
    return Clauses(**{_MEMBERS.get(name, name.replace("-", "_")): value for name, value in given.items()})


def _ending(fault: Fault, *, in_bytes: bool) -> _Reader:
    return lambda header, text: Ending(fault, _read_count(header, text), in_bytes)


def _read_failure(header: str, text: str) -> Failure:
    status, more, options = text.partition(";")
    if status.strip() not in map(str, STATUSES):
        raise _malformed(header, f"Expected one of {', '.join(map(str, STATUSES))}")
    headers = _read_clauses(header, options, _FAILURE) if more else {}
    times = headers.pop("times", None)
    return Failure(int(status), times, headers)


def _read_batch_plan(header: str, text: str) -> BatchPlan:
    clauses = _read_clauses(header, text, _BATCH)
    return BatchPlan(**{name.replace("-", "_"): value for name, value in clauses.items()})


def _read_wrong_calls(header: str, text: str) -> int:
    word, equals, number = (part.strip() for part in text.partition("="))
    if word != "wrong":
        raise _malformed(header, "Expected wrong or wrong=N")
    return int(_read_count(header, number)) if equals else sys.maxsize


def _malformed(header: str, reason: str) -> GatewayError:
    """The error for an invalid switch."""
    return invalid_request([Issue(f"header {header}", reason)])


def _matching(pattern: str, expected: str, convert: Callable[[str], Any] = str) -> _Reader:
    """A reader that requires a match of `pattern`, and otherwise raises GatewayError 400 saying what was expected."""

    def read(header: str, text: str) -> Any:
        if not re.fullmatch(pattern, text, re.ASCII):
            raise _malformed(header, f"Expected {expected}")
        return convert(text)

    return read


_read_count: _Reader = _matching(r"\d{1,9}", "an integer of at most 9 digits", int)
_any_text: _Reader = _matching(".*", "any text")


def _read_clauses(header: str, text: str, known: Mapping[str, _Reader | None]) -> dict[str, Any]:
    """Parse the clauses of a header, by name. A clause whose reader is None takes no value and is read as True.

    Raises GatewayError 400 for a clause that is unknown, repeated or malformed.
    """
    given: dict[str, Any] = {}
    for clause in text.split(";"):
        name, equals, value = (part.strip() for part in clause.partition("="))
        if name in given:
            raise _malformed(header, f"Expected {name} only once")
        reader = known.get(name)
        if name not in known or bool(equals) != (reader is not None):
            names = ", ".join(f"{name}=..." if reader else name for name, reader in known.items())
            raise _malformed(header, f"Expected clauses separated by ';', out of {names}")
        given[name] = reader(header, value) if reader else True
    return given


_BODIES: Mapping[str, None] = {"html": None, "json": None, "empty": None}
_ENDINGS: Mapping[str, _Reader] = {
    f"{fault}-{unit}": _ending(fault, in_bytes=unit == "at") for fault in get_args(Fault) for unit in ("after", "at")
}
_SECONDS = r"\d{1,5}(\.\d{1,6})?"
_CLAUSES: Mapping[str, _Reader | None] = {
    **_ENDINGS,
    "error-after": _read_count,
    "type": _matching("[a-z]+(_[a-z]+)*", "an error type such as rate_limit_error"),
    "garbage-after": _read_count,
    "cost": _matching("|".join(get_args(Cost)), f"cost= with one of {', '.join(get_args(Cost))}"),
    "content-type": _matching(r"[\w.+-]+/[\w.+-]+", "a content type such as text/plain, without parameters"),
    "bytes": _matching(r"(?=0*[1-9])\d{1,9}", "pieces of at least one byte", int),
    "slow": _matching(_SECONDS, "seconds such as 2 or 0.05, below 100000", float),
    "ping-every": _matching(f"(?=.*[1-9]){_SECONDS}", "more than 0 seconds between pings", float),
    **_BODIES,
    **dict.fromkeys(("no-block-stop", "no-message-stop", "gap", "unnamed", "bad-tool-json", "done", "crlf")),
}
# The clauses whose attribute of Clauses has another name.
_MEMBERS = {"type": "error_type", "bytes": "piece", "slow": "pause"}
_FAILURE: Mapping[str, _Reader] = {"times": _read_count, "retry-after": _any_text, "retry-after-ms": _any_text}
_BATCH: Mapping[str, _Reader | None] = {
    **dict.fromkeys(("polls", "error-every", "expire-every"), _read_count),
    "array": None,
    "short-cancel": None,
}
# The attribute of Switches that each header sets, and the function that parses it.
_SWITCHES: Mapping[str, tuple[str, _Reader]] = {
    "x-emulator-fail": ("failure", _read_failure),
    "x-emulator-key": ("key", _any_text),
    "x-emulator-status": ("status", _matching(r" *2[0-9][0-9] *", "a status between 200 and 299", int)),
    "x-emulator-shape": ("legacy", _matching(" *(native|legacy) *", "native or legacy", lambda text: "legacy" in text)),
    "x-emulator-stream": ("stream", _read_stream),
    "x-emulator-batch": ("batch", _read_batch_plan),
    "x-emulator-tools": ("wrong_calls", _read_wrong_calls),
}


class Script:
    """The switches of the next requests, set from outside. Thread-safe, like a deque."""

    def __init__(self) -> None:
        self._steps: deque[dict[str, str]] = deque()

    def add(self, steps: tuple[Mapping[str, str], ...]) -> None:
        """Append steps, all or none. Raises ValueError for a step that is not a switch or is malformed."""
        added = [{name.lower(): value for name, value in step.items()} for step in steps]
        for name, value in [item for headers in added for item in headers.items()]:
            if not name.startswith(_PREFIX):
                raise ValueError(f"{name!r} is not a switch: a step of a script may only have x-emulator- headers")
            if not (value.isascii() and value.isprintable()):
                raise ValueError(f"the value {value!r} of {name} is not printable ASCII")
        try:
            for headers in added:
                read_switches(headers)
        except GatewayError as error:
            raise ValueError(error.message) from error
        self._steps.extend(added)

    def take(self) -> dict[str, str]:
        """Remove and return the next step, or `{}` if there is none."""
        return self._steps.popleft() if self._steps else {}
