"""What a codec does: give the JSON Schema of a type, parse JSON into its values, and encode them as JSON.

The codecs themselves are in `scalars`, `containers`, `field` and `pydantic`; `annotations` finds the one for
an annotation.
"""

from __future__ import annotations

import json
import math
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Set
from dataclasses import dataclass, field
from typing import Any, Final, final

from ..core.arguments import NOT_GIVEN

_MAX_SHOWN: Final = 80  # characters of a value
_MAX_ISSUES: Final = 20  # in the text of an error


@dataclass(frozen=True, slots=True)
class Issue:
    """What is wrong with one value.

    path: where it is, such as `days` or `stops[1].name`; "" for the whole.
    reason: what was expected, or why it was refused.
    value: the value itself; NOT_GIVEN if it is missing.
    """

    path: str
    reason: str
    value: Any = field(repr=False)

    def __str__(self) -> str:
        text = f"{self.path}: {self.reason}" if self.path else self.reason
        return text if self.value is NOT_GIVEN else f"{text}, got {_shown(self.value)}"


class InvalidValue(ValueError):
    """A JSON value does not fit its annotation.

    issues: everything that is wrong with it.
    """

    def __init__(self, *issues: Issue) -> None:
        super().__init__(*issues)
        self.issues = issues

    def __str__(self) -> str:
        text = "; ".join(map(str, self.issues[:_MAX_ISSUES]))
        more = len(self.issues) - _MAX_ISSUES
        return f"{text}; and {more} more" if more > 0 else text


class TypeCodec(ABC):
    """How the values of one type are written as JSON, and read again."""

    __slots__ = ()

    @final
    def schema(self) -> dict[str, Any]:
        """The JSON Schema of the type, with its `$defs`. Its outermost level is never a reference."""
        first = Definitions()
        self.json_schema(first)
        definitions = Definitions(inline={named for named, uses in first.uses.items() if uses == 1})
        schema = self.json_schema(definitions)
        if "$ref" in schema:
            reference = schema.pop("$ref")
            schema = {**definitions.schemas[reference.rpartition("/")[2]], **schema}
        return {**schema, "$defs": definitions.schemas} if definitions.schemas else schema

    @final
    def convert(self, value: Any, path: str = "") -> Any:
        """The Python value of a JSON value. Raises InvalidValue with all that is wrong with it."""
        try:
            return self.parse(value, path)
        except RecursionError:
            pass  # raised below, where the stack is no longer full
        raise InvalidValue(Issue(path, "expected less nesting", value))

    def unwrapped(self) -> TypeCodec:
        """The codec itself, without a name and constraints."""
        return self

    @abstractmethod
    def json_schema(self, definitions: Definitions) -> dict[str, Any]:
        """The JSON Schema as a part of a larger one."""

    @abstractmethod
    def parse(self, value: Any, path: str) -> Any:
        """`convert` for use in other codecs; deep nesting may escape as RecursionError."""

    @abstractmethod
    def encode(self, value: Any) -> Any:
        """The JSON value of a Python value. Raises TypeError or ValueError for a value of another type."""


class Named(TypeCodec):
    """The codec of a type that may hold itself; its schema goes into `$defs` if it is used more than once.

    target: the codec itself; missing while it is being built.
    reused: whether it was asked for again while it was being built, because the type holds itself.
    """

    __slots__ = ("name", "reused", "target")
    target: TypeCodec

    def __init__(self, name: str) -> None:
        self.name: str = name
        self.reused: bool = False

    def unwrapped(self) -> TypeCodec:
        return self.target.unwrapped()

    def json_schema(self, definitions: Definitions) -> dict[str, Any]:
        return definitions.use(self)

    def parse(self, value: Any, path: str) -> Any:
        return self.target.parse(value, path)

    def encode(self, value: Any) -> Any:
        if not hasattr(self, "target"):
            raise TypeError(f"{self.name} is still being built")
        return self.target.encode(value)


class Definitions:
    """The `$defs` of one schema.

    inline: codecs whose schemas are written where they are used.
    schemas: the definitions by name.
    uses: how often each codec was used.
    """

    def __init__(self, inline: Set[Named] = frozenset()) -> None:
        self.schemas: dict[str, dict[str, Any]] = {}
        self.uses: Counter[Named] = Counter()
        self._inline = inline
        self._names: dict[object, str] = {}

    def use(self, named: Named) -> dict[str, Any]:
        """The schema of a named codec, or a reference to it."""
        self.uses[named] += 1
        if named in self._inline:
            return named.target.json_schema(self)
        name, is_new = self.reserve(named, named.name)
        if is_new:
            self.schemas[name] = named.target.json_schema(self)
        return {"$ref": f"#/$defs/{name}"}

    def reserve(self, key: object, name: str) -> tuple[str, bool]:
        """The name for a key, made unique, and whether it is new. Equal keys are the same definition."""
        if key in self._names:
            return self._names[key], False
        free, number = name, 1
        while free in self.schemas:
            number += 1
            free = f"{name}_{number}"
        self.schemas[free] = {}
        self._names[key] = free
        return free, True


def child(path: str, name: str) -> str:
    """The path of a member of what is at `path`."""
    return f"{path}.{name}" if path else name


def check_type(value: object, *expected: type) -> None:
    """Raise TypeError for a Python value of another type."""
    if not isinstance(value, expected):
        raise TypeError(f"{type(value).__name__} is not {expected[0].__name__}")


def _shown(value: Any) -> str:
    """A value as JSON, shortened."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    text = ""
    try:
        for chunk in json.JSONEncoder(ensure_ascii=False, default=repr).iterencode(value):
            text += chunk[: _MAX_SHOWN + 1]
            if len(text) > _MAX_SHOWN:
                return f"{text[: _MAX_SHOWN - 3]}..."
    except (TypeError, ValueError):
        return f"a {type(value).__name__}"
    return text
