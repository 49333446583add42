"""Drift: what a fresh document says that the committed one does not.

Both sides are compared in the form of `upstream.yaml`, so that order, prose and repaired invalidity do not count.
The class of a difference is cautious: only what purely adds is called additive, everything else breaking.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import frozen

from ._document import Json, is_list, is_mapping
from ._errors import pointer
from ._merge import key_of

#: Exit codes of the verb, by the worst class that was found.
EXIT = {"none": 0, "additive": 10, "breaking": 20}


@frozen
class Change:
    """One difference: where, what it was and is (None where it was or is not there), and its class."""

    pointer: str
    was: Any
    now: Any
    kind: str

    def __str__(self) -> str:
        sign = "+" if self.was is None else "-" if self.now is None else "~"
        value = self.now if self.was is None else self.was if self.now is None else f"{self.was} -> {self.now}"
        return f"{sign} {self.kind:8} {self.pointer}: {value}"


def compare(committed: Json, fresh: Json) -> list[Change]:
    """Every difference between two upstream documents, by pointer."""
    before, after = dict(_leaves(committed, ())), dict(_leaves(fresh, ()))
    changes: list[Change] = []
    for where in sorted(set(before) | set(after)):
        was, now = before.get(where), after.get(where)
        if was != now:
            adds = was is None and "/required/" not in where
            changes.append(Change(where, was, now, "additive" if adds else "breaking"))
    return changes


def worst(changes: list[Change]) -> str:
    """The class of a list of changes."""
    kinds = {change.kind for change in changes}
    return "breaking" if "breaking" in kinds else "additive" if kinds else "none"


def _leaves(node: Any, steps: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """Every value of a document by pointer; the members of a list are named by what they are, not by position."""
    if is_mapping(node):
        for key, value in node.items():
            yield from _leaves(value, (*steps, key))
        if not node:
            yield pointer(*steps), {}
    elif is_list(node):
        for value in node:
            yield pointer(*steps, value if isinstance(value, str) else _label(value)), value
    else:
        yield pointer(*steps), node


def _label(member: Any) -> str:
    """A name for a member of a list: the component it refers to, the parameter it is, or its whole text."""
    if is_mapping(member) and "$ref" in member:
        return str(member["$ref"]).rsplit("/", 1)[-1]
    if is_mapping(member) and "name" in member and "in" in member:
        return f"{member['in']}:{member['name']}"
    return key_of(member)
