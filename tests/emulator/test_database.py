"""The emulator's database: one emulator has it alone, a full disk is an error of the gateway, memory is bounded."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from aimlapi_messages.testing import Emulator

from ..support.deadlines import LIMIT

MESSAGE = {"model": "claude-sonnet-5", "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 50}
HEADERS = {"authorization": "Bearer test-key"}
COMMAND = [sys.executable, "-m", "aimlapi_messages.testing"]


def say(emulator: Emulator) -> int:
    return httpx.post(f"{emulator.base_url}/v1/messages", json=MESSAGE, headers=HEADERS).status_code


@contextmanager
def running(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """An emulator in a process of its own, and its address."""
    with subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline().split()[-1]
        finally:
            process.kill()


def test_two_emulators_of_one_process_refuse_each_other(tmp_path: Path) -> None:
    """Each would overwrite what the other has charged. One that was stopped gives the file free."""
    file = tmp_path / "state.db"
    with Emulator(database=file, balance=3) as first:
        for _ in range(2):
            with pytest.raises(ValueError, match=r"state\.db is in use by another emulator\. Stop that one"):
                Emulator(database=file)
            assert say(first) == 200
        after_two = first.balance
    with Emulator(database=file) as second:
        assert second.balance == after_two < 3
        with pytest.raises(ValueError, match="is in use"):
            first.start()
        assert say(second) == 200
        after_three = second.balance
    with first:
        assert first.balance == after_three < after_two
        assert say(first) == 200
        assert first.balance < after_three


def test_an_application_that_nobody_has_any_more_gives_its_database_free(tmp_path: Path) -> None:
    """Though it is freed only when the collector comes by."""
    for _ in range(3):
        app: Any = Emulator(database=tmp_path / "state.db").app
        app.state.itself = app
        app = None


def test_emulators_with_databases_of_their_own_do_not_know_each_other(tmp_path: Path) -> None:
    """The same holds without a file."""
    with (
        Emulator(database=tmp_path / "a.db") as first,
        Emulator(database=tmp_path / "b.db") as second,
        Emulator() as third,
        Emulator() as fourth,
    ):
        assert [say(one) for one in (first, second, third)] == [200, 200, 200]
        assert first.balance == second.balance == third.balance < fourth.balance


def test_an_emulator_of_another_process_is_refused_until_it_dies(tmp_path: Path) -> None:
    """However it dies; what it charged is kept."""
    file = tmp_path / "state.db"
    with running("--database", str(file), "--balance", "3") as (process, url):
        with pytest.raises(ValueError, match="is in use by another emulator"):
            Emulator(database=file)
        command = [*COMMAND, "--database", str(file)]
        other = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=False)
        assert other.returncode == 2
        assert "state.db is in use by another emulator" in other.stderr
        assert httpx.post(f"{url}/v1/messages", json=MESSAGE, headers=HEADERS).status_code == 200
        process.kill()
        process.wait(LIMIT)
        with Emulator(database=file) as after:
            assert after.balance < 3


# --- a full disk

CALLS: list[tuple[str, str, Any]] = [
    ("POST", "/v1/messages", {**MESSAGE, "messages": [{"role": "user", "content": "long " * 9}]}),
    ("POST", "/v1/messages", {**MESSAGE, "model": "claude-none"}),
    ("POST", "/v1/messages", {**MESSAGE, "stream": True}),
    ("POST", "/v1/batches", {"requests": [{"custom_id": "a", "params": MESSAGE}]}),
    ("POST", "/v1/keys", {"name": "ci" * 4000}),
    ("GET", "/v2/billing", None),
    ("GET", "/nowhere", None),
]


@pytest.mark.parametrize("kept", [False, True], ids=["temporary", "file"])
@pytest.mark.parametrize(("method", "path", "body"), CALLS, ids=lambda value: str(value)[:20])
def test_a_full_disk_is_told_as_the_gateway_tells_errors(
    tmp_path: Path, method: str, path: str, body: Any, kept: bool
) -> None:
    """No money is lost, and when there is room again all goes on."""
    with (
        Emulator(database=tmp_path / "state.db" if kept else None) as emulator,
        httpx.Client(base_url=emulator.base_url, headers={"authorization": "Bearer manage-key"}) as client,
    ):
        database = emulator._state.store._database
        before = emulator.balance
        database.execute("create table filler (a text)")
        (pages,) = database.execute("pragma page_count").fetchone()
        database.execute(f"pragma max_page_count = {pages}")
        for _ in range(200):  # until the pages that are there are full
            answer = client.request(method, path, json=body)
            if answer.status_code == 500:
                break
            before = emulator.balance
        if answer.status_code == 500:
            problem = answer.json()
            assert answer.headers["content-type"].startswith("application/problem+json")
            assert problem["message"] == "The emulator cannot use its database: database or disk is full."
            assert problem["requestId"] == answer.headers["x-request-id"]
        else:
            assert (method, answer.status_code) in {("GET", 200), ("GET", 404)}  # they write nothing new
        assert emulator.balance == before
        database.execute("pragma max_page_count = 1000000")
        assert client.post("/v1/messages", json=MESSAGE).status_code == 200
        assert emulator.balance < before


def test_a_batch_whose_end_met_a_full_disk_is_charged_once(tmp_path: Path) -> None:
    """It goes on with the requests that it has not answered yet."""
    requests = [{"custom_id": f"{number}", "params": MESSAGE} for number in range(100)]
    with (
        Emulator(database=tmp_path / "state.db") as emulator,
        Emulator() as plain,
    ):
        balances: list[float] = []
        for one in (emulator, plain):
            with httpx.Client(base_url=one.base_url, headers=HEADERS) as client:
                switches = {"x-emulator-batch": "polls=0"}
                batch = client.post("/v1/batches", json={"requests": requests}, headers=switches).json()
                database = one._state.store._database
                (pages,) = database.execute("pragma page_count").fetchone()
                database.execute(f"pragma max_page_count = {pages + 2 if one is emulator else 10_000}")
                statuses = [client.get("/v1/batches", params={"batch_id": batch["id"]}).status_code]
                database.execute("pragma max_page_count = 10000")
                found = client.get("/v1/batches", params={"batch_id": batch["id"]})
                assert len(found.text.splitlines()) == 100
                assert statuses == [500 if one is emulator else 200]
            balances.append(one.balance)
        assert balances[0] == balances[1] < 10


# --- memory


def memory_of(process: subprocess.Popen[str]) -> int:
    """The most memory that a process has had, in megabytes."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def batch_of(megabytes: int) -> Iterator[bytes]:
    content = "word " * 2000
    params = json.dumps({**MESSAGE, "messages": [{"role": "user", "content": content}]})
    yield b'{"requests":['
    for number in range(megabytes * 1_000_000 // len(params)):
        yield f'{"," if number else ""}{{"custom_id":"{number}","params":{params}}}'.encode()
    yield b"]}"


@pytest.mark.slow
@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="the memory of a process is read from /proc")
@pytest.mark.parametrize(("megabytes", "batches"), [(10, 6), (40, 6), (120, 3), (240, 6)])
def test_memory_depends_on_one_batch_and_not_on_their_number(megabytes: int, batches: int) -> None:
    """Three times the largest body, beside what the process has anyway: 6 times 240 MB take 750 MB."""
    with running() as (process, url):
        before, most = memory_of(process), list[int]()
        for _ in range(batches):
            answer = httpx.post(f"{url}/v1/batches", content=batch_of(megabytes), headers=HEADERS, timeout=LIMIT)
            assert answer.status_code == 200
            most.append(memory_of(process))
        assert most[-1] - before <= 3 * megabytes + 40
        assert most[-1] - most[1] <= megabytes // 20 + 5
