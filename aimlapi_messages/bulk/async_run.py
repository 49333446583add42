"""The runs of the asynchronous client: what `Job` says is done here, and what came of it is told to it."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ..core.errors import APIError, BatchNotEndedError
from ..core.reply import EXACT, Cost
from .batch import HALF, MOST_PARTS, BatchJob, Part
from .crew import AsyncCrew, async_each
from .job import Job, Step
from .results import RunEstimate, RunReport, RunResult
from .rows import Row, RowsInput, open_rows
from .terms import prepare

if TYPE_CHECKING:
    from ..client.async_client import AsyncAIMLAPI
    from .terms import Terms

# In seconds: how long a batch is waited for before the hook is told that it goes on.
_LONGEST_WAIT = 60.0
# The clocks of the two sides may differ by so much.
_SKEW = timedelta(minutes=5)
# The logs may be asked 200 times a minute, and may not answer for a while: so many attempts take some five minutes.
_LOOKS = 40


class AsyncRun:
    """One run: its results as they come, or its report when all are in the file."""

    def __init__(self, client: AsyncAIMLAPI, job: Job, terms: Terms) -> None:
        self._client, self._job, self._terms, self._told = client, job, terms, 0.0

    async def results(self) -> AsyncIterator[RunResult[Any]]:
        """The results, and at their end what ended them early. Closed or interrupted, it sends nothing more."""
        job, crew = self._job, AsyncCrew(self._job.write_notes)
        try:
            while (step := job.next(time.monotonic())) is not None:
                if isinstance(step, Row):
                    await crew.start(step, self._client.send, step.operation)
                elif step is Step.READ:
                    await crew.start(step, job.rows.__anext__)
                elif step is Step.SETTLE:
                    await crew.start(step, self._look_up, *job.lost())
                else:
                    self._tell(0.1)  # when all has begun that may
                    await crew.wait(min(step, 0.1) if self._terms.progress else step)
                while crew.ended:
                    job.take(crew.ended.popleft(), time.monotonic())
                while job.found:
                    yield job.found.popleft()
            if isinstance(job, BatchJob):
                await self._in_batches(job)
        finally:
            try:
                await crew.close()
            finally:  # also when it is cancelled a second time
                try:
                    while crew.ended:  # paid, and nobody has written it yet
                        job.take(crew.ended.popleft(), time.monotonic())
                finally:
                    job.close()
        self._tell(0.0)
        job.check()

    async def report(self) -> RunReport:
        """Run to the end."""
        async for _ in self.results():
            pass
        return self._job.progress(time.monotonic())

    async def _in_batches(self, job: BatchJob) -> None:
        """Create as many batches as may be under way, and read the first before the next is created."""
        parts, rows, is_last = deque(job.parts()), async_each(job.rows), False
        while not is_last:
            part = job.begin()
            async for item in rows:
                job.read(item, time.monotonic())
                if part.is_full or job.report.stopped or job.error:
                    break
            is_last = not part.is_full
            if part.lines and job.error is None:
                await self._create(job, part)
                parts.append(part)
            while parts and (is_last or len(parts) >= MOST_PARTS):
                await self._results_of(job, parts.popleft())

    async def _create(self, job: BatchJob, part: Part) -> None:
        job.note(part)
        try:
            part.batch_id = (await self._client.messages.batches.create(requests=part.requests())).id
        except APIError as error:
            job.not_created(part, error)
            raise
        job.note(part)

    async def _results_of(self, job: BatchJob, part: Part) -> None:
        """Wait for a batch, and read it. One that was not waited for is read by the next run."""
        batches = self._client.messages.batches
        waits = self._client.with_options(on_call=None).messages.batches  # a call a minute says nothing
        while True:
            self._tell(0.0)
            if job.report.stopped == "progress":
                return
            with suppress(BatchNotEndedError):
                await waits.wait(part.batch_id, deadline=_LONGEST_WAIT)
                async for one in await batches.results(part.batch_id):
                    job.ended(part, one)
                job.end(part)
                return

    async def _look_up(self, since: float, ids: set[str], written: tuple[str, float]) -> dict[str, Cost] | None:
        """What the account's logs say that these calls cost; None where they cannot be read.

        They are read from the latest back to what can be one of these calls: what is older than a call that had ended
        when it was `written`, by as much as `since` is, is older than all of them. What is new by then is left out: it
        would push the pages on, and faster than they may be read.
        """
        start, end = datetime.fromtimestamp(since, UTC) - _SKEW, datetime.now(UTC) + _SKEW
        found: dict[str, Cost] = {}
        if not hasattr(self._client.account, "logs"):  # a document may lack them
            return None
        logs = self._client.account.logs
        try:
            async for newest in logs(start=start, end=end, page_size=1, max_retries=_LOOKS):
                end = newest.created + timedelta(seconds=1)
                break
            async for entry in logs(start=start, end=end, max_retries=_LOOKS):
                if entry.client_request_id == written[0]:
                    start = max(start, entry.created + timedelta(seconds=since - written[1] - 1))
                if entry.created < start or len(found) == len(ids):
                    break
                if entry.client_request_id in ids:
                    cost = Cost.of(entry.cost.credits, entry.cost.usd, "body")
                    if cost is not None:
                        found[entry.client_request_id] = cost
        except APIError:  # such as a key that may not read them
            return None
        return found

    def _tell(self, after: float) -> None:
        """Tell the hook how far it is, unless it was told less than so many seconds ago."""
        now = time.monotonic()
        if self._terms.progress is not None and now - self._told >= after:
            self._told = now
            self._terms.progress(self._job.progress(now))


async def async_estimate(client: AsyncAIMLAPI, requests: RowsInput, arguments: Mapping[str, Any]) -> RunEstimate:
    """The most that a run may take, by the prices of the catalogue."""
    await client.models.list(include="pricing")
    (terms, maker, spending), usd = prepare(client, arguments), Decimal(0)
    count, invalid, read, written = 0, 0, 0, 0
    async for item in async_each(open_rows(requests)):
        row = maker.make(item)
        invalid += row.error is not None
        count += row.error is None
        read, written = read + row.load.read, written + row.load.written
        usd = EXACT.add(usd, spending.price(row.load, row.model))
    return RunEstimate(count, invalid, read, written, EXACT.multiply(usd, HALF if terms.via == "batch" else 1))
