"""Text from outside never drives the terminal, whatever command shows it, and JSON stays exact."""

from __future__ import annotations

import ast
import io
import json
import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from aimlapi_messages import AIMLAPI, cli
from aimlapi_messages.cli._app import main
from aimlapi_messages.cli._output import print_json, print_text, visible
from aimlapi_messages.testing import Emulator

# A title, the clipboard, a clear, a link, controls of both sets, text from right to left, a line of its own, markup,
# an emoji by its name, a tag, and half of a surrogate pair.
HOSTILE = (
    "\x1b]0;title\x07\x1b]52;c;aGk=\x1b\\\x1b[2J\x1b[31m\x9b31m\x9d0;t\x9c\x85\x08\x7f\r"
    "\u202eevil\u2066\u200f\u2028[/x][bold red]:bomb:\U000e0041\ud800"
)
DRIVES = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)
# Of an answer: what a client reads to know what it is.
KEPT = re.compile(r"type|object|role|(.*_)?at|start|end|day|releasedAt|currency_kind|origin|content|measure|name|kind")
FOLDER = Path(cli.__file__).parent


def poisoned(value: Any, name: str = "") -> Any:
    """The same JSON with hostile text after each text that is for people."""
    if isinstance(value, dict):
        return {key: poisoned(member, key) for key, member in value.items()}
    if isinstance(value, list):
        return [poisoned(member, name) for member in value]
    return value + HOSTILE if isinstance(value, str) and not KEPT.fullmatch(name) else value


def poisoned_line(line: str) -> str:
    prefix = "data: " if line.startswith("data: ") else ""
    try:
        return prefix + json.dumps(poisoned(json.loads(line[len(prefix) :])))
    except ValueError:
        return line


class Poisoner(BaseHTTPRequestHandler):
    """A proxy before the emulator that puts hostile text into all that it says."""

    target = ""
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        length = int(self.headers.get("content-length", 0))
        kept = {
            name: value for name, value in self.headers.items() if name.lower() in ("authorization", "content-type")
        }
        reply = httpx.request(self.command, self.target + self.path, headers=kept, content=self.rfile.read(length))
        text = "\n".join(map(poisoned_line, reply.text.split("\n"))).encode()
        self.send_response(reply.status_code)
        self.send_header("content-type", reply.headers.get("content-type", "application/json"))
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_POST = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    """One that can only be reached through the proxy."""
    with Emulator() as emulator:
        handler = type("Poisoner", (Poisoner,), {"target": emulator.base_url})
        with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            monkeypatch.setenv("AIMLAPI_BASE_URL", f"http://127.0.0.1:{server.server_port}")
            monkeypatch.setenv("AIMLAPI_API_KEY", "test-key")
            monkeypatch.setenv("COLUMNS", "200")
            monkeypatch.setattr("time.sleep", lambda seconds: None)
            yield emulator
            server.shutdown()


def batch(emulator: Emulator) -> str:
    params = {"model": "anthropic/claude-sonnet-5", "max_tokens": 9, "messages": [{"role": "user", "content": HOSTILE}]}
    requests = [{"custom_id": name + HOSTILE[:-1], "params": params} for name in "abcde"]
    headers = {"authorization": "Bearer test-key", "content-type": "application/json"}
    content = json.dumps({"requests": requests}).encode()
    return str(httpx.post(f"{emulator.base_url}/v1/batches", headers=headers, content=content).json()["id"])


COMMANDS: dict[str, list[str]] = {
    "send": ["send", "Hello"],
    "send of an unknown model": ["send", "Hello", "--model", f"a{HOSTILE}"],
    "send that is cut off": ["send", "Hello", "--max-tokens", "3"],
    "chat": ["chat", "--model", "anthropic/claude-sonnet-5"],
    "models": ["models"],
    "balance": ["balance"],
    "usage": ["usage", "--by", "day,model"],
    "batch create": ["batch", "create", "FILE"],
    "batch create of no JSON": ["batch", "create", "BROKEN"],
    "batch status": ["batch", "status", "ID"],
    "batch cancel": ["batch", "cancel", "ID"],
    "batch wait": ["batch", "wait", "ID", "--first-pause", "0.001"],
    "batch wait for none": ["batch", "wait", f"none{HOSTILE[:-1]}"],
    "batch of another name": ["batch", "status", HOSTILE],
    "a file of another name": ["batch", "create", f"{HOSTILE[:-1]}.jsonl"],
    "an image of another name": ["send", "Hello", "--image", f"{HOSTILE[:-1]}.png"],
    "no command": [HOSTILE],
    "no option": ["send", f"--{HOSTILE}"],
}
AS_JSON: dict[str, list[str]] = {
    "send": ["send", "Hello", "--json"],
    "models": ["models", "--json"],
    "balance": ["balance", "--json"],
    "usage": ["usage", "--json"],
    "batch create": ["batch", "create", "FILE", "--json"],
    "batch status": ["batch", "status", "ID", "--json"],
    "batch cancel": ["batch", "cancel", "ID", "--json"],
    "batch wait": ["batch", "wait", "ID", "--first-pause", "0.001", "--json"],
}

Run = Callable[[list[str]], tuple[str, str]]


