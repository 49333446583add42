"""The switches: request headers by which a test asks the emulator to misbehave.

    x-emulator-fail: STATUS[;times=N][;retry-after=VALUE][;retry-after-ms=N]
        Answer with this error: 400 401 403 404 405 413 429 500 502 503 504 529. With `times=N`, only the first
        N requests that carry the same `x-emulator-key` fail; later ones succeed. `retry-after` (seconds or an
        HTTP date) and `retry-after-ms` become headers of the answer, as given.
    x-emulator-key: ANY TEXT
        What `times=N` counts by; requests without it share one count.
    x-emulator-status: STATUS
        Answer a success with this status between 200 and 299; the gateway of 2024 and 2025 sent 201.
    x-emulator-shape: legacy
        Answer in the OpenAI-like shape of the older documentation, JSON, stream and errors alike.
    x-emulator-tools: wrong[=N]
        Call tools with arguments that do not fit their schema: each tool's first N calls of a conversation, or
        all of them. A call whose result is an error is then made again.
    x-emulator-stream: CLAUSE[;CLAUSE...]
        What happens to the body of a success, stream or JSON. `bytes=7;stall-after=3;ping-every=0.1` is an
        example of several clauses. Seconds may have a fraction.

The clauses of `x-emulator-stream` that stop the body, of which there may be one; N counts what is sent. A JSON
answer counts as one event; what stops it, slows it or cuts it up also sends it chunked, without its length:

    cut-after=N         the connection drops after N events, in the middle of the body
    cut-at=N            the same after N bytes
    end-after=N         the body ends in good order after N events, without `message_stop`
    end-at=N            the same after N bytes, as a proxy that truncates would end it
    reset-after=N       the connection is reset (TCP RST) after N events; only dropped where another server than
                        `Emulator` runs the application. Some systems lose bytes sent just before a reset
    reset-at=N          the same after N bytes
    stall-after=N       nothing comes after N events; the connection stays open until the caller goes away or
                        the emulator stops
    stall-at=N          the same after N bytes
    ping-every=SECONDS  with `stall-after`: a stream's `ping` events keep coming while nothing else does

Clauses for the way the body travels:

    slow=SECONDS        a pause before each event
    bytes=N             the body goes out in pieces of N bytes, so that events are cut anywhere; with `slow`, the
                        pause is before each piece

Clauses for another body:

    html                200 with a page of HTML, as a proxy or a login page would send
    empty               an empty body
    json                the message comes as JSON although a stream was asked for
    content-type=TYPE   this content type, such as `text/plain`, with the body as it is

Clauses for the events of a stream. JSON answers heed `garbage-after` alone; the shape `legacy` has no named
events, hence nothing that `no-block-stop`, `no-message-stop`, `gap`, `unnamed` and `bad-tool-json` could change:

    error-after=N       an `error` event follows N events, then the body ends
    type=TYPE           with `error-after`: the error's type (default `overloaded_error`)
    garbage-after=N     after N events (or at the end) comes one whose data is not JSON, then the stream goes on
    no-block-stop       the `content_block_stop` events are missing
    no-message-stop     the `message_stop` event is missing
    gap                 the indexes of content blocks leave gaps: 0, 2, 4
    bad-tool-json       the JSON of a tool's input is malformed
    cost=PLACE          where the cost is: `after` the `message_stop` (default), `before` it, `none`, or `named`,
                        which is after it with a line `event: meta`
    unnamed             no event has an `event:` line
    done                `data: [DONE]` comes last, as from OpenAI
    crlf                lines end in CRLF

`x-emulator-batch: CLAUSE[;CLAUSE...]`, on the request that creates a batch, says how it proceeds:

    polls=N         the number of look-ups before the results are ready (default: 2)
    error-every=N   each N-th request fails with an error
    expire-every=N  each N-th request expires
    array           the results come as one JSON array, not as lines
    short-cancel    a cancel is answered with the gateway's short body, not with the whole batch

A switch that cannot be read, and any other header that begins with `x-emulator-`, is answered with 400, so
that a misspelt one never passes for a success. `Emulator.script` sets switches for callers who cannot.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from .clauses import Clauses, Reader, anything, matching, read_clauses, read_count, read_stream_clauses, unreadable
from .errors import KINDS, GatewayError

_PREFIX = "x-emulator-"
_KNOWN = ("fail", "key", "status", "shape", "stream", "batch", "tools")
_FAILURE: Mapping[str, Reader] = {"times": read_count, "retry-after": anything, "retry-after-ms": anything}
_BATCH: Mapping[str, Reader | None] = {
    **dict.fromkeys(("polls", "error-every", "expire-every"), read_count),
    "array": None,
    "short-cancel": None,
}


@dataclass(frozen=True)
class Failure:
    """A failure asked for: `status`, how many `times` (None: always), and the `headers` that go with it."""

    status: int
    times: int | None
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Plan:
    """How a batch proceeds; see `x-emulator-batch`."""

    polls: int = 2
    error_every: int = 0
    expire_every: int = 0
    array: bool = False
    short_cancel: bool = False


@dataclass(frozen=True)
class Switches:
    """The switches of one request; the defaults are those of a request without any."""

    failure: Failure | None = None
    key: str = ""
    status: int = 200
    legacy: bool = False
    wrong_calls: int = 0
    stream: Clauses = field(default_factory=Clauses)
    batch: Plan = field(default_factory=Plan)


def read_switches(headers: Mapping[str, str]) -> Switches:
    """Read the switches from lower-case `headers`. Raises GatewayError 400 for an invalid one."""
    given = {name.removeprefix(_PREFIX): value for name, value in headers.items() if name.startswith(_PREFIX)}
    for name in given:
        if name not in _KNOWN:
            names = ", ".join(_PREFIX + name for name in _KNOWN)
            raise unreadable(_PREFIX + name, f"Expected no other switch than {names}")
    shape = given.get("shape", "native").strip()
    if shape not in ("native", "legacy"):
        raise unreadable("x-emulator-shape", "Expected native or legacy")
    status = matching("2[0-9][0-9]", "a status between 200 and 299", int)
    return Switches(
        failure=_read_failure(given["fail"]) if "fail" in given else None,
        key=given.get("key", ""),
        status=status("x-emulator-status", given.get("status", "200").strip()),
        legacy=shape == "legacy",
        wrong_calls=_read_tools(given["tools"]) if "tools" in given else 0,
        stream=read_stream_clauses(given["stream"]) if "stream" in given else Clauses(),
        batch=_read_plan(given["batch"]) if "batch" in given else Plan(),
    )


def _read_failure(text: str) -> Failure:
    status, more, options = text.partition(";")
    if status.strip() not in map(str, KINDS):
        raise unreadable("x-emulator-fail", f"Expected one of {', '.join(map(str, KINDS))}")
    headers = read_clauses("x-emulator-fail", options, _FAILURE) if more else {}
    times = headers.pop("times", None)
    return Failure(int(status), times, headers)


def _read_plan(text: str) -> Plan:
    clauses = read_clauses("x-emulator-batch", text, _BATCH)
    return Plan(**{name.replace("-", "_"): value for name, value in clauses.items()})


def _read_tools(text: str) -> int:
    word, equals, number = (part.strip() for part in text.partition("="))
    if word != "wrong":
        raise unreadable("x-emulator-tools", "Expected wrong or wrong=N")
    return read_count("x-emulator-tools", number) if equals else sys.maxsize


class Script:
    """The switches of the next requests, set from outside. Threads may use it at once, as they may a deque."""

    def __init__(self) -> None:
        self._steps: deque[dict[str, str]] = deque()

    def add(self, steps: tuple[Mapping[str, str], ...]) -> None:
        """Add steps at the end, all or none. Raises ValueError for one that is no switch or cannot be read."""
        self._steps.extend([_check(step) for step in steps])

    def take(self) -> dict[str, str]:
        """The next step, which is then gone, or `{}` when there is none."""
        try:
            return self._steps.popleft()
        except IndexError:
            return {}


def _check(step: Mapping[str, str]) -> dict[str, str]:
    headers = {name.lower(): value for name, value in step.items()}
    for name, value in headers.items():
        if not name.startswith("x-emulator-"):
            raise ValueError(f"{name!r} is no switch: a step of a script holds x-emulator- headers alone")
        if not (value.isascii() and value.isprintable()):
            raise ValueError(f"the value {value!r} of {name} is not printable ASCII")
    try:
        read_switches(headers)
    except GatewayError as error:
        raise ValueError(str(error)) from error
    return headers
