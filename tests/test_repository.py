"""The repository as a whole: what the wheel holds, and what no file may say."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from .support.frameworks import FRAMEWORKS

ROOT = Path(__file__).resolve().parents[1]
#: Written in parts, so that this file does not name them itself.
REGISTRIES = ("py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "deb." + "debian.org")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The built wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    return zipfile.ZipFile(next(folder.glob("*.whl")))


def test_wheel_holds_both_packages(wheel: zipfile.ZipFile) -> None:
    """The wheel holds the hand-written and the generated package, typed, and the emulator's document."""
    names = set(wheel.namelist())
    assert {
        "aimlapi_messages/__init__.py",
        "aimlapi_messages/py.typed",
        "aimlapi_messages/testing/openapi.yaml",
        "aimlapi_client/__init__.py",
        "aimlapi_client/py.typed",
        "aimlapi_client/models/message.py",
    } <= names


def test_wheel_holds_nothing_else(wheel: zipfile.ZipFile) -> None:
    """Neither tests nor scripts are shipped."""
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"aimlapi_client", "aimlapi_messages"}


def test_wheel_needs_four_packages(wheel: zipfile.ZipFile) -> None:
    """At run time httpx with its own two, attrs, python-dateutil and docstring-parser are needed, and nothing more."""
    name = next(name for name in wheel.namelist() if name.endswith("METADATA"))
    required = re.findall(r"^Requires-Dist: ([\w.-]+)(?![^\n]*extra ==)", wheel.read(name).decode(), flags=re.MULTILINE)
    assert sorted(required) == ["attrs", "docstring-parser", "h11", "httpcore", "httpx", "python-dateutil"]


def test_no_registry_is_named() -> None:
    """No committed file names a package registry."""
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    files = [name for name in tracked.split("\0") if (ROOT / name).is_file()]
    texts = {name: (ROOT / name).read_bytes().decode(errors="replace") for name in files}
    assert [name for name, text in texts.items() for host in REGISTRIES if host in text] == []


def test_no_error_of_a_type_checker_is_ignored() -> None:
    """Neither in what is written by hand, nor in what is generated or the templates it comes from."""
    pattern = "(mypy|pyright|type): *" + "ignore"
    command = ["git", "grep", "--name-only", "--extended-regexp", pattern, "--", "*.py", "*.jinja"]
    found = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert found.stdout == ""


@pytest.mark.parametrize(
    "path",
    [
        Path(name, "constraints.txt")
        for name in ("", "benchmarks", "benchmarks/engines", *(f"tests/integrations/{one}" for one in FRAMEWORKS))
    ],
    ids=str,
)
def test_constraints_are_hashed(path: Path) -> None:
    """Every pinned dependency has a hash, and none an address."""
    lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
    pinned = [index for index, line in enumerate(lines) if re.match(r"[a-z0-9.-]+==", line)]
    assert len(pinned) > 20
    assert [lines[index] for index in pinned if "--hash=sha256:" not in lines[index + 1]] == []
    assert [line for line in lines if "://" in line] == []


def test_the_command_in_contributing_finds_tests() -> None:
    """The one that shows how to run a test."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"`\.venv/bin/python (-m pytest [^`]+)`", text)
    subprocess.run([sys.executable, *command.split(), "--collect-only"], check=True, cwd=ROOT, capture_output=True)
