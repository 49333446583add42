"""Markdown in a terminal: block by block, with nothing lost, and nothing that drives the terminal."""

from __future__ import annotations

import io
from functools import partial

import pytest
from rich.console import Console
from rich.text import Text

from aimlapi_messages.cli._markdown import Blocks
from aimlapi_messages.cli._output import visible


def shown(text: str, *, piece: int = 1000, encoding: str = "utf-8") -> str:
    """A text that comes in pieces, as a terminal without colours shows it."""
    raw = io.BytesIO()
    screen = Console(file=io.TextIOWrapper(raw, encoding, errors="backslashreplace"), width=30, legacy_windows=False)
    blocks = Blocks(partial(visible, lines=True))
    pieces = [text[place : place + piece] for place in range(0, len(text), piece)]
    for block, apart in [one for part in pieces for one in blocks.feed(part)] + [*blocks.end()]:
        screen.print(*[""] * apart, block, sep="\n", soft_wrap=isinstance(block, Text))
    screen.file.flush()
    return raw.getvalue().decode(encoding).strip("\n")


@pytest.mark.parametrize("piece", [1, 7, 1000])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello *there* **you** `code`", "Hello there you code"),
        ("one\ntwo", "one\ntwo"),
        ("one\n\n\ntwo", "one\n\ntwo"),
        ("## Title\ntext", "Title\n\ntext"),
        ("text\n## Title", "text\n\nTitle"),
        ("- a\n- b\n\n1. c\n2. d", " • a\n • b\n\n 1 c\n 2 d"),
        ("1. a\n\n   more of a\n\n2. b", " 1 a\n   more of a\n\n 2 b"),
        ("> quote\n\ntext", "▌ quote\n\ntext"),
        ("see:\n```py\nif x:\n\n    y()\n```\ndone", "see:\n\nif x:\n\n    y()\n\ndone"),
        ("````\n```\n````", "```"),
        ("```\nnever closed\n", "never closed"),
        ("~~~\na\n```\n~~~\nb", "a\n```\n\nb"),
        ("use <T> and <div>x</div>", "use <T> and <div>x</div>"),
        ("<div>\n\ntext", "<div>\n\ntext"),
        ("[here](http://a.b)", "here (http://a.b)"),
        ("![cat](http://a.b)", "![cat](http://a.b)"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", " a  b\n ────\n 1  2"),
        ("a &lt; b &amp;&amp; c", "a < b && c"),
        ("line\r\n\r\nline", "line\n\nline"),
        ("", ""),
    ],
)
def test_blocks_read_well(text: str, expected: str, piece: int) -> None:
    """However the text was cut."""
    assert shown(text, piece=piece) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\x1b[2Jtext", "\\x1b[2Jtext"),
        ("`\x9b31m`", "\\x9b31m"),
        ("```\n\x1b]0;title\x07\n```", "\\x1b]0;title\\x07"),
        ("&#8238;evil &#x2066; &#x200f;", "\\u202eevil \\u2066 \\u200f"),
        ("[x](http://a/\u202e)", "x (http://a/%5Cu202e)"),
        ("| \x1b[31m |\n|---|\n| \x08 |", " \\x1b[31m\n ────────\n \\x08"),
        ("# \ud800", "\\ud800"),
    ],
)
def test_nothing_in_it_drives_the_terminal(text: str, expected: str) -> None:
    """Not as it came, nor as what an entity stands for."""
    assert shown(text).strip() == expected.strip()


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "latin-1"])
def test_what_is_drawn_is_ascii_where_it_must(encoding: str) -> None:
    """And words that cannot be written are escaped."""
    text = "- a\n\n> b\n\n| c |\n|---|\n| d |\n\n\u4f60"
    assert shown(text, encoding=encoding) == " * a\n\n| b\n\n+-+\n|c|\n|-|\n|d|\n+-+\n\n\\u4f60"


def test_code_is_copied_as_it_came() -> None:
    """No line of it is broken."""
    line = "x = " + "1 + " * 30 + "1"
    assert shown(f"```\n{line}\n```") == line


def test_what_waits_is_the_last_line() -> None:
    """Until its block is whole."""
    blocks = Blocks(partial(visible, lines=True))
    assert [*blocks.feed("one\ntwo")] == []
    assert blocks.waiting == "two"
    assert len([*blocks.feed("\n\nthree\x1b")]) == 1
    assert blocks.waiting == "three\\x1b"
