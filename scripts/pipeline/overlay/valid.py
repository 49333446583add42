"""Validate: the built document is valid OpenAPI 3.1, and nothing of upstream got lost on the way to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from openapi_spec_validator import OpenAPIV31SpecValidator

from ..document.errors import PipelineError, pointer
from ..document.tree import SCHEMAS, Json, is_list, is_mapping, reference

__all__ = ["check_valid"]

Steps = tuple[str | int, ...]


def check_valid(document: Json, *, source: str, places: Mapping[str, str] | None = None) -> None:
    """Raise `PipelineError` for a reference that leads nowhere, or the first fault of openapi-spec-validator.

    ``places`` are those of the overlay's actions, by the pointer to what each has said.
    """
    for steps, node in _nodes(document, ()):
        # In a default, it is a value like any other.
        name = reference(node) if is_mapping(node) and str(node.get("$ref")).startswith(SCHEMAS) else None
        if name is not None and name not in document["components"]["schemas"]:
            culprit = _culprit(steps, places, "the overlay")
            raise PipelineError(
                f"refers to the component {name}, which is not there",
                source=source,
                pointer=pointer(*steps),
                hint=f"{culprit} is at fault: add the component, or correct the reference",
            )
    for error in _faults(document):
        steps = _place(document, error)
        culprit = _culprit(steps, places, "the overlay or a repair")
        message = str(getattr(error, "message", error))
        raise PipelineError(
            f"is not valid OpenAPI 3.1: {message[:300]}",
            source=source,
            pointer=pointer(*steps),
            hint=f"{culprit} is at fault: look at this pointer in the built document",
        )


def _faults(document: Json) -> Iterator[Exception]:
    """What the validator finds, or cannot read, such as a brace in a path that nothing closes."""
    try:
        yield from OpenAPIV31SpecValidator(cast(Any, document)).iter_errors()
    except (LookupError, ValueError, RecursionError) as error:
        yield error


def _nodes(node: Any, steps: Steps) -> Iterator[tuple[Steps, Any]]:
    """A part of the document and all parts of it, each with where it is."""
    yield steps, node
    members = enumerate(node) if is_list(node) else node.items() if is_mapping(node) else ()
    for step, value in members:
        yield from _nodes(value, (*steps, step))


def _place(document: Json, error: Any) -> Steps:
    """Where an error is; of one in a schema, the validator says only where in that schema."""
    steps: Steps = tuple(getattr(error, "absolute_path", ()))
    if not steps or steps[0] in document:
        return steps
    whole = (found for found, node in _nodes(document, ()) if found[-len(steps) :] == steps and node == error.instance)
    return next(whole, steps)


def _culprit(steps: Steps, places: Mapping[str, str] | None, otherwise: str) -> str:
    """The action of the overlay that spoke last of a place, or of what holds it."""
    for length in range(len(steps), 0, -1):
        place = (places or {}).get(pointer(*steps[:length]))
        if place:
            return place
    return otherwise
