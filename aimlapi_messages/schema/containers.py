"""Codecs of values with parts: arrays, dicts, objects with known members, unions, and whatever pydantic reads."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from typing import Any, Final, cast

from ..core import json as _json
from ..core.arguments import NOT_GIVEN
from ..core.json import is_array, is_object
from .codec import NULL, Choice, Definitions, InvalidValue, Issue, TypeCodec, child

# The constraints of arrays and dicts.
_ITEMS: Final = cast("Mapping[str, str]", {"min_length": "minItems", "max_length": "maxItems"})
_MEMBERS: Final = cast("Mapping[str, str]", {"min_length": "minProperties", "max_length": "maxProperties"})

_INT_KEY: Final = "^(0|-?[1-9][0-9]*)$"


def _parse_each(parts: Iterable[tuple[TypeCodec, Any, str]]) -> list[Any]:
    """Parse values that belong together, each with its codec and path. Raises InvalidValue with the issues of all."""
    values: list[Any] = []
    issues: list[Issue] = []
    for codec, value, path in parts:
        try:
            values.append(codec.parse(value, path))
        except InvalidValue as error:
            issues.extend(error.issues)
    if issues:
        raise InvalidValue(*issues)
    return values


@dataclass(frozen=True, slots=True)
class Array(TypeCodec):
    """A list, or what `make` makes of one: a tuple, or a set, in which nothing is repeated."""

    item: TypeCodec
    make: Callable[[list[Any]], Any] = list
    constraints: Mapping[str, str] = field(default_factory=lambda: _ITEMS, init=False)

    @property
    def _is_set(self) -> bool:
        return self.make in (set, frozenset)

    def json_schema(self, definitions: Definitions) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "array"}
        if item := self.item.json_schema(definitions):
            schema["items"] = item
        if self._is_set:
            schema["uniqueItems"] = True
        return schema

    def parse(self, value: Any, path: str) -> Any:
        if not is_array(value):
            raise InvalidValue(Issue(path, "expected an array", value))
        items = _parse_each((self.item, item, f"{path}[{index}]") for index, item in enumerate(value))
        if self._is_set and (issues := list(_repetitions(items, value, path))):
            raise InvalidValue(*issues)
        return self.make(items)


def _repetitions(items: list[Any], value: list[Any], path: str) -> Iterable[Issue]:
    seen: dict[Any, int] = {}
    for index, item in enumerate(items):
        try:
            first = seen.setdefault(item, index)
        except TypeError:
            yield Issue(f"{path}[{index}]", "expected what a set can hold", value[index])
        else:
            if first != index:
                yield Issue(f"{path}[{index}]", f"expected no repetition of item {first}", value[index])


@dataclass(frozen=True, slots=True)
class FixedTuple(TypeCodec):
    """A tuple of a fixed length, with a codec for each place."""

    places: tuple[TypeCodec, ...]

    def json_schema(self, definitions: Definitions) -> dict[str, Any]:
        places = [codec.json_schema(definitions) for codec in self.places]
        length = {"minItems": len(places), "maxItems": len(places)}
        return {"type": "array", "prefixItems": places, **length} if places else {"type": "array", **length}

    def parse(self, value: Any, path: str) -> Any:
        if not is_array(value) or len(value) != len(self.places):
            raise InvalidValue(Issue(path, f"expected an array of {len(self.places)}", value))
        parts = enumerate(zip(self.places, value, strict=True))
        return tuple(_parse_each((codec, item, f"{path}[{index}]") for index, (codec, item) in parts))


@dataclass(frozen=True, slots=True)
class IntKey(TypeCodec):
    """Whole numbers as the keys of a dict, which are always text in JSON."""

    codec: TypeCodec

    def json_schema(self, definitions: Definitions) -> dict[str, Any]:
        schema = self.codec.json_schema(definitions)
        values = [schema["const"]] if "const" in schema else schema.get("enum")
        return {"enum": [str(value) for value in values]} if values else {"pattern": _INT_KEY}

    def parse(self, value: Any, path: str) -> Any:
        if not isinstance(value, str) or not re.fullmatch(_INT_KEY, value) or len(value) > 1000:
            raise InvalidValue(Issue(path, "expected an integer as key", value))
        return self.codec.parse(int(value), path)


@dataclass(frozen=True, slots=True)
class Map(TypeCodec):
    """A dict. JSON writes its keys as text."""

    keys: TypeCodec
    values: TypeCodec
    constraints: Mapping[str, str] = field(default_factory=lambda: _MEMBERS, init=False)

    def json_schema(self, definitions: Definitions) -> dict[str, Any]:
        keys, values = self.keys.json_schema(definitions), self.values.json_schema(definitions)
        names = {name: member for name, member in keys.items() if name != "type"}
        schema: dict[str, Any] = {"type": "object"}
        if names:
            schema["propertyNames"] = names
        if values:
            schema["additionalProperties"] = values
        return schema

    def parse(self, value: Any, path: str) -> Any:
        if not is_object(value):
            raise InvalidValue(Issue(path, "expected an object", value))
        parsed = _parse_each(
            part
            for name, member in value.items()
            for part in ((self.keys, name, child(path, name)), (self.values, member, child(path, name)))
        )
        found: dict[Any, Any] = {}
        names: dict[Any, str] = {}
        for name, key, member in zip(value, parsed[::2], parsed[1::2], strict=True):
            if key in found:
                raise InvalidValue(Issue(child(path, name), f"expected another key than {names[key]}", name))
            found[key], names[key] = member, name
        return found


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a record.

    default: the Python value, shown to the model if it is of the type and has a form in JSON; NOT_GIVEN for none.
    """

    codec: TypeCodec
    required: bool
    default: Any

    def json_schema(self, definitions: Definitions) -> dict[str, Any]:
        schema = self.codec.json_schema(definitions)
        if not self.required and self.default is not NOT_GIVEN:
            with suppress(Exception):  # a default may be of any type, or stand for a factory
                schema["default"] = self.codec.encode(self.default)
        return schema


