"""The command `aimlapi-messages`: what it prints, where, and with which code it ends."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from aimlapi_messages import AIMLAPI, BatchNotEndedError, cli, testing
from aimlapi_messages.cli._app import _key_advice, app, main
from aimlapi_messages.cli._output import console, print_bars, print_json, print_table
from aimlapi_messages.testing import Emulator

from ..support.deadlines import LIMIT
from ..support.files import PNG
from .conftest import Run


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


@pytest.mark.parametrize(
    ("words", "typed", "asked"),
    [
        (["Summarise"], "a file\n", "a file\n\nSummarise"),
        (["Summarise", "it"], "", "Summarise it"),
        ([], "a file\n", "a file"),
        (["Summarise"], " \n\n", "Summarise"),
        ([" "], "a\nfile", "a\nfile"),
    ],
)
def test_what_is_piped_stands_before_the_question(
    run: Run, emulator: Emulator, words: list[str], typed: str, asked: str
) -> None:
    """As `cat file | aimlapi-messages send summarise` wants it."""
    assert run("send", *words, "-m", "anthropic/claude-haiku-5-5", "-s", "Be kind.", typed=typed)[0] == 0
    (request,) = emulator.requests
    assert request.body["messages"] == [{"role": "user", "content": asked}]
    assert (request.body["model"], request.body["system"]) == ("anthropic/claude-haiku-5-5", "Be kind.")


NODE: dict[str, Any] = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}


@pytest.mark.parametrize(
    ("schema", "code", "answer"),
    [
        (NODE, 0, {"name": "Hi"}),
        ({"$ref": "#/$defs/node", "$defs": {"node": NODE}}, 0, {"name": "Hi"}),
        ({"$schema": "https://json-schema.org/draft/2020-12/schema", **NODE}, 0, {"name": "Hi"}),
        ({"type": "array", "items": {"type": "integer"}}, 0, [1]),
        ({"enum": ["yes", "no"]}, 0, "yes"),
        ({"type": "objekt"}, 2, "is no JSON Schema: 'objekt' is not valid"),
        (True, 2, "is no JSON Schema"),
        ("{", 2, "is no JSON Schema"),
        (None, 2, "No such file"),
    ],
)
def test_an_answer_that_a_schema_allows(run: Run, tmp_path: Path, schema: Any, code: int, answer: Any) -> None:
    """Is JSON; a file that is no schema is a wrong command line."""
    if schema is not None:
        text = schema if isinstance(schema, str) else json.dumps(schema)
        (tmp_path / "schema.json").write_text(text, encoding="utf-8")
    given, out, err = run("send", "Hi", "--schema", str(tmp_path / "schema.json"))
    assert (given, err.count("\n")) == (code, 1)
    assert (answer in err) if code else (json.loads(out) == answer)
    cost = re.fullmatch(r"\[[0-9.]+ USD \(\d+ credits\), \d+ tokens in, \d+ out\]\n", err)
    assert (cost is None) is bool(code)


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"name": 1}, "name: 1 is not of type 'string'"),
        ({}, "'name' is a required property"),
        ({"name": None}, "name: None is not of type 'string'"),
        ({"name": "a", "tags": [1, "b"]}, "tags[1]: 'b' is not of type 'integer'"),
        ({"name": "a", "tags": 1}, "tags: 1 is not of type 'array'"),
    ],
)
def test_an_answer_that_a_schema_forbids_is_asked_for_again(
    run: Run, emulator: Emulator, tmp_path: Path, given: dict[str, Any], problem: str
) -> None:
    """And the model is told what was wrong with it."""
    tags = {"type": "array", "items": {"type": "integer"}}
    schema = {**NODE, "properties": {**NODE["properties"], "tags": tags}}
    (tmp_path / "schema.json").write_text(json.dumps(schema), encoding="utf-8")
    emulator.reply(tool_calls=[{"name": "output", "input": given}])
    emulator.reply(tool_calls=[{"name": "output", "input": {"name": "right"}}])
    code, out, err = run("send", "Hi", "--schema", str(tmp_path / "schema.json"))
    assert (code, json.loads(out)) == (0, {"name": "right"})
    assert Decimal(err.removeprefix("[").removesuffix(" USD]\n")) == 10 - emulator.balance  # of both answers
    (told,) = emulator.requests[-1].body["messages"][-1]["content"]
    assert problem in told["content"]


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


@pytest.mark.parametrize(
    ("filters", "told"),
    [
        (["--type", "image"], "No model fits. Types: anthropic/messages (COUNT).\n"),
        (["--id", "sonnet-5-5"], "Ids with 'sonnet-5-5' in them: anthropic/claude-sonnet-5-5.\n"),
        (["--id", "nothing", "--json"], "No model fits. Types: anthropic/messages (COUNT).\n"),
    ],
)
def test_filters_that_nothing_fits_say_what_there_is(run: Run, filters: list[str], told: str) -> None:
    """On standard error."""
    count = len(run("models", "--json")[1].splitlines())
    code, out, err = run("models", *filters)
    assert (code, out, err.endswith(told.replace("COUNT", str(count)))) == (0, "", True)


@pytest.mark.parametrize(("columns", "lines"), [(40, 3), (12, 3), (80, 6)])
def test_a_narrow_terminal_gets_rows_as_lines(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, columns: int, lines: int
) -> None:
    """So that an id can be read and copied."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", str(columns))
    print_table("1 model", ("model", "context", "USD in"), [("anthropic/claude-sonnet-latest", 1000000, None)])
    shown = capsys.readouterr().out
    assert (len(shown.splitlines()), "anthropic/claude-sonnet-latest" in shown) == (lines, True)
    assert (console().width, "context 1000000" in shown) == (columns, lines == 3)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_completes_models_and_options(shell: Any) -> None:
    """Other models are taken too."""
    script = app.generate_completion(shell=shell)
    assert "anthropic/claude-sonnet-5" in script
    assert "no-history" in script
    assert app.parse_args(["chat", "-m", "any/other"])[1].kwargs == {"model": "any/other"}


