"""How long a call may take, and how long its stream may say nothing. Pure: the clock is an argument."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from ..core.errors import APITimeoutError, Phase, Sent

__all__ = ["Deadline", "Limits"]


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
        """The request goes out: silence counts from here."""
        self._silence = 0.0
        self._waiting_since = self._clock()

    def wait(self) -> None:
        """The next bytes are being waited for."""
        self._waiting_since = self._clock()

    def arrived(self) -> None:
        """Bytes came. Whether they hold content is not known yet."""
        if self._waiting_since is not None:
            self._silence += self._clock() - self._waiting_since
            self._waiting_since = None

    def content(self) -> None:
        """There was content in what came."""
        self._silence = 0.0

    @property
    def remaining(self) -> float | None:
        """Seconds until the call must be over, None without such a limit."""
        return None if self._end is None else self._end - self._clock()

    @property
    def patience(self) -> tuple[float, Phase] | None:
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
        patience = self.patience
        if patience is not None and patience[0] <= 0:
            raise self.error(patience[1], sent)

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
