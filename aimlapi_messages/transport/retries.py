"""Whether to send a request again, when, and for how long to wait: retry policy, deadline, the state of a call.

It neither sends nor sleeps; the clock is an argument. The clients send what `RetryState.next_request` returns, and ask
`RetryState.failed` whether and when to send again.

Sent again: connections that failed before an answer began, the statuses 408, 409, 429 and 500 and above, and
streams that broke before their first content. Not sent again by default: what timed out once the request was out,
because it may be running, and the gateway knows no key that would make the second one cost nothing. Never sent
again: what broke after a whole answer had begun, because it was paid; an error that came with a price; and a 5xx
whose text shows that the model's provider refused the request, because it would refuse it again. A reply's
`x-should-retry: true` or `false` knows better than its status.
"""

from __future__ import annotations

import logging
import random
import time
import weakref
from collections.abc import AsyncGenerator, Callable, Generator, Hashable
from contextlib import asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from threading import get_ident
from typing import TYPE_CHECKING, Final, TypeAlias

from ..core.config import DEFAULT_MAX_RETRIES
from ..core.errors import (
    AIMLAPIError,
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    OutOfCreditError,
    Phase,
    Sent,
    StreamIncompleteError,
)
from ..core.reply import Cost, without_query
from ..core.spending import NOTHING_SENT, Charge, Load
from .base import timeouts

if TYPE_CHECKING:
    from aimlapi_client.operation import Repeat

    from ..core.reply import ReplyHead
    from ..core.request import Request
    from ..core.spending import SpendTracker
    from ..streaming.calls import Watch

RETRYABLE_STATUSES: Final = frozenset({408, 409, 429})
# The server says that it did not begin.
REFUSED_STATUSES: Final = frozenset({429, 503, 529})

# In seconds. Without advice from the server the pause doubles from the one to the other, less up to a quarter by
# chance, so that many clients do not come back at once. A Retry-After above the last is not waited for: the call
# fails, for to ask sooner is what the server asked not to do.
FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 8.0
LONGEST_ADVICE: Final = 60.0

# In seconds: how soon a call that waits for room in the budget looks again, at first and later. Thousands may wait.
_FIRST_LOOK: Final = 0.002
_LAST_LOOK: Final = 0.25

# Of the other headers only the names are logged: anything may be a secret there.
_SHOWN: Final = frozenset({"accept", "content-type", "user-agent", "x-client-request-id"})

