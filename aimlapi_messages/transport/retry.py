"""Whether to send a request again, and after how long. Pure: it neither sleeps nor sends.

Sent again: connections that failed before an answer began, the statuses 408, 409, 429 and 500 and above, and
streams that broke before their first content. Not sent again by default: what timed out once the request was out,
because it may be running, and the gateway knows no key that would make the second one cost nothing. Never sent
again: what broke after a whole answer had begun, because it was paid; an error that came with a price; and a 5xx
whose text shows that the model's provider refused the request, because it would refuse it again.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from ..core.config import DEFAULT_MAX_RETRIES
from ..core.cost import Cost
from ..core.errors import APIConnectionError, APIError, APIStatusError, APITimeoutError, StreamIncompleteError
from ..core.headers import retry_after

if TYPE_CHECKING:
    from aimlapi_client.operation import Repeat

RETRYABLE_STATUSES: Final = frozenset({408, 409, 429})
# The server says that it did not begin.
REFUSED_STATUSES: Final = frozenset({429, 503, 529})


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how patiently a failed request is sent again. Times are in seconds.

    max_retries: attempts after the first.
    first_pause, longest_pause: without advice from the server the pause doubles from the one to the other,
        less up to a quarter by chance, so that many clients do not come back at once.
    longest_advice: a Retry-After above this is not waited for; the pause above is used instead.
    retry_timeouts: send again what timed out once the request was out. It may cost twice.
    repeat: what sending the request twice does. A "safe" one is sent again after any broken connection, an "unsafe"
        one only when it is certain that the first had no effect.
    """

    max_retries: int = DEFAULT_MAX_RETRIES
    first_pause: float = 0.5
    longest_pause: float = 8.0
    longest_advice: float = 60.0
    retry_timeouts: bool = False
    repeat: Repeat = "billed"

    def delay(
        self,
        attempt: int,
        error: APIError,
        *,
        in_stream: bool = False,
        chance: Callable[[], float] = random.random,
        now: datetime | None = None,
    ) -> float | None:
        """Seconds to wait before sending again after `error`, or None to give up.

        attempt: how many times the request has been sent again already, 0 after the first failure.
        in_stream: the failure is of a stream that has begun, and has handed out no content yet.
        """
        if attempt >= self.max_retries or not self._may_pass(error, in_stream):
            return None
        advice = retry_after(error.headers, now)
        if advice is not None and 0 < advice <= self.longest_advice:
            return advice
        pause = min(self.first_pause * 2.0 ** min(attempt, 30), self.longest_pause)
        return pause * (1 - 0.25 * chance())

    def _may_pass(self, error: APIError, in_stream: bool) -> bool:
        """Whether the same request could go better a moment later."""
        cost = error.cost or Cost.from_headers(error.headers)
        if cost is not None and cost.usd > 0:
            return False
        if isinstance(error, APIConnectionError):
            if self.repeat != "billed":
                return self.repeat == "safe" or error.sent == "no"
            if error.sent == "answered" and not in_stream:
                return False
            late = isinstance(error, APITimeoutError) and error.sent != "no"
            return not late or self.retry_timeouts
        if isinstance(error, StreamIncompleteError):
            return in_stream or self.repeat == "safe"
        if not isinstance(error, APIStatusError) or error.status_code is None:
            return False
        if self.repeat == "unsafe":
            return error.status_code in REFUSED_STATUSES
        # A gateway's 500 that wraps the provider's 400 is a 400; one that wraps a 429 is worth another try.
        hidden = error.upstream_status if error.status_code >= 500 else None
        return _is_retryable(error.status_code) and (hidden is None or _is_retryable(hidden))


def _is_retryable(status: int) -> bool:
    return status in RETRYABLE_STATUSES or status >= 500
