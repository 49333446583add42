"""Repair: what is invalid in a document is mended or removed, and every repair is named with its pointer.

Only invalidity is touched. What is valid but unhelpful (an empty response, a requirement without a property) is
left for the overlay, where a person gives the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any, cast

from ..document.errors import PipelineError, pointer
from ..document.tree import METHODS, Json, is_list, is_mapping, lookup, mapping, sequence
from .repair_log import Repair, Repairs, Steps
from .repair_schemas import repair_schema

__all__ = ["PLACES", "Repair", "Repairs", "operations_of", "repair"]

BODYLESS = {"get", "head"}
STATUS = re.compile(r"[1-5](\d\d|XX)|default")
PLACES = ("query", "path", "header", "cookie")
#: Keys whose values are data: a reference in them is part of a sample, not of the document.
DATA = {"example", "examples", "default", "enum", "const"}
#: Keys whose members are names, so that the same words mean no data there.
NAMED = {"properties", "responses", "schemas", "parameters", "requestBodies", "headers", "paths"}


def repair(document: Json, *, source: str, lenient: bool) -> Repairs:
    """Mend ``document`` in place and return what was done.

    A reference that leads nowhere is an error; ``lenient`` turns it into "any value", so that a document that
    is to be read with every operation loses no operation over it.
    """
    log = Repairs()
    _version(document, log)
    _resolve_dangling(document, document, (), log, source, lenient)
    _components(document, log)
    paths = cast(Json, document["paths"])
    for path in list(paths):
        item = paths[path] = _followed_item(document, path, paths[path], log)
        if not is_mapping(item):
            log.add(("paths", path), "not a path item; dropped")
            del paths[path]
            continue
        _path_item(document, path, item, log)
    return log


def _components(document: Json, log: Repairs) -> None:
    components = mapping(document.get("components"))
    for name, schema in mapping(components.get("schemas")).items():
        repair_schema(schema, ("components", "schemas", name), log)
    for name, parameter in mapping(components.get("parameters")).items():
        if is_mapping(parameter) and "$ref" not in parameter:
            _parameter(parameter, ("components", "parameters", name), log)
    for kind in ("requestBodies", "responses"):
        for name, message in mapping(components.get(kind)).items():
            _content(mapping(message), ("components", kind, name), log)


def _version(document: Json, log: Repairs) -> None:
    if "openapi" not in document:
        log.add(("openapi",), "missing; read as 3.0.0")
        document["openapi"] = "3.0.0"
    version = str(document["openapi"])
    if version.startswith("3.2"):
        log.add(("openapi",), f"{version} read as 3.1.0: nothing of 3.2 is used")
        document["openapi"] = "3.1.0"
    if not is_mapping(document.get("info")):
        log.add(("info",), "missing; added")
        document["info"] = {"title": "", "version": "0"}


def _resolve_dangling(node: Any, document: Json, steps: Steps, log: Repairs, source: str, lenient: bool) -> None:
    if is_list(node):
        for index, value in enumerate(node):
            _resolve_dangling(value, document, (*steps, index), log, source, lenient)
        return
    if not is_mapping(node):
        return
    ref = node.get("$ref")
    if isinstance(ref, str) and steps:
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
            node.clear()
        return
    names = bool(steps) and steps[-1] in NAMED
    for key, value in node.items():
        if names or (key not in DATA and not key.startswith("x-")):
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


def _followed_item(document: Json, path: str, item: Any, log: Repairs) -> Any:
    """A path item that refers to another one, as that one with its own members."""
    target = _followed(document, item) if is_mapping(item) and "$ref" in item else None
    if not is_mapping(target):
        return item
    log.add(("paths", path), f"refers to {item['$ref']}; read as a copy of it")
    return {**deepcopy(target), **{key: value for key, value in item.items() if key != "$ref"}}


def _path_item(document: Json, path: str, item: Json, log: Repairs) -> None:
    paths = cast(Json, document["paths"])
    braced = re.sub(r"(?<=/):(\w+)", r"{\1}", path)
    if braced != path and braced not in paths:
        log.add(("paths", path), f"colon form of a path parameter; read as {braced}")
        paths[braced] = paths.pop(path)
        path = braced
    if not path.startswith("/") and f"/{path}" in paths:
        log.add(("paths", path), f"says the same as /{path}; dropped")
        del paths[path]
        return
    if not path.startswith("/"):
        log.add(("paths", path), f"a path begins with a slash; read as /{path}")
        paths[f"/{path}"] = paths.pop(path)
        path = f"/{path}"
    _drop_unusable(document, item, ("paths", path, "parameters"), log)
    for method, operation in operations_of(item):
        steps = ("paths", path, method)
        _drop_unusable(document, operation, (*steps, "parameters"), log)
        _parameters(document, path, item, operation, steps, log)
        _body(method, operation, steps, log)
        _responses(operation, steps, log)


def operations_of(item: Json) -> Iterator[tuple[str, Json]]:
    """The operations of a path item, by method."""
    for method in METHODS:
        if is_mapping(item.get(method)):
            yield method, cast(Json, item[method])


def _drop_unusable(document: Json, holder: Json, steps: Steps, log: Repairs) -> None:
    """Leave out what is listed as a parameter and is none; what has been replaced by "any value" is one of these."""
    declared = sequence(holder.get("parameters"))
    usable = [parameter for parameter in declared if _is_parameter(_followed(document, parameter))]
    if len(usable) < len(declared):
        log.add(steps, "an entry without a name or a place; dropped")
    if "parameters" in holder:
        holder["parameters"] = usable


def _is_parameter(parameter: Any) -> bool:
    return is_mapping(parameter) and isinstance(parameter.get("name"), str) and parameter.get("in") in PLACES


def _followed(document: Json, node: Any) -> Any:
    """What a reference, or a chain of them, leads to."""
    while is_mapping(node) and isinstance(node.get("$ref"), str):
        node = lookup(document, node["$ref"])
    return node


def _parameters(document: Json, path: str, item: Json, operation: Json, steps: tuple[str, ...], log: Repairs) -> None:
    declared: list[Json] = [*sequence(item.get("parameters")), *sequence(operation.get("parameters"))]
    for parameter in declared:
        if "$ref" not in parameter:
            _parameter(parameter, (*steps, "parameters", str(parameter["name"])), log)
    in_path = set(re.findall(r"\{([^}]+)\}", path))
    resolved = [_followed(document, parameter) for parameter in declared]
    named = {str(parameter["name"]) for parameter in resolved if parameter["in"] == "path"}
    for name in sorted(in_path - named):
        log.add((*steps, "parameters"), f"path parameter {name} is not declared; added as text")
        added = {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        operation["parameters"] = [*sequence(operation.get("parameters")), added]
    stray = named - in_path
    if stray:
        log.add((*steps, "parameters"), f"declared but not in the path, dropped: {', '.join(sorted(stray))}")
        for holder in (item, operation):
            holder["parameters"] = [
                parameter
                for parameter in sequence(holder.get("parameters"))
                if (found := _followed(document, parameter))["in"] != "path" or found["name"] not in stray
            ]


def _parameter(parameter: Json, steps: Steps, log: Repairs) -> None:
    media = mapping(parameter.get("content"))
    if not is_mapping(parameter.get("schema")) and not media:
        log.add(steps, "no schema; read as any value")
        parameter["schema"] = {}
    repair_schema(parameter.get("schema"), (*steps, "schema"), log)
    _content(parameter, steps, log)
    if not isinstance(parameter.get("required", False), bool):
        log.add((*steps, "required"), "not a flag; dropped")
        del parameter["required"]
    if parameter.get("in") == "path" and parameter.get("required") is not True:
        log.add(steps, "a path parameter is always required")
        parameter["required"] = True


def _content(message: Json, steps: Steps, log: Repairs) -> None:
    """The schemas of a body, response or parameter by media type."""
    if "content" in message and not is_mapping(message["content"]):
        log.add((*steps, "content"), "not a mapping; dropped")
        del message["content"]
    content = mapping(message.get("content"))
    for media_type in list(content):
        if not is_mapping(content[media_type]):
            log.add((*steps, "content", media_type), "not a media type; read as any value")
            content[media_type] = {}
        repair_schema(content[media_type].get("schema"), (*steps, "content", media_type, "schema"), log)


def _body(method: str, operation: Json, steps: tuple[str, ...], log: Repairs) -> None:
    body = operation.get("requestBody")
    if body is None:
        return
    where = (*steps, "requestBody")
    if method in BODYLESS:
        log.add(where, f"a {method.upper()} request has no body; dropped")
        del operation["requestBody"]
    elif "$ref" not in mapping(body):
        _content(mapping(body), where, log)
        if not mapping(body).get("content"):
            log.add(where, "a body without content; dropped")
            del operation["requestBody"]


def _responses(operation: Json, steps: tuple[str, ...], log: Repairs) -> None:
    responses = mapping(operation.get("responses"))
    for status in [status for status in responses if not STATUS.fullmatch(status)]:
        log.add((*steps, "responses", status), "not a status; dropped")
        del responses[status]
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
        _content(response, where, log)
