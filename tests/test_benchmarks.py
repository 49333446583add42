"""The README's table is what the committed results say, and the calls of a stream are few. Nothing is timed here."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from benchmarks.calls import (
    CALLS_OF_CREATE,
    CALLS_OF_DELTA,
    FILES_OF_CREATE,
    between,
    create,
    files_by_hand,
    stream,
)
from benchmarks.report import BEGIN, END, README, in_readme


def test_the_readme_shows_the_results_that_are_committed() -> None:
    """`python -m benchmarks.report` writes it; nobody does by hand."""
    results = json.loads((Path(__file__).parents[1] / "benchmarks" / "results.json").read_text(encoding="utf-8"))
    shown = README.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    assert shown == in_readme(results)


@pytest.mark.parametrize("idle_timeout", [None, 60.0])
@pytest.mark.parametrize("texts", [False, True], ids=["events", "texts"])
def test_a_text_delta_takes_few_calls(texts: bool, idle_timeout: float | None) -> None:
    """`python -m benchmarks.calls` shows them beside those of other work."""
    calls, _ = between(lambda deltas: stream(texts, idle_timeout, deltas), 100, 1100)
    assert round(calls, 1) <= CALLS_OF_DELTA


def test_a_message_takes_few_calls_in_few_files() -> None:
    """So that one who reads how a message is created reads little. Nobody listens to the logs."""
    logging.disable()
    try:
        made = create()
    finally:
        logging.disable(logging.NOTSET)
    assert made.total() <= CALLS_OF_CREATE
    assert files_by_hand(made) <= FILES_OF_CREATE
