"""`chat` as someone sees it who types into a terminal."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from aimlapi_messages import AIMLAPI
from aimlapi_messages.testing import Emulator

from ..support.files import PNG
from .terminal import CTRL_C, CTRL_D, LEFT, UP, Terminal, pasted, terminal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
Open = Callable[..., Terminal]


@pytest.fixture
def open_chat(emulator: Emulator, tmp_path: Path) -> Iterator[Open]:
    """Open a chat, and wait until it is ready."""
    with ExitStack() as stack:

        def open_chat(*options: str, **variables: Any) -> Terminal:
            opened = stack.enter_context(terminal("chat", *options, home=tmp_path, **variables))
            opened.until("Ctrl-D leaves.")
            opened.until(">")
            return opened

        yield open_chat


def asked(emulator: Emulator) -> list[Any]:
    """The question of each request."""
    return [request.body["messages"][-1]["content"] for request in emulator.requests]


@pytest.mark.parametrize(
    ("keys", "question"),
    [
        (pasted("one\ntwo\nthree"), "one\ntwo\nthree"),
        ("one\rtwo\rthree", "one\ntwo\nthree"),  # a paste in a terminal that does not mark it
        (f"Helo{LEFT}l caf\xe9 \u4f60\u597d", "Hell caf\xe9 \u4f60\u597do"),
        (f"wrong{CTRL_C}/etc/passwd is what?", "/etc/passwd is what?"),
        (pasted("/save\nthe whales"), "/save\nthe whales"),
    ],
)
def test_what_is_typed_is_one_message(open_chat: Open, emulator: Emulator, keys: str, question: str) -> None:
    """With one answer and one cost."""
    chat = open_chat()
    chat.ask(keys)
    chat.until(">")
    chat.type(CTRL_D)
    assert (chat.end(), asked(emulator), chat.shown.count(" out]")) == (0, [question], 1)


def test_lines_are_remembered_for_their_writer_alone(open_chat: Open, emulator: Emulator, tmp_path: Path) -> None:
    """In the next chat too, and not with the switch."""
    chat = open_chat()
    chat.ask("Remember this")
    chat.until(">")
    chat.type(CTRL_D)
    assert chat.end() == 0
    history = tmp_path / "aimlapi-messages" / "history"
    assert (history.stat().st_mode & 0o777, history.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    chat = open_chat()
    chat.ask(f"{UP}!")
    assert asked(emulator) == ["Remember this", "Remember this!"]
    size = history.stat().st_size
    chat = open_chat("--no-history")
    chat.ask("Forget this")
    chat.until(">")
    chat.type(CTRL_C + CTRL_C)
    assert (chat.end(), history.stat().st_size) == (130, size)


def test_a_bad_image_is_told_and_forgotten(open_chat: Open, emulator: Emulator, tmp_path: Path) -> None:
    """The next message goes without it."""
    (tmp_path / "text.png").write_text("no image", encoding="utf-8")
    chat = open_chat()
    for name in ("none.png", "'my none.png'", "~/none.png", tmp_path / "text.png", ""):
        chat.type(f"/image {name}\r")
        chat.until("aimlapi-messages: ")
        chat.until(">")
    chat.ask("Hello")
    assert asked(emulator) == ["Hello"]


def test_ctrl_c_at_the_prompt(open_chat: Open, emulator: Emulator, tmp_path: Path) -> None:
    """Clears the line, and twice leaves; the conversation is where it says."""
    chat = open_chat()
    chat.ask("Hello")
    chat.until(">")
    chat.type(f"never sent{CTRL_C}")
    chat.ask("And?")
    chat.until(">")
    chat.type(CTRL_C)
    chat.until("[Ctrl-C again leaves]")
    chat.until(">")
    chat.type(CTRL_C)
    told = chat.until("/load goes on")
    assert (chat.end(), asked(emulator)) == (130, ["Hello", "And?"])
    (file,) = (tmp_path / "aimlapi-messages" / "conversations").iterdir()
    assert str(file) in told.replace("\n", "")
    assert file.stat().st_mode & 0o777 == 0o600
    kept = json.loads(file.read_text(encoding="utf-8"))
    assert [turn["role"] for turn in kept["messages"]] == ["user", "assistant"] * 2
    chat = open_chat()
    chat.type("/load\r")
    chat.until("[4 messages of ")
    chat.ask("Still there?")
    assert len(emulator.requests[-1].body["messages"]) == 5


def flood(chat: Terminal) -> tuple[int, bool]:
    """Send signals in bursts until it ends. Gives its code, and whether the prompt's event loop was left in pieces."""
    for number in range(400):
        if chat.process.poll() is not None:
            break
        chat.process.send_signal(signal.SIGINT)
        time.sleep(0.002 if number % 20 else 1)
    code = chat.end()
    return code, "was never" in chat.shown


