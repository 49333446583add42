"""The switches: request headers by which a test asks the emulator to misbehave.

    x-emulator-fail: STATUS[;times=N][;retry-after=SECONDS]
        Answer with this error: 400 401 403 404 405 413 429 500 502 503 504 529. With `times=N`, only the first
        N requests that carry the same `x-emulator-key` fail; later ones succeed.
    x-emulator-key: ANY TEXT
        What `times=N` counts by; requests without it share one count.
    x-emulator-status: STATUS
        Answer a success with this status between 200 and 299; the gateway of 2024 and 2025 sent 201.
    x-emulator-shape: legacy
        Answer in the OpenAI-like shape of the older documentation, JSON, stream and errors alike.
    x-emulator-stream: KIND
        What happens to the answer's body:
        cut-after=N     the connection drops after N events, in the middle of the body
        end-after=N     the body ends in good order after N events, without `message_stop`
        error-after=N   an `error` event (overloaded_error) follows N events, then the body ends
        html            200 with a page of HTML, as a proxy or a login page would send

A switch that cannot be read, and any other header that begins with `x-emulator-`, is answered with 400, so
that a misspelt one never passes for a success.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ._errors import KINDS, GatewayError, Issue, invalid_request

StreamFault = Literal["none", "cut-after", "end-after", "error-after", "html"]

_PREFIX = "x-emulator-"
_KNOWN = ("fail", "key", "status", "shape", "stream")
_MOST_DIGITS = 9
_COUNTED: Mapping[str, StreamFault] = {
    "cut-after": "cut-after",
    "end-after": "end-after",
    "error-after": "error-after",
}


@dataclass(frozen=True)
class Failure:
    """A failure asked for: `status`, how many `times` (None: always), `retry_after` in seconds as sent."""

    status: int
    times: int | None
    retry_after: str | None


@dataclass(frozen=True)
class Switches:
    """The switches of one request; the defaults are those of a request without any."""

    failure: Failure | None = None
    key: str = ""
    status: int = 200
    legacy: bool = False
    stream: StreamFault = "none"
    after: int = 0


def read_switches(headers: Mapping[str, str]) -> Switches:
    """Read the switches from lower-case `headers`. Raises GatewayError 400 for one that makes no sense."""
    for header in headers:
        if header.startswith(_PREFIX) and header.removeprefix(_PREFIX) not in _KNOWN:
            names = ", ".join(_PREFIX + name for name in _KNOWN)
            raise _unreadable(header, f"Expected no other switch than {names}")
    shape = headers.get("x-emulator-shape", "native").strip()
    if shape not in ("native", "legacy"):
        raise _unreadable("x-emulator-shape", "Expected native or legacy")
    stream, after = _read_stream(headers.get("x-emulator-stream"))
    return Switches(
        failure=_read_failure(headers.get("x-emulator-fail")),
        key=headers.get("x-emulator-key", ""),
        status=_read_status(headers.get("x-emulator-status")),
        legacy=shape == "legacy",
        stream=stream,
        after=after,
    )


def _read_failure(text: str | None) -> Failure | None:
    if text is None:
        return None
    status, *options = (part.strip() for part in text.split(";"))
    named = dict(option.split("=", 1) for option in options if "=" in option)
    if status not in map(str, KINDS):
        raise _unreadable("x-emulator-fail", f"Expected one of {', '.join(map(str, KINDS))}")
    if len(named) != len(options) or not set(named) <= {"times", "retry-after"}:
        raise _unreadable("x-emulator-fail", "Expected only the options times=N and retry-after=SECONDS")
    times = named.get("times")
    return Failure(
        status=int(status),
        times=None if times is None else _count("x-emulator-fail", times),
        retry_after=named.get("retry-after"),
    )


def _read_status(text: str | None) -> int:
    if text is None:
        return 200
    status = _count("x-emulator-status", text.strip())
    if not 200 <= status <= 299:
        raise _unreadable("x-emulator-status", "Expected a status between 200 and 299")
    return status


def _read_stream(text: str | None) -> tuple[StreamFault, int]:
    if text is None:
        return "none", 0
    if text.strip() == "html":
        return "html", 0
    name, _, number = text.strip().partition("=")
    if name not in _COUNTED:
        raise _unreadable("x-emulator-stream", f"Expected html or one of {', '.join(_COUNTED)} with =N")
    return _COUNTED[name], _count("x-emulator-stream", number)


def _count(header: str, text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise _unreadable(header, "Expected a whole number")
    if len(text) > _MOST_DIGITS:
        raise _unreadable(header, f"Expected a number of at most {_MOST_DIGITS} digits")
    return int(text)


def _unreadable(header: str, reason: str) -> GatewayError:
    return invalid_request([Issue(f"header {header}", reason)])
