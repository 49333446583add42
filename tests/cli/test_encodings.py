"""What is read and printed in every encoding: nothing that was paid for is lost, and nothing ends in a traceback."""

from __future__ import annotations

import codecs
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from aimlapi_messages.cli._app import main
from aimlapi_messages.testing import Emulator

from ..support.deadlines import LIMIT
from ..support.wire import MODEL

ODD = "caf\xe9 \u20ac \u4f60\u597d \U0001f600 \u2588"
REQUEST = {"custom_id": "\xe9", "params": {"model": MODEL, "messages": ODD}}


def run(monkeypatch: pytest.MonkeyPatch, *command: str, encoding: str = "utf-8", typed: bytes = b"") -> Any:
    """The code, and the bytes on standard output and error, of a command in a terminal of this encoding."""
    out, err = io.BytesIO(), io.BytesIO()
    with monkeypatch.context() as patched:
        patched.setattr("sys.stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(typed)), encoding))
        patched.setattr("sys.stdout", io.TextIOWrapper(out, encoding, write_through=True))
        patched.setattr("sys.stderr", io.TextIOWrapper(err, encoding, write_through=True))
        return main(command), out.getvalue(), err.getvalue()


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437", "gbk", "shift_jis", "latin-1", "utf-8", "utf-16"])
@pytest.mark.parametrize(
    "command", [["send", ODD], ["send", ODD, "--json"], ["chat"], ["models"], ["usage"], ["send", "Hi", "--model", ODD]]
)
def test_an_answer_is_shown_in_every_encoding(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch, encoding: str, command: list[str]
) -> None:
    """What it lacks is escaped, in a table, a bar and an error too."""
    code, out, err = run(monkeypatch, *command, encoding=encoding, typed="Hello\n".encode(encoding))
    assert code == (1 if "--model" in command else 0)
    assert "caf" in out.decode(encoding) + err.decode(encoding) or ODD not in command
    if "--json" in command:
        assert ODD in json.loads(out.decode(encoding))["content"][0]["text"]


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("ascii", "caf\\xe9 \\u20ac \\u4f60\\u597d \\U0001f600 \\u2588"),
        ("cp1252", "caf\xe9 \u20ac \\u4f60\\u597d \\U0001f600 \\u2588"),
        ("gbk", "caf\xe9 \\u20ac \u4f60\u597d \\U0001f600 \u2588"),
        ("latin-1", "caf\xe9 \\u20ac \\u4f60\\u597d \\U0001f600 \\u2588"),
        ("utf-16", ODD),
    ],
)
def test_the_command_itself_in_every_encoding(emulator: Emulator, encoding: str, shown: str) -> None:
    """As a process, with what it streams and with the code of a success."""
    line = [sys.executable, "-m", "aimlapi_messages.cli", "send"]
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    done = subprocess.run(
        line, input=codecs.BOM_UTF8 + ODD.encode(), env=environment, capture_output=True, check=False, timeout=LIMIT
    )
    assert (done.returncode, shown in done.stdout.decode(encoding)) == (0, True)
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("CLI send Hi --json >&-", 0),
        ("CLI send Hi >&- 2>&-", 0),
        ("CLI send <&-", 2),
        ("CLI models >&-", 0),
        ("CLI chat <&-", 0),
        ("CLI batch create - <&-", 2),
        ("CLI send Hi >/dev/full", 2),
        ("CLI models >/dev/full", 2),
        ("CLI send Hi 2>/dev/full", 0),
        ("CLI balance --nonsense 2>/dev/full", 2),
        ("CLI batch status none 2>/dev/full", 1),
        ("LC_ALL=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0 CLI send '\xe9 \u20ac'", 0),
    ],
)
def test_streams_that_are_not_there(emulator: Emulator, command: str, code: int) -> None:
    """Closed, full, or of the locale C: no traceback, and the question is sent as it was typed."""
    line = command.replace("CLI", f"{sys.executable} -m aimlapi_messages.cli")
    done = subprocess.run(line, shell=True, capture_output=True, check=False, timeout=LIMIT)
    assert (done.returncode, b"Traceback" in done.stderr) == (code, False)
    sent = [
        request.body["messages"][0]["content"] for request in emulator.requests if "messages" in (request.body or {})
    ]
    assert sent == [question for question in ("Hi", "\xe9 \u20ac") if f"send {question}" in command.replace("'", "")]


IN_ANY_FORM = {
    "utf-8": ODD.encode(),
    "with a BOM": codecs.BOM_UTF8 + ODD.encode(),
    "utf-16": ODD.encode("utf-16"),
    "utf-16-be": codecs.BOM_UTF16_BE + ODD.encode("utf-16-be"),
    "utf-16 without a BOM": f"a {ODD}".encode("utf-16-le"),
    "utf-32": ODD.encode("utf-32"),
    "with line ends of Windows": f"{ODD}\r\n".encode(),
}