@pytest.mark.parametrize("typed", ["", "half a line", "/lo", "/etc/passwd is", "caf\xe9"])
def test_many_signals_at_the_prompt_leave_as_two_do(open_chat: Open, typed: str) -> None:
    chat = open_chat()
    chat.type(typed)
    chat.until(typed)
    assert flood(chat) == (130, False)


def test_many_signals_leave_the_conversation(open_chat: Open, tmp_path: Path) -> None:
    chat = open_chat()
    chat.ask("Hello")
    chat.until(">")
    assert flood(chat) == (130, False)
    assert len([*tmp_path.rglob("*.json")]) == 1


def test_what_is_told_breaks_between_words(open_chat: Open) -> None:
    """And a path that is longer than a line is left whole."""
    chat = open_chat("--model", "no/such-model", size=(24, 40))
    chat.type("/nonsense\r")
    chat.until("type a space first.")
    chat.type(f"/load {'a' * 50}\r")
    chat.until(f"{'a' * 50}.")
    told = " ".join(chat.shown.split())
    assert "[no/such-model is not among the models that are known here; the gateway will say." in told
    assert "aimlapi-messages: There is no command /nonsense; /help lists them. To send it as a message" in told
    assert sorted({len(line) for line in chat.shown.splitlines() if line.startswith("aimlapi-messages:")})[-1] <= 40


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_window_that_is_closed(open_chat: Open, tmp_path: Path, name: str) -> None:
    """Keeps the conversation too."""
    chat = open_chat()
    chat.ask("Hello")
    chat.until(">")
    chat.process.send_signal(signal.Signals[name])
    assert chat.end() == 128 + signal.Signals[name]
    (file,) = (tmp_path / "aimlapi-messages" / "conversations").iterdir()
    assert len(json.loads(file.read_text(encoding="utf-8"))["messages"]) == 2


def test_ctrl_c_in_mid_stream(open_chat: Open, emulator: Emulator) -> None:
    """Keeps what had come, and the conversation goes on with it."""
    emulator.script({"x-emulator-stream": "stall-after=5"})
    chat = open_chat()
    chat.type("Hello\r")
    chat.until("You said")
    chat.type(CTRL_C)
    chat.until("[stopped: the answer is not whole]")
    chat.until(">")
    chat.ask("Go on")
    turns = emulator.requests[-1].body["messages"]
    assert [turn["role"] for turn in turns] == ["user", "assistant", "user"]
    assert turns[1]["content"][0]["text"].startswith("You said")


def test_ctrl_c_before_an_answer_begins_in_a_terminal(open_chat: Open, emulator: Emulator, tmp_path: Path) -> None:
    """Forgets the question; the image still waits."""
    emulator.script({"x-emulator-stream": "stall-after=0"})
    chat = open_chat()
    (tmp_path / "dot.png").write_bytes(PNG)
    chat.type(f"/image {tmp_path}/dot.png\r")
    chat.until("goes with the next message]")
    chat.until(">")
    chat.type("Hello\r")
    while not emulator.requests:
        time.sleep(0.01)
    chat.type(CTRL_C)
    chat.until("is forgotten]")
    chat.until(">")
    chat.ask("Another")
    (turn,) = emulator.requests[-1].body["messages"]
    assert [block.get("text", "an image") for block in turn["content"]] == ["an image", "Another"]


