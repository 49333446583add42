"""What a schema is: an object, a variant with a tag, equal to another. Pure."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any, cast

from .tree import Json, is_list, is_mapping

NULL: Json = {"type": "null"}
#: Properties that name a variant, in the order in which they are tried; any other property comes after them.
TAG_CANDIDATES = ("type", "role", "object", "kind")
#: Keywords that say nothing about which values are allowed.
ANNOTATIONS = {"x-hint", "default", "deprecated"}


def canonical_json(schema: Any) -> str:
    """A text that is equal for equal schemas, whatever the order of keys; name hints do not count."""
    return json.dumps(_without_hints(schema), sort_keys=True, ensure_ascii=False)


def _without_hints(node: Any) -> Any:
    if is_mapping(node):
        return {key: _without_hints(value) for key, value in node.items() if key != "x-hint"}
    if is_list(node):
        return [_without_hints(value) for value in node]
    return node


def is_object(schema: Json) -> bool:
    """An object with named properties, in contrast to a map or a free-form object."""
    return bool(schema.get("properties"))


def tag_values(schema: Json, tag: str) -> tuple[str, ...]:
    """The values that property ``tag`` may have in an object variant; empty where it is not fixed."""
    part = cast(Json, schema.get("properties", {})).get(tag)
    if not is_mapping(part):
        return ()
    part = part
    if isinstance(part.get("const"), str):
        return (part["const"],)
    values = part.get("enum")
    if is_list(values) and all(isinstance(value, str) for value in values):
        return tuple(sorted(cast(list[str], values)))
    return ()


def is_catch_all(schema: Json, tag: str) -> bool:
    """Whether an object variant allows any text as its tag: the gateway's own door for new variants."""
    part = cast(Json, schema.get("properties", {})).get(tag)
    return is_mapping(part) and part.get("type") == "string" and not tag_values(schema, tag)


def find_discriminator(variants: list[Json]) -> str | None:
    """The property that tells the variants of a union apart, or None.

    Every variant fixes it, at most one leaves it open as a catch-all, and at least one requires it.
    """
    if len(variants) < 2:
        return None
    shared = set[str]().union(*(set(variant["properties"]) for variant in variants))
    for tag in sorted(shared, key=tag_rank):
        fixed = [variant for variant in variants if tag_values(variant, tag)]
        open_ones = [variant for variant in variants if is_catch_all(variant, tag)]
        required = any(tag in variant.get("required", []) for variant in variants)
        if len(open_ones) <= 1 and len(fixed) + len(open_ones) == len(variants) and fixed and required:
            return tag
    return None


def tag_rank(name: str) -> tuple[int, str]:
    """The order in which properties are tried as a tag."""
    return TAG_CANDIDATES.index(name) if name in TAG_CANDIDATES else len(TAG_CANDIDATES), name


def find_likely_tag(variants: list[Json]) -> str | None:
    """The discriminator, or the usual tag that most variants have, though one has been added without it."""
    tag = find_discriminator(variants)
    if tag is not None:
        return tag
    fixed = Counter(name for variant in variants for name in TAG_CANDIDATES if tag_values(variant, name))
    catching = Counter(name for variant in variants for name in TAG_CANDIDATES if is_catch_all(variant, name))
    return likely_tag(fixed, catching, len(variants))


def likely_tag(fixed: Counter[str], catching: Counter[str], variants: int) -> str | None:
    """The usual tag that at least half of the ``variants`` have, from how many fix each property or leave it open."""
    most = max(TAG_CANDIDATES, key=lambda name: fixed[name] + catching[name])
    enough = fixed[most] + catching[most] >= max(2, variants / 2)
    return most if fixed[most] and enough else None


def undated(value: str) -> str:
    """A tag without the date of its version: ``web_search_20250305`` -> ``web_search``."""
    return re.sub(r"[_-]?20\d{6}$", "", value)