logger: Final = logging.getLogger("aimlapi_messages")


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often a failed request is sent again.

    max_retries: attempts after the first.
    retry_timeouts: send again what timed out once the request was out. It may cost twice.
    repeat: what sending the request twice does. A "safe" one is sent again after any broken connection, an "unsafe"
        one only when it is certain that the first had no effect.
    """

    max_retries: int = DEFAULT_MAX_RETRIES
    retry_timeouts: bool = False
    repeat: Repeat = "billed"

    def delay(
        self,
        attempt: int,
        error: APIError,
        *,
        in_stream: bool = False,
        chance: Callable[[], float] = random.random,
    ) -> float | None:
        """Seconds to wait before sending again after `error`, or None to give up.

        attempt: how many times the request has been sent again already, 0 after the first failure.
        in_stream: the failure is of a stream that has begun, and has handed out no content yet.
        """
        if attempt >= self.max_retries or not self.may_pass(error, in_stream):
            return None
        if error.retry_after is not None:
            return error.retry_after if error.retry_after <= LONGEST_ADVICE else None
        pause = min(FIRST_PAUSE * 2.0 ** min(attempt, 30), LONGEST_PAUSE)
        return pause * (1 - 0.25 * chance())

    def may_pass(self, error: APIError, in_stream: bool = False) -> bool:
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
        if not isinstance(error, APIStatusError) or error.status_code is None or isinstance(error, OutOfCreditError):
            return False
        advice = error.headers.get("x-should-retry", "").strip().lower()
        if advice == "false" or self.repeat == "unsafe":
            return advice != "false" and error.status_code in REFUSED_STATUSES
        if advice == "true":
            return True
        # A gateway's 500 that wraps the provider's 400 is a 400; one that wraps a 429 is worth another try.
        hidden = error.upstream_status if error.status_code >= 500 else None
        return _is_retryable(error.status_code) and (hidden is None or _is_retryable(hidden))


def _maybe_sent(error: BaseException) -> bool:
    """Whether a request without a response may have gone out whole."""
    if isinstance(error, APIConnectionError):
        return error.sent != "no"
    return not isinstance(error, AIMLAPIError)  # interrupted


def _is_retryable(status: int) -> bool:
    return status in RETRYABLE_STATUSES or status >= 500


class Deadline:
    """The limits of one call, in seconds and None for no limit, and how much of them is used.

    idle: without content in a stream. Pings are no content, and the time that the reader takes does not count.
    total: from now to the end of the answer, retries and the pauses between them included.
    """

    def __init__(
        self, idle: float | None = None, total: float | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._idle = idle
        self._total = total
        self._clock = clock
        self._end = None if total is None else clock() + total
        self._silence = 0.0  # waited without content, before the wait that goes on now
        self._waiting_since: float | None = None
        self._wait: tuple[float, Phase] | None = None  # the limit of the latest wait
        self._until = 0.0

    def wait(self) -> None:
        """Start a wait, and the idle clock."""
        self._waiting_since = now = self._clock()
        # As `wait_limit` has it, without its calls: each piece of a stream comes here.
        idle = None if self._idle is None else now + self._idle - self._silence
        if idle is not None and (self._end is None or idle <= self._end):
            self._until = idle
            self._wait = idle - now, "idle"
        elif self._end is not None:
            self._until = self._end
            self._wait = self._end - now, "total"

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
        idle = None if self._idle is None else self._idle - self._silence
        remaining = self.remaining
        if idle is not None and (remaining is None or idle <= remaining):
            return idle, "idle"
        return None if remaining is None else (remaining, "total")

    @property
    def rest(self) -> float | None:
        """Seconds that the latest wait may still last, None without a limit."""
        return None if self._wait is None else self._until - self._clock()

    def passed(self, timeout: float | None) -> Phase | None:
        """The limit that has ended the latest wait, None if that was a timeout of so many seconds."""
        rest = self.rest
        if self._wait is None or rest is None or (timeout is not None and self._wait[0] >= timeout and rest > 0):
            return None
        return self._wait[1]

    def check(self, sent: Sent = "maybe") -> None:
        """Raise APITimeoutError when a limit is passed; it says how far the request had come."""
        # Each chunk of a stream asks, and nearly none is late.
        if (self._idle is None or self._silence < self._idle) and (self._end is None or self._clock() < self._end):
            return
        wait_limit = self.wait_limit
        if wait_limit is not None:
            raise self.error(wait_limit[1], sent)

    def error(self, phase: Phase, sent: Sent = "maybe") -> APITimeoutError:
        """The error of the limit of this name."""
        if phase == "idle":
            text = (
                f"The answer brought no content for {self._idle:g} s. Give a larger idle_timeout=..., "
                "or send the request again."
            )
        else:
            text = (
                f"The call took more than {self._total:g} s in all. Give a larger total_timeout=..., "
                "or ask for a shorter answer."
            )
        error = APITimeoutError(text)
        error.phase, error.sent = phase, sent
        return error


NO_LIMIT: Final = nullcontext()
NO_WATCH: Final = nullcontext()


def owner() -> Hashable:
    """Which thread this is."""
    return get_ident()


def async_owner() -> Hashable:
    """Which task this is."""
    import asyncio  # noqa: PLC0415 (the synchronous client does without it)

    task = asyncio.current_task()
    return None if task is None else weakref.ref(task)


@contextmanager
def within(deadline: Deadline) -> Generator[None]:
    """The counterpart of `async_within`. Connections of our own keep to the limit by themselves."""
    deadline.wait()
    try:
        yield
    finally:
        deadline.arrived()


@asynccontextmanager
async def async_within(deadline: Deadline) -> AsyncGenerator[None]:
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


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt of a call that has succeeded or failed. A stream succeeds with its first content.

    number: 1 for the first.
    method, url: what was asked; the URL is without its query.
    seconds: since the request was sent.
    status_code, request_id: of the error when there is one, else of the reply; None when none came.
    error: why it failed, None when it succeeded.
    retry_in: the seconds until the next attempt, None when there will be none.
    """

    number: int
    method: str
    url: str
    seconds: float
    status_code: int | None
    request_id: str | None
    error: APIError | None = None
    retry_in: float | None = None


AttemptHook: TypeAlias = Callable[[Attempt], None]