@pytest.mark.parametrize(
    "variables",
    [
        {"TERM": "dumb"},
        {"TERM": "dumb", "PYTHONIOENCODING": "cp1252"},
        {"PYTHONIOENCODING": "cp1252"},
        {"PYTHONIOENCODING": "latin-1", "TERM": "vt100"},
        {"NO_COLOR": "1"},
        {"TERM": "xterm", "size": (5, 20)},
    ],
)
def test_terminals_of_every_kind(open_chat: Open, emulator: Emulator, variables: dict[str, Any]) -> None:
    """What one can write is asked and shown; what it lacks is escaped."""
    chat = open_chat(**variables)
    chat.ask("caf\xe9")
    chat.until(">")
    chat.type("/image none.png\r")
    chat.until("aimlapi-messages: ")
    chat.until(">")
    chat.type(CTRL_D)
    assert (chat.end(), asked(emulator), "caf\xe9" in chat.shown) == (0, ["caf\xe9"], True)
    assert "Traceback" not in chat.shown


def test_bytes_that_a_terminal_does_not_know_are_escaped(open_chat: Open, emulator: Emulator) -> None:
    """As those of a pipe are."""
    chat = open_chat()
    os.write(chat.screen, b"caf\xe9 \r")
    chat.until(" out]\n")
    assert asked(emulator) == ["caf\\xe9"]


# A title, the clipboard, a clear, a colour, text from right to left, an entity for it, a link, and a tag.
HOSTILE = (
    "\x1b]0;title\x07\x1b]52;c;aGk=\x1b\\\x1b[2J\x1b[31m\x9b31m\u202eevil &#8238; [x](http://a.b) <T> \U000e0041\n\n"
    "```\n\x1b[?1049h\n```\n\n| \x08 |\n|---|\n"
)
OWN = re.compile(r"\x1b\[(\d+(;\d+)*m|\?25[hl]|[0-9]*[AK])|\r\n?|\n")


@pytest.mark.parametrize("options", [(), ("--plain",)])
def test_what_a_model_says_never_drives_the_terminal(
    emulator: Emulator, tmp_path: Path, options: tuple[str, ...]
) -> None:
    """Colours, the cursor and the line that shows how it goes are the command's own; nothing else is obeyed."""
    with terminal("send", HOSTILE, *options, home=tmp_path) as sent:
        assert sent.end() == 0
    rest = OWN.sub("", sent.raw.partition("You said")[2])
    assert re.findall("[\x00-\x1f\x7f-\x9f\u200f\u202e\u2066\U000e0041]", rest) == []
    assert all(text in sent.shown for text in ("\\x1b]0;title", "\\u202eevil", "<T>", "http://a.b", "\\x1b[?1049h"))
    assert (("&#8238;" in sent.shown), "```" in sent.shown) == (bool(options), bool(options))


def test_a_model_is_whole_in_forty_columns(emulator: Emulator, tmp_path: Path) -> None:
    """With its prices below it."""
    with terminal("models", home=tmp_path, size=(24, 40)) as listed:
        assert listed.end() == 0
    lines = listed.shown.splitlines()
    assert "anthropic/claude-sonnet-latest" in lines
    assert max(map(len, lines)) <= 40
    assert lines[-1] == f"{sum(line.startswith('  context ') for line in lines)} models"


def test_a_wait_leaves_the_batch_on_the_screen(emulator: Emulator, tmp_path: Path) -> None:
    """After Ctrl-C."""
    with AIMLAPI(api_key="test-key", base_url=emulator.base_url) as client:
        request: Any = {"custom_id": "a", "params": {"model": "anthropic/claude-sonnet-5", "messages": "Hi"}}
        batch_id = client.messages.batches.create(requests=[request]).id
    with terminal("batch", "wait", batch_id, "--first-pause", "100", home=tmp_path) as waiting:
        waiting.until("asked again in")
        waiting.type(CTRL_C)
        waiting.until(f"to wait again: aimlapi-messages batch wait {batch_id}")
        assert waiting.end() == 130
