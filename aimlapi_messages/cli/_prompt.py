"""How the lines of a conversation are read: with line editing in a terminal, else one after the other."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Final

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app
from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition, has_focus
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.shortcuts import CompleteStyle
from prompt_toolkit.utils import is_dumb_terminal

from ._files import state_folder
from ._output import note, read_line

__all__ = ["Cleared", "line_reader"]

_ENTER: Final = ("c-m", "c-j")
# In seconds: signals of Ctrl-C that come closer than this are one.
_AT_ONCE: Final = 0.05


class Cleared(KeyboardInterrupt):
    """Ctrl-C on an empty line, after another that has cleared it."""


def line_reader(words: Callable[[str], Iterable[str]], *, history: bool) -> Callable[[], str]:
    """What reads the next message. It raises EOFError for Ctrl-D, and KeyboardInterrupt for Ctrl-C on an empty line.

    words: what Tab completes, by the command of the line; "" for the commands themselves. No words stand for paths.
    history: whether lines are remembered beyond this chat.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()) or is_dumb_terminal():
        return read_line
    keys, cleared, completer = KeyBindings(), False, _Words(words)
    kept = _history() if history else InMemoryHistory()

    @keys.add("escape", "enter")
    @keys.add("enter", filter=has_focus("DEFAULT_BUFFER") & _is_pasting)
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    @keys.add("<sigint>")
    @keys.add("c-c", filter=has_focus("DEFAULT_BUFFER"))
    def _(event: KeyPressEvent) -> None:
        nonlocal cleared
        if event.current_buffer.text:
            event.current_buffer.reset(append_to_history=True)
            cleared = True
        elif event.app.is_running and not event.app.is_done:  # as another key has just seen to
            event.app.exit(exception=Cleared() if cleared else KeyboardInterrupt(), style="class:aborting")

    session: PromptSession[str] = PromptSession(
        FormattedText([("bold", "> ")]),
        history=kept,
        key_bindings=keys,
        completer=completer,
        complete_while_typing=False,
        complete_style=CompleteStyle.READLINE_LIKE,
        prompt_continuation="  ",
        enable_suspend=True,
    )
    app, early, latest = session.app, False, 0.0

    def stop(*_: object) -> None:
        """Ctrl-C as a signal, where the terminal is not ready to read it. An exception would leave all in pieces."""
        nonlocal early, latest
        if not app.is_running or app.loop is None:
            early = True
        elif time.monotonic() - latest > _AT_ONCE:  # else more come than are taken, and wait without end
            latest = time.monotonic()
            app.loop.call_soon_threadsafe(app.key_processor.send_sigint)

    def begin() -> None:
        if early:
            app.key_processor.send_sigint()

    def read() -> str:
        nonlocal cleared, early
        cleared = early = False
        before = signal.signal(signal.SIGINT, stop)
        typed = session.prompt(pre_run=begin, handle_sigint=False)
        signal.signal(signal.SIGINT, before)  # not after a Ctrl-C, of which more may come
        # A byte that the encoding of the terminal does not know is written out, as it is of what is piped.
        return typed.encode("utf-8", "surrogateescape").decode(errors="backslashreplace")

    return read


@Condition
def _is_pasting() -> bool:
    """Whether more came with this key than anyone types: a paste, from a terminal that does not mark it as one."""
    return any(len(key.key) == 1 or key.key in _ENTER for key in get_app().key_processor.input_queue)


class _Words(Completer):
    """Completes commands and what follows them."""

    def __init__(self, words: Callable[[str], Iterable[str]]) -> None:
        self._words = words
        self._paths = PathCompleter(expanduser=True)

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        command, space, rest = document.text_before_cursor.partition(" ")
        if not command.startswith("/"):
            return
        typed, known = (rest, [*self._words(command)]) if space else (command, [*self._words("")])
        yield from (Completion(word, -len(typed)) for word in known if word.startswith(typed))
        if not known:
            yield from self._paths.get_completions(Document(rest), complete_event)


class _File(FileHistory):
    """A history that a full disk does not stop."""

    def store_string(self, string: str) -> None:
        with suppress(OSError):
            super().store_string(string)


def _history() -> History:
    """What was typed before, in a file for the user's eyes only; in memory where there can be none."""
    path = state_folder() / "history"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
        path.chmod(0o600)
    except OSError as error:
        note(f"[lines are not remembered: {error}]")
        return InMemoryHistory()
    return _File(path)
