"""The journal of many workers: a folder in which each has a file of results of its own, which outlives it."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from decimal import ROUND_DOWN, Context, Decimal
from functools import reduce
from pathlib import Path
from secrets import token_hex
from typing import Any, Final

from ..core.errors import ConfigurationError
from ..core.json import dumps, loads
from ..core.reply import EXACT
from .journal import File, lines_of, lock
from .names import Names, hash_of
from .results import RunResult, read_cost
from .rows import Row

_SHARE: Final = re.compile(r"-([0-9.]+)usd\.jsonl$")
# For shares, which together must not be more than there is.
_SHARES: Final = Context(prec=28, rounding=ROUND_DOWN, traps=[])
_BITS: Final = 40  # of a place, for where it is in its file; the rest are the number of the file, from 1


class Folder:
    """The results in the files of workers that have ended, and the file of this one, which it holds by a lock.

    budget: the share of this worker, None for no limit: of what those that have ended have left of it, beside the
        shares of those that have not.
    """

    def __init__(self, path: str, workers: int, budget: Decimal | None, *, retry_failed: bool) -> None:
        self._path, self._retry_failed = Path(path), retry_failed
        self._path.mkdir(parents=True, exist_ok=True)
        self._places, self._files, self._spent = Names(), list[Path](), Decimal()
        working, share = self._look(), ""
        self.budget = budget
        if budget is not None:
            given = [Decimal(found[1]) for path in working if (found := _SHARE.search(path.name))]
            gone = reduce(EXACT.add, given, self._spent)
            left = max(EXACT.subtract(budget, gone), Decimal())
            self.budget = share_of(left, max(workers - len(given), 1))
            share = f"-{self.budget:f}usd"
        new = self._path / f"{token_hex(8)}{share}.new"
        self._file, self._end = File(new), 0
        lock(self._file.fileno(), self._path)
        self._files.append(new.rename(f"{os.fspath(new).removesuffix('.new')}.jsonl"))  # now that it has its lock
        self._number = len(self._files)

    def find(self, row: Row) -> RunResult[Any] | None:
        """The result that any worker has left of a row."""
        key = hash_of(f"{row.result.custom_id} {row.result.request_hash}")
        if not self._places[key][0]:
            self._look()
        place, _ = self._places[key]
        if not place:
            return None
        with self._files[(place >> _BITS) - 1].open("rb") as file:
            file.seek(place & (1 << _BITS) - 1)
            return RunResult[Any].from_dict(loads(file.readline(), most=sys.maxsize))

    def add(self, result: RunResult[Any]) -> None:
        """Write a result."""
        line = result.to_dict()
        text = dumps(line) + b"\n"
        self._file.append(text)
        self._book(line, self._number, self._end)
        self._end += len(text)

    def close(self) -> None:
        """Let go of the file, so that others read it."""
        self._file.close()

    def _look(self) -> list[Path]:
        """Read the files of workers that have ended since. Returns those of workers that work."""
        working = list[Path]()
        for path in sorted({*self._path.glob("*.jsonl")} - {*self._files}):
            with path.open("rb") as file:
                try:
                    lock(file.fileno(), path, shared=True)
                except ConfigurationError:
                    working.append(path)
                    continue
                self._files.append(path)
                place = 0
                for end, line in lines_of(file, path):
                    if line["result"]["type"] == "succeeded" or not self._retry_failed:
                        self._book(line, len(self._files), place)
                    self._spent, place = EXACT.add(self._spent, _usd(line)), end
        return working

    def _book(self, line: Mapping[str, Any], number: int, place: int) -> None:
        key = hash_of(f"{line['custom_id']} {line['request_hash']}")
        self._places[key] = number << _BITS | place, 0


def share_of(usd: Decimal, workers: int) -> Decimal:
    """What each may spend, so that it is not more together."""
    return _SHARES.quantize(_SHARES.divide(usd, workers), Decimal("1e-9"))


def _usd(line: Mapping[str, Any]) -> Decimal:
    """The most that a result has cost."""
    cost = read_cost(line.get("cost"))
    return EXACT.add(cost.usd if cost else Decimal(), Decimal(line.get("at_most_usd", 0)))
