"""Variants: what a document says that its named shapes do not, because they unite what differs by model or nearly.

The shapes of `upstream.yaml` accept whatever one of several variants accepts. Whether one of them became stricter can
only be seen in the variants themselves, so they are kept beside the shapes, for `drift` alone, without what is equal::

    x-variants:
      operations: {create_message: {requestBody: {application/json: [{models: [a, b], schema: ...}, ...]}}}
      schemas: {ToolParam@a: what ToolParam stands for in the requests of model a, ...}

A request whose variants name their models is a list of them, anything else a schema.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, cast

from attrs import define, field

from ..document.identifiers import pascal
from ..document.order import canonical
from ..document.schemas import canonical_json, is_object, tag_values
from ..document.tree import Json, is_list, is_mapping, resolved
from ..normalize.normalizer import RECURSIVE, Normalizer
from ..normalize.repair_log import Repairs
from ..normalize.select import Operation, select
from ..source.sources import Sources
from .hoist import BESIDE

__all__ = ["VARIANTS", "record_variants"]

#: The key of upstream.yaml.
VARIANTS = "x-variants"
PREFIX = f"#/{VARIANTS}/schemas/"
#: Marks a shape whose name is not known yet.
PENDING = "$variant"


def record_variants(
    document: Json, operations: list[Operation], upstream: Json, sources: Sources, *, keep_all: bool, source: str
) -> Json:
    """What the ``operations`` of a repaired document say before anything in them is united; empty where that is all."""
    exact, normalizer = select(document, sources, Repairs(), keep_all=keep_all, source=source, exact=True)
    united = {operation.name: operation for operation in operations}
    bodies = {body["operationId"]: body for item in upstream["paths"].values() for body in item.values()}
    recorder = _Recorder(upstream, normalizer)
    found: Json = {}
    for operation in exact:
        said = recorder.operation(operation, united[operation.name], bodies[operation.name])
        if said:
            found[operation.name] = said
    return cast("Json", canonical(recorder.named(found))) if found else {}


@define
class _Shape:
    """One shape of the exact form: the name of the one that stands for it, its body, and who uses it."""

    base: str
    body: Json
    users: set[str] = field(factory=set[str])


class _Recorder:
    """Takes the exact schemas apart into shapes."""

    def __init__(self, upstream: Json, normalizer: Normalizer) -> None:
        self._upstream = upstream
        self._circles = normalizer.recursive
        self._shapes: dict[str, _Shape] = {}
        self._written: dict[str, str] = {}
        self._users: tuple[str, ...] = ()
        self._open: dict[str, str] = {}

    def operation(self, exact: Operation, united: Operation, published: Json) -> Json:
        """What one operation says that its published form does not, by where it says it."""
        said: Json = {}
        self._users = (exact.name,)
        for one, other, shown in zip(exact.parameters, united.parameters, published.get("parameters", []), strict=True):
            if _differs(one["schema"], other["schema"]):
                where = f"{one['in']}:{one['name']}"
                said.setdefault("parameters", {})[where] = self.schema(one["schema"], shown["schema"], where)
        for media, schema in exact.body.items():
            if _differs(schema, united.body[media]):
                shown = published["requestBody"]["content"][media]["schema"]
                said.setdefault("requestBody", {})[media] = self._body(exact.name, schema, shown)
        self._users = (exact.name,)
        for status, content in exact.responses.items():
            for media, schema in content.items():
                if _differs(schema, united.responses[status][media]):
                    shown = published["responses"][status]["content"][media]["schema"]
                    said.setdefault("responses", {}).setdefault(status, {})[media] = self.schema(
                        schema, shown, f"{pascal(exact.name)}Response"
                    )
        return said

    def _body(self, name: str, schema: Json, published: Json) -> Any:
        """A request: its variants by their models, or its schema where they do not name any."""
        variants = cast("list[Json]", schema["anyOf"]) if "anyOf" in schema else [schema]
        base = f"{pascal(name)}Params"
        if not any(tag_values(variant, "model") for variant in variants):
            return self.schema(schema, published, base)
        alike: dict[str, tuple[Json, set[str]]] = {}
        for variant in variants:
            ids = tag_values(variant, "model") if is_object(variant) else ()
            rest = variant
            if ids:
                parts = {**variant["properties"], "model": _unlimited(variant["properties"]["model"])}
                rest = {**variant, "properties": parts}
            alike.setdefault(f"{bool(ids)} {canonical_json(rest)}", (rest, set()))[1].update(ids)
        found: list[Json] = []
        for rest, models in alike.values():
            self._users = tuple(sorted(models)) or (name,)
            found.append({"models": sorted(models), "schema": self.schema(rest, published, base)})
        return sorted(found, key=lambda one: (one["models"], canonical_json(one["schema"])))

    def schema(self, schema: Json, published: Json, place: str) -> Json:
        """``schema`` with its shapes replaced; ``published`` stands for it in upstream.yaml."""
        if RECURSIVE in schema:
            return self._circle(schema, published)
        whole = _members(self._upstream, published)
        if "anyOf" in schema:
            beside = {key: value for key, value in schema.items() if key != "anyOf"}
            objects, rest = (
                [self.schema(member, published, place) for member in schema["anyOf"] if is_object(member) == wanted]
                for wanted in (True, False)
            )
            if len(objects) > 1:
                named = _named(self._upstream, published)
                objects = [
                    self._shape(next((name for name, part in named if "anyOf" in part), place), {"anyOf": objects})
                ]
            return {**({"anyOf": [*rest, *objects]} if rest else objects[0]), **beside}
        if is_object(schema):
            name, match = _counterpart(self._upstream, schema, whole)
            base = name or place
            known = cast("Json", match.get("properties", {}))
            body = {
                **schema,
                "properties": {
                    key: self.schema(part, known.get(key, {}), f"{base}.{key}")
                    for key, part in cast("dict[str, Json]", schema["properties"]).items()
                },
            }
            self._extend(body, match, base)
            return self._shape(base, body)
        if "enum" in schema:
            values = set(map(canonical_json, schema["enum"]))
            fits = [name for name, part in whole if values <= set(map(canonical_json, part.get("enum", [])))]
            return self._shape(fits[0], schema) if fits and fits[0] else schema
        body = dict(schema)
        none: Json = {}
        match = next((part for _, part in whole if part.get("type") == schema.get("type")), none)
        self._extend(body, match, place)
        return body

    def _extend(self, body: Json, match: Json, place: str) -> None:
        """The schemas in a schema that are no properties."""
        for key in ("items", "additionalProperties"):
            if is_mapping(body.get(key)):
                inner = match.get(key)
                body[key] = self.schema(body[key], inner if is_mapping(inner) else {}, f"{place}[]")

    def _circle(self, schema: Json, published: Json) -> Json:
        """A component that contains itself, under the name upstream gave it."""
        ref = str(schema[RECURSIVE])
        beside = {key: value for key, value in schema.items() if key != RECURSIVE}
        key = f"circle {ref} {canonical_json(published)}"
        if key not in self._shapes:
            name = next((name for name, _ in _named(self._upstream, published)), pascal(ref.rsplit("/", 1)[-1]))
            shape = self._shapes[key] = _Shape(name, {})
            reduced = self.schema(self._circles[ref], published, name)
            shape.body = self._shapes[reduced[PENDING]].body if PENDING in reduced else reduced
        self._shapes[key].users.update(self._users)
        return {PENDING: key, **beside}

    def _shape(self, base: str, body: Json) -> Json:
        beside: Json = {key: body[key] for key in BESIDE if key in body}
        body = {key: value for key, value in body.items() if key not in beside and key != "x-hint"}
        key = f"{base} {canonical_json(canonical(body))}"
        self._shapes.setdefault(key, _Shape(base, body)).users.update(self._users)
        return {PENDING: key, **beside}

    def named(self, found: Json) -> Json:
        """The record, with every shape that differs from the published one under a name of its own."""
        refs: dict[str, str] = {}
        schemas: Json = {}
        by_base: dict[str, list[str]] = {}
        for key, shape in self._shapes.items():
            by_base.setdefault(shape.base, []).append(key)
        for base, keys in sorted(by_base.items()):
            taken: dict[str, int] = {}
            for key in sorted(keys, key=lambda key: (min(self._shapes[key].users), key)):
                label = f"{base}@{min(self._shapes[key].users).replace('/', ':')}"
                taken[label] = taken.get(label, 0) + 1
                refs[key] = label if taken[label] == 1 else f"{label}.{taken[label]}"
        kept = self._differing(refs)
        for key in kept:
            schemas[refs[key]] = self._referring(self._shapes[key].body, refs, kept)
        return {
            "operations": self._referring(found, refs, kept),
            "schemas": {name: schemas[name] for name in sorted(schemas)},
        }

    def _differing(self, refs: dict[str, str]) -> set[str]:
        """The shapes that are not, with all that is in them, what upstream.yaml has under their name."""
        published = cast("Json", self._upstream["components"]["schemas"])
        same = {key for key in refs if self._shapes[key].base in published}
        while True:
            kept = set(refs) - same
            wrong = {
                key
                for key in same
                if canonical_json(canonical(self._referring(self._shapes[key].body, refs, kept)))
                != canonical_json(canonical(_plain(published[self._shapes[key].base])))
            }
            if not wrong:
                return kept
            same -= wrong

    def _referring(self, node: Any, refs: dict[str, str], kept: set[str]) -> Any:
        if is_list(node):
            return [self._referring(value, refs, kept) for value in node]
        if not is_mapping(node):
            return node
        key = node.get(PENDING)
        if isinstance(key, str):
            ref = PREFIX + refs[key] if key in kept else f"#/components/schemas/{self._shapes[key].base}"
            return {"$ref": ref, **{name: value for name, value in node.items() if name != PENDING}}
        return {name: self._referring(value, refs, kept) for name, value in node.items() if name != "x-hint"}


def _differs(exact: Json, united: Json) -> bool:
    return canonical_json(canonical(exact)) != canonical_json(canonical(united))


def _unlimited(part: Json) -> Json:
    """A property without its values."""
    return {key: value for key, value in part.items() if key not in ("enum", "const", "default")}


def _plain(schema: Json) -> Json:
    """A published shape without what naming added to it."""
    return {key: value for key, value in schema.items() if key != "discriminator"}


def _named(upstream: Json, schema: Json) -> Iterator[tuple[str, Json]]:
    """The published shapes that a schema is or has as members, with their names."""
    for part in [schema, *cast("list[Json]", schema.get("anyOf", []))]:
        if "$ref" in part:
            name = str(part["$ref"]).rsplit("/", 1)[-1]
            yield name, resolved(upstream, part)


def _members(upstream: Json, schema: Json) -> list[tuple[str, Json]]:
    """The members of a published schema with the names of those that have one, unions among them unfolded."""
    name = str(schema.get("$ref", "")).rsplit("/", 1)[-1]
    body = resolved(upstream, schema)
    if "anyOf" in body:
        return [found for member in cast("list[Json]", body["anyOf"]) for found in _members(upstream, member)]
    return [(name, body)]


def _counterpart(upstream: Json, schema: Json, published: Iterable[tuple[str, Json]]) -> tuple[str, Json]:
    """The published object that stands for an exact one: of one tag, and with most of its properties."""
    mine = set(cast("Json", schema["properties"]))
    objects = [(name, part) for name, part in published if is_object(part)]
    tags = {tag: set(values) for tag in mine if (values := tag_values(schema, tag))}

    def fit(candidate: tuple[str, Json]) -> tuple[int, int, str]:
        theirs = cast("Json", candidate[1]["properties"])
        seen: Json = {"properties": {tag: resolved(upstream, theirs[tag]) for tag in tags if tag in theirs}}
        shared = sum(bool(values & set(tag_values(seen, tag))) for tag, values in tags.items())
        return shared, len(mine & set(theirs)) - len(set(theirs) - mine), candidate[0]

    none: Json = {}
    return max(objects, key=fit) if objects else ("", none)
