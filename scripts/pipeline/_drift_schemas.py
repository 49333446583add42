"""The differences between two schemas, from their places inwards, and the class of each by its side. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, TypeAlias, cast

from attrs import frozen

from ._document import Json, is_list, is_mapping
from ._merge import ANNOTATIONS, NULL, key_of, tag_values

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


@frozen
class SchemaDifference:
    """One difference of two schemas; see `Change` in `_drift.py`."""

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

    def compare(self, was: Json, now: Json, place: str) -> Iterator[SchemaDifference]:
        was_name, now_name = _name(was), _name(now)
        if was_name or now_name:
            pair = (was_name or key_of(was), now_name or key_of(now))
            if pair in self._seen:
                return
            self._seen.add(pair)
        was, now = self._resolved(was, self._old), self._resolved(now, self._new)
        # A shape is told by its name, what has none by its place in the one around it.
        here = now_name or was_name or place
        if key_of(was) == key_of(now) and not _refers(was):
            return
        if not was or not now:
            if was != now:
                opened = not now
                what = "any value allowed" if opened else "type given"
                yield SchemaDifference(here, what, self._kind(opened), _gist(was), _gist(now))
            return
        yield from self._variants(was, now, here)

    def _variants(self, was: Json, now: Json, here: str) -> Iterator[SchemaDifference]:
        """Unions by their members; a schema that is none is a union of one."""
        old, new = _members(was), _members(now)
        if NULL in old and NULL not in new:
            yield SchemaDifference(here, "null no longer allowed", self._kind(False), "null")
        if NULL in new and NULL not in old:
            yield SchemaDifference(here, "null allowed", self._kind(True), None, "null")
        old, new = [one for one in old if one != NULL], [one for one in new if one != NULL]
        pairs, gone, come = self._paired(old, new)
        union = len(old) > 1 or len(new) > 1
        for one in gone:
            yield SchemaDifference(here, "variant removed", self._kind(False), _gist(one))
        for one in come:
            # What is not known passes through the client, so that a new variant of an answer breaks nothing.
            yield SchemaDifference(here, "variant added", "additive", None, _gist(one))
        for one, other in pairs:
            yield from self.compare(one, other, here) if union else self._plain(one, other, here)

    def _paired(self, old: list[Json], new: list[Json]) -> tuple[list[tuple[Json, Json]], list[Json], list[Json]]:
        """Which member of a union became which: by equality, by tag, by name, by type; one to one alone."""
        if len(old) == len(new) == 1:
            return [(old[0], new[0])], [], []
        gone, come = list(old), list(new)
        pairs: list[tuple[Json, Json]] = []
        for label in (self._whole, self._tag, _name, self._type):
            for one in list(gone):
                mine = label(one)
                likely = [other for other in come if mine and label(other) == mine]
                if len(likely) == 1:
                    gone.remove(one)
                    come.remove(likely[0])
                    pairs.append((one, likely[0]))
        return pairs, gone, come

    def _whole(self, member: Json) -> str:
        return key_of(member)

    def _tag(self, member: Json) -> str:
        body = self._either(member)
        found = [(tag, tag_values(body, tag)) for tag in ("type", "role", "object", "kind")]
        return key_of([(tag, values) for tag, values in found if values]) if any(values for _, values in found) else ""

    def _type(self, member: Json) -> str:
        body = self._either(member)
        kind = body.get("type")
        if kind == "array":
            return "array"
        return str(kind) if isinstance(kind, str) else ""

    def _either(self, member: Json) -> Json:
        name = _name(member)
        return cast("Json", self._new.get(name) or self._old.get(name) or {}) if name else member

    def _plain(self, was: Json, now: Json, here: str) -> Iterator[SchemaDifference]:
        """Two schemas that are no unions."""
        was, now = self._resolved(was, self._old), self._resolved(now, self._new)
        yield from self._types(was, now, here)
        yield from self._values(was, now, here)
        yield from self._properties(was, now, here)
        yield from self._additional(was, now, here)
        if ("items" in was or "items" in now) and "array" in _types(was) & _types(now):
            yield from self.compare(was.get("items", {}), now.get("items", {}), f"{here}[]")
        for index, (one, other) in enumerate(zip(was.get("prefixItems", []), now.get("prefixItems", []), strict=False)):
            yield from self.compare(one, other, f"{here}[{index}]")
        yield from self._limits(was, now, here)

    def _types(self, was: Json, now: Json, here: str) -> Iterator[SchemaDifference]:
        old, new = _types(was), _types(now)
        if old == new or not (old and new):
            return
        if not old & new:
            yield SchemaDifference(here, "type changed", "breaking", sorted(old), sorted(new))
            return
        if new - old:
            yield SchemaDifference(here, "type allowed", self._kind(True), None, sorted(new - old))
        if old - new:
            yield SchemaDifference(here, "type no longer allowed", self._kind(False), sorted(old - new))

    def _values(self, was: Json, now: Json, here: str) -> Iterator[SchemaDifference]:
        old, new = _values(was), _values(now)
        if old is None and new is None:
            return
        if old is None or new is None:
            opened = new is None
            what = "any value allowed" if opened else "values limited"
            yield SchemaDifference(here, what, self._kind(opened), old, new)
            return
        come, gone = [one for one in new if one not in old], [one for one in old if one not in new]
        closed = "const" in was
        if come and gone and closed and "const" in now:
            yield SchemaDifference(here, "constant changed", "breaking", old[0], new[0])
            return
        if come:
            # Lists of values are open in the client; a constant is not.
            kind: Kind = "breaking" if closed and self._side == "response" else "additive"
            yield SchemaDifference(here, "values added", kind, None, come)
        if gone:
            yield SchemaDifference(here, "values removed", self._kind(False), gone)

    def _properties(self, was: Json, now: Json, here: str) -> Iterator[SchemaDifference]:
        old, new = cast("Json", was.get("properties", {})), cast("Json", now.get("properties", {}))
        was_required, now_required = set(was.get("required", [])), set(now.get("required", []))
        gone, come = [name for name in old if name not in new], [name for name in new if name not in old]
        for name in list(gone):
            likely = [other for other in come if self._same(old[name], new[other])]
            rivals = [other for other in gone if self._same(old[other], old[name], both_old=True)]
            if len(likely) == 1 and len(rivals) == 1 and (name in was_required) == (likely[0] in now_required):
                gone.remove(name)
                come.remove(likely[0])
                yield SchemaDifference(f"{here}.{name}", "property renamed", "breaking", name, likely[0])
        for name in gone:
            yield SchemaDifference(f"{here}.{name}", "property removed", "breaking", _gist(old[name]))
        for name in come:
            demanded = name in now_required
            what = "required property added" if demanded and self._side == "request" else "property added"
            kind: Kind = "breaking" if demanded and self._side == "request" else "additive"
            yield SchemaDifference(f"{here}.{name}", what, kind, None, _gist(new[name]))
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
        if old == new or not ("object" in _types(was) and "object" in _types(now)):
            return
        if is_mapping(old) and is_mapping(new):
            yield from self.compare(old, new, f"{here}.*")
        elif old is False or new is False:
            # Unknown members of an answer are kept by the client, so that opening it breaks nothing.
            opened = old is False
            what = "other properties allowed" if opened else "other properties refused"
            yield SchemaDifference(here, what, "additive" if opened else self._kind(False), _gist(old), _gist(new))
        else:
            opened = not is_mapping(new)
            what = "values of any type allowed" if opened else "values given a type"
            yield SchemaDifference(f"{here}.*", what, self._kind(opened), _gist(old), _gist(new))

    def _limits(self, was: Json, now: Json, here: str) -> Iterator[SchemaDifference]:
        for keyword in sorted((set(was) | set(now)) - LOOKED_AT - (ANNOTATIONS - {"default"})):
            old, new = was.get(keyword), now.get(keyword)
            if key_of(old) == key_of(new):
                continue
            if keyword == "default":
                # A default that came says what happened before; one that changed or went makes old requests mean more.
                kind: Kind = "additive" if old is None or self._side == "response" else "breaking"
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

    def _same(self, one: Json, other: Json, *, both_old: bool = False) -> bool:
        """Whether two schemas say the same, the names of shapes apart."""
        second = self._old if both_old else self._new
        return key_of(self._spread(one, self._old, 0)) == key_of(self._spread(other, second, 0))

    def _spread(self, node: Any, shapes: Json, depth: int) -> Any:
        if depth > 8:
            return "…"
        if is_mapping(node):
            name = _name(node)
            if name:
                return self._spread(shapes.get(name, {}), shapes, depth + 1)
            return {key: self._spread(value, shapes, depth + 1) for key, value in node.items()}
        if is_list(node):
            return [self._spread(value, shapes, depth + 1) for value in node]
        return node

    @staticmethod
    def _resolved(schema: Json, shapes: Json) -> Json:
        name = _name(schema)
        if not name:
            return schema
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        return {**cast("Json", shapes.get(name, {})), **beside}


def _name(schema: Json) -> str:
    ref = schema.get("$ref")
    return ref.rsplit("/", 1)[-1] if isinstance(ref, str) else ""


def _refers(node: Any) -> bool:
    if is_mapping(node):
        return "$ref" in node or any(_refers(value) for value in node.values())
    return is_list(node) and any(_refers(value) for value in node)


def _members(schema: Json) -> list[Json]:
    """The members of a union, null as one of them."""
    for keyword in ("anyOf", "oneOf"):
        members = schema.get(keyword)
        if is_list(members):
            return [member for one in members for member in _members(one)]
    kinds = schema.get("type")
    if is_list(kinds) and "null" in kinds:
        rest = [kind for kind in kinds if kind != "null"]
        values = schema.get("enum")
        plain = {**schema, "type": rest[0] if len(rest) == 1 else rest}
        if is_list(values):
            plain["enum"] = [value for value in values if value is not None]
        return [plain, NULL]
    return [schema]


def _types(schema: Json) -> set[str]:
    kinds = schema.get("type")
    if isinstance(kinds, str):
        return {kinds}
    if is_list(kinds):
        return set(cast("list[str]", kinds))
    return {"object"} if "properties" in schema else set()


def _values(schema: Json) -> list[Any] | None:
    if "const" in schema:
        return [schema["const"]]
    values = schema.get("enum")
    return values if is_list(values) else None


def _gist(schema: Any) -> Any:
    """A schema in few words, for people: its name, its type, or what it is made of."""
    if not is_mapping(schema):
        return schema
    if _name(schema):
        return _name(schema)
    if not schema:
        return "anything"
    members = _members(schema)
    if len(members) > 1:
        return " | ".join(str(_gist(member)) for member in members)
    if "const" in schema:
        return f"constant {schema['const']!r}"
    if is_list(schema.get("enum")):
        return " | ".join(map(repr, schema["enum"][:6])) + (" | …" if len(schema["enum"]) > 6 else "")
    kind = schema.get("type")
    if kind == "array":
        return f"list of {_gist(schema.get('items', {}))}"
    if "properties" in schema:
        return "{" + ", ".join(schema["properties"]) + "}"
    return kind if isinstance(kind, str) else key_of(schema)
