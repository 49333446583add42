"""What changed in two raw documents that no program sees: texts, examples and other notes for people. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from ._changes import Change
from ._document import Json, is_list, is_mapping
from ._errors import pointer
from ._merge import key_of
from ._normalize import PROSE
from ._repair import NAMED, operations_of

__all__ = ["content_key", "docs_only", "prose_changes"]

#: Lists whose order means nothing.
UNORDERED = {"anyOf", "oneOf", "allOf", "enum", "required", "type", "tags", "parameters", "security"}

_Texts = dict[tuple[str, str], dict[str, Any]]


def content_key(document: Json) -> str:
    """A text that is equal for documents that differ in nothing but order."""
    return key_of(_ordered(document))


def docs_only() -> Change:
    """The change of a document whose bytes differ and which says the same."""
    return Change((), "", "the document", "prose, examples or invalidity that is repaired", "docs")


def prose_changes(before: Json, after: Json, names: dict[str, str]) -> Iterator[Change]:
    """One change for each kind of text of an operation that differs, with the texts where it is a single one.

    ``names`` are the names of the operations of the new document by ``"METHOD /path"``. What stands in components is
    told of the document.
    """
    old, new = _texts(before), _texts(after)
    for owner, keyword in sorted(set(old) & set(new) | {key for key in new if not key[0] or key[0] in names}):
        was, now = old.get((owner, keyword), {}), new.get((owner, keyword), {})
        places = [place for place in {**was, **now} if key_of(was.get(place)) != key_of(now.get(place))]
        if places and (not owner or owner in names):
            one = len(places) == 1
            more = "" if one else f" and {len(places) - 1} more place" + ("s" if len(places) > 2 else "")
            yield Change(
                (names[owner],) if owner else (),
                "",
                f"{places[0]}{more}",
                f"{keyword} changed",
                "docs",
                was.get(places[0]) if one else None,
                now.get(places[0]) if one else None,
            )


def _texts(document: Json) -> _Texts:
    """Every text by the operation and the keyword, and then by its pointer inside the operation."""
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
                found.setdefault((owner, key), {})[pointer(*steps, key)] = value
            else:
                _collect(value, owner, (*steps, key), found)


def _ordered(node: Any, inside: str = "") -> Any:
    if is_list(node):
        parts = [_ordered(value) for value in node]
        return sorted(parts, key=key_of) if inside in UNORDERED else parts
    if is_mapping(node):
        return {key: _ordered(value, key) for key, value in node.items()}
    return node
