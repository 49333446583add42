"""Makes a tool's input invalid, to test how a client handles wrong arguments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry

from .errors import UnmakeableError

# One of them fits hardly any schema; the order decides which mistake is made.
_MISFITS: tuple[Any, ...] = ("not what was asked for", ["not what was asked for"], {"not": "what was asked for"}, None)


def spoil(value: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """An input like `value` that does not fit `schema`: a member of another kind, a missing or an unknown one.

    Raises UnmakeableError for a schema that takes whatever is tried.
    """
    registry: Registry[Any] = Registry[Any]()
    validator: Any = Draft202012Validator(schema, registry=registry)
    for candidate in _candidates(value, schema):
        if not validator.is_valid(candidate):
            return candidate
    raise UnmakeableError("its schema takes any input, so that none is wrong")


def _candidates(value: dict[str, Any], schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name in schema.get("properties", {}):
        for misfit in _MISFITS:
            yield {**value, name: misfit}
    for name in schema.get("required", []):
        yield {member: one for member, one in value.items() if member != name}
    yield {**value, "unknown": True}
