"""Attach: what the hand-written files say of operations, put where the later stages read it."""

from __future__ import annotations

from typing import cast

from ..document.tree import Json, references
from ..source.sources import Sources

__all__ = ["add_parameters", "attach_methods", "prune"]


def add_parameters(document: Json) -> None:
    """Give each operation the parameters that the overlay describes with a schema and an older document lacks."""
    for item in cast("dict[str, Json]", document["paths"]).values():
        for operation in item.values():
            said = cast("dict[str, Json]", operation.get("x-parameters", {}))
            present = {parameter["name"] for parameter in operation.get("parameters", [])}
            added = [
                {"in": "query", "name": name, "required": False, "schema": words["schema"]}
                for name, words in sorted(said.items())
                if "schema" in words and name not in present
            ]
            if added:
                operation["parameters"] = [*operation.get("parameters", []), *added]


def attach_methods(document: Json, sources: Sources) -> None:
    """Say of each operation where it hangs on a client, and what of its body a method of ours names itself."""
    for item in cast("dict[str, Json]", document["paths"]).values():
        for operation in item.values():
            name = operation["operationId"]
            if name in sources.methods:
                operation["x-method"] = sources.methods[name]
            if name in sources.arguments:
                operation["x-arguments"] = list(sources.arguments[name])


def prune(document: Json, roots: set[str]) -> None:
    """Drop the shapes that nothing refers to any more once the overlay has replaced a response.

    The limits of single models go too: they are for the comparison of what upstream says.
    """
    for item in cast("dict[str, Json]", document["paths"]).values():
        for operation in item.values():
            operation.get("requestBody", {}).pop("x-model-limits", None)
    schemas = cast(Json, document["components"]["schemas"])
    reached: set[str] = set()
    waiting = [*references(document["paths"]), *(roots & set(schemas))]
    while waiting:
        name = waiting.pop()
        if name not in reached and name in schemas:
            reached.add(name)
            waiting.extend(references(schemas[name]))
    for name in set(schemas) - reached:
        del schemas[name]
