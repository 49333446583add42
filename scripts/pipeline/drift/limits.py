"""What a change of a keyword that limits values does: whether more is allowed, or less. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal, TypeAlias

from ..document.schemas import canonical_json
from ..document.tree import Json
from ..normalize.keywords import HOLDING_MANY, HOLDING_ONE
from .views import types_of

__all__ = ["Effect", "limit_changes"]

#: ``other`` allows some that was not and refuses some that was; ``same`` changes no value that is allowed.
Effect: TypeAlias = Literal["wider", "narrower", "other", "same"]

#: Keywords whose value, when it grows, allows more, and those where it allows less.
UPPER = {"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains"}
LOWER = {"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"}
#: Keywords that limit by being there.
BY_PRESENCE = {
    *("pattern", "uniqueItems", "readOnly", "writeOnly", "contentEncoding", "contentMediaType"),
    *("dependentRequired", "dependencies", "minContains"),
    *HOLDING_ONE,
    *HOLDING_MANY,
}
#: Keywords that the comparison of schemas looks at itself.
LOOKED_AT = {
    *("type", "enum", "const", "anyOf", "oneOf", "properties", "required", "additionalProperties", "items", "$ref"),
    *("discriminator", "prefixItems", "x-hint"),
}
#: What a keyword says where it is not there.
ABSENT: Json = {
    **dict.fromkeys(("minLength", "minItems", "minProperties"), 0),
    **dict.fromkeys(("uniqueItems", "readOnly", "writeOnly", "deprecated"), False),
}
#: The formats of OpenAPI 3.1 and JSON Schema that limit a text. Any other, and those of numbers but one, limit nothing.
TEXT_FORMATS = {
    *("date-time", "date", "time", "duration", "email", "idn-email", "hostname", "idn-hostname", "ipv4", "ipv6"),
    *("uri", "uri-reference", "iri", "iri-reference", "uri-template", "uuid", "json-pointer", "relative-json-pointer"),
    *("regex", "byte", "binary", "decimal"),
}


def limit_changes(was: Json, now: Json) -> Iterator[tuple[str, Effect, Any, Any]]:
    """Every keyword of two schemas that differs, with its effect and its value in both."""
    for keyword in sorted((set(was) | set(now)) - LOOKED_AT):
        old, new = was.get(keyword, ABSENT.get(keyword)), now.get(keyword, ABSENT.get(keyword))
        if canonical_json(old) != canonical_json(new):
            if keyword == "format":
                yield keyword, _format_effect(_limiting(was), _limiting(now)), old, new
            else:
                yield keyword, _EFFECTS.get(keyword, _same)(old, new), old, new


def _same(_old: Any, _new: Any) -> Effect:
    return "same"


def _upper(old: Any, new: Any) -> Effect:
    return ("wider" if new > old else "narrower") if _are_numbers(old, new) else _by_presence(old, new)


def _lower(old: Any, new: Any) -> Effect:
    return ("wider" if new < old else "narrower") if _are_numbers(old, new) else _by_presence(old, new)


def _multiple(old: Any, new: Any) -> Effect:
    if not (_are_numbers(old, new) and old and new):
        return _by_presence(old, new)
    return "wider" if not old % new else "narrower" if not new % old else "other"


def _are_numbers(old: Any, new: Any) -> bool:
    return isinstance(old, (int, float)) and isinstance(new, (int, float))


def _by_presence(old: Any, new: Any) -> Effect:
    """Of a keyword that limits by being there."""
    if old is None or old is False:
        return "narrower"
    return "wider" if new is None or new is False else "other"


#: A default changes nothing that is allowed: what it means where the value is left out is the gateway's. Nor does a
#: keyword that JSON Schema does not have.
_EFFECTS: dict[str, Callable[[Any, Any], Effect]] = {
    **dict.fromkeys(UPPER, _upper),
    **dict.fromkeys(LOWER, _lower),
    **dict.fromkeys(BY_PRESENCE, _by_presence),
    "multipleOf": _multiple,
}


def _limiting(schema: Json) -> str | None:
    """The format of a schema where it limits values."""
    kinds, found = types_of(schema), schema.get("format")
    known = (found in TEXT_FORMATS and "string" in kinds) or (found == "int32" and "integer" in kinds)
    return str(found) if known else None


def _format_effect(old: str | None, new: str | None) -> Effect:
    return "same" if old == new else _by_presence(old, new)
