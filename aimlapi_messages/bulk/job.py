"""The books of a run: what to do next, and what has come of it. It neither sends nor sleeps; the clock is an argument.

A shell asks `next` what to do, does it, and tells `take` what came of that, one thing at a time. So whatever calls are
in flight, the pace, the money and the file are touched by one thread or task alone.
"""

from __future__ import annotations

import heapq
import math
import time
from copy import copy
from decimal import Decimal
from enum import Enum
from functools import reduce
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Final, TypeAlias

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
from ..core.reply import EXACT, Cost
from ..core.spending import Load, SpendTracker, Tokens
from ..transport.retries import LONGEST_ADVICE, REFUSED_STATUSES, RetryPolicy
from .journal import Journal
from .names import GIVEN, LOST, NEW, PERHAPS, READ, STATE, STATES, SUCCEEDED, Known, Names, hash_of
from .outcomes import BatchOutcome, SucceededResult
from .results import ANSWER_LOST, PERHAPS_BILLED, RunProgress, RunResult, added, errored, read_cost
from .rows import Row, RowMaker

if TYPE_CHECKING:
    from ..message.message import Message
    from .crew import Ended
    from .terms import Terms

# So often a request may find the server overloaded, which is not its fault, before that is its end.
_MOST_OVERLOADS: Final = 8
# In seconds. A server that wants to be left alone for longer ends the run.
_LONGEST_REST: Final = 3600.0
# What concerns the account or the client, and so each other request as well.
_ENDS_ALL: Final = (AuthenticationError, OutOfCreditError, ConfigurationError)

Results: TypeAlias = list[RunResult[Any]]


class Step(Enum):
    """What the shell is to do: read a row, or look up lost calls in the account's logs."""

    READ = "read"
    SETTLE = "settle"


