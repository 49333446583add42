"""What a change of the document does to the generated Python API: two clients, compared by griffe without importing."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import griffe
from attrs import frozen

from ..document.tree import Json
from ..generate.package import generate
from ..naming.names import load_names

__all__ = ["ApiChange", "api_changes"]

PACKAGE = "aimlapi_client"
MODELS = f"{PACKAGE}.models"
#: As griffe says it.
REMOVED = "public object was removed"


@frozen
class ApiChange:
    """One difference that a program importing the client can see. `name` is dotted, from inside the package."""

    name: str
    what: str
    breaking: bool


def api_changes(before: Path | Json, after: Json, names: Path) -> list[ApiChange]:
    """The differences of two clients: `before` as a folder that holds one, or as a built document like `after`."""
    with tempfile.TemporaryDirectory() as scratch:
        old = before if isinstance(before, Path) else _generated(before, names, Path(scratch) / "before")
        new = _generated(after, names, Path(scratch) / "after")
        return compare_packages(old, new)


def compare_packages(before: Path, after: Path) -> list[ApiChange]:
    """The differences of two generated packages, each in its folder, sorted by name."""
    old, new = _load(before), _load(after)
    broken = [found for found in griffe.find_breaking_changes(old, new) if not _is_home_of_one(found.obj)]
    changes = {(_inside(found.obj.path), found.kind.value.rstrip(":").lower()): True for found in broken}
    known, present = list(_public(old)), list(_public(new))
    # A model that is gone is the module of one to griffe.
    changes.update({(name, REMOVED): True for name in _whole(known, set(present)) if name.startswith("models.")})
    changes.update({(name, "added"): False for name in _whole(present, set(known))})
    return [ApiChange(name, what, breaking) for (name, what), breaking in sorted(changes.items())]


def _whole(names: list[str], others: set[str]) -> list[str]:
    """What is not among the others; of what is missing there as a whole, not its parts."""
    found = [name for name in names if name not in others]
    return [name for name in found if not any(name.startswith(f"{other}.") for other in found)]


def _generated(document: Json, names: Path, directory: Path) -> Path:
    generate(document, load_names(names), directory)
    return directory


def _load(directory: Path) -> griffe.Module:
    loaded = griffe.load(PACKAGE, search_paths=[directory], allow_inspection=False, resolve_aliases=False)
    return cast("griffe.Module", loaded)


def _public(module: griffe.Module) -> Iterator[str]:
    """The dotted names of modules, classes, their attributes and functions, private ones left out.

    A module of one model goes without saying: the model is imported from the package above it.
    """
    waiting: list[Any] = [module]
    while waiting:
        parent = waiting.pop()
        for name, member in parent.members.items():
            if name.startswith("_") or member.is_alias or name == "additional_properties":
                continue
            if not _is_home_of_one(member):
                yield _inside(member.path)
            if member.is_module or member.is_class:
                waiting.append(member)


def _is_home_of_one(member: Any) -> bool:
    """Whether it is the module of one model, from which nobody imports it."""
    return bool(member.is_module and member.parent is not None and member.parent.path == MODELS)


def _inside(path: str) -> str:
    """The name as a program imports it: models from their package, whatever module they live in."""
    name = path.removeprefix(f"{PACKAGE}.").split(".")
    return ".".join([name[0], *name[2:]] if name[0] == "models" and len(name) > 2 else name)
