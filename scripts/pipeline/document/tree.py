"""A document as plain data: its parts, and what refers to what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeGuard, cast
from urllib.parse import unquote

Json = dict[str, Any]
SCHEMAS = "#/components/schemas/"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def is_mapping(value: object) -> TypeGuard[Json]:
    """Whether a value is a JSON object."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Whether a value is a JSON array."""
    return isinstance(value, list)


def lookup(document: Json, ref: str) -> Json | None:
    """The mapping that a local reference names, or None."""
    node: Any = document
    for part in ref.removeprefix("#/").split("/"):
        step = unquote(part).replace("~1", "/").replace("~0", "~")
        if is_mapping(node) and step in node:
            node = node[step]
        elif is_list(node) and step.isdigit() and int(step) < len(node):
            node = node[int(step)]
        else:
            return None
    return node if is_mapping(node) else None


def operations(document: Json) -> Iterator[Json]:
    """The operations of a built document, in its order."""
    for item in cast("dict[str, Json]", document["paths"]).values():
        yield from (item[method] for method in METHODS if method in item)


def reference(schema: Json) -> str | None:
    """The component that a schema refers to, None for a schema of its own."""
    found = schema.get("$ref")
    return found.removeprefix(SCHEMAS) if isinstance(found, str) else None


def resolved(document: Json, schema: Json) -> Json:
    """What a schema stands for; an empty one for a component that is not there."""
    name = reference(schema)
    return schema if name is None else cast("Json", document["components"]["schemas"].get(name, {}))


def references(node: Any) -> Iterator[str]:
    """The components that a part of a document refers to, directly."""
    if is_list(node):
        for value in node:
            yield from references(value)
    elif is_mapping(node):
        mapping = node
        if isinstance(mapping.get("$ref"), str):
            yield mapping["$ref"].removeprefix(SCHEMAS)
        for value in mapping.values():
            yield from references(value)


def mapping(value: Any) -> Json:
    """``value`` where it is a mapping, otherwise an empty one."""
    return value if is_mapping(value) else {}


def sequence(value: Any) -> list[Any]:
    """``value`` where it is a list, otherwise an empty one."""
    return value if is_list(value) else []