@dataclass(slots=True)
class RetryState:
    """The state of one request between its attempts: attempts made, deadline, logging, the hooks."""

    request: Request
    policy: RetryPolicy
    spending: SpendTracker
    deadline: Deadline | None = None
    on_attempt: AttemptHook | None = None
    watch: Watch | None = None
    clock: Callable[[], float] = time.monotonic
    charge: Charge = field(init=False, default=NOTHING_SENT)  # of the present attempt
    _load: Load | None = field(init=False, default=None)
    _waiting_since: float | None = field(init=False, default=None)
    _number: int = field(init=False, default=0)
    _began: float = field(init=False, default=0.0)
    _told: bool = field(init=False, default=True)  # whether the hook knows of the present attempt
    _logged: bool = field(init=False, default=False)  # whether the log has the line of this call

    @property
    def may_retry(self) -> bool:
        """Whether the present attempt, should it fail, may be followed by another."""
        return self._number <= self.policy.max_retries

    def reserve(self, owner: Callable[[], Hashable]) -> float:
        """Open the charge of the next attempt: 0, or the seconds after which to try again, for calls are in flight.

        owner: says which thread or task this is.
        Raises BudgetExceededError when there will be no room in the budget, or was none for as long as a call may wait
        for a connection; APITimeoutError when the time is used up.
        """
        spending, repeat = self.spending, self.policy.repeat
        if repeat == "safe":
            self.charge = Charge(spending)
            return 0.0
        measure = partial(Load.of, self.request.body or b"", batch=repeat == "unsafe")
        if spending.budget is None:
            self.charge = Charge(spending, self.request.model, measure)
            return 0.0
        if self._load is None:
            self._load = measure()
        charge = spending.reserve(self._load, self.request.model, owner())
        if charge is not None:
            self.charge, self._waiting_since = charge, None
            return 0.0
        now = self.clock()
        if self._waiting_since is None:
            self._waiting_since = now
        waited = now - self._waiting_since
        longest = timeouts(self.request)["pool"]
        if longest is not None and waited >= longest:
            raise spending.refusal(self._load, self.request.model)
        if self.deadline is not None:
            self.deadline.content()
            self.deadline.check("no")
        return min(max(_FIRST_LOOK, waited / 4), _LAST_LOOK)

    def next_request(self) -> Request:
        """Begin an attempt. Raises APITimeoutError when the time is used up."""
        request = self.request
        if self.deadline is not None:
            self.deadline.content()  # of another attempt, if any
            self.deadline.wait()
            self.deadline.check("no")
            request = replace(request, deadline=self.deadline)
        self._number += 1
        if self.watch is not None:
            self.watch.attempts += 1
        self._told = False
        self._began = self.clock()
        if logger.isEnabledFor(logging.DEBUG):
            logger.debug(
                "Sending %s %s (attempt %d, %d bytes) with headers %s",
                request.method,
                without_query(request.url),
                self._number,
                len(request.body or b""),
                {name: value if name in _SHOWN else "***" for name, value in request.headers.items()},
            )
        return request

    def progressed(self) -> None:
        """Count the next failure as the first, because an answer that is read piece by piece has brought more."""
        self._number = min(self._number, 1)

    def succeeded(self, head: ReplyHead) -> None:
        """Record that the attempt brought what was asked for, or a stream's first content."""
        self._told = True
        if self.watch is not None:
            self.watch.answered(head)
        if logger.isEnabledFor(logging.INFO):
            self._log_result(f"answered {head.status}", head.request_id)
        if self.on_attempt is not None:
            self.on_attempt(self._attempt(head.status, head.request_id))

    def settle_failure(self, error: BaseException, head: ReplyHead | None = None) -> None:
        """Close the charge of an attempt that failed. head: of its response, None without one."""
        cost = error.cost if isinstance(error, APIError) else None
        cost = cost or (None if head is None else Cost.from_headers(head.headers))
        if isinstance(error, APIError):
            error.cost = cost
        if isinstance(error, APIStatusError):
            refused = error.partial is None  # else an answer had begun
        else:
            refused = head is None and not _maybe_sent(error)
        if cost is None and refused:
            self.charge.release()
        else:
            self.charge.settle(cost)

    def failed(self, error: APIError, *, in_stream: bool = False) -> float | None:
        """The seconds to wait before the next attempt, or None to give up and raise the error.

        in_stream: the failure is of a stream that has begun, and has handed out no content yet.
        """
        pause = self.policy.delay(self._number - 1, error, in_stream=in_stream)
        remaining = None if self.deadline is None else self.deadline.remaining
        if pause is not None and remaining is not None and pause >= remaining:
            pause = None
        if logger.isEnabledFor(logging.INFO):
            self._log_failure(error, pause)
        if not self._told:
            self._told = True
            if self.on_attempt is not None:
                self.on_attempt(self._attempt(error.status_code, error.request_id, error, pause))
        return pause

    def log_read(self, size: str) -> None:
        """Log that the whole answer is here."""
        url, seconds = without_query(self.request.url), self.clock() - self._began
        logger.debug("Read the answer of %s %s after %.2f s: %s", self.request.method, url, seconds, size)

    def _log_failure(self, error: APIError, pause: float | None) -> None:
        """Say what failed, but not in the server's words, which may repeat what was sent."""
        failure = f"failed with {type(error).__name__}, status {error.status_code}"
        if pause is None:
            self._log_result(failure, error.request_id)
        else:
            shown = self._number, failure, error.request_id, pause
            logger.debug("Attempt %d %s, request id %s; sent again in %.2f s", *shown)

    def _log_result(self, result: str, request_id: str | None) -> None:
        """Log how the call went, unless that was done: results that are read on after a break are still one call."""
        level = logging.DEBUG if self._logged else logging.INFO
        self._logged = True
        url, seconds = without_query(self.request.url), self.clock() - self._began
        shown = self.request.method, url, result, seconds, self._number, request_id
        logger.log(level, "%s %s %s after %.2f s (attempt %d), request id %s", *shown)

    def _attempt(
        self, status: int | None, request_id: str | None, error: APIError | None = None, pause: float | None = None
    ) -> Attempt:
        url, seconds = without_query(self.request.url), self.clock() - self._began
        return Attempt(self._number, self.request.method, url, seconds, status, request_id, error, pause)
