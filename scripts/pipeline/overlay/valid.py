"""Validate: the built document is valid OpenAPI 3.1, and nothing of upstream got lost on the way to it."""

from __future__ import annotations

from typing import Any, cast

from openapi_spec_validator import OpenAPIV31SpecValidator

from ..document.errors import PipelineError, pointer
from ..document.tree import Json, references


def check_valid(document: Json, *, source: str) -> None:
    """Raise `PipelineError` for a reference that leads nowhere, or the first fault of openapi-spec-validator."""
    for name in references(document):
        if name not in document["components"]["schemas"]:
            raise PipelineError(
                f"refers to the component {name}, which is not there",
                source=source,
                hint="the overlay is at fault: add the component, or correct the reference",
            )
    for error in OpenAPIV31SpecValidator(cast(Any, document)).iter_errors():
        steps = cast(Any, error).absolute_path if hasattr(error, "absolute_path") else ()
        raise PipelineError(
            f"is not valid OpenAPI 3.1: {str(cast(Any, error).message)[:300]}",
            source=source,
            pointer=pointer(*steps),
            hint="the overlay or a repair is at fault: look at this pointer in the built document",
        )
