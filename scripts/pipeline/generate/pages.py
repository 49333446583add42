"""Whether an operation is a listing that comes page by page, and how its pages follow each other.

The overlay says so with `x-pages`. Where it does not, the usual names are recognised: a query parameter that is a
cursor or an offset, beside an answer with one list of objects.
"""

from __future__ import annotations

from typing import Any, cast

from attrs import frozen

from ..document.errors import PipelineError
from ..document.tree import Json, resolved
from .python_names import arguments_of, attribute_names

__all__ = ["Paged", "attributes_at", "find_paging"]

_CURSORS = ("cursor", "page_token", "after", "after_id", "starting_after")
_FOLLOWING = ("next_cursor", "next_page_token", "next_page", "next", "last_id", "cursor")
_MORE = ("has_more", "has_next")
_INSIDE = ("", "pagination", "paging", "page", "meta")
_SIZES = ("limit", "page_size", "per_page")
_OPTIONAL = {"more", "size", "identity"}


@frozen
class Paged:
    """How to walk a listing: the source of its `Paging`, the schema of an item, and the argument for a page's size."""

    source: str
    item: Json
    size: str = ""
    most: int | None = None


def find_paging(openapi: Json, operation: Json, answer: Json) -> Paged | None:
    """How an operation is paged; None where it is not. Raises PipelineError for an `x-pages` that fits nothing."""
    said: Json = operation.get("x-pages") or _guess(openapi, operation, answer)
    if not said:
        return None
    name = str(operation["operationId"])
    parameters = {str(one["name"]): one for one in cast("list[Json]", operation.get("parameters", []))}
    items = _at(openapi, answer, str(said.get("items", "")))
    item = cast("Json", _resolve(openapi, items or {}).get("items", {}))
    if not (
        set(said) - _OPTIONAL in ({"items", "cursor", "following"}, {"items", "offset"})
        and _kind(openapi, items) == "array"
        and _is_there(openapi, said, answer, item)
    ):
        raise PipelineError(
            f"x-pages of {name} cannot be used: {said}",
            source="openapi.yaml",
            hint="give items (a list of the answer), and cursor with following, or offset",
        )
    if not {str(said[key]) for key in ("cursor", "offset") if key in said} <= set(parameters):
        return None  # an older document, which gives all in one answer
    arguments = {str(one["name"]): argument for argument, one in arguments_of(operation).items()}
    given: dict[str, str] = {}
    for key in ("cursor", "offset"):
        if key in said:
            given[key] = arguments[str(said[key])]
    for key in ("items", "following", "more", "identity"):
        if key in said:
            given[key] = attributes_at(openapi, item if key == "identity" else answer, str(said[key]))
    size = str(said.get("size", ""))
    most = parameters[size].get("schema", {}).get("maximum") if size in parameters else None
    told = ", ".join(f"{key}={value!r}" for key, value in given.items())
    return Paged(f"Paging({told})", item, arguments.get(size, ""), most)


def attributes_at(openapi: Json, schema: Json, place: str) -> str:
    """A place in an answer, its steps joined with dots, as attributes of its models."""
    attributes: list[str] = []
    for name in place.split("."):
        properties: Json = _resolve(openapi, schema)["properties"]
        attributes.append(attribute_names(properties)[name])
        schema = properties[name]
    return ".".join(attributes)


def _is_there(openapi: Json, said: Json, answer: Json, item: Json) -> bool:
    """Whether the answer has all that is said of it."""
    places = [(answer, said.get("following")), (answer, said.get("more")), (item, said.get("identity"))]
    return all(_at(openapi, holder, str(place)) is not None for holder, place in places if place)


def _guess(openapi: Json, operation: Json, answer: Json) -> Json:
    names = [str(one["name"]) for one in cast("list[Json]", operation.get("parameters", [])) if one["in"] == "query"]
    cursor = next((name for name in _CURSORS if name in names), "")
    offset = "offset" if "offset" in names else ""
    properties = cast("dict[str, Json]", _resolve(openapi, answer).get("properties", {}))
    lists = [name for name, part in properties.items() if _kind(openapi, part) == "array"]
    items = "data" if "data" in lists else lists[0] if len(lists) == 1 else ""
    if not items or not (cursor or offset):
        return {}
    size = next((name for name in _SIZES if name in names), "")
    more = _first(openapi, answer, _MORE)
    said: Json = {"items": items, **({"more": more} if more else {}), **({"size": size} if size else {})}
    following = _first(openapi, answer, _FOLLOWING) if cursor else ""
    if following:
        return {**said, "cursor": cursor, "following": following}
    return {**said, "offset": offset} if offset else {}


def _first(openapi: Json, answer: Json, names: tuple[str, ...]) -> str:
    """The first place in an answer, or just inside it, that has one of the names."""
    for inside in _INSIDE:
        holder = _at(openapi, answer, inside) if inside else answer
        properties = _resolve(openapi, holder or {}).get("properties", {})
        for name in names:
            if name in properties:
                return f"{inside}.{name}" if inside else name
    return ""


def _at(openapi: Json, schema: Json, place: str) -> Json | None:
    found: Any = schema
    for name in place.split("."):
        found = _resolve(openapi, found).get("properties", {}).get(name)
        if found is None:
            return None
    return cast("Json", found)


def _kind(openapi: Json, schema: Json | None) -> str:
    return str(_resolve(openapi, schema or {}).get("type", ""))


def _resolve(openapi: Json, schema: Json) -> Json:
    if "$ref" in schema:
        return resolved(openapi, schema)
    for member in schema.get("anyOf", []):
        if member.get("type") != "null":
            return _resolve(openapi, member)
    return schema
