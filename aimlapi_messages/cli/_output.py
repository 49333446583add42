"""What the command line reads and prints, and with which code it exits. Answers go to standard output, all else to the
other.

No other module here prints: what a model, the gateway or a file says goes through `visible`, so that it can be read
and never drives the terminal. JSON says the same in the escapes of JSON, and stays exact.

0    it worked
1    the gateway or the connection failed
2    the command line cannot be understood, or a file not be read
3    no key, or one that the gateway refuses
4    no credit, or a budget that is used up
5    too many requests, or the provider is overloaded: try again later
130  Ctrl-C
"""

from __future__ import annotations

import codecs
import io
import json
import os
import re
import sys
import textwrap
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, cast

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from aimlapi_client.types import Extensible, is_sequence
from aimlapi_messages import (
    AIMLAPIError,
    AuthenticationError,
    BudgetExceededError,
    ConfigurationError,
    InvalidRequestError,
    MissingKeyError,
    OutOfCreditError,
    OverloadedError,
    RateLimitError,
)

if TYPE_CHECKING:
    from ._markdown import Block, Blocks

__all__ = [
    "INTERRUPTED",
    "Answer",
    "complain",
    "console",
    "exit_code",
    "lines_of",
    "listen",
    "note",
    "plural",
    "prepare_streams",
    "print_bars",
    "print_json",
    "print_table",
    "print_text",
    "read_input",
    "read_line",
    "status_console",
    "visible",
]

INTERRUPTED = 130
_BAR_WIDTH = 40
_CELL_WIDTH = 120
_PAUSE = 0.05  # seconds between two looks at words that wait for their block

_CODES: tuple[tuple[type[AIMLAPIError], int], ...] = (
    (MissingKeyError, 3),
    (AuthenticationError, 3),
    (OutOfCreditError, 4),
    (BudgetExceededError, 4),
    (RateLimitError, 5),
    (OverloadedError, 5),
    (ConfigurationError, 2),
    (InvalidRequestError, 2),
)

# Controls of both sets, what turns the direction of text or ends a line unseen, tags, half of a surrogate pair, and
# more marks on one character than any script has, which would cover the lines around it.
_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
    "|[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{9,}"
)
# What cannot be seen at all has no place in a name; in a text it may part words.
_UNSEEN = re.compile("[\xad\u034f\u115f\u1160\u180e\u200b\u2060-\u2065\u3164\uffa0\U000e0100-\U000e01ef]")


# --- text from outside


def visible(text: object, *, lines: bool = False) -> str:
    """The text as it may be shown: what would drive a terminal is written out. Tabs and line ends count in `lines`."""
    plain = str(text).replace("\r\n", "\n")
    if not lines:
        plain = _UNSEEN.sub(_escape, plain.replace("\n", "\\n").replace("\t", "\\t"))
    return _CONTROL.sub(_escape, plain)


def prepare_streams() -> None:
    """Show what the encoding of the terminal lacks as escapes, for an answer was paid for, and read no less."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed by whoever started the command
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 (to the end)
        reconfigure: Any = getattr(getattr(sys, name), "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def print_text(text: str, *, end: str = "\n") -> None:
    """Text of one or more lines on standard output, at once."""
    print(visible(text, lines=True), end=end, flush=True)


def note(text: str = "", *, copied: bool = False) -> None:
    """A dim line on standard error. Where that cannot be written to, an answer is worth more.

    copied: part of it may be, so that it must stay one line.
    """
    _tell(text, "dim", copied)


def complain(problem: object) -> None:
    """One line on standard error, if that can be written to."""
    _tell(f"aimlapi-messages: {' '.join(str(problem).split())}")


def _tell(text: str, style: str = "", whole: bool = False) -> None:
    """One line on standard error. A narrower terminal gets it in several, unless `whole`, each with whole words."""
    line = visible(text)
    with suppress(OSError):
        screen = status_console()
        if screen.is_terminal and not whole:  # a word that is longer, such as a path, is left to the terminal
            line = textwrap.fill(line, screen.width, break_long_words=False, break_on_hyphens=False)
        screen.print(Text(line, style), soft_wrap=True)


def print_json(value: Any) -> None:
    """One JSON value on a line of its own. Amounts are text, so that no digit is lost; times are ISO 8601."""
    text = _CONTROL.sub(_json_escape, json.dumps(_plain(value), ensure_ascii=False))
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = re.sub("[^\x00-\x7f]", _json_escape, text)
    print(text, flush=True)


class Answer:
    """Prints an answer as it comes: in a terminal as Markdown, whose last words show how it goes, else as it is."""

    def __init__(self, *, plain: bool) -> None:
        self._screen = console()
        rendered = not plain and sys.stdout.isatty() and not self._screen.is_dumb_terminal
        self._blocks: Blocks | None = None
        if rendered:
            from ._markdown import Blocks  # noqa: PLC0415 (slow to import)

            self._blocks = Blocks(partial(visible, lines=True))
        self._live = Live(
            console=self._screen, transient=True, auto_refresh=False, redirect_stdout=False, redirect_stderr=False
        )
        self._looked = 0.0

    def __enter__(self) -> Answer:
        if self._blocks is not None:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._blocks is None:
            print_text("")
        else:
            self._live.stop()
            self._print(self._blocks.end())

    def add(self, text: str) -> None:
        """The next piece."""
        if self._blocks is None:
            print_text(text, end="")
            return
        self._print(self._blocks.feed(text))
        if time.monotonic() - self._looked > _PAUSE:
            waiting = Text(self._blocks.waiting, "dim", no_wrap=True, overflow="crop")
            waiting.truncate(max(self._screen.width - 4, 1))  # with room for the ^C that a terminal echoes
            self._live.update(waiting, refresh=True)
            self._looked = time.monotonic()

    def _print(self, blocks: Iterable[Block]) -> None:
        for block, apart in blocks:
            if apart:
                self._screen.print()
            self._screen.print(block, soft_wrap=isinstance(block, Text))


def plural(number: int, word: str) -> str:
    """`1 model`, `2 models`."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def print_table(title: str, heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table in which nothing is shortened: a terminal that is too narrow for it gets each row as lines."""
    table = Table(title=Text(visible(title)), title_justify="left")
    for place, head in enumerate(heads):  # a name, and then numbers
        table.add_column(Text(head), justify="right" if place else "left", overflow="fold", max_width=_CELL_WIDTH)
    for row in rows:
        table.add_row(*(Text("" if cell is None else visible(cell)) for cell in row))
    screen = console()
    shown, screen.width = screen.width, (_CELL_WIDTH + 3) * len(heads) + 1
    if not screen.is_terminal or screen.measure(table).maximum <= shown:
        screen.print(table)
        return
    for name, *cells in rows:
        told = [f"{head} {cell}" for head, cell in zip(heads[1:], cells, strict=True) if cell is not None]
        print_text(visible(name) + "".join(f"\n  {visible(one)}" for one in told))
    print_text(visible(title))


