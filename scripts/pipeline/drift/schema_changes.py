"""The differences between two schemas, from their places inwards, and the class of each by its side. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Literal, TypeAlias, cast

from attrs import frozen

from ..document.schemas import (
    ANNOTATIONS,
    NULL,
    TAG_CANDIDATES,
    canonical_json,
    find_discriminator,
    is_object,
    tag_values,
)
from ..document.tree import Json, is_list, is_mapping
from .views import gist, members_of, name_of, spread, types_of, values_of

__all__ = ["SchemaDifference", "Side", "compare_schemas"]

Side: TypeAlias = Literal["request", "response"]
Kind: TypeAlias = Literal["additive", "breaking"]

#: Keywords whose value, when it grows, allows more, and those where it allows less.
UPPER = {"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"}
LOWER = {"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"}
#: Keywords that are looked at one by one below.
LOOKED_AT = {
    *("type", "enum", "const", "anyOf", "oneOf", "properties", "required", "additionalProperties", "items", "$ref"),
    *("discriminator", "prefixItems"),
}

#: The common part of all their properties from which on two objects with no tag count as one that changed.
ALIKE = 0.5


@frozen
class SchemaDifference:
    """One difference of two schemas; see `Change` in `changes.py`."""

    place: str
    what: str
    kind: Kind
    was: Any = None
    now: Any = None


def compare_schemas(
    was: Json, now: Json, side: Side, committed: Json, fresh: Json, place: str
) -> Iterator[SchemaDifference]:
    """Every difference; each pair of named shapes is compared once, wherever it is used."""
    yield from _Comparison(side, _shapes(committed), _shapes(fresh)).compare(was, now, place)


def _shapes(document: Json) -> Json:
    return cast("Json", document.get("components", {}).get("schemas", {}))


class _Comparison:
    """One comparison of two trees of schemas."""

    def __init__(self, side: Side, old: Json, new: Json) -> None:
        self._side = side
        self._old = old
        self._new = new
        self._seen: set[tuple[str, str]] = set()
        self._spread: dict[tuple[bool, str], str] = {}

    def compare(self, was: Json, now: Json, place: str, *, opened: bool = False) -> Iterator[SchemaDifference]:
        """Every difference of two schemas at ``place``; ``opened`` where any text is allowed beside their values."""
        was_name, now_name = name_of(was), name_of(now)
        if was_name or now_name:
            pair = (was_name or canonical_json(was), now_name or canonical_json(now))
            if pair in self._seen:
                return
            self._seen.add(pair)
        # A shape is told by its name, what has none by its place in the one around it.
        here = now_name or was_name or place
        if canonical_json(was) == canonical_json(now) and not _refers(was):
            return
        whole, other = self._resolved(was, self._old), self._resolved(now, self._new)
        if not whole or not other:
            if whole != other:
                what = "any value allowed" if not other else "type given"
                yield SchemaDifference(here, what, self._kind(not other), gist(was), gist(now))
            return
        yield from self._variants(was, now, here, opened)

    def _variants(self, was: Json, now: Json, here: str, opened: bool) -> Iterator[SchemaDifference]:
        """Unions by their members; a schema that is none is a union of one."""
        old, new = self._members(was, self._old), self._members(now, self._new)
        if NULL in old and NULL not in new:
            yield SchemaDifference(here, "null no longer allowed", self._kind(False), "null")
        if NULL in new and NULL not in old:
            yield SchemaDifference(here, "null allowed", self._kind(True), None, "null")
        old, new = [one for one in old if one != NULL], [one for one in new if one != NULL]
        if len(old) == len(new) == 1:
            yield from self._plain(old[0], new[0], here, opened)
            return
        pairs, gone, come = self._paired(old, new)
        for one in gone:
            yield SchemaDifference(here, "variant removed", self._kind(False), gist(one))
        for one in come:
            yield SchemaDifference(here, "variant added", self._kind_of_variant(old, one), None, gist(one))
        opened = opened or any(member.get("type") == "string" and values_of(member) is None for member in old)
        for one, other in pairs:
            yield from self.compare(one, other, here, opened=opened)

    def _kind_of_variant(self, old: list[Json], variant: Json) -> Kind:
        """An answer may hold a new variant where the tag tells it apart: what is not known passes the client."""
        objects = [self._resolved(one, self._old) for one in old]
        body = self._resolved(variant, self._new)
        tagged = is_object(body) and len(objects) > 1 and all(map(is_object, objects))
        known = tagged and find_discriminator([self._seen_through(one, self._old) for one in objects])
        return "additive" if known or self._side == "request" else "breaking"

    def _members(self, schema: Json, shapes: Json) -> list[Json]:
        """The members of a union with the unions among them unfolded; an object stays a reference."""
        target = self._resolved(schema, shapes)
        if len(members_of(target)) == 1 and members_of(target)[0] is target:
            return [schema]
        return [part for member in members_of(target) for part in self._members(member, shapes)]

    def _paired(self, old: list[Json], new: list[Json]) -> tuple[list[tuple[Json, Json]], list[Json], list[Json]]:
        """Which member of a union became which: by equality, tag, name, likeness, type; one to one alone."""
        gone, come = list(old), list(new)
        pairs: list[tuple[Json, Json]] = []

        def pair(one: Json, other: Json) -> None:
            gone.remove(one)
            come.remove(other)
            pairs.append((one, other))

        for label in (self._whole, self._tag, self._name):
            for one in list(gone):
                mine = label(one, self._old)
                likely = [other for other in come if mine and label(other, self._new) == mine]
                if len(likely) == 1:
                    pair(one, likely[0])
        for one in list(gone):
            likest = max(come, key=partial(self._likeness, one), default=None)
            if likest is not None and self._likeness(one, likest) >= ALIKE:
                pair(one, likest)
        for one in list(gone):
            mine = self._type(one, self._old)
            likely = [other for other in come if mine and self._type(other, self._new) == mine]
            rivals = [other for other in gone if self._type(other, self._old) == mine]
            if len(likely) == len(rivals) == 1:
                pair(one, likely[0])
        return pairs, gone, come

    def _likeness(self, one: Json, other: Json) -> float:
        """How much of the names of the properties of two objects with no tag, or one tag, is common to both."""
        first, second = self._resolved(one, self._old), self._resolved(other, self._new)
        if not (is_object(first) and is_object(second)) or self._tag(one, self._old) != self._tag(other, self._new):
            return 0
        mine, theirs = set(first["properties"]), set(second["properties"])
        return len(mine & theirs) / len(mine | theirs)

    def _whole(self, member: Json, shapes: Json) -> str:
        """All that a schema says, the names of shapes apart."""
        key = (shapes is self._old, name_of(member) or canonical_json(member))
        if key not in self._spread:
            self._spread[key] = canonical_json(spread(member, shapes))
        return self._spread[key]

    def _tag(self, member: Json, shapes: Json) -> str:
        body = self._seen_through(self._resolved(member, shapes), shapes)
        return canonical_json({tag: values for tag in TAG_CANDIDATES if (values := tag_values(body, tag))}).strip("{}")

    def _name(self, member: Json, _shapes: Json) -> str:
        return name_of(member)

    def _type(self, member: Json, shapes: Json) -> str:
        return "|".join(sorted(types_of(self._resolved(member, shapes))))

    def _seen_through(self, schema: Json, shapes: Json) -> Json:
        """An object with the values of its properties in place, so that its tag can be seen."""
        properties = cast("dict[str, Json]", schema.get("properties", {}))
        return {**schema, "properties": {name: self._resolved(part, shapes) for name, part in properties.items()}}

    def _plain(self, was: Json, now: Json, here: str, opened: bool) -> Iterator[SchemaDifference]:
        """Two schemas that are no unions."""
        was, now = self._resolved(was, self._old), self._resolved(now, self._new)
        yield from self._types(was, now, here)
        yield from self._values(was, now, here, opened)
        yield from self._properties(was, now, here)
        yield from self._additional(was, now, here)
        if ("items" in was or "items" in now) and "array" in types_of(was) & types_of(now):
            yield from self.compare(was.get("items", {}), now.get("items", {}), f"{here}[]")
        for index, (one, other) in enumerate(zip(was.get("prefixItems", []), now.get("prefixItems", []), strict=False)):
            yield from self.compare(one, other, f"{here}[{index}]")
        yield from self._limits(was, now, here)

    def _types(self, was: Json, now: Json, here: str) -> Iterator[SchemaDifference]:
        old, new = types_of(was), types_of(now)
        if old == new or not (old and new):
            return
        if {*old, *new} == {"integer", "number"}:
            yield SchemaDifference(here, "type changed", self._kind("number" in new), "|".join(old), "|".join(new))
            return
        if not old & new:
            yield SchemaDifference(here, "type changed", "breaking", "|".join(sorted(old)), "|".join(sorted(new)))
            return
        if new - old:
            yield SchemaDifference(here, "type allowed", self._kind(True), None, sorted(new - old))
        if old - new:
            yield SchemaDifference(here, "type no longer allowed", self._kind(False), sorted(old - new))

    def _values(self, was: Json, now: Json, here: str, opened: bool) -> Iterator[SchemaDifference]:
        old, new = values_of(was), values_of(now)
        if old is None and new is None:
            return
        if old is None or new is None:
            what = "any value allowed" if new is None else "values limited"
            yield SchemaDifference(here, what, self._kind(new is None), old, new)
            return
        come, gone = [one for one in new if one not in old], [one for one in old if one not in new]
        if come and gone and "const" in was and "const" in now:
            yield SchemaDifference(here, "constant changed", "breaking", old[0], new[0])
            return
        if come:
            # A program may rely on the values of an answer, unless the document says that there can be others.
            kind: Kind = "breaking" if self._side == "response" and not opened else "additive"
            yield SchemaDifference(here, "values added", kind, None, come)
        if gone:
            yield SchemaDifference(here, "values removed", self._kind(False), gone)

    def _properties(self, was: Json, now: Json, here: str) -> Iterator[SchemaDifference]:
        old, new = cast("Json", was.get("properties", {})), cast("Json", now.get("properties", {}))
        was_required, now_required = set(was.get("required", [])), set(now.get("required", []))
        gone, come = [name for name in old if name not in new], [name for name in new if name not in old]
        for name in list(gone):
            whole = self._whole(old[name], self._old)
            likely = [other for other in come if self._whole(new[other], self._new) == whole]
            rivals = [other for other in gone if self._whole(old[other], self._old) == whole]
            if len(likely) == 1 and len(rivals) == 1 and (name in was_required) == (likely[0] in now_required):
                gone.remove(name)
                come.remove(likely[0])
                yield SchemaDifference(f"{here}.{name}", "property renamed", "breaking", name, likely[0])
        for name in gone:
            yield SchemaDifference(f"{here}.{name}", "property removed", "breaking", gist(old[name]))
        for name in come:
            demanded = name in now_required
            what = "required property added" if demanded and self._side == "request" else "property added"
            kind: Kind = "breaking" if demanded and self._side == "request" else "additive"
            yield SchemaDifference(f"{here}.{name}", what, kind, None, gist(new[name]))
        for name in (one for one in old if one in new):
            if name in now_required and name not in was_required:
                what = "now required" if self._side == "request" else "now guaranteed"
                yield SchemaDifference(f"{here}.{name}", what, self._kind(False), "optional", "required")
            if name in was_required and name not in now_required:
                what = "no longer required" if self._side == "request" else "no longer guaranteed"
                yield SchemaDifference(f"{here}.{name}", what, self._kind(True), "required", "optional")
            yield from self.compare(old[name], new[name], f"{here}.{name}")

    def _additional(self, was: Json, now: Json, here: str) -> Iterator[SchemaDifference]:
        old, new = was.get("additionalProperties", True), now.get("additionalProperties", True)
        if old == new or not ("object" in types_of(was) and "object" in types_of(now)):
            return
        if is_mapping(old) and is_mapping(new):
            yield from self.compare(old, new, f"{here}.*")
        elif old is False or new is False:
            # Unknown members of an answer are kept by the client, so that opening it breaks nothing.
            opened = old is False
            what = "other properties allowed" if opened else "other properties refused"
            yield SchemaDifference(here, what, "additive" if opened else self._kind(False), gist(old), gist(new))
        else:
            opened = not is_mapping(new)
            what = "values of any type allowed" if opened else "values given a type"
            yield SchemaDifference(f"{here}.*", what, self._kind(opened), gist(old), gist(new))

    def _limits(self, was: Json, now: Json, here: str) -> Iterator[SchemaDifference]:
        for keyword in sorted((set(was) | set(now)) - LOOKED_AT - (ANNOTATIONS - {"default"})):
            old, new = was.get(keyword), now.get(keyword)
            if canonical_json(old) == canonical_json(new):
                continue
            if keyword == "default":
                # The request is as valid as before; what it means where the value is left out is the gateway's.
                kind: Kind = "additive"
            elif keyword in UPPER | LOWER and isinstance(old, (int, float)) and isinstance(new, (int, float)):
                kind = self._kind((new > old) == (keyword in UPPER))
            elif old is None or new is None:
                kind = self._kind(new is None)
            else:
                kind = "breaking"
            yield SchemaDifference(here, f"{keyword} changed", kind, old, new)

    def _kind(self, allows_more: bool) -> Kind:
        """A request that allows more is an addition, and an answer that allows less."""
        return "additive" if allows_more == (self._side == "request") else "breaking"

    @staticmethod
    def _resolved(schema: Json, shapes: Json) -> Json:
        name = name_of(schema)
        if not name:
            return schema
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        return {**cast("Json", shapes.get(name, {})), **beside}


def _refers(node: Any) -> bool:
    if is_mapping(node):
        return "$ref" in node or any(_refers(value) for value in node.values())
    return is_list(node) and any(_refers(value) for value in node)
