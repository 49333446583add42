"""Prose of the document as text inside docstrings: the one way for a description to reach generated code."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable

__all__ = ["docstring", "entry", "paragraph"]

WIDTH = 100


def paragraph(text: str, *, indent: str = "") -> str:
    """A text as lines that are the same inside a docstring; those after the first are indented.

    What does not show itself, such as control characters and marks of direction, is a blank.
    """
    lines: list[str] = []
    for line in text.strip().split("\n"):
        shown = "".join(letter if letter.isprintable() else " " for letter in line)
        begin = indent if lines else ""
        wrapped = textwrap.wrap(shown, WIDTH, initial_indent=begin, subsequent_indent=indent, break_long_words=False)
        lines += map(_escaped, wrapped or [""])
    return "\n".join(lines)


def entry(name: str, text: str) -> str:
    """What is said of an attribute or an argument, in a list of such."""
    return paragraph(f"{name}: {text}", indent="    ")


def docstring(paragraphs: Iterable[str], *, indent: str = "") -> str:
    """The literal of a docstring that stands at an indentation; the empty ones of its paragraphs are left out."""
    content = "\n\n".join(filter(None, paragraphs))
    return f'"""{content}"""'.replace("\n", f"\n{indent}")


def _escaped(line: str) -> str:
    """A line that neither ends a docstring, nor escapes what follows, nor is an escape."""
    return re.sub(r'"(?="|$)', r"\"", line.replace("\\", "\\\\"))
