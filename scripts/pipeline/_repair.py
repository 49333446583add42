"""Repair: what is invalid in a document is mended or removed, and every repair is named with its pointer.

Only invalidity is touched. What is valid but unhelpful (an empty response, a requirement without a property) is
left for the overlay, where a person gives the reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, cast

from attrs import frozen

from ._document import METHODS, Json, is_list, is_mapping, lookup
from ._errors import PipelineError, pointer

JSON_TYPES = {"string", "number", "integer", "boolean", "array", "object", "null"}
BODYLESS = {"get", "head"}
SUBSCHEMA_LISTS = ("anyOf", "oneOf", "allOf", "prefixItems")
SUBSCHEMAS = ("items", "additionalProperties", "not")


@frozen
class Repair:
    """One thing that was mended: where, and what was done."""

    pointer: str
    what: str

    def __str__(self) -> str:
        return f"{self.pointer}: {self.what}"


class Repairs(list[Repair]):
    """The log of one run."""

    def add(self, steps: tuple[str | int, ...], what: str) -> None:
        self.append(Repair(pointer(*steps), what))


def repair(document: Json, *, source: str, lenient: bool) -> Repairs:
    """Mend ``document`` in place and return what was done.

    A reference that leads nowhere is an error; ``lenient`` turns it into "any value", so that a document that
    is to be read with every operation loses no operation over it.
    """
    log = Repairs()
    _version(document, log)
    _resolve_dangling(document, document, (), log, source, lenient)
    components = document.get("components")
    if is_mapping(components):
        for name, schema in _mapping(components.get("schemas")).items():
            _schema(schema, ("components", "schemas", name), log)
    paths = cast(Json, document["paths"])
    for path in list(paths):
        item = paths[path]
        if not is_mapping(item):
            log.add(("paths", path), "not a path item; dropped")
            del paths[path]
            continue
        _path_item(paths, path, item, log)
    return log


def _version(document: Json, log: Repairs) -> None:
    version = str(document["openapi"])
    if version.startswith("3.2"):
        log.add(("openapi",), f"{version} read as 3.1.0: nothing of 3.2 is used")
        document["openapi"] = "3.1.0"
    if not is_mapping(document.get("info")):
        log.add(("info",), "missing; added")
        document["info"] = {"title": "", "version": "0"}


def _resolve_dangling(
    node: Any, document: Json, steps: tuple[str | int, ...], log: Repairs, source: str, lenient: bool
) -> None:
    if is_list(node):
        for index, value in enumerate(node):
            _resolve_dangling(value, document, (*steps, index), log, source, lenient)
        return
    if not is_mapping(node):
        return
    mapping = node
    ref = mapping.get("$ref")
    if isinstance(ref, str):
        fault = _ref_fault(ref, document)
        if fault and not lenient:
            raise PipelineError(
                f"{fault}: $ref {ref}",
                source=source,
                pointer=pointer(*steps),
                hint="the gateway published it so; correct a copy and give it with --input FILE",
            )
        if fault:
            log.add(steps, f"{fault}: $ref {ref}; read as any value")
            mapping.clear()
        return
    for key, value in mapping.items():
        _resolve_dangling(value, document, (*steps, key), log, source, lenient)


def _ref_fault(ref: str, document: Json) -> str:
    """Why a reference cannot be followed: it leads nowhere, to another document, or only to itself."""
    seen: set[str] = set()
    while True:
        if ref in seen:
            return "reference that leads only to itself"
        seen.add(ref)
        if not ref.startswith("#/"):
            return "reference out of the document"
        target = lookup(document, ref)
        if target is None:
            return "reference that leads nowhere"
        following = target.get("$ref")
        if not isinstance(following, str):
            return ""
        ref = following


def _path_item(paths: Json, path: str, item: Json, log: Repairs) -> None:
    braced = re.sub(r"(?<=/):(\w+)", r"{\1}", path)
    if braced != path and braced not in paths:
        log.add(("paths", path), f"colon form of a path parameter; read as {braced}")
        paths[braced] = paths.pop(path)
        path = braced
    for method, operation in operations_of(item):
        steps = ("paths", path, method)
        _parameters(path, item, operation, steps, log)
        _body(method, operation, steps, log)
        _responses(operation, steps, log)


def operations_of(item: Json) -> Iterator[tuple[str, Json]]:
    """The operations of a path item, by method."""
    for method in METHODS:
        if is_mapping(item.get(method)):
            yield method, cast(Json, item[method])


def _parameters(path: str, item: Json, operation: Json, steps: tuple[str, ...], log: Repairs) -> None:
    declared = [
        parameter
        for parameter in [*_sequence(item.get("parameters")), *_sequence(operation.get("parameters"))]
        if is_mapping(parameter) and "$ref" not in parameter
    ]
    for parameter in declared:
        name = parameter.get("name")
        where = (*steps, "parameters", str(name))
        if "schema" not in parameter and "content" not in parameter:
            log.add(where, "no schema; read as any value")
            parameter["schema"] = {}
        _schema(parameter.get("schema"), (*where, "schema"), log)
        if parameter.get("in") == "path" and parameter.get("required") is not True:
            log.add(where, "a path parameter is always required")
            parameter["required"] = True
    in_path = set(re.findall(r"\{([^}]+)\}", path))
    named = {str(parameter.get("name")) for parameter in declared if parameter.get("in") == "path"}
    has_references = any("$ref" in p for p in _sequence(operation.get("parameters")) if is_mapping(p))
    for name in sorted(in_path - named) if not has_references else []:
        log.add((*steps, "parameters"), f"path parameter {name} is not declared; added as text")
        added = {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        operation["parameters"] = [*_sequence(operation.get("parameters")), added]
    stray = named - in_path
    if stray:
        log.add((*steps, "parameters"), f"declared but not in the path, dropped: {', '.join(sorted(stray))}")
        for holder in (item, operation):
            if "parameters" in holder:
                holder["parameters"] = [
                    parameter
                    for parameter in _sequence(holder["parameters"])
                    if not (parameter.get("in") == "path" and parameter.get("name") in stray)
                ]


def _body(method: str, operation: Json, steps: tuple[str, ...], log: Repairs) -> None:
    body = operation.get("requestBody")
    if body is None:
        return
    if method in BODYLESS:
        log.add((*steps, "requestBody"), f"a {method.upper()} request has no body; dropped")
        del operation["requestBody"]
        return
    content = _mapping(_mapping(body).get("content"))
    if not content and "$ref" not in _mapping(body):
        log.add((*steps, "requestBody"), "a body without content; dropped")
        del operation["requestBody"]
        return
    for media_type, media in content.items():
        _schema(_mapping(media).get("schema"), (*steps, "requestBody", "content", media_type, "schema"), log)


def _responses(operation: Json, steps: tuple[str, ...], log: Repairs) -> None:
    responses = _mapping(operation.get("responses"))
    if not responses:
        log.add((*steps, "responses"), "none declared; an empty 200 added")
        operation["responses"] = responses = {"200": {"description": ""}}
    for status in list(responses):
        response = responses[status]
        where = (*steps, "responses", status)
        if not is_mapping(response):
            log.add(where, "not a response; read as empty")
            response = responses[status] = {"description": ""}
        response = cast(Json, response)
        if "$ref" in response:
            continue
        if not isinstance(response.get("description"), str):
            log.add(where, "a response needs a description; an empty one added")
            response["description"] = ""
        for media_type, media in _mapping(response.get("content")).items():
            _schema(_mapping(media).get("schema"), (*where, "content", media_type, "schema"), log)


def _schema(node: Any, steps: tuple[str | int, ...], log: Repairs) -> None:
    """Mend one schema and everything below it."""
    if not is_mapping(node) or "$ref" in node:
        return
    schema = node
    for rule in RULES:
        rule(schema, steps, log)
    for key in SUBSCHEMA_LISTS:
        for index, part in enumerate(_sequence(schema.get(key))):
            _schema(part, (*steps, key, index), log)
    for key in SUBSCHEMAS:
        _schema(schema.get(key), (*steps, key), log)
    for name, part in _mapping(schema.get("properties")).items():
        _schema(part, (*steps, "properties", name), log)


def _rule_type(schema: Json, steps: tuple[str | int, ...], log: Repairs) -> None:
    declared = schema.get("type")
    if declared is None:
        schema.pop("type", None)
        return
    kinds = declared if is_list(declared) else [declared]
    unknown = [kind for kind in kinds if kind not in JSON_TYPES]
    if unknown:
        log.add((*steps, "type"), f"{unknown[0]!r} is no JSON type; read as any value")
        del schema["type"]


def _rule_lists(schema: Json, steps: tuple[str | int, ...], log: Repairs) -> None:
    for key in (*SUBSCHEMA_LISTS, "enum"):
        if key in schema and (not is_list(schema[key]) or not schema[key]):
            log.add((*steps, key), "empty or not a list; dropped")
            del schema[key]
    if "properties" in schema and not is_mapping(schema["properties"]):
        log.add((*steps, "properties"), "not a mapping; dropped")
        del schema["properties"]
    properties = _mapping(schema.get("properties"))
    for name in list(properties):
        if not isinstance(properties[name], (dict, bool)):
            log.add((*steps, "properties", name), "not a schema; read as any value")
            properties[name] = {}
    if schema.get("type") == "array" and not is_mapping(schema.get("items")):
        log.add((*steps, "items"), "an array without items; its items are read as any value")
        schema["items"] = {}


def _rule_required(schema: Json, steps: tuple[str | int, ...], log: Repairs) -> None:
    properties = _mapping(schema.get("properties"))
    flagged = [name for name, part in properties.items() if is_mapping(part) and isinstance(part.get("required"), bool)]
    for name in flagged:
        wanted = properties[name].pop("required")
        log.add((*steps, "properties", name, "required"), "a flag on the property; moved to its object")
        if wanted:
            schema["required"] = [*_sequence(schema.get("required")), name]
    required = schema.get("required")
    if required is None:
        return
    if not is_list(required):
        log.add((*steps, "required"), "not a list; dropped")
        del schema["required"]
        return
    names = [name for name in required if isinstance(name, str)]
    unique = list(dict.fromkeys(names))
    if unique != required:
        log.add((*steps, "required"), "repeated or unnamed entries; dropped")
    schema["required"] = unique
    if not unique:
        del schema["required"]


def _rule_enum(schema: Json, steps: tuple[str | int, ...], log: Repairs) -> None:
    values = schema.get("enum")
    if values is None:
        return
    values = values
    kind = schema.get("type")
    if kind in PYTHON_TYPES:
        converted = [_convert(value, str(kind)) for value in values if value is not None]
        if None in converted:
            log.add((*steps, "enum"), f"holds values that are not of type {kind}; the type is dropped")
            del schema["type"]
        elif converted != [value for value in values if value is not None]:
            log.add((*steps, "enum"), f"values written in another type; read as {kind}")
            schema["enum"] = [*converted, *[value for value in values if value is None]]


def _rule_default(schema: Json, steps: tuple[str | int, ...], log: Repairs) -> None:
    if "default" not in schema:
        return
    default, kind = schema["default"], schema.get("type")
    if default is None or kind not in PYTHON_TYPES:
        return
    converted = _convert(default, str(kind))
    if converted is None or ("enum" in schema and converted not in schema["enum"]):
        log.add((*steps, "default"), f"{default!r} is no value of this type; dropped")
        del schema["default"]
    elif type(converted) is not type(default):
        log.add((*steps, "default"), f"{default!r} is written in another type; read as {kind}")
        schema["default"] = converted


def _rule_exclusive(schema: Json, steps: tuple[str | int, ...], log: Repairs) -> None:
    """The 3.0 spelling of exclusive limits is a flag; it is turned into the number of 3.1."""
    for flag, limit in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(schema.get(flag), bool):
            exclusive = schema.pop(flag)
            if exclusive and limit in schema:
                schema[flag] = schema.pop(limit)


def _convert(value: Any, kind: str) -> Any:
    """``value`` as a value of the JSON type ``kind``, or None where it is not one, however written."""
    if isinstance(value, bool) or kind == "boolean":
        return value if isinstance(value, bool) and kind == "boolean" else None
    if kind == "string":
        return value if isinstance(value, str) else None
    if isinstance(value, str):
        try:
            return PYTHON_TYPES[kind](value)
        except ValueError:
            return None
    if kind == "integer" and isinstance(value, float):
        return int(value) if value.is_integer() else None
    return value if isinstance(value, (int, float)) else None


PYTHON_TYPES: dict[str, Callable[[Any], Any]] = {
    "string": str,
    "integer": int,
    "number": float,
    "boolean": bool,
}
RULES = (_rule_type, _rule_lists, _rule_required, _rule_enum, _rule_default, _rule_exclusive)


def _mapping(value: Any) -> Json:
    return value if is_mapping(value) else {}


def _sequence(value: Any) -> list[Any]:
    return value if is_list(value) else []
