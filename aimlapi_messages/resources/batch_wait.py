"""How a batch is waited for: growing pauses, a deadline, and patience with a gateway that is away. Pure."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from ..core.arguments import check_hook, check_limit
from ..core.errors import (
    APIConnectionError,
    APIError,
    APIStatusError,
    BatchNotEndedError,
    InvalidRequestError,
    StreamIncompleteError,
)

if TYPE_CHECKING:
    from .batch import Batch

# The gateway lets a batch run for a day.
DEFAULT_DEADLINE: Final = 25 * 3600.0
DEFAULT_FIRST_PAUSE: Final = 2.0
DEFAULT_LONGEST_PAUSE: Final = 60.0

# A gateway that cannot be asked for longer than this is not just being restarted.
LONGEST_OUTAGE: Final = 600.0
_GROWTH: Final = 1.5


@dataclass(frozen=True, slots=True)
class BatchProgress:
    """Told each time that a batch was asked about.

    batch: as it is now; when the question failed, as it was before, None at first.
    seconds: since the wait began. polls: how often it was asked about.
    next_in: seconds until it is asked about again, None when it has ended.
    error: why the question failed, None when it was answered.
    """

    batch: Batch | None
    seconds: float
    polls: int
    next_in: float | None
    error: APIError | None = None


ProgressHook: TypeAlias = Callable[[BatchProgress], None]


class BatchWait:
    """The state of one wait. The shells ask about the batch, tell `saw` or `failed`, and sleep for what that gives."""

    def __init__(
        self,
        batch_id: str,
        deadline: float | None,
        first_pause: float,
        longest_pause: float,
        progress: ProgressHook | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        for name, limit in (("deadline", deadline), ("first_pause", first_pause), ("longest_pause", longest_pause)):
            check_limit(name, limit, InvalidRequestError)
        check_hook("progress", progress)
        self._batch_id = batch_id
        self._deadline = deadline
        self._pause, self._longest = first_pause, longest_pause
        self._progress = progress
        self._clock = clock
        self._began = clock()
        self._answered = self._began
        self._batch: Batch | None = None
        self._polls = 0

    def saw(self, batch: Batch) -> float:
        """The seconds to wait after this answer, 0 when the batch has ended. Raises BatchNotEndedError."""
        self._answered = self._clock()
        self._batch = batch
        if batch.ended:
            self._tell(None)
            return 0.0
        pause = self._next_pause()
        self._tell(pause)
        self._check(pause)
        return pause

    def failed(self, error: APIError) -> float:
        """The seconds to wait after a question that failed. Raises the error when asking again would not help."""
        if not _may_pass(error) or self._clock() - self._answered > LONGEST_OUTAGE:
            raise error
        pause = self._next_pause()
        self._tell(pause, error)
        self._check(pause, error)
        return pause

    def _next_pause(self) -> float:
        pause = min(self._pause, self._longest)
        self._pause = pause * _GROWTH
        left = self._left()
        return pause if left is None else min(pause, max(left, 0.0))

    def _left(self) -> float | None:
        return None if self._deadline is None else self._began + self._deadline - self._clock()

    def _check(self, pause: float, cause: APIError | None = None) -> None:
        if pause > 0:
            return
        error = BatchNotEndedError.advised(
            f"Batch {self._batch_id} did not end within {self._deadline:g} s; it was asked about {self._polls} times."
        )
        error.batch = self._batch
        raise error from cause

    def _tell(self, pause: float | None, error: APIError | None = None) -> None:
        self._polls += 1
        if self._progress is not None:
            seconds = self._clock() - self._began
            self._progress(BatchProgress(self._batch, seconds, self._polls, pause, error))


def _may_pass(error: APIError) -> bool:
    """Whether the gateway is only away for a while. The batch goes on whatever becomes of a question about it."""
    if isinstance(error, APIStatusError):
        status = error.status_code or 0
        return status in (408, 429) or status >= 500
    return isinstance(error, (APIConnectionError, StreamIncompleteError))
