"""What `Annotated` says of a type besides the type: descriptions, constraints and examples."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any, Final

from ..core.errors import ToolDefinitionError
from ..core.json import is_array
from .codec import Field, TypeCodec
from .unions import Constrained, Union
from .values import ANY, NULL

__all__ = ["example_of", "note_of", "with_note"]

_CONSTRAINTS: Final = tuple(one.name for one in fields(Field) if one.name not in ("description", "examples"))


def note_of(metadata: Iterable[Any]) -> Field:
    """All that `Annotated` says, by the names of attributes, so that other libraries' objects are understood too."""
    note: dict[str, Any] = {}
    for one in metadata:
        inner = getattr(one, "metadata", None)
        for part in [one, *(inner if is_array(inner) else [])]:
            text = part if isinstance(part, str) else getattr(part, "description", getattr(part, "documentation", None))
            if isinstance(text, str):
                note["description"] = text
            for name in () if isinstance(part, type) else (*_CONSTRAINTS, "examples"):
                limit = getattr(part, name, None)
                if limit is not None:
                    note[name] = limit
    if isinstance(note.get("pattern"), re.Pattern):
        note["pattern"] = note["pattern"].pattern
    if not note.get("min_length"):
        note.pop("min_length", None)
    return Field(**note)


def with_note(codec: TypeCodec, note: Field, where: str) -> TypeCodec:
    """A codec with a note. The constraints of a union are those of its members, except null."""
    limits = {name: limit for name in _CONSTRAINTS if (limit := getattr(note, name)) is not None}
    if isinstance(codec, Union) and limits:
        members = [one if one is NULL else with_note(one, Field(**limits), where) for one in codec.members]
        rest = replace(note, **dict.fromkeys(limits))
        return with_note(Union(members), rest, where) if rest != Field() else Union(members)
    if isinstance(codec, Constrained):
        own = {one.name: value for one in fields(Field) if (value := getattr(codec.field, one.name)) is not None}
        given = {one.name: value for one in fields(Field) if (value := getattr(note, one.name)) is not None}
        return with_note(codec.codec, Field(**{**own, **given}), where)
    for name, limit in limits.items():
        if name not in codec.constraints:
            raise ToolDefinitionError(f"{where}: {name}={limit!r} does not fit its type. Leave it out.")
        if name == "pattern":
            _check_pattern(limit, where)
        elif codec.constraints[name] or name.endswith("_length"):
            _check_number(name, limit, where)
        elif name == "multiple_of" and not limit > 0:
            raise ToolDefinitionError(f"{where}: multiple_of={limit!r} is not above 0. Give a number that is.")
    return Constrained(codec, note)


def _check_number(name: str, limit: Any, where: str) -> None:
    if isinstance(limit, bool) or not isinstance(limit, (int, float)) or not math.isfinite(limit):
        raise ToolDefinitionError(f"{where}: {name}={limit!r} is not a number. Give one.")
    if name == "multiple_of" and limit <= 0:
        raise ToolDefinitionError(f"{where}: multiple_of={limit!r} is not above 0. Give a number that is.")
    if name.endswith("_length") and (not isinstance(limit, int) or limit < 0):
        raise ToolDefinitionError(f"{where}: {name}={limit!r} is no length. Give a whole number, 0 or more.")


def _check_pattern(pattern: str, where: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ToolDefinitionError(f"{where}: the pattern {pattern!r} is wrong: {error}.") from error


def example_of(codec: TypeCodec, example: Any, where: str) -> Any:
    for encode in (codec.encode, ANY.encode):
        try:
            return encode(example)
        except (TypeError, ValueError):
            continue
    raise ToolDefinitionError(f"{where}: JSON cannot say the example {example!r}. Give a value of the type.")
