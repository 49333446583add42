"""What a drift asks of the next release: the part of the version to raise, and the entry of the changelog. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .changes import Change, listed

__all__ = ["changelog", "next_version"]

#: The part that is raised, by the worst class; before 1.0.0 a breaking change raises the second part.
PARTS = {"breaking": 0, "additive": 1}


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


def changelog(changes: Iterable[Change]) -> str:
    """The entry of the changelog: one sentence per line, what breaks first; empty where no program sees anything."""
    told = list(changes)
    sections = (("Changed", "breaking"), ("Added", "additive"))
    parts = [
        f"### {title}\n\n" + "".join(f"- {line}\n" for line in lines)
        for title, kind in sections
        if (lines := list(dict.fromkeys(_sentence(one) for one in told if one.kind == kind)))
    ]
    return "\n".join(parts)


def _sentence(change: Change) -> str:
    where = f"`{change.place}` of {change.side}s" if change.side and change.place else "operation"
    who = listed(change.operations)
    values = [str(value) for value in (change.was, change.now) if isinstance(value, (str, int, float))]
    told = f" ({' → '.join(values)})" if values and all(len(value) <= 60 for value in values) else ""
    return f"`{who}`: {change.what.removeprefix('operation ')}{'' if where == 'operation' else f', {where}'}{told}."
