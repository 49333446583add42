"""Markdown for a terminal, as it arrives: cut into blocks that are printed once and never drawn again.

An answer that is drawn anew with each word flickers, and repeats itself once it is longer than the screen. Here a
paragraph, list or table is shown when it is whole, and code line by line, so that it can be copied as it came.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final, cast

from markdown_it import MarkdownIt
from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import Markdown
from rich.segment import Segment
from rich.text import Text

__all__ = ["Block", "Blocks"]

# What is printed, lines of code as `Text`; and whether an empty line comes before it.
Block = tuple[Markdown | Text, bool]

_FENCE: Final = re.compile(r"(`{3,}|~{3,})[^`]*$")
_HEADING: Final = re.compile(r"#{1,6}(\s|$)")
# What rich draws and a terminal without Unicode lacks.
_IN_ASCII: Final = str.maketrans({"•": "*", "▌": "|", "─": "-"})


class Blocks:
    """The blocks of a text that comes in pieces.

    visible: makes of a text what may be shown of it.
    """

    def __init__(self, visible: Callable[[str], str]) -> None:
        self._visible = visible
        self._line = ""  # the last one, which is not whole
        self._block: list[str] = []
        self._fence = ""  # of the code that has begun
        self._begun = False  # whether something was shown
        self._apart = False  # whether the next block is set apart

    @property
    def waiting(self) -> str:
        """The last words that are not in any block yet."""
        last = self._line if self._line.strip() or not self._block else self._block[-1]
        return " ".join(self._visible(last).split())

    def feed(self, text: str) -> Iterator[Block]:
        """The blocks that are whole with this piece, each with whether an empty line comes before it."""
        *lines, self._line = (self._line + text).split("\n")
        for line in lines:
            yield from self._take(line.removesuffix("\r"))
        if self._is_begun_by(self._line):
            yield from self._flush()

    def end(self) -> Iterator[Block]:
        """The blocks that are left."""
        yield from self._take(self._line)
        yield from self._flush()

    def _take(self, line: str) -> Iterator[Block]:
        if self._fence:
            if line.strip().startswith(self._fence) and not line.strip().strip(self._fence[0]):
                self._fence, self._apart = "", self._begun
            else:
                yield Text(self._visible(line), "cyan"), self._shown()
            return
        opened, is_heading = _FENCE.match(line), _HEADING.match(line)
        if opened or is_heading or self._is_begun_by(line):
            yield from self._flush()
        if opened:
            self._fence = opened[1]
        else:
            self._block.append(line)
        if is_heading:
            yield from self._flush()

    def _is_begun_by(self, line: str) -> bool:
        """Whether a block begins here, after another. What is indented belongs to the item of a list before it."""
        return bool(self._block) and not self._block[-1].strip() and line[:1].strip() != ""

    def _flush(self) -> Iterator[Block]:
        text, self._block = "\n".join(self._block), []
        if text.strip():
            yield _Shown(text, self._visible), self._shown()
        self._apart = self._begun

    def _shown(self) -> bool:
        apart, self._begun, self._apart = self._apart, True, False
        return apart


class _Shown(Markdown):
    """Markdown in which nothing is lost or hidden: tags are text, and links and images show where they lead."""

    def __init__(self, text: str, visible: Callable[[str], str]) -> None:
        super().__init__(visible(text), code_theme="ansi_dark", hyperlinks=False)
        self.parsed = MarkdownIt("commonmark", {"html": False}).enable(["strikethrough", "table"]).parse(self.markup)
        for child in (child for token in self.parsed for child in token.children or ()):
            if child.type == "softbreak":  # a model that ends a line means it
                child.type = "hardbreak"
            elif child.type == "image":
                child.type, child.tag, child.children = "text", "", None
                child.content = f"![{child.content}]({child.attrs['src']})"
        self._visible = visible

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        parts = cast("Iterable[Segment]", super().__rich_console__(console, options))
        lines = [*Segment.split_lines(parts)]
        for end in (0, -1):  # a list has an empty line before it, and a table two
            while lines and not "".join(part.text for part in lines[end]).strip():
                del lines[end]
        for line in lines:
            while line and not line[-1].text.rstrip():  # filled up to the width
                line.pop()
            for part in line:
                text = self._visible(part.text)  # again, for `&#8238;` has become what it stands for
                text = text.rstrip() if part is line[-1] else text
                yield Segment(text.translate(_IN_ASCII) if options.ascii_only else text, part.style)
            yield Segment.line()
