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


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with Emulator() as emulator:
        yield emulator.base_url


@pytest.mark.operation("create_message")
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_example_runs(path: Path, address: str) -> None:
    """As its reader would run it, with nothing but the two variables set."""
    environment = {**os.environ, "AIMLAPI_BASE_URL": address, "AIMLAPI_API_KEY": "any"}
    done = subprocess.run(
        [sys.executable, "-W", "error", str(path)],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT,
    )
    assert done.stderr == ""
    assert done.returncode == 0
    assert len(done.stdout) > 20


def test_every_example_is_in_the_table() -> None:
    """And the table names no other."""
    listed = re.findall(r"^\| \[(\w+\.py)\]", (ROOT / "examples" / "README.md").read_text(), re.MULTILINE)
    assert sorted(listed) == [path.name for path in EXAMPLES]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_example_is_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < 40
