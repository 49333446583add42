"""Names: what a hoisted shape is called, from where it stands.

A name is a function of a shape's place (operation, side, property path, variant), never of its position among
its neighbours, so that reordering a document renames nothing. Curated names in `openapi/names.toml` come first;
then the variant's tag and the role of its property; where two shapes want one name, both take the names of
their parents in front until they differ. What still collides is an error: a number is not a name.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

from attrs import define, field, frozen

from ._document import Json
from ._errors import PipelineError
from ._merge import tag_values, undated
from ._sources import load_toml

LONGEST = 60
#: A name becomes a file name, with an underscore per word.
LONGEST_FILE = 160
#: Names that the generated modules use themselves; a class may not take them.
PYTHON_NAMES = {
    *("Any", "Literal", "Self", "Mapping", "Extensible", "Unset", "UNSET", "File", "Response", "DecodeError"),
    *("KeyError", "HTTPStatus", "BytesIO", "UUID", "Client", "AuthenticatedClient"),
}
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


#: How signs are said where they alone tell two names apart.
SIGNS = {
    **{"-": "dash", "_": "underscore", ".": "dot", "/": "slash", "+": "plus", " ": "space", ":": "colon", "@": "at"},
    **{"{": "of", "}": "", "[": "at", "]": "", "$": "dollar", "?": "query", "=": "is", "&": "and", "*": "star"},
}


PARTS = re.compile(r"[A-Za-z0-9]+|.", re.DOTALL)


@frozen
class Step:
    """One step of a shape's place.

    ``kind`` is ``op``, ``body``, ``response``, ``param``, ``prop``, ``item``, ``map`` or ``case``; a case holds
    the tag's values and, where these do not tell it apart, the property that does.
    """

    kind: str
    name: str = ""
    values: tuple[str, ...] = ()


Place = tuple[Step, ...]


@define
class Shape:
    """An object, union or closed set of values that gets a component of its own.

    ``body`` is its schema with nested shapes replaced by ``{"$shape": key}``.
    """

    key: str
    kind: str
    side: str
    body: Json
    places: list[Place] = field(factory=list[Place])
    hints: set[str] = field(factory=set[str])
    catch_all: bool = False


@frozen
class Role:
    """How variants of one property are called: the suffix of a variant, the name of the union."""

    case: str
    union: str
    parents: int = 0


@frozen
class Names:
    """`names.toml`: curated names by place, the roles of properties, and what becomes no class or an alias."""

    curated: tuple[tuple[str, str], ...]
    operations: frozenset[str]
    roles: dict[str, Role]
    plain: frozenset[str] = frozenset()
    aliases: frozenset[str] = frozenset()

    def curated_for(self, shape: Shape) -> tuple[int, str] | None:
        """The curated name whose pattern fits one of the shape's places, the most specific pattern first."""
        fits = [
            (len(_parse_pattern(pattern)), name)
            for pattern, name in self.curated
            if _suffix(pattern) == shape.kind
            and (shape.side == "body" or not name.endswith(("Param", "Params")))
            and any(self._applies(pattern, place) for place in shape.places)
        ]
        return max(fits) if fits else None

    def _applies(self, pattern: str, place: Place) -> bool:
        """Whether a pattern names a place: of a kept operation and, unless it names that, of a request."""
        anchored = _parse_pattern(pattern)[0] == place[0].name
        return place[0].name in self.operations and (anchored or place[1].kind != "response") and _fits(pattern, place)


def load_names(path: Path, operations: Iterable[str] = ()) -> Names:
    """Read `names.toml`; its curated names are for shapes of ``operations`` only."""
    table = load_toml(path)
    roles = {
        name: Role(case=entry["case"], union=entry["union"], parents=entry.get("parents", 0))
        for name, entry in cast(dict[str, Any], table.get("roles", {})).items()
    }
    python = cast(dict[str, list[str]], table.get("python", {}))
    curated = cast(dict[str, str], table.get("names", {}))
    for place, name in curated.items():
        if not re.fullmatch(r"[A-Z][A-Za-z0-9]*", name):
            raise PipelineError(
                f"{name!r} (for {place}) is no name of a class",
                source=str(path),
                hint="a name is letters and digits and begins with a capital",
            )
    return Names(
        curated=tuple(curated.items()),
        operations=frozenset(operations),
        roles=roles,
        plain=frozenset(python.get("plain", [])),
        aliases=frozenset(python.get("aliases", [])),
    )


