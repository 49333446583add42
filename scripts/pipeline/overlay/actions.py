"""The overlay: our corrections of the document, each with its reason and its source, as OpenAPI Overlay 1.0.

It is a folder with a file for each subject. The files are read in the order of their names, and the actions of each
in the order in which they stand. An action names its target by an RFC 9535 path, and by file and line it is known in
errors and notes. ``x-operation`` names the operations that it is for: it applies where the document has one of them.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from typing import Any

from attrs import frozen

from ..document.errors import PipelineError, pointer
from ..document.tree import is_list, is_mapping
from ..source.reading import item_lines, parse_mapping, read_bytes

__all__ = ["Action", "check_operations", "component_names", "load_overlay"]

ACTION_KEYS = {"target", "description", "update", "remove", "x-source", "x-operation"}


@frozen
class Action:
    """One correction. Exactly one of ``update`` and ``remove`` is given; ``line`` and ``index`` count in its file."""

    file: Path
    line: int
    index: int
    target: str
    reason: str
    source: str
    operations: tuple[str, ...]
    update: Any
    remove: bool

    @property
    def place(self) -> str:
        """Where it stands, in few words: ``overlay/keys.yaml:12``."""
        return f"{self.file.parent.name}/{self.file.name}:{self.line}"

    def error(self, message: str, *steps: str, hint: str) -> PipelineError:
        """An error about this action, or about the member of it that ``steps`` names."""
        where = pointer("actions", self.index, *steps)
        return PipelineError(message, source=f"{self.file}:{self.line}", pointer=where, hint=hint)


def load_overlay(folder: Path) -> list[Action]:
    """The actions of all files of a folder; an action without a reason or a source is a `PipelineError`."""
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise PipelineError(
            "holds no overlay", source=str(folder), hint="it needs a file of corrections, as openapi/README.md shows"
        )
    actions = [action for file in files for action in _load_file(file, read_bytes(file))]
    _check_components(actions)
    return actions


@lru_cache(maxsize=64)
def _load_file(file: Path, raw: bytes) -> tuple[Action, ...]:
    """The actions of one file. Kept, because a build asks twice and reading YAML takes its time."""
    data = parse_mapping(raw, source=str(file))
    if data.get("overlay") not in ("1.0.0", "1.0.1") or not is_list(data.get("actions")):
        raise PipelineError(
            "is not an OpenAPI Overlay 1.0 document",
            source=str(file),
            hint="it needs `overlay: 1.0.0` and a list `actions`",
        )
    lines = item_lines(raw, "actions")
    return tuple(
        _action(file, line, index, given)
        for index, (line, given) in enumerate(zip(lines, data["actions"], strict=True))
    )


def component_names(actions: list[Action]) -> set[str]:
    """The components that the overlay brings: names that no shape of upstream may take."""
    return {name for action in actions for name in _components(action)}


def _components(action: Action) -> list[str]:
    return list(action.update) if action.target == "$.components.schemas" and is_mapping(action.update) else []


def _check_components(actions: list[Action]) -> None:
    """Raise `PipelineError` for a component that two actions bring: merged, it would be neither."""
    brought: dict[str, Action] = {}
    for action in actions:
        for name in _components(action):
            other = brought.setdefault(name, action)
            if other is not action:
                raise action.error(
                    f"brings the component {name}, which {other.place} brings already",
                    "update",
                    name,
                    hint="give it another name, or bring it in one of them only",
                )


def check_operations(actions: list[Action], known: Collection[str]) -> None:
    """Raise `PipelineError` for an ``x-operation`` that no document can have: it would be skipped for ever."""
    for action in actions:
        for name in action.operations:
            if name not in known:
                raise action.error(
                    f"is for the operation {name}, which sources.toml does not name",
                    "x-operation",
                    hint="correct the name, or give the operation that name in sources.toml",
                )


def _action(file: Path, line: int, index: int, given: Any) -> Action:
    where = pointer("actions", index)
    source = f"{file}:{line}"
    if not is_mapping(given):
        raise PipelineError("is not an action", source=source, pointer=where)
    unknown = set(given) - ACTION_KEYS
    missing = [key for key in ("target", "description", "x-source") if not given.get(key)]
    if unknown or missing or ("update" in given) == (given.get("remove") is True):
        raise PipelineError(
            f"needs target, description (the reason), x-source, and one of update and remove; "
            f"missing: {', '.join(missing) or 'none'}; not understood: {', '.join(sorted(unknown)) or 'none'}",
            source=source,
            pointer=where,
            hint="see openapi/README.md for the form of an action",
        )
    if given["target"] == "$" and not is_mapping(given.get("update")):
        raise PipelineError(
            "can only merge an object into the whole document", source=source, pointer=where, hint="name a part of it"
        )
    named = given.get("x-operation")
    return Action(
        file=file,
        line=line,
        index=index,
        target=str(given["target"]),
        reason=str(given["description"]),
        source=str(given["x-source"]),
        operations=tuple(named if is_list(named) else [named] if named else []),
        update=given.get("update"),
        remove=given.get("remove") is True,
    )
