"""The OpenAPI document that the emulator implements: finds it, loads it, and compiles its schemas.

The default is this project's own document, built to OpenAPI 3.1: packaged in this folder when installed, in
`openapi/` in a checkout. A document as the gateway publishes it (OpenAPI 3.0, YAML or JSON) works too. Documents are
loaded once and cached.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator
from referencing import Registry
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from .json_values import as_list, as_object, as_objects, as_text

_NAME = "openapi.yaml"
_BASE = "urn:aimlapi:document"
_CREATE_MESSAGE = "create_message"
_MESSAGE_PATHS = ("/v1/messages", "/messages")
_UNIONS = ("allOf", "anyOf", "oneOf")
_TYPES = frozenset({"object", "array", "string", "number", "integer", "boolean", "null"})
_MAPS = frozenset({"properties", "patternProperties", "$defs", "definitions", "dependentSchemas"})
_NESTED = frozenset({"allOf", "anyOf", "oneOf", "prefixItems", "items", "additionalProperties", "not", "contains"}) | {
    "propertyNames",
    "unevaluatedProperties",
}


@dataclass(frozen=True)
class QueryParameter:
    """One parameter of an operation's query, with the validator of its schema."""

    name: str
    required: bool
    is_integer: bool
    validator: Validator


class Document:
    """One OpenAPI document: its bytes as served, and validators for its request bodies and queries.

    `model_ids` are the ids of the models that it names; other ids are accepted too.
    """

    def __init__(self, source: bytes, content: Mapping[str, Any]) -> None:
        """`source` is the document's text, `content` the parsed document. Raises ValueError if it is unusable."""
        self.source = source
        self.content = content
        self.etag: str = etag_of(source)
        self._resolver = _registry("", content).resolver()
        found = self._body_schema(_CREATE_MESSAGE, _MESSAGE_PATHS)
        if found is None:
            paths = " or ".join(_MESSAGE_PATHS)
            raise ValueError(f"the document has no operation {_CREATE_MESSAGE} and no POST on {paths}")
        self._message_schema = found
        self.model_ids: frozenset[str] = frozenset(id for one in self._property(found, "model") for id in _texts(one))

    @cached_property
    def block_members(self) -> dict[str, frozenset[str]]:
        """The members that the content blocks of a message have, by the type of block; none of open blocks."""
        turns = self._property(self._message_schema, "messages")
        contents = [one for turn in turns for one in self._property(turn.get("items"), "content")]
        blocks = [one for content in contents for one in self._parts(content.get("items"))]
        members: dict[str, frozenset[str]] = {}
        for properties in [as_object(one.get("properties")) for one in blocks if not one.get("additionalProperties")]:
            for kind in _texts(self._follow(as_object(properties.get("type")))):
                members[kind] = members.get(kind, frozenset()) | properties.keys()
        return members

    @cached_property
    def message_validator(self) -> Validator:
        """The validator of the body that creates a message, with any model id."""
        return self._compile(convert(self._open_models(self._message_schema)))

    @cache  # noqa: B019 (documents are cached, too)
    def body_validator(self, operation_id: str, *paths: str) -> Validator | None:
        """The validator of an operation's JSON body, found by its id, else by POST on the first path that exists.

        None if the document lacks the operation, or the operation takes no JSON.
        """
        schema = self._body_schema(operation_id, paths)
        return None if schema is None else self._compile(convert(schema))

    @cache  # noqa: B019 (documents are cached, too)
    def query_parameters(self, operation_id: str) -> list[QueryParameter]:
        """The query parameters that the document declares for an operation; none if it lacks the operation."""
        operations = self._by_id(operation_id)
        declared = [self._follow(one) for found in operations for one in as_objects(found.get("parameters"))]
        return [self._parameter(one) for one in declared if one.get("in") == "query"]

    def _parameter(self, declared: dict[str, Any]) -> QueryParameter:
        schema = convert(as_object(declared.get("schema")))
        types: Any = self._follow(schema).get("type")
        is_integer = "integer" in (as_list(types) or [types])
        required = declared.get("required") is True
        return QueryParameter(as_text(declared.get("name")), required, is_integer, self._compile(schema))

    def _by_id(self, operation_id: str) -> list[dict[str, Any]]:
        """The operations with this id."""
        items = map(as_object, as_object(self.content.get("paths")).values())
        operations = [as_object(member) for item in items for member in item.values()]
        return [operation for operation in operations if operation.get("operationId") == operation_id]

    def _body_schema(self, operation_id: str, paths: tuple[str, ...]) -> dict[str, Any] | None:
        """The schema of an operation's JSON body."""
        items = as_object(self.content.get("paths"))
        by_path = [as_object(as_object(items.get(path)).get("post")) for path in paths]
        for operation in [*self._by_id(operation_id), *by_path]:
            body = self._follow(as_object(operation.get("requestBody")))
            media = as_object(as_object(body.get("content")).get("application/json"))
            if "schema" in media:
                return as_object(media["schema"])
        return None

    def _follow(self, node: dict[str, Any]) -> dict[str, Any]:
        """The target of a node that is a reference, else the node."""
        while "$ref" in node:
            try:
                node = as_object(self._resolver.lookup(node["$ref"]).contents)
            except Unresolvable as error:
                raise ValueError(f"the document refers to {node['$ref']}, which does not exist") from error
        return node

    def _parts(self, schema: Any) -> Iterator[dict[str, Any]]:
        """A schema and the members of its unions, with references followed."""
        node = self._follow(as_object(schema))
        yield node
        for part in [part for union in _UNIONS for part in as_list(node.get(union))]:
            yield from self._parts(part)

    def _property(self, schema: Any, name: str) -> Iterator[dict[str, Any]]:
        """The parts of a property, in each part of the schema that has it."""
        for node in self._parts(schema):
            if name in (properties := as_object(node.get("properties"))):
                yield from self._parts(properties[name])

    def _open_models(self, schema: dict[str, Any]) -> dict[str, Any]:
        """A copy of the body's schema that accepts any model id."""
        result = dict(self._follow(schema))
        properties = as_object(result.get("properties"))
        if "model" in properties:
            result["properties"] = {**properties, "model": {"type": "string", "minLength": 1}}
        for union in _UNIONS:
            if union in result:
                result[union] = [self._open_models(part) for part in as_objects(result[union])]
        return result

    @cached_property
    def _components(self) -> dict[str, Any]:
        components = as_object(self.content.get("components"))
        schemas = as_object(components.get("schemas"))
        return {**components, "schemas": {name: convert(schema) for name, schema in schemas.items()}}

    def _compile(self, schema: dict[str, Any]) -> Validator:
        """The validator of a converted schema, whose references lead into the document."""
        registry = _registry(_BASE, {**self.content, "components": self._components, "x-body": schema})
        return Draft202012Validator({"$ref": f"{_BASE}#/x-body"}, registry=registry)


