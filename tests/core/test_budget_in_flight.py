"""`budget_usd` with many calls in flight: they wait for each other, and together pass it by one call at most."""

from __future__ import annotations

import asyncio
import gc
import random
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from decimal import Decimal
from threading import Event
from typing import Any

import httpx
import pytest

from aimlapi_messages import (
    AIMLAPI,
    APIError,
    APITimeoutError,
    AsyncAIMLAPI,
    BudgetExceededError,
)
from aimlapi_messages.core.spending import SpendTracker
from aimlapi_messages.testing import Emulator

from ..support.deadlines import LIMIT
from ..support.transports import TRANSPORTS
from ..support.wire import KEY, MODEL

pytestmark = pytest.mark.operation("create_message")

# A short call may cost 0.013 USD, and costs 0.0003.
CALL: dict[str, Any] = {"model": MODEL, "messages": "Hello there", "max_tokens": 100}
ONE_AT_A_TIME = "0.014"
MANY = 16
ROUNDS = 500


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator(balance=1_000_000) as emulator:
        yield emulator


@pytest.fixture
def waited(monkeypatch: pytest.MonkeyPatch) -> Event:
    """Set when a call has found no room for the second time."""
    reserve, refused, seen = SpendTracker.reserve, list[None](), Event()

    def watch(*arguments: Any) -> Any:
        charge = reserve(*arguments)
        if charge is None:
            refused.append(None)
            if len(refused) > 1:
                seen.set()
        return charge

    monkeypatch.setattr(SpendTracker, "reserve", watch)
    return seen


def in_flight(client: AIMLAPI | AsyncAIMLAPI) -> int:
    return len(client._spending._entry.latest().account.swept().in_flight)


def test_a_thread_waits_for_the_call_of_another(emulator: Emulator, waited: Event) -> None:
    """And is sent when that has cost less than was reserved for it."""
    client = AIMLAPI(api_key=KEY, base_url=emulator.base_url, budget_usd=ONE_AT_A_TIME)
    with client, ThreadPoolExecutor(1) as threads:
        with client.messages.stream(**CALL) as stream:
            other = threads.submit(client.messages.create, **CALL)
            assert waited.wait(LIMIT)
            assert not other.done()
            first = stream.get_final_message()
        second = other.result(LIMIT)
        assert first.cost
        assert second.cost
        assert client.spent == first.cost.usd + second.cost.usd


@pytest.mark.anyio
@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_task_waits_for_the_call_of_another(emulator: Emulator, waited: Event, transport: Any) -> None:
    """A cancelled one leaves nothing behind."""
    options: dict[str, Any] = {"budget_usd": ONE_AT_A_TIME, "transport": transport}
    async with AsyncAIMLAPI(api_key=KEY, base_url=emulator.base_url, **options) as client:
        async with client.messages.stream(**CALL) as stream:
            other, cancelled = (asyncio.create_task(client.messages.create(**CALL)) for _ in range(2))
            assert await asyncio.to_thread(waited.wait, LIMIT)
            cancelled.cancel()
            with pytest.raises(asyncio.CancelledError):
                await cancelled
            assert not other.done()
            assert in_flight(client) == 1
            first = await stream.get_final_message()
        second = await other
        assert first.cost
        assert second.cost
        assert client.spent == first.cost.usd + second.cost.usd
        assert in_flight(client) == 0


WAITS: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"timeout": httpx.Timeout(LIMIT, pool=0.01)}, BudgetExceededError, "1 of its calls in flight may cost 0.01"),
    ({"timeout": 0.01}, BudgetExceededError, "lower max_tokens"),
    ({"total_timeout": 0.01}, APITimeoutError, "more than 0.01 s in all"),
]


@pytest.mark.anyio
@pytest.mark.parametrize(("limits", "error", "text"), WAITS, ids=repr)
async def test_a_call_waits_no_longer_than_it_may(
    emulator: Emulator, limits: dict[str, Any], error: type[Exception], text: str
) -> None:
    """As long as for a connection, and within the limit of the call. Nothing is sent."""
    sent = len(emulator.requests)
    options = {"api_key": KEY, "base_url": emulator.base_url, "budget_usd": ONE_AT_A_TIME}
    with AIMLAPI(**options) as client, client.messages.stream(**CALL), ThreadPoolExecutor(1) as threads:
        with pytest.raises(error, match=text):
            threads.submit(client.messages.create, **CALL, **limits).result(LIMIT)
        assert in_flight(client) == 1
    async with AsyncAIMLAPI(**options) as other, other.messages.stream(**CALL):
        with pytest.raises(error, match=text):
            await asyncio.create_task(other.messages.create(**CALL, **limits))
        assert in_flight(other) == 1
    assert len(emulator.requests) == sent + 2


