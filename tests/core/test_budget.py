"""`budget_usd`: what a client may spend, and the sum that it is compared with."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from typing import Any

import httpx
import pytest

from aimlapi_messages import (
    AIMLAPI,
    APIError,
    AsyncAIMLAPI,
    BudgetExceededError,
    ConfigurationError,
    Cost,
    OverloadedError,
    StreamIncompleteError,
)
from aimlapi_messages.core.spending import DEAREST, Charge, Load

from ..support.callers import Caller, in_process
from ..support.streams import COST
from ..support.wire import KEY, MODEL, PING, TEXT_EVENTS, Answer, Chunks, Gateway, answer, body, sse, text_block

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
async def test_another_client_may_share_the_budget(caller: Caller) -> None:
    """Of the other kind too, with the same count of what was spent."""
    caller.options["budget_usd"] = other = AIMLAPI(api_key=KEY, budget_usd="0.0001")
    gateway = caller.meet(GOOD)
    await caller.create()
    assert (caller.client.spent, caller.client.budget_usd) == (other.spent, other.budget_usd)
    assert other.spent == Decimal("0.000788")
    for client in (AsyncAIMLAPI(api_key=KEY, budget_usd=caller.client), other.with_options(max_retries=0)):
        assert (client.spent, client.budget_usd) == (other.spent, other.budget_usd)
    with pytest.raises(BudgetExceededError):
        await caller.create()
    assert len(gateway.requests) == 1


@pytest.mark.anyio
async def test_the_budget_is_looked_at_before_a_retry_too(caller: Caller) -> None:
    """Other calls may have spent it meanwhile."""
    caller.options["budget_usd"] = "0.01"
    caller.options["on_attempt"] = lambda _: Charge(caller.client._spending).settle(cent())
    gateway = caller.meet(answer({"status": 503}, 503, SOON), GOOD)
    with pytest.raises(BudgetExceededError):
        await caller.create(max_retries=2)
    assert len(gateway.requests) == 1


@pytest.mark.anyio
async def test_the_budget_is_looked_at_before_a_stream_is_asked_for_again(caller: Caller) -> None:
    """The reply that was given up is closed all the same."""
    caller.options["budget_usd"] = "0.01"
    caller.options["on_attempt"] = lambda _: Charge(caller.client._spending).settle(cent())
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


@pytest.mark.anyio
@pytest.mark.parametrize("budget", ["1", None])
async def test_broken_streams_leave_the_budget_to_others(caller: Caller, budget: str | None) -> None:
    """Once a call has told the price of their model. Until then two of them may have cost four fifths of it."""
    caller.options |= {"budget_usd": budget, "max_retries": 0}
    broken = answer(sse(*TEXT_EVENTS[:4]))
    priced = answer(body(text_block("Hi"), usage={"input_tokens": 10, "output_tokens": 200}, **COST))
    gateway = caller.meet(broken, broken, priced, *[broken] * 4)
    seen = list[str]()
    for call in (caller.final, caller.final, caller.create, *[caller.final] * 4):
        with suppress(StreamIncompleteError):
            await call()
        seen.append(f"{caller.client.spent:f} {caller.client.unpriced:f}")
    assert seen[:4] == ["0 0.399633", "0 0.799266", "0.000788 0.032843", "0.000788 0.0492645"]
    assert len(gateway.requests) == 7
    assert caller.client.with_options().unpriced == caller.client.unpriced < Decimal("0.1")


# --- what a call leaves behind, by how it ended: what was spent, and what is counted because it may have been billed

PRICE = {"x-aimlapi-usd-spent": "0.02"}
BROKEN = httpx.ReadError("reset")
NOTHING = ("0", "0")
SPENT = ("0.000788", "0")
KEPT = ("0", "reserved")
CUT = ("0", "0.399633")  # 7 tokens read, as it said, and 4096 written
CREATE_ENDINGS: dict[str, tuple[Answer, tuple[str, str]]] = {
    "answered": (GOOD, SPENT),
    "answered in an older shape": (answer({"choices": [{"message": {"content": "Hi"}}], **COST}), SPENT),
    "answered without a price": (answer(body(text_block("Hi"))), ("0", "0.0005655")),  # 7 and 3 tokens
    "refused": (answer({"status": 400}, 400), NOTHING),
    "refused at a price": (answer({"status": 529}, 529, PRICE), ("0.02", "0")),
    "broken": (answer({"status": 500}, 500), NOTHING),
    "refused within a success": (answer(OVERLOADED), NOTHING),
    "refused within a stream": (answer(sse(OVERLOADED)), NOTHING),
    "a stream with an error": (answer(sse(TEXT_EVENTS[0], OVERLOADED)), KEPT),
    "an answer with an error": (answer({**body(text_block("Hi")), **OVERLOADED}), KEPT),
    "no JSON": (answer(b"<html>", type="text/html"), KEPT),
    "no JSON at a price": (answer(b"<html>", headers=PRICE, type="text/html"), ("0.02", "0")),
    "nothing at a price": (answer(b"", headers=PRICE, type="application/json"), ("0.02", "0")),
    "cut off at a price": (answer(Chunks([b"{"], BROKEN), headers=PRICE, type="application/json"), ("0.02", "0")),
    "nothing": (answer(b"", type="application/json"), KEPT),
}
STREAM_ENDINGS: dict[str, tuple[Answer, tuple[str, str]]] = {
    "streamed": (answer(sse(*TEXT_EVENTS, COST)), SPENT),
    "streamed without a price": (answer(sse(*TEXT_EVENTS)), ("0", "0.0011505")),  # 7 and 9 tokens
    "not streamed": (GOOD, SPENT),
    "refused": (answer({"status": 429}, 429), NOTHING),
    "an error at once": (answer(sse(OVERLOADED)), NOTHING),
    "an error after a ping": (answer(sse(PING, OVERLOADED)), NOTHING),
    "an error before any content": (answer(sse(TEXT_EVENTS[0], OVERLOADED)), CUT),
    "an error after some": (answer(sse(*TEXT_EVENTS[:4], OVERLOADED)), CUT),
    "an error with the price": (answer(sse(*TEXT_EVENTS[:4], COST, OVERLOADED)), SPENT),
    "cut off": (answer(sse(*TEXT_EVENTS[:4])), CUT),
    "cut off before it began": (answer(b""), KEPT),
    "garbage": (answer(sse(*TEXT_EVENTS[:4], "{")), CUT),
}
ENDINGS = {"create": CREATE_ENDINGS, "final": STREAM_ENDINGS}
UNANSWERED: dict[str, tuple[Exception, tuple[str, str]]] = {
    "no connection": (httpx.ConnectError("refused"), NOTHING),
    "no connection in time": (httpx.ConnectTimeout("slow"), NOTHING),
    "not sent in time": (httpx.WriteTimeout("slow"), NOTHING),
    "no place in the pool": (httpx.PoolTimeout("full"), NOTHING),
    "no answer in time": (httpx.ReadTimeout("slow"), KEPT),
    "no answer": (httpx.ReadError("reset"), KEPT),
    "another's exception": (RuntimeError("odd"), KEPT),
}


async def left_behind(caller: Caller, given: Answer, call: str, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """What a call that has ended so leaves, in US dollars; "reserved" is what may be the price of the call."""
    caller.options["budget_usd"] = 1
    caller.meet(given)
    tracker = caller.client._spending
    reserve, most = tracker.reserve, list[Decimal]()

    def watch(load: Load, *others: Any) -> Any:
        most.append(load.price(DEAREST))
        return reserve(load, *others)

    monkeypatch.setattr(tracker, "reserve", watch)
    error: Any = None
    try:
        await getattr(caller, call)()
    except (APIError, RuntimeError) as caught:
        error = caught
    spent, unpriced = caller.client.spent, caller.client.unpriced
    told = getattr(error, "cost", None)
    assert error is None or (told.usd if told else 0) == spent  # it tells what was paid for nothing
    assert (tracker._entry.latest().account.in_flight, len(most)) == ({}, 1)
    return f"{spent:f}", "reserved" if unpriced == most[0] else f"{unpriced:f}"


@pytest.mark.anyio
@pytest.mark.parametrize(("call", "name"), [(call, name) for call, endings in ENDINGS.items() for name in endings])
async def test_a_call_leaves_its_price_or_what_it_may_have_cost(
    caller: Caller, call: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However it ends, and nothing where nothing was billed."""
    given, expected = ENDINGS[call][name]
    assert await left_behind(caller, given, call, monkeypatch) == expected


