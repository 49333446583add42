"""`run` and `report`: many messages from a file into a file, and what became of them."""

from __future__ import annotations

import asyncio
import shlex
import signal
import sys
import time
from array import array
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Column

from aimlapi_messages import (
    AIMLAPI,
    AsyncAIMLAPI,
    InvalidRequestError,
    RunEstimate,
    RunProgress,
    RunReport,
    RunResult,
    read_results,
)
from aimlapi_messages.core.json import loads

from ._output import INTERRUPTED, note, plural, print_bars, print_json, print_table, print_text, status_console

__all__ = ["print_report", "run_file"]

_LINE_SECONDS: Final = 10.0  # between two lines on what is no terminal
# The bars of the chart of seconds: how many took less than this, and no less than the one before.
_SECONDS: Final = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 60, 150)
_CODES: Final = {None: 0, "budget": 4, "progress": INTERRUPTED}


def run_file(file: Path, output: Path, asked: dict[str, Any], limits: dict[str, Any], *, yes: bool) -> int:
    """Send what a file has, and write what comes into another. Gives the exit code.

    asked: what `estimate` and `run` take alike. limits: what `run` takes alone. yes: without a question.
    """
    if not yes:
        if not sys.stdin.isatty():
            raise InvalidRequestError("Standard input is no terminal: nobody can be asked. Give --yes to send at once.")
        with AIMLAPI() as client:
            estimate = client.messages.estimate(file, **asked)
        if not _agreed(estimate, output, limits["budget_usd"]):
            return 0
    rest = f"goes on with the rest: {shlex.join(('aimlapi-messages', *sys.argv[1:]))}"
    try:
        report = asyncio.run(_send(file, output, _Show(), **asked, **limits))
    except (KeyboardInterrupt, asyncio.CancelledError):
        note(f"Stopped. What was in flight may have been paid: this looks it up, and {rest}")
        return INTERRUPTED
    kinds = ", ".join(f"{number:,} {kind}" for kind, number in sorted(report.errors.items()))
    note(
        f"{report.succeeded:,} answered, {report.failed:,} failed{kinds and f' ({kinds})'}; {report.usd:f} USD, "
        f"{report.input_tokens:,} tokens in, {report.output_tokens:,} out, {timedelta(seconds=round(report.seconds))}; "
        f"in {report.path}."
    )
    if report.at_most_usd:
        note(f"Calls whose price never came may have cost {report.at_most_usd:f} USD more.")
    if report.perhaps_billed:
        lost = plural(len(report.perhaps_billed), "request")
        note(f"{lost} may have been paid, and the logs do not say it: --resend sends them again.")
    if report.stopped is not None:
        note(f"{'With a larger budget, this' if report.stopped == 'budget' else 'Stopped. This'} {rest}")
    elif report.failed:
        note("What failed is sent again by the same command with --retry-failed.")
    return _CODES[report.stopped]


async def _send(file: Path, output: Path, show: _Show, **options: Any) -> RunReport:
    async with AsyncAIMLAPI() as client:
        with show.shown():
            return await client.messages.run(file, output, progress=show, **options)


def _agreed(estimate: RunEstimate, output: Path, budget: Decimal | None) -> bool:
    """Whether someone says yes to what a run may cost."""
    wrong = f", {estimate.invalid:,} more cannot be sent" if estimate.invalid else ""
    already = f"; what {output} has is not sent again" if output.exists() else ""
    limit = "" if budget is None else f"; the budget is {budget:f} USD"
    note(
        f"{plural(estimate.requests, 'request')}{wrong}: at most {estimate.usd:f} USD, for {estimate.input_tokens:,} "
        f"tokens in and {estimate.output_tokens:,} out{already}{limit}."
    )
    return status_console().input("Send them? [y/N] ", markup=False).strip().lower() in ("y", "yes")


