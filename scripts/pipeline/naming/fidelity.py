"""Fidelity: nothing of the kept operations got lost on the way to `upstream.yaml`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from ..document.errors import PipelineError
from ..document.schemas import canonical_json, is_object
from ..document.tree import Json, is_mapping, lookup
from ..normalize.select import Operation

__all__ = ["check_fidelity"]


def check_fidelity(operations: list[Operation], built: Json, *, source: str) -> None:
    """Raise `PipelineError` when an operation or a property path of the selected document is not in ``built``."""
    kept = {operation["operationId"]: operation for item in built["paths"].values() for operation in item.values()}
    for operation in operations:
        if operation.name not in kept:
            raise _lost(f"operation {operation.name} ({operation.label})", source)
        wanted = set(_paths_of_operation(operation))
        lost = sorted(wanted - set(_paths_of_built(kept[operation.name], built)))
        if lost:
            raise _lost(f"{len(lost)} properties of {operation.name}, first {lost[0]}", source)


def _lost(what: str, source: str) -> PipelineError:
    return PipelineError(
        f"{what} did not survive the build", source=source, hint="this is a defect of the pipeline; report it"
    )


def _paths_of_operation(operation: Operation) -> Iterator[str]:
    def resolve(_schema: Json) -> None:
        """Schemas are inline here, up to where a circle closes."""

    for parameter in operation.parameters:
        yield f"{parameter['in']}:{parameter['name']}"
        yield from _property_paths(parameter["schema"], resolve, f"{parameter['in']}:{parameter['name']}", ())
    for schema in operation.body.values():
        yield from _property_paths(schema, resolve, "body", ())
    for content in operation.responses.values():
        for schema in content.values():
            yield from _property_paths(schema, resolve, "response", ())


def _paths_of_built(operation: Json, document: Json) -> Iterator[str]:
    def resolve(schema: Json) -> Json | None:
        return lookup(document, schema["$ref"]) if "$ref" in schema else None

    for parameter in operation.get("parameters", []):
        yield f"{parameter['in']}:{parameter['name']}"
        yield from _property_paths(parameter["schema"], resolve, f"{parameter['in']}:{parameter['name']}", ())
    for media in operation.get("requestBody", {}).get("content", {}).values():
        yield from _property_paths(media["schema"], resolve, "body", ())
    for response in operation["responses"].values():
        for media in response.get("content", {}).values():
            yield from _property_paths(media["schema"], resolve, "response", ())


def _property_paths(schema: Json, resolve: Any, path: str, trail: tuple[int, ...]) -> Iterator[str]:
    """Every property path below a schema with its fixed values; unions and arrays add no step.

    A path ends where it comes back to a component that it went through.
    """
    target = cast(Json | None, resolve(schema))
    if target is not None:
        if id(target) in trail:
            return
        yield from _property_paths(target, resolve, path, (*trail, id(target)))
        return
    for member in cast(list[Json], schema.get("anyOf", [])):
        yield from _property_paths(member, resolve, path, trail)
    for value in schema.get("enum", [schema["const"]] if "const" in schema else []):
        yield f"{path}={canonical_json(value)}"
    if is_object(schema):
        for name, part in cast(dict[str, Json], schema["properties"]).items():
            yield f"{path}.{name}"
            yield from _property_paths(part, resolve, f"{path}.{name}", trail)
    for key in ("items", "additionalProperties"):
        if is_mapping(schema.get(key)):
            yield from _property_paths(schema[key], resolve, path, trail)
