"""`budget_usd`: what a client may spend, and the sum that it is compared with."""

from __future__ import annotations

from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest

from aimlapi_messages import BudgetExceededError, ConfigurationError, Cost, OverloadedError
from aimlapi_messages.core.reply import SpendTracker

from ..support.callers import Caller
from ..support.streams import COST
from ..support.wire import TEXT_EVENTS, Chunks, answer, body, sse, text_block

GOOD = answer(body(text_block("Hi"), **COST))
OVERLOADED = {"type": "error", "error": {"type": "overloaded_error", "message": "busy"}}
SOON = {"retry-after-ms": "1"}


def cent(amount: str = "0.01") -> Cost:
    return Cost(credits=None, usd=Decimal(amount), source="body")


@pytest.mark.anyio
async def test_a_budget_that_is_used_up_keeps_calls_from_being_sent(caller: Caller) -> None:
    """The call that passes it is answered; the next goes nowhere, streamed or not."""
    caller.options["budget_usd"] = "0.0007880"
    gateway = caller.meet(GOOD)
    assert (await caller.create()).text == "Hi"
    assert (caller.client.spent, caller.client.budget_usd) == (Decimal("0.000788"), Decimal("0.000788"))
    for call in (caller.create, caller.final):
        with pytest.raises(BudgetExceededError, match=r"spent 0\.000788 of its budget of 0\.0007880 USD") as caught:
            await call()
    assert caught.value.request_id is None
    assert len(gateway.requests) == 1


@pytest.mark.anyio
@pytest.mark.parametrize("budget", [0.000789, Decimal("0.0007880000001"), "1", 5, None])
async def test_below_the_budget_calls_are_sent(caller: Caller, budget: Any) -> None:
    """To the last digit."""
    caller.options["budget_usd"] = budget
    gateway = caller.meet(GOOD)
    await caller.create()
    await caller.create()
    assert len(gateway.requests) == 2


@pytest.mark.anyio
async def test_without_money_nothing_is_sent(caller: Caller) -> None:
    """0 is a budget."""
    caller.options["budget_usd"] = 0
    gateway = caller.meet(GOOD)
    with pytest.raises(BudgetExceededError):
        await caller.create()
    assert gateway.requests == []


@pytest.mark.anyio
async def test_copies_share_the_budget_and_what_is_left_of_it(caller: Caller) -> None:
    """Whichever of them spends it."""
    caller.options["budget_usd"] = "0.0001"
    gateway = caller.meet(GOOD)
    first = caller.client
    caller.client = first.with_options(max_retries=1)
    await caller.create()
    assert (first.spent, first.budget_usd) == (caller.client.spent, caller.client.budget_usd)
    caller.client = first
    with pytest.raises(BudgetExceededError):
        await caller.create()
    assert len(gateway.requests) == 1


@pytest.mark.anyio
async def test_the_budget_is_looked_at_before_a_retry_too(caller: Caller) -> None:
    """Other calls may have spent it meanwhile."""
    caller.options["budget_usd"] = "0.01"
    caller.options["on_attempt"] = lambda _: caller.client._spending.add(cent())
    gateway = caller.meet(answer({"status": 503}, 503, SOON), GOOD)
    with pytest.raises(BudgetExceededError):
        await caller.create(max_retries=2)
    assert len(gateway.requests) == 1


@pytest.mark.anyio
async def test_the_budget_is_looked_at_before_a_stream_is_asked_for_again(caller: Caller) -> None:
    """The reply that was given up is closed all the same."""
    caller.options["budget_usd"] = "0.01"
    caller.options["on_attempt"] = lambda _: caller.client._spending.add(cent())
    broken = Chunks([sse(TEXT_EVENTS[0], OVERLOADED)])
    gateway = caller.meet(answer(broken, headers=SOON), answer(sse(*TEXT_EVENTS)))
    with pytest.raises(BudgetExceededError):
        await caller.final(max_retries=2)
    assert len(gateway.requests) == 1
    await caller.closed(broken)


@pytest.mark.anyio
async def test_an_attempt_that_failed_at_a_price_is_counted(caller: Caller) -> None:
    """A refusal that was billed has spent the budget too."""
    caller.options["budget_usd"] = "0.02"
    caller.meet(answer({"status": 529}, 529, {"x-aimlapi-usd-spent": "0.02"}))
    with pytest.raises(OverloadedError):
        await caller.create()
    with pytest.raises(BudgetExceededError):
        await caller.create()


@pytest.mark.anyio
@pytest.mark.parametrize("budget", [-1, "-0.01", "five", "", True, float("nan"), float("inf"), "sNaN", [1], b"1"])
async def test_a_budget_that_is_no_amount_is_refused(caller: Caller, budget: Any) -> None:
    """When the client is made, not when the money is gone."""
    caller.options["budget_usd"] = budget
    with pytest.raises(ConfigurationError, match="budget_usd"):
        caller.meet(GOOD)


# --- the sum


def test_threads_lose_no_cent() -> None:
    """Eight of them add at once, and one looks on."""
    ledger = SpendTracker()
    together = Barrier(9)

    def add() -> None:
        together.wait()
        for _ in range(2_000):
            ledger.add(cent())

    threads = [Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    together.wait()
    seen = [ledger.total for _ in range(100)]
    for thread in threads:
        thread.join()
    assert ledger.total == Decimal(160)
    assert seen == sorted(seen)


def test_adding_within_an_addition_neither_waits_nor_loses_anything() -> None:
    """The garbage collector may close a stream, and count its cost, while a cost is being counted."""
    ledger = SpendTracker()

    class Interrupted(Decimal):
        """An amount during whose addition another stream ends."""

        def __radd__(self, other: Decimal) -> Decimal:
            ledger.add(cent("0.5"))
            return other + Decimal(self)

    ledger.add(Cost(credits=None, usd=Interrupted("1"), source="body"))
    assert ledger.total == Decimal("1.5")
    ledger.add(None)
    assert ledger.total == Decimal("1.5")


def test_what_comes_while_somebody_counts_is_counted_with_the_next_look() -> None:
    """An addition never waits for the lock."""
    ledger = SpendTracker(Decimal(1))
    with ledger._lock:
        ledger.add(cent("1"))
    with pytest.raises(BudgetExceededError):
        ledger.check()
