"""The one order of a document, whatever the order of its source."""

from __future__ import annotations

from typing import Any

from .schemas import NULL, canonical_json
from .tree import is_list, is_mapping

KEYWORD_ORDER = (
    *("$ref", "type", "const", "enum", "format", "pattern", "properties", "required", "additionalProperties"),
    *("items", "anyOf", "discriminator", "default"),
)


def canonical(node: Any, *, inside: str = "") -> Any:
    """``node`` in its one order: schema keywords first as listed, names and union members sorted.

    ``inside`` is the key under which the node stands: the entries of ``properties`` are names, not keywords.
    """
    if is_list(node):
        items = [canonical(value) for value in node]
        if inside == "anyOf":
            return sorted(items, key=lambda item: (item == NULL, canonical_json(item)))
        if inside in ("required", "enum", "type") and all(isinstance(item, str) for item in items):
            return sorted(dict.fromkeys(items), key=lambda item: (inside == "type" and item == "null", item))
        return items
    if not is_mapping(node):
        return node
    mapping = node
    names_only = inside in ("properties", "schemas", "paths", "mapping")
    order = sorted(mapping) if names_only else sorted(mapping, key=lambda key: (_keyword_rank(key), key))
    return {key: canonical(mapping[key], inside=key if inside != "properties" else "") for key in order}


def _keyword_rank(key: str) -> int:
    if key in DOCUMENT_ORDER:
        return DOCUMENT_ORDER.index(key)
    return KEYWORD_ORDER.index(key) if key in KEYWORD_ORDER else len(KEYWORD_ORDER)


DOCUMENT_ORDER = ("openapi", "info", "servers", "security", "tags", "paths", "components", "operationId")