@pytest.mark.parametrize(
    ("environ", "windows", "words"),
    [
        ({"SHELL": "/bin/bash"}, False, "export AIMLAPI_API_KEY="),
        ({}, False, "export AIMLAPI_API_KEY="),
        ({"SHELL": "/usr/bin/fish"}, False, "set -x AIMLAPI_API_KEY "),
        ({"SHELL": "/bin/tcsh"}, False, "setenv AIMLAPI_API_KEY "),
        ({"SHELL": "/bin/bash", "PSModulePath": "/opt"}, False, "$env:AIMLAPI_API_KEY = "),
        ({"PSModulePath": "C:"}, True, "$env:AIMLAPI_API_KEY = "),
        ({"PSModulePath": "C:", "PROMPT": "$P$G"}, True, "set AIMLAPI_API_KEY="),
        ({"PSModulePath": "C:", "SHELL": "/usr/bin/bash"}, True, "export AIMLAPI_API_KEY="),
    ],
)
def test_a_key_is_asked_for_in_the_words_of_the_shell(environ: dict[str, str], windows: bool, words: str) -> None:
    """Which its variables tell."""
    assert _key_advice(environ, windows=windows).startswith(f"Set it with: {words}")


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
    assert (code, out) == (0, f"{batch_id}  ended, 2 results, none failed\n")
    _, out, err = run("batch", "results", batch_id)
    assert [json.loads(line)["custom_id"] for line in out.splitlines()] == ["b", "a"]
    assert err == "2 results, none failed\n"
    run("batch", "results", batch_id, "--output", str(tmp_path / "out.jsonl"))
    assert (tmp_path / "out.jsonl").read_text(encoding="utf-8") == out
    code, out, _ = run("batch", "create", "-", "--json", typed=batch_file(tmp_path).read_text(encoding="utf-8"))
    code, out, _ = run("batch", "cancel", json.loads(out)["id"])
    assert (code, "canceling" in out) == (0, True)
    for typed, told in (("{}\n{", "requests[0] has no custom_id"), ("{", "Line 1 of standard input is not JSON")):
        code, _, err = run("batch", "create", "-", typed=typed)
        assert (code, told in err) == (2, True)


@pytest.mark.parametrize("columns", ["0", "1", "20", "40", "80", "200"])
def test_a_table_shortens_nothing(run: Run, monkeypatch: pytest.MonkeyPatch, emulator: Emulator, columns: str) -> None:
    """In a terminal of any width each model is in one line with its price."""
    monkeypatch.setenv("COLUMNS", columns)
    _, out, _ = run("models", "--id", "anthropic/claude-sonnet-5")
    (row,) = [line for line in out.splitlines() if "claude-sonnet-5" in line]
    assert row.split()[1::2] == ["anthropic/claude-sonnet-5", "1000000", "128000", "2.6", "13.0"]


@pytest.mark.parametrize(
    ("switches", "told"),
    [
        ("polls=1", "2 results, none failed"),
        ("polls=1;error-every=2", "2 results, 1 failed: 1 errored"),
        ("polls=1;error-every=1", "2 results, 2 failed: 2 errored"),
        ("polls=1;error-every=2;expire-every=1", "2 results, 2 failed: 2 expired"),
    ],
)
def test_a_wait_says_how_many_failed(
    run: Run, emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, switches: str, told: str
) -> None:
    """Also what writes the results."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    requests = [json.loads(line) for line in batch_file(tmp_path).read_text(encoding="utf-8").split("\n\n")]
    with AIMLAPI(api_key="test-key", base_url=emulator.base_url) as client:
        headers = {"x-emulator-batch": switches}
        batch_id = client.messages.batches.create(requests=requests, extra_headers=headers).id
    assert run("batch", "wait", batch_id)[1] == f"{batch_id}  ended, {told}\n"
    assert run("batch", "results", batch_id)[2] == f"{told}\n"


@pytest.mark.parametrize(
    ("there", "told"), [(True, "cancelled, 2 results, 2 failed: 2 canceled"), (False, "cancelled")]
)
def test_a_wait_for_a_batch_that_was_stopped(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool, told: str
) -> None:
    """Tells the results, if there are any yet."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    batch_id = run("batch", "create", str(batch_file(tmp_path)))[1].split()[0]
    run("batch", "cancel", batch_id)

    def not_yet(*_: object) -> None:
        raise BatchNotEndedError("not yet")

    if not there:
        monkeypatch.setattr("aimlapi_messages.resources.batches.Batches.results", not_yet)
    assert run("batch", "wait", batch_id)[:2] == (0, f"{batch_id}  {told}\n")


def test_a_wait_that_is_stopped_names_the_batch(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For it goes on."""
    batch_id = run("batch", "create", str(batch_file(tmp_path)))[1].split()[0]

    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("time.sleep", interrupt)
    assert run("batch", "wait", batch_id) == (
        130,
        "",
        f"Batch {batch_id} goes on; to wait again: aimlapi-messages batch wait {batch_id}\n",
    )


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
