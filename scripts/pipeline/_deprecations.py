"""Which models have ended or will: the gateway's feed, pulled beside the document, and the table that is made of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

from ._document import Json, is_list, is_mapping, read_bytes
from ._errors import PipelineError

#: What is kept of a model, in this order.
MEMBERS = ("id", "aliases", "status", "deprecated_at", "shutdown_at", "replaced_by", "reason", "source")

MODULE = '''"""Models that have ended or will: the gateway's feed as it was when this client was made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple


class Deprecation(NamedTuple):
    """status: "deprecated" and "superseded" models still answer, calls of "withdrawn" ones give 404.

    shutdown_at: a date or time in ISO 8601, None where it is not known.
    replaced_by: the id of the model to use instead, None where there is none.
    """

    status: str
    shutdown_at: str | None = None
    replaced_by: str | None = None


#: By id and by alias.
DEPRECATIONS: Final[Mapping[str, Deprecation]] = {{
{rows}}}
'''


def read_feed(raw: bytes, *, source: str) -> list[Json]:
    """The models of a feed, or of the file that keeps one; sorted, without what is null. Raises PipelineError."""
    try:
        said: Any = json.loads(raw)
    except ValueError as error:
        raise PipelineError(f"is not JSON: {error}", source=source) from error
    listed = said.get("data") if is_mapping(said) else said
    if not is_list(listed) or not all(is_mapping(one) for one in listed):
        raise PipelineError("holds no list of models", source=source)
    found = cast("list[Json]", listed)
    for one in found:
        if not isinstance(one.get("id"), str) or not isinstance(one.get("status"), str):
            raise PipelineError(f"holds a model without an id or a status: {str(one)[:200]}", source=source)
    kept = [{name: one[name] for name in MEMBERS if one.get(name) not in (None, [])} for one in found]
    return sorted(kept, key=lambda one: str(one["id"]))


def load_deprecations(path: Path) -> list[Json]:
    """The committed file; none where there is none."""
    return read_feed(read_bytes(path), source=str(path)) if path.exists() else []


def deprecations_text(found: list[Json]) -> str:
    """The file of a feed: a line for each model, so that a change is a line."""
    lines = [json.dumps(one, ensure_ascii=False) for one in found]
    return "[\n " + ",\n ".join(lines) + "\n]\n" if lines else "[]\n"


def write_table(openapi: Json, package: Path) -> None:
    """Write `deprecations.py` of a generated package from the models that `openapi.yaml` names."""
    rows: dict[str, str] = {}
    for one in cast("list[Json]", openapi.get("x-deprecations", [])):
        members = [one["status"], one.get("shutdown_at"), one.get("replaced_by")]
        while members[-1] is None:
            members.pop()
        for name in (one["id"], *one.get("aliases", [])):
            rows[str(name)] = f"    {name!r}: Deprecation({', '.join(map(repr, members))}),\n"
    text = MODULE.format(rows="".join(rows[name] for name in sorted(rows)))
    (package / "deprecations.py").write_text(text, encoding="utf-8")
