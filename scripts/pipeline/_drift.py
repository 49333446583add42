"""Drift: what a fresh document says that the committed one does not.

Both sides are compared in the form of `upstream.yaml`, so that order, prose and repaired invalidity do not count.

The class of a difference depends on its side. A request may allow more, an answer may promise more; a new value or
variant is an addition on both, because the client passes on what it does not know. All else is called breaking.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from attrs import frozen

from ._document import Json, is_list, is_mapping, references
from ._errors import pointer
from ._merge import key_of

#: Exit codes of the verb, by the worst class that was found.
EXIT = {"none": 0, "additive": 10, "breaking": 20}
#: Keywords that forbid values.
LIMITS = {
    *("const", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "uniqueItems"),
    *("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "additionalProperties"),
    *("required", "$ref"),
}
#: Keywords whose lists allow values: without the list any value is allowed, with it each entry allows more.
CHOICES = {"type", "enum", "anyOf"}
#: Schemas that say nothing about the content of an answer.
SILENT: list[Json] = [{}, {"type": "object"}]

Steps = tuple[str, ...]


@frozen
class Change:
    """One difference: where, what it was and is (None where it was or is not there), and its class."""

    pointer: str
    was: Any
    now: Any
    kind: str

    def __str__(self) -> str:
        sign = "+" if self.was is None else "-" if self.now is None else "~"
        value = self.now if self.was is None else self.was if self.now is None else f"{self.was} -> {self.now}"
        return f"{sign} {self.kind:8} {self.pointer}: {value}"


def compare(committed: Json, fresh: Json) -> list[Change]:
    """Every difference between two upstream documents, by pointer."""
    before, after = dict(_leaves(_spoken(committed), ())), dict(_leaves(_spoken(fresh), ()))
    old, new = _places(before), _places(after)
    asked = _asked(committed) | _asked(fresh)
    changes: list[Change] = []
    for steps in sorted(set(before) | set(after)):
        was, now = before.get(steps), after.get(steps)
        # "Any value" that became something, or something that became it, is seen in what is below.
        below = (was == {} and steps in new) or (now == {} and steps in old)
        if was != now and not below:
            kind = "additive" if _adds(steps, was, now, old, new, asked) else "breaking"
            changes.append(Change(pointer(*steps), was, now, kind))
    return changes


def worst(changes: list[Change]) -> str:
    """The class of a list of changes."""
    kinds = {change.kind for change in changes}
    return "breaking" if "breaking" in kinds else "additive" if kinds else "none"


def _adds(steps: Steps, was: Any, now: Any, old: set[Steps], new: set[Steps], asked: set[str]) -> bool:
    """Whether all that was in order before still is. ``old`` and ``new`` are the places of both documents."""
    request = steps[2] in asked if steps[0] == "components" else steps[3:4] != ("responses",)
    if "x-model-limits" in steps:
        return True
    if was is not None and now is not None:
        return False
    adds, there = was is None, old if was is None else new
    if is_mapping(now) and "in" in now:
        return now.get("required") is not True
    listed = steps[-2] in (CHOICES | {"required"}) and steps[-3:-2] != ("properties",)
    schema, keyword = (steps[:-2], steps[-2]) if listed else (steps[:-1], steps[-1])
    if schema not in there:  # all of the schema is new, or gone
        return adds and not (request and schema[-1] in ("items", "additionalProperties") and schema[:-1] in old)
    if keyword in CHOICES and schema[-1] != "properties":
        known = (*schema, keyword) in there
        if adds and known and keyword != "type":
            return True
        allows = adds is known
    elif keyword in LIMITS:
        allows = not adds
    else:
        return adds
    return allows is request


def _asked(document: Json) -> set[str]:
    """The components that requests are made of, directly or through others."""
    schemas: Json = document["components"]["schemas"]
    found: set[str] = set()
    waiting = [
        name
        for item in document["paths"].values()
        for operation in item.values()
        for part in ("parameters", "requestBody")
        for name in references(operation.get(part))
    ]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(references(schemas.get(name)))
    return found


def _spoken(document: Json) -> Json:
    """The document without the contents of answers that say nothing."""
    made = deepcopy(document)
    for item in made["paths"].values():
        for operation in item.values():
            for response in operation["responses"].values():
                content: Json = response.pop("content", {})
                told = {media_type: media for media_type, media in content.items() if media["schema"] not in SILENT}
                response.update({"content": told} if told else {})
    return made


def _places(leaves: dict[Steps, Any]) -> set[Steps]:
    """Every place of a document: the leaves and what is above them."""
    return {steps[:end] for steps in leaves for end in range(len(steps) + 1)}


def _leaves(node: Any, steps: Steps) -> Iterator[tuple[Steps, Any]]:
    """Every value of a document by place; the members of a list are named by what they are, not by position."""
    if is_mapping(node):
        for key, value in node.items():
            one = key == "type" and isinstance(value, str) and steps[-1:] != ("properties",)
            yield from _leaves([value] if one else value, (*steps, key))
        if not node:
            yield steps, {}
    elif is_list(node):
        for value in node:
            yield (*steps, value if isinstance(value, str) else _label(value)), value
    else:
        yield steps, node


def _label(member: Any) -> str:
    """A name for a member of a list: the component it refers to, the parameter it is, or its whole text."""
    if is_mapping(member) and "$ref" in member:
        return str(member["$ref"]).rsplit("/", 1)[-1]
    if is_mapping(member) and "name" in member and "in" in member:
        return f"{member['in']}:{member['name']}"
    return key_of(member)