class _Show:
    """Shows how a run gets on: a bar in a terminal, else a line now and then. The first Ctrl-C ends it gently."""

    def __init__(self) -> None:
        screen = status_console()
        self._is_live = screen.is_terminal and not screen.is_dumb_terminal
        words = TextColumn("{task.description}", markup=False, table_column=Column(ratio=1))
        options: Any = {"console": screen, "transient": True, "disable": not self._is_live, "expand": True}
        self._bar = Progress(BarColumn(20), words, **options)
        self._task = self._bar.add_task("", total=None)
        self._last: RunProgress | None = None
        self._told = time.monotonic()
        self._is_stopped = False

    @contextmanager
    def shown(self) -> Generator[None]:
        before, loop = signal.getsignal(signal.SIGINT), asyncio.get_running_loop()

        def stop(*_: object) -> None:
            signal.signal(signal.SIGINT, before)  # the next one does as ever
            self._is_stopped, self._told = True, 0.0
            if self._last is not None:
                loop.call_soon_threadsafe(self, self._last)  # not here, where anything may be half done

        signal.signal(signal.SIGINT, stop)
        try:
            with self._bar:
                yield
        finally:
            signal.signal(signal.SIGINT, before)

    def __call__(self, progress: RunProgress) -> None:
        self._last, words = progress, _words(progress)
        if self._is_stopped:
            progress.stop()
            words += "; ending, Ctrl-C again stops at once"
        if self._is_live:
            self._bar.update(self._task, completed=progress.done, total=progress.total, description=words)
        elif time.monotonic() - self._told > _LINE_SECONDS:
            self._told = time.monotonic()
            note(words)


def _words(progress: RunProgress) -> str:
    of = "" if progress.total is None else f" of {progress.total:,}"
    budget = "" if progress.budget_usd is None else f" of {progress.budget_usd:f}"
    left = "" if progress.eta is None else f", {timedelta(seconds=round(progress.eta))} left"
    return (
        f"{progress.done:,}{of} done, {progress.failed:,} failed, {progress.in_flight:,} in flight, "
        f"{progress.input_tokens + progress.output_tokens:,} tokens, {progress.usd:.4f}{budget} USD{left}"
    )


class _Kind:
    """The requests of a file that ended in one way."""

    def __init__(self) -> None:
        self.seconds = array("d")
        self.usd = Decimal(0)
        self.input_tokens = self.output_tokens = self.calls = 0

    def add(self, result: RunResult[Any]) -> None:
        self.seconds.append(result.seconds)
        self.usd += result.cost.usd if result.cost else 0
        self.input_tokens += result.input_tokens
        self.output_tokens += result.output_tokens
        self.calls += result.attempts

    def told(self) -> dict[str, Any]:
        ordered, last = sorted(self.seconds), len(self.seconds) - 1
        tokens = {"input_tokens": self.input_tokens, "output_tokens": self.output_tokens}
        places = {"median_seconds": last // 2, "p95_seconds": last * 95 // 100, "most_seconds": last}
        seconds = {name: ordered[place] for name, place in places.items()}
        return {"requests": last + 1, "usd": f"{self.usd:f}", **tokens, "calls": self.calls, **seconds}


def print_report(path: Path, *, as_json: bool) -> None:
    """What is in the file of a run, by what became of the requests. Raises ConfigurationError, OSError."""
    kinds = defaultdict[str, _Kind](_Kind)
    for result in read_results(path):
        kinds[str(result.error.type) if result.error else result.result.type].add(result)
    with path.open("rb") as file:  # also the earlier lines of what was sent again, which were paid too
        costs = (loads(line)["cost"] for line in file if line.endswith(b"\n"))
        usd = sum((Decimal(cost["usd"]) for cost in costs if cost), Decimal(0))
    told = {kind: found.told() for kind, found in sorted(kinds.items(), key=lambda item: -len(item[1].seconds))}
    if as_json:
        print_json({"usd": f"{usd:f}", "kinds": [{"kind": kind, **found} for kind, found in told.items()]})
        return
    failed = [(kind, Decimal(found["requests"])) for kind, found in told.items() if kind != "succeeded"]
    slots = Counter(bisect(_SECONDS, seconds) for found in kinds.values() for seconds in found.seconds)
    title = f"{plural(slots.total(), 'request')}, {sum(number for _, number in failed):,} failed, {usd:f} USD in all"
    if not told:
        print_text(title)
        return
    heads = [name.replace("_", " ") for name in next(iter(told.values()))]
    cells = ([one if isinstance(one, str) else f"{one:,}" for one in found.values()] for found in told.values())
    print_table(title, ("", *heads), [(kind, *row) for kind, row in zip(told, cells, strict=True)])
    names = [*(f"under {most:g} s" for most in _SECONDS), f"{_SECONDS[-1]:g} s or more"]
    for bars in ([(names[place], Decimal(number)) for place, number in sorted(slots.items())], failed):
        print_text("")
        print_bars(bars)
