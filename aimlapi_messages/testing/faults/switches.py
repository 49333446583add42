"""The switches: request headers by which a test asks the emulator to misbehave. `SWITCHES` says what each does.

Clauses are separated by semicolons, as in `x-emulator-stream: bytes=7;stall-after=3;ping-every=0.1`. A switch that is
malformed, or unknown, is answered with 400, so that a typo never passes for a success. `Emulator.script` sets switches
for callers who cannot send headers.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any, Literal, cast, get_args

from .errors import STATUSES, GatewayError, Issue, invalid_request

_PREFIX = "x-emulator-"
Body = Literal["usual", "html", "json", "empty"]
Cost = Literal["after", "before", "none", "named"]
Fault = Literal["cut", "end", "reset", "stall"]

# Parses the value of a switch or a clause, given the header's name and the value.
_Reader = Callable[[str, str], Any]


@dataclass(frozen=True)
class Switch:
    """A switch, or a clause of one: the `form` of its value, which is empty if it has none, and what it does."""

    form: str
    meaning: str
    clauses: Mapping[str, Switch] = field(default_factory=dict[str, "Switch"])


def _table(text: str) -> dict[str, Switch]:
    """The rows of a table: a name, the form of the value after an equals sign, and the meaning after a bar."""
    rows = (line.partition("|") for line in text.strip().splitlines())
    names = ((name.strip().partition("="), meaning.strip()) for name, _, meaning in rows)
    return {name: Switch(form, meaning) for (name, _, form), meaning in names}


_FAILURE = _table("""
    times=N              | Only the first N requests with the same `x-emulator-key` fail.
    retry-after=VALUE    | Sent as this header, unchanged: seconds or a date.
    retry-after-ms=VALUE | Sent as this header, unchanged.
""")
_STREAM = _table("""
    cut-after=N         | The connection drops after N events, in the middle of the body. A JSON body is one event.
    cut-at=N            | The same after N bytes.
    end-after=N         | The body ends cleanly after N events, as if a proxy truncated it.
    end-at=N            | The same after N bytes.
    reset-after=N       | The connection is reset (TCP RST) after N events; without a port, it only drops.
    reset-at=N          | The same after N bytes. Some systems lose bytes that were sent just before a reset.
    stall-after=N       | Nothing follows after N events; the connection stays open until either side ends it.
    stall-at=N          | The same after N bytes.
    ping-every=INTERVAL | With `stall-after`: `ping` events every so many seconds, while nothing else is sent.
    slow=SECONDS        | A pause before each event, or before each piece of `bytes`.
    bytes=SIZE          | The body in pieces of so many bytes, which split events anywhere.
    html                | 200 with an HTML page, as from a proxy or a login page.
    empty               | An empty body.
    json                | The message as JSON although a stream was requested.
    content-type=TYPE   | This content type, such as `text/plain`, with an unchanged body.
    error-after=N       | An `error` event after N events, then the body ends.
    type=ERROR          | With `error-after`: the type of the error; `overloaded_error` unless given.
    garbage-after=N     | Malformed JSON after N events, or at the end if there are fewer.
    no-block-stop       | No `content_block_stop` events.
    no-message-stop     | No `message_stop` event.
    gap                 | Gaps in the indexes of blocks: 0, 2, 4.
    bad-tool-json       | Malformed JSON as the input of tools.
    cost=PLACE          | The cost `after` the end (unless given), `before` it, `none`, or `named`: as an event `meta`.
    unnamed             | No `event:` lines.
    done                | `data: [DONE]` at the end, as OpenAI sends it.
    crlf                | Lines that end with CRLF.
""")
_BATCH = _table("""
    polls=N             | The number of polls before the results are ready; 2 unless given.
    error-every=N       | Every N-th request fails.
    expire-every=N      | Every N-th request expires.
    array               | The results are one JSON array instead of lines.
    short-cancel        | A cancel is answered with the gateway's short body instead of the whole batch.
""")
_ALL = _table(f"""
    x-emulator-fail=STATUS[;CLAUSE...]   | This error, out of {", ".join(map(str, STATUSES))}.
    x-emulator-key=TEXT                  | What `times` counts by; requests without it share a count.
    x-emulator-stream=CLAUSE[;CLAUSE...] | Changes the body of a success, stream or JSON.
    x-emulator-shape=legacy              | The OpenAI-like shape of the older documentation: JSON, streams and errors.
    x-emulator-status=STATUS             | The status of a success, from 200 to 299; the gateway sent 201 until 2025.
    x-emulator-batch=CLAUSE[;CLAUSE...]  | On the request that creates a batch: its progress.
