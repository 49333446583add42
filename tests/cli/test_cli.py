"""The command `aimlapi-messages`: what it prints, where, and with which code it ends."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from aimlapi_messages import AIMLAPI, cli, testing
from aimlapi_messages.cli import _chat
from aimlapi_messages.cli._app import main
from aimlapi_messages.cli._output import print_bars, print_json
from aimlapi_messages.testing import Emulator

from ..support.deadlines import LIMIT

Run = Callable[..., tuple[int, str, str]]
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


@pytest.fixture
def run(emulator: Emulator, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command line: the code, standard output, standard error. `typed` is what stands on standard input."""

    def run(*arguments: str, typed: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        code = main(arguments)
        out, err = capsys.readouterr()
        return code, out, err

    return run


def batch_file(folder: Path) -> Path:
    params = {"model": "anthropic/claude-sonnet-5", "messages": [{"role": "user", "content": "Hi"}]}
    file = folder / "batch.jsonl"
    lines = [json.dumps({"custom_id": name, "params": params}) for name in ("a", "b")]
    file.write_text("\n\n".join(lines), encoding="utf-8")
    return file


def test_send_prints_the_answer_and_tells_the_cost_apart(run: Run) -> None:
    """Standard output holds the answer alone, so that it can be piped on."""
    code, out, err = run("send", "Hello", "there", "--system", "Be kind.")
    assert (code, out.startswith('You said: "Hello there"'), "Be kind" in out) == (0, True, True)
    assert "USD" in err
    assert "\x1b[" not in out + err


def test_send_reads_a_pipe_and_writes_json(run: Run) -> None:
    """One JSON value on one line."""
    code, out, err = run("send", "--json", typed="from a pipe\n")
    assert (code, err, out.count("\n")) == (0, "", 1)
    assert "from a pipe" in json.loads(out)["content"][0]["text"]


def test_send_shows_images(run: Run, tmp_path: Path) -> None:
    """By path; one that cannot be read is a wrong command line."""
    (tmp_path / "dot.png").write_bytes(PNG)
    _, out, _ = run("send", "What is this?", "--image", str(tmp_path / "dot.png"))
    assert "PNG" in out
    code, out, err = run("send", "What?", "--image", str(tmp_path / "none.png"))
    assert (code, out, err.count("\n")) == (2, "", 1)


def test_an_answer_that_is_cut_off_is_told(run: Run) -> None:
    """By its reason."""
    _, _, err = run("send", "Hello", "--max-tokens", "3")
    assert "[ended by max_tokens]" in err


@pytest.mark.parametrize(
    ("arguments", "key", "code", "text"),
    [
        (["balance"], "invalid-key", 3, "401"),
        (["send", "Hi"], "broke-key", 4, "out of funds"),
        (["balance"], "", 3, "No API key was found"),
        (["batch", "status", "none"], "test-key", 1, "404"),
        (["usage", "--start", "yesterday", "--end", "today"], "test-key", 2, "ISO 8601"),
        (["usage", "--by", "hour"], "test-key", 2, "hour"),
        (["nonsense"], "test-key", 2, "nonsense"),
        (["batch", "create", "none.jsonl"], "test-key", 2, "none.jsonl"),
        (["send"], "test-key", 2, "no question"),
        (["send", ""], "test-key", 2, "no question"),
        (["batch", "wait", "none", "--deadline", "-1"], "test-key", 2, "deadline"),
    ],
)
def test_a_failure_is_one_line_and_a_code(
    run: Run, monkeypatch: pytest.MonkeyPatch, arguments: list[str], key: str, code: int, text: str
) -> None:
    """On standard error; nothing else is printed."""
    monkeypatch.setenv("AIMLAPI_API_KEY", key)
    given, out, err = run(*arguments)
    assert (given, out.strip(), err.strip().count("\n")) == (code, "", 0)
    assert text in err
    assert err.startswith("aimlapi-messages: ")


@pytest.mark.filterwarnings("default::aimlapi_messages.ModelDeprecationWarning")
def test_a_warning_is_one_line(run: Run) -> None:
    """Without the place in a program that Python tells."""
    code, _, err = run("send", "Hi", "--model", "anthropic/claude-opus-4")
    warning, cost = err.splitlines()
    assert (code, cost.endswith("out]")) == (0, True)
    assert warning.startswith("aimlapi-messages: The model 'anthropic/claude-opus-4' is deprecated")


def test_a_busy_gateway_has_its_own_code(emulator: Emulator, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a script can try again later."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    emulator.script(*[{"x-emulator-fail": "429"}] * 3)
    assert run("send", "Hi")[0] == 5


def test_models_need_no_key(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a table, and as JSON Lines."""
    monkeypatch.delenv("AIMLAPI_API_KEY")
    code, out, _ = run("models", "--id", "claude-sonnet-5")
    assert (code, "2.6" in out, "13" in out) == (0, True, True)
    _, out, _ = run("models", "--json")
    models = [json.loads(line) for line in out.splitlines()]
    assert len(models) > 10
    assert models[0]["pricing"]["currency"] == "USD"


def test_balance_and_usage(run: Run) -> None:
    """Amounts in full, as text in JSON."""
    run("send", "Hello")
    code, out, _ = run("balance")
    amount, currency = out.split()
    assert (code, currency) == (0, "USD")
    assert Decimal(amount) < 10
    assert json.loads(run("balance", "--json")[1]) == {"current_balance": amount, "currency": "USD"}
    _, out, _ = run("usage", "--by", "day,model", "--period", "24h", "--tz", "UTC")
    assert "2026-09-01 claude-sonnet-5" in out
    assert "█" * 40 in out
    spent = json.loads(run("usage", "--json")[1])
    assert Decimal(amount) + Decimal(spent["spend"]) == 10
    code, out, _ = run("usage", "--start", "2026-07-01", "--end", "2026-07-02")
    assert (code, "0 USD" in out) == (0, True)


def test_bars_are_as_long_as_their_share(capsys: pytest.CaptureFixture[str]) -> None:
    """The largest fills the width, nothing has no bar."""
    print_bars([("a", Decimal(8)), ("bb", Decimal(4)), ("c", Decimal(0))])
    assert capsys.readouterr().out.splitlines() == [f"a   {'█' * 40} 8", f"bb  {'█' * 20} 4", "c    0"]
    print_bars([])
    print_bars([("a", Decimal(0))])
    assert capsys.readouterr().out == "a   0\n"


def test_the_life_of_a_batch(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Created, looked at, waited for, collected; a second one stopped."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    code, out, _ = run("batch", "create", str(batch_file(tmp_path)))
    batch_id = out.split()[0]
    assert (code, "2 requests" in out) == (0, True)
    assert json.loads(run("batch", "status", batch_id, "--json")[1])["status"] == "generating"
    code, out, _ = run("batch", "wait", batch_id, "--first-pause", "0.01", "--deadline", "60")
    assert (code, out) == (0, f"{batch_id}  ended\n")
    _, out, err = run("batch", "results", batch_id)
    assert [json.loads(line)["custom_id"] for line in out.splitlines()] == ["b", "a"]
    assert "2 results" in err
    run("batch", "results", batch_id, "--output", str(tmp_path / "out.jsonl"))
    assert (tmp_path / "out.jsonl").read_text(encoding="utf-8") == out
    code, out, _ = run("batch", "create", "-", "--json", typed=batch_file(tmp_path).read_text(encoding="utf-8"))
    code, out, _ = run("batch", "cancel", json.loads(out)["id"])
    assert (code, "canceling" in out) == (0, True)
    code, _, err = run("batch", "create", "-", typed="{}\n{")
    assert (code, "requests[0]" in err or "Line 2" in err) == (2, True)
    assert run("batch", "create", "-", typed="{")[0] == 2


# Chat


def chat(run: Run, monkeypatch: pytest.MonkeyPatch, *lines: Any, arguments: tuple[str, ...] = ()) -> Any:
    """Type lines into a chat; an exception is what happens at the prompt instead. At the end, Ctrl-D."""
    typed = iter(lines)

    def read(*_: object) -> str:
        line = next(typed, EOFError())
        if isinstance(line, BaseException):
            raise line
        return str(line)

    monkeypatch.setattr("rich.console.Console.input", read)
    return run("chat", *arguments)


def test_a_chat_remembers(run: Run, monkeypatch: pytest.MonkeyPatch, emulator: Emulator, tmp_path: Path) -> None:
    """Turns are kept until they are thrown away, and images go with the next message."""
    (tmp_path / "dot.png").write_bytes(PNG)
    lines = ["Hello", "", "/help", "And?", "/new", f"/image {tmp_path / 'dot.png'}", "See?", "/exit"]
    code, out, err = chat(run, monkeypatch, *lines)
    assert (code, out.count("\n"), "turn 2" in out) == (0, 3, True)
    assert (err.count("USD"), err.count("/new begins anew")) == (3, 2)
    assert [len(request.body["messages"]) for request in emulator.requests] == [1, 3, 1]
    assert emulator.requests[2].body["messages"][0]["content"][0]["type"] == "image"


@pytest.mark.parametrize("name", ["~nobody-of-this-name/x.png", "none.png", "/", "a\0b", "\udcff"])
def test_an_image_that_cannot_be_read_is_told_at_once(
    run: Run, monkeypatch: pytest.MonkeyPatch, emulator: Emulator, name: str
) -> None:
    """And the conversation goes on without it."""
    code, _, err = chat(run, monkeypatch, "Hello", f"/image {name} ", "And?")
    assert (code, err.count("aimlapi-messages: ")) == (0, 1)
    assert [len(request.body["messages"]) for request in emulator.requests] == [1, 3]
    assert emulator.requests[1].body["messages"][2]["content"] == "And?"


@pytest.mark.parametrize("columns", ["0", "1", "20", "40", "80", "200"])
def test_a_table_shortens_nothing(run: Run, monkeypatch: pytest.MonkeyPatch, emulator: Emulator, columns: str) -> None:
    """In a terminal of any width each model is in one line with its price."""
    monkeypatch.setenv("COLUMNS", columns)
    _, out, _ = run("models", "--id", "anthropic/claude-sonnet-5")
    (row,) = [line for line in out.splitlines() if "claude-sonnet-5" in line]
    assert row.split()[1::2] == ["anthropic/claude-sonnet-5", "1000000", "128000", "2.6", "13.0"]


@pytest.mark.parametrize(("end", "code"), [(EOFError(), 0), (KeyboardInterrupt(), 130), ("/quit", 0)])
def test_ways_to_leave_a_chat(run: Run, monkeypatch: pytest.MonkeyPatch, end: Any, code: int) -> None:
    """Ctrl-D and a word are no failures."""
    assert chat(run, monkeypatch, end)[0] == code


def test_ctrl_c_stops_an_answer_and_keeps_its_beginning(
    run: Run, monkeypatch: pytest.MonkeyPatch, emulator: Emulator
) -> None:
    """The conversation goes on with what had come."""
    printed: list[str] = []

    def stop_at_second(*words: Any, **options: Any) -> None:
        printed.append("".join(map(str, words)))
        if len(printed) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(_chat, "print_text", stop_at_second)
    code, _, err = chat(run, monkeypatch, "Hello", "Go on")
    assert (code, "not whole" in err) == (0, True)
    first, second = (request.body["messages"] for request in emulator.requests)
    assert second[0] == first[0]
    assert second[1]["role"] == "assistant"
    assert second[1]["content"][0]["text"].startswith(printed[0])


def test_ctrl_c_before_an_answer_begins(run: Run, monkeypatch: pytest.MonkeyPatch, emulator: Emulator) -> None:
    """Then the question is as if it had not been asked."""

    def interrupt(*_: object, **__: object) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("aimlapi_messages.resources.messages.Messages.stream", interrupt)
        assert run("send", "Hello")[0] == 130
    assert run("send", "Hello")[0] == 0


def test_an_answer_that_breaks_keeps_its_beginning(
    run: Run, monkeypatch: pytest.MonkeyPatch, emulator: Emulator
) -> None:
    """What had come is printed and remembered, and the error is one line."""
    emulator.script({"x-emulator-stream": "cut-after=4"})
    code, _, err = chat(run, monkeypatch, "Hello", "Go on")
    assert (code, "aimlapi-messages: " in err) == (0, True)
    assert [len(request.body["messages"]) for request in emulator.requests] == [1, 3]


def test_a_chat_goes_on_after_a_failure_that_may_pass(
    run: Run, monkeypatch: pytest.MonkeyPatch, emulator: Emulator
) -> None:
    """And ends at one that will not."""
    emulator.script({"x-emulator-fail": "400"}, {}, {"x-emulator-fail": "403"})
    code, out, err = chat(run, monkeypatch, "One", "Two", "Three", "Four")
    assert (code, '"Two"' in out, err.count("aimlapi-messages: ")) == (4, True, 2)
    assert len(emulator.requests) == 3


# The command itself


def command(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "aimlapi_messages.cli", *arguments]
    return subprocess.run(line, capture_output=True, text=True, check=False, timeout=LIMIT, **options)


def test_help_has_no_colours_with_no_color(emulator: Emulator) -> None:
    """And works without a key."""
    done = command("--help", env={**os.environ, "NO_COLOR": "1", "AIMLAPI_API_KEY": ""})
    assert (done.returncode, "chat" in done.stdout, "\x1b[3" in done.stdout) == (0, True, False)


@pytest.mark.parametrize("words", ["models --json", "models", "usage", "--help", "send Hi"])
def test_a_reader_that_has_seen_enough(emulator: Emulator, words: str) -> None:
    """As `| head` does: no traceback, and no failure."""
    line = f"set -o pipefail; {sys.executable} -m aimlapi_messages.cli {words} | true"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False, timeout=LIMIT)
    assert (done.returncode, done.stdout) == (0, "")
    assert "Traceback" not in done.stderr


def test_serve_says_where_and_ends_with_a_signal() -> None:
    """As the module of the emulator does."""
    line = [sys.executable, "-m", "aimlapi_messages.cli", "serve", "--balance", "3"]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("emulator ready at http://127.0.0.1:")
        process.terminate()
        assert process.wait(LIMIT) == 0


def test_serve_sends_recorded_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In turn."""
    said: list[str] = []

    class Asked(Emulator):
        def reply(self, *answers: Any, **named: Any) -> None:
            super().reply(*answers, **named)
            with AIMLAPI(api_key="test-key", base_url=self.base_url) as client:
                said.extend(client.messages.create(model="claude-sonnet-5", messages="Hi").text for _ in range(3))
            signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr(testing, "Emulator", Asked)
    for name in ("one", "two"):
        message: dict[str, Any] = {"type": "message", "id": "msg_1", "role": "assistant", "model": "claude-sonnet-5"}
        message |= {"content": [{"type": "text", "text": name}], "usage": {"input_tokens": 1, "output_tokens": 1}}
        (tmp_path / name).write_text(json.dumps(message), encoding="utf-8")
    assert main(["serve", "--reply", str(tmp_path / "one"), "--reply", str(tmp_path / "two")]) == 0
    assert said == ["one", "two", "one"]


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command that installs it."""
    for name in [name for name in sys.modules if name.startswith("aimlapi_messages.cli.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "cyclopts", None)
    with pytest.raises(SystemExit, match=r"aimlapi-messages\[cli\]"):
        cli.run()


def test_ctrl_c_while_the_command_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends as it does later, and not with a traceback."""

    def interrupt(*_: object, **__: object) -> Any:
        raise KeyboardInterrupt

    monkeypatch.delitem(sys.modules, "aimlapi_messages.cli._app")
    monkeypatch.setattr("cyclopts.App.__init__", interrupt)
    with pytest.raises(SystemExit) as caught:
        cli.run()
    assert caught.value.code == 130


def test_json_of_what_stays_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    """Numbers and lists of them."""
    print_json((1, None, "a"))
    assert capsys.readouterr().out == '[1, null, "a"]\n'
