"""How a schema of `upstream.yaml` looks: its members, types and values, and in few words for people. Pure."""

from __future__ import annotations

from typing import Any, cast

from ..document.schemas import NULL, canonical_json
from ..document.tree import Json, is_list, is_mapping

__all__ = ["gist", "members_of", "name_of", "shown", "spread", "title_of", "types_of", "values_of"]

#: How many shapes inside one another are unfolded to compare a schema whole; below that two schemas count as equal.
DEEPEST = 8

JSON_TYPES = {
    **{str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"},
    type(None): "null",
}


def name_of(schema: Json) -> str:
    """The shape that a reference names, or nothing."""
    ref = schema.get("$ref")
    return ref.rsplit("/", 1)[-1] if isinstance(ref, str) else ""


def title_of(schema: Json) -> str:
    """The name by which people know the shape that a reference names: that of the model, whichever variant it is."""
    return name_of(schema).partition("@")[0]


def members_of(schema: Json) -> list[Json]:
    """The members of a union, null as one of them; a schema that is no union is its own member."""
    for keyword in ("anyOf", "oneOf"):
        members = schema.get(keyword)
        if is_list(members):
            return [member for one in members for member in members_of(one)]
    kinds = schema.get("type")
    if is_list(kinds) and "null" in kinds:
        rest = [kind for kind in kinds if kind != "null"]
        values = schema.get("enum")
        plain = {**schema, "type": rest[0] if len(rest) == 1 else rest}
        if is_list(values):
            plain["enum"] = [value for value in values if value is not None]
        return [plain, NULL]
    return [schema]


def types_of(schema: Json) -> set[str]:
    """The JSON types that a schema allows; empty where it does not say."""
    kinds = schema.get("type")
    if isinstance(kinds, str):
        return {kinds}
    if is_list(kinds):
        return set(cast("list[str]", kinds))
    values = values_of(schema)
    if values is not None:
        return {JSON_TYPES[type(value)] for value in values}
    return {"object"} if "properties" in schema else set()


def values_of(schema: Json) -> list[Any] | None:
    """The values that a schema is limited to, or None."""
    if "const" in schema:
        return [schema["const"]]
    values = schema.get("enum")
    return values if is_list(values) else None


def spread(node: Any, shapes: Json, trail: tuple[str, ...] = ()) -> Any:
    """A schema with its shapes written out where they stand, so that their names do not count.

    A shape inside itself is written as the number of shapes back to where it began.
    """
    if is_mapping(node):
        name = name_of(node)
        if not name:
            return {key: spread(value, shapes, trail) for key, value in node.items()}
        if name in trail:
            return {"$circle": len(trail) - trail.index(name)}
        target: Json = spread(shapes.get(name, {}), shapes, (*trail, name)) if len(trail) < DEEPEST else {}
        return {**target, **{key: value for key, value in node.items() if key != "$ref"}}
    if is_list(node):
        parts = [spread(value, shapes, trail) for value in node]
        return sorted(parts, key=canonical_json) if any(is_mapping(part) for part in parts) else parts
    return node


def gist(schema: Any) -> Any:
    """A schema in few words, for people: its name, its type, or what it is made of."""
    if not is_mapping(schema):
        return schema
    if name_of(schema):
        return title_of(schema)
    if not schema:
        return "anything"
    members = members_of(schema)
    if len(members) > 1:
        return " | ".join(dict.fromkeys(str(gist(member)) for member in members))
    if "const" in schema:
        return f"constant {schema['const']!r}"
    if is_list(schema.get("enum")):
        return " | ".join(map(repr, schema["enum"][:6])) + (" | …" if len(schema["enum"]) > 6 else "")
    kind = schema.get("type")
    if kind == "array":
        return f"list of {gist(schema.get('items', {}))}"
    if "properties" in schema:
        return "{" + ", ".join(schema["properties"]) + "}"
    return kind if isinstance(kind, str) else canonical_json(schema)


def shown(value: Any) -> str:
    """A value in one short line: a reference by its name, anything else as it is, shortened."""
    if is_mapping(value) and set(value) == {"$ref"}:
        return title_of(value)
    text = value if isinstance(value, str) else canonical_json(value)
    text = " ".join(text.split())
    return text if len(text) <= 100 else f"{text[:99]}…"
