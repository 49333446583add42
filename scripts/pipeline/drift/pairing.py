"""The shapes of one document, and which member of a union became which of another. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from ..document.schemas import TAG_CANDIDATES, canonical_json, is_object, tag_values
from ..document.tree import Json
from .views import members_of, name_of, spread, title_of, types_of

__all__ = ["Shapes", "paired"]

#: The common part of all their properties from which on two objects with no tag count as one that changed.
ALIKE = 0.5


class Shapes:
    """The shapes of a document, by name."""

    def __init__(self, schemas: Json) -> None:
        self.schemas = schemas
        self._spread: dict[str, str] = {}

    def resolved(self, schema: Json) -> Json:
        """What a schema says where it is a reference, with what stands beside that."""
        name = name_of(schema)
        if not name:
            return schema
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        return {**cast("Json", self.schemas.get(name, {})), **beside}

    def members(self, schema: Json) -> list[Json]:
        """The members of a union with the unions among them unfolded; an object stays a reference."""
        target = self.resolved(schema)
        found = members_of(target)
        if len(found) == 1 and found[0] is target:
            return [schema]
        return [part for member in found for part in self.members(member)]

    def whole(self, schema: Json) -> str:
        """All that a schema says, the names of shapes apart."""
        key = canonical_json(schema)
        if key not in self._spread:
            self._spread[key] = canonical_json(spread(schema, self.schemas))
        return self._spread[key]

    def seen_through(self, schema: Json) -> Json:
        """An object with the values of its properties in place, so that its tag can be seen."""
        body = self.resolved(schema)
        properties = cast("dict[str, Json]", body.get("properties", {}))
        return {**body, "properties": {name: self.resolved(part) for name, part in properties.items()}}

    def tags(self, schema: Json, tag: str) -> tuple[str, ...]:
        """The values that a property of an object may have, where they are fixed."""
        return tag_values(self.seen_through(schema), tag)

    def fixed(self, member: Json) -> dict[str, set[str]]:
        """The values of the properties that usually tell objects apart."""
        body = self.seen_through(member)
        found = {name: set(tag_values(body, name)) for name in TAG_CANDIDATES}
        return {name: values for name, values in found.items() if values}

    def tag(self, member: Json) -> str:
        """These values as a text; "" where there are none."""
        found = self.fixed(member)
        return canonical_json({name: sorted(values) for name, values in found.items()}) if found else ""

    def title(self, member: Json) -> str:
        return title_of(member)

    def kind(self, member: Json) -> str:
        """Its types, and whether its values are listed."""
        body = self.resolved(member)
        return self.types(member) + (" values" if {"enum", "const"} & set(body) else "")

    def types(self, member: Json) -> str:
        return "|".join(sorted(types_of(self.resolved(member))))

    def likeness(self, one: Json, other: Json, shapes: Shapes) -> tuple[float, int]:
        """How much of the names of the properties of two objects is common to both, and how many say the same."""
        first, second = self.resolved(one), shapes.resolved(other)
        if not (is_object(first) and is_object(second)) or not _can_be_one(self.fixed(one), shapes.fixed(other)):
            return 0, 0
        mine, theirs = cast("Json", first["properties"]), cast("Json", second["properties"])
        same = sum(self.whole(mine[name]) == shapes.whole(theirs[name]) for name in mine if name in theirs)
        demanded = len(set(first.get("required", [])) & set(second.get("required", [])))
        return len(set(mine) & set(theirs)) / len(set(mine) | set(theirs)), same + demanded

    def likest(self, one: Json, others: list[Json], shapes: Shapes) -> Json | None:
        """The one of ``others`` that is most like ``one``; None where none is."""
        ranked = sorted(others, key=lambda other: (self.likeness(one, other, shapes), canonical_json(other)))
        return ranked[-1] if ranked and self.likeness(one, ranked[-1], shapes)[0] >= ALIKE else None


def paired(
    old: list[Json], new: list[Json], before: Shapes, after: Shapes
) -> tuple[list[tuple[Json, Json]], list[Json], list[Json]]:
    """Which member of a union became which, by equality, tag, name, likeness, type; one to one alone.

    Returns the pairs, the old members that went and the new ones that came.
    """
    gone, come = list(old), list(new)
    pairs: list[tuple[Json, Json]] = []

    def pair(one: Json, other: Json) -> None:
        gone.remove(one)
        come.remove(other)
        pairs.append((one, other))

    if len(gone) == len(come) == 1 and before.types(gone[0]) == after.types(come[0]):
        pair(gone[0], come[0])
    for label in (Shapes.whole, Shapes.tag, Shapes.title):
        olds_by_label, news_by_label = _by_label(gone, before, label), _by_label(come, after, label)
        for said, rivals in olds_by_label.items():
            likely = news_by_label.get(said, [])
            if said and (label is Shapes.whole or len(rivals) == len(likely) == 1):
                for one, other in zip(rivals, likely, strict=False):
                    pair(one, other)
    ranked = sorted(
        (
            (before.likeness(one, other, after), index, place)
            for index, one in enumerate(gone)
            for place, other in enumerate(come)
        ),
        key=lambda found: (-found[0][0], -found[0][1], found[1], found[2]),
    )
    olds, news = list(gone), list(come)
    for (share, _), index, place in ranked:
        if share >= ALIKE and olds[index] in gone and news[place] in come:
            pair(olds[index], news[place])
    for label in (Shapes.kind, Shapes.types):
        for one in list(gone):
            sort = label(before, one)
            likely = [other for other in come if label(after, other) == sort]
            rivals = [other for other in gone if label(before, other) == sort]
            # Of several objects none is like another by now; of several texts, one becomes what says most of the same.
            if len(likely) == len(rivals) == 1 or (likely and "object" not in sort):
                pair(one, max(likely, key=lambda other: _equal_parts(before.resolved(one), after.resolved(other))))
    return pairs, gone, come


def _by_label(members: list[Json], shapes: Shapes, label: Callable[[Shapes, Json], str]) -> dict[str, list[Json]]:
    found: dict[str, list[Json]] = {}
    for member in members:
        found.setdefault(label(shapes, member), []).append(member)
    return found


def _equal_parts(one: Json, other: Json) -> int:
    return sum(canonical_json(one[key]) == canonical_json(other.get(key)) for key in one)


def _can_be_one(mine: dict[str, set[str]], theirs: dict[str, set[str]]) -> bool:
    """Whether two objects have the same tags, and some value of each in common."""
    return set(mine) == set(theirs) and all(values & theirs[name] for name, values in mine.items())
