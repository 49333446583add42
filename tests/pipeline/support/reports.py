"""The forms of a drift report, read back: what a person sees of each, and what a parser makes of it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from attrs import define, field
from markdown_it import MarkdownIt
from markdown_it.token import Token

from scripts.pipeline.drift.entries import MOST

#: Class, owner and sentence of an entry.
Line = tuple[str, str, str]


@define
class _Entry:
    """An entry of the page: what stands before its names, a few of them, what stands after, and all of them."""

    kind: str
    owner: str
    before: str = ""
    few: str = ""
    after: str = ""
    all: list[str] = field(factory=list[str])

    @property
    def sentence(self) -> str:
        """The whole, with the names as far as a sentence goes, where the page folds them."""
        if not self.all:
            return self.before + self.few + self.after
        more = len(self.all) - MOST
        names = ", ".join(self.all[:MOST]) + (f" and {more} more" if more > 0 else "")
        assert self.few.startswith(": " + ", ".join(self.all[:3]))
        return f"{self.before}: {names}{self.after}"


class Page(HTMLParser):
    """The elements of a page: every tag with its attributes, the text, and the entries of the report."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.entries: list[_Entry] = []
        self._inside: list[tuple[str, str | None]] = []
        self._heading = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        if tag not in ("meta", "link", "input"):
            self._inside.append((tag, attributes.get("class")))
        if tag in ("h2", "h3"):
            self._heading = ""
        if "data-kind" in attributes:
            self.entries.append(_Entry(str(attributes["data-kind"]), self._heading))
        if self._inside[-2:] == [("ul", "all"), ("li", None)]:
            self.entries[-1].all.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._inside.pop()[0] == tag, f"</{tag}> closes nothing"

    def handle_data(self, data: str) -> None:
        self.text += data
        if [tag for tag, _ in self._inside[-2:]] in (["h2", "span"], ["h3", "span"]):
            self._heading += data
        elif ("ul", "all") in self._inside and ("li", None) in self._inside:
            self.entries[-1].all[-1] += data
        elif ("span", "names") in self._inside:
            self.entries[-1].few += data
        elif ("span", "end") in self._inside:
            self.entries[-1].after += data
        elif ("span", "sentence") in self._inside:
            self.entries[-1].before += data


def of_page(page: str) -> list[Line]:
    """The entries of the page."""
    return [(one.kind, _visible(one.owner), _visible(one.sentence)) for one in Page(page).entries]


def of_text(text: str) -> list[Line]:
    """The entries of the terminal, without the summary below them; owner and sentence are one."""
    found = [re.fullmatch(r"[-+~] (.{8}) (.*)", line) for line in text.split("\n")[:-1]]
    assert all(found), text
    return [(one[1].strip(), "", one[2]) for one in found if one]


def tokens(text: str) -> list[Token]:
    """What a parser makes of Markdown, the parts of its lines among the blocks."""
    return [part for block in MarkdownIt("commonmark").parse(text) for part in (block, *(block.children or ()))]


def of_markdown(text: str) -> list[Line]:
    """The entries of the pull request."""
    lines: list[Line] = []
    heading = owner = ""
    blocks = MarkdownIt("commonmark").parse(text)
    inside = [block.type for block in blocks]
    for index, block in enumerate(blocks):
        if block.type != "inline":
            continue
        said = "".join(part.content for part in block.children or ())
        if inside[index - 1] == "heading_open":
            heading = owner = re.sub(r" \(\d+\).*", "", said)
        elif heading.lower() in ("breaking", "additive", "docs", "python api"):
            if inside[index - 2] == "list_item_open":
                breaks = heading == "Python API" and said.startswith("breaking ")
                kind = ("additive", "breaking")[breaks] if heading == "Python API" else heading.lower()
                lines.append((kind, owner, said.removeprefix("breaking ") if breaks else said))
            else:
                owner = said
    return lines


def as_one(lines: list[Line]) -> list[Line]:
    """The entries with owner and sentence in one, as a terminal has them."""
    return [(kind, "", owner + (" " if HEAD.match(said) else ": ") + said) for kind, owner, said in lines]


HEAD = re.compile("(request|response): ")


def _visible(text: str) -> str:
    return text.replace("\n", "\\n")
