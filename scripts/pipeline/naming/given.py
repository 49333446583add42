"""Given: the names that shapes have had so far, and which shape of a document each of them means today. Pure.

`names.lock.json` has a line for each name: where its shape stands, and what it has. A shape is known again by its
place, whatever was added to it; where variants have come or gone, and with them the words in angle brackets, it is the
one most alike near there. A name whose shape the document no longer has stays in the file, and no other shape gets it.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, cast

from attrs import asdict, frozen

from ..document.errors import PipelineError
from ..document.tree import is_mapping
from .names import Shape, address, place_rank

__all__ = ["Given", "Renamed", "carry", "given_text", "load_given", "next_given", "renamed"]

#: How much of two shapes has to be the same for one to be the other, where only the place is nearly the same.
ALIKE = 0.5
#: How much more a shape counts that stands at the very place.
AT_PLACE = 0.2
BARELY = 0.01


@frozen
class Given:
    """What a name means: the kind of shape, its side ("" for values), its place, and what it has.

    ``has`` are the properties of an object, the values of an enum, or the variants of a union.
    """

    kind: str
    side: str
    place: str
    has: tuple[str, ...]


@frozen
class Renamed:
    """A name that its shape does not have any more."""

    place: str
    was: str
    now: str

    def __str__(self) -> str:
        return f"{self.was} ({self.place}) is called {self.now} now"


def load_given(path: Path) -> dict[str, Given]:
    """Read `names.lock.json`; nothing was given where it is not there."""
    if not path.exists():
        return {}
    try:
        table = cast(dict[str, Any], json.loads(path.read_text(encoding="utf-8")))
        return {
            name: Given(str(one["kind"]), str(one["side"]), str(one["place"]), tuple(map(str, one["has"])))
            for name, one in table.items()
        }
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise PipelineError(
            f"is not a lock of names: {error!r}", source=str(path), hint="restore it with git, it is built"
        ) from error


def given_text(given: Mapping[str, Given]) -> str:
    """`names.lock.json`: a line for each name."""
    lines = [
        f" {json.dumps(name)}: {json.dumps(asdict(given[name]), ensure_ascii=False, separators=(', ', ': '))}"
        for name in sorted(given)
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n" if lines else "{}\n"


def carry(shapes: Mapping[str, Shape], given: Mapping[str, Given]) -> dict[str, str]:
    """The shapes, by key, that still have their names."""
    if not given:
        return {}
    has = {key: _has(shape, shapes) for key, shape in shapes.items()}
    near = _by_place(shapes)
    likely = [
        (score, name, key)
        for name, said in given.items()
        for key, places in near.get((said.kind, said.side, _loose(said.place)), {}).items()
        if (score := _score(said, places, has[key])) > 0
    ]
    carried = _pick(likely, shapes, given)
    return carried | _moved(shapes, given, carried, has)


def next_given(
    shapes: Mapping[str, Shape], named: Mapping[str, str], given: Mapping[str, Given], gone: Iterable[str]
) -> dict[str, Given]:
    """The names given so far and those of ``named``, without those that are ``gone``.

    A shape that still stands where it got its name keeps that place, even where it has come to a shorter one.
    """
    found = {name: said for name, said in given.items() if name not in set(gone)}
    for key, name in named.items():
        shape = shapes[key]
        places = set(map(address, shape.places))
        before = found.get(name)
        stays = before is not None and before.place in places
        place = before.place if before is not None and stays else address(min(shape.places, key=place_rank))
        found[name] = Given(_kind(shape), shape.side, place, _has(shape, shapes))
    return found


def renamed(shapes: Mapping[str, Shape], named: Mapping[str, str], given: Mapping[str, Given]) -> list[Renamed]:
    """The names of ``given`` whose shapes are called otherwise in ``named``."""
    present = set(named.values())
    near = _by_place(shapes)
    found: list[Renamed] = []
    for name, said in sorted(given.items()):
        if name in present:
            continue
        there = near.get((said.kind, said.side, _loose(said.place)), {})
        scored = [(_score(said, places, _has(shapes[key], shapes)), named[key]) for key, places in there.items()]
        likely = [(-score, now) for score, now in scored if score > 0]
        if likely:
            found.append(Renamed(said.place, name, min(likely)[1]))
    return found


def _by_place(shapes: Mapping[str, Shape]) -> dict[tuple[str, str, str], dict[str, set[str]]]:
    """The places of shapes, by kind, side and place without variants, then by the key of the shape."""
    found: dict[tuple[str, str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for key, shape in shapes.items():
        for place in shape.places:
            text = address(place)
            found[_kind(shape), shape.side, _loose(text)][key].add(text)
    return found


def _moved(
    shapes: Mapping[str, Shape], given: Mapping[str, Given], carried: Mapping[str, str], has: Mapping[str, Any]
) -> dict[str, str]:
    """The shapes that have left their places but not their property, in an operation whose shapes have names."""
    known = {said.place.partition(".")[0] for said in given.values()}
    taken = set(carried.values())
    free: dict[tuple[str, str, str], list[tuple[str, Given]]] = defaultdict(list)
    for name, said in sorted(given.items()):
        if name not in taken:
            free[said.kind, said.side, _end(said.place)].append((name, said))
    likely = [
        (score, name, key)
        for key, shape in shapes.items()
        if key not in carried and any(place[0].name in known for place in shape.places)
        for end in {_end(address(place)) for place in shape.places} - {"body", "response"}
        for name, said in free.get((_kind(shape), shape.side, end), [])
        if (score := _shared(said.has, has[key], max)) > ALIKE
        and not _contradict(said.has, has[key])
        and not _loosened(said.has, has[key])
    ]
    return _pick(likely, shapes, given)


def _pick(
    likely: list[tuple[float, str, str]], shapes: Mapping[str, Shape], given: Mapping[str, Given]
) -> dict[str, str]:
    """For each shape its most likely name, each name once."""
    ordered = {key: sorted(shapes[key].places, key=place_rank) for _, _, key in likely}
    turns = {key: {address(place): turn for turn, place in enumerate(places)} for key, places in ordered.items()}

    def rank(one: tuple[float, str, str]) -> tuple[float, tuple[int, int, str], int, str]:
        score, name, key = one
        return -score, place_rank(ordered[key][0]), turns[key].get(given[name].place, len(turns[key])), name

    picked: dict[str, str] = {}
    taken: set[str] = set()
    for _, name, key in sorted(likely, key=rank):
        if key not in picked and name not in taken:
            picked[key] = name
            taken.add(name)
    # Of shapes that are one now, the name of the first place stays, whichever of them grew or shrank.
    for _, name, key in (one for one in likely if one[2] in picked):
        turn, mine = (turns[key].get(given[one].place, len(turns[key])) for one in (name, picked[key]))
        if name not in taken and turn < mine < len(turns[key]):
            taken.add(name)
            picked[key] = name
    return picked


def _kind(shape: Shape) -> str:
    return "open" if shape.catch_all else shape.kind


def _has(shape: Shape, shapes: Mapping[str, Shape]) -> tuple[str, ...]:
    """What a shape has, as texts that can be compared with those of another document."""
    if shape.kind == "enum":
        return tuple(sorted(map(str, shape.body["enum"])))
    if shape.kind == "object":
        properties = cast(dict[str, Any], shape.body["properties"])
        return tuple(sorted(_with_constant(name, part) for name, part in properties.items()))
    tag = str(cast(dict[str, Any], shape.body.get("discriminator", {})).get("propertyName", ""))
    found: set[str] = set()
    for member in shape.body["anyOf"]:
        variant = shapes.get(str(member.get("$shape")))
        if variant is None:
            continue
        values = _values(variant.body["properties"].get(tag), shapes)
        found |= values or {"+".join(sorted(variant.body["properties"]))}
    return tuple(sorted(found))


def _with_constant(name: str, part: Any) -> str:
    return f"{name}={part['const']}" if is_mapping(part) and "const" in part else name


def _values(part: Any, shapes: Mapping[str, Shape]) -> set[str]:
    if not is_mapping(part):
        return set()
    referred = shapes.get(str(part.get("$shape")))
    return set(map(str, referred.body.get("enum", []) if referred else [part["const"]] if "const" in part else []))


def _score(said: Given, places: Iterable[str], has: tuple[str, ...]) -> float:
    """How likely it is that a name means a shape which stands near its place; 0 where it cannot."""
    alike = _shared(said.has, has, max)
    if said.place in places:
        return alike + AT_PLACE
    wanted = _variants(said.place)
    related = any(
        len(found) == len(wanted) and all(one & other for one, other in zip(wanted, found, strict=True))
        for found in map(_variants, places)
    )
    names = [[part.partition("=")[0] for part in parts] for parts in (said.has, has)]
    if _contradict(said.has, has) or not (related or _shared(names[0], names[1], min) >= ALIKE):
        return 0
    if not (related and wanted) and _loosened(said.has, has):
        return 0
    return alike + BARELY


def _variants(place: str) -> list[set[str]]:
    return [set(re.findall(r"[^|+]+", text)) for text in re.findall(r"<([^>]*)>", place)]


def _shared(first: Iterable[str], second: Iterable[str], most: Callable[[int, int], int]) -> float:
    """The part of two sets that is the same: of the larger one, or of the smaller one."""
    one, other = set(first), set(second)
    return len(one & other) / (most(len(one), len(other)) or 1)


def _contradict(first: Iterable[str], second: Iterable[str]) -> bool:
    """Whether two objects fix one property to different values: variants with other tags."""
    one, other = (dict(part.split("=", 1) for part in parts if "=" in part) for parts in (first, second))
    return any(other.get(name, value) != value for name, value in one.items())


def _loosened(said: Iterable[str], has: Iterable[str]) -> bool:
    """Whether a property that a name says a fixed value of may have others in a shape: the name would be wrong."""
    fixed = {part.partition("=")[0] for part in said if "=" in part}
    return bool(fixed & set(has))


def _loose(place: str) -> str:
    """A place without its variants: which words tell them apart depends on their neighbours."""
    return re.sub(r"<[^>]*>", "", place)


def _end(place: str) -> str:
    return re.split(r"[.\[\]{}]+", _loose(place).rstrip(".[]{}"))[-1]