def assign(shapes: Iterable[Shape], names: Names, *, reserved: set[str], source: str) -> dict[str, str]:
    """A unique name for every shape, by key. ``reserved`` are the components that the overlay brings."""
    named: dict[str, str] = {}
    waiting: dict[str, list[str]] = {}
    by_key = {shape.key: shape for shape in shapes}
    # Two names that differ in capitals only would be one file.
    taken: dict[str, str] = {}
    refused = {name.lower() for name in reserved | PYTHON_NAMES}
    for shape in by_key.values():
        curated = names.curated_for(shape)
        if curated:
            if curated[1] in reserved:
                raise _collision(f"{curated[1]}, which the overlay brings,", [shape], source)
            other = taken.setdefault(curated[1].lower(), shape.key)
            if other != shape.key:
                raise _collision(curated[1], [by_key[other], shape], source)
            named[shape.key] = curated[1]
        else:
            waiting[shape.key] = _candidates(shape, names)
    while waiting:
        wanted: dict[str, list[str]] = defaultdict(list)
        for key, candidates in waiting.items():
            wanted[candidates[0].lower()].append(key)
        clashes = {name: keys for name, keys in wanted.items() if len(keys) > 1 or name in taken or name in refused}
        if not clashes:
            named.update({keys[0]: waiting[keys[0]][0] for keys in wanted.values()})
            break
        for name, keys in sorted(clashes.items()):
            settled = [key for key in keys if len(waiting[key]) == 1]
            if len(settled) > 1 or (settled and (name in taken or name in refused)):
                raise _collision(waiting[keys[0]][0], [by_key[key] for key in keys], source)
            for key in keys:
                if key not in settled:
                    waiting[key].pop(0)
    for key, name in named.items():
        if len(name) > LONGEST_FILE:
            raise PipelineError(
                f"the name {name[:40]}... has {len(name)} letters, too many for a file",
                source=source,
                hint="give it a name in openapi/names.toml: " + address(min(by_key[key].places, key=_place_rank))[:200],
            )
    return named


def _collision(name: str, shapes: list[Shape], source: str) -> PipelineError:
    places = " and ".join(address(min(shape.places, key=_place_rank)) for shape in shapes)
    return PipelineError(
        f"the name {name} is wanted twice: {places}",
        source=source,
        hint="give one of them a name of its own in openapi/names.toml, by its place as written here",
    )


def address(place: Place) -> str:
    """A place as text, the form in which names.toml spells it: ``create_message.body.messages[]<user>``."""
    text = ""
    for step in place:
        match step.kind:
            case "item":
                text += "[]"
            case "map":
                text += "{}"
            case "case":
                text += f"<{'+'.join(filter(None, ['|'.join(step.values), step.name]))}>"
            case "body" | "response":
                text += f".{step.kind}" + (f":{step.name}" if step.name else "")
            case "op":
                text += step.name
            case _:
                text += f".{step.name}"
    return text


# --- curated names


def _suffix(pattern: str) -> str:
    """The kind of shape that a pattern names: ``... union`` and ``... enum`` say so, an object needs no word."""
    return pattern.rpartition(" ")[2] if " " in pattern else "object"


def _parse_pattern(pattern: str) -> list[str]:
    return re.findall(r"<[^>]*>|\[\]|\{\}|[^.<>\[\]{}]+", pattern.partition(" ")[0])


def _fits(pattern: str, place: Place) -> bool:
    """Whether a pattern describes the end of a place."""
    wanted = _parse_pattern(pattern)
    if len(wanted) > len(place):
        return False
    return all(_step_fits(want, step) for want, step in zip(reversed(wanted), reversed(place), strict=False))


def _step_fits(want: str, step: Step) -> bool:
    match step.kind:
        case "item":
            return want == "[]"
        case "map":
            return want == "{}"
        case "case":
            return want.startswith("<") and _case_fits(want[1:-1], step)
        case "body" | "response":
            return want == (f"{step.kind}:{step.name}" if step.name else step.kind)
        case _:
            return want == step.name


def _case_fits(want: str, step: Step) -> bool:
    value, _, distinct = want.partition("+")
    if not step.values:
        return want == step.name
    return value in step.values and distinct in ("", step.name)


# --- automatic names


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


def _candidates(shape: Shape, names: Names) -> list[str]:
    """Names for a shape, the shortest first."""
    place = min(shape.places, key=_place_rank)
    anchors = _anchors(place, names)
    suffix = _side_suffix(shape, place)
    found: list[str] = []
    if len(anchors) == 1:
        return [anchors[0].base + suffix]
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
    unique = list(dict.fromkeys(found))
    return [name for name in unique if len(name) <= LONGEST] or unique[:1]


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


def _place_rank(place: Place) -> tuple[int, str]:
    return (len(place), address(place))


def pascal(text: str) -> str:
    """PascalCase of an identifier in any of the usual spellings; digits keep their place."""
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)
    words = re.findall(r"[A-Za-z]+|\d+", text)
    joined = "".join(word[:1].upper() + word[1:] for word in words)
    return joined if joined[:1].isalpha() else f"N{joined}"


def spelled(text: str) -> str:
    """Text with its signs as words, and with a word for capitals: two texts that differ are spelled differently."""
    letters = "".join(letter for letter in text if letter.isalpha())
    capitals = " capitals" if letters.isupper() and len(letters) > 1 else " capital" if letters[:1].isupper() else ""
    words = [part if part.isascii() and part.isalnum() else f" {_sign(part)} " for part in PARTS.findall(text)]
    return "".join(words).strip() + capitals


def _sign(sign: str) -> str:
    return SIGNS.get(sign) or unicodedata.name(sign, f"sign {ord(sign)}").lower()


def singular(word: str) -> str:
    """The singular of a plural property name, as far as the plain rules of English go."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _clean_hint(hint: str) -> str:
    """A component name of upstream without its technical parts: ``Vision.v1.OCRResponseDTO`` -> OCRResponse."""
    last = hint.rsplit(".", 1)[-1]
    return pascal(re.sub(r"(?:DTO|Dto|Params?)$", "", last) or hint)
