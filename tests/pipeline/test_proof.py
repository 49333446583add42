"""A document that gains operations and fields reaches the callers of both clients with two lines of settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import proof
from scripts.pipeline.checkout.workspace import Workspace, regenerate

ROOT = Path(__file__).resolve().parents[2]
OVERLAY = sorted(f"overlay/{path.name}" for path in (ROOT / "openapi" / "overlay").glob("*.yaml"))


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A checkout that has followed the changed document."""
    root = tmp_path_factory.mktemp("proof")
    Workspace(ROOT).inputs.copy_to(root / "openapi")
    place = Workspace(root)
    regenerate(place, url=None, input_file=ROOT / "openapi" / "openapi.yaml")
    proof.prove(place)
    return place


@pytest.mark.slow
def test_type_checkers_know_what_the_document_gained(workspace: Workspace) -> None:
    """Methods, arguments, values and attributes: what is right is accepted, and nothing else."""
    refused, to_refuse = proof.check_types(workspace)
    assert refused == to_refuse


def test_both_clients_have_what_the_document_gained(workspace: Workspace) -> None:
    """The listing goes over its pages, the field is sent, and the answer's new field is read."""
    everything = ["file_0", "file_1", "file_2", "file_3"]
    assert proof.run_program(workspace) == {"sync": everything, "async": everything, "said": "low", "reserved": 0.25}


def test_nothing_but_two_lines_was_written(workspace: Workspace) -> None:
    """The hand-written inputs of the pipeline are those of this checkout, but for the lines."""
    for name in ("names.toml", "deprecations.json", *OVERLAY):
        assert (workspace.root / "openapi" / name).read_bytes() == (ROOT / "openapi" / name).read_bytes()
    before, after = (
        (root / "openapi" / "sources.toml").read_text(encoding="utf-8").splitlines() for root in (ROOT, workspace.root)
    )
    assert [line for line in after if line not in before] == list(proof.LINES)
