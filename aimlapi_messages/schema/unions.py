"""The codecs around others: one of several, and one with constraints."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from ..core.json import is_object
from .codec import ABSENT, Definitions, Field, InvalidValue, Issue, Named, TypeCodec, child
from .records import Record
from .values import NULL, Choice

__all__ = ["Constrained", "Union"]


class Union(TypeCodec):
    """One of several codecs: the first that fits, or of records the one that a Literal member tells."""

    __slots__ = ("_tags", "members")

    def __init__(self, members: Sequence[TypeCodec]) -> None:
        self.members = members
        # Sought when a value is read, for a record may still be in the making now.
        self._tags: list[tuple[str, Choice, list[TypeCodec]] | None] = []

    def json_schema(self, definitions: Definitions) -> dict[str, Any]:
        return {"anyOf": [codec.json_schema(definitions) for codec in self.members]}

    def parse(self, value: Any, path: str) -> Any:
        if is_object(value) and (codec := self._told(value, path)):
            return codec.parse(value, path)
        errors: list[InvalidValue] = []
        for codec in self.members:
            try:
                return codec.parse(value, path)
            except InvalidValue as error:
                errors.append(error)
        raise _nearest(errors, path, value)

    def encode(self, value: Any) -> Any:
        for codec in self.members:
            try:
                return codec.encode(value)
            except (TypeError, ValueError):
                continue
        raise TypeError(f"{type(value).__name__} is none of the types")

    def _told(self, value: dict[str, Any], path: str) -> TypeCodec | None:
        """The record that the Literal member tells; None if the records have no such member."""
        if not self._tags:
            self._tags.append(_find_tag(self.members))
        tag = self._tags[0]
        if tag is None:
            return None
        name, choice, codecs = tag
        if name not in value:
            raise InvalidValue(Issue(child(path, name), "missing", ABSENT))
        index: int = choice.parse(value[name], child(path, name))
        return codecs[index]


def _nearest(errors: list[InvalidValue], path: str, value: Any) -> InvalidValue:
    """The error of the codec that came nearest: of those with the right JSON type the one with the fewest issues."""
    inner = [error for error in errors if all(issue.path != path for issue in error.issues)]
    if inner:
        return min(inner, key=lambda error: len(error.issues))
    reasons = dict.fromkeys(issue.reason.removeprefix("expected ") for error in errors for issue in error.issues)
    return InvalidValue(Issue(path, f"expected {' or '.join(reasons)}", value))


def _target(codec: TypeCodec) -> TypeCodec:
    while isinstance(codec, (Named, Constrained)):
        codec = codec.target if isinstance(codec, Named) else codec.codec
    return codec


def _find_tag(members: Sequence[TypeCodec]) -> tuple[str, Choice, list[TypeCodec]] | None:
    """The member by which all records of a union differ: its name, its values, and the record of each."""
    codecs = [codec for codec in members if codec is not NULL]
    records = [target for codec in codecs if isinstance(target := _target(codec), Record)]
    if len(records) < len(codecs) or len(records) < 2:
        return None
    for member in records[0].members:
        choices: list[tuple[Any, Any]] = []
        owners: list[TypeCodec] = []
        for codec, record in zip(codecs, records, strict=True):
            tag = next((_target(one.codec) for one in record.members if one.name == member.name and one.required), None)
            for value, _ in tag.choices if isinstance(tag, Choice) else ():
                choices.append((value, len(owners)))
                owners.append(codec)
        distinct = {(isinstance(value, bool), value) for value, _ in choices}
        if len(distinct) == len(choices) and all(codec in owners for codec in codecs):
            return member.name, Choice(choices), owners
    return None


_COMPARISONS: Final[Mapping[str, tuple[str, Callable[[Any, Any], bool]]]] = {
    "ge": ("at least {}", lambda value, limit: value >= limit),
    "gt": ("more than {}", lambda value, limit: value > limit),
    "le": ("at most {}", lambda value, limit: value <= limit),
    "lt": ("less than {}", lambda value, limit: value < limit),
    "multiple_of": ("a multiple of {}", lambda value, limit: Fraction(str(value)) % Fraction(str(limit)) == 0),
    "min_length": ("a length of at least {}", lambda value, limit: len(value) >= limit),
    "max_length": ("a length of at most {}", lambda value, limit: len(value) <= limit),
    "pattern": ("text that matches {}", lambda value, limit: re.search(limit, value) is not None),
}


@dataclass(frozen=True, slots=True)
class Constrained(TypeCodec):
    """A codec with a description, examples or constraints. `examples` are JSON."""

    codec: TypeCodec
    field: Field

    def json_schema(self, definitions: Definitions) -> dict[str, Any]:
        schema = self.codec.json_schema(definitions)
        for name in _COMPARISONS:
            limit = getattr(self.field, name)
            keyword = self.codec.constraints.get(name)
            if limit is not None and keyword:
                schema[keyword] = limit
        if self.field.description:
            schema["description"] = self.field.description
        if self.field.examples:
            schema["examples"] = list(self.field.examples)
        return schema

    def parse(self, value: Any, path: str) -> Any:
        converted = self.codec.parse(value, path)
        reasons = [reason for name in _COMPARISONS if (reason := self._broken(name, converted))]
        if reasons:
            raise InvalidValue(*(Issue(path, f"expected {reason}", value) for reason in reasons))
        return converted

    def encode(self, value: Any) -> Any:
        return self.codec.encode(value)

    def _broken(self, name: str, value: Any) -> str:
        limit = getattr(self.field, name)
        if limit is None:
            return ""
        text, holds = _COMPARISONS[name]
        try:
            return "" if holds(value, limit) else text.format(limit)
        except TypeError:  # times with and without an offset have no order
            return f"what can be compared with {limit}"
