"""The books of a run through batches: parts of its input, each a batch. It neither sends nor waits."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from ..core.errors import APIStatusError
from ..core.json import dumps, loads
from ..core.reply import EXACT
from ..core.spending import Load
from ..streaming.batch_results import BatchResult
from .job import Job
from .names import GIVEN, hash_of
from .results import PERHAPS_BILLED, errored
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
                    self._names[key] = int(hashed, 16), self._names[key][1] | GIVEN
                    self._reserved = EXACT.add(self._reserved, Decimal(most))
                if part.batch_id:
                    yield part
                else:  # the answer to its creation never came
                    self.end(part, PERHAPS_BILLED, "The run was stopped while the batch was created.")

    def begin(self) -> Part:
        """A part that nothing is in. Rows that are read from now on are put into it, if they fit the budget."""
        self._count += 1
        self._part = Part(f"{self._run}-batch-{self._count}")
        return self._part

    def _price(self, load: Load, model: str) -> Decimal:
        return EXACT.multiply(super()._price(load, model), HALF)

    def _put(self, row: Row, now: float) -> None:
        assert row.operation is not None
        part = self._part
        most = self._price(row.load, row.model)
        if self._terms.budget is not None and EXACT.add(self._gone(), most) > self._terms.budget:
            self.report.stopped = "budget"
            return
        self._reserved = EXACT.add(self._reserved, most)
        params = loads(row.operation.body or b"{}", most=sys.maxsize)
        part.lines.append(dumps({"custom_id": row.result.custom_id, "params": params}))
        part.size += len(part.lines[-1])
        part.open[row.result.custom_id] = row.result.request_hash, f"{most:f}"

    def note(self, part: Part) -> None:
        """Note a part that is about to be created, or that has been."""
        assert self._journal is not None
        members = {"batch": part.batch_id} if part.batch_id else {"open": part.open, "at": time.time()}
        self._journal.note(part.name, **members)
        self._journal.write_notes()

    def not_created(self, part: Part, error: Exception) -> None:
        """Nothing of it was paid if it was refused. Else the next run names its requests, which may run."""
        if isinstance(error, APIStatusError) and self._journal is not None:
            self._journal.forget(part.name)

    def ended(self, part: Part, one: BatchResult) -> None:
        """A result of a batch."""
        if one.custom_id not in part.open:
            return
        row = self._row_of(part, one.custom_id)
        if one.message is None:
            self._finish(row, one.result, 0.0)
        else:
            if self._terms.output is not None:
                row.run = self._maker.reader(one.message.model)
            self._answered(row, one.message, 0.0)
        self._close(part, one.custom_id)

    def end(self, part: Part, kind: str = "no_result", told: str = "The batch has ended without it.") -> None:
        """A batch has ended, and what it has brought no result of has failed."""
        for name, (_, most) in list(part.open.items()):
            row = self._row_of(part, name)
            if kind == PERHAPS_BILLED:
                self._pay(row, None, Decimal(most))
            self._finish(row, errored(RuntimeError(told), kind), 0.0)
            self._close(part, name)
        if self._journal is not None:
            self._journal.forget(part.name)

    def _row_of(self, part: Part, name: str) -> Row:
        row = Row.of(name, part.open[name][0])
        row.result.attempts, row.result.client_request_id = 1, part.name
        return row

    def _close(self, part: Part, name: str) -> None:
        """It is written. Not before: an interrupt would leave it neither written nor noted, and it is paid."""
        self._reserved = EXACT.subtract(self._reserved, Decimal(part.open.pop(name)[1]))
