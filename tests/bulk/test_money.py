"""What a run may spend, and what it says that it has spent."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from aimlapi_messages import AIMLAPI, AsyncAIMLAPI, BudgetExceededError, RunEstimate
from aimlapi_messages.testing import Emulator

from ..support.wire import KEY, MODEL
from .serving import PRICE, Runs, Server, answered, both, kinds_of, lines_of, needs_the_document, refused, rows

pytestmark = needs_the_document
MANY = rows(*map(str, range(100)))


@both
@pytest.mark.parametrize("in_flight", [1, 8, 256])
@pytest.mark.parametrize("calls", [0, 1, 7, 99])
def test_a_budget_is_for_all_of_the_run(tmp_path: Path, is_async: bool, in_flight: int, calls: int) -> None:
    """It is passed by less than the price of a call, whatever is in flight; and the next run goes on with more."""
    path, server = tmp_path / "out.jsonl", Server()
    budget = Decimal(PRICE) * calls - (Decimal(PRICE) / 2 if calls else 0)
    runs = Runs(is_async, server)
    report = runs.run(MANY, path, budget_usd=budget, in_flight=in_flight, max_tokens=1)
    assert (report.stopped, report.failed) == ("budget", 0)
    assert report.usd == report.succeeded * Decimal(PRICE)
    assert report.usd < budget + Decimal(PRICE)
    assert report.succeeded == calls
    report = runs.run(MANY, path, budget_usd="1", max_tokens=1)
    assert (report.stopped, report.succeeded, report.usd) == (None, 100, 100 * Decimal(PRICE))
    assert set(server.asked.values()) == {1}


@both
def test_earlier_runs_count(tmp_path: Path, is_async: bool) -> None:
    """Those of failures and of what was sent again too."""
    path, server = tmp_path / "out.jsonl", Server()
    runs = Runs(is_async, server)
    runs.run(MANY[:10], path)
    report = runs.run(MANY, path, budget_usd=Decimal(PRICE) * 10)
    assert (report.stopped, report.succeeded, sum(server.asked.values())) == ("budget", 10, 10)


@both
def test_what_nobody_knows_the_price_of_counts_with_the_most(tmp_path: Path, is_async: bool) -> None:
    """In later runs too."""
    path, server = tmp_path / "out.jsonl", Server({"0": [httpx.ReadError("cut")], "1": [answered(usd=None)]})
    server.logs = 403
    runs = Runs(is_async, server)
    known = runs.run(MANY[:2], path).at_most_usd
    lines = lines_of(path).values()
    assert known == sum(Decimal(line["at_most_usd"]) for line in lines) > 0
    assert runs.run(MANY, path, budget_usd=known).stopped == "budget"
    assert sum(server.asked.values()) == 2


@both
def test_a_call_alone_is_sent_while_money_is_left(tmp_path: Path, is_async: bool) -> None:
    """Though it may cost more than is left: all of its max_tokens."""
    path = tmp_path / "out.jsonl"
    report = Runs(is_async, Server()).run(MANY[:1], path, budget_usd="0.000001", max_tokens=100_000)
    assert (report.succeeded, report.stopped) == (1, None)


@both
def test_the_budget_of_the_client_counts_too(tmp_path: Path, is_async: bool) -> None:
    """What it has no room for is sent by another run."""
    path, server = tmp_path / "out.jsonl", Server()
    report = Runs(is_async, server, budget_usd="0").run(MANY, path)
    assert (report.stopped, report.done, server.asked) == ("budget", 0, {})
    assert [one.name for one in tmp_path.iterdir()] == ["out.jsonl"]


@both
def test_an_iterator_says_that_not_all_was_sent(is_async: bool) -> None:
    server = Server()
    with pytest.raises(BudgetExceededError, match=r"The run has spent 0.000[0-9]+ USD"):
        Runs(is_async, server).map(MANY, budget_usd=Decimal(PRICE) * 3, in_flight=1)
    assert sum(server.asked.values()) == 3


@both
def test_failures_with_a_price_are_paid(tmp_path: Path, is_async: bool) -> None:
    """And not sent again."""
    path, server = tmp_path / "out.jsonl", Server({"0": [refused(500, **{"x-aimlapi-usd-spent": "0.75"})]})
    report = Runs(is_async, server).run(MANY[:2], path)
    assert kinds_of(path) == {"0": "internal_server_error", "1": "succeeded"}
    assert report.usd == Decimal("0.75") + Decimal(PRICE)
    assert lines_of(path)["0"]["cost"]["usd"] == "0.75"


@both
@pytest.mark.parametrize("via", ["live", "batch"])
def test_an_estimate_is_no_less_than_it_costs(tmp_path: Path, is_async: bool, via: Any) -> None:
    """By the prices of the catalogue; half of it through batches."""
    given: list[Any] = [*(f"Tell me of {number}" for number in range(20)), {"params": {"messages": "Hi", "no": 1}}]
    options: dict[str, Any] = {"model": MODEL, "max_tokens": 20, "via": via}
    with Emulator() as emulator:

        async def estimated() -> RunEstimate:
            async with AsyncAIMLAPI(api_key=KEY, base_url=emulator.base_url) as client:
                return await client.messages.estimate(given, **options)

        with AIMLAPI(api_key=KEY, base_url=emulator.base_url) as client:
            estimate = asyncio.run(estimated()) if is_async else client.messages.estimate(given, **options)
        with AIMLAPI(api_key=KEY, base_url=emulator.base_url) as client:
            report = client.messages.run(given, tmp_path / "out.jsonl", **options)
        cost = 10 - emulator.balance
    assert (estimate.requests, estimate.invalid, estimate.output_tokens) == (20, 1, 400)
    assert report.input_tokens <= estimate.input_tokens
    assert cost <= estimate.usd < 20 * cost
    assert report.usd + report.at_most_usd >= cost
