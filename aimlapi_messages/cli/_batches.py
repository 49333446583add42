"""`batch`: create, look at, wait for, collect and stop batches."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from json import dumps, loads
from pathlib import Path
from typing import Annotated, Any, TextIO

from cyclopts import App, Parameter
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from aimlapi_messages import AIMLAPI, Batch, BatchProgress, BatchRequest, InvalidRequestError

from ._output import console, print_json, status_console

__all__ = ["Json", "batch_app"]

Json = Annotated[bool, Parameter(name="--json", help="Print JSON, one value a line, for other programs.")]

batch_app = App(name="batch", help="Many messages in one request, whose answers are collected later.")


@batch_app.command
def create(file: Annotated[Path, Parameter(allow_leading_hyphen=True)], *, json: Json = False) -> int:
    """Create a batch from a file of JSON Lines, each an object with custom_id and params; - is standard input."""
    with AIMLAPI() as client, _opened(file) as source:
        _tell(client.messages.batches.create(requests=_requests(source, str(file))), json)
    return 0


@batch_app.command
def status(batch_id: str, *, json: Json = False) -> int:
    """How far a batch is."""
    with AIMLAPI() as client:
        _tell(client.messages.batches.retrieve(batch_id), json)
    return 0


@batch_app.command
def cancel(batch_id: str, *, json: Json = False) -> int:
    """Stop a batch."""
    with AIMLAPI() as client:
        _tell(client.messages.batches.cancel(batch_id), json)
    return 0


@batch_app.command
def results(batch_id: str, *, output: Path | None = None) -> int:
    """The results of a batch that has ended, as JSON Lines on standard output or into a file."""
    with AIMLAPI() as client, client.messages.batches.results(batch_id) as found:
        target = sys.stdout if output is None else output.open("w", encoding="utf-8")
        try:
            for result in found:
                target.write(dumps(result.to_dict(), ensure_ascii=False) + "\n")
            target.flush()
        finally:
            if output is not None:
                target.close()
    status_console().print(f"{found.delivered} results", style="dim")
    return 0


@batch_app.command
def wait(batch_id: str, *, deadline: float | None = None, first_pause: float = 2.0, json: Json = False) -> int:
    """Wait until a batch has ended, and show how it goes. Ctrl-C stops the waiting, not the batch.

    Parameters
    ----------
    deadline
        Seconds to wait at most; 25 hours unless given.
    first_pause
        Seconds until the second question; the pauses grow from there.
    """
    limit: dict[str, Any] = {} if deadline is None else {"deadline": deadline}
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with AIMLAPI() as client, Progress(*columns, console=status_console(), transient=True) as bar:
        task = bar.add_task(f"batch {batch_id}", total=None)

        def show(step: BatchProgress) -> None:
            word = "not reached" if step.error is not None else _word(step.batch)
            later = "" if step.next_in is None else f", asked again in {step.next_in:.0f} s"
            bar.update(task, description=f"batch {batch_id}: {word}{later}")

        found = client.messages.batches.wait(batch_id, progress=show, first_pause=first_pause, **limit)
    _tell(found, json)
    return 0


def _word(batch: Batch | None) -> str:
    return "unknown" if batch is None else batch.status or batch.processing_status


def _tell(batch: Batch, json: bool) -> None:
    if json:
        print_json(batch)
        return
    counts = f", {batch.request_counts.total} requests" if batch.request_counts else ""
    console().print(f"{batch.id}  {_word(batch)}{counts}", markup=False, soft_wrap=True)


def _opened(file: Path) -> TextIO:
    return sys.stdin if str(file) == "-" else file.open(encoding="utf-8")


def _requests(source: TextIO, name: str) -> Iterator[BatchRequest]:
    for number, line in enumerate(source, 1):
        if line.strip():
            try:
                yield loads(line)
            except ValueError as error:
                raise InvalidRequestError(f"Line {number} of {name} is not JSON: {error}.") from error
