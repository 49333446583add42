"""The state of one request between its attempts: deadline, logging, the attempt hook. No I/O.

The clients send what `next_request` returns, and ask `failed` whether and when to retry.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, TypeAlias

from ..core.types import without_query
from .deadline import Deadline, Limits
from .retry import RetryPolicy

if TYPE_CHECKING:
    from ..core.cost import SpendTracker
    from ..core.errors import APIError
    from ..core.types import ReplyHead, Request

# Of the other headers only the names are logged: anything may be a secret there.
_SHOWN: Final = frozenset({"accept", "content-type", "user-agent", "x-client-request-id"})

logger: Final = logging.getLogger("aimlapi_messages")


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
    """The state of one request between its attempts."""

    request: Request
    policy: RetryPolicy
    spending: SpendTracker
    limits: Limits | None = None
    on_attempt: AttemptHook | None = None
    clock: Callable[[], float] = time.monotonic
    deadline: Deadline | None = field(init=False, default=None)
    _number: int = field(init=False, default=0)
    _began: float = field(init=False, default=0.0)
    _told: bool = field(init=False, default=True)  # whether the hook knows of the present attempt

    def __post_init__(self) -> None:
        if self.limits is not None:
            self.deadline = Deadline(self.limits, self.clock)

    @property
    def may_retry(self) -> bool:
        """Whether the present attempt, should it fail, may be followed by another."""
        return self._number <= self.policy.max_retries

    def next_request(self) -> Request:
        """Begin an attempt. Raises BudgetExceededError, and APITimeoutError when the time is used up."""
        if self.spending.budget is not None and self.policy.repeat != "safe":
            self.spending.check()
        request = self.request
        if self.deadline is not None:
            self.deadline.begin_attempt()
            self.deadline.check("no")
            request = replace(request, wait_limit=self.deadline.wait_limit)
        self._number += 1
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
        if logger.isEnabledFor(logging.DEBUG):
            logger.debug("%s answered %d, request id %s", head.url, head.status, head.request_id)
        if self.on_attempt is not None:
            self.on_attempt(self._attempt(head.status, head.request_id))

    def failed(self, error: APIError, *, in_stream: bool = False) -> float | None:
        """The seconds to wait before the next attempt, or None to give up and raise the error.

        in_stream: the failure is of a stream that has begun, and has handed out no content yet.
        """
        pause = self.policy.delay(self._number - 1, error, in_stream=in_stream)
        remaining = None if self.deadline is None else self.deadline.remaining
        if pause is not None and remaining is not None and pause >= remaining:
            pause = None
        if pause is not None:
            logger.info(
                "Sending again in %.2f s (retry %d) after %s, status %s, request id %s",
                pause,
                self._number,
                type(error).__name__,
                error.status_code,
                error.request_id,
            )
        if not self._told:
            self._told = True
            logger.debug("Attempt %d failed: %s", self._number, error)
            if self.on_attempt is not None:
                self.on_attempt(self._attempt(error.status_code, error.request_id, error, pause))
        return pause

    def _attempt(
        self, status: int | None, request_id: str | None, error: APIError | None = None, pause: float | None = None
    ) -> Attempt:
        url, seconds = without_query(self.request.url), self.clock() - self._began
        return Attempt(self._number, self.request.method, url, seconds, status, request_id, error, pause)
