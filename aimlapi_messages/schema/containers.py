"""The codecs that hold others: lists, sets, tuples and dicts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeGuard

from ..core.json import is_array, is_object
from .codec import Definitions, InvalidValue, Issue, TypeCodec, child

__all__ = ["Array", "FixedTuple", "IntKey", "Map", "SetOf"]

_INT_KEY: Final = "^(0|-?[1-9][0-9]*)$"


def _is_tuple(value: object) -> TypeGuard[tuple[Any, ...]]:
    return isinstance(value, tuple)


def _is_set(value: object) -> TypeGuard[set[Any] | frozenset[Any]]:
    return isinstance(value, (set, frozenset))


def _is_mapping(value: object) -> TypeGuard[Mapping[Any, Any]]:
    return isinstance(value, Mapping)


def _read_items(codecs: Iterable[tuple[TypeCodec, Any]], path: str) -> list[Any]:
    items: list[Any] = []
    issues: list[Issue] = []
    for index, (codec, item) in enumerate(codecs):
        try:
            items.append(codec.parse(item, f"{path}[{index}]"))
        except InvalidValue as error:
            issues.extend(error.issues)
    if issues:
        raise InvalidValue(*issues)
    return items


@dataclass(frozen=True, slots=True)
class Array(TypeCodec):
    """A list, or what is made of one: `make` is list or tuple."""

    item: TypeCodec
    make: Callable[[list[Any]], Any] = list

    @property
    def constraints(self) -> Mapping[str, str]:
        return {"min_length": "minItems", "max_length": "maxItems"}

    def json_schema(self, definitions: Definitions) -> dict[str, Any]:
        item = self.item.json_schema(definitions)
        return {"type": "array", "items": item} if item else {"type": "array"}

    def parse(self, value: Any, path: str) -> Any:
        if not is_array(value):
            raise InvalidValue(Issue(path, "expected an array", value))
        return self.make(_read_items(((self.item, item) for item in value), path))

    def encode(self, value: Any) -> Any:
        if not is_array(value) and not _is_tuple(value):
            raise TypeError(f"{type(value).__name__} is no list")
        return [self.item.encode(item) for item in value]


@dataclass(frozen=True, slots=True)
class SetOf(TypeCodec):
    """A set or frozenset: an array in which nothing stands twice."""

    item: TypeCodec
    make: type[set[Any]] | type[frozenset[Any]]

    @property
    def constraints(self) -> Mapping[str, str]:
        return {"min_length": "minItems", "max_length": "maxItems"}

    def json_schema(self, definitions: Definitions) -> dict[str, Any]:
        return {**Array(self.item).json_schema(definitions), "uniqueItems": True}

    def parse(self, value: Any, path: str) -> Any:
        items = Array(self.item).parse(value, path)
        seen: dict[Any, int] = {}
        issues: list[Issue] = []
        for index, item in enumerate(items):
            try:
                first = seen.setdefault(item, index)
            except TypeError:
                issues.append(Issue(f"{path}[{index}]", "expected what a set can hold", value[index]))
            else:
                if first != index:
                    issues.append(Issue(f"{path}[{index}]", f"expected no repetition of item {first}", value[index]))
        if issues:
            raise InvalidValue(*issues)
        return self.make(items)

    def encode(self, value: Any) -> Any:
        if not _is_set(value):
            raise TypeError(f"{type(value).__name__} is no set")
        return sorted((self.item.encode(item) for item in value), key=repr)


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
        return tuple(_read_items(zip(self.places, value, strict=True), path))

    def encode(self, value: Any) -> Any:
        if not _is_tuple(value) or len(value) != len(self.places):
            raise TypeError(f"{type(value).__name__} is no tuple of {len(self.places)}")
        places = zip(self.places, value, strict=True)
        return [codec.encode(item) for codec, item in places]


@dataclass(frozen=True, slots=True)
class IntKey(TypeCodec):
    """A codec of whole numbers as the key of a dict, which is always text in JSON."""

    codec: TypeCodec

    def json_schema(self, definitions: Definitions) -> dict[str, Any]:
        schema = self.codec.json_schema(definitions)
        values = [schema["const"]] if "const" in schema else schema.get("enum")
        return {"enum": [str(value) for value in values]} if values else {"pattern": _INT_KEY}

    def parse(self, value: Any, path: str) -> Any:
        if not re.fullmatch(_INT_KEY, value) or len(value) > 1000:
            raise InvalidValue(Issue(path, "expected an integer as key", value))
        return self.codec.parse(int(value), path)

    def encode(self, value: Any) -> Any:
        return str(self.codec.encode(value))


@dataclass(frozen=True, slots=True)
class Map(TypeCodec):
    """A dict. The keys are of a codec that JSON writes as text."""

    keys: TypeCodec
    values: TypeCodec

    @property
    def constraints(self) -> Mapping[str, str]:
        return {"min_length": "minProperties", "max_length": "maxProperties"}

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
        result: dict[Any, Any] = {}
        issues: list[Issue] = []
        for name, member in value.items():
            where = child(path, name)
            try:
                key = self.keys.parse(name, where)
                result[key] = self.values.parse(member, where)
            except InvalidValue as error:
                issues.extend(error.issues)
        if issues:
            raise InvalidValue(*issues)
        return result

    def encode(self, value: Any) -> Any:
        if not _is_mapping(value):
            raise TypeError(f"{type(value).__name__} is no dict")
        items = value.items()
        return {self.keys.encode(name): self.values.encode(member) for name, member in items}
