"""Money does not depend on the caller's context of decimal arithmetic: not in any thread, not on either side."""

from __future__ import annotations

import decimal
from collections.abc import Callable
from decimal import Decimal
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Annotated, Any

import pytest

from aimlapi_client.api.usage import get_usage
from aimlapi_messages import AIMLAPI, AsyncAIMLAPI, Field, read_results, tool
from aimlapi_messages.testing import Emulator

from .support.contexts import CONTEXTS
from .support.wire import KEY, MODEL

CALL: dict[str, Any] = {"model": MODEL, "messages": "Hello there, how are you?", "max_tokens": 100}


@tool
def pay(amount: Annotated[Decimal, Field(ge=0.1, le=1e6)]) -> str:
    """Pay."""
    return f"{amount}"


def money() -> list[str]:
    """What there is of money, through both clients, batches, the account and the emulator."""
    with Emulator(balance=Decimal("9.8765432105")) as emulator:
        emulator.top_up(Decimal("0.1234565"))
        with AIMLAPI(api_key=KEY, base_url=emulator.base_url, budget_usd="1.23456789") as client:
            message = client.messages.create(**CALL)
            with client.messages.stream(**CALL) as stream:
                streamed = stream.get_final_message()
            usage = client.send(get_usage.request(period="24h"))
            balance = client.account.balance()
            prices = client.models.retrieve(MODEL).pricing
            texts = [
                message.cost,
                streamed.cost,
                client.spent,
                usage.spend,
                balance.current_balance,
                prices,
                *run(client),
            ]
        return [*map(str, texts), str(emulator.balance), pay.call({"amount": "0.1"}), pay.call({"amount": 123456.78})]


def run(client: AIMLAPI) -> list[object]:
    """The same of a run, of one that goes on with its file, and of what both may cost."""
    rows, options = [f"Row {number}" for number in range(30)], {"model": MODEL, "max_tokens": 37, "in_flight": 1}
    estimate = client.messages.estimate(rows, **options).usd
    with TemporaryDirectory() as folder:
        first = client.messages.run(rows, f"{folder}/out.jsonl", budget_usd="0.0123", **options)
        second = client.messages.run(rows, f"{folder}/out.jsonl", budget_usd="0.05", **options)
        batch = client.messages.run(rows, f"{folder}/batch.jsonl", via="batch", **options)
        costs = [result.cost for result in read_results(f"{folder}/out.jsonl")]
    return [estimate, first.usd, first.stopped, second.usd, batch.usd, batch.at_most_usd, *costs]


def in_thread(action: Callable[[], list[str]]) -> list[str]:
    found: list[str] = []
    thread = Thread(target=lambda: found.extend(action()))
    thread.start()
    thread.join()
    return found


@pytest.mark.operation("create_message", "get_usage", "get_billing", "list_models")
@pytest.mark.parametrize("context", CONTEXTS, ids=repr)
def test_money_does_not_depend_on_the_context(monkeypatch: pytest.MonkeyPatch, context: decimal.Context) -> None:
    """In this thread, or, as the default, in all new ones."""
    expected = money()
    with decimal.localcontext(context):
        assert money() == expected
    for name in ("prec", "rounding", "Emin", "Emax", "clamp", "traps"):
        monkeypatch.setattr(decimal.DefaultContext, name, getattr(context, name))
    assert in_thread(money) == expected


@pytest.mark.anyio
@pytest.mark.operation("create_message")
async def test_the_asynchronous_client_counts_the_same() -> None:
    """Its tasks have contexts of their own."""
    with Emulator() as emulator:
        async with AsyncAIMLAPI(api_key=KEY, base_url=emulator.base_url) as client:
            expected = [(await client.messages.create(**CALL)).cost for _ in range(2)]
            with decimal.localcontext(CONTEXTS[0]):
                found = [(await client.messages.create(**CALL)).cost for _ in range(2)]
            assert found == expected
            assert client.spent == sum(cost.usd for cost in [*expected, *found] if cost)
