"""The real documents, where they are at hand, and what is built of them, each once in a run."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from scripts.pipeline.build import BuildInputs, Built, build

from ...support.shared import SHARED

ROOT = Path(__file__).resolve().parents[3]
INPUTS = BuildInputs(ROOT / "openapi")
DATED = sorted(SHARED.glob("upstream/docs-public-*.yaml"))
SINGLE = sorted(SHARED.glob("upstream/per-operation/*.json"))
NEWEST = SHARED / "upstream" / "docs-public-2026-11-28.yaml"


@cache
def kept(path: Path) -> Built:
    """The kept operations of a document."""
    return build(path.read_bytes(), INPUTS, source=path.name)
