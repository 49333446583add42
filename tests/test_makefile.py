"""The targets of the Makefile hand on what they are given, whatever signs it holds."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ODD = 'a b/c\'d $e "f" ; g.yaml'


@pytest.mark.parametrize(
    ("target", "variable", "handed"),
    [
        ("drift", "INPUT", ["drift", "--input", ODD]),
        ("pull", "INPUT", ["pull", "--input", ODD]),
        ("regenerate", "INPUT", ["regenerate", "--input", ODD]),
        ("regenerate", "URL", ["regenerate", "--url", ODD]),
        ("verify", "INPUT", ["verify", "--input", ODD]),
        ("corpus", "DIR", ["corpus", ODD]),
    ],
)
def test_a_path_may_hold_any_sign(target: str, variable: str, handed: list[str]) -> None:
    """It reaches the pipeline as one argument, as it is."""
    assert_handed([target, f"{variable}={ODD.replace('$', '$$')}"], handed)


def test_new_keywords_can_be_accepted() -> None:
    """The advice of the pipeline is one that make takes."""
    assert_handed(["regenerate", "ACCEPT=1"], ["regenerate", "--accept-keywords"])


def assert_handed(arguments: list[str], handed: list[str]) -> None:
    told = subprocess.run(
        ["make", "--dry-run", "--old-file=.venv/.ready", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    words = shlex.split(told.stdout)
    start = words.index("scripts.pipeline") + 1
    assert words[start : start + len(handed)] == handed
