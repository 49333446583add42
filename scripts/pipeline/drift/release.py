"""What a drift asks of the next release: the part of the version to raise, and the entry of the changelog. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .entries import Entry, Quoted, Section, as_markdown

__all__ = ["changelog", "next_version"]

#: The part that is raised, by the worst class; before 1.0.0 a breaking change raises the second part.
PARTS = {"breaking": 0, "additive": 1}
#: What the document has and the client leaves out: no release is about it.
NOT_KEPT = "new, not kept"


def next_version(version: str, kind: str) -> str:
    """The version to release after ``version`` by semantic versioning; the same where nobody can see a change.

    Raises `ValueError` where ``version`` is not three numbers.
    """
    found = re.fullmatch(r"(\d+)\.(\d+)\.(\d+)", version)
    if not found:
        raise ValueError(f"{version!r} is not a version of three numbers")
    if kind not in PARTS:
        return version
    numbers = [int(part) for part in found.groups()]
    # Below 1.0.0 the parts move by one: breaking raises the minor, additions the patch.
    part = PARTS[kind] + (numbers[0] == 0)
    return ".".join(map(str, [*numbers[:part], numbers[part] + 1, *[0] * (2 - part)]))


def changelog(sections: Iterable[Section]) -> str:
    """The entry of the changelog: one sentence per line, what breaks first; empty where no program sees anything."""
    told = [
        (group.name, entry)
        for section in sections
        for group in section.groups
        for entry in group.entries
        if entry.kind != "docs" and entry.lead != (NOT_KEPT,)
    ]
    added = [one for one in told if one[1].kind == "additive" and one[1].sign == "+"]
    parts = (("Changed", [one for one in told if one not in added]), ("Added", added))
    return "\n".join(f"### {title}\n\n" + "".join(_line(*one) for one in some) for title, some in parts if some)


def _line(name: str | Quoted, entry: Entry) -> str:
    breaking = "**Breaking:** " if entry.kind == "breaking" else ""
    return f"- {breaking}{as_markdown((name, ', ' if entry.head else ': '))}{as_markdown(entry.sentence)}.\n"
