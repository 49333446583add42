"""Which schemas a provider can hold a model to, word by word: `strict` of a tool. Only such a tool may ask for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from ..core.json import is_array

# Limits of numbers, texts and lists are not among them, and nothing that may hold itself.
_KEYWORDS: Final = frozenset(
    ("additionalProperties", "anyOf", "const", "default", "description", "enum", "format", "items", "properties")
).union(("required", "title", "type"))
_FORMATS: Final = frozenset(
    ("date", "date-time", "duration", "email", "hostname", "ipv4", "ipv6", "time", "uri", "uuid")
)
_MOST_OPTIONAL: Final = 24
_MOST_UNIONS: Final = 16


def can_be_strict(schema: Mapping[str, Any]) -> bool:
    """Whether a schema keeps to what providers take: closed objects, and no keyword or number that they refuse."""
    parts = list(_parts(schema))
    optional = sum(len(part.get("properties", ())) - len(part.get("required", ())) for part in parts)
    unions = sum("anyOf" in part or is_array(part.get("type")) for part in parts)
    return optional <= _MOST_OPTIONAL and unions <= _MOST_UNIONS and all(map(_is_plain, parts))


def _parts(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """A schema and those inside it."""
    yield schema
    inner = [*schema.get("properties", {}).values(), *schema.get("anyOf", ())]
    for part in (*inner, schema["items"]) if isinstance(schema.get("items"), Mapping) else inner:
        yield from _parts(part)


def _is_plain(part: Mapping[str, Any]) -> bool:
    match part.get("type"):
        case "object":
            says_all = part.get("additionalProperties") is False
        case "array":
            says_all = bool(part.get("items"))
        case kind:  # where none of these is said, anything will do
            says_all = kind is not None or bool({"anyOf", "enum", "const"} & part.keys())
    return says_all and part.keys() <= _KEYWORDS and part.get("format", "uuid") in _FORMATS
