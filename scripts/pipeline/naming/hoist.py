"""Hoist: inline shapes become named components, each once, and the document gets its stable form.

The result is `upstream.yaml`: an OpenAPI 3.1 document with the kept operations, without prose, in one order
whatever the order of the source.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, cast

from attrs import frozen

from ..document.identifiers import pascal
from ..document.order import canonical
from ..document.schemas import canonical_json, find_discriminator, find_likely_tag, is_catch_all, is_object, tag_values
from ..document.tree import Json, is_list, is_mapping
from ..normalize.normalizer import RECURSIVE, Normalizer
from ..normalize.select import Operation
from .assign import Assigned, assign
from .given import Given
from .names import Names, Place, Shape, Step, address

BESIDE = ("default", "deprecated", "readOnly", "writeOnly")


@frozen
class Hoisted:
    """A document in which every shape is a component, and how these got their names."""

    document: Json
    naming: Assigned


def hoist(
    operations: list[Operation],
    normalizer: Normalizer,
    names: Names,
    *,
    reserved: set[str],
    given: Mapping[str, Given] | None = None,
) -> Hoisted:
    """The document of ``operations`` with every shape named, by the names ``given`` so far where there are some."""
    hoister = _Hoister()
    paths: Json = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method] = hoister.operation(operation)
    hoister.close_circles(normalizer.recursive)
    naming = assign(hoister.shapes.values(), names, reserved=reserved, given=given)
    assigned = naming.names
    schemas = {assigned[key]: shape.body for key, shape in hoister.shapes.items()}
    document: Json = {
        "openapi": "3.1.0",
        "info": {"title": "AI/ML API gateway", "version": "0"},
        "paths": {path: {method: paths[path][method] for method in sorted(paths[path])} for path in sorted(paths)},
        "components": {"schemas": {name: schemas[name] for name in sorted(schemas)}},
    }
    return Hoisted(cast(Json, canonical(_with_refs(document, hoister.replacements(assigned)))), naming)


class _Hoister:
    def __init__(self) -> None:
        self.shapes: dict[str, Shape] = {}
        self._recursive: dict[str, Json | None] = {}

    def operation(self, operation: Operation) -> Json:
        root = (Step("op", operation.name),)
        made: Json = {"operationId": operation.name}
        if operation.deprecated:
            made["deprecated"] = True
        if operation.security is not None:
            made["security"] = [{"bearerAuth": []} if requirement else {} for requirement in operation.security]
        if operation.parameters:
            made["parameters"] = [
                {
                    **parameter,
                    "schema": self.schema(parameter["schema"], (*root, Step("param", parameter["name"])), "body"),
                }
                for parameter in operation.parameters
            ]
        if operation.body:
            body: Json = {
                "required": operation.body_required,
                "content": self.content(operation.body, root, "body", ""),
            }
            for media_type, encoding in operation.encodings.items():
                body["content"][media_type]["encoding"] = encoding
            made["requestBody"] = body
            if operation.limits:
                body["x-model-limits"] = [
                    {"models": list(limit.models), "defaults": limit.defaults, "without": list(limit.without)}
                    for limit in operation.limits
                ]
        made["responses"] = {}
        main = min(operation.responses, key=lambda status: (not status.startswith("2"), status), default="")
        for status, content in operation.responses.items():
            response: Json = {"description": ""}
            if content:
                label = "" if status == main else _status_words(status)
                response["content"] = self.content(content, root, "response", label)
            made["responses"][status] = response
        return made

    def content(self, content: dict[str, Json], root: Place, side: str, label: str) -> Json:
        """The media types of a body; beside JSON, a further one lends its own word to the names of its shapes."""
        main = min(content, key=lambda media_type: ("json" not in media_type, media_type))
        return {
            media_type: {
                "schema": self.schema(
                    schema, (*root, Step(side, label + ("" if media_type == main else _media_words(media_type)))), side
                )
            }
            for media_type, schema in content.items()
        }

    def close_circles(self, recursive: dict[str, Json]) -> None:
        """Hoist the components that contain themselves, under the names upstream gave them."""
        while waiting := sorted(key for key, reduced in self._recursive.items() if reduced is None):
            for key in waiting:
                ref, _, side = key.rpartition(" ")
                name = ref.rsplit("/", 1)[-1]
                schema = {**recursive[ref], "x-hint": name}
                self._recursive[key] = self.schema(schema, (Step("op", name, (side,)), Step("prop", name)), side)

    def replacements(self, assigned: dict[str, str]) -> dict[str, Json]:
        """What stands for each shape. A circle that no shape closes, such as a list of itself, ends in any value."""
        named: dict[str, Json] = {key: {"$ref": f"#/components/schemas/{name}"} for key, name in assigned.items()}
        ends: dict[str, Json] = {key: {} for key in self._recursive}
        closed = {key: _with_refs(reduced, {**named, **ends}) for key, reduced in self._recursive.items()}
        return {**named, **closed}

    def schema(self, schema: Json, place: Place, side: str) -> Json:
        """``schema`` with every shape in it registered and replaced by its key."""
        if RECURSIVE in schema:
            key = f"{schema[RECURSIVE]} {side}"
            self._recursive.setdefault(key, None)
            return {"$shape": key}
        if "anyOf" in schema:
            return self._union(schema, place, side)
        if is_object(schema):
            return self._object(schema, place, side)
        if "enum" in schema:
            beside = {key: schema[key] for key in BESIDE if key in schema}
            body = {key: value for key, value in schema.items() if key not in beside and key != "x-hint"}
            return {**self._register("enum", "", body, place, schema), **beside}
        reduced = {key: value for key, value in schema.items() if key != "x-hint"}
        if "items" in schema:
            reduced["items"] = self.schema(schema["items"], (*place, Step("item")), side)
        if is_mapping(schema.get("additionalProperties")):
            reduced["additionalProperties"] = self.schema(schema["additionalProperties"], (*place, Step("map")), side)
        return reduced

    def _object(self, schema: Json, place: Place, side: str, *, catch_all: bool = False) -> Json:
        beside = {key: schema[key] for key in BESIDE if key in schema}
        body = {key: value for key, value in schema.items() if key not in beside and key != "x-hint"}
        body["properties"] = {
            name: self.schema(part, (*place, Step("prop", name)), side)
            for name, part in cast(dict[str, Json], schema["properties"]).items()
        }
        return {**self._register("object", side, body, place, schema, catch_all=catch_all), **beside}

    def _union(self, schema: Json, place: Place, side: str) -> Json:
        members = cast(list[Json], schema["anyOf"])
        objects = [member for member in members if is_object(member)]
        others = [member for member in members if not is_object(member)]
        tag = find_likely_tag(objects)
        reduced: list[Json] = []
        for member in objects:
            step = self._case(member, objects, tag)
            catch_all = tag is not None and is_catch_all(member, tag)
            where = (*place, step) if len(objects) > 1 else place
            reduced.append(self._object(member, where, side, catch_all=catch_all))
        rest = [self.schema(member, place, side) for member in others]
        beside = {key: schema[key] for key in BESIDE if key in schema}
        if len(objects) < 2:
            return {"anyOf": [*rest, *reduced], **beside}
        body: Json = {"anyOf": reduced}
        discriminator = find_discriminator(objects)
        if discriminator is not None:
            body["discriminator"] = {"propertyName": discriminator}
        named = self._register("union", side, body, place, {})
        return {"anyOf": [*rest, named], **beside} if rest else {**named, **beside}

    @staticmethod
    def _case(member: Json, objects: list[Json], tag: str | None) -> Step:
        """How a variant is told apart: by its tag's values, by a property that only it has, or by both."""
        values = tag_values(member, tag) if tag is not None else ()
        rivals = [
            other
            for other in objects
            if other is not member and (tag is None or not values or set(tag_values(other, tag)) & set(values))
        ]
        if not rivals:
            return Step("case", "", values)
        own = _own(member, rivals)
        required = sorted(own & set(member.get("required", [])))
        if required or own:
            return Step("case", (required or sorted(own))[0], values)
        # A variant that has no property of its own is the plain one among its rivals; of several, each is told by
        # what it demands, or else by all it has.
        if all(_own(other, [one for one in (member, *rivals) if one is not other]) for other in rivals):
            return Step("case", "plain", values)
        demanded = sorted(set(member.get("required", [])) - {tag}) or sorted(set(member["properties"]) - {tag})
        return Step("case", "_and_".join(demanded), values)

    def _register(
        self, kind: str, side: str, body: Json, place: Place, schema: Json, *, catch_all: bool = False
    ) -> Json:
        # Catch-alls look alike everywhere; each belongs to the union it stands in.
        owner = address(place[:-1]) if catch_all else ""
        key = hashlib.sha256(f"{kind}|{side}|{owner}|{canonical_json(canonical(body))}".encode()).hexdigest()
        shape = self.shapes.setdefault(key, Shape(key, kind, side, body, catch_all=catch_all))
        shape.places.append(place)
        if "x-hint" in schema:
            shape.hints.add(schema["x-hint"])
        return {"$shape": key}


