"""The README is true: each of its Python blocks runs as it stands, against the emulator."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from aimlapi_messages.testing import Emulator

README = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")
PYTHON = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
TESTS = [block for block in PYTHON if "\ndef test_" in block]
BLOCKS = [block for block in PYTHON if block not in TESTS]
COMMANDS = re.findall(r"^make (\w+)", README, flags=re.MULTILINE)


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    """A key and an address in the environment, as a reader of the README has them."""
    with Emulator() as emulator:
        yield {**os.environ, "AIMLAPI_API_KEY": "a-key-for-the-emulator", "AIMLAPI_BASE_URL": emulator.base_url}


@pytest.mark.parametrize("block", BLOCKS, ids=[f"block-{number}" for number in range(1, len(BLOCKS) + 1)])
def test_block_runs(block: str, environment: dict[str, str]) -> None:
    """Each block runs in an interpreter of its own, and prints something."""
    done = subprocess.run([sys.executable, "-c", block], env=environment, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.returncode == 0
    assert done.stdout.strip()


def test_own_tests_pass(tmp_path: Path) -> None:
    """What the README shows as a test of one's own passes under pytest, with the fixtures that the package brings."""
    for number, block in enumerate(TESTS):
        (tmp_path / f"test_{number}.py").write_text(block, encoding="utf-8")
    without = ["-p", "no:cacheprovider", "-p", "no:schemathesis"]
    line = [sys.executable, "-W", "error", "-m", "pytest", "-q", *without, str(tmp_path)]
    done = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert f"{len(TESTS)} passed" in done.stdout, done.stdout + done.stderr
    assert TESTS


def test_commands_exist() -> None:
    """Each make command that the README names is a target."""
    makefile = (Path(__file__).resolve().parents[1] / "Makefile").read_text(encoding="utf-8")
    assert COMMANDS
    assert [name for name in COMMANDS if not re.search(rf"^{name}:", makefile, flags=re.MULTILINE)] == []
