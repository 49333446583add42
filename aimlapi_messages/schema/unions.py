"""The kinds around others: one of several, and one with constraints."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from ..core.json import is_object
from .records import Record
from .schema import ABSENT, Definitions, Field, InvalidValue, Issue, Kind, Named, child
from .values import NULL, Choice

__all__ = ["Noted", "Union"]


class Union(Kind):
    """One of several kinds: the first that fits, or of records the one that a Literal member tells."""

    __slots__ = ("_tags", "members")

    def __init__(self, members: Sequence[Kind]) -> None:
        self.members = members
        # Sought when a value is read, for a record may still be in the making now.
        self._tags: list[tuple[str, Choice, list[Kind]] | None] = []

    def part(self, definitions: Definitions) -> dict[str, Any]:
        return {"anyOf": [kind.part(definitions) for kind in self.members]}

    def read(self, value: Any, path: str) -> Any:
        if is_object(value) and (kind := self._told(value, path)):
            return kind.read(value, path)
        errors: list[InvalidValue] = []
        for kind in self.members:
            try:
                return kind.read(value, path)
            except InvalidValue as error:
                errors.append(error)
        raise _nearest(errors, path, value)

    def encode(self, value: Any) -> Any:
        for kind in self.members:
            try:
                return kind.encode(value)
            except (TypeError, ValueError):
                continue
        raise TypeError(f"{type(value).__name__} is none of the types")

    def _told(self, value: dict[str, Any], path: str) -> Kind | None:
        """The record that the Literal member tells; None if the records have no such member."""
        if not self._tags:
            self._tags.append(_find_tag(self.members))
        tag = self._tags[0]
        if tag is None:
            return None
        name, choice, kinds = tag
        if name not in value:
            raise InvalidValue(Issue(child(path, name), "missing", ABSENT))
        index: int = choice.read(value[name], child(path, name))
        return kinds[index]


def _nearest(errors: list[InvalidValue], path: str, value: Any) -> InvalidValue:
    """The error of the kind that came nearest: of those with the right JSON type the one with the fewest issues."""
    inner = [error for error in errors if all(issue.path != path for issue in error.issues)]
    if inner:
        return min(inner, key=lambda error: len(error.issues))
    reasons = dict.fromkeys(issue.reason.removeprefix("expected ") for error in errors for issue in error.issues)
    return InvalidValue(Issue(path, f"expected {' or '.join(reasons)}", value))


def _target(kind: Kind) -> Kind:
    while isinstance(kind, (Named, Noted)):
        kind = kind.target if isinstance(kind, Named) else kind.kind
    return kind


def _find_tag(members: Sequence[Kind]) -> tuple[str, Choice, list[Kind]] | None:
    """The member by which all records of a union differ: its name, its values, and the record of each."""
    kinds = [kind for kind in members if kind is not NULL]
    records = [target for kind in kinds if isinstance(target := _target(kind), Record)]
    if len(records) < len(kinds) or len(records) < 2:
        return None
    for member in records[0].members:
        choices: list[tuple[Any, Any]] = []
        owners: list[Kind] = []
        for kind, record in zip(kinds, records, strict=True):
            tag = next((_target(one.kind) for one in record.members if one.name == member.name and one.required), None)
            for value, _ in tag.choices if isinstance(tag, Choice) else ():
                choices.append((value, len(owners)))
                owners.append(kind)
        distinct = {(isinstance(value, bool), value) for value, _ in choices}
        if len(distinct) == len(choices) and all(kind in owners for kind in kinds):
            return member.name, Choice(choices), owners
    return None


_COMPARISONS: Final[Mapping[str, tuple[str, Callable[[Any, Any], bool]]]] = {
    "ge": ("at least {}", lambda value, limit: value >= limit),
    "gt": ("more than {}", lambda value, limit: value > limit),
    "le": ("at most {}", lambda value, limit: value <= limit),
    "lt": ("less than {}", lambda value, limit: value < limit),
    "multiple_of": ("a multiple of {}", lambda value, limit: Fraction(str(value)) % Fraction(str(limit)) == 0),
    "min_length": ("a length of at least {}", lambda value, limit: len(value) >= limit),
    "max_length": ("a length of at most {}", lambda value, limit: len(value) <= limit),
    "pattern": ("text that matches {}", lambda value, limit: re.search(limit, value) is not None),
}


@dataclass(frozen=True, slots=True)
class Noted(Kind):
    """A kind with a description, examples or constraints. `examples` are JSON."""

    kind: Kind
    field: Field

    def part(self, definitions: Definitions) -> dict[str, Any]:
        schema = self.kind.part(definitions)
        for name in _COMPARISONS:
            limit = getattr(self.field, name)
            keyword = self.kind.constraints.get(name)
            if limit is not None and keyword:
                schema[keyword] = limit
        if self.field.description:
            schema["description"] = self.field.description
        if self.field.examples:
            schema["examples"] = list(self.field.examples)
        return schema

    def read(self, value: Any, path: str) -> Any:
        converted = self.kind.read(value, path)
        reasons = [reason for name in _COMPARISONS if (reason := self._broken(name, converted))]
        if reasons:
            raise InvalidValue(*(Issue(path, f"expected {reason}", value) for reason in reasons))
        return converted

    def encode(self, value: Any) -> Any:
        return self.kind.encode(value)

    def _broken(self, name: str, value: Any) -> str:
        limit = getattr(self.field, name)
        if limit is None:
            return ""
        text, holds = _COMPARISONS[name]
        try:
            return "" if holds(value, limit) else text.format(limit)
        except TypeError:  # times with and without an offset have no order
            return f"what can be compared with {limit}"
