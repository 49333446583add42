"""How far a corpus has come: a bar on a terminal, a line for each document anywhere else."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Generator

from ..document.escapes import for_terminal
from .run import Result

__all__ = ["progress"]


@contextlib.contextmanager
def progress(total: int) -> Generator[Callable[[Result], None]]:
    """What to call with each result as it comes; it writes to standard error."""
    if not sys.stderr.isatty():
        yield lambda result: print(_line(result), file=sys.stderr, flush=True)
        return
    # Imported here: a log has no use for it.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("documents", total=total)

        def seen(result: Result) -> None:
            if result.stage:
                bar.console.print(_line(result), markup=False, highlight=False)
            bar.update(task, advance=1, description=result.name[-40:])

        yield seen


def _line(result: Result) -> str:
    return for_terminal(f"{result.stage or 'good':8} {result.seconds:6.1f} s  {result.name}")