@in_process
@pytest.mark.anyio
@pytest.mark.parametrize("call", ["create", "final"])
@pytest.mark.parametrize("name", UNANSWERED)
async def test_a_call_without_an_answer_is_counted_if_it_went_out(
    caller: Caller, name: str, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For it may be running."""
    given, expected = UNANSWERED[name]
    assert await left_behind(caller, given, call, monkeypatch) == expected


@pytest.mark.operation("create_batch")
def test_a_batch_is_counted_by_half_of_what_its_requests_may_cost() -> None:
    """Its price is never told; free calls are let through all the same."""
    created = {"id": "b", "type": "message_batch", "processing_status": "in_progress", "request_counts": {}}
    gateway = Gateway(answer(created))
    client = gateway.client(budget_usd="0.3")
    requests = [{"custom_id": f"{n}", "params": {"model": MODEL, "messages": "Hi", "max_tokens": 4000}} for n in "ab"]
    client.messages.batches.create(requests=requests)
    account = client._spending._entry.latest().account
    half = DEAREST.written * 4000 + DEAREST.read * len(gateway.requests[-1].content) / 2
    assert (account.spent, account.in_flight) == (0, {})
    assert half <= client.unpriced <= half * Decimal("1.0001")
    with pytest.raises(BudgetExceededError, match="counted for calls whose price never came"):
        client.messages.batches.create(requests=requests)
    client.messages.batches.cancel("b")
