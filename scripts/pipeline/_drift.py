"""Drift: what a fresh document says that the committed one does not, one change for each thing that changed.

Both sides are compared in the form of `upstream.yaml`, so that order, prose and repaired invalidity do not count,
and from the operations inwards, so that the names that shapes were given do not count either.

The class of a change depends on its side. A request may allow more, an answer may promise more; a new value or
variant is an addition on both, because the client passes on what it does not know. All else is breaking.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal, TypeAlias, cast

from attrs import evolve, frozen

from ._document import Json, is_mapping
from ._drift_schemas import SchemaDifference, Side, compare_schemas
from ._merge import key_of

__all__ = ["EXIT", "Change", "Kind", "compare", "docs_only", "worst"]

Kind: TypeAlias = Literal["docs", "additive", "breaking"]

#: Exit codes of the verb, by the worst class that was found.
EXIT = {"none": 0, "docs": 0, "additive": 10, "breaking": 20}

#: Schemas that say nothing about the content of an answer.
SILENT: list[Json] = [{}, {"type": "object"}]


@frozen
class Change:
    """One thing that changed.

    operations: the names of the operations that it shows in; empty for the document itself.
    side: of the operation, "" for the operation itself.
    place: the schema and the property, as in `CreateMessageParams.tools[].name`; "" for the operation itself.
    what: such as "property added" or "operation moved".
    was, now: what it was and is, None where there was or is nothing.
    """

    operations: tuple[str, ...]
    side: Side | Literal[""]
    place: str
    what: str
    kind: Kind
    was: Any = None
    now: Any = None

    def __str__(self) -> str:
        sign = "+" if self.was is None else "-" if self.now is None else "~"
        values = " -> ".join(_shown(value) for value in (self.was, self.now) if value is not None)
        who = _listed(self.operations)
        where = ": ".join(part for part in (f"{who} {self.side}".strip(), self.place) if part)
        return f"{sign} {self.kind:8} {where}: {self.what}" + (f": {values}" if values else "")


def compare(committed: Json, fresh: Json) -> list[Change]:
    """Every change between two upstream documents, the worst first within an operation."""
    old, new = _operations(committed), _operations(fresh)
    pairs, changes = _matched(old, new)
    for before, after in pairs:
        changes += _compare_operation(before, after, committed, fresh)
    return _merged(changes)


def worst(changes: Iterable[Change]) -> str:
    """The class of a list of changes."""
    kinds = {change.kind for change in changes}
    return next((kind for kind in ("breaking", "additive", "docs") if kind in kinds), "none")


def docs_only() -> Change:
    """The change of a document whose bytes differ and which says the same."""
    return Change((), "", "the document", "prose, examples, order or invalidity that is repaired", "docs")


#: Where a parameter stands, and its name.
_Place: TypeAlias = tuple[str, str]


@frozen
class _Operation:
    """One operation with its place."""

    method: str
    path: str
    body: Json

    @property
    def name(self) -> str:
        return str(self.body.get("operationId") or f"{self.method.upper()} {self.path}")

    @property
    def place(self) -> str:
        return f"{self.method.upper()} {self.path}"

    @property
    def shape(self) -> str:
        """What it takes and gives, without its name and place, to know it again elsewhere."""
        return key_of({key: value for key, value in self.body.items() if key not in ("operationId", "tags", "summary")})


def _operations(document: Json) -> dict[str, _Operation]:
    found = [
        _Operation(method, path, body) for path, item in document["paths"].items() for method, body in item.items()
    ]
    return {one.place: one for one in found}


def _matched(
    old: dict[str, _Operation], new: dict[str, _Operation]
) -> tuple[list[tuple[_Operation, _Operation]], list[Change]]:
    """The operations to compare, and those that came, went and moved."""
    pairs = [(old[place], new[place]) for place in old if place in new]
    gone = [one for place, one in old.items() if place not in new]
    come = [one for place, one in new.items() if place not in old]
    changes: list[Change] = []
    for is_same in (_same_name, _same_shape, _same_path):
        for before in list(gone):
            after = [one for one in come if is_same(before, one)]
            if len(after) == 1 and len([one for one in gone if is_same(one, after[0])]) == 1:
                gone.remove(before)
                come.remove(after[0])
                pairs.append((before, after[0]))
                # Only the spelling of a parameter in the path: no program sees it.
                was, now = before.place, after[0].place
                if _nameless(was) != _nameless(now):
                    changes.append(Change((after[0].name,), "", "", "operation moved", "breaking", was, now))
    changes += [Change((one.name,), "", "", "operation removed", "breaking", one.place) for one in gone]
    changes += [Change((one.name,), "", "", "operation added", "additive", None, one.place) for one in come]
    return pairs, changes


def _same_name(one: _Operation, other: _Operation) -> bool:
    return one.name == other.name


def _same_shape(one: _Operation, other: _Operation) -> bool:
    return one.method == other.method and one.shape == other.shape


def _same_path(one: _Operation, other: _Operation) -> bool:
    """The same path but for its parameters, which may have become others, or part of the query."""
    return one.method == other.method and _without_parameters(one.path) == _without_parameters(other.path)


def _compare_operation(before: _Operation, after: _Operation, committed: Json, fresh: Json) -> Iterator[Change]:
    name = (after.name,)
    if before.name != after.name:
        yield Change(name, "", "", "operation renamed", "breaking", before.name, after.name)
    yield from _compare_parameters(name, before.body, after.body, committed, fresh)

    def schemas(side: Side, place: str, was: Any, now: Any) -> Iterator[Change]:
        for found in compare_schemas(was, now, side, committed, fresh, place):
            yield _change(name, side, found)

    was_body, now_body = before.body.get("requestBody"), after.body.get("requestBody")
    if was_body is None and now_body is not None:
        kind: Kind = "breaking" if now_body.get("required") else "additive"
        yield Change(name, "request", "body", "body added", kind, None, _media(now_body))
    elif now_body is None and was_body is not None:
        yield Change(name, "request", "body", "body removed", "breaking", _media(was_body))
    elif was_body is not None and now_body is not None:
        if bool(was_body.get("required")) != bool(now_body.get("required")):
            kind = "breaking" if now_body.get("required") else "additive"
            yield Change(name, "request", "body", "required", kind, was_body.get("required"), now_body.get("required"))
        was_types, now_types = was_body.get("content", {}), now_body.get("content", {})
        yield from _compare_media(name, "request", was_types, now_types, schemas)
        yield from _compare_limits(name, was_body, now_body)
    was_answers, now_answers = before.body.get("responses", {}), after.body.get("responses", {})
    for status in sorted(set(was_answers) | set(now_answers)):
        was_content, now_content = _spoken(was_answers.get(status)), _spoken(now_answers.get(status))
        if status not in now_answers and was_content:
            yield Change(name, "response", status, "answer no longer described", "breaking", list(was_content))
        elif status not in was_answers and now_content:
            yield Change(name, "response", status, "answer described", "additive", None, list(now_content))
        elif status in was_answers and status in now_answers:
            yield from _compare_media(name, "response", was_content, now_content, schemas)
        elif status in now_answers and not str(status).startswith("2"):
            yield Change(name, "response", status, "status added", "additive", None, status)


def _compare_media(
    name: tuple[str, ...],
    side: Side,
    was: Json,
    now: Json,
    schemas: Callable[[Side, str, Any, Any], Iterator[Change]],
) -> Iterator[Change]:
    for media in sorted(set(was) | set(now)):
        if media not in now:
            yield Change(name, side, media, "media type removed", "breaking", media)
        elif media not in was:
            yield Change(name, side, media, "media type added", "additive", None, media)
        else:
            yield from schemas(side, "", was[media].get("schema", {}), now[media].get("schema", {}))


def _compare_limits(name: tuple[str, ...], was: Json, now: Json) -> Iterator[Change]:
    """What differs by model. It is advice: the request takes the same either way."""
    old, new = _by_model(was), _by_model(now)
    changed: dict[str, tuple[list[str], Any, Any]] = {}
    for model in (one for one in old if one in new):
        if old[model] != new[model]:
            changed.setdefault(key_of([old[model], new[model]]), ([], old[model], new[model]))[0].append(model)
    for models, before, after in changed.values():
        yield Change(name, "request", f"limits of {', '.join(models)}", "limits changed", "additive", before, after)


def _by_model(body: Json) -> dict[str, Json]:
    return {
        model: {key: value for key, value in group.items() if key != "models"}
        for group in cast("list[Json]", body.get("x-model-limits", []))
        for model in group["models"]
    }


def _compare_parameters(
    name: tuple[str, ...], before: Json, after: Json, committed: Json, fresh: Json
) -> Iterator[Change]:
    old: dict[_Place, Json] = {(one["in"], one["name"]): one for one in before.get("parameters", [])}
    new: dict[_Place, Json] = {(one["in"], one["name"]): one for one in after.get("parameters", [])}
    gone, come = [key for key in old if key not in new], [key for key in new if key not in old]
    pairs = [(key, key) for key in old if key in new]

    def same_name(one: _Place, other: _Place) -> bool:
        return one[1] == other[1]

    def same_schema(one: _Place, other: _Place) -> bool:
        return one[0] == other[0] and key_of(old[one]["schema"]) == key_of(new[other]["schema"])

    for same in (same_name, same_schema):
        for key in list(gone):
            likely = [other for other in come if same(key, other)]
            if len(likely) == 1 and len([one for one in gone if same(one, likely[0])]) == 1:
                gone.remove(key)
                come.remove(likely[0])
                pairs.append((key, likely[0]))
                # In the path a parameter has a place and no name.
                if key[0] != "path" or likely[0][0] != "path":
                    what = "parameter moved" if key[1] == likely[0][1] else "parameter renamed"
                    yield Change(name, "request", key[1], what, "breaking", ":".join(key), ":".join(likely[0]))
    for key in gone:
        yield Change(name, "request", key[1], "parameter removed", "breaking", ":".join(key))
    for key in come:
        required = bool(new[key].get("required"))
        what = "required parameter added" if required else "optional parameter added"
        yield Change(name, "request", key[1], what, "breaking" if required else "additive", None, ":".join(key))
    for was, now in pairs:
        is_required, was_required = bool(new[now].get("required")), bool(old[was].get("required"))
        if is_required != was_required:
            kind: Kind = "breaking" if is_required else "additive"
            yield Change(name, "request", now[1], "required", kind, was_required, is_required)
        for found in compare_schemas(old[was]["schema"], new[now]["schema"], "request", committed, fresh, now[1]):
            yield _change(name, "request", found)


def _change(name: tuple[str, ...], side: Side, found: SchemaDifference) -> Change:
    return Change(name, side, found.place, found.what, found.kind, found.was, found.now)


def _merged(changes: list[Change]) -> list[Change]:
    """One change for what several operations share, sorted by operation and place."""
    found: dict[str, Change] = {}
    for change in changes:
        key = key_of({"side": change.side, "place": change.place, "what": change.what, "v": [change.was, change.now]})
        own = key if change.place and change.side else f"{change.operations}{key}"
        first = found.get(own)
        if first is None:
            found[own] = change
        elif change.operations[0] not in first.operations:
            found[own] = evolve(first, operations=(*first.operations, *change.operations))
    rank = {"breaking": 0, "additive": 1, "docs": 2}
    return sorted(found.values(), key=lambda one: (one.operations[:1], rank[one.kind], one.side, one.place, one.what))


def _spoken(response: Json | None) -> Json:
    """The contents of an answer that say something."""
    content = cast("Json", (response or {}).get("content", {}))
    return {media: body for media, body in content.items() if body.get("schema", {}) not in SILENT}


def _media(body: Json) -> Any:
    schemas = [content.get("schema", {}) for content in body.get("content", {}).values()]
    return _shown(schemas[0]) if schemas else {}


def _without_parameters(path: str) -> tuple[str, ...]:
    return tuple(part for part in path.split("/") if part and not part.startswith(("{", ":")))


def _nameless(place: str) -> str:
    return "/".join("{}" if part.startswith("{") else part for part in place.split("/"))


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _shown(value: Any) -> str:
    """A value in few words: a reference by its name, anything else as it is, shortened."""
    if is_mapping(value) and set(value) == {"$ref"}:
        return str(value["$ref"]).rsplit("/", 1)[-1]
    text = value if isinstance(value, str) else key_of(value)
    return text if len(text) <= 100 else f"{text[:99]}…"
