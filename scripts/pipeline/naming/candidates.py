"""Automatic names: what a shape may be called from where it stands, the shortest name first. Pure.

Words that repeat those before them are said once: the `usage` of a `usage` is no UsageUsage.
"""

from __future__ import annotations

import hashlib
import re

from attrs import frozen

from ..document.identifiers import pascal, singular, spelled
from ..document.schemas import tag_values, undated
from .names import Names, Place, Role, Shape, Step, address, place_rank

__all__ = ["candidates", "last_resort", "said_once"]

LONGEST = 60
#: A name becomes a file name, with an underscore per word.
LONGEST_FILE = 160
WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|.")
#: Property names that say nothing alone: their shapes carry the name of what they belong to.
GENERIC = {
    *("data", "error", "content", "source", "input", "output", "result", "results", "item", "items", "value"),
    *(
        "options",
        "meta",
        "info",
        "limit",
        "usage",
        "type",
        "status",
        "format",
        "params",
        "config",
        "settings",
    ),
    *("name", "mode", "kind", "details", "model", "models", "properties", "metadata", "function", "custom"),
}


LETTERS = str.maketrans("0123456789", "ghijklmnop")


@frozen
class Anchor:
    """A part of a place that can lend its words to a name: a property with its items and its variant."""

    words: str
    role: str
    tag: str
    parents: int

    @property
    def base(self) -> str:
        return self.tag or self.words

    @property
    def full(self) -> str:
        """The words of a variant with those of its role, for children that the tag alone does not tell apart."""
        return self.base if not self.tag or self.role in self.tag else self.tag + self.role


def candidates(shape: Shape, names: Names) -> list[str]:
    """Names for a shape, the shortest first."""
    place = min(shape.places, key=place_rank)
    anchors = _anchors(place, names)
    suffix = _side_suffix(shape, place)
    found: list[str] = []
    if len(anchors) == 1:
        # Where one variant has become several, the published name stays with the one that has it.
        other = {
            "union": f"Any{anchors[0].base}",
            "object": f"{anchors[0].base}Object",
            "enum": f"{anchors[0].base}Value",
        }
        return [said_once(base + suffix) for base in (anchors[0].base, other[shape.kind])]
    if len(shape.hints) == 1 and shape.kind != "union":
        found.append(_clean_hint(next(iter(shape.hints))) + suffix)
    own = anchors[-1]
    owners: list[str] = []
    for depth in range(own.parents, len(anchors)):
        near = anchors[len(anchors) - 1 - depth : -1]
        owners += ["".join(anchor.base for anchor in near), "".join(anchor.full for anchor in near)]
    # Where all owners together are too long, a part of the operation's name and the nearest ones have to do.
    words = re.findall(r"[A-Z][a-z0-9]*|\d+", anchors[0].base)
    parts = ["".join(words[start:]) for start in range(len(words))] + words
    owners += [*parts, *(part + owner for owner in list(owners) for part in parts)]
    found += [_compose(shape, own, owner) + suffix for owner in owners]
    last_resorts = [pascal(undated(value)) for value in _own_tag(shape)] + [_clean_hint(hint) for hint in shape.hints]
    if place[-1].kind == "item":  # `row` and `rows` may stand side by side
        last_resorts += [f"{pascal(step.name)}Item" for step in place[-2:-1] if step.name]
    # Names that differ in signs or capitals only are told apart by spelling these out.
    last_resorts += [pascal(spelled(step.name)) for step in place[-2:] if step.name]
    found += [prefix + word + suffix for prefix in ("", anchors[0].base) for word in sorted(last_resorts)]
    unique = list(dict.fromkeys(map(said_once, found)))
    return [name for name in unique if len(name) <= LONGEST]


def last_resort(shape: Shape) -> str:
    """The whole place of a shape as its name, which no other shape of its kind has; cut, with a hash, if too long."""
    place = address(min(shape.places, key=place_rank))
    words = pascal(spelled(f"{place} {shape.kind}"))
    if len(words) <= LONGEST_FILE:
        return words
    letters = hashlib.sha256(f"{place} {shape.key}".encode()).hexdigest().translate(LETTERS)
    return words[:LONGEST] + letters[:10].capitalize()


def said_once(name: str) -> str:
    """A name without the words that say again what stands before them: CustomCustomTool -> CustomTool."""
    name = re.sub(r"Params?(?=Params?$)", "", name)
    words = WORD.findall(name)
    size = len(words) // 2
    while size:
        for start in range(len(words) - 2 * size + 1):
            middle = start + size
            if words[start:middle] == words[middle : middle + size] and words[start].isalpha():
                return said_once("".join(words[:start] + words[middle:]))
        size -= 1
    return name


def _own_tag(shape: Shape) -> tuple[str, ...]:
    """The tag of an object that stands in no union of objects: its last resort for a name."""
    return tag_values(shape.body, "type") if shape.kind == "object" else ()


def _compose(shape: Shape, own: Anchor, parents: str) -> str:
    if shape.kind == "union":
        prefix = "Unknown" if shape.catch_all else ""
        return f"{prefix}{parents}{own.role or own.words}"
    if shape.catch_all:
        return f"Unknown{parents}{own.words}"
    if not own.tag:
        return parents + own.words
    name = own.tag + parents
    return name if own.role in name else name + own.role


def _side_suffix(shape: Shape, place: Place) -> str:
    if shape.kind == "enum":
        return ""
    if place[-1].kind == "body":
        return "Params"
    if place[-1].kind == "response":
        return "Response"
    return "Param" if shape.side == "body" else ""


def _anchors(place: Place, names: Names) -> list[Anchor]:
    anchors: list[Anchor] = []
    index = 0
    while index < len(place):
        step = place[index]
        index += 1
        if step.kind in ("body", "response"):
            if step.name:
                anchors.append(Anchor(step.name, "", "", 1))
            continue
        if step.kind == "op":
            anchors.append(Anchor(pascal(step.name), "", "", 0))
            continue
        if step.kind in ("prop", "param"):
            tail: list[Step] = []
            while index < len(place) and place[index].kind in ("item", "map", "case"):
                tail.append(place[index])
                index += 1
            anchors.append(_property_anchor(step.name, tail, names))
        elif step.kind == "case":
            anchors.append(_case_anchor("Variant", step, Role("", "")))
        else:
            anchors.append(Anchor("Item", "", "", 1))
    return anchors


def _property_anchor(name: str, tail: list[Step], names: Names) -> Anchor:
    words = pascal(singular(name) if any(step.kind != "case" for step in tail) else name)
    role = names.roles.get(name) or Role(words, words, parents=int(name in GENERIC))
    cases = [step for step in tail if step.kind == "case"]
    if not cases:
        return Anchor(words, role.union, "", role.parents)
    return _case_anchor(role.union, cases[-1], role)


def _case_anchor(words: str, step: Step, role: Role) -> Anchor:
    if not step.values:
        return Anchor(words, role.case, pascal(step.name), role.parents)
    # A version's date is no part of a name: the next version joins the same type.
    tag = pascal(undated(min(step.values)))
    return Anchor(words, role.case, tag + (pascal(step.name) if step.name else ""), role.parents)


def _clean_hint(hint: str) -> str:
    """A component name of upstream without its technical parts: ``Vision.v1.OCRResponseDTO`` -> OCRResponse."""
    last = hint.rsplit(".", 1)[-1]
    return pascal(re.sub(r"(?:DTO|Dto|Params?)$", "", last) or hint)
