"""One model stands in all examples, and one that is served."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from aimlapi_client.deprecations import deprecation_of

from .support.wire import MODEL

ROOT = Path(__file__).resolve().parents[1]
PLACES = ("README.md", "Makefile", "examples/*.*", "benchmarks/*.py", "scripts/*.py", "aimlapi_messages/**/*.py")
TEXTS = sorted(path for place in PLACES for path in ROOT.glob(place) if "testing" not in path.parts)


@pytest.mark.parametrize("path", [pytest.param(path, id=str(path.relative_to(ROOT))) for path in TEXTS])
def test_no_text_names_another_model(path: Path) -> None:
    """A reader copies what lives today; `EXAMPLE_MODEL` says what that is."""
    named = set(re.findall(r"claude-[\w.-]*\d", path.read_text(encoding="utf-8")))
    assert named <= {MODEL.removeprefix("anthropic/")}


def test_the_model_does_not_end() -> None:
    """As far as the gateway's feed knew when the client was made."""
    assert deprecation_of(MODEL) is None