def _registry(uri: str, content: Mapping[str, Any]) -> Registry[Any]:
    registry: Registry[Any] = Registry[Any]().with_resource(uri, DRAFT202012.create_resource(content))
    return registry


def etag_of(body: bytes) -> str:
    """A weak ETag for a body."""
    return f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'


def load_document(path: str | Path | None = None) -> Document:
    """Load the document at `path`, or this project's own.

    Raises OSError if it cannot be read, and ValueError if it is not an OpenAPI document with a messages operation.
    """
    file = _default_path() if path is None else Path(path)
    status = file.stat()
    return _load(file, status.st_mtime_ns, status.st_size)


def _default_path() -> Path:
    packaged = Path(__file__).parents[1] / _NAME
    checkout = Path(__file__).parents[3] / "openapi" / _NAME
    for candidate in (packaged, checkout):
        if candidate.is_file():
            return candidate
    raise FileNotFoundError(
        f"the emulator's own document is missing: neither {packaged} nor {checkout} exists. "
        "Build it, or name another document"
    )


@lru_cache(maxsize=8)
def _load(file: Path, modified: int, size: int) -> Document:
    """Load a file. Its time and size are in the cache key, so that a changed file is read again."""
    source = file.read_bytes()
    try:
        return Document(source, _parse(source))
    except (json.JSONDecodeError, UnicodeDecodeError, YAMLError) as error:
        raise ValueError(f"{file} cannot be emulated: it is neither JSON nor YAML: {error}") from error
    except ValueError as error:
        raise ValueError(f"{file} cannot be emulated: {error}") from error


def _parse(source: bytes) -> dict[str, Any]:
    text = source.decode("utf-8")
    loader: Any = YAML(typ="safe", pure=True)
    content = as_object(json.loads(text) if text.lstrip().startswith("{") else loader.load(text))
    if not as_text(content.get("openapi")).startswith("3."):
        raise ValueError("it is not an OpenAPI 3 document")
    return content


def _texts(schema: dict[str, Any]) -> list[str]:
    """The texts that a schema names one by one."""
    return [value for value in [*as_list(schema.get("enum")), schema.get("const")] if isinstance(value, str)]


def convert(schema: Any) -> Any:
    """Convert a schema of OpenAPI 3.0 or 3.1, or a list of schemas, to JSON Schema 2020-12; returns a copy.

    Only what affects validation is converted: `nullable`, the boolean `exclusiveMinimum` and `exclusiveMaximum` of
    3.0, and invalid types, which are dropped. `oneOf` becomes `anyOf`, since the gateway takes the first alternative
    that matches even if a second one does. References are kept.
    """
    if isinstance(schema, list):
        return [convert(part) for part in as_list(schema)]
    if not isinstance(schema, dict):
        return schema
    result: dict[str, Any] = {}
    for key, value in as_object(schema).items():
        if key in _MAPS:
            result[key] = {name: convert(part) for name, part in as_object(value).items()}
        else:
            result[key] = convert(value) if key in _NESTED else value
    if "oneOf" in result:
        # Next to an `anyOf`, it is a further condition.
        alternatives = result.pop("oneOf")
        if "anyOf" in result:
            result.setdefault("allOf", []).append({"anyOf": alternatives})
        else:
            result["anyOf"] = alternatives
    declared = result.pop("type", None)
    if isinstance(declared, list):
        declared = [name for name in as_list(declared) if name in _TYPES]
    # Some published documents have a dash as a type.
    if declared and (isinstance(declared, list) or declared in _TYPES):
        result["type"] = declared
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(result.get(exclusive), bool) and result.pop(exclusive) and bound in result:
            result[exclusive] = result.pop(bound)
    return _nullable(result) if result.pop("nullable", False) is True else result


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema that also accepts null, as an unconstrained one already does."""
    if isinstance(schema.get("type"), str) and "enum" not in schema and "const" not in schema:
        return {**schema, "type": [schema["type"], "null"]}
    constrained = any(key in schema for key in ("type", "enum", "const", "$ref", "anyOf", "allOf"))
    return {"anyOf": [schema, {"type": "null"}]} if constrained else schema