@dataclass(frozen=True, slots=True)
class Record(TypeCodec):
    """An object with the given members, and no others unless it is open.

    members: by name, in JSON and as arguments of the class.
    python: the class, called with the members that were given; dict for a TypedDict. A ValueError, TypeError or
        AssertionError that it raises is an issue.
    is_open: whether other members are taken as they are, but for those with the reserved names.
    """

    python: type
    members: Mapping[str, Member]
    description: str = ""
    is_open: bool = False
    reserved: Container[str] = ()

    def values_of(self, name: str) -> list[Any]:
        """The JSON values of a required member, if they are a choice."""
        member = self.members.get(name)
        codec = member.codec.unwrapped() if member and member.required else None
        return [value for value, _ in codec.choices] if isinstance(codec, Choice) else []

    def json_schema(self, definitions: Definitions) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "object"}
        if self.description:
            schema["description"] = self.description
        schema["properties"] = {name: one.json_schema(definitions) for name, one in self.members.items()}
        if required := [name for name, one in self.members.items() if one.required]:
            schema["required"] = required
        return {**schema, "additionalProperties": False}

    def parse(self, value: Any, path: str) -> Any:
        if not isinstance(value, Mapping):
            raise InvalidValue(Issue(path, "expected an object", value))
        given = cast("Mapping[str, Any]", value)
        found: dict[str, Any] = {}
        issues: list[Issue] = []
        for name, member in self.members.items():
            if name in given:
                try:
                    found[name] = member.codec.parse(given[name], child(path, name))
                except InvalidValue as error:
                    issues.extend(error.issues)
            elif member.required:
                issues.append(Issue(child(path, name), "missing", NOT_GIVEN))
        for name in (name for name in given if name not in self.members):
            if self.is_open and name not in self.reserved:
                found[name] = given[name]
            else:
                issues.append(Issue(child(path, name), self._unknown(name), given[name]))
        if issues:
            raise InvalidValue(*issues)
        try:
            return self.python(**found)
        except (ValueError, TypeError, AssertionError) as error:
            raise InvalidValue(Issue(path, f"refused: {error}", value)) from error

    def _unknown(self, name: str) -> str:
        """Why a member is refused, with the known one that it may have been meant for."""
        known = list(self.members)
        near = difflib.get_close_matches(str(name)[:100], known, 1)  # by hand it may be no text
        if near:
            return f"unknown (did you mean {near[0]}?)"
        return f"unknown (known: {', '.join(known)})" if known else "unknown (there are no members)"


