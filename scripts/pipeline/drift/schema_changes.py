"""The differences between two schemas, from their places inwards, and the class of each by its side. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, Literal, TypeAlias, cast

from attrs import evolve, frozen

from ..document.schemas import ANNOTATIONS, NULL, canonical_json, find_discriminator, is_object
from ..document.tree import Json, is_mapping
from .limits import Effect, limit_changes
from .pairing import Shapes, paired
from .views import gist, title_of, types_of, values_of

__all__ = ["ModelVariant", "SchemaComparison", "SchemaDifference", "Side"]

Side: TypeAlias = Literal["request", "response"]
Kind: TypeAlias = Literal["docs", "additive", "breaking"]

#: Any model but those that are named.
OTHERS = "any other"


@frozen
class SchemaDifference:
    """One difference of two schemas; see `Change` in `changes.py`."""

    place: str
    what: str
    kind: Kind
    was: Any = None
    now: Any = None
    models: tuple[str, ...] = ()


@frozen
class ModelVariant:
    """What a request for some models says; for all that are not named elsewhere where ``models`` is empty."""

    models: tuple[str, ...]
    schema: Json

    def takes(self, model: str) -> bool:
        return model in self.models or not self.models


class SchemaComparison:
    """One comparison of the schemas of two documents, whose shapes are ``old`` and ``new``."""

    def __init__(self, side: Side, old: Json, new: Json) -> None:
        self._side = side
        self._old = Shapes(old)
        self._new = Shapes(new)
        #: What was found of each pair of schemas; None while it is looked for, where a shape contains itself.
        self._found: dict[tuple[str, str, str, bool, str], list[SchemaDifference] | None] = {}

    @cached_property
    def _mirror(self) -> SchemaComparison:
        """The comparison the other way round, of requests: whether all that the new one allows was allowed."""
        return SchemaComparison("request", self._new.schemas, self._old.schemas)

    def compare(
        self, was: Json, now: Json, place: str, *, opened: bool = False, tag: str = ""
    ) -> list[SchemaDifference]:
        """Every difference of two schemas at ``place``.

        opened: whether any text is allowed beside their values. tag: a property whose values are compared elsewhere.
        """
        # A shape is told by its name, what has none by its place in the one around it.
        here = title_of(now) or title_of(was) or place
        key = (canonical_json(was), canonical_json(now), here, opened, tag)
        if key not in self._found:
            self._found[key] = None
            self._found[key] = _unique(self._compare(was, now, here, opened, tag))
        return self._found[key] or []

    def _compare(self, was: Json, now: Json, here: str, opened: bool, tag: str) -> Iterator[SchemaDifference]:
        whole, other = self._old.resolved(was), self._new.resolved(now)
        if not set(whole) - ANNOTATIONS or not set(other) - ANNOTATIONS:
            if set(whole) - ANNOTATIONS or set(other) - ANNOTATIONS:
                anything = not set(other) - ANNOTATIONS
                what = "any value allowed" if anything else "type given"
                yield SchemaDifference(here, what, self._kind(anything), gist(was), gist(now))
            yield from self._limits(_annotations(whole), _annotations(other), here)
            return
        old, new = self._old.members(was), self._new.members(now)
        if NULL in old and NULL not in new:
            yield SchemaDifference(here, "null no longer allowed", self._kind(False), "null")
        if NULL in new and NULL not in old:
            yield SchemaDifference(here, "null allowed", self._kind(True), None, "null")
        old, new = [one for one in old if one != NULL], [one for one in new if one != NULL]
        if len(old) == len(new) == 1:
            yield from self._plain(old[0], new[0], here, opened, tag)
            return
        # What stands beside a schema that is no union is compared as that of the whole where both have it.
        both = set(_annotations(whole)) & set(_annotations(other))
        beside = [
            {key: part[key] for key in _annotations(part) if key in both or len(members) > 1}
            for part, members in ((whole, old), (other, new))
        ]
        yield from self._limits(beside[0], beside[1], here)
        old, new = ([_without(one, both) for one in these] if len(these) == 1 else these for these in (old, new))
        yield from self._union(old, new, here, opened)

    def by_model(
        self, old: list[ModelVariant], new: list[ModelVariant], place: str, united: Json | None = None
    ) -> list[SchemaDifference]:
        """The differences of a request that differs by model: each model's own schema with its own.

        A difference that shows in some models alone names them. ``united`` is what any old model took, so that what
        came with the new ones is told as well.
        """
        here = next((title for one in [*new, *old] if (title := title_of(one.schema))), place)
        known, named = ({model for one in these for model in one.models} for these in (old, new))
        was_open, is_open = (any(not one.models for one in these) for these in (old, new))
        found: list[SchemaDifference] = []
        if gone := tuple(sorted(known - named)):
            kind: Kind = "docs" if is_open else "breaking"
            found.append(SchemaDifference(f"{here}.model", "model removed", kind, list(gone), None, gone))
        if come := tuple(sorted(named - known)):
            found.append(SchemaDifference(f"{here}.model", "model added", "additive", None, list(come), come))
        if was_open and not is_open:
            found.append(SchemaDifference(f"{here}.model", "values limited", "breaking", None, sorted(named)))
        if is_open and not was_open:
            found.append(SchemaDifference(f"{here}.model", "any value allowed", "additive", sorted(known)))
        groups: dict[tuple[tuple[int, ...], tuple[int, ...]], list[str]] = {}
        for model in [*sorted(known | named), OTHERS]:
            pair = tuple(tuple(index for index, one in enumerate(these) if one.takes(model)) for these in (old, new))
            if all(pair):
                groups.setdefault((pair[0], pair[1]), []).append(model)
        by_difference: dict[str, tuple[SchemaDifference, set[str]]] = {}
        for (mine, theirs), group in groups.items():
            olds, news = [old[index].schema for index in mine], [new[index].schema for index in theirs]
            for one in _unique(self._matched(olds, news, here, False, "model")):
                by_difference.setdefault(_key(one), (one, set()))[1].update(group)
        every = {model for group in groups.values() for model in group}
        for one, models in by_difference.values():
            found.append(one if models == every or one.models else evolve(one, models=tuple(sorted(models))))
        if united is not None:
            found += self._brought(united, [one for one in new if set(one.models) - known], set(come), found)
        return found

    def _brought(
        self, united: Json, variants: list[ModelVariant], come: set[str], told: list[SchemaDifference]
    ) -> list[SchemaDifference]:
        """What new models take that no model took before; that they take less than others is no change."""
        known = {(one.place, one.what) for one in told}
        found: dict[str, tuple[SchemaDifference, set[str]]] = {}
        for variant in variants:
            for one in self.compare(united, variant.schema, "", tag="model"):
                if one.what == "required property added":
                    one = evolve(one, what="property added", kind="additive")
                # What stands for a new model where nothing is said is told by no change of what was there.
                if one.kind == "additive" and not one.what.startswith("default") and (one.place, one.what) not in known:
                    found.setdefault(_key(one), (one, set()))[1].update(come.intersection(variant.models))
        return [evolve(one, models=tuple(sorted(models))) for one, models in found.values()]

    def _union(self, old: list[Json], new: list[Json], here: str, opened: bool) -> Iterator[SchemaDifference]:
        """Two unions: their objects by the tag that tells them apart, where there is one, and what else they hold."""
        opened = opened or any(member.get("type") == "string" and values_of(member) is None for member in old)
        olds = [one for one in old if is_object(self._old.resolved(one))]
        news = [one for one in new if is_object(self._new.resolved(one))]
        tag = self._shared_tag(olds, news)
        if tag is None:
            yield from self._matched(old, new, here, opened, "")
            return
        yield from self._matched(
            [one for one in old if one not in olds], [one for one in new if one not in news], here, opened, ""
        )
        was = [ModelVariant(self._old.tags(one, tag), one) for one in olds]
        now = [ModelVariant(self._new.tags(one, tag), one) for one in news]
        if tag == "model" and self._side == "request":
            yield from self.by_model(was, now, here)
        else:
            yield from self._by_tag(was, now, here, opened, tag)

    def _shared_tag(self, olds: list[Json], news: list[Json]) -> str | None:
        """The property that tells the objects of both unions apart; a single object has it where it fixes it."""
        sides = [(self._old, olds), (self._new, news)]
        found = {
            find_discriminator([shapes.seen_through(one) for one in these]) for shapes, these in sides if these[1:]
        }
        tag = found.pop() if len(found) == 1 else None
        single = [(shapes, these[0]) for shapes, these in sides if len(these) == 1]
        return tag if tag and olds and news and all(shapes.tags(one, tag) for shapes, one in single) else None

    def _by_tag(
        self, old: list[ModelVariant], new: list[ModelVariant], here: str, opened: bool, tag: str
    ) -> Iterator[SchemaDifference]:
        """Each value of the tag with what stands for it on the other side."""
        known, named = ({value for one in these for value in one.models} for these in (old, new))
        for one in old:
            gone = [value for value in one.models if value not in named]
            if gone and len(gone) == len(one.models):
                yield SchemaDifference(here, "variant removed", self._kind(False), gist(one.schema))
            elif gone:
                place = f"{title_of(one.schema) or here}.{tag}"
                yield SchemaDifference(place, "values removed", self._kind(False), gone)
        for one in new:
            come = [value for value in one.models if value not in known]
            if come and len(come) == len(one.models):
                kind = self._kind_of_variant([each.schema for each in old], one.schema)
                yield SchemaDifference(here, "variant added", kind, None, gist(one.schema))
            elif come:
                place = f"{title_of(one.schema) or here}.{tag}"
                added: Kind = "breaking" if self._side == "response" and not opened else "additive"
                yield SchemaDifference(place, "values added", added, None, come)
        groups: dict[tuple[tuple[int, ...], tuple[int, ...]], None] = {}
        for value in sorted(known & named):
            mine, theirs = (
                tuple(index for index, one in enumerate(these) if value in one.models) for these in (old, new)
            )
            groups[(mine, theirs)] = None
        for mine, theirs in groups:
            yield from self._matched(
                [old[index].schema for index in mine], [new[index].schema for index in theirs], here, opened, tag
            )
        # A variant for any value of the tag.
        catch_alls = [[one.schema for one in these if not one.models] for these in (old, new)]
        yield from self._matched(catch_alls[0], catch_alls[1], here, opened, "")

    def _matched(
        self, old: list[Json], new: list[Json], here: str, opened: bool, tag: str
    ) -> Iterator[SchemaDifference]:
        """The members of two unions, each with the one it became, or with one that allows all that it did."""
        pairs, gone, come = paired(old, new, self._old, self._new)
        for one, other in pairs:
            found = self.compare(one, other, here, opened=opened, tag=tag)
            if any(each.kind == "breaking" for each in found) and self._covered(one, other, old, new, tag):
                found = [each for each in found if each.kind != "breaking"]
            yield from found
        for one in gone:
            if self._side == "request" and self._allowed(one, new, tag):
                continue
            likest = self._old.likest(one, new, self._new) if tag else None
            if likest is not None:
                yield from self.compare(one, likest, here, opened=opened, tag=tag)
            else:
                yield SchemaDifference(here, "variant removed", self._kind(False), gist(one))
        for one in come:
            if not (self._unlisted(one, self._new) and self._was_allowed(one, old, tag)):
                yield SchemaDifference(here, "variant added", self._kind_of_variant(old, one), None, gist(one))

    def _covered(self, one: Json, other: Json, old: list[Json], new: list[Json], tag: str) -> bool:
        """Whether what one pair of members seems to break is still said by another member of the union."""
        if self._side == "request":
            return self._allowed(one, [each for each in new if each != other], tag)
        rivals = [each for each in old if each != one]
        return self._unlisted(other, self._new) and self._was_allowed(other, rivals, tag)

    def _allowed(self, one: Json, new: list[Json], tag: str) -> bool:
        """Whether a new member allows all that an old one did."""
        return self._unlisted(one, self._old) and any(self._allows(one, other, tag) for other in new)

    def _was_allowed(self, one: Json, old: list[Json], tag: str) -> bool:
        """Whether an old member allowed all that a new one does."""
        return any(self._mirror._allows(one, other, tag) for other in old)

    def _allows(self, one: Json, other: Json, tag: str) -> bool:
        return all(each.kind != "breaking" for each in self.compare(one, other, "", tag=tag))

    @staticmethod
    def _unlisted(member: Json, shapes: Shapes) -> bool:
        """Whether it is no list of values: those are told, even where any text is allowed beside them."""
        return values_of(shapes.resolved(member)) is None

    def _kind_of_variant(self, old: list[Json], variant: Json) -> Kind:
        """An answer may hold a new variant where the tag tells it apart: what is not known passes the client."""
        objects = [self._old.resolved(one) for one in old]
        tagged = is_object(self._new.resolved(variant)) and len(objects) > 1 and all(map(is_object, objects))
        known = tagged and find_discriminator([self._old.seen_through(one) for one in old])
        return "additive" if known or self._side == "request" else "breaking"

    def _plain(self, was: Json, now: Json, here: str, opened: bool, tag: str) -> Iterator[SchemaDifference]:
        """Two schemas that are no unions."""
        was, now = self._old.resolved(was), self._new.resolved(now)
        yield from self._types(was, now, here)
        if _of_another_type(was, now):
            return
        yield from self._values(was, now, here, opened)
        yield from self._properties(was, now, here, tag)
        yield from self._additional(was, now, here)
        if "array" in types_of(was) & types_of(now):
            longest = max(len(one.get("prefixItems", [])) for one in (was, now))
            for index in range(longest):
                one, other = (_item(schema, index) for schema in (was, now))
                yield from self.compare(one, other, f"{here}[{index}]")
            yield from self.compare(was.get("items", {}), now.get("items", {}), f"{here}[]")
        yield from self._limits(was, now, here)

    def _types(self, was: Json, now: Json, here: str) -> Iterator[SchemaDifference]:
        old, new = types_of(was), types_of(now)
        if old == new:
            return
        if not (old and new):
            what = "type given" if new else "any type allowed"
            yield SchemaDifference(here, what, self._kind(not new), "|".join(sorted(old)), "|".join(sorted(new)))
            return
        if {*old, *new} == {"integer", "number"}:
            yield SchemaDifference(here, "type changed", self._kind("number" in new), "|".join(old), "|".join(new))
            return
        if _of_another_type(was, now):
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

    def _properties(self, was: Json, now: Json, here: str, tag: str) -> Iterator[SchemaDifference]:
        old, new = cast("Json", was.get("properties", {})), cast("Json", now.get("properties", {}))
        was_required, now_required = set(was.get("required", [])), set(now.get("required", []))
        gone, come = [name for name in old if name not in new], [name for name in new if name not in old]
        for name in list(gone):
            whole = self._old.whole(old[name])
            likely = [other for other in come if self._new.whole(new[other]) == whole]
            rivals = [other for other in gone if self._old.whole(old[other]) == whole]
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
        for name in sorted(now_required - was_required - (set(new) - set(old))):
            what = "now required" if self._side == "request" else "now guaranteed"
            yield SchemaDifference(f"{here}.{name}", what, self._kind(False), "optional", "required")
        for name in sorted(was_required - now_required - (set(old) - set(new))):
            what = "no longer required" if self._side == "request" else "no longer guaranteed"
            yield SchemaDifference(f"{here}.{name}", what, self._kind(True), "required", "optional")
        for name in (one for one in old if one in new and one != tag):
            yield from self.compare(old[name], new[name], f"{here}.{name}")

    def _additional(self, was: Json, now: Json, here: str) -> Iterator[SchemaDifference]:
        old, new = was.get("additionalProperties", True), now.get("additionalProperties", True)
        if not ("object" in types_of(was) and "object" in types_of(now)):
            return
        # Two references may have one name and stand for different shapes.
        if is_mapping(old) and is_mapping(new):
            yield from self.compare(old, new, f"{here}.*")
        elif old == new:
            return
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
        for keyword, effect, old, new in limit_changes(was, now):
            kind: Kind = "additive" if keyword == "default" else self._kind_of(effect)
            yield SchemaDifference(here, f"{keyword} changed", kind, old, new)

    def _kind_of(self, effect: Effect) -> Kind:
        if effect == "same":
            return "docs"
        return "breaking" if effect == "other" else self._kind(effect == "wider")

    def _kind(self, allows_more: bool) -> Kind:
        """A request that allows more is an addition, and an answer that allows less."""
        return "additive" if allows_more == (self._side == "request") else "breaking"


def _of_another_type(was: Json, now: Json) -> bool:
    """Whether no value of the one can be of the other, so that nothing else they say can be compared."""
    old, new = ({"number" if kind == "integer" else kind for kind in types_of(one)} for one in (was, now))
    return bool(old and new and not old & new)


def _item(schema: Json, index: int) -> Json:
    """What stands at one position of a list."""
    positions = cast("list[Json]", schema.get("prefixItems", []))
    return positions[index] if index < len(positions) else cast("Json", schema.get("items", {}))


def _annotations(schema: Json) -> Json:
    return {key: schema[key] for key in ANNOTATIONS if key in schema}


def _without(schema: Json, keys: set[str]) -> Json:
    return {key: value for key, value in schema.items() if key not in keys}


def _key(one: SchemaDifference) -> str:
    return canonical_json([one.place, one.what, one.kind, one.was, one.now, one.models])


def _unique(found: Iterable[SchemaDifference]) -> list[SchemaDifference]:
    return list({_key(one): one for one in found}.values())