""")
_CLAUSES = {"x-emulator-fail": _FAILURE, "x-emulator-stream": _STREAM, "x-emulator-batch": _BATCH}
SWITCHES: Mapping[str, Switch] = {
    name: replace(switch, clauses=_CLAUSES.get(name, {})) for name, switch in _ALL.items()
}
"""The request headers by which a test asks the emulator to fail, by name. They are a table of docs/testing.md."""


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
    stream: Clauses = field(default_factory=Clauses)
    batch: BatchPlan = field(default_factory=BatchPlan)


def read_switches(headers: Mapping[str, str]) -> Switches:
    """Parse the switches of lower-case `headers`. Raises GatewayError 400 for an invalid one."""
    read: dict[str, Any] = {}
    for header, value in headers.items():
        if not header.startswith(_PREFIX):
            continue
        if header not in SWITCHES:
            raise _malformed(header, f"There is no switch {header}; there are {_nearest_first(header, SWITCHES)}")
        member, reader = _READERS[header]
        read[member] = reader(header, value)
    return Switches(**read)


def _read_stream(header: str, text: str) -> Clauses:
    given = _read_clauses(header, text, _STREAM)
    for name, companion in (("type", "error-after"), ("ping-every", "stall-after")):
        if name in given and companion not in given:
            raise _malformed(header, f"Expected {name} together with {companion}")
    for names in (_BODIES, _ENDINGS):
        found = [name for name in names if name in given]
        if len(found) > 1:
            raise _malformed(header, f"Expected at most one of {', '.join(names)}")
        for name in found:
            value = given.pop(name)
            fault, _, unit = name.partition("-")
            given |= {"body": name} if value is True else {"ending": Ending(cast("Fault", fault), value, unit == "at")}
    return Clauses(**{_MEMBERS.get(name, name.replace("-", "_")): value for name, value in given.items()})


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


_any_text: _Reader = _matching(".*", "any text")
_read_count: _Reader = _matching(r"\d{1,9}", "an integer of at most 9 digits", int)


def _read_clauses(header: str, text: str, known: Mapping[str, Switch]) -> dict[str, Any]:
    """Parse the clauses of a header, by name. A clause without a form takes no value and is read as True.

    Raises GatewayError 400 for a clause that is unknown, repeated or malformed.
    """
    given: dict[str, Any] = {}
    for clause in text.split(";"):
        name, equals, value = (part.strip() for part in clause.partition("="))
        if name in given:
            raise _malformed(header, f"Expected {name} only once")
        if name not in known:
            names = _nearest_first(name, known)
            raise _malformed(header, f"There is no clause {name!r}; there are, separated by ';', {names}")
        if bool(equals) != bool(known[name].form):
            raise _malformed(header, f"Expected {_written(name, known)}")
        given[name] = _FORMS[known[name].form](header, value) if equals else True
    return given


def _nearest_first(name: str, known: Mapping[str, Switch]) -> str:
    """All that is known, what `name` may be a slip of before the rest."""
    near = get_close_matches(name, known)
    return ", ".join(_written(one, known) for one in (*near, *(one for one in known if one not in near)))


def _written(name: str, known: Mapping[str, Switch]) -> str:
    """A switch as it is, a clause with the form of its value."""
    form = known[name].form
    return f"{name}={form}" if form and known is not SWITCHES else name


_BODIES = ("html", "json", "empty")
_ENDINGS = tuple(f"{fault}-{unit}" for fault in get_args(Fault) for unit in ("after", "at"))
# The clauses whose attribute of Clauses has another name.
_MEMBERS = {"type": "error_type", "bytes": "piece", "slow": "pause"}
_SECONDS = r"\d{1,5}(\.\d{1,6})?"
_FORMS: Mapping[str, _Reader] = {
    "N": _read_count,
    "VALUE": _any_text,
    "PLACE": _matching("|".join(get_args(Cost)), f"cost= with one of {', '.join(get_args(Cost))}"),
    "TYPE": _matching(r"[\w.+-]+/[\w.+-]+", "a content type such as text/plain, without parameters"),
    "ERROR": _matching("[a-z]+(_[a-z]+)*", "an error type such as rate_limit_error"),
    "SIZE": _matching(r"(?=0*[1-9])\d{1,9}", "pieces of at least one byte", int),
    "SECONDS": _matching(_SECONDS, "seconds such as 2 or 0.05, below 100000", float),
    "INTERVAL": _matching(f"(?=.*[1-9]){_SECONDS}", "more than 0 seconds between pings", float),
}
# The attribute of Switches that each header sets, and the function that parses it.
_READERS: Mapping[str, tuple[str, _Reader]] = {
    "x-emulator-fail": ("failure", _read_failure),
    "x-emulator-key": ("key", _any_text),
    "x-emulator-status": ("status", _matching(r" *2[0-9][0-9] *", "a status between 200 and 299", int)),
    "x-emulator-shape": ("legacy", _matching(" *(native|legacy) *", "native or legacy", lambda text: "legacy" in text)),
    "x-emulator-stream": ("stream", _read_stream),
    "x-emulator-batch": ("batch", _read_batch_plan),
}


class Script:
    """The switches of the next requests, set from outside, and those that had no effect. Thread-safe, like a deque."""

    def __init__(self) -> None:
        self._steps: deque[dict[str, str]] = deque()
        self.unreached: deque[str] = deque()

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

    def problems(self) -> list[str]:
        """The places in bodies that were not reached, and the steps that no request took; an empty one asks nothing."""
        untaken = (f"No request took the step of the script {step}." for step in [*self._steps] if step)
        return list(dict.fromkeys([*self.unreached, *untaken]))