@dataclass(frozen=True)
class Union(TypeCodec):
    """One of several types: the first that fits, or for objects the one that their discriminator names."""

    members: Sequence[TypeCodec]

    def json_schema(self, definitions: Definitions) -> dict[str, Any]:
        return {"anyOf": [codec.json_schema(definitions) for codec in self.members]}

    def parse(self, value: Any, path: str) -> Any:
        if is_object(value) and self._discriminator:
            name, codecs = self._discriminator
            if name not in value:
                raise InvalidValue(Issue(child(path, name), "missing", NOT_GIVEN))
            codec: TypeCodec = codecs.parse(value[name], child(path, name))
            return codec.parse(value, path)
        errors: list[InvalidValue] = []
        for codec in self.members:
            try:
                return codec.parse(value, path)
            except InvalidValue as error:
                errors.append(error)
        raise _nearest(errors, path, value)

    @cached_property  # on first use: a member may be incomplete while the union is built
    def _discriminator(self) -> tuple[str, Choice] | None:
        """The required member whose values tell the records apart, and the codec for each value."""
        codecs = [codec for codec in self.members if codec is not NULL]
        records = [record for codec in codecs if isinstance(record := codec.unwrapped(), Record)]
        if len(records) < len(codecs) or len(records) < 2:
            return None
        for name in records[0].members:
            tags = [record.values_of(name) for record in records]
            choices = [(value, codec) for codec, values in zip(codecs, tags, strict=True) for value in values]
            found = Choice(choices)
            if all(tags) and len(found.by_key) == len(choices):
                return name, found
        return None


def _nearest(errors: list[InvalidValue], path: str, value: Any) -> InvalidValue:
    """The error of the type that came nearest: of those with the right JSON type the one with the fewest issues."""
    inner = [error for error in errors if all(issue.path != path for issue in error.issues)]
    if inner:
        return min(inner, key=lambda error: len(error.issues))
    reasons = dict.fromkeys(issue.reason.removeprefix("expected ") for error in errors for issue in error.issues)
    return InvalidValue(Issue(path, f"expected {' or '.join(reasons)}", value))


def is_pydantic(found: object) -> bool:
    """Whether a type, or an object in `Annotated`, tells pydantic how to read it."""
    return hasattr(found, "__pydantic_validator__") or hasattr(found, "__get_pydantic_core_schema__")


class PydanticCodec(TypeCodec):
    """A type that pydantic reads, strictly and as JSON: "5" is no int, but a date may be text.

    Raises what pydantic raises for a type that has no schema. pydantic is imported only here.
    """

    def __init__(self, annotation: Any) -> None:
        self._pydantic: Any = import_module("pydantic")
        self._adapter: Any = self._pydantic.TypeAdapter(annotation)
        self._schema: dict[str, Any] = self._adapter.json_schema()
        self.is_recursive: bool = "$ref" in self._schema

    def json_schema(self, definitions: Definitions) -> dict[str, Any]:
        suffix, number = "", 1
        while True:
            schema: dict[str, Any] = _clean(self._schema, suffix)
            own = {name + suffix: one for name, one in schema.pop("$defs", {}).items()}
            if all(definitions.schemas.get(name, one) == one for name, one in own.items()):
                definitions.schemas.update(own)
                return schema
            number += 1  # another type has one of the names
            suffix = f"_{number}"

    def parse(self, value: Any, path: str) -> Any:
        text = json.dumps(json.loads(json.dumps(value), parse_float=_whole_number))
        try:
            return self._adapter.validate_json(text, strict=True)
        except self._pydantic.ValidationError as error:
            details = error.errors(include_url=False, include_context=False)
        if details[0]["type"] == "json_invalid":  # of JSON that was just written: pydantic has a limit of its own
            raise InvalidValue(Issue(path, "expected less nesting", value))
        raise InvalidValue(*(_issue(detail, value, path) for detail in details))


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


def _clean(schema: Any, suffix: str) -> Any:
    """A schema without what says nothing to a model, and with a suffix to each name that it refers to."""
    if is_array(schema):
        return [_clean(one, suffix) for one in schema]
    if not is_object(schema):
        return schema
    result: dict[str, Any] = {}
    for name, member in schema.items():
        if name in ("$defs", "dependentSchemas", "patternProperties", "properties"):
            result[name] = {one: _clean(value, suffix) for one, value in member.items()}
        elif name in ("const", "default", "enum", "examples"):
            with suppress(TypeError, ValueError):  # a default may be NaN, which JSON cannot say
                _json.dumps(member)
                result[name] = member
        elif name == "$ref":
            result[name] = member + suffix
        # `discriminator` is OpenAPI's, and JSON Schema ignores it.
        elif name not in ("discriminator", "title"):
            result[name] = _clean(member, suffix)
    return result
