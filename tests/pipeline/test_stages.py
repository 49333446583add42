"""The map of stages in the docstring of `scripts.pipeline` is true."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import tomllib
from collections.abc import Callable

import pytest

import scripts.pipeline
from scripts.pipeline import build as build_module
from scripts.pipeline.build import BuildInputs
from scripts.pipeline.checkout.workspace import Workspace
from scripts.pipeline.cli import main
from scripts.pipeline.generate import package

from .support.real import ROOT

MAP = inspect.getdoc(scripts.pipeline) or ""
STAGES = re.findall(r"(?m)^    ((?:\w+\.)+\w+)  ", MAP)
VERBS = re.findall(r"(?m)^    (\w+)  +\S", MAP)
FOLDERS = ("source", "normalize", "naming", "overlay", "generate", "drift")


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_is_a_public_function(stage: str) -> None:
    """It can be called alone, and its docstring says what it does."""
    module, _, name = stage.rpartition(".")
    function = getattr(importlib.import_module(f"scripts.pipeline.{module}"), name)
    assert inspect.isfunction(function)
    assert function.__module__ == f"scripts.pipeline.{module}"
    assert inspect.getdoc(function)


def test_the_stages_stand_in_the_order_of_the_folders() -> None:
    """Each folder has its stages together, in the order that import-linter holds."""
    found = [stage.partition(".")[0] for stage in STAGES]
    assert list(dict.fromkeys(found)) == list(FOLDERS)
    assert found == sorted(found, key=FOLDERS.index)
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = next(one["layers"] for one in contracts if one.get("containers") == ["scripts.pipeline"])
    order = [name for layer in reversed(layers) for name in layer.split(" | ")]
    assert [name for name in order if name in FOLDERS] == list(FOLDERS)


def calls(function: Callable[..., object]) -> list[str]:
    """The names of the functions that a function calls, from top to bottom."""
    found = [node for node in ast.walk(ast.parse(inspect.getsource(function))) if isinstance(node, ast.Call)]
    names = [node.func for node in found if isinstance(node.func, ast.Name)]
    return [name.id for name in sorted(names, key=lambda name: (name.lineno, name.col_offset))]


@pytest.mark.parametrize(
    ("folders", "composed"),
    [
        (("normalize", "naming", "overlay"), (build_module.read, build_module.apply_overlay)),
        (("generate",), (package.generate,)),
    ],
)
def test_the_stages_are_run_in_this_order(
    folders: tuple[str, ...], composed: tuple[Callable[..., object], ...]
) -> None:
    """`build` and `generate` call every stage of their folders, one after the other."""
    wanted = [stage.rpartition(".")[2] for stage in STAGES if stage.partition(".")[0] in folders]
    assert [name for one in composed for name in calls(one) if name in wanted] == wanted


def test_the_verbs_are_those_of_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    """None is missing, and none is too many."""
    with pytest.raises(SystemExit):
        main(["--help"])
    offered = re.findall(r"(?m)^    (\w+)\b", capsys.readouterr().out)
    assert sorted(VERBS) == sorted(offered)


def test_the_files_of_the_verbs_are_those_of_the_checkout() -> None:
    """What the map says is read and written is there, under that name."""
    checkout = Workspace(ROOT)
    inputs = BuildInputs(ROOT / "openapi")
    known = [inputs.sources, inputs.names, inputs.given, inputs.overlay, inputs.deprecations]
    known += [checkout.upstream, checkout.openapi, checkout.lock, checkout.generated]
    named = set(re.findall(r"[\w.]+\.(?:toml|yaml|json)|\boverlay\b|\bgenerated\b", MAP[MAP.index("    pull ") :]))
    assert named == {path.name for path in known}
    assert all(path.exists() for path in known)
