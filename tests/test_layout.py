"""The tests mirror the packages: each lies in the folder of what it is about, and takes the public door to the rest."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
# Where tests of a package lie that has another name; `support` is where the internals of any may be used.
FOLDERS = {"emulator": "testing"}
DOORS = ("aimlapi_messages", "aimlapi_messages.types", "aimlapi_messages.testing")
MODULES = sorted(
    path for path in TESTS.rglob("test_*.py") if path.relative_to(TESTS).parts[0] not in ("pipeline", "generated")
)


def imported(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The modules that a module imports, wherever it does, and what it takes from another folder of the tests."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((0, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.level, node.module or ""


@pytest.mark.parametrize("path", [pytest.param(path, id=str(path.relative_to(TESTS))) for path in MODULES])
def test_a_test_imports_no_internals_of_another_package(path: Path) -> None:
    """What it needs of one comes from `tests/support`, so that a module that moves is followed in one place."""
    folder = path.relative_to(TESTS).parts[0]
    own = f"aimlapi_messages.{FOLDERS.get(folder, folder)}."
    found = set(imported(ast.parse(path.read_text(encoding="utf-8"))))
    packages = {name for level, name in found if not level and name.startswith("aimlapi_messages")}
    assert [name for name in sorted(packages) if name not in DOORS and not f"{name}.".startswith(own)] == []
    assert [name for level, name in found if level == 2 and name.partition(".")[0] not in ("support", "")] == []


@pytest.mark.parametrize("path", [pytest.param(path, id=str(path.relative_to(TESTS))) for path in MODULES])
def test_a_module_of_tests_has_one_subject(path: Path) -> None:
    """Of at most 500 lines."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 500
