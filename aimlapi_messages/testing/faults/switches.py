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

import sys
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .clauses import Clauses, Reader, anything, malformed, matching, read_clauses, read_count, read_stream_clauses
from .errors import STATUSES, GatewayError

_PREFIX = "x-emulator-"
_FAILURE: Mapping[str, Reader] = {"times": read_count, "retry-after": anything, "retry-after-ms": anything}
_BATCH: Mapping[str, Reader | None] = {
    **dict.fromkeys(("polls", "error-every", "expire-every"), read_count),
    "array": None,
    "short-cancel": None,
}


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
            raise malformed(header, f"Expected no other switch than {', '.join(_SWITCHES)}")
        member, reader = _SWITCHES[header]
        read[member] = reader(value)
    return Switches(**read)


def _read_failure(text: str) -> Failure:
    status, more, options = text.partition(";")
    if status.strip() not in map(str, STATUSES):
        raise malformed("x-emulator-fail", f"Expected one of {', '.join(map(str, STATUSES))}")
    headers = read_clauses("x-emulator-fail", options, _FAILURE) if more else {}
    times = headers.pop("times", None)
    return Failure(int(status), times, headers)


def _read_status(text: str) -> int:
    read = matching("2[0-9][0-9]", "a status between 200 and 299", int)
    return int(read("x-emulator-status", text.strip()))


def _read_legacy(text: str) -> bool:
    if text.strip() not in ("native", "legacy"):
        raise malformed("x-emulator-shape", "Expected native or legacy")
    return text.strip() == "legacy"


def _read_batch_plan(text: str) -> BatchPlan:
    clauses = read_clauses("x-emulator-batch", text, _BATCH)
    return BatchPlan(**{name.replace("-", "_"): value for name, value in clauses.items()})


def _read_wrong_calls(text: str) -> int:
    word, equals, number = (part.strip() for part in text.partition("="))
    if word != "wrong":
        raise malformed("x-emulator-tools", "Expected wrong or wrong=N")
    return int(read_count("x-emulator-tools", number)) if equals else sys.maxsize


# The attribute of Switches that each header sets, and the function that parses it.
_SWITCHES: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "x-emulator-fail": ("failure", _read_failure),
    "x-emulator-key": ("key", str),
    "x-emulator-status": ("status", _read_status),
    "x-emulator-shape": ("legacy", _read_legacy),
    "x-emulator-stream": ("stream", read_stream_clauses),
    "x-emulator-batch": ("batch", _read_batch_plan),
    "x-emulator-tools": ("wrong_calls", _read_wrong_calls),
}


class Script:
    """The switches of the next requests, set from outside. Thread-safe, like a deque."""

    def __init__(self) -> None:
        self._steps: deque[dict[str, str]] = deque()

    def add(self, steps: tuple[Mapping[str, str], ...]) -> None:
        """Append steps, all or none. Raises ValueError for a step that is not a switch or is malformed."""
        self._steps.extend([_check(step) for step in steps])

    def take(self) -> dict[str, str]:
        """Remove and return the next step, or `{}` if there is none."""
        try:
            return self._steps.popleft()
        except IndexError:
            return {}


def _check(step: Mapping[str, str]) -> dict[str, str]:
    headers = {name.lower(): value for name, value in step.items()}
    for name, value in headers.items():
        if not name.startswith(_PREFIX):
            raise ValueError(f"{name!r} is not a switch: a step of a script may only have x-emulator- headers")
        if not (value.isascii() and value.isprintable()):
            raise ValueError(f"the value {value!r} of {name} is not printable ASCII")
    try:
        read_switches(headers)
    except GatewayError as error:
        raise ValueError(str(error)) from error
    return headers