@pytest.mark.anyio
async def test_a_call_from_within_a_stream_does_not_wait_for_it(emulator: Emulator) -> None:
    """Nobody else would end it."""
    options = {"api_key": KEY, "base_url": emulator.base_url, "budget_usd": ONE_AT_A_TIME}
    problem = pytest.raises(BudgetExceededError, match="Let those end first")
    with AIMLAPI(**options) as client, client.messages.stream(**CALL), problem:
        client.messages.create(**CALL)
    async with AsyncAIMLAPI(**options) as other, other.messages.stream(**CALL):
        with pytest.raises(BudgetExceededError, match="Let those end first"):
            await other.messages.create(**CALL)


def test_a_budget_with_room_holds_nobody_up(emulator: Emulator) -> None:
    """All of them are in flight at once."""
    with AIMLAPI(api_key=KEY, base_url=emulator.base_url, budget_usd=1) as client:
        streams = [client.messages.create(**CALL, stream=True) for _ in range(MANY)]
        assert in_flight(client) == MANY
        for stream in streams:
            stream.close()
        assert in_flight(client) == 0


DROPPING = """
import gc, sys, time
from aimlapi_messages import AIMLAPI
gc.disable()
client = AIMLAPI(api_key="any", base_url=sys.argv[1], budget_usd=1)
next(client.messages.create(model=sys.argv[2], messages="Hi", stream=True))
print(client._spending._entry.latest().account.swept().in_flight)
client.close()
"""


@pytest.mark.operation("list_models")
def test_the_catalogue_makes_room_in_a_budget(emulator: Emulator) -> None:
    """Before any call has told its price."""
    with AIMLAPI(api_key=KEY, base_url=emulator.base_url, budget_usd=ONE_AT_A_TIME) as client:
        client.models.list(include="pricing")
        streams = [client.messages.create(**CALL, stream=True) for _ in range(5)]
        assert in_flight(client) == 5
        for stream in streams:
            stream.close()


def test_a_stream_that_was_requested_again_is_over_when_it_is_dropped(emulator: Emulator) -> None:
    """The error of the first one does not keep it, though the collector of garbage has not come by."""
    emulator.script({"x-emulator-stream": "error-after=2"})
    command = [sys.executable, "-c", DROPPING, emulator.base_url, MODEL]
    assert subprocess.run(command, capture_output=True, text=True, check=True, timeout=LIMIT).stdout == "{}\n"


# --- many at once, again and again

BUDGETS = (*("0.0003", "0.001", "0.002") * 3, "0.0151")


def ledger(emulator: Emulator) -> Decimal:
    """What is left of the account, to the last digit."""
    return Decimal(str(emulator.balance))


def check(client: AIMLAPI | AsyncAIMLAPI, costs: list[Decimal], charged: Decimal) -> None:
    """The worst case that is documented: all calls but one fit the budget. Nothing is lost, nothing counted twice."""
    assert client.budget_usd is not None
    assert client.spent == sum(costs) == charged
    assert client.spent < client.budget_usd + max(costs)
    assert client._spending._entry.latest().account[1:] == ({}, {}, 0)


def question(chance: random.Random) -> dict[str, Any]:
    """Calls of different prices."""
    return {**CALL, "messages": "Hello there, " * chance.randint(1, 20), "max_tokens": chance.randint(1, 200)}


@pytest.mark.slow
@pytest.mark.parametrize("call", ["create", "stream"])
def test_threads_pass_a_budget_by_one_call_at_most(emulator: Emulator, call: str) -> None:
    """16 of them, until each is refused, 500 times."""
    chance = random.Random(call)

    def work(client: AIMLAPI, costs: list[Decimal], options: dict[str, Any]) -> None:
        with suppress(BudgetExceededError):
            while True:
                if call == "create":
                    message = client.messages.create(**options)
                else:
                    with client.messages.stream(**options) as stream:
                        message = stream.get_final_message()
                costs.append(message.cost.usd if message.cost else Decimal("NaN"))

    with ThreadPoolExecutor(MANY) as threads:
        for _ in range(ROUNDS):
            costs, before = list[Decimal](), ledger(emulator)
            with AIMLAPI(api_key=KEY, base_url=emulator.base_url, budget_usd=chance.choice(BUDGETS)) as client:
                jobs = [threads.submit(work, client, costs, question(chance)) for _ in range(MANY)]
                for job in jobs:
                    job.result(LIMIT)
                check(client, costs, before - ledger(emulator))


