"""The README's table is what the committed results say. Nothing is timed here."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.report import BEGIN, END, README, in_readme


def test_the_readme_shows_the_results_that_are_committed() -> None:
    """`python -m benchmarks.report` writes it; nobody does by hand."""
    results = json.loads((Path(__file__).parents[1] / "benchmarks" / "results.json").read_text(encoding="utf-8"))
    shown = README.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    assert shown == in_readme(results)
