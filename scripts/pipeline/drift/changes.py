"""A change of the document: what it is, its class, and which are one. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, TypeAlias

from attrs import evolve, frozen

from ..document.schemas import canonical_json
from .schema_changes import Side

__all__ = ["EXIT", "Change", "Kind", "merged", "worst"]

Kind: TypeAlias = Literal["docs", "additive", "breaking"]

#: Exit codes of the verb, by the worst class that was found.
EXIT = {"none": 0, "docs": 0, "additive": 10, "breaking": 20}
RANK: dict[Kind, int] = {"breaking": 0, "additive": 1, "docs": 2}


@frozen
class Change:
    """One thing that changed.

    operations: the names of the operations that it shows in; empty for the document itself.
    side: of the operation, "" for the operation itself.
    place: the schema and the property, as in `CreateMessageParams.tools[].name`; "" for the operation itself.
    what: such as "property added" or "operation moved".
    was, now: what it was and is, None where there was or is nothing.
    models: the ids of the models that it is about; empty where it is about all that the request takes.
    """

    operations: tuple[str, ...]
    side: Side | Literal[""]
    place: str
    what: str
    kind: Kind
    was: Any = None
    now: Any = None
    models: tuple[str, ...] = ()


def worst(changes: Iterable[Change]) -> str:
    """The class of a list of changes."""
    kinds = {change.kind for change in changes}
    return next((kind for kind in RANK if kind in kinds), "none")


def merged(changes: Iterable[Change]) -> list[Change]:
    """One change for what several operations share, sorted by operation, class and place."""
    found: dict[str, Change] = {}
    for change in changes:
        key = canonical_json(
            {
                "side": change.side,
                "place": change.place,
                "what": change.what,
                "v": [change.was, change.now],
                "models": change.models,
            }
        )
        own = key if change.place and change.side else f"{change.operations}{key}"
        first = found.get(own)
        if first is None:
            found[own] = change
        elif change.operations[0] not in first.operations:
            found[own] = evolve(first, operations=(*first.operations, *change.operations))
    return sorted(found.values(), key=lambda one: (one.operations[:1], RANK[one.kind], one.side, one.place, one.what))
