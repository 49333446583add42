"""How long a call may take, and how long its stream may bring no content. The clock is an argument."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from ..core.errors import APITimeoutError, Phase, Sent


@dataclass(frozen=True, slots=True)
class Limits:
    """In seconds, None for no limit.

    idle: without content in a stream. Pings are no content, and the time that the reader takes does not count.
    total: from the first attempt to the end of the answer, retries and the pauses between them included.
    """

    idle: float | None = None
    total: float | None = None


class Deadline:
    """The limits of one call, and how much of them is used."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._end = None if limits.total is None else clock() + limits.total
        self._silence = 0.0  # waited without content, before the wait that goes on now
        self._waiting_since: float | None = None

    def begin_attempt(self) -> None:
        """Start the idle clock anew: the request goes out."""
        self._silence = 0.0
        self._waiting_since = self._clock()

    def wait(self) -> None:
        """Start the idle clock."""
        self._waiting_since = self._clock()

    def arrived(self) -> None:
        """Stop the idle clock: bytes came, with or without content."""
        if self._waiting_since is not None:
            self._silence += self._clock() - self._waiting_since
            self._waiting_since = None

    def content(self) -> None:
        """Reset and stop the idle clock: content came."""
        self._silence = 0.0
        self._waiting_since = None

    @property
    def remaining(self) -> float | None:
        """Seconds until the call must be over, None without such a limit."""
        return None if self._end is None else self._end - self._clock()

    @property
    def wait_limit(self) -> tuple[float, Phase] | None:
        """The longest that the next wait may last, and the limit that says so; None without a limit."""
        left: list[tuple[float, Phase]] = []
        if self._limits.idle is not None:
            left.append((self._limits.idle - self._silence, "idle"))
        remaining = self.remaining
        if remaining is not None:
            left.append((remaining, "total"))
        return min(left, default=None)

    def check(self, sent: Sent = "maybe") -> None:
        """Raise APITimeoutError when a limit is passed; it says how far the request had come."""
        idle, end = self._limits.idle, self._end
        if (idle is not None and self._silence >= idle) or (end is not None and self._clock() >= end):
            wait_limit = self.wait_limit
            if wait_limit is not None:
                raise self.error(wait_limit[1], sent)

    def error(self, phase: Phase, sent: Sent = "maybe") -> APITimeoutError:
        """The error of the limit of this name."""
        if phase == "idle":
            text = (
                f"The answer brought no content for {self._limits.idle:g} s. Give a larger idle_timeout=..., "
                "or send the request again."
            )
        else:
            text = (
                f"The call took more than {self._limits.total:g} s in all. Give a larger total_timeout=..., "
                "or ask for a shorter answer."
            )
        error = APITimeoutError(text)
        error.phase, error.sent = phase, sent
        return error


@asynccontextmanager
async def within(deadline: Deadline) -> AsyncGenerator[None]:
    """Wait as long as the call may still take, then raise APITimeoutError. Only asyncio can cut a wait short."""
    import asyncio  # noqa: PLC0415 (the synchronous client does without it)

    wait_limit = deadline.wait_limit
    timeout = asyncio.timeout(None if wait_limit is None else wait_limit[0])
    deadline.wait()
    try:
        async with timeout:
            yield
    except TimeoutError as error:
        if wait_limit is None or not timeout.expired():  # somebody else's
            raise
        raise deadline.error(wait_limit[1]) from error
    finally:
        deadline.arrived()
