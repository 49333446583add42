"""How many calls may be in flight, and when the next may begin. Pure: the clock is an argument.

Additive increase, multiplicative decrease, as TCP does it: the limit doubles with each round of answers until the
first overload, is halved by that, and grows by one a round from then on.
"""

from __future__ import annotations

import math
from typing import Final

from ..core.arguments import check_limit, check_whole
from ..core.errors import InvalidRequestError

# Calls in flight at the beginning: fewer where tokens are limited, for nobody knows yet how many a call takes.
_FIRST: Final = 32
_FIRST_OF_TOKENS: Final = 8
_BURST: Final = 1.0  # seconds of the rates that may go at once


class Rate:
    """So many a minute, with a second's worth at once. None is no limit."""

    def __init__(self, name: str, per_minute: float | None) -> None:
        check_limit(name, per_minute, InvalidRequestError)
        self._seconds = 0.0 if per_minute is None else 60.0 / per_minute
        self._full_at = -math.inf  # when all that was taken is made up for

    def wait(self, now: float) -> float:
        """Seconds until the next one may go."""
        return max(self._full_at - _BURST - now, 0.0)

    def take(self, count: float, now: float) -> None:
        """So many go now; fewer than 0 were taken in excess."""
        if self._seconds:
            self._full_at = max(self._full_at, now) + count * self._seconds


class Pace:
    """The limits of a run: `limit` calls now, `most` ever, requests and tokens a minute, a pause if the server says."""

    def __init__(self, most: int, requests_per_minute: float | None = None, tokens_per_minute: float | None = None):
        check_whole("in_flight", most, InvalidRequestError, least=1)
        self.most = most
        self._limit = float(min(most, _FIRST if tokens_per_minute is None else _FIRST_OF_TOKENS))
        self._requests = Rate("requests_per_minute", requests_per_minute)
        self._tokens = Rate("tokens_per_minute", tokens_per_minute)
        self._has_rates = requests_per_minute is not None or tokens_per_minute is not None
        self._per_call, self._answers = 0.0, 0  # tokens of a call, as far as they are known
        self._is_slow_start = True
        self._held_up = 0  # so many of the calls in flight have not ended since there was no place for one more
        self._halved_at = self._resume_at = -math.inf

    @property
    def limit(self) -> int:
        return int(self._limit)

    def wait(self, now: float, in_flight: int) -> float:
        """Seconds until the next call may begin; infinite until one in flight has ended."""
        if in_flight >= self.limit:
            self._held_up = in_flight
            return math.inf
        rest = max(self._resume_at - now, 0.0)
        return max(rest, self._requests.wait(now), self._tokens.wait(now)) if self._has_rates else rest

    def begin(self, now: float, about: float) -> float:
        """A call begins. Returns the tokens that are taken for it.

        about: its tokens, where no call has told yet how many there are.
        """
        taken = self._per_call if self._answers else about
        if self._has_rates:
            self._requests.take(1, now)
            self._tokens.take(taken, now)
        return taken

    def answered(self, now: float, taken: float, tokens: int) -> None:
        """A call has ended well. taken: by `begin`. tokens: that it took."""
        if self._has_rates:
            self._tokens.take(tokens - taken, now)
        self._answers += 1
        self._per_call += (tokens - self._per_call) / min(self._answers, 100)
        if self._held_up:  # else the limit is not what holds others up
            self._held_up -= 1
            self._limit = min(self._limit + (1 if self._is_slow_start else 1 / self._limit), self.most)

    def overloaded(self, now: float, began: float, retry_after: float | None) -> None:
        """The server has more than it can take. began: when that call did; what went out before is one overload."""
        self._resume_at = max(self._resume_at, now + (retry_after or 0.0))
        if began > self._halved_at:
            self._is_slow_start, self._halved_at = False, now
            self._limit = max(self._limit / 2, 1.0)
