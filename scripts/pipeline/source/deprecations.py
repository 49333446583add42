"""Which models have ended or will: the gateway's feed, pulled beside the document, and the table that is made of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

from ..document.errors import PipelineError
from ..document.tree import Json, is_list, is_mapping
from .reading import plain_data, read_bytes

#: What is kept of a model, in this order.
MEMBERS = ("id", "aliases", "status", "deprecated_at", "shutdown_at", "replaced_by", "reason", "source")


def read_feed(raw: bytes, *, source: str) -> list[Json]:
    """The models of a feed, or of the file that keeps one; sorted, without what is null. Raises PipelineError."""
    try:
        said = plain_data(json.loads(raw), source)
    except (ValueError, RecursionError) as error:
        raise PipelineError(f"is not JSON: {error}", source=source) from error
    listed = said.get("data") if is_mapping(said) else said
    if not is_list(listed) or not all(is_mapping(one) for one in listed):
        raise PipelineError("holds no list of models", source=source)
    found = cast("list[Json]", listed)
    kept = [{name: one[name] for name in MEMBERS if one.get(name) not in (None, [])} for one in found]
    ids: set[str] = set()
    for one in kept:
        _check_model(one, source)
        if one["id"] in ids:
            raise PipelineError(f"says {one['id']!r} twice", source=source)
        ids.add(one["id"])
    return sorted(kept, key=lambda one: str(one["id"]))


def _check_model(one: Json, source: str) -> None:
    """Raise PipelineError for a model whose members are not what the table needs."""
    if "id" not in one or "status" not in one:
        raise PipelineError(f"holds a model without an id or a status: {str(one)[:200]}", source=source)
    for name, value in one.items():
        values = value if name == "aliases" and is_list(value) else [value]
        if not all(isinstance(each, str) for each in values) or (name == "aliases" and not is_list(value)):
            raise PipelineError(f"holds a model whose {name} is {str(value)[:60]!r}: {one['id']}", source=source)


def load_deprecations(path: Path) -> list[Json]:
    """The committed file; none where there is none."""
    return read_feed(read_bytes(path), source=str(path)) if path.exists() else []


def deprecations_text(found: list[Json]) -> str:
    """The file of a feed: a line for each model, so that a change is a line."""
    lines = [json.dumps(one, ensure_ascii=False) for one in found]
    return "[\n " + ",\n ".join(lines) + "\n]\n" if lines else "[]\n"
