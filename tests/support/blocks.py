"""The Python blocks of a page of documentation, run as a reader would: each by itself, one page on one emulator."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from aimlapi_messages.testing import Emulator

from .deadlines import LIMIT

# In one interpreter, which takes less time than one for each. A block is compiled with its place on the page.
_RUNNER = """
import json, sys
for name, line, source in json.load(sys.stdin):
    code = compile("\\n" * line + source, name, "exec")
    print(f"\\n@{line}")
    exec(code, {"__name__": "__main__"})
"""


def blocks(path: Path) -> list[tuple[int, str]]:
    """The Python blocks of a page, each with the line that it begins after."""
    text = path.read_text(encoding="utf-8")
    found = re.finditer(r"^```python\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)
    return [(text.count("\n", 0, match.start(1)), match[1]) for match in found]


def is_test(source: str) -> bool:
    """Whether a block is a module of tests, for pytest to run."""
    return bool(re.search(r"^(?:async )?def test_", source, flags=re.MULTILINE))


def run_blocks(path: Path, *, is_quiet: bool = True) -> dict[int, str]:
    """What each block of a page prints, by its line. Raises AssertionError if one fails or, if `is_quiet`, warns."""
    given = [(str(path), line, source) for line, source in blocks(path) if not is_test(source)]
    with Emulator() as emulator, TemporaryDirectory() as folder:  # blocks may write files
        environment = {**os.environ, "AIMLAPI_API_KEY": "a-key-for-the-emulator", "AIMLAPI_BASE_URL": emulator.base_url}
        command = [sys.executable, "-c", _RUNNER]
        done = subprocess.run(
            command,
            input=json.dumps(given),
            env=environment,
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=LIMIT,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert not (is_quiet and done.stderr), done.stderr
    _, *parts = re.split(r"^@(\d+)\n", done.stdout, flags=re.MULTILINE)
    return dict(zip(map(int, parts[::2]), parts[1::2], strict=True))


def run_tests(path: Path, folder: Path) -> None:
    """Run the blocks that are tests under pytest, with what the package brings and nothing else."""
    tests = [source for _, source in blocks(path) if is_test(source)]
    for number, source in enumerate(tests):
        (folder / f"test_{number}.py").write_text(source, encoding="utf-8")
    without = ["-p", "no:cacheprovider", "-p", "no:schemathesis"]
    command = [sys.executable, "-W", "error", "-m", "pytest", "-q", *without, str(folder)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=LIMIT)
    assert done.returncode == 0, done.stdout + done.stderr


def commands(path: Path) -> list[str]:
    """The targets of make that a page names in its commands."""
    return re.findall(r"^make ([\w-]+)", path.read_text(encoding="utf-8"), flags=re.MULTILINE)


def targets() -> list[str]:
    """Those that there are."""
    makefile = Path(__file__).resolve().parents[2] / "Makefile"
    return re.findall(r"^([\w-]+):", makefile.read_text(encoding="utf-8"), flags=re.MULTILINE)