@pytest.mark.parametrize("data", IN_ANY_FORM.values(), ids=IN_ANY_FORM)
@pytest.mark.parametrize("command", ["send", "chat"])
def test_standard_input_is_read_in_any_encoding_of_unicode(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch, data: bytes, command: str
) -> None:
    """Without its mark."""
    code, _, err = run(monkeypatch, command, typed=data)
    sent = [request.body["messages"][0]["content"] for request in emulator.requests]
    assert (code, [text.removeprefix("a ") for text in sent], b"Traceback" in err) == (0, [ODD], False)


@pytest.mark.parametrize(
    ("data", "encoding", "code", "sent"),
    [
        ("caf\xe9".encode("cp1252"), "cp1252", 0, "caf\xe9"),
        ("\u4f60\u597d".encode("gbk"), "gbk", 0, "\u4f60\u597d"),
        ("caf\xe9".encode(), "cp1252", 0, "caf\xe9"),
        ("caf\xe9".encode("cp1252"), "utf-8", 2, None),
        (b"\x89PNG\r\n\x1a\n\x00", "ascii", 2, None),
        (codecs.BOM_UTF16_LE + b"a\x00b", "utf-8", 2, None),
    ],
)
def test_a_question_of_the_locale_is_read_and_no_text_is_refused(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch, data: bytes, encoding: str, code: int, sent: str | None
) -> None:
    """In words."""
    given, _, err = run(monkeypatch, "send", encoding=encoding, typed=data)
    also = "" if encoding == "utf-8" else f" nor text in {encoding}"
    told = f"Standard input is {'neither' if also else 'not'} UTF-8 text{also}. Give it as UTF-8."
    assert (given, told.encode() in err) == (code, code == 2)
    assert sent is None or [request.body["messages"][0]["content"] for request in emulator.requests] == [sent]


def test_lines_of_a_chat_that_are_no_text_are_escaped(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """The conversation goes on."""
    code, _, _ = run(monkeypatch, "chat", typed=b"caf\xe9\nAgain\n")
    assert (code, emulator.requests[0].body["messages"][0]["content"]) == (0, "caf\\xe9")
    assert len(emulator.requests) == 2


LINES = "\n".join(json.dumps({**REQUEST, "custom_id": name}, ensure_ascii=False) for name in ("\xe9", "\u20ac", "c"))
FILES = {
    "utf-8": LINES.encode(),
    "with a BOM": codecs.BOM_UTF8 + LINES.encode(),
    "with a BOM in every line": LINES.replace("{", "\ufeff{").replace(": \ufeff{", ": {").encode(),
    "utf-16": LINES.encode("utf-16"),
    "utf-16 of the other order": codecs.BOM_UTF16_BE + LINES.encode("utf-16-be"),
    "utf-16 without a BOM": LINES.encode("utf-16-le"),
    "utf-32": LINES.encode("utf-32"),
    "with line ends of Windows": LINES.replace("\n", "\r\n\r\n").encode(),
}


@pytest.mark.parametrize("data", FILES.values(), ids=FILES)
@pytest.mark.parametrize("piped", [False, True], ids=["file", "pipe"])
def test_a_file_is_read_in_any_encoding_of_unicode(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, data: bytes, piped: bool
) -> None:
    """By its first bytes."""
    (tmp_path / "in.jsonl").write_bytes(data)
    name, typed = ("-", data) if piped else (str(tmp_path / "in.jsonl"), b"")
    code, out, _ = run(monkeypatch, "batch", "create", name, typed=typed)
    assert (code, b"3 requests" in out) == (0, True)
    (sent,) = [request.body["requests"] for request in emulator.requests]
    assert [one["custom_id"] for one in sent] == ["\xe9", "\u20ac", "c"]
    assert {one["params"]["messages"][0]["content"] for one in sent} == {ODD}


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (LINES.encode("gbk", "replace"), "Line 1 of"),
        (json.dumps(REQUEST).encode() + b'\n{"custom_id": "caf\xe9"}', "in.jsonl is not"),
        (b"\x89PNG\r\n\x1a\n\x00", "in.jsonl"),
        (codecs.BOM_UTF16_LE + LINES.encode("utf-16-le") + b"x", "in.jsonl is not utf-16"),
        (b"[" * 100_000, "Line 1 of"),
        (b"\x00" * 10, "in.jsonl"),
        (b"", "no requests"),
    ],
)
def test_a_file_that_is_no_text_is_refused_in_words(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, data: bytes, text: str
) -> None:
    """One line, and the code of a wrong command line."""
    (tmp_path / "in.jsonl").write_bytes(data)
    code, out, err = run(monkeypatch, "batch", "create", str(tmp_path / "in.jsonl"))
    assert (code, out, text in err.decode(), err.count(b"\n")) == (2, b"", True, 1)
