"""The books of a run: what to do next, and what has come of it. It neither sends nor sleeps; the clock is an argument.

A shell asks `next` what to do, does it, and tells `take` what came of that, one thing at a time. So whatever calls are
in flight, the pace, the money and the file are touched by one thread or task alone.
"""

from __future__ import annotations

import heapq
import math
import os
import time
from collections.abc import AsyncIterable, Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from secrets import token_hex
from typing import Any, Final, cast

from ..core.arguments import check_hook, check_limit
from ..core.config import resolve_budget
from ..core.errors import (
    AIMLAPIError,
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    AuthenticationError,
    BudgetExceededError,
    ConfigurationError,
    InvalidRequestError,
    OutOfCreditError,
    OutputError,
)
from ..core.json import dumps
from ..core.reply import Cost
from ..core.spending import Load, SpendTracker, Tokens
from ..message.message import Message
from ..transport.retries import LONGEST_ADVICE, REFUSED_STATUSES, RetryPolicy
from .crew import Ended
from .journal import Journal
from .names import GIVEN, LOST, NEW, PERHAPS, STATE, SUCCEEDED, Known, Names, hash_of
from .outcomes import BatchOutcome, SucceededResult
from .pace import Pace
from .results import (
    ANSWER_LOST,
    PERHAPS_BILLED,
    RunProgress,
    RunReport,
    RunResult,
    Stopped,
    Tally,
    added,
    errored,
    read_cost,
)
from .rows import Row, RowMaker, RowsInput, count_rows, open_rows

# So often a request may find the server overloaded, which is not its fault, before that is its end.
_MOST_OVERLOADS: Final = 8
# In seconds. A server that wants to be left alone for longer ends the run.
_LONGEST_REST: Final = 3600.0
# What concerns the account or the client, and so each other request as well.
_ENDS_ALL: Final = (AuthenticationError, OutOfCreditError, ConfigurationError)
_NOTHING: Final = Decimal(0)


class Step(Enum):
    """What the shell is to do: read a row, or look up lost calls in the account's logs."""

    READ = "read"
    SETTLE = "settle"


@dataclass(slots=True, kw_only=True)
class Terms:
    """The arguments of a run that are neither about its input nor about its pace."""

    budget: Decimal | None = None
    retry_failed: bool = False
    resend: bool = False
    settle_after: float = 60.0
    max_retries: int = 2
    is_ordered: bool = False
    total: int | None = None


@dataclass(slots=True)
class Lost:
    """A request that went out and whose answer never came.

    ids: of its calls. sent: when the first of them went out, as `time.time()` says it. since: when the last may have
    ended at the earliest, by the clock of the run.
    row: None before the input has brought it.
    """

    name: str
    ids: list[str]
    hash: int
    sent: float
    since: float
    at_most: Decimal
    row: Row | None = None
    error: APIError | None = None
    was_looked_up: bool = False

    def due(self, settle_after: float) -> float:
        """When to look it up: at once after a kill; later on, when a call that is not in the logs has not been paid."""
        is_new = self.error is None and not self.was_looked_up
        return -math.inf if is_new else self.since + settle_after


