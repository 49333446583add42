"""Apply: the actions of the overlay, in order.

Objects merge key by key, lists are appended to, anything else is replaced. One rule is stricter than the
standard: a target that matches nothing is an error, because upstream moved and a person has to look; only an action
for operations (``x-operation``) of which the document has none is skipped, and the log says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any, cast

from attrs import evolve, frozen
from jsonpath import JSONPathEnvironment, JSONPathMatch
from jsonpath.exceptions import JSONPathError

from ..document.errors import pointer
from ..document.tree import Json, is_list, is_mapping
from .actions import Action

__all__ = ["Applied", "apply_actions", "operation_ids"]


@frozen
class Applied:
    """What the overlay did: the document, what was skipped, and what upstream has since fulfilled.

    ``places`` has the place of the last action that said something, by the pointer to it in the document.
    """

    document: Json
    skipped: tuple[str, ...]
    fulfilled: tuple[str, ...]
    places: Mapping[str, str]


def apply_actions(document: Json, actions: Sequence[Action]) -> Applied:
    """``document`` with every action applied in order; the argument itself is not changed."""
    result = deepcopy(document)
    present = operation_ids(document)
    places: dict[str, str] = {}
    skipped: list[Action] = []
    fulfilled: list[str] = []
    for action in actions:
        if action.operations and not present.intersection(action.operations):
            skipped.append(action)
            continue
        matches = _find(result, action)
        if not matches:
            if action.remove and _find(result, evolve(action, target=_owner(action.target))):
                fulfilled.append(f"{action.place}: nothing left to remove at {action.target}; ready to delete")
                continue
            raise action.error(
                f"matches nothing: {action.target} ({action.reason})",
                hint="upstream moved or mended this; correct the target, or delete the action",
            )
        changed = False
        for match in matches:
            before = deepcopy(match.obj)
            _apply(match, action)
            places |= dict.fromkeys(_pointers(action.update, match.parts), action.place)
            changed = changed or before != _current(result, match) or action.remove
        if not changed:
            fulfilled.append(f"{action.place}: changes nothing at {action.target}; ready to delete")
    return Applied(result, tuple(_told(skipped)), tuple(fulfilled), places)


def _told(skipped: list[Action]) -> Iterator[str]:
    """One note for all that was skipped: a small document lacks most operations."""
    if skipped:
        names = sorted({name for action in skipped for name in action.operations})
        corrections = f"{len(skipped)} corrections are" if len(skipped) > 1 else f"{skipped[0].place}: is"
        yield f"{corrections} for operations that the document lacks: {', '.join(names)}"


def _pointers(update: Any, steps: tuple[str | int, ...]) -> Iterator[str]:
    """The pointers to an update, and to all objects in it."""
    yield pointer(*steps)
    for key, value in update.items() if is_mapping(update) else ():
        yield from _pointers(value, (*steps, key))


def operation_ids(document: Json) -> set[str]:
    """The operation ids of a built document."""
    return {
        operation["operationId"]
        for item in cast(Json, document["paths"]).values()
        for operation in cast(Json, item).values()
        if is_mapping(operation) and "operationId" in operation
    }


def _find(document: Json, action: Action) -> list[JSONPathMatch]:
    try:
        return list(JSONPathEnvironment(strict=True).finditer(action.target, document))
    except JSONPathError as error:
        raise action.error(
            f"has no valid target: {action.target}: {error}",
            "target",
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
