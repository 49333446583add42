"""The differences between what two versions of one operation take and give: parameters, bodies, answers. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias, cast

from ..document.media import CONTENT
from ..document.schemas import canonical_json, is_object
from ..document.tree import Json
from .changes import Change, Kind
from .exact import MODELS
from .pairing import Shapes
from .schema_changes import ModelVariant, SchemaComparison, SchemaDifference, Side
from .views import gist, shown

__all__ = ["compare_answers", "compare_bodies", "compare_parameters", "with_moves"]

#: Schemas that say nothing about the content of an answer.
SILENT: list[Json] = [{}, {"type": "object"}]

#: Where a parameter stands, and its name.
_Place: TypeAlias = tuple[str, str]
_Name: TypeAlias = tuple[str, ...]

#: How a list in a query is written where the document does not say, by the place of the parameter.
STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}


def compare_parameters(name: _Name, before: Json, after: Json, committed: Json, fresh: Json) -> Iterator[Change]:
    """Every change of the parameters of an operation."""
    old: dict[_Place, Json] = {(one["in"], one["name"]): one for one in before.get("parameters", [])}
    new: dict[_Place, Json] = {(one["in"], one["name"]): one for one in after.get("parameters", [])}
    gone, come = [key for key in old if key not in new], [key for key in new if key not in old]
    pairs = [(key, key) for key in old if key in new]

    def same_name(one: _Place, other: _Place) -> bool:
        return one[1] == other[1]

    def same_schema(one: _Place, other: _Place) -> bool:
        return one[0] == other[0] and canonical_json(old[one]["schema"]) == canonical_json(new[other]["schema"])

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
        yield from _compare_parameter(name, was, now, old[was], new[now], committed, fresh)


def _compare_parameter(
    name: _Name, was: _Place, now: _Place, before: Json, after: Json, committed: Json, fresh: Json
) -> Iterator[Change]:
    is_required, was_required = bool(after.get("required")), bool(before.get("required"))
    if is_required != was_required and (was[0] == now[0] or (is_required and now[0] != "path")):
        kind: Kind = "breaking" if is_required else "additive"
        yield Change(name, "request", now[1], "required", kind, was_required, is_required)
    if was[0] == now[0] and _written(before) != _written(after):
        yield Change(name, "request", now[1], "written another way", "breaking", _written(before), _written(after))
    compared = SchemaComparison("request", _shapes(committed), _shapes(fresh))
    yield from _told(name, "request", compared.compare(before["schema"], after["schema"], now[1]))


def _written(parameter: Json) -> str:
    """How the parameter is written into the request."""
    if CONTENT in parameter:
        return f"as {parameter[CONTENT]}"
    style = str(parameter.get("style", STYLES[parameter["in"]]))
    return f"style {style}, explode {bool(parameter.get('explode', style == 'form'))}"


def compare_bodies(name: _Name, before: Json, after: Json, committed: Json, fresh: Json) -> Iterator[Change]:
    """Every change of the body of a request."""
    was, now = before.get("requestBody"), after.get("requestBody")
    if was is None and now is not None:
        kind: Kind = "breaking" if now.get("required") else "additive"
        yield Change(name, "request", "body", "body added", kind, None, _media(now))
    elif now is None and was is not None:
        yield Change(name, "request", "body", "body removed", "breaking", _media(was))
    elif was is not None and now is not None:
        if bool(was.get("required")) != bool(now.get("required")):
            kind = "breaking" if now.get("required") else "additive"
            yield Change(
                name, "request", "body", "required", kind, bool(was.get("required")), bool(now.get("required"))
            )
        yield from _compare_media(name, "request", was.get("content", {}), now.get("content", {}), committed, fresh)


def compare_answers(name: _Name, before: Json, after: Json, committed: Json, fresh: Json) -> Iterator[Change]:
    """Every change of the answers of an operation; one that says nothing of its content counts as none."""
    old = {status: _spoken(answer) for status, answer in before.get("responses", {}).items()}
    new = {status: _spoken(answer) for status, answer in after.get("responses", {}).items()}
    gone, come = ([one for one in these if one not in those] for these, those in ((old, new), (new, old)))
    pairs = [(status, status) for status in old if status in new]
    success_gone, success_come = ([one for one in these if _is_success(one)] for these in (gone, come))
    if len(success_gone) == len(success_come) == 1:
        was, now = success_gone[0], success_come[0]
        gone.remove(was)
        come.remove(now)
        pairs.append((was, now))
        yield Change(name, "response", now, "status changed", "breaking", was, now)
    for status in gone:
        if old[status]:
            yield Change(name, "response", status, "answer no longer described", "breaking", list(old[status]))
        elif not _is_success(status):
            yield Change(name, "response", status, "status no longer told", "docs", status)
    for status in come:
        if new[status]:
            yield Change(name, "response", status, "answer described", "additive", None, list(new[status]))
        elif not _is_success(status):
            yield Change(name, "response", status, "status added", "additive", None, status)
    for was, now in pairs:
        if old[was] and not new[now]:
            yield Change(name, "response", now, "answer no longer described", "breaking", list(old[was]))
        elif new[now] and not old[was]:
            yield Change(name, "response", now, "answer described", "additive", None, list(new[now]))
        else:
            yield from _compare_media(name, "response", old[was], new[now], committed, fresh)


def _is_success(status: str) -> bool:
    return status.startswith("2")


def _spoken(response: Json) -> Json:
    """The contents of an answer that say something."""
    content = cast("Json", response.get("content", {}))
    return {media: body for media, body in content.items() if body.get("schema", {}) not in SILENT}


def _compare_media(name: _Name, side: Side, was: Json, now: Json, committed: Json, fresh: Json) -> Iterator[Change]:
    old, new = ({_base(media): (media, content[media]) for media in content} for content in (was, now))
    for base in sorted(set(old) | set(new)):
        if base not in new:
            yield Change(name, side, base, "media type removed", "breaking", old[base][0])
        elif base not in old:
            yield Change(name, side, base, "media type added", "additive", None, new[base][0])
        else:
            before, after = (found[base][1] for found in (old, new))
            yield from _compare_encodings(name, side, before.get("encoding", {}), after.get("encoding", {}))
            compared = SchemaComparison(side, _shapes(committed), _shapes(fresh))
            if MODELS in before or MODELS in after:
                united = before.get("schema")
                mine, theirs = _variants(before, _shapes(committed)), _variants(after, _shapes(fresh))
                yield from _told(name, side, compared.by_model(mine, theirs, "", united))
            else:
                yield from _told(name, side, compared.compare(before.get("schema", {}), after.get("schema", {}), ""))


def _compare_encodings(name: _Name, side: Side, was: Json, now: Json) -> Iterator[Change]:
    """The members of a form that are written another way than before."""
    for member in sorted(set(was) | set(now)):
        old, new = was.get(member), now.get(member)
        if canonical_json(old) != canonical_json(new):
            yield Change(name, side, member, "written another way", "breaking", old, new)


def _told(name: _Name, side: Side, found: Iterable[SchemaDifference]) -> Iterator[Change]:
    for one in found:
        place = one.place.lstrip(".") or "body"
        yield Change(name, side, place, one.what, one.kind, one.was, one.now, one.models)


def _shapes(document: Json) -> Json:
    return cast("Json", document.get("components", {}).get("schemas", {}))


def _variants(media: Json, schemas: Json) -> list[ModelVariant]:
    """What a request says by the models that it names; where it names none, that is for any of them."""
    if MODELS in media:
        return [ModelVariant(tuple(one["models"]), one["schema"]) for one in cast("list[Json]", media[MODELS])]
    shapes, schema = Shapes(schemas), cast("Json", media.get("schema", {}))
    members = shapes.members(schema)
    if not all(is_object(shapes.resolved(one)) for one in members):
        return [ModelVariant((), schema)]
    return [ModelVariant(shapes.tags(one, "model"), one) for one in members]


def _base(media: str) -> str:
    """A media type without its parameters, such as the character set."""
    return media.partition(";")[0].strip().lower()


def _media(body: Json) -> str:
    schemas = [content.get("schema", {}) for content in body.get("content", {}).values()]
    return shown(gist(schemas[0])) if schemas else "nothing"


def with_moves(changes: Iterable[Change]) -> Iterator[Change]:
    """The changes of one operation, with a removal and an addition of one name on one side as a single move."""
    found = list(changes)
    removed = [one for one in found if one.what in ("property removed", "parameter removed")]
    added = [one for one in found if one.what.endswith(("property added", "parameter added"))]
    moves: dict[int, Change] = {}
    for one in removed:
        likely = [other for other in added if _is_move(one, other)]
        if len(likely) == 1 and len([rival for rival in removed if _is_move(rival, likely[0])]) == 1:
            what = f"{one.what.partition(' ')[0]} moved"
            was, now = (_standing(change) for change in (one, likely[0]))
            moves[id(one)] = Change(one.operations, one.side, likely[0].place, what, "breaking", was, now)
            moves[id(likely[0])] = moves[id(one)]
    yielded: set[int] = set()
    for change in found:
        move = moves.get(id(change))
        if move is None:
            yield change
        elif id(move) not in yielded:
            yielded.add(id(move))
            yield move


def _is_move(one: Change, other: Change) -> bool:
    """Whether something removed came back elsewhere: the same name, and the same schema where both have one."""
    kinds = {change.what.rpartition(" ")[0].rpartition(" ")[2] for change in (one, other)}
    same = kinds == {"parameter", "property"} or (kinds == {"property"} and one.was == other.now)
    return same and one.side == other.side and one.place != other.place and _tail(one.place) == _tail(other.place)


def _tail(place: str) -> str:
    return place.rpartition(".")[2]


def _standing(change: Change) -> str:
    """Where something stands: a parameter with its own place, a property with its path."""
    value = change.was if change.was is not None else change.now
    return str(value) if change.what.endswith(("parameter removed", "parameter added")) else change.place
