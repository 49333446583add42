"""Drift: what a fresh document says that the committed one does not, one change for each thing that changed. Pure.

Both sides are compared in the form of `upstream.yaml`, so that order, prose and repaired invalidity do not count,
and from the operations inwards, so that the names that shapes were given do not count either. What differs by model,
or was united into one shape because it is nearly equal, is compared as it was before (`exact_form`).

The class of a change depends on its side. A request may allow more, an answer may promise more; what an answer may
newly hold breaks those who relied on the old, unless the document itself leaves the set open. All else is breaking.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, TypeAlias, cast

from attrs import define

from ..document.schemas import canonical_json
from ..document.tree import Json
from ..normalize.select import NOT_KEPT
from .changes import Change, Kind, merged
from .exact import exact_form
from .operation_changes import compare_answers, compare_bodies, compare_parameters, with_moves
from .pairing import Shapes
from .views import spread

__all__ = ["compare"]

#: From how many common names on, and from which part of all, two operations at other paths count as one that moved.
FEW = 3
NEARLY = 0.75

_Same: TypeAlias = "Callable[[_Operation, _Operation], bool]"


@define(eq=False)
class _Operation:
    """One operation with its place, and the shapes of its document."""

    method: str
    path: str
    body: Json
    shapes: Json

    @property
    def name(self) -> str:
        return str(self.body.get("operationId") or f"{self.method.upper()} {self.path}")

    @property
    def place(self) -> str:
        return f"{self.method.upper()} {self.path}"

    @cached_property
    def shape(self) -> str:
        """What it takes and gives, to know it again elsewhere."""
        said = {key: value for key, value in self.body.items() if key not in ("operationId", "tags", "summary")}
        return canonical_json(spread(said, self.shapes))

    @cached_property
    def members(self) -> tuple[set[str], set[str]]:
        """The names of what it takes, and of what it gives."""
        asked = {str(one["name"]) for one in self.body.get("parameters", [])}
        asked |= self._properties(self.body.get("requestBody", {}))
        return asked, {name for answer in self.body.get("responses", {}).values() for name in self._properties(answer)}

    def _properties(self, said: Json) -> set[str]:
        shapes = Shapes(self.shapes)
        media = cast("dict[str, Json]", said.get("content", {})).values()
        members = [member for one in media for member in shapes.members(one.get("schema", {}))]
        return {name for member in members for name in shapes.resolved(member).get("properties", {})}

    @property
    def words(self) -> tuple[str, ...]:
        """The parts of the path that are neither parameters nor versions."""
        parts = [part for part in self.path.split("/") if part and not part.startswith(("{", ":"))]
        return tuple(part for part in parts if not re.fullmatch(r"v\d+|api", part))


def compare(committed: Json, fresh: Json) -> list[Change]:
    """Every change between two upstream documents, the worst first within an operation."""
    left_out = list(_compare_left_out(committed, fresh))
    committed, fresh = exact_form(committed), exact_form(fresh)
    pairs, changes = _matched(_operations(committed), _operations(fresh))
    for before, after in pairs:
        changes += with_moves(_compare_operation(before, after, committed, fresh))
    return merged([*changes, *left_out])


def _compare_left_out(committed: Json, fresh: Json) -> Iterator[Change]:
    """The operations that the documents have and that are not kept, where both say which."""
    if NOT_KEPT not in committed or NOT_KEPT not in fresh:
        return
    old, new = set(committed[NOT_KEPT]), set(fresh[NOT_KEPT])
    for place in new - old:
        yield Change((place,), "", "", "new, not kept", "additive", None, place)
    for place in old - new:
        yield Change((place,), "", "", "removed, was not kept", "docs", place)


def _operations(document: Json) -> dict[str, _Operation]:
    shapes = cast("Json", document.get("components", {}).get("schemas", {}))
    found = [
        _Operation(method, path, body, shapes)
        for path, item in document["paths"].items()
        for method, body in item.items()
    ]
    return {one.place: one for one in found}


def _matched(
    old: dict[str, _Operation], new: dict[str, _Operation]
) -> tuple[list[tuple[_Operation, _Operation]], list[Change]]:
    """The operations to compare, and those that came, went and moved."""
    pairs = [(old[place], new[place]) for place in old if place in new]
    gone = [one for place, one in old.items() if place not in new]
    come = [one for place, one in new.items() if place not in old]
    changes: list[Change] = []
    for is_same in (_same_name, _same_shape, _same_words, _nearly_same_shape):
        for before in list(gone):
            after = _counterpart(before, gone, come, is_same)
            if after is None:
                continue
            gone.remove(before)
            come.remove(after)
            pairs.append((before, after))
            # Only the spelling of a parameter in the path: no program sees it.
            if _nameless(before.place) != _nameless(after.place):
                changes.append(Change((after.name,), "", "", "operation moved", "breaking", before.place, after.place))
    changes += [Change((one.name,), "", "", "operation removed", "breaking", one.place) for one in gone]
    changes += [Change((one.name,), "", "", "operation added", "additive", None, one.place) for one in come]
    return pairs, changes


def _counterpart(
    before: _Operation, gone: list[_Operation], come: list[_Operation], is_same: _Same
) -> _Operation | None:
    """What ``before`` became: the likely one whose path is nearest, where the choice is the same from both ends."""
    after = _nearest(before, [one for one in come if is_same(before, one)])
    back = _nearest(after, [one for one in gone if is_same(one, after)]) if after else None
    return after if back is before else None


def _nearest(one: _Operation, likely: list[_Operation]) -> _Operation | None:
    """The operation that shares most of the path; None where two are equally near."""
    ranked = sorted(likely, key=lambda other: (-_shared(one, other), other.place))
    if len(ranked) > 1 and _shared(one, ranked[0]) == _shared(one, ranked[1]):
        return None
    return ranked[0] if ranked else None


def _shared(one: _Operation, other: _Operation) -> float:
    mine, theirs = set(one.path.split("/")), set(other.path.split("/"))
    return len(mine & theirs) / len(mine | theirs)


def _same_name(one: _Operation, other: _Operation) -> bool:
    return one.name == other.name


def _same_shape(one: _Operation, other: _Operation) -> bool:
    return one.method == other.method and one.shape == other.shape


def _same_words(one: _Operation, other: _Operation) -> bool:
    """The same path but for its version, and for its parameters, which may have become others, or part of the query."""
    return one.method == other.method and one.words == other.words


def _nearly_same_shape(one: _Operation, other: _Operation) -> bool:
    """Most of what both take and give has the same names, of each at least a few."""
    taken, given = (
        (len(mine & theirs), len(mine | theirs)) for mine, theirs in zip(one.members, other.members, strict=True)
    )
    return (
        one.method == other.method
        and taken[0] >= FEW
        and all(common >= NEARLY * every for common, every in (taken, given))
    )


def _nameless(place: str) -> str:
    return "/".join("{}" if part.startswith("{") else part for part in place.split("/"))


def _compare_operation(before: _Operation, after: _Operation, committed: Json, fresh: Json) -> Iterator[Change]:
    name = (after.name,)
    if bool(before.body.get("deprecated")) != bool(after.body.get("deprecated")):
        what = "deprecated" if after.body.get("deprecated") else "no longer deprecated"
        yield Change(name, "", "", what, "docs")
    yield from _compare_security(name, before.body.get("security"), after.body.get("security"))
    yield from compare_parameters(name, before.body, after.body, committed, fresh)
    yield from compare_bodies(name, before.body, after.body, committed, fresh)
    yield from compare_answers(name, before.body, after.body, committed, fresh)


def _compare_security(name: tuple[str, ...], was: Any, now: Any) -> Iterator[Change]:
    """Whether a key is needed. Where the document did not say, saying it changes no program."""
    old, new = _needs_key(was), _needs_key(now)
    if old == new:
        return
    words = {None: "not said", True: "key needed", False: "no key needed"}
    kind: Kind = "docs" if None in (old, new) else "breaking" if new else "additive"
    yield Change(name, "request", "authentication", "changed", kind, words[old], words[new])


def _needs_key(security: Any) -> bool | None:
    return None if security is None else bool(security) and {} not in security
