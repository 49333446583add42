"""The books of a run: what to do next, and what has come of it. It neither sends nor sleeps; the clock is an argument.

A shell asks `next` what to do, does it, and tells `take` what came of that, one thing at a time. So whatever calls are
in flight, the pace, the money and the file are touched by one thread or task alone. Results come into `found`.
"""

from __future__ import annotations

import heapq
import math
import time
from collections import deque
from collections.abc import AsyncIterator
from copy import copy
from decimal import Decimal
from enum import Enum
from functools import reduce
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Final

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
from ..streaming.batch_results import BatchOutcome, SucceededResult
from ..transport.retries import LONGEST_ADVICE, REFUSED_STATUSES, RetryPolicy
from .journal import Journal
from .names import GIVEN, LOST, NEW, PERHAPS, READ, STATE, STATES, SUCCEEDED, Names, hash_of
from .results import ANSWER_LOST, PERHAPS_BILLED, RunProgress, RunResult, added, errored, read_cost
from .rows import Lost, Row, RowMaker

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
# So many rows are read before others get their turn.
_TURN: Final = 256
_NOTHING: Final = Decimal(0)


class Step(Enum):
    """What the shell is to do: await a row, or look up lost calls in the account's logs."""

    READ = "read"
    SETTLE = "settle"


