"""`run` and `report`: what they ask, send, show and print, and how a run is stopped and goes on."""

from __future__ import annotations

import json
import re
import sys
import threading
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from aimlapi_messages.testing import Emulator, MessageRequest

from ..support.deadlines import LIMIT
from .conftest import Run
from .terminal import CTRL_C, Terminal, terminal

MODEL = "anthropic/claude-haiku-5-5"
pytestmark = pytest.mark.operation("create_message", "list_models")
on_terminal = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """Ten, of which the gateway refuses one."""
    file = tmp_path / "in.jsonl"
    lines = [{"custom_id": f"{number}", "params": {"model": MODEL, "messages": f"Row {number}"}} for number in range(9)]
    bad = {"custom_id": "bad", "params": {"model": "nobody/none", "messages": "Hello"}}
    file.write_text("".join(f"{json.dumps(line)}\n" for line in (*lines, bad)), encoding="utf-8")
    return file


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "out.jsonl"


def lines_of(output: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]


def test_a_run_writes_a_line_for_each_row(run: Run, emulator: Emulator, rows: Path, output: Path) -> None:
    """And says what came of it on standard error alone; a second one sends nothing."""
    code, out, err = run("run", str(rows), "-o", str(output), "--yes", "--max-tokens", "20")
    assert (code, out) == (0, "")
    assert (
        err.startswith("9 answered, 1 failed (not_found_error 1); 0.00") or "9 answered, 1 failed (1 not_found" in err
    )
    assert "--retry-failed" in err
    assert sorted(line["custom_id"] for line in lines_of(output)) == [*map(str, range(9)), "bad"]
    sent = [request for request in emulator.requests if request.method == "POST"]
    assert {request.body["max_tokens"] for request in sent} == {20}
    run("run", str(rows), "-o", str(output), "--yes", "--max-tokens", "20")
    assert [request for request in emulator.requests if request.method == "POST"] == sent


def test_a_csv_and_a_template(run: Run, emulator: Emulator, tmp_path: Path, output: Path) -> None:
    """With a model and a system prompt for all."""
    table = tmp_path / "in.csv"
    table.write_text("custom_id,city\n1,Ghent\n2,Turin\n", encoding="utf-8")
    template = ("--template", "Where is {city}?", "--model", MODEL, "--system", "Be brief.")
    assert run("run", str(table), "-o", str(output), "-y", *template)[0] == 0
    bodies = [request.body for request in emulator.requests if request.method == "POST"]
    asked = {(body["model"], body["system"], body["messages"][0]["content"]) for body in bodies}
    assert asked == {(MODEL, "Be brief.", f"Where is {city}?") for city in ("Ghent", "Turin")}


@pytest.mark.parametrize(
    ("content", "arguments", "code", "told"),
    [
        ("Row\n", ["--yes"], 2, "Line 1 of"),
        ('{"messages": "Hi"}\n', ["--yes"], 2, "has no params"),
        ('"Row"\n', [], 2, "--yes"),
        ('"Row"\n', ["--yes", "--in-flight", "0"], 2, "in_flight"),
        ('"Row"\n', ["--yes", "--budget", "much"], 2, "much"),
        ('"Row"\n', ["--yes", "--via", "pigeon"], 2, "pigeon"),
        (None, ["--yes"], 2, "no file"),
    ],
)
def test_what_cannot_be_run_is_told(
    run: Run,
    emulator: Emulator,
    tmp_path: Path,
    output: Path,
    content: str | None,
    arguments: list[str],
    code: int,
    told: str,
) -> None:
    """In one line, before anything is sent."""
    file = tmp_path / "in.jsonl"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    given, out, err = run("run", str(file), "-o", str(output), "-m", MODEL, *arguments)
    assert (given, out, told in err) == (code, "", True), err
    assert emulator.requests == []


def test_what_failed_is_sent_again_alone(run: Run, emulator: Emulator, rows: Path, output: Path) -> None:
    """With --retry-failed; the last line of a name counts."""
    run("run", str(rows), "-o", str(output), "--yes")
    before = len(emulator.requests)
    code, _, err = run("run", str(rows), "-o", str(output), "--yes", "--retry-failed")
    assert (code, len(emulator.requests) - before) == (0, 1)
    assert "9 answered, 1 failed" in err
    assert [line["custom_id"] for line in lines_of(output)].count("bad") == 2


def test_a_budget_that_is_used_up_is_a_code_of_its_own(run: Run, rows: Path, output: Path) -> None:
    """And a larger one goes on."""
    few = ("--in-flight", "1", "--budget")
    code, _, err = run("run", str(rows), "-o", str(output), "--yes", *few, "0.0003")
    assert (code, 0 < len(lines_of(output)) < 9) == (4, True)
    assert "With a larger budget, this goes on with the rest: aimlapi-messages" in err
    assert run("run", str(rows), "-o", str(output), "--yes", *few, "1")[0] == 0
    assert len(lines_of(output)) == 10


