"""How a line is edited, completed and remembered, by the keys that a terminal sends."""

from __future__ import annotations

import errno
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from aimlapi_messages.cli._chat import _Chat
from aimlapi_messages.cli._prompt import Cleared, _Words, line_reader

from .terminal import ALT_ENTER, CTRL_C, CTRL_D, LEFT, UP, pasted

Read = Callable[[], str]


def no_words(_: str) -> tuple[str, ...]:
    return ()


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[PipeInput]:
    """What is typed into the terminal of this process."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("TERM", "xterm")
    terminal = SimpleNamespace(isatty=lambda: True)
    monkeypatch.setattr("aimlapi_messages.cli._prompt.sys", SimpleNamespace(stdin=terminal, stdout=terminal))
    before = signal.getsignal(signal.SIGINT)
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        yield keys
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("Hello\r", "Hello"),
        (f"Helo{LEFT}l\r", "Hello"),
        (pasted("a\nb") + pasted("\r\nc") + "\r", "a\nb\nc"),
        ("a\rb\rc\r", "a\nb\nc"),
        ("a\nb\n", "a\nb"),
        (f"a{ALT_ENTER}b\r", "a\nb"),
        (f"a{CTRL_C}b\r", "b"),
        ("a\x1b[3;1R\r", "a"),  # where the cursor is, which terminals tell when they are asked
        ("/mod\t x\r", "/model x"),
        ("\x12a\r\r", ""),  # a search backwards that finds nothing
        ("\udce9\r", "\\xe9"),
        ("\r", ""),
    ],
)
def test_a_line_is_what_was_typed(keys: PipeInput, typed: str, line: str) -> None:
    """Edited, pasted or completed."""
    read = line_reader(_Chat.words, history=False)
    keys.send_bytes(typed.encode("utf-8", "surrogateescape"))
    assert read().strip() == line


@pytest.mark.parametrize(
    ("typed", "raised"),
    [
        (CTRL_D, EOFError),
        (CTRL_C, KeyboardInterrupt),
        (f"a{CTRL_C}{CTRL_C}", Cleared),
        (f"a{CTRL_C}b{CTRL_C}{CTRL_C}", Cleared),
        (f"a\x7f{CTRL_C}", KeyboardInterrupt),
        (f"a{CTRL_C}{CTRL_D}", EOFError),
    ],
)
def test_ways_to_end_a_line(keys: PipeInput, typed: str, raised: type[BaseException]) -> None:
    """A Ctrl-C that has cleared the line counts as the first of two."""
    read = line_reader(no_words, history=False)
    keys.send_text(typed)
    with pytest.raises(raised) as caught:
        read()
    assert caught.type is raised
    keys.send_text("And?\r")
    assert read() == "And?"


def test_lines_are_remembered(keys: PipeInput, tmp_path: Path) -> None:
    """Of as many lines as they had, and only if they may be."""
    read = line_reader(no_words, history=True)
    keys.send_text(pasted("one\ntwo") + "\r")
    read()
    kept = tmp_path / "state" / "aimlapi-messages" / "history"
    kept.chmod(0o644)
    read = line_reader(no_words, history=True)
    keys.send_text(f"{UP}!\r")
    assert (read(), kept.stat().st_mode & 0o777) == ("one\ntwo!", 0o600)
    size = kept.stat().st_size
    read = line_reader(no_words, history=False)
    keys.send_text("three\r")
    assert (read(), kept.stat().st_size) == ("three", size)


@pytest.mark.parametrize("when", ["before", "while"])
def test_where_nothing_can_be_kept_lines_are_read_all_the_same(
    keys: PipeInput, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], when: str
) -> None:
    """And gone back to while the chat lasts."""
    if when == "before":
        (tmp_path / "state").write_text("no folder", encoding="utf-8")

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("prompt_toolkit.history.FileHistory.store_string", fail)
    read = line_reader(no_words, history=True)
    assert ("[lines are not remembered: " in capsys.readouterr().err) == (when == "before")
    keys.send_text("one\r")
    assert read() == "one"
    keys.send_text(f"{UP}!\r")
    assert read() == "one!"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("/", ["/cost", "/exit", "/help", "/image", "/load", "/model", "/new", "/save"]),
        ("/lo", ["/load"]),
        ("/model anthropic/claude-fable-l", ["anthropic/claude-fable-latest"]),
        ("/image FOLDER/ca", ["t.png"]),
        ("/load FOLDER/", ["cat.png", "dog.json"]),
        ("/nonsense", []),
        ("hello /lo", []),
        ("", []),
    ],
)
def test_what_tab_completes(tmp_path: Path, line: str, words: list[str]) -> None:
    """Commands, models and paths; nothing in a message."""
    for name in ("cat.png", "dog.json"):
        (tmp_path / name).touch()
    document = Document(line.replace("FOLDER", str(tmp_path)))
    found = [one.text for one in _Words(_Chat.words).get_completions(document, CompleteEvent())]
    assert sorted(found) == words