class Job:
    """One run. stopped: why it ends early. error: what to raise when all that is in flight has ended."""

    def __init__(
        self,
        maker: RowMaker,
        pace: Pace,
        terms: Terms,
        spending: SpendTracker,
        now: float,
        journal: Journal | None = None,
    ) -> None:
        self.stopped: Stopped | None = None
        self.error: BaseException | None = None
        self._maker, self._pace, self._terms, self._spending, self._journal = maker, pace, terms, spending, journal
        self._run = journal.run if journal else token_hex(6)
        self._policies = RetryPolicy(terms.max_retries), RetryPolicy(_MOST_OVERLOADS)
        self._names, self._tally, self._began = Names(), Tally(), now
        self._waiting: list[tuple[float, int, Row]] = []  # a heap: those to be sent, and from when on
        self._sending: set[Row] = set()
        self._reserved = _NOTHING
        self._lost: dict[str, Lost] = {}
        self._is_reading = self._is_settling = self._has_read_all = False
        self._perhaps: dict[str, None] = {}
        # A call that had ended, and when, as `time.time()` says it. It tells what the time is in the account's logs.
        self._written = ("", 0.0)
        self._late: dict[int, RunResult[Any] | None] = {}  # what is done and waits for its place, if there is an order
        self._place = 0
        for line in journal.lines() if journal else ():
            self._book(line)
            self._tally.usd += ((cost := read_cost(line.get("cost"))) and cost.usd) or _NOTHING
            self._tally.at_most_usd += Decimal(line.get("at_most_usd") or 0)
            self._written = line.get("client_request_id") or "", journal.stopped_at if journal else 0.0
        self._done_before = self._tally.done
        for name, notes in journal.lost.items() if journal else ():
            ids, hashed = [note["client_request_id"] for note in notes], int(notes[-1]["request_hash"], 16)
            at_most = sum((Decimal(note["at_most_usd"]) for note in notes), _NOTHING)
            since = now - (time.time() - journal.stopped_at if journal else 0)
            self._lost[name] = Lost(name, ids, hashed, notes[0]["at"], since, at_most)
            self._tally.at_most_usd += at_most

    # --- what to do

    def next(self, now: float) -> Row | Step | float | None:
        """Send this row, take this step, or wait so many seconds for something to end; None: all is done."""
        if not self._is_open:
            return math.inf if self._sending or self._is_reading or self._is_settling else None
        lost = math.inf
        if self._lost and not self._is_settling:
            lost = min(one.due(self._terms.settle_after) for one in self._lost.values()) - now
            if lost <= 0:
                self._is_settling = True
                return Step.SETTLE
        wait = self._waiting[0][0] - now if self._waiting else math.inf
        if wait <= 0:
            row, wait = self._waiting[0][2], self._pace.wait(now, len(self._sending))
            if not wait and self._has_room(row):
                heapq.heappop(self._waiting)
                return self._begin(row, now)
            wait = wait or math.inf
        elif self._may_read:
            self._is_reading = True
            return Step.READ
        is_over = wait == lost == math.inf and not (self._sending or self._is_reading or self._is_settling)
        return None if is_over else min(wait, lost)

    @property
    def _is_open(self) -> bool:
        return self.stopped is None and self.error is None

    @property
    def _may_read(self) -> bool:
        if self._is_reading or self._has_read_all:
            return False
        held = len(self._waiting) + len(self._sending) + sum(lost.row is not None for lost in self._lost.values())
        return held < self._pace.most and len(self._late) < 4 * self._pace.most

    def _has_room(self, row: Row) -> bool:
        """Whether a call fits the budget beside those in flight. While money is left, one alone always does."""
        budget, gone = self._terms.budget, self._tally.usd + self._tally.at_most_usd
        if budget is None:
            return True
        if gone >= budget:
            self.stopped = "budget"
            return False
        return not self._sending or gone + self._reserved + row.most <= budget

    def _begin(self, row: Row, now: float) -> Row:
        row.attempts += 1
        row.began, row.began_call = row.began or now, now
        row.client_request_id = f"{self._run}-{hash_of(row.custom_id):016x}-{row.attempts}"
        row.most = self._spending.price(row.load, row.model)
        row.taken = self._pace.begin(now, row.load.read / 4)
        self._sending.add(row)
        self._reserved += row.most
        if self._journal is not None:
            self._journal.note(
                row.custom_id,
                client_request_id=row.client_request_id,
                at=round(time.time(), 3),
                at_most_usd=f"{row.most:f}",
                request_hash=f"{row.hash:016x}",
            )
        return row

    # --- what has come of it

    def take(self, ended: Ended, now: float) -> list[RunResult[Any]]:
        """Something that `next` asked for has ended. Returns the results that there are now."""
        what, value, error = ended
        done: list[RunResult[Any]] = []
        if isinstance(what, Row):
            self._sending.discard(what)
            self._reserved -= what.most
            done = self._answered(what, value, now) if error is None else self._failed(what, error, now)
        elif what is Step.SETTLE:
            self._is_settling = False
            if error is None:
                done = self._settled(value, now)
            else:
                self.error = self.error or error
        else:
            self._is_reading = False
            if isinstance(error, (StopIteration, StopAsyncIteration)):
                self._has_read_all = True
            elif error is not None:
                self.error = self.error or error
            else:
                done = self._take_row(value, now)
        return self._in_order(done)

    def stop(self) -> None:
        """Send nothing more."""
        self.stopped = self.stopped or "progress"

    def _take_row(self, item: object, now: float) -> list[RunResult[Any]]:
        try:
            row = self.admit(item)
        except InvalidRequestError as error:
            self.error = self.error or error
            return []
        if row is None:
            return []
        if row.error is not None:
            return [self._finish(row, errored(row.error), now)]
        lost = self._lost.get(row.custom_id)
        if lost is None:
            self._send(row, now)
        else:
            lost.row, row.attempts, row.client_request_id = row, len(lost.ids), lost.ids[-1]
        return []

    def admit(self, item: object) -> Row | None:
        """The request of a row of the input; None where it needs no call, because it has a result.

        Raises InvalidRequestError for what is no row, and for a name that another request has.
        """
        row = self._maker.make(item)
        if not row.has_name:
            row.custom_id = self._names.free(row.custom_id)
        known, terms = self._names[row.custom_id], self._terms
        if known.request not in (0, row.hash):
            where = (
                "an earlier row" if known.state & GIVEN or self._journal is None else f"a row in {self._journal.path}"
            )
            raise InvalidRequestError(
                f"Row {row.index + 1:,} has the custom_id {row.custom_id[:100]!r} of {where}, and asks something else. "
                "Give each its own, or another file for other requests."
            )
        self._names[row.custom_id] = Known(row.hash, known.state | GIVEN)
        state = known.state & STATE
        if self._journal is None:  # whoever iterates wants a result for each
            return row
        is_wanted = state == NEW or (terms.resend if state == PERHAPS else state != SUCCEEDED and terms.retry_failed)
        is_wanted = is_wanted or (state == LOST and terms.resend)
        if not is_wanted or known.state & GIVEN:
            self._tally.skipped += 1
            return None
        return row

    def _send(self, row: Row, when: float) -> None:
        heapq.heappush(self._waiting, (when, row.index, row))

    def _answered(self, row: Row, message: Message, now: float) -> list[RunResult[Any]]:
        tokens = Tokens.of(message.usage)
        row.request_id = message.request_id
        row.input_tokens += tokens.read
        row.output_tokens += tokens.written
        self._pace.answered(now, len(self._sending) + 1, row.taken, tokens.read + tokens.written)
        self._pay(row, message.cost, row.load.told(tokens))
        if row.run is not None:
            try:
                row.run.take(message)
            except OutputError as error:
                return [self._finish(row, errored(error), now)]
            if not row.run.done:
                row.ask(row.run.next_operation())
                self._send(row, now)
                return []
        return [self._finish(row, SucceededResult(message=message), now)]

    def _pay(self, row: Row, cost: Cost | None, load: Load | None = None) -> None:
        """Count a call. load: what it counts by where its price never came; None where it then cost nothing."""
        if cost is not None:
            row.cost = added(row.cost, cost)
            self._tally.usd += cost.usd
        elif load is not None:
            at_most = self._spending.price(load, row.model)
            row.at_most += at_most
            self._tally.at_most_usd += at_most

    def _failed(self, row: Row, error: BaseException, now: float) -> list[RunResult[Any]]:
        if isinstance(error, BudgetExceededError):
            self.stopped = "budget"
            return []
        if isinstance(error, _ENDS_ALL) or not isinstance(error, AIMLAPIError):
            self.error = self.error or error
            return []
        if not isinstance(error, APIError):
            return [self._finish(row, errored(error), now)]
        row.request_id = error.request_id
        is_refused = not REFUSED_STATUSES.isdisjoint((error.status_code, error.upstream_status))
        if is_refused or isinstance(error, APITimeoutError):
            self._pace.overloaded(now, row.began_call, error.retry_after)
        if row.run is not None and isinstance(error, APIStatusError) and row.run.relax(error):
            row.ask(row.run.next_operation())
            self._send(row, now)
            return []
        self._pay(row, error.cost)
        if error.cost is None and _may_be_paid(error):
            row.at_most += row.most
            self._tally.at_most_usd += row.most
            ids, sent = [row.client_request_id], time.time() - (now - row.began_call)
            self._lost[row.custom_id] = Lost(row.custom_id, ids, row.hash, sent, now, row.most, row, error)
            return []
        return self._try_again(row, error, now, is_refused)

    def _try_again(self, row: Row, error: APIError, now: float, is_refused: bool = False) -> list[RunResult[Any]]:
        """Send it again after an error that cost nothing, if that may help."""
        policy, rest = self._policies[is_refused], error.retry_after or 0.0
        pause = policy.delay(row.failures[is_refused], error)
        if is_refused and rest > LONGEST_ADVICE and policy.may_pass(error):
            if rest > _LONGEST_REST:
                self.error = self.error or error
                return []
            pause = rest
        row.failures[is_refused] += 1
        if pause is None:
            return [self._finish(row, errored(error), now)]
        self._send(row, now + pause)
        return []

    # --- requests whose answer was lost

    def lost(self) -> tuple[float, set[str], tuple[str, float]]:
        """When the first of them went out, as `time.time()` says it, the ids of all their calls, and `_written`."""
        ids = {id for one in self._lost.values() for id in one.ids}
        return min(one.sent for one in self._lost.values()), ids, self._written

    def _settled(self, found: dict[str, Cost] | None, now: float) -> list[RunResult[Any]]:
        """found: what the logs say that calls cost; None where they cannot be read."""
        results: list[RunResult[Any]] = []
        for lost in list(self._lost.values()):
            costs = [found[id] for id in lost.ids if id in found] if found else []
            cost = None
            for one in costs:
                cost = added(cost, one)
            if found is None:
                results += self._give_up(lost, PERHAPS_BILLED, None, now)
            elif cost is not None and cost.usd:
                results += self._give_up(lost, ANSWER_LOST, cost, now)
            elif len(costs) == len(lost.ids) or now >= lost.since + self._terms.settle_after:
                results += self._clear(lost, now)
            else:
                lost.was_looked_up = True
        return results

    def _clear(self, lost: Lost, now: float) -> list[RunResult[Any]]:
        """It was not paid."""
        del self._lost[lost.name]
        self._tally.at_most_usd -= lost.at_most
        if self._journal is not None:
            self._journal.forget(lost.name)
        if lost.row is None:
            return []
        if lost.error is not None:
            lost.row.at_most -= lost.at_most
        return self._send_lost(lost.row, lost.error, now)

    def _give_up(self, lost: Lost, kind: str, cost: Cost | None, now: float) -> list[RunResult[Any]]:
        """It was paid, or perhaps. It is sent again only if the run was told so."""
        del self._lost[lost.name]
        row = lost.row or Row(-1, lost.name, lost.hash, True, client_request_id=lost.ids[-1], attempts=len(lost.ids))
        if lost.error is None:
            row.at_most += lost.at_most
        if cost is not None:
            row.at_most -= lost.at_most
            self._tally.at_most_usd -= lost.at_most
            self._pay(row, cost)
        told = "The answer was paid and never came." if cost else "The answer never came, and may have been paid."
        error = AIMLAPIError(f"{told} {lost.error or 'The run was stopped while the request was on its way.'}")
        if lost.row is not None and (self._terms.resend or (cost is not None and self._terms.retry_failed)):
            return self._send_lost(row, error, now, kind)
        return [self._finish(row, errored(error, kind), now)]

    def _send_lost(
        self, row: Row, error: Exception | None, now: float, kind: str | None = None
    ) -> list[RunResult[Any]]:
        """Send it again, unless that was done too often."""
        if error is not None and row.failures[0] >= self._policies[0].max_retries:
            return [self._finish(row, errored(error, kind), now)]
        row.failures[0] += 1
        self._send(row, now)
        return []

    # --- results

    def _finish(self, row: Row, outcome: BatchOutcome, now: float) -> RunResult[Any]:
        """Write the result of a request."""
        result = RunResult[Any](
            custom_id=row.custom_id,
            result=outcome,
            output=row.run.value if row.run is not None and row.run.done else None,
            cost=row.cost,
            at_most_usd=row.at_most or None,
            attempts=row.attempts,
            input_tokens=row.input_tokens,
            output_tokens=row.output_tokens,
            request_id=row.request_id,
            client_request_id=row.client_request_id or None,
            request_hash=f"{row.hash:016x}",
            seconds=round(now - row.began, 3) if row.began else 0.0,
        )
        error = result.error
        result.perhaps_billed = error is not None and error.type == PERHAPS_BILLED
        self.write(result)
        if self._terms.is_ordered:
            self._late[row.index] = result
        return result

    def write(self, result: RunResult[Any]) -> None:
        """Put a result into the file and the books."""
        line = result.to_dict()
        self._book(line)
        self._written = result.client_request_id or "", time.time()
        if self._journal is not None:
            self._journal.write(dumps(line))
            self._journal.forget(result.custom_id)

    def _book(self, line: dict[str, Any]) -> None:
        """Count a line of the file, instead of an earlier one of the same name."""
        name, outcome, tally = line["custom_id"], line["result"], self._tally
        kind = outcome["error"]["error"]["type"] if outcome["type"] == "errored" else outcome["type"]
        known = self._names[name]
        tally.change(known.state & STATE, place := tally.place(kind))
        hashed = int(line.get("request_hash") or "0", 16)
        self._names[name] = Known(hashed or known.request, place | (known.state & GIVEN))
        if place == PERHAPS:
            self._perhaps[name] = None
        else:
            self._perhaps.pop(name, None)
        tally.unpriced += "at_most_usd" in line
        tally.calls += line.get("attempts", 0)
        tally.input_tokens += line.get("input_tokens", 0)
        tally.output_tokens += line.get("output_tokens", 0)

    def _in_order(self, done: list[RunResult[Any]]) -> list[RunResult[Any]]:
        if not self._terms.is_ordered:
            return done
        ready: list[RunResult[Any]] = []
        while self._place in self._late:
            result = self._late.pop(self._place)
            self._place += 1
            if result is not None:
                ready.append(result)
        return ready

    def progress(self, now: float) -> RunProgress:
        """How far the run has come."""
        tally, total, seconds = self._tally, self._terms.total, now - self._began
        done, new = tally.done, tally.done - self._done_before
        eta = seconds / new * max(total - done, 0) if total is not None and new > 0 else None
        return RunProgress(
            done=done,
            succeeded=tally.succeeded,
            failed=done - tally.succeeded,
            in_flight=len(self._sending),
            limit=self._pace.limit,
            total=total,
            input_tokens=tally.input_tokens,
            output_tokens=tally.output_tokens,
            usd=tally.usd,
            budget_usd=self._terms.budget,
            seconds=seconds,
            eta=eta,
            stop=self.stop,
        )

    def check(self) -> None:
        """Raise what has ended the run before its end."""
        if self.error is not None:
            raise self.error
        if self.stopped == "budget" and self._journal is None:
            tally, budget = self._tally, self._terms.budget
            raise BudgetExceededError(
                f"The run has spent {tally.usd:f} USD, and {tally.at_most_usd:f} USD more at most, of its budget of "
                f"{budget} USD. Give a larger budget_usd to go on with the rest."
            )

    def close(self) -> None:
        """Let go of the file."""
        if self._journal is not None:
            self._journal.close()

    def report(self, now: float) -> RunReport:
        """What came of the run. Raises what has ended it before its end."""
        self.check()
        tally = self._tally
        assert self._journal is not None
        return RunReport(
            path=self._journal.path,
            succeeded=tally.succeeded,
            failed=tally.done - tally.succeeded,
            skipped=tally.skipped,
            errors=tally.errors,
            perhaps_billed=(*self._perhaps, *self._lost),
            usd=tally.usd,
            at_most_usd=tally.at_most_usd,
            unpriced=tally.unpriced,
            calls=tally.calls,
            input_tokens=tally.input_tokens,
            output_tokens=tally.output_tokens,
            seconds=now - self._began,
            stopped=self.stopped,
        )