class Job:
    """One run. report: so far. error: what to raise when all that is in flight has ended."""

    def __init__(
        self, terms: Terms, maker: RowMaker, spending: SpendTracker, now: float, journal: Journal | None = None
    ) -> None:
        self.error: BaseException | None = None
        self.report: RunProgress = RunProgress(
            path=journal.path if journal is not None else None,
            total=terms.total,
            budget_usd=terms.budget,
            on_stop=self.stop,
        )
        self._terms, self._maker, self._spending, self._journal = terms, maker, spending, journal
        self._pace = terms.pace
        self._policies = RetryPolicy(terms.max_retries), RetryPolicy(_MOST_OVERLOADS)
        self._names, self._repeats, self._kinds = Names(), Names(), [*STATES]  # repeats: of rows without a name
        self._waiting: list[tuple[float, int, Row]] = []  # a heap: those to be sent, and from when on
        self._sending, self._reserved = set[Row](), Decimal(0)
        self._lost: dict[str, Row] = {}  # whose answer did not come
        self._is_reading = self._is_settling = False
        self._looked_at = -math.inf  # when the logs were asked for the last time
        self._has_read_all = terms.via == "batch"  # which reads in its own way
        self._late: dict[int, RunResult[Any]] = {}  # what waits for its place, if there is an order
        self._place = 0
        # A call that had ended, and when, as `time.time()` says it. It tells what the time is in the account's logs.
        self._written = ("", 0.0)
        self._began, self._epoch = now, time.time() - now
        self._run = journal.run if journal is not None else token_hex(6)
        if journal is not None:
            self._resume(journal)

    def _resume(self, journal: Journal) -> None:
        """Take what earlier runs have left: their results, and the requests that were on their way at their end."""
        for line in journal.lines():
            self._book(hash_of(line["custom_id"]), line["custom_id"], line["result"], line)
            cost = read_cost(line.get("cost"))
            self._count_money(cost, Decimal(line.get("at_most_usd", 0)))
            notes, last = journal.left.get(line["custom_id"]), str(line.get("client_request_id"))
            if notes and last.partition("-")[0] == str(notes[-1].get("client_request_id")).partition("-")[0]:
                journal.forget(line["custom_id"])  # written by the run that made the note
            self._written = last, journal.stopped_at
            if part := journal.left.get(last):  # a batch
                part[0].get("open", {}).pop(line["custom_id"], None)
        self.report.resumed = self.report.done
        for name in journal.notes:
            notes = journal.left[name]
            if "open" in notes[0]:  # a batch
                if self._terms.via == "live":
                    raise ConfigurationError(
                        f"Batches of {journal.path} have not ended. Go on with via='batch', or give another file."
                    )
                continue
            row = self._lost[name] = Row.of(-1, name, notes[-1]["request_hash"])
            row.ids, row.began = tuple(note["client_request_id"] for note in notes), notes[0]["at"] - self._epoch
            row.result.attempts, row.result.client_request_id = len(notes), row.ids[-1]
            row.lost_at = min(journal.stopped_at - self._epoch, self._began)  # whatever the clocks of files say
            row.key = hash_of(name)
            self._names[row.key] = Known(row.hash, self._names[row.key].state)
            row.lost_most = reduce(EXACT.add, (Decimal(note["at_most_usd"]) for note in notes))
            self._pay(row, None, row.lost_most)

    # --- what to do

    def next(self, now: float) -> Row | Step | float | None:
        """Send this row, take this step, or wait so many seconds for something to end; None: all is done."""
        is_busy = bool(self._sending) or self._is_settling
        if self.report.stopped or self.error:  # a row that is awaited may never come
            return math.inf if is_busy else None
        is_busy = is_busy or self._is_reading
        settle = math.inf
        if self._lost and not self._is_settling:
            settle = min(map(self._settle_at, self._lost.values())) - now
            if settle <= 0:
                self._is_settling, self._looked_at = True, now
                return Step.SETTLE
        wait = self._waiting[0][0] - now if self._waiting else math.inf
        if wait <= 0:
            wait, is_busy = self._pace.wait(now, len(self._sending)), True
            if not wait and self._has_room(self._waiting[0][2]):
                return self._begin(heapq.heappop(self._waiting)[2], now)
            wait = wait or (0.0 if self.report.stopped else math.inf)
        elif self._may_read:
            self._is_reading = True
            return Step.READ
        wait = min(wait, settle)
        return wait if is_busy or wait < math.inf else None

    def stop(self) -> None:
        """Send nothing more."""
        self.report.stopped = self.report.stopped or "progress"

    def _settle_at(self, row: Row) -> float:
        """When to look for it in the logs: after a kill at once, and when what is not there was not paid."""
        return -math.inf if row.why is None and not row.was_looked_up else row.lost_at + self._terms.settle_after

    @property
    def _may_read(self) -> bool:
        held = len(self._waiting) + len(self._sending)
        if self._lost:
            held += sum(row.operation is not None for row in self._lost.values())
        is_full = held >= self._pace.most or len(self._late) >= 4 * self._pace.most
        return not (self._is_reading or self._has_read_all or is_full)

    def _has_room(self, row: Row) -> bool:
        """Whether a call fits the budget beside those in flight. While money is left, one alone always does."""
        budget = self._terms.budget
        if budget is None:
            return True
        gone = self._gone()
        if gone >= budget:
            if not self._sending and not self._lost:
                self.report.stopped = "budget"
            return False
        return not self._sending or EXACT.add(gone, self._price(row.load, row.model)) <= budget

    def _price(self, load: Load, model: str) -> Decimal:
        """What a call may cost."""
        return self._spending.price(load, model)

    def _gone(self) -> Decimal:
        """What all calls have cost at most, those in flight among them."""
        return EXACT.add(self._reserved, EXACT.add(self.report.usd, self.report.at_most_usd))

    def _begin(self, row: Row, now: float) -> Row:
        result = row.result
        result.attempts += 1
        row.began, row.began_call = row.began or now, now
        result.client_request_id = f"{self._run}-{row.key:016x}-{result.attempts}"
        row.most = self._price(row.load, row.model)
        row.taken = self._pace.begin(now, row.load.read / 4)
        self._sending.add(row)
        self._reserved = EXACT.add(self._reserved, row.most)
        if self._journal is not None:
            ids = {"client_request_id": result.client_request_id, "request_hash": result.request_hash}
            at, most = round(now + self._epoch, 3), f"{row.most:f}"
            self._journal.note(row.custom_id, **ids, at=at, at_most_usd=most)
        return row

    # --- what has come of it

    def take(self, ended: Ended, now: float) -> Results:
        """Something that `next` asked for has ended. Returns the results that are there now."""
        what, value, error = ended
        if isinstance(what, Row):
            self._sending.discard(what)
            self._reserved = EXACT.subtract(self._reserved, what.most)
            found = self._answered(what, value, now) if error is None else self._failed(what, error, now)
        elif what is Step.SETTLE:
            self._is_settling = False
            found = self._settled(value, now) if error is None else self._end(error)
        else:
            self._is_reading = False
            self._has_read_all = isinstance(error, (StopIteration, StopAsyncIteration))
            if self._has_read_all:
                return []
            found = self.read(value, now) if error is None else self._end(error)
        if not self._terms.ordered:
            return found
        results: Results = []
        while self._place in self._late:
            results.append(self._late.pop(self._place))
            self._place += 1
        return results

    def _end(self, error: BaseException) -> Results:
        self.error = self.error or error
        return []

    def read(self, item: object, now: float) -> Results:
        """Take a row of the input. Returns the result of one that cannot be sent."""
        try:
            row = self._admit(item)
        except InvalidRequestError as error:
            return self._end(error)
        if row is None:
            return []
        return self._put(row, now) if row.error is None else self._finish(row, errored(row.error), now)

    def _put(self, row: Row, now: float) -> Results:
        lost = self._lost.get(row.custom_id)
        if lost is None:
            return self._send(row, now)
        lost.index, lost.run = row.index, row.run
        lost.ask(row.operation)
        return []

    def _admit(self, item: object) -> Row | None:
        """The request of a row of the input; None where it needs no call, because it has a result.

        Raises InvalidRequestError for what is no row, and for a name that another request has.
        """
        row, terms = self._maker.make(item), self._terms
        row.key = hash_of(row.custom_id)
        known = self._names[row.key]
        if known.state & READ and not row.has_name:
            count = self._repeats[row.key].request + 1
            self._repeats[row.key] = Known(count, NEW)
            row.result.custom_id += f"-{count + 1}"
            row.key = hash_of(row.custom_id)
            known = self._names[row.key]
        if known.request not in (0, row.hash):
            where = f"a row in {self._journal.path}" if self._journal and not known.state & GIVEN else "an earlier row"
            raise InvalidRequestError(
                f"Row {row.index + 1:,} has the custom_id {row.custom_id[:100]!r} of {where}, and asks something else. "
                "Give each its own, or another file for other requests."
            )
        self._names[row.key] = Known(row.hash, known.state | GIVEN | READ)
        if self._journal is None:  # whoever iterates wants a result for each
            return row
        state = known.state & STATE
        is_wanted = terms.retry_failed and state not in (SUCCEEDED, PERHAPS)
        is_wanted = state == NEW or is_wanted or (terms.resend and state in (LOST, PERHAPS))
        if is_wanted and not known.state & GIVEN:
            return row
        self.report.skipped += 1
        return None

    def _send(self, row: Row, when: float) -> Results:
        heapq.heappush(self._waiting, (when, row.index, row))
        return []

    def _answered(self, row: Row, message: Message, now: float) -> Results:
        tokens, result = Tokens.of(message.usage), row.result
        result.request_id = message.request_id
        result.input_tokens += tokens.read
        result.output_tokens += tokens.written
        self._pace.answered(now, row.taken, tokens.read + tokens.written)
        no_price = message.cost is None
        self._pay(row, message.cost, self._price(row.load.told(tokens), row.model) if no_price else Decimal(0))
        if row.run is not None:
            try:
                row.run.take(message)
            except OutputError as error:
                return self._finish(row, errored(error), now)
            if not row.run.done:
                row.ask(row.run.next_operation())
                return self._send(row, now)
        return self._finish(row, SucceededResult(message=message), now)

    def _pay(self, row: Row, cost: Cost | None, at_most: Decimal = Decimal(0)) -> None:
        """Count what calls have cost, and what calls may have beside that."""
        row.result.cost = added(row.result.cost, cost)
        row.result.at_most_usd = EXACT.add(row.result.at_most_usd or 0, at_most) or None
        self._count_money(cost, at_most)

    def _count_money(self, cost: Cost | None, at_most: Decimal) -> None:
        self.report.usd = EXACT.add(self.report.usd, cost.usd if cost is not None else 0)
        self.report.at_most_usd = EXACT.add(self.report.at_most_usd, at_most)

    def _failed(self, row: Row, error: BaseException, now: float) -> Results:
        if isinstance(error, BudgetExceededError):
            self.report.stopped = "budget"
            return self._forget(row)
        if isinstance(error, _ENDS_ALL):
            self._forget(row)
        if isinstance(error, _ENDS_ALL) or not isinstance(error, AIMLAPIError):
            return self._end(error)
        if not isinstance(error, APIError):
            return self._finish(row, errored(error), now)
        row.result.request_id = error.request_id
        is_refused = not REFUSED_STATUSES.isdisjoint((error.status_code, error.upstream_status))
        if is_refused or isinstance(error, APITimeoutError):
            self._pace.overloaded(now, row.began_call, error.retry_after)
        if row.run is not None and isinstance(error, APIStatusError) and row.run.relax(error):
            row.ask(row.run.next_operation())
            return self._send(row, now)
        if error.cost is None and _may_be_paid(error):
            sent_as = str(row.result.client_request_id)
            row.ids, row.lost_at, row.lost_most, row.why = (sent_as,), now, row.most, error
            self._lost[row.custom_id if self._journal else sent_as] = row
            self._pay(row, None, row.most)
            return []
        self._pay(row, error.cost)
        self._forget(row)
        return self._try_again(row, error, now, is_refused)

    def _forget(self, row: Row) -> Results:
        if self._journal is not None and row.result.cost is None and not row.result.at_most_usd:
            self._journal.forget(row.custom_id)
        return []

    def _try_again(self, row: Row, error: APIError, now: float, is_refused: bool) -> Results:
        """Send it again later, where that may help."""
        policy, rest = self._policies[is_refused], error.retry_after or 0.0
        pause = policy.delay(row.overloads if is_refused else row.failures, error)
        if is_refused and rest > LONGEST_ADVICE and policy.may_pass(error):
            if rest > _LONGEST_REST:
                return self._end(error)
            pause = rest
        row.overloads += is_refused
        row.failures += not is_refused
        if pause is not None:
            return self._send(row, now + pause)
        is_paid = isinstance(error, APIConnectionError) and error.cost is not None  # it broke when it had begun
        return self._finish(row, errored(error, ANSWER_LOST if is_paid else None), now)

    # --- requests whose answer was lost

    def lost(self) -> tuple[float, set[str], tuple[str, float]]:
        """When the first of them went out, as `time.time()` says it, the ids of their calls, and `_written`."""
        rows = self._lost.values()
        return min(row.began for row in rows) + self._epoch, {one for row in rows for one in row.ids}, self._written

    def _settled(self, found: dict[str, Cost] | None, now: float) -> Results:
        """found: what calls cost, as the logs say; None where they cannot be read."""
        results: Results = []
        for name, row in list(self._lost.items()):
            costs, paid = [found[one] for one in row.ids if one in found] if found else [], None
            for cost in costs:
                paid = added(paid, cost)
            is_paid = paid is not None and paid.usd > 0
            is_known = len(costs) == len(row.ids) or self._looked_at >= row.lost_at + self._terms.settle_after
            row.was_looked_up = True
            if found is not None and not is_paid and not is_known:
                continue
            del self._lost[name]
            if found is not None:  # what they cost is known now
                self._pay(row, paid if is_paid else None, row.lost_most.copy_negate())
            if found is None or is_paid:
                results += self._give_up(row, is_paid, now)
            else:
                self._forget(row)
                results += self._send_lost(row, errored(row.why) if row.why else None, now)
        return results

    def _give_up(self, row: Row, is_paid: bool, now: float) -> Results:
        """It was paid, or perhaps: it is sent again only if the run was told so."""
        told = "The answer was paid and is lost." if is_paid else "The answer is lost, and may have been paid."
        error = AIMLAPIError(f"{told} {row.why or 'The run was stopped while the request was on its way.'}")
        outcome = errored(error, ANSWER_LOST if is_paid else PERHAPS_BILLED)
        if row.operation and (self._terms.resend or (is_paid and self._terms.retry_failed)):
            return self._send_lost(row, outcome, now)
        return self._finish(row, outcome, now)

    def _send_lost(self, row: Row, outcome: BatchOutcome | None, now: float) -> Results:
        """Send it again, unless that was done too often, and the input has brought it."""
        if outcome is not None and row.failures >= self._policies[0].max_retries:
            return self._finish(row, outcome, now)
        row.failures += row.why is not None
        row.why, row.was_looked_up, row.began = None, False, 0.0
        return self._send(row, now) if row.operation else []

    # --- results

    def _finish(self, row: Row, outcome: BatchOutcome, now: float) -> Results:
        """Write what has become of it."""
        result = row.result
        result.result, row.operation = outcome, None  # which knows its row: the two would be garbage together
        result.output = row.run.value if row.run is not None and row.run.done else None
        result.seconds = round(now - row.began, 3) if row.began_call else 0.0
        result.perhaps_billed = result.error is not None and result.error.type == PERHAPS_BILLED
        if self._terms.ordered:
            self._late[row.index] = result
        members = result.members()
        self._book(row.key, row.custom_id, {"type": "succeeded"} if result.succeeded else outcome.to_dict(), members)
        self._written = result.client_request_id or "", time.time()
        if self._journal is not None:
            if result.succeeded and row.body:
                name, rest = dumps(row.custom_id), dumps(members)
                line = b'{"custom_id":%b,"result":{"type":"succeeded","message":%b},%b' % (name, row.body, rest[1:])
            else:
                line = dumps(result.to_dict())
            self._journal.write(line)
            self._journal.forget(row.custom_id)
        return [result]

    def _book(self, key: int, name: str, outcome: dict[str, Any], line: dict[str, Any]) -> None:
        """Count a line of the file, instead of an earlier one of the same name."""
        report = self.report
        kind = outcome["error"]["error"]["type"] if outcome["type"] == "errored" else outcome["type"]
        if kind not in self._kinds:
            kind = kind if len(self._kinds) < STATE else self._kinds[-1]  # a server may send any words
            self._kinds.append(kind)
        known, state = self._names[key], self._kinds.index(kind)
        for one, change in ((known.state & STATE, -1), (state, 1)):
            if one == SUCCEEDED:
                report.succeeded += change
            elif one != NEW:
                report.failed += change
                report.errors[self._kinds[one]] = report.errors.get(self._kinds[one], 0) + change
        if known.state & STATE == PERHAPS:
            report.perhaps_billed.remove(name)
        if state == PERHAPS:
            report.perhaps_billed.append(name)
        self._names[key] = Known(int(line.get("request_hash") or "0", 16), state | (known.state & ~STATE))
        report.unpriced += "at_most_usd" in line
        report.calls += line.get("attempts", 0)
        report.input_tokens += line.get("input_tokens", 0)
        report.output_tokens += line.get("output_tokens", 0)

    def progress(self, now: float) -> RunProgress:
        """How far the run has come."""
        report = self.report
        report.in_flight, report.limit, report.seconds = len(self._sending), self._pace.limit, now - self._began
        return copy(report)

    def check(self) -> None:
        """Raise what has ended the run before its end; for one without a file, that the budget has."""
        if self.error is not None:
            raise self.error
        if self.report.stopped == "budget" and self._journal is None:
            raise BudgetExceededError(
                f"The run has spent {self.report.usd:f} USD, and {self.report.at_most_usd:f} USD more at most, of its "
                f"budget of {self._terms.budget} USD. Give a larger budget_usd to go on with the rest."
            )

    def close(self) -> None:
        """Let go of the file. The requests that nobody can tell of are in the report."""
        try:
            self.report.perhaps_billed += self._lost
        finally:
            if self._journal is not None:
                self._journal.close()


def _may_be_paid(error: APIError) -> bool:
    """Whether a call that failed without a price may have cost something: it went out, and was not refused."""
    if isinstance(error, APIConnectionError):
        return error.sent != "no"
    return not isinstance(error, APIStatusError) or error.partial is not None
