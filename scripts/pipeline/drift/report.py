"""The report of a drift: for a terminal, for machines, for a pull request, and for a browser."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from attrs import asdict, frozen
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from ..document.dump import dump_yaml
from ..document.errors import UsageError
from ..document.schemas import canonical_json
from ..document.tree import is_list
from .changes import Change, worst
from .python_effect import ApiChange
from .release import changelog

__all__ = ["Report", "form_of"]

TEMPLATE = "report.html.jinja"
KINDS = ("breaking", "additive", "docs")
#: A pull request's body may have 65,536 characters; what does not fit stands in the page.
LONGEST_BODY = 60_000
#: So many places of one change are told by name in a cell of a table.
TOLD = 4


@frozen
class Row:
    """One change as a person reads it, with every place where the very same thing changed."""

    change: Change
    places: Sequence[str]


@frozen
class Report:
    """The changes between two documents, and what they do to the Python API (None where nobody asked).

    notes: what a person has to look at. release: the version that these changes ask for, "" where it is not known.
    """

    before: str
    after: str
    changes: Sequence[Change]
    api: Sequence[ApiChange] | None = None
    notes: Sequence[str] = ()
    release: str = ""

    @property
    def kind(self) -> str:
        """The class of the whole: breaking, additive, docs or none."""
        return worst(self.changes)

    @property
    def breaks_api(self) -> bool:
        """Whether a program that imports the generated client can break."""
        return any(change.breaking for change in self.api or ())

    @property
    def counts(self) -> dict[str, int]:
        """How many changes of each class there are, the worst first."""
        return {kind: sum(change.kind == kind for change in self.changes) for kind in KINDS}

    @property
    def summary(self) -> str:
        """One sentence."""
        if not self.changes:
            return "no drift"
        told = ", ".join(f"{count} {kind}" for kind, count in self.counts.items() if count)
        return f"{len(self.changes)} change{'s' if len(self.changes) > 1 else ''}: {told}"

    @property
    def changelog(self) -> str:
        """The entry that these changes ask for."""
        return changelog(self.changes)

    def to_json(self) -> str:
        """For machines: the class, the counts, and each change with all its members."""
        data = {
            "kind": self.kind,
            "before": self.before,
            "after": self.after,
            "counts": self.counts,
            "changes": [asdict(change) for change in self.changes],
            "api": None if self.api is None else [asdict(change) for change in self.api],
            "notes": list(self.notes),
            "release": self.release,
            "changelog": self.changelog,
        }
        return json.dumps(data, indent=1, ensure_ascii=False) + "\n"

    def to_markdown(self) -> str:
        """For a pull request, cut at a line's end if it would be too long for one."""
        lines: list[str] = []
        length = 0
        for line in self._markdown():
            length += len(line) + 1
            if length > LONGEST_BODY:
                lines += ["", "The rest did not fit here; it stands in the HTML report."]
                break
            lines.append(line)
        return "\n".join(lines) + "\n"

    def to_html(self) -> str:
        """For a browser: one page that asks for nothing else, with the changes by operation and a filter by class."""
        environment = Environment(
            loader=FileSystemLoader(Path(__file__).parent),
            autoescape=select_autoescape(default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        groups = [(name, rows, _counted(rows)) for name, rows in self._groups()]
        return environment.get_template(TEMPLATE).render(report=self, groups=groups, value=_value)

    def _groups(self) -> Iterator[tuple[str, list[Row]]]:
        """The changes by operation, those with the worst first; what several share stands with the first."""
        found = [(name, list(changes)) for name, changes in groupby(self.changes, key=lambda one: one.operations[:1])]
        for operations, changes in sorted(found, key=lambda group: KINDS.index(worst(group[1]))):
            yield (operations[0] if operations else "The document", _rows(changes))

    def _markdown(self) -> Iterator[str]:
        yield f"**{self.summary}**, from {_code(self.before)} to {_code(self.after)}."
        if self.release:
            yield from ("", f"The next release would be **{self.release}**.")
        for note in self.notes:
            yield from ("", f"> {note}".replace("\n", "\n> "))
        for kind in KINDS:
            chosen = _rows([change for change in self.changes if change.kind == kind])
            if chosen:
                yield from ("", f"### {kind.capitalize()} ({self.counts[kind]})", "")
                yield from ("| operation | place | what | was | is |", "| --- | --- | --- | --- | --- |")
                for row in chosen:
                    one = row.change
                    cells = (_who(one), _places(row.places), one.what, _cell(one.was), _cell(one.now))
                    yield "| " + " | ".join(cells) + " |"
        if self.api:
            yield from ("", f"### The Python API ({len(self.api)})", "")
            for change in self.api:
                yield f"- {'**breaking** ' if change.breaking else ''}`{change.name}`: {change.what}"
        if self.changelog:
            yield from ("", "### For the changelog", "", "```markdown", *self.changelog.rstrip().splitlines(), "```")


def form_of(path: Path) -> Callable[[Report], str]:
    """How a report is written, by the extension of its file; raises `UsageError` for any that is not known."""
    forms = {
        ".md": Report.to_markdown,
        ".markdown": Report.to_markdown,
        ".html": Report.to_html,
        ".htm": Report.to_html,
        ".json": Report.to_json,
    }
    form = forms.get(path.suffix.lower())
    if form is None:
        raise UsageError(
            f"--report {path.name}: what kind of report is meant is not known",
            hint="end its name in .md, .html or .json",
        )
    return form


def _rows(changes: Sequence[Change]) -> list[Row]:
    """The same thing in several places as one row: a new property of thirty blocks is one thing to read."""
    rows: dict[str, tuple[Change, list[str]]] = {}
    for change in changes:
        tail = change.place.rpartition(".")[2]
        own = [change.operations, change.side, change.kind, change.what, change.was, change.now, tail]
        rows.setdefault(canonical_json(own), (change, []))[1].append(change.place)
    return [Row(change, places) for change, places in rows.values()]


def _counted(rows: Sequence[Row]) -> dict[str, int]:
    counts = {kind: sum(len(row.places) for row in rows if row.change.kind == kind) for kind in KINDS}
    return {kind: count for kind, count in counts.items() if count}


def _who(change: Change) -> str:
    names = ", ".join(change.operations[:3]) + (", …" if len(change.operations) > 3 else "")
    return f"{names} {change.side}".strip() or "document"


def _places(places: Sequence[str]) -> str:
    told = ", ".join(_code(place) for place in places[:TOLD] if place)
    return told + (f" and {len(places) - TOLD} more" if len(places) > TOLD else "")


def _cell(value: Any) -> str:
    text = _value(value).replace("\n", "; ").strip()
    return "" if value is None else _code(text if len(text) <= 160 else f"{text[:159]}…")


def _code(text: str) -> str:
    """Text as code in a cell of a table, whatever signs it holds."""
    return "`" + text.replace("`", "'").replace("|", "\\|").replace("\n", " ") + "`"


def _value(value: Any) -> str:
    """A value as a person reads it: text as it is, anything else as YAML."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if is_list(value) and all(isinstance(one, (str, int, float)) for one in value):
        return "\n".join(map(str, value))
    return dump_yaml(value).removesuffix("\n...\n").strip()
