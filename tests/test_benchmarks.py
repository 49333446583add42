"""The README's numbers are what the committed results say, and work takes few calls. Nothing is timed here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from benchmarks.report import BEGIN, END, README, in_readme

ROOT = Path(__file__).resolve().parents[1]


def test_the_readme_shows_the_results_that_are_committed() -> None:
    """`python -m benchmarks.report` writes it; nobody does by hand."""
    results = json.loads((ROOT / "benchmarks" / "results.json").read_text(encoding="utf-8"))
    shown = README.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    assert shown == in_readme(results)


def test_no_work_takes_more_calls_than_its_limit() -> None:
    """So that one who reads how a message is created reads little. Other tests leave proxies and logs behind them."""
    done = subprocess.run([sys.executable, "-m", "benchmarks.calls"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "messages.create" in done.stdout
