"""Text of a document in what people read: one escape each for a terminal, for Markdown and for HTML. Pure.

Names, values and messages of a document are anybody's. In each form they are shown, and never obeyed: a control
character, one that turns the direction of the text, and half a surrogate pair are shown as Python writes them.
"""

from __future__ import annotations

import re

from markupsafe import Markup, escape

__all__ = ["fence", "for_html", "for_markdown", "for_terminal"]

#: GitHub's runner obeys `##[command]` anywhere in a line of its log, and `::command::` at the start of one.
RUNNER = re.compile(r"##\[|^\s*::")


def for_terminal(text: str) -> str:
    """One line for a terminal or a log, in which nothing is a command of either."""
    return RUNNER.sub(lambda found: found[0].replace("##", "#\\x23").replace("::", ":\\x3a"), _visible(text))


def for_markdown(text: str) -> str:
    """A code span in one line: no mention, link, comment or tag counts in it, and no backtick ends it."""
    line = _visible(text) or '""'
    ticks = fence(line, 1)
    # Markdown takes one space off either end, and needs it beside a backtick.
    ends = line[0] + line[-1]
    pad = " " if "`" in ends or (ends == "  " and line.strip()) else ""
    return f"{ticks}{pad}{line}{pad}{ticks}"


def fence(text: str, least: int = 3) -> str:
    """Backticks that no run of them in the text ends."""
    return "`" * max(least, *(1 + len(run) for run in re.findall("`+", text)), 0)


def for_html(value: object) -> Markup:
    """Text between tags or in a quoted attribute; what is markup already stays as it is."""
    return value if isinstance(value, Markup) else escape(_visible(str(value), lines=True))


def _visible(text: str, *, lines: bool = False) -> str:
    """The text with every character that is not seen written out; ``lines`` may end where they end."""
    return "".join(
        char if char.isprintable() or (lines and char == "\n") else char.encode("unicode_escape").decode()
        for char in text
    )
