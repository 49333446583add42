"""The codec of a record: an object with known members, such as a dataclass or the arguments of a function."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from .codec import ABSENT, Definitions, InvalidValue, Issue, TypeCodec, child

__all__ = ["Member", "Record"]


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a record.

    name: in JSON, and what the value is passed as.
    attribute: of the Python object; the key, for a TypedDict.
    default: as JSON; ABSENT if there is none that JSON can say.
    description: from a docstring; what the annotation says goes before it.
    """

    name: str
    attribute: str
    codec: TypeCodec
    required: bool
    default: Any = ABSENT
    description: str = ""

    def json_schema(self, definitions: Definitions) -> dict[str, Any]:
        schema = self.codec.json_schema(definitions)
        if self.description:
            schema["description"] = self.description
        if self.default is not ABSENT:
            schema["default"] = self.default
        return schema


@dataclass(frozen=True, slots=True)
class Record(TypeCodec):
    """An object with known members, and no others.

    python: the class of its values; dict for a TypedDict.
    make: from the members that were given; what it raises as ValueError, TypeError or AssertionError is an issue.
    """

    python: type
    make: Callable[..., Any]
    members: Sequence[Member]
    description: str = ""

    def json_schema(self, definitions: Definitions) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "object"}
        if self.description:
            schema["description"] = self.description
        schema["properties"] = {member.name: member.json_schema(definitions) for member in self.members}
        if required := [member.name for member in self.members if member.required]:
            schema["required"] = required
        return {**schema, "additionalProperties": False}

    def parse(self, value: Any, path: str) -> Any:
        if not isinstance(value, Mapping):
            raise InvalidValue(Issue(path, "expected an object", value))
        given = cast("Mapping[str, Any]", value)
        known = {member.name: member for member in self.members}
        found: dict[str, Any] = {}
        issues: list[Issue] = []
        for name, member in known.items():
            if name in given:
                try:
                    found[name] = member.codec.parse(given[name], child(path, name))
                except InvalidValue as error:
                    issues.extend(error.issues)
            elif member.required:
                issues.append(Issue(child(path, name), "missing", ABSENT))
        issues.extend(
            Issue(child(path, name), _unknown(name, list(known)), given[name]) for name in given if name not in known
        )
        if issues:
            raise InvalidValue(*issues)
        try:
            return self.make(**found)
        except (ValueError, TypeError, AssertionError) as error:
            raise InvalidValue(Issue(path, f"refused: {error}", value)) from error

    def encode(self, value: Any) -> Any:
        if not isinstance(value, self.python):
            raise TypeError(f"{type(value).__name__} is no {self.python.__name__}")
        if self.python is dict:
            return self._encode_dict(cast("dict[str, Any]", value))
        return {member.name: member.codec.encode(getattr(value, member.attribute)) for member in self.members}

    def _encode_dict(self, value: dict[str, Any]) -> dict[str, Any]:
        known = {member.name for member in self.members}
        if not {member.name for member in self.members if member.required} <= value.keys() <= known:
            raise TypeError("the keys of the dict are not those of the TypedDict")
        return {member.name: member.codec.encode(value[member.name]) for member in self.members if member.name in value}


def _unknown(name: str, known: Sequence[str]) -> str:
    """Why a member is refused, with the known one that it may have been meant for."""
    near = difflib.get_close_matches(name[:100], known, 1)
    if near:
        return f"unknown (did you mean {near[0]}?)"
    return f"unknown (known: {', '.join(known)})" if known else "unknown (there are no members)"