def _own(member: Json, rivals: list[Json]) -> set[str]:
    """The properties that none of the rivals has."""
    return set(member["properties"]).difference(*(other["properties"] for other in rivals))


def _status_words(status: str) -> str:
    """The words of a further status: ``404`` -> NotFound, ``4XX`` -> ClientError."""
    ranges = {"2XX": "Success", "3XX": "Redirection", "4XX": "ClientError", "5XX": "ServerError"}
    if status.isdigit() and int(status) in set(HTTPStatus):
        return pascal(HTTPStatus(int(status)).phrase)
    return ranges.get(status.upper(), pascal(status))


def _media_words(media_type: str) -> str:
    """The word of a further media type: ``text/event-stream`` -> Stream, ``multipart/form-data`` -> Form."""
    known = {"text/event-stream": "Stream", "multipart/form-data": "Form"}
    return known.get(media_type) or pascal(media_type.partition("/")[2])


def _with_refs(node: Any, replacements: dict[str, Json]) -> Any:
    if is_list(node):
        return [_with_refs(value, replacements) for value in node]
    if not is_mapping(node):
        return node
    shape = node.get("$shape")
    if isinstance(shape, str) and shape in replacements:
        return {**replacements[shape], **{key: value for key, value in node.items() if key != "$shape"}}
    return {key: _with_refs(value, replacements) for key, value in node.items()}
