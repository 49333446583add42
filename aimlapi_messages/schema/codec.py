"""What every codec does: give the JSON Schema of a type, parse its values, and encode them. No codecs.

The codecs are in `schema/values.py`, `schema/texts.py`, `schema/containers.py`, `schema/records.py`,
`schema/unions.py` and `schema/pydantic.py`; `schema/annotations.py` finds the codec of an annotation.
"""

from __future__ import annotations

import json
import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, final

__all__ = ["ABSENT", "Definitions", "Field", "InvalidValue", "Issue", "Named", "TypeCodec", "child"]

_MAX_SHOWN: Final = 80  # characters of a value
_MAX_SAID: Final = 20  # issues in a text


class _Absent:
    """Where a value should be and is none. There is one such object, copied and unpickled too."""

    __slots__ = ()

    def __reduce__(self) -> str:
        return "ABSENT"

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = _Absent()


@dataclass(frozen=True, slots=True)
class Issue:
    """What is wrong with one value.

    path: where it is, such as `days` or `stops[1].name`; "" for the whole.
    reason: what was expected, or why it was refused.
    value: the value itself; ABSENT if there should be one and is none.
    """

    path: str
    reason: str
    value: Any = field(repr=False)

    def __str__(self) -> str:
        said = f"{self.path}: {self.reason}" if self.path else self.reason
        return said if self.value is ABSENT else f"{said}, got {_shown(self.value)}"


class InvalidValue(ValueError):
    """A JSON value does not fit its annotation.

    issues: everything that is wrong with it.
    """

    def __init__(self, *issues: Issue) -> None:
        super().__init__(*issues)
        self.issues = issues

    def __str__(self) -> str:
        said = "; ".join(map(str, self.issues[:_MAX_SAID]))
        more = len(self.issues) - _MAX_SAID
        return f"{said}; and {more} more" if more > 0 else said


@dataclass(frozen=True, slots=True)
class Field:
    """What a value must be besides its type, and what the model is told of it: `Annotated[int, Field(ge=1)]`.

    description: for the model.
    ge, gt, le, lt, multiple_of: limits of numbers, and the first four of dates, times and durations.
    min_length, max_length: the characters of text, the bytes of bytes, the items of a list, the members of a dict.
    pattern: a regular expression that text has a match of, anywhere unless it says `^` and `$`.
    examples: for the model; values of the type.
    """

    description: str | None = None
    ge: Any = field(default=None, kw_only=True)
    gt: Any = field(default=None, kw_only=True)
    le: Any = field(default=None, kw_only=True)
    lt: Any = field(default=None, kw_only=True)
    multiple_of: Any = field(default=None, kw_only=True)
    min_length: int | None = field(default=None, kw_only=True)
    max_length: int | None = field(default=None, kw_only=True)
    pattern: str | None = field(default=None, kw_only=True)
    examples: Sequence[Any] | None = field(default=None, kw_only=True)


class TypeCodec(ABC):
    """How the values of one type are written as JSON, and read again."""

    __slots__ = ()

    @property
    def constraints(self) -> Mapping[str, str]:
        """The names of the constraints that it takes, with the JSON Schema keyword of each.

        It is "" where JSON Schema has none, so that only the conversion enforces it.
        """
        return {}

    @final
    def schema(self) -> dict[str, Any]:
        """The JSON Schema of the value alone, with its `$defs`."""
        return Definitions.whole(self)

    @final
    def convert(self, value: Any, path: str = "") -> Any:
        """The Python value of a JSON value. Raises InvalidValue with all that is wrong with it."""
        try:
            return self.parse(value, path)
        except RecursionError:
            pass  # raised below, where the stack is no longer full
        raise InvalidValue(Issue(path, "expected less nesting", value))

    @abstractmethod
    def json_schema(self, definitions: Definitions) -> dict[str, Any]:
        """The JSON Schema as a part of a larger one."""

    @abstractmethod
    def parse(self, value: Any, path: str) -> Any:
        """`convert` for the codecs that hold this one; deep nesting may escape as RecursionError."""

    @abstractmethod
    def encode(self, value: Any) -> Any:
        """The JSON value of a Python value. Raises TypeError or ValueError for a value of another type."""


class Named(TypeCodec):
    """A codec that may hold itself, and is written once, in `$defs`, if it occurs more than once.

    target: the codec itself; missing while it is being made.
    reused: whether it was asked for again while it was being made, so that it holds itself.
    """

    __slots__ = ("name", "reused", "target")
    target: TypeCodec

    def __init__(self, name: str) -> None:
        self.name = name
        self.reused = False

    def json_schema(self, definitions: Definitions) -> dict[str, Any]:
        return definitions.use(self)

    def parse(self, value: Any, path: str) -> Any:
        return self.target.parse(value, path)

    def encode(self, value: Any) -> Any:
        if not hasattr(self, "target"):
            raise TypeError(f"{self.name} is still being made")
        return self.target.encode(value)


class Definitions:
    """The `$defs` of one schema. Without `repeated` it only finds out which codecs occur more than once."""

    __slots__ = ("_adopted", "_names", "_repeated", "_seen", "schemas")

    def __init__(self, repeated: set[Named] | None = None) -> None:
        self.schemas: dict[str, dict[str, Any]] = {}
        self._repeated = repeated
        self._seen: dict[Named, bool] = {}
        self._names: dict[Named, str] = {}
        self._adopted: dict[str, str] = {}

    @classmethod
    def whole(cls, codec: TypeCodec) -> dict[str, Any]:
        """The schema of a codec, whose outermost level is never a reference."""
        first = cls()
        codec.json_schema(first)
        definitions = cls({named for named, again in first._seen.items() if again})
        schema = codec.json_schema(definitions)
        if "$ref" in schema:
            reference = schema.pop("$ref")
            schema = {**definitions.schemas[reference.rpartition("/")[2]], **schema}
        return {**schema, "$defs": definitions.schemas} if definitions.schemas else schema

    def use(self, named: Named) -> dict[str, Any]:
        """The schema of a named codec, or the reference to it."""
        if self._repeated is None:
            again = named in self._seen
            self._seen[named] = again
            return {} if again else named.target.json_schema(self)
        if named not in self._repeated:
            return named.target.json_schema(self)
        if named not in self._names:
            name = self._names[named] = self._reserve(named.name)
            self.schemas[name] = named.target.json_schema(self)
        return {"$ref": f"#/$defs/{self._names[named]}"}

    def adopt(self, key: str, name: str) -> tuple[str, bool]:
        """The name for a definition made elsewhere, and whether it is new here. Equal keys are the same definition."""
        if new := key not in self._adopted:
            self._adopted[key] = self._reserve(name)
        return self._adopted[key], new

    def _reserve(self, name: str) -> str:
        free, number = name, 1
        while free in self.schemas:
            number += 1
            free = f"{name}_{number}"
        self.schemas[free] = {}
        return free


def child(path: str, name: str) -> str:
    """The path of a member of what is at `path`."""
    return f"{path}.{name}" if path else name


def _shown(value: Any) -> str:
    """A value as JSON, shortened; only as much of it is written as is shown."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, str):
        value = value[: _MAX_SHOWN + 1]
    said = ""
    try:
        for chunk in _chunks(value):
            said += chunk[: _MAX_SHOWN + 1]
            if len(said) > _MAX_SHOWN:
                return f"{said[: _MAX_SHOWN - 3]}..."
    except (TypeError, ValueError):
        return f"a {type(value).__name__}"
    return said


def _chunks(value: Any) -> Iterator[str]:
    return json.JSONEncoder(ensure_ascii=False, default=repr).iterencode(value)
