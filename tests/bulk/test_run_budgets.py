"""However many calls are in flight, and however often a run goes on, it passes its budget by less than one call."""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest

from aimlapi_messages import AIMLAPI, AsyncAIMLAPI, RunReport
from aimlapi_messages.testing import Emulator

from ..support.wire import KEY

pytestmark = pytest.mark.operation("create_message")
MODEL = "anthropic/claude-haiku-5-5"
BUDGET = Decimal("0.01")
FAILURES = ("400", "429", "500", "529")


def run(emulator: Emulator, output: Path, is_async: bool, budget: Decimal, rows: list[Any]) -> RunReport:
    options: dict[str, Any] = {"model": MODEL, "in_flight": 256, "budget_usd": budget}
    if not is_async:
        with AIMLAPI(api_key=KEY, base_url=emulator.base_url) as client:
            return client.messages.run(rows, output, **options)

    async def main() -> RunReport:
        async with AsyncAIMLAPI(api_key=KEY, base_url=emulator.base_url) as client:
            return await client.messages.run(rows, output, **options)

    return asyncio.run(main())


def dearest(output: Path) -> Decimal:
    lines = map(json.loads, output.read_text(encoding="utf-8").splitlines())
    return max(Decimal(line["cost"]["usd"]) for line in lines if line["cost"])


@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("runs", [2, pytest.param(25, marks=pytest.mark.slow)])
def test_a_run_passes_its_budget_by_less_than_a_call(tmp_path: Path, is_async: bool, runs: int) -> None:
    """Of 256 in flight, with short and long answers, of which some fail; and so does the one that goes on with it."""
    random = Random(runs)
    for number in range(runs):
        output = tmp_path / f"{number}.jsonl"
        rows = [
            {"params": {"messages": f"Row {row} " + "word " * random.randrange(200), "max_tokens": random.choice(most)}}
            for row, most in enumerate([(1, 20), (100,), (5, 300)] * 100)
        ]
        with Emulator() as emulator:
            emulator.script(
                *({"x-emulator-fail": random.choice(FAILURES)} if random.random() < 0.1 else {} for _ in rows)
            )
            for budget in (BUDGET, BUDGET, BUDGET * 3 / 2):
                report = run(emulator, output, is_async, budget, rows)
                assert (report.stopped, report.usd) == ("budget", 10 - emulator.balance)
                assert budget <= report.usd + report.at_most_usd < budget + dearest(output)
            emulator.reset()
