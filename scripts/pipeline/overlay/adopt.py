"""Adopt: what upstream says of an answer beyond our overlay.

Where the overlay gives an operation its answer, a field that upstream's document gains would be lost. So for answers
that the overlay calls exact, which upstream describes as well, the two are walked side by side, and a property that
only upstream has is added to ours, as optional.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import cast

from ..document.schemas import is_object
from ..document.tree import SCHEMAS, Json

__all__ = ["adopt_fields"]


def adopt_fields(upstream: Json, document: Json) -> list[str]:
    """Add to the answers of ``document`` what only ``upstream`` has of them; a note for each field."""
    notes: list[str] = []
    for path, item in cast("dict[str, Json]", document["paths"]).items():
        for method, operation in item.items():
            said = upstream["paths"].get(path, {}).get(method)
            if said is not None and operation.get("x-exact") is True:
                for theirs, ours in zip(_successes(said), _successes(operation), strict=False):
                    _walk(upstream, document, theirs, ours, notes, set())
    return notes


def _successes(operation: Json) -> Iterator[Json]:
    for status, response in sorted(cast("dict[str, Json]", operation.get("responses", {})).items()):
        schema = response.get("content", {}).get("application/json", {}).get("schema")
        if status.startswith("2") and schema is not None:
            yield schema


def _walk(upstream: Json, document: Json, theirs: Json, ours: Json, notes: list[str], seen: set[int]) -> None:
    name, ours = _target(document, ours)
    _, theirs = _target(upstream, theirs)
    if id(ours) in seen:
        return
    seen.add(id(ours))
    if ours.get("type") == "array" and theirs.get("type") == "array":
        _walk(upstream, document, theirs.get("items", {}), ours.get("items", {}), notes, seen)
    if not (is_object(ours) and is_object(theirs)):
        return
    for field, schema in cast("dict[str, Json]", theirs["properties"]).items():
        if field in ours["properties"]:
            _walk(upstream, document, schema, ours["properties"][field], notes, seen)
        else:
            ours["properties"][field] = deepcopy(schema)
            notes.append(f"{name or 'an answer'} has the field {field!r} from upstream; the overlay does not know it")


def _target(document: Json, schema: Json) -> tuple[str, Json]:
    """What a schema stands for, and its name: through a reference, and to the one object of a union."""
    name = ""
    while True:
        reference = schema.get("$ref")
        if isinstance(reference, str):
            name = reference.removeprefix(SCHEMAS)
            schema = document["components"]["schemas"].get(name, {})
            continue
        members = [one for one in schema.get("anyOf", []) if one.get("type") != "null"]
        if len(members) != 1:
            return name, schema
        schema = members[0]