@pytest.mark.slow
@pytest.mark.anyio
@pytest.mark.parametrize("call", ["create", "stream"])
@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_tasks_pass_a_budget_by_one_call_at_most(emulator: Emulator, call: str, transport: Any) -> None:
    """The same for them, on every transport."""
    chance = random.Random(call)

    async def work(client: AsyncAIMLAPI, costs: list[Decimal], options: dict[str, Any]) -> None:
        with suppress(BudgetExceededError):
            while True:
                if call == "create":
                    message = await client.messages.create(**options)
                else:
                    async with client.messages.stream(**options) as stream:
                        message = await stream.get_final_message()
                costs.append(message.cost.usd if message.cost else Decimal("NaN"))

    for _ in range(ROUNDS):
        costs, before, budget = list[Decimal](), ledger(emulator), chance.choice(BUDGETS)
        options: dict[str, Any] = {"budget_usd": budget, "transport": transport}
        async with AsyncAIMLAPI(api_key=KEY, base_url=emulator.base_url, **options) as client:
            await asyncio.gather(*(work(client, costs, question(chance)) for _ in range(MANY)))
            check(client, costs, before - ledger(emulator))


# What may become of a call, by the emulator's switches.
FATES: tuple[dict[str, str], ...] = (
    {},
    {"x-emulator-fail": "529"},
    {"x-emulator-fail": "500;times=1;retry-after-ms=1"},
    {"x-emulator-stream": "cut-after=0"},
    {"x-emulator-stream": "error-after=2"},
    {"x-emulator-stream": "cost=none"},
    {"x-emulator-stream": "html"},
)
# An answer that is not streamed is one event.
STREAM_FATES = (*FATES, {"x-emulator-stream": "cut-after=4"})

# The watch for leaks keeps the errors of earlier attempts, and their tracebacks the stream.
DROPPED: dict[str, Any] = {"max_retries": 0}


def check_chaos(client: AIMLAPI | AsyncAIMLAPI, charged: Decimal) -> None:
    """No reservation is left; what was charged and never told is counted with what it may have cost."""
    gc.collect()
    account = client._spending._entry.latest().account.swept()
    assert client.budget_usd is not None
    assert account.in_flight == {}
    assert account.spent <= charged <= account.spent + client.unpriced
    assert charged <= client.budget_usd + Decimal(ONE_AT_A_TIME) * 2


@pytest.mark.slow
def test_threads_whose_calls_end_in_any_way_leave_no_reservation(emulator: Emulator) -> None:
    """Answered, refused, cut off, closed early or dropped."""
    chance = random.Random(1)

    def work(client: AIMLAPI, seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(4):
            kind = chance.randrange(4)
            options = {**question(chance), "extra_headers": chance.choice(STREAM_FATES if kind else FATES)}
            with suppress(APIError, BudgetExceededError):
                match kind:
                    case 0:
                        client.messages.create(**options)
                    case 1:
                        with client.messages.stream(**options) as stream:
                            stream.until_done()
                    case 2:
                        with client.messages.stream(**options) as stream:
                            next(stream)
                    case _:
                        next(client.messages.create(**options, **DROPPED, stream=True))

    with ThreadPoolExecutor(MANY) as threads:
        for number in range(ROUNDS // 20):
            before = ledger(emulator)
            with AIMLAPI(api_key=KEY, base_url=emulator.base_url, budget_usd=chance.choice(("0.015", "0.2"))) as client:
                for job in [threads.submit(work, client, 100 * number + place) for place in range(MANY)]:
                    job.result(LIMIT)
                check_chaos(client, before - ledger(emulator))


@pytest.mark.slow
@pytest.mark.anyio
@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_tasks_that_are_cancelled_anywhere_leave_no_reservation(emulator: Emulator, transport: Any) -> None:
    """And those whose calls end in any other way."""
    chance = random.Random(2)

    async def work(client: AsyncAIMLAPI, seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(4):
            kind = chance.randrange(4)
            options = {**question(chance), "extra_headers": chance.choice(STREAM_FATES if kind else FATES)}
            with suppress(APIError, BudgetExceededError):
                match kind:
                    case 0:
                        await client.messages.create(**options)
                    case 1:
                        async with client.messages.stream(**options) as stream:
                            await stream.until_done()
                    case 2:
                        async with client.messages.stream(**options) as stream:
                            await anext(stream)
                    case _:
                        await anext(await client.messages.create(**options, **DROPPED, stream=True))

    for number in range(ROUNDS // 20):
        before = ledger(emulator)
        options: dict[str, Any] = {"budget_usd": chance.choice(("0.015", "0.2")), "transport": transport}
        async with AsyncAIMLAPI(api_key=KEY, base_url=emulator.base_url, **options) as client:
            tasks = [asyncio.create_task(work(client, 100 * number + place)) for place in range(MANY)]
            await asyncio.sleep(chance.random() / 20)
            for task in tasks[::2]:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await settled(emulator)
        check_chaos(client, before - ledger(emulator))


async def settled(emulator: Emulator) -> None:
    """Nothing that was sent before is still on its way to the emulator."""
    async with AsyncAIMLAPI(api_key=KEY, base_url=emulator.base_url) as client:
        for _ in range(2):
            await client.account.balance()
