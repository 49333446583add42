"""What changed in two raw documents that no program sees: texts, examples and other notes for people. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from attrs import define, field

from ..document.schemas import canonical_json
from ..document.tree import Json, is_list, is_mapping
from ..normalize.keywords import PROSE
from ..normalize.repair import NAMED, operations_of
from .changes import Change

__all__ = ["docs_only", "prose_changes"]


#: Steps of a place that say nothing to a person.
SILENT = {"content", "schema", "properties", "responses", "anyOf", "oneOf", "allOf"}


@define
class _Prose:
    """The texts of a document: by the operation and the keyword, and then by the place inside the operation.

    Variants and positions share a place, so that one variant more moves no text. ``places`` are all there are.
    """

    texts: dict[tuple[str, str], dict[str, dict[str, Any]]] = field(
        factory=dict[tuple[str, str], dict[str, dict[str, Any]]]
    )
    places: set[tuple[str, str]] = field(factory=set[tuple[str, str]])


def docs_only() -> Change:
    """The change of a document whose bytes differ and which says the same."""
    return Change((), "", "prose, examples or invalidity that is repaired", "text changed", "docs")


def prose_changes(before: Json, after: Json, names: dict[str, str]) -> Iterator[Change]:
    """One change for each kind of text of an operation that differs, with the texts where it is a single one.

    ``names`` are the names of the operations of the new document by ``"METHOD /path"``. What stands in components is
    told of the document.
    """
    old, new = _prose(before), _prose(after)
    shared = {"", *names} & {owner for owner, _ in old.places} & {owner for owner, _ in new.places}
    for owner, keyword in sorted(key for key in {*old.texts, *new.texts} if key[0] in shared):
        was, now = old.texts.get((owner, keyword), {}), new.texts.get((owner, keyword), {})
        # The text of what is new as a whole, or gone, is part of that.
        places = [
            place
            for place in {**was, **now}
            if set(was.get(place, {})) != set(now.get(place, {})) and (owner, place) in old.places & new.places
        ]
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
                _only(was.get(places[0], {}), now.get(places[0], {})) if one else None,
                _only(now.get(places[0], {}), was.get(places[0], {})) if one else None,
            )


def _only(these: dict[str, Any], those: dict[str, Any]) -> Any:
    """What stands in one place of one document alone: a single text as it is."""
    found = [value for key, value in these.items() if key not in those]
    return found[0] if len(found) == 1 else found or None


def _prose(document: Json) -> _Prose:
    found = _Prose()
    for path, item in cast("Json", document["paths"]).items():
        for method, operation in operations_of(item if is_mapping(item) else {}):
            _collect(operation, f"{method.upper()} {path}", (), found)
    _collect({key: part for key, part in document.items() if key not in ("paths", "openapi")}, "", (), found)
    return found


def _collect(node: Any, owner: str, steps: tuple[str, ...], found: _Prose) -> None:
    if is_list(node):
        for value in node:
            named = is_mapping(value) and steps[-1:] == ("parameters",) and "name" in value
            _collect(value, owner, (*steps, str(value["name"])) if named else steps, found)
    elif is_mapping(node):
        names = bool(steps) and steps[-1] in NAMED
        place = _words(steps)
        found.places.add((owner, place))
        for key, value in node.items():
            if not names and (key in PROSE or key.startswith("x-") or key in ("tags", "operationId", "servers")):
                texts = found.texts.setdefault((owner, key), {}).setdefault(place, {})
                texts[canonical_json(value)] = value
            else:
                _collect(value, owner, (*steps, key), found)


def _words(steps: tuple[str, ...]) -> str:
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
        elif step == "items":
            text += "[]"
        else:
            text += f".{step}" if text and not text.endswith(" ") else str(step)
    return text.strip()
