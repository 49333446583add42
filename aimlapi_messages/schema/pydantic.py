"""The codec of what pydantic knows best: its models, its dataclasses and its own types. It is imported only here."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, Final, cast

from ..core.json import is_array, is_object
from .codec import ABSENT, Definitions, InvalidValue, Issue, TypeCodec, child

__all__ = ["PydanticCodec", "is_pydantic"]

_SCHEMAS_BY_NAME: Final = frozenset({"$defs", "dependentSchemas", "patternProperties", "properties"})
_DATA: Final = frozenset({"const", "default", "enum", "examples"})
# `discriminator` is OpenAPI's, and names definitions in a way that renaming would break.
_DROPPED: Final = frozenset({"discriminator", "title"})
_POINTER: Final = "#/$defs/"


def is_pydantic(found: object) -> bool:
    """Whether a type, or an object in `Annotated`, tells pydantic how to read it."""
    return hasattr(found, "__pydantic_validator__") or hasattr(found, "__get_pydantic_core_schema__")


class PydanticCodec(TypeCodec):
    """A type that pydantic reads, strictly and as JSON: "5" is no int, but a date may be text."""

    __slots__ = ("_adapter", "_definitions", "_schema", "is_recursive")

    def __init__(self, annotation: Any) -> None:
        """Raises what pydantic raises for a type that has no schema."""
        self._adapter: Any = import_module("pydantic").TypeAdapter(annotation)
        schema = cast("dict[str, Any]", _clean(self._adapter.json_schema()))
        self._definitions: dict[str, Any] = schema.pop("$defs", {})
        self._schema = schema
        self.is_recursive = "$ref" in schema

    def json_schema(self, definitions: Definitions) -> dict[str, Any]:
        names: dict[str, str] = {}
        new: list[str] = []
        for name in self._definitions:
            key = json.dumps(
                {one: self._definitions[one] for one in sorted(self._reached(name, set()))}, sort_keys=True
            )
            names[name], is_new = definitions.adopt(f"{name} {key}", name)
            if is_new:
                new.append(name)
        for name in new:
            definitions.schemas[names[name]] = _renamed(self._definitions[name], names)
        return cast("dict[str, Any]", _renamed(self._schema, names))

    def parse(self, value: Any, path: str) -> Any:
        pydantic: Any = import_module("pydantic")
        try:
            return self._adapter.validate_json(json.dumps(_whole_numbers(value)), strict=True)
        except pydantic.ValidationError as error:
            details = error.errors(include_url=False, include_context=False)
        raise InvalidValue(*(_issue(detail, value, path) for detail in details))

    def encode(self, value: Any) -> Any:
        self._adapter.validate_python(value, strict=True)
        return self._adapter.dump_python(value, mode="json", by_alias=True)

    def _reached(self, name: str, seen: set[str]) -> set[str]:
        """A definition and all that it refers to."""
        if name not in seen:
            seen.add(name)
            for reference in _references(self._definitions[name]):
                self._reached(reference, seen)
        return seen


def _issue(detail: Mapping[str, Any], value: Any, path: str) -> Issue:
    """An error of pydantic. Its location also names the types of a union, which are no part of the path."""
    missing = detail["type"] == "missing"
    location = detail["loc"]
    for index, step in enumerate(location):
        if is_object(value) and step in value:
            path, value = child(path, step), value[step]
        elif is_array(value) and isinstance(step, int):
            path, value = f"{path}[{step}]", value[step]
        elif missing and index == len(location) - 1:
            path = child(path, str(step))
    if missing:
        return Issue(path, "missing", ABSENT)
    message = str(detail["msg"])
    return Issue(path, message[:1].lower() + message[1:], value)


def _whole_numbers(value: Any) -> Any:
    """5.0 as 5: for JSON they are the same, for pydantic only the latter is an int."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if is_array(value):
        return [_whole_numbers(item) for item in value]
    if is_object(value):
        return {name: _whole_numbers(member) for name, member in value.items()}
    return value


def _clean(schema: Any) -> Any:
    """A schema without what says nothing to a model."""
    if is_array(schema):
        return [_clean(one) for one in schema]
    if not is_object(schema):
        return schema
    result: dict[str, Any] = {}
    for name, member in schema.items():
        if name in _SCHEMAS_BY_NAME:
            result[name] = {one: _clean(value) for one, value in member.items()}
        elif name in _DATA:
            result[name] = member
        elif name not in _DROPPED:
            result[name] = _clean(member)
    return result


def _references(schema: Any) -> Iterator[str]:
    if is_array(schema):
        for one in schema:
            yield from _references(one)
    elif is_object(schema):
        for name, member in schema.items():
            if name == "$ref" and isinstance(member, str):
                yield member.removeprefix(_POINTER)
            else:
                yield from _references(member)


def _renamed(schema: Any, names: Mapping[str, str]) -> Any:
    """A copy of a schema that refers to its definitions by their new names."""
    if is_array(schema):
        return [_renamed(one, names) for one in schema]
    if not is_object(schema):
        return schema
    return {
        name: f"{_POINTER}{names[member.removeprefix(_POINTER)]}"
        if name == "$ref" and isinstance(member, str)
        else _renamed(member, names)
        for name, member in schema.items()
    }