def _may_be_paid(error: APIError) -> bool:
    """Whether a call that failed without a price may have cost something: it went out, and was not refused."""
    if isinstance(error, APIConnectionError):
        return error.sent != "no"
    return not isinstance(error, APIStatusError) or error.partial is not None


def begin(
    client: Any,
    requests: RowsInput,
    path: str | os.PathLike[str] | None,
    *,
    model: object = None,
    max_tokens: int | None = None,
    output: Any = None,
    template: str | None = None,
    in_flight: int = 256,
    budget_usd: Decimal | float | str | None = None,
    requests_per_minute: float | None = None,
    tokens_per_minute: float | None = None,
    progress: Callable[[RunProgress], object] | None = None,
    settle_after: float = 60.0,
    resume: bool = True,
    options: Mapping[str, Any],
    **terms: Any,
) -> tuple[Job, Iterator[Any] | AsyncIterable[Any], Callable[[RunProgress], object] | None]:
    """A run, the rows of its input, and its hook. Raises what is wrong with the arguments, before anything is sent."""
    defaults = {
        name: value
        for name, value in {"model": model, "max_tokens": max_tokens, **options}.items()
        if value is not None
    }
    maker, pace = RowMaker(defaults, output, template), Pace(in_flight, requests_per_minute, tokens_per_minute)
    check_hook("progress", progress, InvalidRequestError)
    check_limit("settle_after", settle_after, InvalidRequestError)
    rows = open_rows(requests)
    total = count_rows(requests) if progress is not None else None
    arguments = Terms(
        budget=resolve_budget(budget_usd),
        settle_after=settle_after,
        max_retries=client.max_retries,
        total=total,
        **terms,
    )
    journal = None if path is None else Journal(path)
    try:
        return (
            Job(maker, pace, arguments, cast("SpendTracker", vars(client)["_spending"]), time.monotonic(), journal),
            rows,
            progress,
        )
    except BaseException:
        if journal is not None:
            journal.close()
        raise
