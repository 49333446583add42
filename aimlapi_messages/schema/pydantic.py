"""The codec of what pydantic knows best: its models, its dataclasses and its own types. It is imported only here."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final, cast

from ..core.arguments import NOT_GIVEN
from ..core.json import is_array, is_object
from .codec import Definitions, InvalidValue, Issue, TypeCodec, child

_SCHEMAS_BY_NAME: Final = frozenset({"$defs", "dependentSchemas", "patternProperties", "properties"})
_DATA: Final = frozenset({"const", "default", "enum", "examples"})
# `discriminator` is OpenAPI's, and names definitions in a way that renaming would break.
_DROPPED: Final = frozenset({"discriminator", "title"})
# In the text of a schema, where a quotation mark within a string is escaped.
_REFERENCE: Final = re.compile(r'(?<="\$ref": "#/\$defs/)[^"]+')


def is_pydantic(found: object) -> bool:
    """Whether a type, or an object in `Annotated`, tells pydantic how to read it."""
    return hasattr(found, "__pydantic_validator__") or hasattr(found, "__get_pydantic_core_schema__")


class PydanticCodec(TypeCodec):
    """A type that pydantic reads, strictly and as JSON: "5" is no int, but a date may be text."""

    def __init__(self, annotation: Any) -> None:
        """Raises what pydantic raises for a type that has no schema."""
        self._adapter: Any = import_module("pydantic").TypeAdapter(annotation)
        schema = cast("dict[str, Any]", _clean(self._adapter.json_schema()))
        self._definitions = {name: json.dumps(one) for name, one in schema.pop("$defs", {}).items()}
        self._schema = json.dumps(schema)
        self.is_recursive: bool = "$ref" in schema

    def json_schema(self, definitions: Definitions) -> dict[str, Any]:
        names: dict[str, str] = {}
        new: list[str] = []
        for name in self._definitions:
            # Definitions are the same if their texts are, and those of all that they refer to.
            texts = {one: self._definitions[one] for one in sorted(self._reached(name, set()))}
            names[name], is_new = definitions.reserve(f"{name} {texts}", name)
            if is_new:
                new.append(name)

        def renamed(text: str) -> Any:
            return json.loads(_REFERENCE.sub(lambda found: names[found[0]], text))

        definitions.schemas.update({names[name]: renamed(self._definitions[name]) for name in new})
        return cast("dict[str, Any]", renamed(self._schema))

    def parse(self, value: Any, path: str) -> Any:
        pydantic: Any = import_module("pydantic")
        text = json.dumps(json.loads(json.dumps(value), parse_float=_whole_number))
        try:
            return self._adapter.validate_json(text, strict=True)
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
            for reference in _REFERENCE.findall(self._definitions[name]):
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
        return Issue(path, "missing", NOT_GIVEN)
    message = str(detail["msg"])
    return Issue(path, message[:1].lower() + message[1:], value)


def _whole_number(text: str) -> float:
    """5.0 as 5: for JSON they are the same, for pydantic only the latter is an int."""
    number = float(text)
    return int(number) if number.is_integer() else number


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
