"""Changes as people read them: grouped, the worst first, each group in one sentence. Pure.

Every form of a report shows these sections in this order; the forms differ only in how they escape what is quoted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from attrs import frozen

from ..document.dump import dump_yaml
from ..document.escapes import for_markdown
from ..document.schemas import canonical_json
from ..document.tree import is_list, is_mapping
from .changes import Change, Kind
from .python_effect import ApiChange
from .views import name_of

__all__ = ["KINDS", "MOST", "Entry", "Group", "Quoted", "Section", "Sentence", "as_markdown", "sections_of"]

#: The classes, the worst first.
KINDS: tuple[Kind, ...] = ("breaking", "additive", "docs")
#: What each class means to a person who uses the client.
MEANING = {
    "breaking": "programs that work today can fail",
    "additive": "programs that work today go on working",
    "docs": "no program can tell",
    "api": "what a program sees that imports the client",
}
#: So many names or values stand in a sentence, so many inside of one and on a page that folds the rest, and so many
#: characters of each value.
MOST, FEW = 60, 12
LONGEST = 120
#: These are told by the names of their places; what else changes is told of the place: "values added to X".
OWN_NAME = re.compile(
    r"(operation|deprecated|no longer|now|new|renamed|required|written|default|body|status|answer|media type)\b"
    r"|(text|note)\b|.*\b(property|parameter)\b"
)
#: What is told of the shape that has it.
OF_A_SHAPE = re.compile(r".*\bproperty (added|removed)")
#: The word between what happened and where, by what it ends in.
LINKS = {"added": " to ", "removed": " from "}


@frozen
class Quoted:
    """Text of a document, which each form has to escape."""

    text: str


Sentence: TypeAlias = tuple[str | Quoted, ...]


def as_markdown(sentence: Sentence) -> str:
    """A sentence in Markdown."""
    return "".join(for_markdown(part.text) if isinstance(part, Quoted) else part for part in sentence)


@frozen
class Entry:
    """Changes that read as one: what happened, and the names or values that it happened to.

    changes: those that it tells. sign: + for what came, - for what went, ~ for what became another. head: the side of
    the operation. end: the models, and where else it happened. was, now: the whole values, where a sentence cuts them.
    """

    changes: tuple[Change | ApiChange, ...]
    kind: Kind
    sign: str
    head: Sentence
    lead: Sentence
    names: tuple[Sentence, ...]
    end: Sentence = ()
    was: str = ""
    now: str = ""

    @property
    def sentence(self) -> Sentence:
        """The whole in one sentence."""
        return (*self.head, *self.lead, *_after(_told(self.names, MOST)), *self.end)

    @property
    def short(self) -> Sentence:
        """The names in few, for a page that folds the rest."""
        return _after(_told(self.names))

    @property
    def is_short(self) -> bool:
        """Whether few are all."""
        return len(self.names) <= FEW


@frozen
class Group:
    """The entries of one operation, of the operations as such, of the whole document, or of the Python API."""

    name: str | Quoted
    entries: tuple[Entry, ...]

    @property
    def count(self) -> int:
        """How many changes the entries tell."""
        return sum(len(entry.changes) for entry in self.entries)


@frozen
class Section:
    """The groups of one class, or the effect on the Python API."""

    key: str
    title: str
    groups: tuple[Group, ...]

    @property
    def meaning(self) -> str:
        """What the class means to a person who uses the client."""
        return MEANING[self.key]

    @property
    def count(self) -> int:
        """How many changes its groups tell."""
        return sum(group.count for group in self.groups)


@frozen
class _Same:
    """A change, and all places where the very same happened."""

    changes: tuple[Change, ...]
    places: tuple[str, ...]

    @property
    def change(self) -> Change:
        """The first of them."""
        return self.changes[0]

    @property
    def by_name(self) -> bool:
        """Whether it is told by the names of its places, and not by its values."""
        return not self.change.place or len(self.places) > 1 or bool(OWN_NAME.match(self.change.what))

    @property
    def values(self) -> list[Any]:
        """What came or went, one by one."""
        value = self.change.was if self.change.now is None else self.change.now
        return list(value) if is_list(value) else [] if value is None else [value]


def sections_of(changes: Iterable[Change], api: Iterable[ApiChange]) -> list[Section]:
    """The changes by class, the effect on the Python API after what breaks; operations that come or go stand first."""
    found: dict[Kind, dict[str | Quoted, list[Change]]] = {kind: {} for kind in KINDS}
    for change in sorted(changes, key=lambda one: bool(one.place)):
        found[change.kind].setdefault(_owner_of(change), []).append(change)
    sections = [
        Section(kind, kind.capitalize(), tuple(Group(name, tuple(_entries(some))) for name, some in groups.items()))
        for kind, groups in found.items()
    ]
    sections.insert(1, Section("api", "Python API", (Group("Python API", tuple(_api_entries(api))),)))
    return [section for section in sections if section.count]


def _owner_of(change: Change) -> str | Quoted:
    """What a change is told under; what several operations share is told under the first."""
    if change.operations and change.place:
        return Quoted(change.operations[0])
    return "Operations" if change.operations else "The document"


def _api_entries(changes: Iterable[ApiChange]) -> list[Entry]:
    """The effect on the Python API, what breaks first."""
    found: dict[tuple[bool, str], list[ApiChange]] = {}
    for change in sorted(changes, key=lambda one: not one.breaking):
        found.setdefault((change.breaking, change.what), []).append(change)
    return [
        Entry(
            tuple(some),
            "breaking" if breaking else "additive",
            "-" if what.endswith("removed") else "~" if breaking else "+",
            (),
            _words(what.removeprefix("public object ")),
            tuple((Quoted(one.name),) for one in some),
        )
        for (breaking, what), some in found.items()
    ]


def _entries(changes: Sequence[Change]) -> list[Entry]:
    """What can be told together: the same at several places, the properties of one shape, the values of one place."""
    same: dict[str, _Same] = {}
    for change in changes:
        place = change.place or "".join(change.operations[:1])
        key = canonical_json([_owner(change), change.was, change.now, "" if _sign(change) == "~" else _tail(place)])
        known = same.get(key, _Same((), ()))
        same[key] = _Same((*known.changes, change), tuple(dict.fromkeys((*known.places, place))))
    together: dict[str, list[_Same]] = {}
    for key, one in same.items():
        if one.by_name and len(one.places) == 1:
            shape = one.places[0].rpartition(".")[0] if OF_A_SHAPE.fullmatch(one.change.what) else ""
            key = canonical_json([_owner(one.change), _sign(one.change), shape])
        elif not one.by_name and _sign(one.change) != "~":
            key = canonical_json([_owner(one.change), _sign(one.change), one.places])
        together.setdefault(key, []).append(one)
    return [_entry(some) for some in together.values()]


def _entry(some: Sequence[_Same]) -> Entry:
    one, change = some[0], some[0].change
    lead, names = _several(one) if len(one.places) > 1 else _single(some)
    if _what(change) == "any value allowed" and _sign(change) == "-":
        lead = (*lead, ", before only")
    # Where what happened names the models, they are not told again.
    models = () if list(change.models) in (change.was, change.now) else change.models
    also = change.operations[1:] if change.place else ()
    end = (*_more("; for ", models), *_more("; also in ", also))
    was, now = (_whole(change.was), _whole(change.now)) if len(some) == 1 and _is_long(change) else ("", "")
    told = tuple(change for same in some for change in same.changes)
    return Entry(
        told,
        change.kind,
        _sign(change),
        (f"{change.side}: ",) if change.side else (),
        lead,
        tuple(dict.fromkeys(names)),
        end,
        was,
        now,
    )


def _several(same: _Same) -> tuple[Sentence, list[Sentence]]:
    """One thing that happened at several places: it is told first, and then where."""
    what = _what(same.change)
    values: Sentence = (" (", *_told(_values(same)), ")") if _values(same) else ()
    parts = [place.rpartition(".") for place in same.places]
    if OF_A_SHAPE.fullmatch(what) and all(parent for parent, _, _ in parts) and len({name for *_, name in parts}) == 1:
        noun, _, verb = what.rpartition(" ")
        lead = (f"{noun} ", Quoted(parts[0][2]), *values, f" {verb}{LINKS[verb].rstrip()}")
        return lead, [(Quoted(parent),) for parent, _, _ in parts]
    return (*_words(what), *values), [(Quoted(place),) for place in same.places]


def _single(some: Sequence[_Same]) -> tuple[Sentence, list[Sentence]]:
    """What happened at one place each: the properties of one shape, the values of one place, or named places."""
    one, what = some[0], _what(some[0].change)
    link = LINKS.get(what.rpartition(" ")[2], " in ")
    parent, _, member = one.places[0].rpartition(".")
    if not one.by_name:
        return (*_words(what), link, Quoted(one.places[0])), [value for same in some for value in _values(same)]
    if parent and member and OF_A_SHAPE.fullmatch(what):
        return (*_words(what), link, Quoted(parent)), [_named(same, len(parent) + 1) for same in some]
    return _words(what), [_named(same) for same in some]


def _words(what: str) -> Sentence:
    """What happened; a keyword that nobody knows is text of the document like any other."""
    return (what if re.fullmatch(r"[a-zA-Z0-9]+(,? [a-zA-Z0-9]+)*", what) else Quoted(what),)


def _more(link: str, names: Sequence[str]) -> Sentence:
    return (link, *_told([(Quoted(name),) for name in names], MOST)) if names else ()


def _owner(change: Change) -> list[Any]:
    """What two changes have in common that are told together."""
    return [change.operations if change.place else [], change.side, change.models, change.what]


def _tail(place: str) -> str:
    return place.rpartition(".")[2] if "." in place else ""


def _sign(change: Change) -> str:
    was, now = change.was is None, change.now is None
    return "~" if was == now else "+" if was else "-"


def _what(change: Change) -> str:
    """What happened: a default that is no longer there has not changed, it was removed."""
    verb = {"+": " added", "-": " removed", "~": " changed"}[_sign(change)]
    what = change.what.removesuffix(" changed")
    return change.what if what == change.what else what + verb


def _named(same: _Same, skip: int = 0) -> Sentence:
    """The one place with its values; ``skip`` is the part of it that has been told."""
    (place,), change = same.places, same.change
    values = _values(same)
    if change.was is not None and change.now is not None and place in (change.was, change.now):
        return values[0] if values else (Quoted(place),)
    # An operation that is not kept has its place for a name, and the place of a parameter ends in its name.
    if not change.place:
        values = [value for value in values if value != (Quoted(place),)]
    elif change.what.endswith(("parameter added", "parameter removed")):
        values = [(Quoted(str(value).removesuffix(f":{place}")),) for value in same.values]
    return (Quoted(place[skip:]), *((" (", *_told(values), ")") if values else ()))


def _values(same: _Same) -> list[Sentence]:
    """The values, but those that what happened says already."""
    if same.change.what.startswith(("null ", "now ", "no longer ", "new, not kept", "removed, was not kept")):
        return []
    if _sign(same.change) == "~" and same.change.was is not None:
        return [(Quoted(_written(same.change.was)), " → ", Quoted(_written(same.change.now)))]
    return [(Quoted(_written(value)),) for value in same.values]


def _told(names: Sequence[Sentence], most: int = FEW) -> Sentence:
    """The first of the names with commas, and how many more there are."""
    parts = [part for name in names[:most] for part in (", ", *name)][1:]
    return (*parts, *((f" and {len(names) - most} more",) if len(names) > most else ()))


def _after(names: Sentence) -> Sentence:
    return (": ", *names) if names else ()


def _written(value: Any) -> str:
    """A value in one short line: a reference by its name, text as it is, anything else as JSON."""
    text = (name_of(value) if is_mapping(value) and set(value) == {"$ref"} else _plain(value)) or '""'
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else canonical_json(value)


def _is_long(change: Change) -> bool:
    """Whether a sentence cuts a value."""
    lists = [value if is_list(value) else [value] for value in (change.was, change.now)]
    return any(len(_plain(value)) > LONGEST for some in lists for value in some)


def _whole(value: Any) -> str:
    """A value as a person reads it: text as it is, anything else as YAML."""
    if value is None or isinstance(value, str):
        return value or ""
    return dump_yaml(value).removesuffix("\n...\n").strip()
