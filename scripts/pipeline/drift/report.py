"""The report of a drift: for a terminal, for machines, for a pull request, and for a browser.

All forms show the entries of `entries.py` in its order, and every text of the document through the one escape that
`escapes.py` has for the form.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from attrs import asdict, frozen
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ..document.errors import UsageError
from ..document.escapes import fence, for_html, for_markdown, for_terminal
from .changes import Change, worst
from .entries import KINDS, Quoted, Section, Sentence, as_markdown, sections_of
from .python_effect import ApiChange
from .release import NOT_KEPT, changelog

__all__ = ["Report", "form_of"]

HERE = Path(__file__).parent
#: A pull request's body may have 65,536 characters, and the workflow adds to it; the rest stands in the page.
LONGEST_BODY = 55_000


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
        """One line for a log, a commit and the title of a pull request."""
        if not self.changes:
            return "no drift"
        told = ", ".join(f"{count} {kind}" for kind, count in self.counts.items() if count)
        effect = ", and names of the Python API break" if self.breaks_api else ""
        return f"{len(self.changes)} change{'s' if len(self.changes) > 1 else ''}: {told}{effect}"

    @property
    def sections(self) -> list[Section]:
        """The changes as all forms show them."""
        return sections_of(self.changes, self.api or ())

    @property
    def changelog(self) -> str:
        """The entry that these changes ask for."""
        return changelog(self.sections)

    @property
    def steps(self) -> list[Sentence]:
        """What a person does next."""
        steps: list[Sentence] = []
        if self.notes:
            steps.append(("Look at what is noted above.",))
        if self.changes:
            steps.append(("Run ", Quoted("make regenerate"), ", unless this is the pull request that has done so."))
        if self.kind == "breaking" or self.breaks_api:
            steps.append(("Look for uses of what is breaking in the package, the examples and the tests.",))
        if any(change.what == NOT_KEPT for change in self.changes):
            steps.append(("Keep a new operation with a line in ", Quoted("openapi/sources.toml"), ", or leave it out."))
        if self.changelog:
            release: Sentence = (f"Release it as {self.release}, with",) if self.release else ("Release it with",)
            steps.append((*release, " the entry below in ", Quoted("CHANGELOG.md"), "."))
        return steps

    def to_json(self) -> str:
        """For machines: the class, the counts, and each change with all its members, in ASCII."""
        told = [
            change
            for section in self.sections
            for group in section.groups
            for entry in group.entries
            for change in entry.changes
        ]
        data = {
            "kind": self.kind,
            "summary": self.summary,
            "breaks_api": self.breaks_api,
            "before": self.before,
            "after": self.after,
            "counts": self.counts,
            "changes": [asdict(change) for change in told if isinstance(change, Change)],
            "api": None if self.api is None else [asdict(change) for change in told if isinstance(change, ApiChange)],
            "notes": list(self.notes),
            "release": self.release,
            "changelog": self.changelog,
        }
        # Only inside a string can there be a command of a runner, and there this is the same text.
        return json.dumps(data, indent=1).replace("##[", "#\\u0023[") + "\n"

    def to_text(self) -> str:
        """For a terminal: a line for each entry, and the summary last."""
        lines = [
            f"{entry.sign} {entry.kind:8} {_plain((group.name, ' ' if entry.head else ': ', *entry.sentence))}"
            for section in self.sections
            for group in section.groups
            for entry in group.entries
        ]
        return "\n".join(for_terminal(line) for line in (*lines, self.summary))

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
        """For a browser: one page that asks for nothing else."""
        environment = Environment(
            loader=FileSystemLoader(HERE),
            autoescape=True,
            finalize=for_html,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        style, script = (Markup((HERE / name).read_text(encoding="utf-8")) for name in ("report.css", "report.js"))
        return environment.get_template("report.html.jinja").render(
            report=self,
            style=style,
            script=script,
            hashes={"style": _hash(style), "script": _hash(script)},
            is_quoted=_is_quoted,
        )

    def _markdown(self) -> Iterator[str]:
        yield f"**{self.summary}**, from {for_markdown(self.before)} to {for_markdown(self.after)}."
        if self.release and self.changelog:
            yield from ("", f"The next release would be **{self.release}**.")
        if self.notes:
            yield from ("", "### Needs a look", "")
            for note in self.notes:
                yield "- " + "\\\n  ".join(for_markdown(line) for line in note.split("\n") if line.strip())
        if self.steps:
            yield from ("", "### What to do", "")
            yield from (f"{number}. {as_markdown(step)}" for number, step in enumerate(self.steps, 1))
        for section in self.sections:
            yield from ("", f"### {section.title} ({section.count}): {section.meaning}")
            for group in section.groups:
                yield from ("", f"**{as_markdown((group.name,))}**", "") if group.name != section.title else ("",)
                for entry in group.entries:
                    breaks = "**breaking** " if entry.kind == "breaking" != section.key else ""
                    yield f"- {breaks}{as_markdown(entry.sentence)}"
        if self.changes and self.api == []:
            yield from ("", "### Python API", "", "Nothing that a program can see.")
        if self.changelog:
            # In one piece, so that it is whole or left out.
            ends = fence(self.changelog)
            yield f"\n### For the changelog\n\n{ends}markdown\n{self.changelog}{ends}"


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


def _plain(sentence: Sentence) -> str:
    return "".join(part.text if isinstance(part, Quoted) else part for part in sentence)


def _is_quoted(part: object) -> bool:
    return isinstance(part, Quoted)


def _hash(text: str) -> str:
    """What lets a browser run this text of the page, and no other."""
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