def test_the_report_counts_by_what_became_of_rows(run: Run, rows: Path, output: Path, emulator: Emulator) -> None:
    """In a table and a chart, or as JSON, with all that was paid."""
    run("run", str(rows), "-o", str(output), "--yes")
    run("run", str(rows), "-o", str(output), "--yes", "--retry-failed")
    code, out, err = run("report", str(output))
    assert (code, err) == (0, "")
    assert re.search(r"^10 requests, 1 failed, 0\.0\d+ USD in all *$", out, re.MULTILINE)
    assert re.search(r"succeeded +│ +9 │ +0\.0\d+ │", out)
    assert re.search(r"^under .* s +█* ?\d+$", out, re.MULTILINE)
    assert re.search(r"^not_found_error +█+ 1$", out, re.MULTILINE)
    told = json.loads(run("report", str(output), "--json")[1])
    assert Decimal(told["usd"]) == 10 - emulator.balance
    assert [(kind["kind"], kind["requests"], kind["calls"]) for kind in told["kinds"]] == [
        ("succeeded", 9, 9),
        ("not_found_error", 1, 1),
    ]


@pytest.mark.parametrize(("content", "told"), [("{}\n", "Line 1"), ("Hello\n", "Line 1"), (None, "No such file")])
def test_a_report_of_something_else_is_refused(run: Run, output: Path, content: str | None, told: str) -> None:
    """A file that no run has written."""
    if content is not None:
        output.write_text(content, encoding="utf-8")
    code, out, err = run("report", str(output))
    assert (code, out, told in err, err.count("\n")) == (2, "", True, 1)


def test_a_report_of_nothing_is_empty(run: Run, output: Path) -> None:
    """That of a run that has not begun."""
    output.touch()
    assert run("report", str(output)) == (0, "0 requests, 0 failed, 0 USD in all\n", "")


class Held:
    """The answers of an emulator, of which all from the fifth on wait until they are let go."""

    def __init__(self) -> None:
        self.is_reached, self.let_go = threading.Event(), threading.Event()
        self._count = 0

    def __call__(self, request: MessageRequest) -> str:
        self._count += 1
        if self._count > 4:
            self.is_reached.set()
            assert self.let_go.wait(LIMIT)
        return "Yes."


@pytest.fixture
def started(emulator: Emulator, rows: Path, output: Path, tmp_path: Path) -> Callable[..., Any]:
    """Runs the command in a terminal, with a call at a time, and more arguments."""
    address = {"AIMLAPI_BASE_URL": emulator.base_url, "AIMLAPI_API_KEY": "test-key"}

    def start(*arguments: str) -> Any:
        command = ("run", str(rows), "-o", str(output), "--in-flight", "1", *arguments)
        return terminal(*command, home=tmp_path, size=(40, 150), **address)

    return start


@on_terminal
def test_a_run_asks_first(started: Callable[..., Any], emulator: Emulator, output: Path) -> None:
    """It says the most that it may cost, and sends nothing without a yes."""
    screen: Terminal
    with started("--budget", "0.5") as screen:
        told = screen.until("Send them? [y/N] ")
        screen.type("\r")
        assert screen.end() == 0
    assert re.search(
        r"^10 requests: at most \d+\.\d+ USD, for [\d,]+ tokens in and 40,960 out; the budget is 0.5 USD", told
    )
    assert not output.exists()
    with started() as screen:
        screen.until("Send them? [y/N] ")
        screen.type("yes\r")
        assert screen.end() == 0
    assert len(lines_of(output)) == 10


@on_terminal
def test_ctrl_c_ends_what_is_in_flight(started: Callable[..., Any], emulator: Emulator, output: Path) -> None:
    """Nothing more is sent, nothing is lost, and the command that it tells goes on with the rest."""
    held = Held()
    emulator.reply(held, times=None)
    screen: Terminal
    with started("--yes") as screen:
        assert held.is_reached.wait(LIMIT)
        screen.type(CTRL_C)
        screen.until("ending, Ctrl-C again stops at once")
        held.let_go.set()
        assert screen.end() == 130
    assert "Stopped. This goes on with the rest: aimlapi-messages run " in screen.shown
    assert len(lines_of(output)) == 5
    assert not Path(f"{output}.sending").exists()
    with started("--yes") as screen:
        assert screen.end() == 0
    assert sorted(line["custom_id"] for line in lines_of(output)) == [*map(str, range(9)), "bad"]


@on_terminal
def test_ctrl_c_twice_stops_at_once(started: Callable[..., Any], emulator: Emulator, output: Path) -> None:
    """What was in flight stands in the notes."""
    held = Held()
    emulator.reply(held, times=None)
    screen: Terminal
    with started("--yes") as screen:
        assert held.is_reached.wait(LIMIT)
        screen.type(CTRL_C)
        screen.until("ending, Ctrl-C again stops at once")
        screen.type(CTRL_C)
        assert screen.end() == 130
    held.let_go.set()
    assert "What was in flight may have been paid: this looks it up, and goes on with the rest" in screen.shown
    notes = Path(f"{output}.sending").read_text(encoding="utf-8").splitlines()
    assert (len(lines_of(output)), len(notes)) == (4, 1)


def test_elsewhere_it_tells_in_lines(run: Run, rows: Path, output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a bar and without colours."""
    monkeypatch.setattr("aimlapi_messages.cli._bulk._LINE_SECONDS", 0)
    _, _, err = run("run", str(rows), "-o", str(output), "--yes", "--budget", "2")
    words = r"^10 of 10 done, 1 failed, 0 in flight, [\d,]+ tokens, 0\.\d{4} of 2 USD, 0:00:00 left$"
    assert re.search(words, err, re.MULTILINE)
    assert "\x1b" not in err
