"""The keywords of schemas: which are kept, which are written in another form, and where a document uses them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import frozen

from ..document.errors import pointer
from .repair_log import Steps

__all__ = ["HOLDING_MANY", "HOLDING_ONE", "KEPT", "PROSE", "STRUCTURE", "KeywordUses", "Uses", "new_keywords"]

#: Text meant for people. Our own descriptions come from the overlay.
PROSE = {
    "description",
    "title",
    "example",
    "examples",
    "summary",
    "externalDocs",
    "xml",
    "$comment",
    "$schema",
    "$id",
}
#: Keywords that the client is made of.
IN_CLIENT = {"type", "const", "enum", "default", "format", "properties", "required", "additionalProperties", "items"}
KEPT = {
    *("type", "const", "enum", "default", "format", "pattern", "deprecated", "readOnly", "writeOnly"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    *("minLength", "maxLength", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties"),
    *("contentEncoding", "contentMediaType"),
}
#: Keywords that are written in another form.
FORMS = {
    "anyOf": "kept as a union, and its variants are types of the client",
    "oneOf": "read as anyOf, and its variants are types of the client",
    "allOf": "read as one schema that says it all",
    "nullable": "read as the type null",
    "prefixItems": "read as a list of any of its items",
    "discriminator": "not read: it is found from the variants",
    "$ref": "resolved",
    "$defs": "resolved",
}
STRUCTURE = {"properties", "required", "additionalProperties", "items", *FORMS}
#: Keywords that hold schemas, and of which only the exact form keeps what they say.
HOLDING_ONE = {"not", "if", "then", "else", "contains", "propertyNames", "unevaluatedItems", "unevaluatedProperties"}
HOLDING_MANY = {"patternProperties", "dependentSchemas"}


@frozen
class Uses:
    """The first place where a document uses a keyword, by its pointer, and how many there are."""

    first: str
    count: int


class KeywordUses:
    """Where the schemas of a document use which keywords."""

    def __init__(self) -> None:
        self._places: dict[str, set[Steps]] = {}

    def add(self, keywords: Iterable[str], steps: Steps) -> None:
        """A schema at ``steps`` uses ``keywords``."""
        for keyword in keywords:
            if keyword not in PROSE and not keyword.startswith("x-"):
                self._places.setdefault(keyword, set()).add(steps)

    def told(self) -> dict[str, Uses]:
        """Each keyword with its places, in the order of the alphabet."""
        return {
            keyword: Uses(min(pointer(*steps) for steps in places), len(places))
            for keyword, places in sorted(self._places.items())
        }


def new_keywords(found: Mapping[str, Uses], known: Iterable[str]) -> list[str]:
    """A sentence for each keyword that is not ``known``: where it is, and what the pipeline makes of it."""
    return [
        f"{keyword} at {uses.first}{_more(uses.count - 1)}: {_treatment(keyword)}"
        for keyword, uses in found.items()
        if keyword not in set(known)
    ]


def _more(count: int) -> str:
    return f" and {count} more {'place' if count == 1 else 'places'}" if count else ""


def _treatment(keyword: str) -> str:
    if keyword in FORMS:
        return FORMS[keyword]
    if keyword in IN_CLIENT:
        return "kept in the documents, and the client is made of it"
    if keyword in KEPT:
        return "kept in the documents, which the emulator checks requests by; the client ignores it"
    return "ignored: left out of the documents and of the client; only `drift` looks at it"
