"""The books of a run through batches: parts of its input, each a batch. It neither sends nor waits."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any, Final

from ..core.errors import APIStatusError, OutputError
from ..core.json import dumps, loads
from ..core.reply import EXACT
from ..core.spending import Load, Tokens
from .job import Job, Results
from .names import GIVEN, Known, hash_of
from .outcomes import BatchOutcome, BatchResult
from .results import PERHAPS_BILLED, RunResult, errored
from .rows import Row

# Of one batch: fewer bytes than the gateway takes, for all of them are in memory when it is created.
_MOST_REQUESTS: Final = 100_000
_MOST_BYTES: Final = 64_000_000
# So many may be under way, for the names in them are in memory.
MOST_PARTS: Final = 4
HALF: Final = Decimal("0.5")  # of the price


@dataclass(slots=True)
class Part:
    """A batch. open: of each request that has no result, by its name, the hash and what it may cost.

    lines: the requests, until they are sent. size: the bytes of these.
    """

    name: str
    batch_id: str = ""
    open: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    lines: list[bytes] = field(default_factory=list[bytes])
    size: int = 0

    @property
    def is_full(self) -> bool:
        return len(self.lines) >= _MOST_REQUESTS or self.size >= _MOST_BYTES

    def requests(self) -> Iterator[Any]:
        """Its requests, once."""
        lines, self.lines = self.lines, []
        return (loads(line, most=sys.maxsize) for line in lines)


class BatchJob(Job):
    """A run whose requests go into batches. What calls of an earlier one left is settled as ever."""

    _count = 0

    def parts(self) -> Iterator[Part]:
        """The batches of earlier runs that have not ended. What is known of their requests is written."""
        assert self._journal is not None
        for name in [*self._journal.notes]:
            notes = self._journal.left[name]
            if "open" in notes[0]:
                part = Part(name, notes[-1].get("batch", ""), notes[0]["open"])
                for one, (hashed, most) in part.open.items():
                    key = hash_of(one)
                    self._names[key] = Known(int(hashed, 16), self._names[key].state | GIVEN)
                    self._reserved = EXACT.add(self._reserved, Decimal(most))
                if part.batch_id:
                    yield part
                else:  # the answer to its creation never came
                    self.end(part, PERHAPS_BILLED, "The run was stopped while the batch was created.")

    def begin(self) -> Part:
        """A part that nothing is in."""
        self._count += 1
        return Part(f"{self._run}-batch-{self._count}")

    @property
    def is_open(self) -> bool:
        """Whether more may be sent."""
        return not (self.report.stopped or self.error)

    def add(self, part: Part, item: object, now: float) -> Results:
        """Put a row of the input into a part, if it fits the budget. Returns the result of one that cannot be sent."""
        return self.read(item, now, partial(self._put_into, part))

    def _put_into(self, part: Part, row: Row) -> Results:
        assert row.operation is not None
        most = EXACT.multiply(self._spending.price(row.load, row.model), HALF)
        if self._terms.budget is not None and EXACT.add(self._gone(), most) > self._terms.budget:
            self.report.stopped = "budget"
            return []
        self._reserved = EXACT.add(self._reserved, most)
        params = loads(row.operation.body or b"{}", most=sys.maxsize)
        part.lines.append(dumps({"custom_id": row.custom_id, "params": params}))
        part.size += len(part.lines[-1])
        part.open[row.custom_id] = f"{row.hash:016x}", f"{most:f}"
        return []

    def note(self, part: Part) -> None:
        """Note a part that is about to be created, or that has been."""
        assert self._journal is not None
        members = {"batch": part.batch_id} if part.batch_id else {"open": part.open, "at": time.time()}
        self._journal.note(part.name, **members)

    def not_created(self, part: Part, error: Exception) -> None:
        """Nothing of it was paid if it was refused. Else the next run names its requests, which may run."""
        if isinstance(error, APIStatusError) and self._journal is not None:
            self._journal.forget(part.name)

    def ended(self, part: Part, one: BatchResult) -> Results:
        """A result of a batch."""
        message = one.message
        if one.custom_id not in part.open:
            return []
        tokens = Tokens.of(message.usage if message is not None else None)
        cost, at_most, outcome, output = getattr(message, "cost", None), Decimal(0), one.result, None
        if message is not None and cost is None:
            load = Load(tokens.read, tokens.written)
            price = EXACT.multiply(self._spending.price(load, message.model), HALF)
            at_most = min(Decimal(part.open[one.custom_id][1]), price)
        if message is not None and self._terms.output is not None:
            try:
                output = self._maker.value_of(message)
            except OutputError as error:
                outcome = errored(error)
        self._count_money(cost, at_most)
        members: dict[str, Any] = {"cost": cost, "at_most_usd": at_most or None, "output": output}
        return self._result(
            part, one.custom_id, outcome, input_tokens=tokens.read, output_tokens=tokens.written, **members
        )

    def end(self, part: Part, kind: str = "no_result", told: str = "The batch has ended without it.") -> Results:
        """A batch has ended, and what it has brought no result of has failed."""
        results: Results = []
        for name, (_, most) in list(part.open.items()):
            at_most = Decimal(most) if kind == PERHAPS_BILLED else Decimal(0)
            self._count_money(None, at_most)
            results += self._result(part, name, errored(RuntimeError(told), kind), at_most_usd=at_most or None)
        if self._journal is not None:
            self._journal.forget(part.name)
        return results

    def _result(self, part: Part, name: str, outcome: BatchOutcome, **members: Any) -> Results:
        hashed, most = part.open[name]
        members = {"client_request_id": part.name, "request_hash": hashed, **members}
        result = RunResult[Any](custom_id=name, result=outcome, attempts=1, **members)
        result.perhaps_billed = result.error is not None and result.error.type == PERHAPS_BILLED
        written = self._write(result, hash_of(name))
        del part.open[name]  # not before: an interrupt would leave it neither written nor noted, and it is paid
        self._reserved = EXACT.subtract(self._reserved, Decimal(most))
        return [written]
