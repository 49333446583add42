"""`batch`: create, look at, wait for, collect and stop batches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from aimlapi_messages import (
    AIMLAPI,
    Batch,
    BatchNotEndedError,
    BatchProgress,
    BatchRequest,
    BatchResult,
    InvalidRequestError,
)
from aimlapi_messages.core.json import loads

from ._output import lines_of, note, plural, print_json, print_text, status_console, visible

__all__ = ["Json", "batch_app"]

Json = Annotated[bool, Parameter(name="--json", help="Print JSON, one value a line, for other programs.")]

batch_app = App(name="batch", help="Many messages in one request, whose answers are collected later.")


@batch_app.command
def create(file: Annotated[Path, Parameter(allow_leading_hyphen=True)], /, *, json: Json = False) -> int:
    """Create a batch from a file of JSON Lines, each an object with custom_id and params; - is standard input."""
    with AIMLAPI() as client, lines_of(file) as lines:
        _tell(client.messages.batches.create(requests=_requests(*lines)), json)
    return 0


@batch_app.command
def status(batch_id: str, /, *, json: Json = False) -> int:
    """How far a batch is."""
    with AIMLAPI() as client:
        _tell(client.messages.batches.retrieve(batch_id), json)
    return 0


@batch_app.command
def cancel(batch_id: str, /, *, json: Json = False) -> int:
    """Stop a batch."""
    with AIMLAPI() as client:
        _tell(client.messages.batches.cancel(batch_id), json)
    return 0


@batch_app.command
def results(
    batch_id: str, /, *, output: Annotated[Path | None, Parameter(metavar="FILE", help="Write them here.")] = None
) -> int:
    """The results of a batch that has ended, as JSON Lines on standard output or into a file."""
    with AIMLAPI() as client, client.messages.batches.results(batch_id) as found:
        ends: Counter[str] = Counter()

        def counted() -> Iterator[BatchResult]:
            for result in found:
                ends[result.result.type] += 1
                yield result

        if output is None:
            for result in counted():
                print_json(result.to_dict())
        else:
            with output.open("w", encoding="utf-8") as target:
                target.writelines(f"{result.to_json()}\n" for result in counted())
    note(_tally(ends))
    return 0


@batch_app.command
def wait(batch_id: str, /, *, deadline: float | None = None, first_pause: float = 2.0, json: Json = False) -> int:
    """Wait until a batch has ended, and show how it goes. Ctrl-C stops the waiting, not the batch.

    Parameters
    ----------
    deadline
        The most seconds to wait; 25 hours unless given.
    first_pause
        Seconds until the second question; the pauses grow from there.
    """
    limit: dict[str, Any] = {} if deadline is None else {"deadline": deadline}
    columns = (SpinnerColumn("line"), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    screen = status_console()
    bar = Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal)
    with AIMLAPI() as client, bar:
        task = bar.add_task(visible(f"batch {batch_id}"), total=None)

        def show(step: BatchProgress) -> None:
            word = "not reached" if step.error is not None else _word(step.batch)
            later = "" if step.next_in is None else f", asked again in {step.next_in:.0f} s"
            bar.update(task, description=visible(f"batch {batch_id}: {word}{later}"))

        try:
            found = client.messages.batches.wait(batch_id, progress=show, first_pause=first_pause, **limit)
        except KeyboardInterrupt:
            bar.stop()
            note(f"Batch {batch_id} goes on; to wait again: aimlapi-messages batch wait {batch_id}", copied=True)
            raise
        if json:
            print_json(found)
        else:
            bar.update(task, description=visible(f"batch {batch_id}: ended, its results are counted"))
            told = ""
            with suppress(BatchNotEndedError), client.messages.batches.results(found) as results:  # it was stopped
                told = f", {_tally(Counter(str(result.result.type) for result in results))}"
            print_text(visible(f"{found.id}  {_word(found)}{told}"))
    return 0


def _tally(ends: Counter[str]) -> str:
    """How many results there are, and how many of them are failures, by what became of them."""
    failed = ends.total() - ends["succeeded"]
    kinds = ", ".join(f"{number:,} {end}" for end, number in sorted(ends.items()) if end != "succeeded")
    return f"{plural(ends.total(), 'result')}, " + (f"{failed:,} failed: {kinds}" if failed else "none failed")


def _word(batch: Batch | None) -> str:
    return "unknown" if batch is None else batch.status or batch.processing_status


def _tell(batch: Batch, json: bool) -> None:
    if json:
        print_json(batch)
        return
    counts = f", {plural(batch.request_counts.total, 'request')}" if batch.request_counts else ""
    print_text(f"{visible(batch.id)}  {visible(_word(batch))}{counts}")


def _requests(lines: Iterator[str], name: str) -> Iterator[BatchRequest]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield loads(line)
            except ValueError as error:
                raise InvalidRequestError(f"Line {number} of {name} is not JSON: {error}.") from error
