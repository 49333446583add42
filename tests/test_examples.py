"""Every example runs, against the emulator, and says something."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from aimlapi_messages.testing import Emulator

from .support.deadlines import LIMIT

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
# They run where the engines are, see `tests/bulk/test_engines.py`.
ENGINES = ("daft_frame", "ray_data")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with Emulator() as emulator:
        yield emulator.base_url


@pytest.mark.operation("create_message")
@pytest.mark.parametrize("path", [path for path in EXAMPLES if path.stem not in ENGINES], ids=lambda path: path.stem)
def test_the_example_runs(path: Path, address: str, tmp_path: Path) -> None:
    """As its reader would run it, with nothing but the two variables set."""
    environment = {**os.environ, "AIMLAPI_BASE_URL": address, "AIMLAPI_API_KEY": "any"}
    done = subprocess.run(
        [sys.executable, "-W", "error", str(path)],
        env=environment,
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT,
    )
    assert done.stderr == ""
    assert done.returncode == 0
    assert len(done.stdout) > 20


@pytest.mark.operation("create_message")
def test_a_second_run_does_what_the_first_left(tmp_path: Path) -> None:
    """What was answered is not paid again, whatever a kill did to the last line; what failed is asked again."""
    journal = tmp_path / "answers.jsonl"
    with Emulator() as emulator:
        environment = {**os.environ, "AIMLAPI_BASE_URL": emulator.base_url, "AIMLAPI_API_KEY": "any"}

        def run() -> int:
            """How many requests it sends."""
            before = len(emulator.requests)
            command = [sys.executable, "-W", "error", str(ROOT / "examples" / "bulk.py")]
            subprocess.run(command, env=environment, cwd=tmp_path, check=True, timeout=LIMIT)
            return len(emulator.requests) - before

        emulator.script({"x-emulator-fail": "400"})
        assert (run(), run(), run()) == (20, 1, 0)
        lines = journal.read_text().split("\n")
        journal.write_text("\n".join(lines)[:-9])
        assert (run(), run()) == (1, 0)


def test_every_example_is_in_the_table() -> None:
    """And the table names no other."""
    listed = re.findall(r"^\| \[(\w+\.py)\]", (ROOT / "examples" / "README.md").read_text(), re.MULTILINE)
    assert sorted(listed) == [path.name for path in EXAMPLES]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_example_is_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < 40
