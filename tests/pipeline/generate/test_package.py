"""Small documents through the generator: hostile texts, warnings, faults, and the swap of folders."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts.pipeline.document.errors import PipelineError
from scripts.pipeline.generate import package
from scripts.pipeline.generate.package import generate

from ..support.documents import (
    ORDERS,
    Json,
    built,
    document,
    nested,
    no_names,
    operation,
    parameter,
    record,
    text,
)


def client(folder: Path, data: Json) -> Path:
    """The folder of a client that was generated from a document."""
    result = built(folder, data)
    generate(result.openapi, no_names(folder), folder / "client")
    return folder / "client"


def run(folder: Path, program: str, *arguments: Any) -> Any:
    """What a program prints, as JSON, with a generated client in a fresh interpreter where warnings are errors."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", IMPORT_ALL + program, *map(json.dumps, arguments)],
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


IMPORT_ALL = """
import importlib, json, pkgutil, sys
import aimlapi_client.api as api
import aimlapi_client.models as models
every = {name: getattr(models, name) for name in models.__all__}
modules = [importlib.import_module(found.name) for found in pkgutil.walk_packages(api.__path__, api.__name__ + ".")]
arguments = [json.loads(argument) for argument in sys.argv[1:]]
"""


def test_two_properties_that_differ_in_spelling_only_stay_two(tmp_path: Path) -> None:
    """Properties that become one name in Python keep apart."""
    names = ["unit-price", "unit_price", "unitPrice", "Unit_Price"]
    folder = client(tmp_path, nested("it", record(**{name: text() for name in names})))
    data = {name: name for name in names}
    assert run(folder, 'print(json.dumps(every["ItParam"].from_dict(arguments[0]).to_dict()))', data) == data


def test_a_shape_that_contains_itself_is_generated(tmp_path: Path) -> None:
    """Components in a circle, straight, through lists, through unions and through null, become classes that nest."""
    ref = {"$ref": "#/components/schemas/Part"}
    part = record(
        "name",
        name=text(),
        parts={"type": "array", "items": ref},
        parent={"allOf": [ref], "nullable": True},
        either={"anyOf": [ref, text()]},
        labels={"type": "object", "additionalProperties": ref},
    )
    tree = {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}
    data = document(
        {
            ORDERS: {"get": operation(response=ref), "post": operation(body={"allOf": [ref, record(extra=text())]})},
            "/v1/trees": {"get": operation(response=record(tree={"$ref": "#/components/schemas/Tree"}))},
        },
        schemas={"Part": part, "Tree": tree},
    )
    folder = client(tmp_path, data)
    leaf = {"name": "leaf", "parent": None}
    value = {"name": "root", "parts": [leaf, {"name": "twig", "parts": [leaf]}], "parent": leaf, "either": leaf}
    program = """
part = every["Part"].from_dict(arguments[0])
kinds = [type(part.parts[1].parts[0]).__name__, type(part.parent).__name__, type(part.either).__name__]
print(json.dumps([part.to_dict(), kinds]))
"""
    assert run(folder, program, value) == [value, ["Part"] * 3]


def test_a_warning_of_the_generator_is_an_error(tmp_path: Path) -> None:
    """Where the generator would drop a part of the document, nothing is written."""
    view = {
        "openapi": "3.1.0",
        "info": {"title": "", "version": "0"},
        "paths": {ORDERS: {"get": operation(operationId="list_orders", parameters=[parameter("id", "path")])}},
        "components": {"schemas": {}},
    }
    with pytest.raises(PipelineError, match="the generator warns"):
        generate(view, no_names(tmp_path), tmp_path / "client")
    assert not (tmp_path / "client").exists()


def test_a_fault_of_a_template_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Generated code that ruff finds fault with is not swapped in."""
    monkeypatch.setattr(package, "RULES", "D100")
    with pytest.raises(PipelineError, match="ruff check finds faults in the generated code"):
        client(tmp_path, nested("it", text()))
    assert not (tmp_path / "client").exists()


def test_a_folder_of_something_else_is_not_replaced(tmp_path: Path) -> None:
    """The output replaces a whole folder, so it has to be one of ours."""
    folder = tmp_path / "client"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(PipelineError, match="holds something else than a generated client"):
        client(tmp_path, document())
    assert (folder / "notes.txt").read_text(encoding="utf-8") == "mine"


def failing_for(name: str, rename: Callable[[Path, Path], Path]) -> Callable[[Path, Path], Path]:
    """`Path.rename`, but for one name."""

    def moved(path: Path, target: Path) -> Path:
        if path.name == name:
            raise OSError("no space left")
        return rename(path, target)

    return moved


def test_a_swap_that_fails_puts_the_former_client_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the new client cannot be moved into place, the old one stays."""
    folder = client(tmp_path, document())
    before = (folder / "manifest.json").read_bytes()
    monkeypatch.setattr(Path, "rename", failing_for("new", Path.rename))
    with pytest.raises(OSError, match="no space left"):
        client(tmp_path, nested("it", text()))
    assert (folder / "manifest.json").read_bytes() == before
