# Made from async_run.py by `make twins`; do not edit.
"""The runs of the synchronous client: what `Job` says is done here, and what came of it is told to it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ..core.errors import APIError
from ..core.reply import Cost
from .crew import Crew
from .job import Job, Step
from .results import RunReport, RunResult
from .rows import Row

if TYPE_CHECKING:
    from ..client.client import AIMLAPI
    from ..message.message import Message
    from .terms import Terms

# The clocks of the two sides may differ by so much.
_SKEW = timedelta(minutes=5)
# The logs may be asked 200 times a minute; so many attempts take longer than one.
_LOOKS = 12


class Run:
    """One run: its results as they come, or its report when all are in the file."""

    def __init__(self, client: AIMLAPI, job: Job, rows: Any, terms: Terms) -> None:
        self._client, self._job, self._rows, self._terms, self._told = client, job, rows, terms, 0.0

    def results(self) -> Iterator[RunResult[Any]]:
        """The results, and at their end what ended them early. Closed or interrupted, it sends nothing more."""
        job, crew = self._job, Crew()
        try:
            while (step := job.next(time.monotonic())) is not None:
                if isinstance(step, Row):
                    crew.start(step, self._send, step)
                elif step is Step.READ:
                    crew.read(step, self._rows)
                elif step is Step.SETTLE:
                    crew.start(step, self._look_up, *job.lost())
                else:
                    ended = crew.next(min(step, 0.1 if self._terms.progress else 1.0))
                    if ended is not None:
                        yield from job.take(ended, time.monotonic())
                    self._tell(0.1)
        finally:
            crew.close()
            for ended in crew.rest():  # paid, and nobody has written it yet
                job.take(ended, time.monotonic())
            job.close()
        self._tell(0.0)
        job.check()

    def report(self) -> RunReport:
        """Run to the end."""
        for _ in self.results():
            pass
        return self._job.progress(time.monotonic())

    def _send(self, row: Row) -> Message:
        assert row.operation is not None
        return self._client.send(row.operation, max_retries=0, extra_headers=row.headers)

    def _look_up(self, since: float, ids: set[str], written: tuple[str, float]) -> dict[str, Cost] | None:
        """What the account's logs say that these calls cost; None where they cannot be read.

        They are read from the latest back to what can be one of these calls: what is older than a call that had ended
        when it was `written`, by as much as `since` is, is older than all of them.
        """
        start, end = datetime.fromtimestamp(since, UTC) - _SKEW, datetime.now(UTC) + _SKEW
        found: dict[str, Cost] = {}
        try:
            for entry in self._client.account.logs(start=start, end=end, max_retries=_LOOKS):
                if entry.client_request_id == written[0]:
                    start = max(start, entry.created + timedelta(seconds=since - written[1] - 1))
                if entry.created < start or len(found) == len(ids):
                    break
                if entry.client_request_id in ids:
                    cost = Cost.of(entry.cost.credits, entry.cost.usd, "body")
                    if cost is not None:
                        found[entry.client_request_id] = cost
        except (APIError, AttributeError):  # a key may be refused, and a document may lack the logs
            return None
        return found

    def _tell(self, after: float) -> None:
        """Tell the hook how far it is, unless it was told less than so many seconds ago."""
        now = time.monotonic()
        if self._terms.progress is not None and now - self._told >= after:
            self._told = now
            self._terms.progress(self._job.progress(now))