@pytest.fixture
def run(emulator: Emulator, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command, in which words in capitals stand for a batch and for files."""
    params = {"model": "anthropic/claude-sonnet-5", "messages": HOSTILE}
    (tmp_path / "good").write_text(json.dumps({"custom_id": "a", "params": params}), encoding="utf-8")
    (tmp_path / "broken").write_text('{"custom_id": ' + HOSTILE[:-1], encoding="utf-8")
    words = {"ID": batch(emulator), "FILE": str(tmp_path / "good"), "BROKEN": str(tmp_path / "broken")}

    def run(command: list[str]) -> tuple[str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO("Hello\n"))
        main([words.get(word, word) for word in command])
        return capsys.readouterr()

    return run


@pytest.mark.parametrize("name", COMMANDS)
def test_no_command_lets_text_drive_the_terminal(run: Run, name: str) -> None:
    """Not what a model says, nor names, ids, states, currencies and errors, nor words of the command line."""
    out, err = run(COMMANDS[name])
    assert DRIVES.findall(out + err) == []
    assert out + err != ""


@pytest.mark.parametrize("name", COMMANDS)
def test_colours_are_all_that_drives_it(run: Run, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a terminal the command's own colours, cursor and progress remain."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    out, err = run(COMMANDS[name])
    own = re.sub(r"\x1b\[(\d+(;\d+)*m|\?25[hl]|[0-9]*[AKJ])|\r", "", out + err)
    assert DRIVES.findall(own) == []
    assert "\x1b[2J" not in out + err


@pytest.mark.parametrize("name", AS_JSON)
def test_json_is_exact_and_drives_nothing_either(run: Run, name: str) -> None:
    """What drives is written in the escapes of JSON, so that whoever reads it has all of it."""
    out, err = run(AS_JSON[name])
    assert (DRIVES.findall(out), err.strip()) == ([], "")
    assert any(HOSTILE in all_texts(json.loads(line)) for line in out.splitlines())


def all_texts(value: Any) -> str:
    """All texts of a JSON value, one after the other."""
    if isinstance(value, dict):
        return "".join(map(all_texts, value.values()))
    return "".join(map(all_texts, value)) if isinstance(value, list) else str(value)


def test_results_with_half_a_surrogate_pair_come_whole(run: Run, emulator: Emulator, tmp_path: Path) -> None:
    """All five, on standard output and into a file, with the texts that came."""
    name = batch(emulator)
    with AIMLAPI(api_key="test-key", base_url=emulator.base_url) as client:
        client.messages.batches.wait(name, first_pause=0.001)
    out, err = run(["batch", "results", name])
    assert (DRIVES.findall(out), err) == ([], "5 results, none failed\n")
    lines = [json.loads(line) for line in out.splitlines()]
    assert [line["custom_id"][1:].count(HOSTILE) for line in lines] == [1] * 5
    run(["batch", "results", name, "--output", str(tmp_path / "out.jsonl")])
    written = (tmp_path / "out.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
    assert [json.loads(line) for line in written] == lines


@pytest.mark.parametrize(
    ("text", "shown", "line"),
    [
        ("a\x1b[31mb", "a\\x1b[31mb", None),
        ("\x9b31m", "\\x9b31m", None),
        ("\u202eabc\u2069", "\\u202eabc\\u2069", None),
        ("half \ud83d", "half \\ud83d", None),
        ("a\r\nb\tc\rd", "a\nb\tc\\rd", "a\\nb\\tc\\rd"),
        ("caf\xe9 \u20ac \u05e9\u05dc\u05d5\u05dd \u4f60\u597d \xa0\u202f", None, None),
        ("\U0001f469\u200d\U0001f4bb \u0645\u06cc\u200c\u062e", None, None),
        ("[bold]x[/] [/x] :bomb: \\", None, None),
        ("tag \U000e0041", "tag \\U000e0041", None),
        ("x" + "\u0301" * 9 + "y", "x" + "\\u0301" * 9 + "y", None),
        ("x" + "\u0301" * 8 + "y\u0308\u0302", None, None),
        ("a\u200bb\u2060c\u3164", None, "a\\u200bb\\u2060c\\u3164"),
        ("a\xadb\U000e0101", None, "a\\xadb\\U000e0101"),
        ("\u2764\ufe0f \u0928\u094d\u200d", None, None),
        ("", None, None),
    ],
)
def test_what_is_made_visible(
    text: str, shown: str | None, line: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    """What drives is written out, all else stays; a name is in one line, and an answer in its own."""
    shown = text if shown is None else shown
    print_text(text)
    assert capsys.readouterr().out == f"{shown}\n"
    assert visible(text) == (line or shown)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "gbk", "latin-1", "utf-8", "utf-16"])
@pytest.mark.parametrize(
    "value", ["caf\xe9", "\u20ac", "\u4f60\u597d", "\U0001f600", "\ud83d", "\x9b\u202e", {"\xe9\U0001f600": ["\x85"]}]
)
def test_json_is_exact_in_every_encoding(encoding: str, value: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the terminal's lacks a character, the escape of JSON says it."""
    raw = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(raw, encoding))
    print_json(value)
    assert json.loads(raw.getvalue().decode(encoding)) == value


def test_all_that_is_printed_goes_through_one_module() -> None:
    """No other module of the command writes, and in this one what writes makes visible first."""
    writing: dict[str, set[str]] = {}
    for path in sorted(FOLDER.glob("*.py")):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef):
                for call in (node.func for node in ast.walk(function) if isinstance(node, ast.Call)):
                    name = call.id if isinstance(call, ast.Name) else getattr(call, "attr", "")
                    if name in ("print", "write", "log", "rule", "out", "print_exception"):
                        writing.setdefault(path.name, set()).add(function.name)
    assert writing == {"_output.py": {"print_text", "_tell", "print_json", "print_table", "_print"}}
