"""`MessagesWorker` on Ray Data and on Daft, with two workers on a cluster of this machine: `make test-engines`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from aimlapi_messages import AIMLAPI
from aimlapi_messages.testing import Emulator

from ..support.blocks import run_blocks
from ..support.engines import ENGINES, ROOT, on_engine, run_quietly

pytestmark = [pytest.mark.slow, pytest.mark.operation("create_message")]

MODEL = "anthropic/claude-sonnet-5"
ROWS = [
    {"custom_id": f"row-{number}", "prompt": f"{'Refuse' if number % 10 == 7 else 'Answer'} question {number}"}
    for number in range(200)
]


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """It takes its time for an answer, and a tenth of the rows are refused."""
    with Emulator() as emulator:
        emulator.reply(lambda request: 400 if "Refuse" in request.question else None, times=None)
        yield emulator


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """The tests skip by its name where it is not installed."""
    pytest.importorskip(request.param)
    pytest.importorskip("ray")  # Daft has its clusters from it
    return request.param


def on_one_machine(emulator: Emulator, folder: Path) -> dict[str, Any]:
    """What `messages.run` makes of the same rows."""
    with AIMLAPI(base_url=emulator.base_url, api_key="any") as client:
        rows = ({"custom_id": row["custom_id"], "params": {"messages": row["prompt"]}} for row in ROWS)
        client.messages.run(rows, folder / "out.jsonl", model=MODEL)
    return outcomes((folder / "out.jsonl").read_text().splitlines())


def outcomes(lines: list[str]) -> dict[str, Any]:
    """By the name of a row: its text or the type of its error, and its cost to the last digit."""
    found = {}
    for line in map(json.loads, lines):
        result = line["result"]
        said = result["message"]["content"][0]["text"] if "message" in result else result["error"]["error"]["type"]
        found[line["custom_id"]] = said, line["cost"]
    return found


def test_two_workers_do_what_one_machine_does(engine: str, emulator: Emulator, tmp_path: Path) -> None:
    """The same rows, texts, failures and costs, and none of them sent twice."""
    alone = on_one_machine(emulator, tmp_path)
    assert Counter(said == "bad_request_error" for said, _ in alone.values()) == {True: 20, False: 180}
    before, sent = emulator.balance, len(emulator.requests)
    made = on_engine(
        engine, ROWS, emulator.base_url, tmp_path, model=MODEL, workers=2, journal=str(tmp_path / "journal")
    )
    assert outcomes([row["result"] for row in made]) == alone
    assert {row["custom_id"]: row["prompt"] for row in made} == {row["custom_id"]: row["prompt"] for row in ROWS}
    assert len(emulator.requests) - sent == len(ROWS)
    assert sum(usd(row) for row in made) == before - emulator.balance
    assert len(list((tmp_path / "journal").iterdir())) == 2


def test_a_worker_that_is_killed_loses_nothing(engine: str, emulator: Emulator, tmp_path: Path) -> None:
    """Each row is there once, and of those that were sent none that was finished is sent again."""
    alone = on_one_machine(emulator, tmp_path)
    settings = {"model": MODEL, "workers": 2, "in_flight": 16, "journal": str(tmp_path / "journal")}
    sent = len(emulator.requests)
    made = on_engine(engine, ROWS, emulator.base_url, tmp_path, killed=True, **settings)
    assert outcomes([row["result"] for row in made]) == alone
    assert len(made) == len(ROWS)
    assert len(ROWS) <= len(emulator.requests) - sent <= len(ROWS) + 8
    finished = Counter(line["custom_id"] for line in journal(tmp_path))
    assert finished == {row["custom_id"]: 1 for row in ROWS}


def test_the_example_runs(engine: str, emulator: Emulator, tmp_path: Path) -> None:
    """As its reader would run it."""
    name = {"ray": "ray_data", "daft": "daft_frame"}[engine]
    assert len(run_quietly([str(ROOT / "examples" / f"{name}.py")], emulator.base_url, tmp_path)) > 20


def test_the_page_of_the_documentation_is_true(tmp_path: Path) -> None:
    """Each of its blocks runs as it stands."""
    pytest.importorskip("ray")
    pytest.importorskip("daft")
    assert len(run_blocks(ROOT / "docs" / "many-machines.md", is_quiet=False)) > 1


def journal(folder: Path) -> Iterator[dict[str, Any]]:
    for file in (folder / "journal").iterdir():
        yield from map(json.loads, file.read_text().splitlines())


def usd(row: dict[str, Any]) -> Decimal:
    """To the last digit."""
    cost = json.loads(row["result"])["cost"]
    return Decimal(cost["usd"]) if cost else Decimal()
