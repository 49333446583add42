"""The lock explains what moved, one run waits for another, and the workflows say what they may do."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from scripts.pipeline.checkout import check as check_module, lock as lock_module
from scripts.pipeline.checkout.file_lock import exclusive
from scripts.pipeline.checkout.lock import makers, read_lock
from scripts.pipeline.checkout.workspace import Workspace
from scripts.pipeline.document.errors import PipelineError
from scripts.pipeline.document.hashes import hash_tree
from scripts.pipeline.source.reading import read_document

from ..support.real import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def test_the_committed_lock_names_what_is_committed() -> None:
    """The lock of this repository fits its files, templates, generator and formatter."""
    lock = read_lock(ROOT / "openapi" / "upstream.lock.json")
    assert lock is not None
    assert {name: getattr(lock, name) for name in makers()} == makers()
    assert lock.tree == hash_tree(ROOT / "generated")


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("templates", "the templates are not those that made the client; run `make generate`"),
        ("generator", "the generator is another, and the client was made with openapi-python-client"),
        ("formatter", "the formatter is another, and the client was made with ruff"),
    ],
)
def test_another_maker_is_named(monkeypatch: pytest.MonkeyPatch, part: str, said: str) -> None:
    """Check says which of the makers of the client moved, and what to run."""
    workspace = Workspace(ROOT)
    monkeypatch.setattr(check_module, "makers", lambda: {**makers(), part: "another"})
    monkeypatch.setattr(check_module, "rebuild", lambda _: Committed())
    monkeypatch.setattr(check_module, "generate", lambda *_: None)
    assert any(line.startswith(said) for line in check_module.check(workspace))


class Committed:
    """What is committed, without building it again."""

    openapi = None
    openapi_text = (ROOT / "openapi" / "openapi.yaml").read_text(encoding="utf-8")


def test_a_tree_is_one_hash_of_names_and_bytes(tmp_path: Path) -> None:
    """A file more, less, renamed or changed gives another hash; caches do not count."""
    (tmp_path / "a").write_text("1")
    first = hash_tree(tmp_path)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.pyc").write_text("x")
    assert hash_tree(tmp_path) == first
    (tmp_path / "b").write_text("")
    assert hash_tree(tmp_path) != first
    assert lock_module.sha256("a") == lock_module.sha256(b"a")


def test_a_run_waits_and_then_gives_up(tmp_path: Path) -> None:
    """A checkout that another run holds is an error after a while, and free as soon as that run is done."""
    path = tmp_path / "held"
    path.write_text("")
    with exclusive(path), pytest.raises(PipelineError, match="another run has held this checkout"):
        exclusive(path, wait_limit=0.3).__enter__()
    with exclusive(path, wait_limit=0):
        assert path.exists()


def test_what_is_not_there_is_not_held(tmp_path: Path) -> None:
    """A checkout without sources.toml fails with its own error, not with one of the lock."""
    with exclusive(tmp_path / "missing"):
        assert not (tmp_path / "missing").exists()


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_pin_their_actions_and_may_nothing_by_default(path: Path) -> None:
    """Every action is named by a full commit with its version beside it, and no job inherits a permission."""
    raw = path.read_text(encoding="utf-8")
    uses = re.findall(r"uses: (.*)", raw)
    assert [use for use in uses if not re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", use)] == []
    assert re.search(r"^permissions: \{\}$", raw, re.MULTILINE)
    assert "secrets." not in raw


def test_the_versions_of_the_classifiers_are_tested() -> None:
    """CI runs the tests on exactly the versions of Python that the classifiers name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [line.rsplit(" ", 1)[1] for line in project["classifiers"] if re.search(r"Python :: 3\.\d+$", line)]
    matrix = re.search(r"python: (\[.*\])", (ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    assert matrix is not None
    assert re.findall(r'"([\d.]+)"', matrix[1]) == named


def test_the_keywords_in_use_are_those_of_the_lock() -> None:
    """The committed upstream.yaml holds no keyword of a schema that the snapshot could not explain."""
    lock = read_lock(ROOT / "openapi" / "upstream.lock.json")
    assert lock is not None
    used: set[str] = set()
    for schema in read_document(ROOT / "openapi" / "upstream.yaml")["components"]["schemas"].values():
        used |= set(schema)
    # Written by the build itself: a constant for a single value, a discriminator for a union with a tag.
    assert used - {"const", "discriminator"} <= set(lock.keywords)
