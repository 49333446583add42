"""The codecs of single values: numbers, text, null and choices."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from .codec import Definitions, InvalidValue, Issue, TypeCodec

__all__ = ["ANY", "BOOL", "FLOAT", "INT", "NULL", "STR", "Choice", "json_type"]

_MAX_CHOICES: Final = 20  # in a reason

_NUMBER: Final = {
    "ge": "minimum",
    "gt": "exclusiveMinimum",
    "le": "maximum",
    "lt": "exclusiveMaximum",
    "multiple_of": "multipleOf",
}
_TEXT: Final = {"min_length": "minLength", "max_length": "maxLength", "pattern": "pattern"}


class _Any(TypeCodec):
    """Any JSON value, as it is."""

    __slots__ = ()

    def json_schema(self, definitions: Definitions) -> dict[str, Any]:
        return {}

    def parse(self, value: Any, path: str) -> Any:
        return value

    def encode(self, value: Any) -> Any:
        return json.loads(json.dumps(value, allow_nan=False))


@dataclass(frozen=True, slots=True)
class _Plain(TypeCodec):
    """A value that JSON has itself."""

    name: str
    python: type
    expected: str
    limits: Mapping[str, str]

    @property
    def constraints(self) -> Mapping[str, str]:
        return self.limits

    def json_schema(self, definitions: Definitions) -> dict[str, Any]:
        return {"type": self.name}

    def parse(self, value: Any, path: str) -> Any:
        if type(value) is self.python:
            return value
        raise InvalidValue(Issue(path, f"expected {self.expected}", value))

    def encode(self, value: Any) -> Any:
        if type(value) is self.python:
            return value
        raise TypeError(f"{type(value).__name__} is not {self.expected}")


class _Int(_Plain):
    """A whole number, also when it is written as 5.0."""

    __slots__ = ()

    def parse(self, value: Any, path: str) -> Any:
        return super().parse(int(value) if type(value) is float and value.is_integer() else value, path)


class _Float(_Plain):
    """A number, whole ones too, that a float can hold."""

    __slots__ = ()

    def parse(self, value: Any, path: str) -> Any:
        number = _finite(value)
        if number is None:
            raise InvalidValue(Issue(path, f"expected {self.expected}", value))
        return number

    def encode(self, value: Any) -> Any:
        if _finite(value) is None:
            raise TypeError(f"{value!r} is not {self.expected}")
        return value


def _finite(value: Any) -> float | None:
    """The float of a number; None for what is none, or not finite, or too large."""
    try:
        number = float(value) if type(value) in (int, float) else math.nan
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


ANY: Final = _Any()
NULL: Final = _Plain("null", type(None), "null", {})
BOOL: Final = _Plain("boolean", bool, "true or false", {})
STR: Final = _Plain("string", str, "a string", _TEXT)
INT: Final = _Int("integer", int, "an integer", _NUMBER)
FLOAT: Final = _Float("number", float, "a number", _NUMBER)

_TYPES: Final = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}


class Choice(TypeCodec):
    """One of some values: a Literal, or an Enum by its values.

    choices: the JSON value of each, which is a str, int, float, bool or None, and the Python value.
    """

    __slots__ = ("_by_value", "choices", "description")

    def __init__(self, choices: list[tuple[Any, Any]], description: str = "") -> None:
        self.choices = choices
        self.description = description
        self._by_value = {_choice_key(value): python for value, python in choices}

    def json_schema(self, definitions: Definitions) -> dict[str, Any]:
        values = [value for value, _ in self.choices]
        types = {_TYPES[type(value)] for value in values}
        schema: dict[str, Any] = {"type": types.pop()} if len(types) == 1 else {}
        schema |= {"const": values[0]} if len(values) == 1 else {"enum": values}
        return {**schema, "description": self.description} if self.description else schema

    def parse(self, value: Any, path: str) -> Any:
        if type(value) in _TYPES and (key := _choice_key(value)) in self._by_value:
            return self._by_value[key]
        values = [json.dumps(value, ensure_ascii=False) for value, _ in self.choices[:_MAX_CHOICES]]
        more = ["..."] if len(self.choices) > _MAX_CHOICES else []
        one_of = "one of " if len(self.choices) > 1 else ""
        raise InvalidValue(Issue(path, f"expected {one_of}{', '.join(values + more)}", value))

    def encode(self, value: Any) -> Any:
        for plain, python in self.choices:
            if type(python) is type(value) and python == value:
                return plain
        raise TypeError(f"{value!r} is none of the choices")


def _choice_key(value: Any) -> tuple[bool, Any]:
    """What tells values apart as JSON does: 1 is 1.0, but not true."""
    return isinstance(value, bool), value


def json_type(codec: TypeCodec) -> object:
    """The JSON type that a codec is written as; None if that varies."""
    return codec.json_schema(Definitions()).get("type")
