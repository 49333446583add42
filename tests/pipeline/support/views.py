"""The generator's view of small documents."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scripts.pipeline.build import Built
from scripts.pipeline.generate.lower.view import lower

from .documents import (
    Json,
    built,
    nested,
)


def view(folder: Path, data: Json, **options: Any) -> Json:
    """The generator's view of a document."""
    result: Built = built(folder, data)
    return lower(result.openapi, plain=options.get("plain", frozenset()), aliases=options.get("aliases", frozenset()))


def component(folder: Path, schema: Json, **options: Any) -> Json:
    """The component of a body whose property `it` has this schema."""
    made: Json = view(folder, nested("it", schema), **options)["components"]["schemas"]["PostOrdersParams"]
    return made
