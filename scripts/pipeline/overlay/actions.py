"""OpenAPI Overlay 1.0: our corrections of the document, each with its reason and its source.

An action names its target by an RFC 9535 path. Objects merge key by key, lists are appended to, anything else is
replaced. One rule is stricter than the standard: a target that matches nothing is an error, because upstream
moved and a person has to look; only an action that names an operation (``x-operation``) which the document lacks
is skipped, and the log says so. ``x-operation`` may list several: the action applies where one of them is there.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from copy import deepcopy
from pathlib import Path
from typing import Any, cast

from attrs import evolve, frozen
from jsonpath import JSONPathEnvironment, JSONPathMatch
from jsonpath.exceptions import JSONPathError

from ..document.errors import PipelineError, pointer
from ..source.reading import Json, is_list, is_mapping, parse_mapping, read_bytes

ACTION_KEYS = {"target", "description", "update", "remove", "x-source", "x-operation"}


@frozen
class Action:
    """One correction. Exactly one of ``update`` and ``remove`` is given."""

    index: int
    target: str
    reason: str
    source: str
    operations: tuple[str, ...]
    update: Any
    remove: bool


@frozen
class Applied:
    """What the overlay did: the document, what was skipped, and what upstream has since fulfilled."""

    document: Json
    skipped: tuple[str, ...]
    fulfilled: tuple[str, ...]


def load_overlay(path: Path) -> list[Action]:
    """The actions of an overlay file; an action without a reason or a source is refused."""
    data = parse_mapping(read_bytes(path), source=str(path))
    if data.get("overlay") not in ("1.0.0", "1.0.1") or not is_list(data.get("actions")):
        raise PipelineError(
            "is not an OpenAPI Overlay 1.0 document",
            source=str(path),
            hint="it needs `overlay: 1.0.0` and a list `actions`",
        )
    return [_action(index, raw, str(path)) for index, raw in enumerate(data["actions"])]


def component_names(actions: list[Action]) -> set[str]:
    """The components that the overlay brings: names that no shape of upstream may take."""
    names: set[str] = set()
    for action in actions:
        if action.target == "$.components.schemas" and is_mapping(action.update):
            names |= set(action.update)
    return names


def apply_overlay(document: Json, actions: list[Action], *, source: str) -> Applied:
    """``document`` with every action applied in order; the argument itself is not changed."""
    result = deepcopy(document)
    present = operation_ids(document)
    skipped: list[str] = []
    fulfilled: list[str] = []
    for action in actions:
        if action.operations and not present.intersection(action.operations):
            skipped.append(f"action {action.index}: the document has no operation {' or '.join(action.operations)}")
            continue
        matches = _find(result, action, source)
        if not matches:
            if action.remove and _find(result, evolve(action, target=_owner(action.target)), source):
                fulfilled.append(f"action {action.index}: nothing left to remove at {action.target}; ready to delete")
                continue
            raise PipelineError(
                f"action {action.index} matches nothing: {action.target} ({action.reason})",
                source=source,
                pointer=pointer("actions", action.index),
                hint="upstream moved or mended this; correct the target, or delete the action",
            )
        changed = False
        for match in matches:
            before = deepcopy(match.obj)
            _apply(match, action)
            changed = changed or before != _current(result, match) or action.remove
        if not changed:
            fulfilled.append(f"action {action.index}: changes nothing at {action.target}; ready to delete")
    return Applied(result, tuple(skipped), tuple(fulfilled))


def check_operations(actions: list[Action], known: Collection[str], *, source: str) -> None:
    """Raise `PipelineError` for an ``x-operation`` that no document can have: it would be skipped for ever."""
    for action in actions:
        for name in action.operations:
            if name not in known:
                raise PipelineError(
                    f"action {action.index} is for the operation {name}, which sources.toml does not name",
                    source=source,
                    pointer=pointer("actions", action.index, "x-operation"),
                    hint="correct the name, or give the operation that name in sources.toml",
                )


def operation_ids(document: Json) -> set[str]:
    """The operation ids of a built document."""
    return {
        operation["operationId"]
        for item in cast(Json, document["paths"]).values()
        for operation in cast(Json, item).values()
        if is_mapping(operation) and "operationId" in operation
    }


def _action(index: int, raw: Any, source: str) -> Action:
    where = pointer("actions", index)
    if not is_mapping(raw):
        raise PipelineError("is not an action", source=source, pointer=where)
    action = raw
    unknown = set(action) - ACTION_KEYS
    missing = [key for key in ("target", "description", "x-source") if not action.get(key)]
    if unknown or missing or ("update" in action) == (action.get("remove") is True):
        raise PipelineError(
            f"needs target, description (the reason), x-source, and one of update and remove; "
            f"missing: {', '.join(missing) or 'none'}; not understood: {', '.join(sorted(unknown)) or 'none'}",
            source=source,
            pointer=where,
            hint="see openapi/README.md for the form of an action",
        )
    if action["target"] == "$" and not is_mapping(action.get("update")):
        raise PipelineError(
            "can only merge an object into the whole document", source=source, pointer=where, hint="name a part of it"
        )
    named = action.get("x-operation")
    return Action(
        index=index,
        target=str(action["target"]),
        reason=str(action["description"]),
        source=str(action["x-source"]),
        operations=tuple(named if is_list(named) else [named] if named else []),
        update=action.get("update"),
        remove=action.get("remove") is True,
    )


def _find(document: Json, action: Action, source: str) -> list[JSONPathMatch]:
    try:
        return list(JSONPathEnvironment(strict=True).finditer(action.target, document))
    except JSONPathError as error:
        raise PipelineError(
            f"action {action.index} has no valid target: {action.target}: {error}",
            source=source,
            pointer=pointer("actions", action.index, "target"),
            hint="targets are RFC 9535 paths, for example $.paths['/v1/messages'].post",
        ) from error


def _owner(target: str) -> str:
    """The path to what holds a target: without its last name or bracket."""
    return re.sub(r"(?:\.[\w*]+|\[[^\[\]]*\])$", "", target) or "$"


def _apply(match: JSONPathMatch, action: Action) -> None:
    """One action at one place."""
    parent = match.parent
    if parent is None:
        _merge(cast(Json, match.obj), action.update)
        return
    holder, step = cast(Any, parent.obj), cast(Any, match.parts[-1])
    if action.remove:
        if is_list(holder):
            holder.remove(match.obj)
        else:
            del holder[step]
    else:
        holder[step] = _merged(holder[step], action.update)


def _current(document: Json, match: JSONPathMatch) -> Any:
    node: Any = document
    for step in match.parts:
        try:
            node = node[step]
        except (KeyError, IndexError):
            return None
    return node


def _merge(target: Json, update: Any) -> None:
    for key, value in cast(Json, update).items():
        target[key] = _merged(target[key], value) if key in target else deepcopy(value)


def _merged(present: Any, update: Any) -> Any:
    if is_mapping(present) and is_mapping(update):
        _merge(present, update)
        return present
    if is_list(present):
        extra = update if is_list(update) else [update]
        fresh = [deepcopy(item) for item in extra if item not in present]
        return [*present, *fresh]
    return deepcopy(update)
