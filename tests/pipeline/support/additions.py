"""What upstream might add to a document, anywhere: one optional property, variant, value or operation."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from scripts.pipeline.document.tree import METHODS

from .documents import Json, operation, record, tagged, text

__all__ = ["KINDS", "addition", "sample"]

Path = tuple[str | int, ...]


def places(node: Any, wanted: Callable[[Json], bool], path: Path = ()) -> Iterator[Path]:
    """Where the schemas of a document stand that are ``wanted``."""
    if isinstance(node, dict):
        if wanted(node):
            yield path
        for key, value in node.items():
            yield from places(value, wanted, (*path, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from places(value, wanted, (*path, index))


def at(document: Json, path: Path) -> Any:
    node: Any = document
    for step in path:
        node = node[step]
    return node


def has_properties(node: Json) -> bool:
    found = node.get("properties")
    return isinstance(found, dict) and bool(found) and all(isinstance(part, dict) for part in found.values())


def has_variants(node: Json) -> bool:
    return any(isinstance(node.get(key), list) and len(node[key]) > 1 for key in ("anyOf", "oneOf"))


def has_values(node: Json) -> bool:
    values = node.get("enum")
    return isinstance(values, list) and bool(values) and all(isinstance(value, str) for value in values)


def variants(node: Json) -> list[Any]:
    found: list[Any] = node.get("anyOf") or node["oneOf"]
    return found


def property_of(make: Callable[[random.Random], tuple[str, Json]]) -> Callable[[Json, random.Random], None]:
    def add(node: Json, chance: random.Random) -> None:
        name, schema = make(chance)
        node["properties"].setdefault(name, schema)

    return add


def variant_of(make: Callable[[], Json]) -> Callable[[Json, random.Random], None]:
    def add(node: Json, _chance: random.Random) -> None:
        variants(node).append(make())

    return add


#: Names that shapes of the gateway have already: an object of such a name wants a name that is taken.
KNOWN = ("source", "cache_control", "usage", "error", "data", "content", "limit", "tool", "citations", "message")


def known_object(chance: random.Random) -> tuple[str, Json]:
    return chance.choice(KNOWN), record("zz_new", zz_new=text())


def known_values(chance: random.Random) -> tuple[str, Json]:
    return chance.choice(("type", "status", "role", "detail", "model")), text("zz_one", "zz_two")


def value(word: str) -> Callable[[Json, random.Random], None]:
    def add(node: Json, _chance: random.Random) -> None:
        node["enum"].append(word)

    return add


def required(node: Json, chance: random.Random) -> None:
    node["required"] = sorted({*node.get("required", []), chance.choice(sorted(node["properties"]))})


def files(document: Json, _chance: random.Random) -> None:
    """A listing, as `GET /v1/files` might be."""
    entry = record("id", id=text(), usage=record(bytes={"type": "integer"}), status=text("new", "ready"))
    answer = record("data", data={"type": "array", "items": entry}, error=record(code=text()))
    document["paths"]["/v1/files"] = {"get": operation(response=answer)}


def copied(document: Json, chance: random.Random) -> None:
    """An operation that stands under another path too."""
    path = chance.choice([path for path, item in document["paths"].items() if set(item) & set(METHODS)])
    document["paths"][f"/aa{path}"] = deepcopy(document["paths"][path])


#: By name: the schemas that are added to, None for the document itself, and the addition.
KINDS: dict[str, tuple[Callable[[Json], bool] | None, Callable[[Any, random.Random], None]]] = {
    "property": (has_properties, property_of(lambda _: ("zz_new", text()))),
    "object": (has_properties, property_of(lambda _: ("zz_new", record(zz_deep=text())))),
    "object of a known name": (has_properties, property_of(known_object)),
    "values of a known name": (has_properties, property_of(known_values)),
    "required member": (has_properties, required),
    "variant with a tag": (has_variants, variant_of(lambda: tagged("zz_new", zz_new=text()))),
    "variant without a tag": (has_variants, variant_of(lambda: record(zz_new=text()))),
    "text as a variant": (has_variants, variant_of(text)),
    "value": (has_values, value("zz_new")),
    "first value": (has_values, value("aa_new")),
    "operation": (None, files),
    "copy of an operation": (None, copied),
}


def addition(document: Json, kind: str, chance: random.Random) -> tuple[Json, str] | None:
    """``document`` with one addition, and where it stands; None where it has no place for it."""
    wanted, add = KINDS[kind]
    found = [()] if wanted is None else sorted(places(document["paths"], wanted), key=str)
    if not found:
        return None
    made = deepcopy(document)
    path = chance.choice(found)
    add(made if wanted is None else at(made["paths"], path), chance)
    return made, f"{kind} at {'/'.join(map(str, path))}"


def sample(document: Json, count: int, seed: int) -> Iterator[tuple[Json, str]]:
    """As many documents with an addition each, of all kinds in turn."""
    chance = random.Random(seed)
    kinds = list(KINDS)
    for number in range(count):
        made = addition(document, kinds[number % len(kinds)], chance)
        if made is not None:
            yield made
