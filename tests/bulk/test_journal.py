"""The file of a run, and the notes beside it: whatever point a run is stopped at, the next one reads them right."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import httpx
import pytest

from aimlapi_messages import ConfigurationError, InvalidRequestError, read_results
from aimlapi_messages.bulk.journal import File, Journal

from .serving import Runs, Server, both, kinds_of, lines_of, needs_the_document, rows

pytestmark = needs_the_document
LINE = {"custom_id": "a", "result": {"type": "expired"}, "cost": None}


def line(name: str, **members: Any) -> bytes:
    return json.dumps({**LINE, "custom_id": name, **members}, separators=(",", ":")).encode() + b"\n"


def opened(path: Path) -> tuple[Journal, list[str]]:
    """A file and the names in it."""
    journal = Journal(path)
    try:
        return journal, [one["custom_id"] for one in journal.lines()]
    except BaseException:
        journal.close()
        raise


@pytest.mark.parametrize("cut", range(len(line("bé")) + 1))
def test_a_half_line_is_repaired(tmp_path: Path, cut: int) -> None:
    """Cut after any of its bytes: what is whole stays, what is not is gone, and what is written then is a line."""
    path, last = tmp_path / "out.jsonl", line("bé")
    path.write_bytes(line("a") + last[:cut])
    journal, names = opened(path)
    journal.write(line("c")[:-1])
    journal.close()
    whole = cut >= len(last) - 1
    assert names == (["a", "bé"] if whole else ["a"])
    assert path.read_bytes() == line("a") + (last if whole else b"") + line("c")


@pytest.mark.parametrize("cut", range(1, len(line("a"))))
def test_a_half_first_line_is_repaired(tmp_path: Path, cut: int) -> None:
    """Though nothing before it says whose file it is."""
    path = tmp_path / "out.jsonl"
    path.write_bytes(line("a")[:cut])
    opened(path)[0].close()
    assert path.read_bytes() in (b"", line("a"))


@pytest.mark.parametrize(
    ("content", "number"),
    [
        pytest.param(b"Dear diary", 1, id="text without an end"),
        pytest.param(b"id,text\n1,Hello\n", 1, id="CSV"),
        pytest.param(b'{"custom_id": "a", "params": {"messages": "Hi"}}\n', 1, id="the input"),
        pytest.param(line("a") + b"\n" + line("b"), 2, id="an empty line"),
        pytest.param(line("a") + b"[1]\n", 2, id="a list"),
        pytest.param(line("a") + line("b")[5:], 2, id="a line without its beginning"),
        pytest.param(line("a") + b'{"custom_id":7,"result":{}}\n', 2, id="a name that is no text"),
        pytest.param(line("a") + b'{"custom_id":"a","result":null}\n', 2, id="no result"),
    ],
)
def test_a_file_of_something_else_is_refused(tmp_path: Path, content: bytes, number: int) -> None:
    """With the line, and nothing is changed."""
    path = tmp_path / "out.jsonl"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=rf"^Line {number} of .*out.jsonl is no line of a run"):
        opened(path)
    assert path.read_bytes() == content


def test_a_file_is_held_until_it_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    first = Journal(path)
    with pytest.raises(ConfigurationError, match="Another run holds"):
        Journal(path)
    first.close()
    Journal(path).close()


def test_a_folder_that_is_not_there_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Journal(tmp_path / "no" / "out.jsonl")


NOTE = {"client_request_id": "0-1-1", "request_hash": "01", "at": 1.5, "at_most_usd": "0.1"}


@pytest.mark.parametrize("cut", range(1, 110))
def test_a_half_note_is_of_nothing_that_was_sent(tmp_path: Path, cut: int) -> None:
    """Cut after any of its bytes. The notes before it say what they said."""
    path = tmp_path / "out.jsonl"
    journal, _ = opened(path)
    for name in "ab":
        journal.note(name, **NOTE)
    journal.write_notes()
    notes = Path(f"{path}.sending")
    whole = notes.read_bytes()
    journal.close()
    second = whole.index(b"\n") + 1
    notes.write_bytes(whole[: second + cut])
    journal, _ = opened(path)
    assert list(journal.notes) == (["a", "b"] if second + cut >= len(whole) - 1 else ["a"])
    journal.close()


def test_notes_are_gone_when_they_say_nothing(tmp_path: Path) -> None:
    """Or are left for the next run."""
    path = tmp_path / "out.jsonl"
    notes = Path(f"{path}.sending")
    for forgotten in ("a", "ab"):
        journal, _ = opened(path)
        for name in "ab":
            journal.note(name, **NOTE)
        journal.write_notes()
        for name in forgotten:
            journal.forget(name)
        journal.close()
        left = [json.loads(one)["custom_id"] for one in notes.read_bytes().splitlines()] if notes.exists() else []
        assert set(left) == {*"ab"} - {*forgotten}


def test_old_notes_are_cleared_away_while_it_runs(tmp_path: Path) -> None:
    """Their file does not grow with the rows, and holds at any moment all that is in flight."""
    path = tmp_path / "out.jsonl"
    journal, _ = opened(path)
    sizes: list[int] = []
    for number in range(10_000):
        journal.note(str(number), **NOTE)
        journal.write_notes()
        if number >= 5:
            journal.forget(str(number - 5))
        if number % 97 == 0:
            noted = [json.loads(one)["custom_id"] for one in Path(f"{path}.sending").read_bytes().splitlines()]
            assert {*noted} >= {*map(str, range(max(number - 4, 0), number + 1))}
            sizes.append(len(noted))
    journal.close()
    assert max(sizes) < 2_500


@both
def test_a_line_closes_the_notes_of_its_run_alone(tmp_path: Path, is_async: bool) -> None:
    """A row that failed and was in flight again at the kill is looked up, though it has a line."""
    server, path = Server(), tmp_path / "out.jsonl"
    runs = Runs(is_async, server)
    runs.run(rows("a", "b"), path)
    last = lines_of(path)["a"]
    for call, is_looked_up in (("other-1-1", True), (last["client_request_id"], False)):
        note = {"custom_id": "a", **NOTE, "client_request_id": call, "request_hash": last["request_hash"]}
        Path(f"{path}.sending").write_bytes(json.dumps(note).encode() + b"\n")
        before = server.looks
        runs.run(rows("a", "b"), path)
        assert (server.looks > before) == is_looked_up
        assert not Path(f"{path}.sending").exists()
    assert server.asked == {"a": 1, "b": 1}


@pytest.mark.parametrize(
    ("content", "names"),
    [
        pytest.param(b"", [], id="empty"),
        pytest.param(line("a") + line("b"), ["a", "b"], id="two"),
        pytest.param(line("a", attempts=1) + line("b") + line("a", attempts=2), ["b", "a"], id="sent again"),
        pytest.param(line("a") + line("b")[:-9], ["a"], id="a half line"),
        pytest.param(line("b")[:-9], [], id="a half line alone"),
        pytest.param(line("a") + line("b")[:-1], ["a", "b"], id="an end that is still to be written"),
    ],
)
def test_results_are_read_from_the_file(tmp_path: Path, content: bytes, names: list[str]) -> None:
    """Of each name the last line, also while a run goes on."""
    path = tmp_path / "out.jsonl"
    path.write_bytes(content)
    results = list(read_results(path))
    assert [one.custom_id for one in results] == names
    assert all(one.attempts in (0, 2) for one in results)


@both
@pytest.mark.parametrize("logs", ["0.5", None])
def test_what_was_in_flight_at_a_kill_is_looked_up(tmp_path: Path, is_async: bool, logs: str | None) -> None:
    """Paid, it has a line of its own; not paid, it is sent."""
    server, path = Server(), tmp_path / "out.jsonl"
    server.ids["a"] = ["0-1-1"]
    server.logs = lambda call: logs if call == "0-1-1" else None
    Path(f"{path}.sending").write_bytes(json.dumps({"custom_id": "a", **NOTE}).encode() + b"\n")
    path.touch()
    runs = Runs(is_async, server)
    report = runs.run([{"custom_id": "b", "params": {"messages": "b"}}], path)
    assert kinds_of(path) == ({"b": "succeeded", "a": "answer_lost"} if logs else {"b": "succeeded"})
    assert f"{report.usd:f}" == ("0.5001" if logs else "0.0001")
    assert (report.at_most_usd, report.perhaps_billed) == (0, [])


@both
def test_what_was_in_flight_stands_for_one_request_too(tmp_path: Path, is_async: bool) -> None:
    """Another one of its name is refused."""
    path = tmp_path / "out.jsonl"
    Path(f"{path}.sending").write_bytes(json.dumps({"custom_id": "a", **NOTE}).encode() + b"\n")
    path.touch()
    with pytest.raises(InvalidRequestError, match="asks something else"):
        Runs(is_async, Server()).run(rows("a"), path)


@both
def test_nothing_is_waited_for_because_of_the_clock_of_a_file(tmp_path: Path, is_async: bool) -> None:
    """It may be years ahead."""
    path, server = tmp_path / "out.jsonl", Server()
    Path(f"{path}.sending").write_bytes(json.dumps({"custom_id": "b", **NOTE}).encode() + b"\n")
    path.touch()
    os.utime(path, (2**32, 2**32))
    report = Runs(is_async, server).run(rows("a"), path)
    assert (report.succeeded, report.perhaps_billed, report.at_most_usd) == (1, [], 0)


@pytest.mark.parametrize("content", [b"Hello\n", line("a") + b"{}\n", b'{"custom_id":"a","params":{}}\n'])
def test_results_of_something_else_are_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "out.jsonl"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match="is no line of a run"):
        list(read_results(path))


@both
@pytest.mark.parametrize("in_flight", [1, 3, 256])
def test_nothing_is_sent_before_it_is_noted(tmp_path: Path, is_async: bool, in_flight: int) -> None:
    """Though the notes of all rows that begin together are one write."""
    path, unnoted = tmp_path / "out.jsonl", list[str]()

    class Reading(Server):
        def __call__(self, request: httpx.Request) -> httpx.Response:
            notes, call = Path(f"{path}.sending").read_bytes(), request.headers["x-client-request-id"]
            if call.encode() not in notes:  # of which the last may be half there, while others begin
                unnoted.append(call)
            return super().__call__(request)

    assert Runs(is_async, Reading()).run(rows(*map(str, range(40))), path, in_flight=in_flight).succeeded == 40
    assert unnoted == []


def test_a_note_that_was_cut_off_takes_no_other_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that was full has room again: what is noted then is read, and what had been noted together with it."""
    path = tmp_path / "out.jsonl"
    journal, _ = opened(path)
    journal.note("a", **NOTE)
    append = File.append

    def cut(file: File, data: bytes) -> None:
        append(file, data[:20])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(File, "append", cut)
        with pytest.raises(OSError, match="No space"):
            journal.write_notes()
    journal.note("b", **NOTE)
    journal.write_notes()
    lines = Path(f"{path}.sending").read_bytes().splitlines()
    assert [json.loads(one)["custom_id"] for one in lines[1:]] == ["a", "b"]
    journal.close()