def print_bars(amounts: Sequence[tuple[str, Decimal]]) -> None:
    """A bar for each amount, the largest as wide as all may be."""
    largest = max((amount for _, amount in amounts), default=Decimal(0))
    named = [(visible(name), amount) for name, amount in amounts]
    width = max((len(name) for name, _ in named), default=0)
    for name, amount in named:
        share = float(amount) / float(largest) if largest else 0.0
        eighths = round(share * _BAR_WIDTH * 8)
        bar = "█" * (eighths // 8) + " ▏▎▍▌▋▊▉"[eighths % 8].strip()
        if console().options.ascii_only:
            bar = "#" * round(share * _BAR_WIDTH)
        print_text(f"{name:<{width}}  {bar} {amount:f}")


class _Console(Console):
    """One that leaves a pipe that is closed to `main`, and prints something where the width is said to be 0."""

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, highlight=False, emoji=False)
        self.width = self.width or 80

    def on_broken_pipe(self) -> None:
        raise


def console() -> Console:
    """Standard output, for what is not text from outside. Colours only in a terminal, and never with NO_COLOR."""
    return _Console()


def status_console() -> Console:
    """Standard error, for progress."""
    return _Console(stderr=True)


def exit_code(error: AIMLAPIError) -> int:
    return next((code for kind, code in _CODES if isinstance(error, kind)), 1)


# --- input


def read_input() -> str:
    """All of standard input: UTF-8, or what its first bytes or the locale say. Raises InvalidRequestError."""
    buffer: Any = getattr(sys.stdin, "buffer", None)
    if buffer is None:
        return sys.stdin.read().removeprefix("\ufeff")
    data: bytes = buffer.read()
    for encoding in (json.detect_encoding(data[:4]), sys.stdin.encoding):
        with suppress(UnicodeDecodeError):
            return data.decode(encoding)
    also = "" if codecs.lookup(sys.stdin.encoding).name == "utf-8" else f" nor text in {sys.stdin.encoding}"
    raise InvalidRequestError(f"Standard input is {'neither' if also else 'not'} UTF-8 text{also}. Give it as UTF-8.")


def read_line() -> str:
    """The next line of standard input, after a prompt where someone may type. Raises EOFError, KeyboardInterrupt."""
    return status_console().input("> " if sys.stdin.isatty() else "")


def listen() -> None:
    """Read lines that are piped to a conversation in the encoding that the first bytes tell, else in the locale's."""
    buffer: Any = getattr(sys.stdin, "buffer", None)
    if hasattr(buffer, "peek") and not sys.stdin.isatty():
        told = json.detect_encoding(buffer.peek(4)[:4])
        if told != "utf-8":
            cast("Any", sys.stdin).reconfigure(encoding=told, errors="backslashreplace")


@contextmanager
def lines_of(file: Path) -> Generator[tuple[Iterator[str], str]]:
    """The lines of a file in any encoding of Unicode, and its name; `-` is standard input."""
    standard = str(file) == "-"
    name = "standard input" if standard else str(file)
    binary: Any = getattr(sys.stdin, "buffer", None) if standard else file.open("rb")
    if binary is None:
        yield _readable(sys.stdin, name), name
        return
    buffered = binary if hasattr(binary, "peek") else io.BufferedReader(binary)
    with io.TextIOWrapper(buffered, json.detect_encoding(buffered.peek(4)[:4])) as source:
        yield _readable(source, name), name


def _readable(source: TextIO, name: str) -> Iterator[str]:
    number = 1
    try:
        for line in source:
            yield line.removeprefix("\ufeff")
            number += 1
    except UnicodeDecodeError as error:
        raise InvalidRequestError(f"Line {number} of {name} is not {error.encoding}. Save it as UTF-8.") from error


def _escape(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()


def _json_escape(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]


def _plain(value: Any) -> Any:
    if isinstance(value, Extensible):
        names: tuple[str, ...] = tuple(value.__slots__)
        known = {name: getattr(value, name) for name in names if not name.startswith(("_", "additional_"))}
        return {name: _plain(member) for name, member in known.items() if member is not None}
    if is_dataclass(value) and not isinstance(value, type):
        members = {field.name: getattr(value, field.name) for field in fields(value)}
        return {name: _plain(member) for name, member in members.items() if name != "raw"}
    if is_sequence(value):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else value