class Job:
    """One run. report: so far. error: what to raise when all that is in flight has ended.

    found: the results that nobody has taken yet; none where they are in a file.
    """

    def __init__(
        self,
        terms: Terms,
        maker: RowMaker,
        spending: SpendTracker,
        now: float,
        rows: Any,
        journal: Journal | None = None,
    ) -> None:
        self.error: BaseException | None = None
        self.found: deque[RunResult[Any]] = deque(maxlen=None if journal is None else 0)
        self.rows: Any = rows
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
            name, outcome = line["custom_id"], line["result"]
            kind = outcome["error"]["error"]["type"] if outcome["type"] == "errored" else outcome["type"]
            self._book(hash_of(name), name, kind, line)
            self._count_money(read_cost(line.get("cost")), Decimal(line.get("at_most_usd", 0)))
            notes, last = journal.left.get(name), str(line.get("client_request_id"))
            if notes and last.partition("-")[0] == str(notes[-1].get("client_request_id")).partition("-")[0]:
                journal.forget(name)  # written by the run that made the note
            self._written = last, journal.stopped_at
            if part := journal.left.get(last):  # a batch
                part[0].get("open", {}).pop(name, None)
        self.report.resumed = self.report.done
        for name in journal.notes:
            notes = journal.left[name]
            if "open" in notes[0]:  # a batch
                if self._terms.via == "live":
                    raise ConfigurationError(
                        f"Batches of {journal.path} have not ended. Go on with via='batch', or give another file."
                    )
                continue
            row = self._lost[name] = Row.of(name, notes[-1]["request_hash"])
            ids = tuple(note["client_request_id"] for note in notes)
            row.result.attempts, row.result.client_request_id = len(notes), ids[-1]
            row.began = notes[0]["at"] - self._epoch
            self._names[row.key] = int(row.result.request_hash, 16), self._names[row.key][1]
            stopped = min(journal.stopped_at - self._epoch, self._began)  # whatever the clocks of files say
            most = reduce(EXACT.add, (Decimal(note["at_most_usd"]) for note in notes))
            row.lost = Lost(ids, most, stopped + self._terms.settle_after, look_at=-math.inf)
            self._pay(row, None, most)

    # --- what to do

    def next(self, now: float) -> Row | Step | float | None:
        """Send this row, take this step, or wait so many seconds for something to end; None: all is done."""
        for _ in range(_TURN):
            if self.report.stopped or self.error:  # a row that is awaited may never come
                return math.inf if self._sending or self._is_settling else None
            settle = math.inf
            if self._lost and not self._is_settling:
                settle = min(row.lost.look_at for row in self._lost.values() if row.lost) - now
                if settle <= 0:
                    self._is_settling, self._looked_at = True, now
                    return Step.SETTLE
            if self._waiting and self._waiting[0][0] <= now:
                wait = self._pace.wait(now, len(self._sending))
                if not wait and self._has_room(self._waiting[0][2]):
                    return self._begin(heapq.heappop(self._waiting)[2], now)
                return min(wait or (0.0 if self.report.stopped else math.inf), settle)
            if self._is_reading or self._has_read_all or self._is_full:
                wait = min(self._waiting[0][0] - now if self._waiting else math.inf, settle)
                is_busy = self._sending or self._is_settling or self._is_reading or wait < math.inf
                return wait if is_busy else None
            if isinstance(self.rows, AsyncIterator):
                self._is_reading = True
                return Step.READ
            try:
                item: object = next(self.rows)
            except StopIteration:
                self._has_read_all = True
            except Exception as error:  # an interrupt is for whoever runs all this
                self._end(error)
            else:
                self.read(item, now)
            if self.found:
                break
        return 0.0

    def stop(self) -> None:
        """Send nothing more."""
        self.report.stopped = self.report.stopped or "progress"

    @property
    def _is_full(self) -> bool:
        """Whether no more rows are read for now: what waits for another attempt is in memory as well."""
        held, most = len(self._waiting) + len(self._sending), self._pace.most
        if self._lost:
            held += sum(row.operation is not None for row in self._lost.values())
        return held >= most or len(self._late) >= 4 * most

    def write_notes(self) -> None:
        """To be done before any row is sent that was to be sent."""
        if self._journal is not None:
            self._journal.write_notes()

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
        result.client_request_id = f"{self._run}-{row.key:016x}-{result.attempts}"
        row.began, row.began_call = row.began or now, now
        row.most = self._price(row.load, row.model)
        row.taken = self._pace.begin(now, row.load.read / 4)
        self._sending.add(row)
        self._reserved = EXACT.add(self._reserved, row.most)
        if self._journal is not None:
            ids = {"client_request_id": result.client_request_id, "request_hash": result.request_hash}
            at, most = round(now + self._epoch, 3), f"{row.most:f}"
            self._journal.note(result.custom_id, **ids, at=at, at_most_usd=most)
        return row

    # --- what has come of it

    def take(self, ended: Ended, now: float) -> None:
        """Something that `next` asked for has ended."""
        what, value, error = ended
        if isinstance(what, Row):
            self._sending.discard(what)
            self._reserved = EXACT.subtract(self._reserved, what.most)
            if error is None:
                self._answered(what, value, now)
            else:
                self._failed(what, error, now)
        elif what is Step.SETTLE:
            self._is_settling = False
            if error is None:
                self._settled(value, now)
            else:
                self._end(error)
        else:
            self._is_reading = False
            self._has_read_all = isinstance(error, StopAsyncIteration)
            if error is None:
                self.read(value, now)
            elif not self._has_read_all:
                self._end(error)

    def _end(self, error: BaseException) -> None:
        self.error = self.error or error

    def read(self, item: object, now: float) -> None:
        """Take a row of the input."""
        try:
            row = self._admit(item)
        except InvalidRequestError as error:
            self._end(error)
            return
        if row is not None and row.error is not None:
            self._finish(row, errored(row.error), now)
        elif row is not None:
            self._put(row, now)

    def _put(self, row: Row, now: float) -> None:
        lost = self._lost.get(row.result.custom_id) if self._lost else None
        if lost is None:
            self._send(row, now)
        else:
            lost.index, lost.run = row.index, row.run
            lost.ask(row.operation)

    def _admit(self, item: object) -> Row | None:
        """The request of a row of the input; None where it needs no call, because it has a result.

        Raises InvalidRequestError for what is no row, and for a name that another request has.
        """
        row, terms, names = self._maker.make(item), self._terms, self._names
        result, key = row.result, row.key
        request, state = names[key]
        if state & READ and not row.has_name:
            count = self._repeats[key][0] + 1
            self._repeats[key] = count, NEW
            result.custom_id += f"-{count + 1}"
            row.key = key = hash_of(result.custom_id)
            request, state = names[key]
        asked = int(result.request_hash, 16)
        if request not in (0, asked):
            where = f"a row in {self._journal.path}" if self._journal and not state & GIVEN else "an earlier row"
            raise InvalidRequestError(
                f"Row {row.index + 1:,} has the custom_id {result.custom_id[:100]!r} of {where}, and asks something "
                "else. Give each its own, or another file for other requests."
            )
        names[key] = asked, state | GIVEN | READ
        if self._journal is None:  # whoever iterates wants a result for each
            return row
        is_given, state = state & GIVEN, state & STATE
        is_wanted = terms.retry_failed and state not in (SUCCEEDED, PERHAPS)
        is_wanted = state == NEW or is_wanted or (terms.resend and state in (LOST, PERHAPS))
        if is_wanted and not is_given:
            return row
        self.report.skipped += 1
        return None

    def _send(self, row: Row, when: float) -> None:
        heapq.heappush(self._waiting, (when, row.index, row))

    def _answered(self, row: Row, message: Message, now: float) -> None:
        tokens, result = Tokens.of(message.usage), row.result
        result.request_id = message.request_id
        result.input_tokens += tokens.read
        result.output_tokens += tokens.written
        self._pace.answered(now, row.taken, tokens.read + tokens.written)
        no_price = message.cost is None
        self._pay(row, message.cost, self._price(row.load.told(tokens), row.model) if no_price else _NOTHING)
        if row.run is not None:
            try:
                row.run.take(message)
            except OutputError as error:
                self._finish(row, errored(error), now)
                return
            if not row.run.done:
                row.ask(row.run.next_operation())
                self._send(row, now)
                return
        self._finish(row, SucceededResult(message=message), now)

    def _pay(self, row: Row, cost: Cost | None, at_most: Decimal = _NOTHING) -> None:
        """Count what calls have cost, and what calls may have beside that."""
        row.result.cost = added(row.result.cost, cost)
        row.result.at_most_usd = EXACT.add(row.result.at_most_usd or 0, at_most) or None
        self._count_money(cost, at_most)

    def _count_money(self, cost: Cost | None, at_most: Decimal) -> None:
        report = self.report
        if cost is not None:
            report.usd = EXACT.add(report.usd, cost.usd)
        report.at_most_usd = EXACT.add(report.at_most_usd, at_most)

    def _failed(self, row: Row, error: BaseException, now: float) -> None:
        if isinstance(error, BudgetExceededError):
            self.report.stopped = "budget"
            self._forget(row)
        elif isinstance(error, _ENDS_ALL) or not isinstance(error, AIMLAPIError):
            if isinstance(error, _ENDS_ALL):
                self._forget(row)
            self._end(error)
        elif not isinstance(error, APIError):
            self._finish(row, errored(error), now)
        else:
            self._not_answered(row, error, now)

    def _not_answered(self, row: Row, error: APIError, now: float) -> None:
        row.result.request_id = error.request_id
        is_refused = not REFUSED_STATUSES.isdisjoint((error.status_code, error.upstream_status))
        if is_refused or isinstance(error, APITimeoutError):
            self._pace.overloaded(now, row.began_call, error.retry_after)
        if row.run is not None and isinstance(error, APIStatusError) and row.run.relax(error):
            row.ask(row.run.next_operation())
            self._send(row, now)
        elif error.cost is None and _may_be_paid(error):
            sent_as, settled_at = str(row.result.client_request_id), now + self._terms.settle_after
            row.lost = Lost((sent_as,), row.most, settled_at, look_at=settled_at, why=error)
            self._lost[row.result.custom_id if self._journal else sent_as] = row
            self._pay(row, None, row.most)
        else:
            self._pay(row, error.cost)
            self._forget(row)
            self._try_again(row, error, now, is_refused)

    def _forget(self, row: Row) -> None:
        if self._journal is not None and row.result.cost is None and not row.result.at_most_usd:
            self._journal.forget(row.result.custom_id)

    def _try_again(self, row: Row, error: APIError, now: float, is_refused: bool) -> None:
        """Send it again later, where that may help."""
        policy, rest = self._policies[is_refused], error.retry_after or 0.0
        pause = policy.delay(row.overloads if is_refused else row.failures, error)
        if is_refused and rest > LONGEST_ADVICE and policy.may_pass(error):
            if rest > _LONGEST_REST:
                self._end(error)
                return
            pause = rest
        row.overloads += is_refused
        row.failures += not is_refused
        if pause is not None:
            self._send(row, now + pause)
            return
        is_paid = isinstance(error, APIConnectionError) and error.cost is not None  # it broke when it had begun
        self._finish(row, errored(error, ANSWER_LOST if is_paid else None), now)

    # --- requests whose answer was lost

    def lost(self) -> tuple[float, set[str], tuple[str, float]]:
        """When the first of them went out, as `time.time()` says it, the ids of their calls, and `_written`."""
        rows = self._lost.values()
        ids = {one for row in rows if row.lost for one in row.lost.ids}
        return min(row.began for row in rows) + self._epoch, ids, self._written

    def _settled(self, found: dict[str, Cost] | None, now: float) -> None:
        """found: what calls cost, as the logs say; None where they cannot be read."""
        for name, row in list(self._lost.items()):
            lost, paid = row.lost, None
            assert lost is not None
            costs = [found[one] for one in lost.ids if one in found] if found else []
            for cost in costs:
                paid = added(paid, cost)
            is_paid = paid is not None and paid.usd > 0
            is_known = len(costs) == len(lost.ids) or self._looked_at >= lost.settled_at
            lost.look_at = lost.settled_at
            if found is not None and not is_paid and not is_known:
                continue
            del self._lost[name]
            if found is not None:  # what they cost is known now
                self._pay(row, paid if is_paid else None, lost.most.copy_negate())
            if found is None or is_paid:
                self._give_up(row, lost, is_paid, now)
            else:
                self._forget(row)
                self._send_lost(row, lost, errored(lost.why) if lost.why else None, now)

    def _give_up(self, row: Row, lost: Lost, is_paid: bool, now: float) -> None:
        """It was paid, or perhaps: it is sent again only if the run was told so."""
        told = "The answer was paid and is lost." if is_paid else "The answer is lost, and may have been paid."
        error = AIMLAPIError(f"{told} {lost.why or 'The run was stopped while the request was on its way.'}")
        outcome = errored(error, ANSWER_LOST if is_paid else PERHAPS_BILLED)
        if row.operation and (self._terms.resend or (is_paid and self._terms.retry_failed)):
            self._send_lost(row, lost, outcome, now)
        else:
            self._finish(row, outcome, now)

    def _send_lost(self, row: Row, lost: Lost, outcome: BatchOutcome | None, now: float) -> None:
        """Send it again, unless that was done too often, and the input has brought it."""
        if outcome is not None and row.failures >= self._policies[0].max_retries:
            self._finish(row, outcome, now)
            return
        row.failures += lost.why is not None
        row.lost, row.began = None, 0.0
        if row.operation:
            self._send(row, now)

    # --- results

    def _finish(self, row: Row, outcome: BatchOutcome, now: float) -> None:
        """Write what has become of it."""
        result, run, journal = row.result, row.run, self._journal
        result.result, row.operation = outcome, None  # which knows its row: the two would be garbage together
        if run is not None and run.done:
            result.output = run.value
        result.seconds = round(now - row.began, 3) if row.began_call else 0.0
        kind = result.error.type if result.error else outcome.type
        result.perhaps_billed = kind == PERHAPS_BILLED
        members = result.members()
        self._book(row.key, result.custom_id, kind, members)
        self._written = result.client_request_id or "", time.time()
        if journal is not None:
            if row.body and kind == "succeeded":
                name, rest = dumps(result.custom_id), dumps(members)
                line = b'{"custom_id":%b,"result":{"type":"succeeded","message":%b},%b' % (name, row.body, rest[1:])
            else:
                line = dumps(result.to_dict())
            journal.write(line)
            journal.forget(result.custom_id)
        elif not self._terms.ordered:
            self.found.append(result)
        else:
            self._late[row.index] = result
            while self._place in self._late:
                self.found.append(self._late.pop(self._place))
                self._place += 1

    def _book(self, key: int, name: str, kind: str, line: dict[str, Any]) -> None:
        """Count a line of the file, instead of an earlier one of the same name."""
        report, kinds = self.report, self._kinds
        if kind not in kinds:
            kind = kind if len(kinds) < STATE else kinds[-1]  # a server may send any words
            kinds.append(kind)
        known, state = self._names[key][1], kinds.index(kind)
        for one, change in ((known & STATE, -1), (state, 1)):
            if one == SUCCEEDED:
                report.succeeded += change
            elif one != NEW:
                report.failed += change
                report.errors[kinds[one]] = report.errors.get(kinds[one], 0) + change
        if known & STATE == PERHAPS:
            report.perhaps_billed.remove(name)
        if state == PERHAPS:
            report.perhaps_billed.append(name)
        self._names[key] = int(line.get("request_hash") or "0", 16), state | (known & ~STATE)
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
