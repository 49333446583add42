"""What a document says, whatever its order: two that differ in order alone are equal here."""

from __future__ import annotations

from typing import Any

from ..document.schemas import canonical_json
from ..document.tree import Json, is_list, is_mapping

__all__ = ["content_key"]

#: Lists whose order means nothing.
UNORDERED = {"anyOf", "oneOf", "allOf", "enum", "required", "type", "tags", "parameters", "security"}


def content_key(document: Json) -> str:
    """A text that is equal for documents that differ in nothing but order."""
    return canonical_json(_ordered(document))


def _ordered(node: Any, inside: str = "") -> Any:
    if is_list(node):
        parts = [_ordered(value) for value in node]
        return sorted(parts, key=canonical_json) if inside in UNORDERED else parts
    if is_mapping(node):
        return {key: _ordered(value, key) for key, value in node.items()}
    return node
