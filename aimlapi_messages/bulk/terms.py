"""How a run is to be: its arguments, checked, and what it begins with."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any, Final, Literal

from ..core.arguments import check_hook, check_limit
from ..core.config import resolve_budget
from ..core.errors import ConfigurationError, InvalidRequestError
from ..core.spending import SpendTracker
from .batch import BatchJob
from .job import Job
from .journal import Journal
from .pace import Pace
from .results import RunProgress
from .rows import RowMaker, RowsInput, count_rows, open_rows


@dataclass(slots=True, kw_only=True)
class Terms:
    """The arguments of `messages.run` and `messages.map` that are not those of `messages.create`."""

    output: Any = None
    template: str | None = None
    in_flight: int = 256
    budget_usd: Decimal | float | str | None = None
    via: Literal["live", "batch"] = "live"
    resume: bool = True
    retry_failed: bool = False
    resend: bool = False
    requests_per_minute: float | None = None
    tokens_per_minute: float | None = None
    settle_after: float = 60.0
    progress: Callable[[RunProgress], object] | None = None
    ordered: bool = False
    max_retries: int = 2
    total: int | None = field(default=None, init=False)
    budget: Decimal | None = field(default=None, init=False)
    pace: Pace = field(init=False)

    def __post_init__(self) -> None:
        check_hook("progress", self.progress, InvalidRequestError)
        check_limit("settle_after", self.settle_after, InvalidRequestError)
        self.pace = Pace(self.in_flight, self.requests_per_minute, self.tokens_per_minute)
        self.budget = resolve_budget(self.budget_usd)
        if self.via not in ("live", "batch"):
            raise InvalidRequestError(f"via is {self.via!r}. Give 'live' or 'batch'.")


_NAMES: Final = frozenset(one.name for one in fields(Terms) if one.init)
_OF_A_FILE: Final = frozenset({"resume", "retry_failed", "via"})


def prepare(client: Any, arguments: Mapping[str, Any]) -> tuple[Terms, RowMaker, SpendTracker]:
    """The arguments of a run, what makes its requests, and what knows their prices. Raises what is wrong with them."""
    given = {name: value for name, value in arguments.items() if value is not None}
    terms = Terms(**{"max_retries": client.max_retries, **{name: given.pop(name) for name in _NAMES & given.keys()}})
    maker = RowMaker(given, terms.output, terms.template, batch=terms.via == "batch")
    maker.check()
    return terms, maker, client._spending


def begin(
    client: Any, requests: RowsInput, path: str | os.PathLike[str] | None, arguments: Mapping[str, Any]
) -> tuple[Job, Terms]:
    """A run. Raises what is wrong with the arguments, before anything is sent.

    arguments: those of `Terms`, and of `messages.create` for rows that do not say them.
    """
    wrong = sorted(_OF_A_FILE & arguments.keys()) if path is None else []
    if wrong:
        raise TypeError(f"unexpected argument {wrong[0]!r}. Give it to messages.run(...).")
    (terms, maker, spending), rows = prepare(client, arguments), open_rows(requests)
    if terms.progress is not None:
        terms.total = count_rows(requests)
    journal = None if path is None else Journal(path)
    try:
        if path is not None and not terms.resume and os.path.getsize(path):
            raise ConfigurationError(f"There are results in {path}. Give another file, or resume=True to go on.")
        kind = BatchJob if terms.via == "batch" else Job
        return kind(terms, maker, spending, time.monotonic(), rows, journal), terms
    except BaseException:
        if journal is not None:
            journal.close()
        raise
