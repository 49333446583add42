"""The gateway's real documents, as published on different days: every one builds, and none loses an operation."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.pipeline.build import build
from scripts.pipeline.generate.package import generate
from scripts.pipeline.naming.names import load_names
from scripts.pipeline.normalize.repair import operations_of
from scripts.pipeline.source.reading import parse_document

from .support.names import check_names
from .support.real import DATED, INPUTS, NEWEST, ROOT, SHARED, SINGLE, kept

IMPORT_ALL = """
import importlib, pathlib, sys
import aimlapi_client, aimlapi_client.models as models
[getattr(models, name) for name in models.__all__]
root = pathlib.Path(aimlapi_client.__file__).parent
modules = [path for path in (root / "api").rglob("*.py") if path.name != "__init__.py"]
for path in modules:
    importlib.import_module(".".join(path.relative_to(root.parent).with_suffix("").parts))
print(len(modules))
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not DATED, reason=f"real documents are not at {SHARED} (set AIMLAPI_SHARED)"),
]


def importable_operations(folder: Path) -> int:
    """How many operations a generated client has, after importing all of it in a fresh interpreter."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", IMPORT_ALL],
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout)


@pytest.mark.parametrize("path", DATED, ids=lambda path: path.stem)
def test_kept_operations(path: Path, tmp_path: Path) -> None:
    """The kept operations of a dated document make a client, with the answers that the overlay guarantees."""
    built = kept(path)
    check_names(built.upstream)
    generate(built.openapi, load_names(INPUTS.names), tmp_path / "generated")
    operations = sum(len(item) for item in built.openapi["paths"].values())
    assert importable_operations(tmp_path / "generated") == operations > 0
    assert {"Message", "MessageStreamEvent", "ProblemDetails"} <= set(built.openapi["components"]["schemas"])


@pytest.mark.parametrize("path", [*DATED, *SINGLE], ids=lambda path: path.stem)
def test_every_operation(path: Path, tmp_path: Path) -> None:
    """With --all, every operation of every document is in the client, and every name reads well."""
    raw = parse_document(path.read_bytes(), source=path.name)
    built = build(path.read_bytes(), INPUTS, source=path.name, keep_all=True)
    generate(built.openapi, load_names(INPUTS.names), tmp_path / "generated")
    operations = sum(len(list(operations_of(item))) for item in raw["paths"].values())
    assert importable_operations(tmp_path / "generated") == operations
    check_names(built.upstream)


def test_committed_document_names_its_source() -> None:
    """The committed documents are what the pipeline makes of the newest document."""
    built = kept(NEWEST)
    assert built.upstream_text == (ROOT / "openapi" / "upstream.yaml").read_text(encoding="utf-8")
    assert built.openapi_text == (ROOT / "openapi" / "openapi.yaml").read_text(encoding="utf-8")


def test_built_document_builds_itself() -> None:
    """What the emulator publishes, the built document, gives the same built document again."""
    path = ROOT / "openapi" / "openapi.yaml"
    built = build(path.read_bytes(), INPUTS, source=path.name)
    assert built.openapi_text == path.read_text(encoding="utf-8")
