"""What changed in two raw documents that no program sees: texts, examples and other notes for people. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from ..document.schemas import canonical_json
from ..document.tree import Json, is_list, is_mapping
from ..normalize.keywords import PROSE
from ..normalize.repair import NAMED, operations_of
from .changes import Change

__all__ = ["docs_only", "prose_changes"]


#: Steps of a place that say nothing to a person.
SILENT = {"content", "schema", "properties", "responses", "anyOf", "oneOf", "allOf"}

_Texts = dict[tuple[str, str], dict[str, Any]]


def docs_only() -> Change:
    """The change of a document whose bytes differ and which says the same."""
    return Change((), "", "the document", "prose, examples or invalidity that is repaired", "docs")


def prose_changes(before: Json, after: Json, names: dict[str, str]) -> Iterator[Change]:
    """One change for each kind of text of an operation that differs, with the texts where it is a single one.

    ``names`` are the names of the operations of the new document by ``"METHOD /path"``. What stands in components is
    told of the document.
    """
    old, new = _texts(before), _texts(after)
    shared = {"", *names} & {owner for owner, _ in old} & {owner for owner, _ in new}
    for owner, keyword in sorted(key for key in {*old, *new} if key[0] in shared):
        was, now = old.get((owner, keyword), {}), new.get((owner, keyword), {})
        places = [place for place in {**was, **now} if canonical_json(was.get(place)) != canonical_json(now.get(place))]
        if places:
            one = len(places) == 1
            first = " ".join(part for part in (keyword, places[0] and f"of {places[0]}") if part)
            more = "" if one else f" and {len(places) - 1} more"
            yield Change(
                (names[owner],) if owner else (),
                "",
                f"{first}{more}",
                "text changed" if keyword in PROSE else "note changed",
                "docs",
                was.get(places[0]) if one else None,
                now.get(places[0]) if one else None,
            )


def _texts(document: Json) -> _Texts:
    """Every text by the operation and the keyword, and then by its place inside the operation."""
    found: _Texts = {}
    for path, item in cast("Json", document["paths"]).items():
        for method, operation in operations_of(item if is_mapping(item) else {}):
            _collect(operation, f"{method.upper()} {path}", (), found)
    for key, part in document.items():
        if key not in ("paths", "openapi"):
            _collect(part, "", (key,), found)
    return found


def _collect(node: Any, owner: str, steps: tuple[str | int, ...], found: _Texts) -> None:
    if is_list(node):
        for index, value in enumerate(node):
            _collect(value, owner, (*steps, index), found)
    elif is_mapping(node):
        names = bool(steps) and steps[-1] in NAMED
        for key, value in node.items():
            if not names and (key in PROSE or key.startswith("x-") or key in ("tags", "operationId", "servers")):
                found.setdefault((owner, key), {})[_words(steps)] = value
            else:
                _collect(value, owner, (*steps, key), found)


def _words(steps: tuple[str | int, ...]) -> str:
    """A place inside an operation as a person says it: `response 200 usage.input_tokens`."""
    text = ""
    for index, step in enumerate(steps):
        before = steps[index - 1] if index else ""
        if step in SILENT and before not in NAMED:
            continue
        if step == "requestBody":
            text += "request "
        elif before == "responses" or before == "content":
            text += f"response {step} " if before == "responses" else ""
        elif step == "items" or isinstance(step, int):
            text += "[]" if step == "items" else f"<{step}>"
        else:
            text += f".{step}" if text and not text.endswith(" ") else str(step)
    return text.strip()
