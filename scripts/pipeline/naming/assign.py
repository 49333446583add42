"""Assign: a unique name for every shape. Names that were given stay; then those of names.toml; then each takes its own.

Shapes are named in one order, the short places first, and each takes the shortest of its names that is free. So what
is added below or beside a shape leaves its name alone, and two that want one name are told apart, never refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import define, field, frozen

from .candidates import candidates, last_resort
from .given import Given, Renamed, carry, next_given, renamed
from .names import Names, Shape, address, place_rank

__all__ = ["Assigned", "assign"]

#: Names that the generated modules use themselves; a class may not take them.
PYTHON_NAMES = {
    *("Any", "Literal", "Self", "Mapping", "Extensible", "Unset", "UNSET", "File", "Response", "DecodeError"),
    *("KeyError", "HTTPStatus", "BytesIO", "UUID", "Client", "AuthenticatedClient", "Answer", "UnknownAnswer"),
    *("Decimal", "Final", "Kinds", "NO_NULLS", "Secret", "Sequence", "TYPE_CHECKING"),
    *("Endpoint", "FormPart", "Moment", "ObjectValue", "Operation", "Parameter", "RequestBody"),
}


@frozen
class Assigned:
    """The name of each shape by its key, the names given so far, those that have changed, and what to tell of it.

    ``unused`` are the lines of names.toml that fit nothing.
    """

    names: dict[str, str]
    given: dict[str, Given]
    renamed: tuple[Renamed, ...]
    notes: tuple[str, ...]
    unused: tuple[str, ...]


def assign(
    shapes: Iterable[Shape], names: Names, *, reserved: set[str], given: Mapping[str, Given] | None = None
) -> Assigned:
    """A unique name for every shape. ``reserved`` are the components that the overlay brings."""
    given = given or {}
    by_key = {shape.key: shape for shape in shapes}
    order = sorted(by_key.values(), key=_turn)
    carried = carry(by_key, {name: said for name, said in given.items() if name not in reserved})
    naming = _Naming(names, reserved, by_key)
    naming.take_curated(order, carried)
    for key, name in carried.items():
        if key not in naming.named and name.lower() not in naming.taken:
            naming.take(key, name)
    naming.refused |= _kept_free(given, by_key)
    for shape in order:
        if shape.key not in naming.named:
            naming.take_own(shape, candidates(shape, names))
    gone = renamed(by_key, naming.named, given)
    after = next_given(by_key, naming.named, given, [one.was for one in gone])
    return Assigned(naming.named, after, tuple(gone), (*map(str, gone), *naming.notes), names.unused(order))


@define
class _Naming:
    """The names taken so far. Two that differ in capitals only would be one file, so they are kept in small letters."""

    names: Names
    reserved: set[str]
    shapes: Mapping[str, Shape]
    named: dict[str, str] = field(factory=dict[str, str])
    taken: dict[str, str] = field(factory=dict[str, str])
    refused: set[str] = field(factory=set[str])
    notes: list[str] = field(factory=list[str])

    def __attrs_post_init__(self) -> None:
        # What names.toml says of a name in Python is for the shapes that it or an earlier build gave that name.
        python = self.names.plain | self.names.open | self.names.own | self.names.aliases
        self.refused |= {name.lower() for name in self.reserved | PYTHON_NAMES | python}

    def take(self, key: str, name: str) -> None:
        self.named[key] = name
        self.taken[name.lower()] = key

    def take_curated(self, order: list[Shape], carried: Mapping[str, str]) -> None:
        """The names of names.toml. One that fits several shapes is for the one that has it, or for the first."""
        wanted: dict[str, list[str]] = {}
        for shape in order:
            fits = self.names.curated_for(shape)
            if not fits:
                continue
            name = carried[shape.key] if carried.get(shape.key) in fits else fits[0]
            if name in self.reserved:
                self.notes.append(
                    f"names.toml gives {_place(shape)} the name {name}, which the overlay brings; it gets another"
                )
            else:
                wanted.setdefault(name.lower(), []).append(shape.key)
                self.taken.setdefault(name.lower(), "")
                self.named.setdefault(shape.key, name)
        for lower, keys in wanted.items():
            holder = next((key for key in keys if carried.get(key, "").lower() == lower), keys[0])
            self.taken[lower] = holder
            for key in keys:
                if key != holder:
                    self.notes.append(
                        f"names.toml gives the name {self.named.pop(key)} to {_place(self.shapes[holder])} and to "
                        f"{_place(self.shapes[key])}; the second gets another"
                    )

    def take_own(self, shape: Shape, likely: list[str]) -> None:
        """The first of a shape's own names that is free."""
        first = next(iter(likely), "")
        other = self.shapes.get(self.taken.get(first.lower(), ""))
        if shape.kind == "enum" and shape.asked_only and other is not None and not other.asked_only:
            likely = [first, f"{first}Param", *likely]
        name = next((name for name in likely if self._is_free(name)), None) or last_resort(shape)
        if other is not None:
            self.notes.append(f"{_place(shape)} is called {name}, because {_place(other)} is {first}")
        self.take(shape.key, name)

    def _is_free(self, name: str) -> bool:
        return name.lower() not in self.taken and name.lower() not in self.refused


def _turn(shape: Shape) -> tuple[bool, tuple[int, int, str], str, str]:
    """Whose turn it is: the short places first. Values of requests come last, because they can say their side."""
    place = min(shape.places, key=place_rank)
    return (shape.kind == "enum" and shape.asked_only, place_rank(place), shape.kind, shape.key)


def _kept_free(given: Mapping[str, Given], shapes: Mapping[str, Shape]) -> set[str]:
    """The names that a client of these operations has had, in small letters."""
    operations = {place[0].name for shape in shapes.values() for place in shape.places}
    known = {said.place.partition(".")[0] for said in given.values()}
    return {name.lower() for name in given} if operations & known else set()


def _place(shape: Shape) -> str:
    return address(min(shape.places, key=place_rank))
