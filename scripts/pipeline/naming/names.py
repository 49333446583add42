"""Names: what a hoisted shape is called, from where it stands.

A name is a function of a shape's place (operation, side, property path, variant), never of its position among
its neighbours, so that reordering a document renames nothing. Curated names in `openapi/names.toml` come first;
then those that `given` knows; then the variant's tag and the role of its property, and where another shape has that
name, with its side and the names of its parents in front.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from attrs import define, field, frozen

from ..document.errors import PipelineError
from ..document.tree import Json
from ..source.toml import load_toml


@frozen
class Step:
    """One step of a shape's place.

    ``kind`` is ``op``, ``body``, ``response``, ``param``, ``prop``, ``item``, ``map`` or ``case``; a case holds
    the tag's values and, where these do not tell it apart, the property that does. A component that contains itself
    stands for an operation, with its side.
    """

    kind: str
    name: str = ""
    values: tuple[str, ...] = ()


Place = tuple[Step, ...]


@define
class Shape:
    """An object, union or closed set of values that gets a component of its own.

    ``body`` is its schema with nested shapes replaced by ``{"$shape": key}``.
    """

    key: str
    kind: str
    side: str
    body: Json
    places: list[Place] = field(factory=list[Place])
    hints: set[str] = field(factory=set[str])
    catch_all: bool = False

    @property
    def asked_only(self) -> bool:
        """Whether it stands in requests only."""
        return all("response" not in (place[1].kind, *place[0].values) for place in self.places)


@frozen
class Role:
    """How variants of one property are called: the suffix of a variant, the name of the union."""

    case: str
    union: str
    parents: int = 0


@frozen
class Names:
    """`names.toml`: curated names by place, the roles of properties, and what is no class, an alias, or any mapping."""

    curated: tuple[tuple[str, str], ...]
    operations: frozenset[str]
    roles: dict[str, Role]
    plain: frozenset[str] = frozenset()
    aliases: frozenset[str] = frozenset()
    open: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()

    def curated_for(self, shape: Shape) -> list[str]:
        """The curated names whose patterns fit the shape's first place, or else another, the most specific first."""
        ordered = sorted(shape.places, key=place_rank)
        for places in (ordered[:1], ordered[1:]):
            fits = [
                (len(_parse_pattern(pattern)), name)
                for pattern, name in self.curated
                if _suffix(pattern) == shape.kind
                and (shape.side == "body" or not name.endswith(("Param", "Params")))
                and any(self._applies(pattern, place) for place in places)
            ]
            if fits:
                return [name for _, name in sorted(fits, reverse=True)]
        return []

    def unused(self, shapes: Iterable[Shape]) -> tuple[str, ...]:
        """The lines of [names] that fit no shape."""
        by_kind: dict[str, list[Place]] = {}
        for shape in shapes:
            by_kind.setdefault(shape.kind, []).extend(shape.places)
        return tuple(
            pattern
            for pattern, _ in self.curated
            if not any(self._applies(pattern, place) for place in by_kind.get(_suffix(pattern), []))
        )

    def _applies(self, pattern: str, place: Place) -> bool:
        """Whether a pattern names a place: of a kept operation and, unless it names that, of a request."""
        anchored = _parse_pattern(pattern)[0] == place[0].name
        return place[0].name in self.operations and (anchored or place[1].kind != "response") and _fits(pattern, place)


def load_names(path: Path, operations: Iterable[str] = ()) -> Names:
    """Read `names.toml`; its curated names are for shapes of ``operations`` only."""
    table = load_toml(path)
    _check_tables(table, path)
    roles = {
        name: Role(case=entry["case"], union=entry["union"], parents=entry.get("parents", 0))
        for name, entry in cast(dict[str, Any], table.get("roles", {})).items()
    }
    python = cast(dict[str, list[str]], table.get("python", {}))
    curated = cast(dict[str, str], table.get("names", {}))
    for place, name in curated.items():
        if not re.fullmatch(r"[A-Z][A-Za-z0-9]*", name):
            raise PipelineError(
                f"{name!r} (for {place}) is no name of a class",
                source=str(path),
                hint="a name is letters and digits and begins with a capital",
            )
    return Names(
        curated=tuple(curated.items()),
        operations=frozenset(operations),
        roles=roles,
        plain=frozenset(python.get("plain", [])),
        aliases=frozenset(python.get("aliases", [])),
        open=frozenset(python.get("open", [])),
        own=frozenset(python.get("own", [])),
    )


def _check_tables(table: Mapping[str, Any], path: Path) -> None:
    """Raise `PipelineError` for a part that nothing reads: its names would be given to nothing."""
    unknown = [name for name in table if name not in ("names", "roles", "python")]
    unknown += [f"python.{name}" for name in table.get("python", {}) if name not in ("plain", "aliases", "open", "own")]
    if unknown:
        raise PipelineError(
            f"has {unknown[0]}, which nothing reads",
            source=str(path),
            hint="known are [names], [roles] and [python] with plain, aliases, open and own",
        )


def address(place: Place) -> str:
    """A place as text, the form in which names.toml spells it: ``create_message.body.messages[]<user>``."""
    text = ""
    for step in place:
        match step.kind:
            case "item":
                text += "[]"
            case "map":
                text += "{}"
            case "case":
                text += f"<{'+'.join(filter(None, ['|'.join(step.values), step.name]))}>"
            case "body" | "response":
                text += f".{step.kind}" + (f":{step.name}" if step.name else "")
            case "op":
                text += step.name
            case _:
                text += f".{step.name}"
    return text


# --- curated names


def _suffix(pattern: str) -> str:
    """The kind of shape that a pattern names: ``... union`` and ``... enum`` say so, an object needs no word."""
    return pattern.rpartition(" ")[2] if " " in pattern else "object"


@lru_cache(maxsize=512)
def _parse_pattern(pattern: str) -> list[str]:
    return re.findall(r"<[^>]*>|\[\]|\{\}|[^.<>\[\]{}]+", pattern.partition(" ")[0])


def _fits(pattern: str, place: Place) -> bool:
    """Whether a pattern describes the end of a place."""
    wanted = _parse_pattern(pattern)
    if len(wanted) > len(place):
        return False
    return all(_step_fits(want, step) for want, step in zip(reversed(wanted), reversed(place), strict=False))


def _step_fits(want: str, step: Step) -> bool:
    match step.kind:
        case "item":
            return want == "[]"
        case "map":
            return want == "{}"
        case "case":
            return want.startswith("<") and _case_fits(want[1:-1], step)
        case "body" | "response":
            return want == (f"{step.kind}:{step.name}" if step.name else step.kind)
        case _:
            return want == step.name


def _case_fits(want: str, step: Step) -> bool:
    value, _, distinct = want.partition("+")
    if not step.values:
        return want == step.name
    return value in step.values and distinct in ("", step.name)


def place_rank(place: Place) -> tuple[int, int, str]:
    """The order of the places of a shape: the shortest one, of the operation with the shortest name, lends its name."""
    return (len(place), len(place[0].name), address(place))
