"""The account of a client: nothing is lost or counted twice, whatever interrupts it, and what fits the budget."""

from __future__ import annotations

import decimal
import gc
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from functools import partial
from threading import Barrier, Thread
from types import FrameType
from typing import Any

import pytest

from aimlapi_messages import BudgetExceededError, Cost
from aimlapi_messages.core import spending
from aimlapi_messages.core.reply import read_amount
from aimlapi_messages.core.spending import Charge, Load, SpendTracker

from ..support.contexts import CONTEXTS

# At the prices of a model of which nothing is known, a thousand tokens written cost 0.0975.
THOUSAND = Load(0, 1000)
WHAT_IT_MAY_COST = Decimal("0.0975")


def cent(amount: str = "0.01") -> Cost:
    return Cost(credits=None, usd=Decimal(amount), source="body")


def reserved(tracker: SpendTracker, owner: object = "me", model: str = "m") -> Charge:
    charge = tracker.reserve(THOUSAND, model, owner)
    assert charge is not None
    return charge


def account(tracker: SpendTracker) -> tuple[str, str, int]:
    """What was spent, what is counted beside it, and how many calls are in flight."""
    in_flight = tracker._entry.latest().account.swept().in_flight
    return f"{tracker.total:f}", f"{tracker.unpriced:f}", len(in_flight)


def test_threads_lose_no_cent() -> None:
    """Eight of them reserve, settle and add at once, and one looks on."""
    tracker = SpendTracker(Decimal(1000))
    together = Barrier(9)

    def add() -> None:
        together.wait()
        for _ in range(500):
            reserved(tracker).settle(cent())
            Charge(tracker).settle(cent())
            reserved(tracker).release()

    threads = [Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    together.wait()
    seen = [tracker.total for _ in range(100)]
    for thread in threads:
        thread.join()
    assert account(tracker) == ("80.00", "0", 0)
    assert seen == sorted(seen)


ENDINGS: dict[str, tuple[list[Callable[[Charge], None]], tuple[str, str]]] = {
    "settled": ([lambda one: one.settle(cent())], ("0.01", "0")),
    "settled twice": ([lambda one: one.settle(cent()), lambda one: one.settle(cent("5"))], ("0.01", "0")),
    "settled, then free": ([lambda one: one.settle(cent()), lambda one: one.release()], ("0.01", "0")),
    "free": ([lambda one: one.release()], ("0", "0")),
    "free, then settled": ([lambda one: one.release(), lambda one: one.settle(cent())], ("0", "0")),
    "maybe billed": ([lambda one: one.settle(None)], ("0", "0.0975")),
    "maybe billed, its price comes later": (
        [lambda one: one.settle(None), lambda one: one.settle(cent())],
        ("0", "0.0975"),
    ),
    "without a price, but complete": ([lambda one: one.settle(None, {"output_tokens": 10})], ("0", "0.000975")),
    "with more than was reserved": ([lambda one: one.settle(None, {"output_tokens": 9999})], ("0", "0.974903")),
    "cut off": ([lambda one: one.settle(None, {"output_tokens": 10}, whole=False)], ("0", "0.0975")),
    "cut off, with its input": ([lambda one: one.settle(None, {"input_tokens": 100}, whole=False)], ("0", "0.1014")),
    "dropped": ([], ("0", "0.0975")),
}


@pytest.mark.parametrize("name", ENDINGS)
def test_a_reservation_ends_once(name: str) -> None:
    """However often; one that is dropped was maybe billed."""
    ends, expected = ENDINGS[name]
    tracker = SpendTracker(Decimal(1))
    charge = reserved(tracker)
    assert account(tracker) == ("0", "0", 1)
    for end in ends:
        end(charge)
    del charge
    gc.collect()
    assert account(tracker) == (*expected, 0)


def test_a_charge_without_a_budget_counts_once() -> None:
    """There is nothing to reserve."""
    tracker = SpendTracker()
    first, second, third = (Charge(tracker, "m", lambda: THOUSAND) for _ in range(3))
    first.settle(cent())
    first.settle(cent())
    second.release()
    second.settle(cent())
    Charge(tracker).settle(None)  # of a call that is free
    assert account(tracker) == ("0.01", "0", 0)
    third.settle(None)
    third.settle(None)
    assert account(tracker) == ("0.01", "0.0975", 0)


# --- what fits


def test_a_call_waits_while_others_may_use_up_the_rest() -> None:
    """And goes when one of them has cost less; alone, any call goes while money is left."""
    tracker = SpendTracker(Decimal("0.15"))
    first = reserved(tracker)
    assert tracker.reserve(THOUSAND, "m", "another") is None
    first.settle(cent())
    second = reserved(tracker)
    second.settle(cent("0.10"))
    third = reserved(tracker)  # alone: of 0.04 that are left it may use 0.0975
    assert tracker.reserve(THOUSAND, "m", "another") is None
    third.settle(cent("0.05"))
    with pytest.raises(BudgetExceededError, match=r"spent 0\.16 of its budget of 0\.15 USD\. Nothing was sent"):
        tracker.reserve(THOUSAND, "m", "me")


def test_a_call_that_has_room_looks_at_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of thousands would look at all; the sum is always that of the calls in flight."""
    tracker = SpendTracker(Decimal("0.4"))
    kind = type(tracker._entry.latest().account)
    swept, sweeps = kind.swept, list[object]()

    def count(account: Any) -> Any:
        sweeps.append(account)
        return swept(account)

    monkeypatch.setattr(kind, "swept", count)
    charges = [reserved(tracker) for _ in range(4)]
    charges.pop().settle(cent("0.005"))
    charges.pop().settle(None, {"output_tokens": 10})
    charges.pop().release()
    charges.append(reserved(tracker))
    charges.clear()  # dropped, and as much in the sum as before
    reserved(tracker, "me")
    assert not sweeps
    assert tracker._entry.latest().account.reserved == 3 * WHAT_IT_MAY_COST
    assert tracker.reserve(Load(0, 3000), "m", "me") is not None  # it is alone
    assert len(sweeps) == 1


def test_nobody_waits_for_calls_of_his_own() -> None:
    """A call from within a stream, or from a signal handler, would wait for ever."""
    tracker = SpendTracker(Decimal("0.1"))
    mine = reserved(tracker, "me")
    problem = r"spent 0 of .* 0\.1 USD, and 1 of its calls in flight may cost 0\.0975 USD\. This one may cost 0\.0975"
    with pytest.raises(BudgetExceededError, match=problem):
        tracker.reserve(THOUSAND, "m", "me")
    assert tracker.reserve(THOUSAND, "m", "you") is None
    mine.release()
    assert account(tracker) == ("0", "0", 0)


def test_what_may_have_been_billed_is_counted_and_told() -> None:
    """By what was reserved for it."""
    tracker = SpendTracker(Decimal("0.0975"))
    reserved(tracker).settle(None)
    problem = r"spent 0 of its budget of 0\.0975 USD, and 0\.0975 USD are counted for calls whose price never came\."
    with pytest.raises(
        BudgetExceededError, match=f'{problem} Nothing was sent. Let models.list\\(include="pricing"\\)'
    ):
        tracker.reserve(THOUSAND, "m", "me")
    assert (tracker.total, tracker.unpriced) == (0, WHAT_IT_MAY_COST)
    tracker.learn_prices({"data": [info()]})  # which makes room
    for _ in range(7):
        reserved(tracker).settle(None)
    with pytest.raises(BudgetExceededError, match=r"0\.104 USD are counted .* Nothing was sent\. Make a client"):
        tracker.reserve(THOUSAND, "m", "me")


def test_a_forked_child_waits_for_no_call_of_its_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    """That ends in the parent alone."""
    tracker = SpendTracker(Decimal("0.1"))
    parents = reserved(tracker, "a thread of the parent")
    child = os.getpid() + 1
    monkeypatch.setattr(spending.os, "getpid", lambda: child)
    reserved(tracker, "me").settle(cent())
    assert account(tracker) == ("0.01", "0", 0)
    parents.settle(cent())
    assert account(tracker) == ("0.01", "0", 0)


USAGES: list[tuple[list[tuple[str, Any]], str, str]] = [
    ([], "0.000039", "0.0000975"),
    ([("0.0005", {"input_tokens": 10, "output_tokens": 100})], "0.000039", "0.00000500500"),
    ([("0.0005", {"input_tokens": 100, "output_tokens": 10})], "0.0000100100", "0.0000500500"),
    (
        [("0.0005", {"input_tokens": 10, "output_tokens": 100}), ("0.0005", {"input_tokens": 100, "output_tokens": 1})],
        "0.0000100100",
        "0.00000500500",
    ),
    # One answer of a single token says nothing of its price; the dearest known model stays the limit.
    ([("0.0005", {"input_tokens": 100, "output_tokens": 1})], "0.0000100100", "0.0000975"),
    # A model dearer than any that is known.
    ([("2", {"input_tokens": 100, "output_tokens": 900})], "0.000039", "0.00200001"),
    ([("2", {"cache_read_input_tokens": 100, "output_tokens": 900})], "0.000039", "0.00200001"),
    # Nothing to learn from.
    ([("0", {"input_tokens": 10, "output_tokens": 100})], "0.000039", "0.0000975"),
    ([("0.1", {"input_tokens": 10, "output_tokens": 0})], "0.000039", "0.0000975"),
    ([("0.1", {"input_tokens": "many", "output_tokens": 1e9})], "0.000039", "0.0000975"),
    ([("0.1", None)], "0.000039", "0.0000975"),
    ([("0.1", {"output_tokens": 10**15})], "0.000039", "0.0000975"),
]


@pytest.mark.parametrize(("calls", "read", "written"), USAGES, ids=repr)
def test_calls_tell_what_a_token_costs_at_most(calls: list[tuple[str, Any]], read: str, written: str) -> None:
    """Of their own model; each can only lower the limit that all calls together give."""
    tracker = SpendTracker(Decimal(100))
    for amount, usage in calls:
        reserved(tracker).settle(cent(amount), usage)
    assert tracker._prices.get("m", spending.DEAREST) == (Decimal(read), Decimal(written))
    assert tracker._prices.get("another", spending.DEAREST) is spending.DEAREST


def info(**pricing: Any) -> dict[str, Any]:
    units = [
        {"origin": "provided", "price": Decimal("2.6"), "per": 1_000_000},
        {"origin": "generated", "price": 13.0, "per": 1_000_000},
        {"origin": "cached", "price": None, "per": None},
    ]
    return {"id": "m", "aliases": ["n"], "pricing": {"kind": "fixed", "currency": "USD", "units": units, **pricing}}


CATALOGUES: list[tuple[Any, bool]] = [
    ({"data": [info()]}, True),
    ({"data": [info(kind="variants")]}, False),
    ({"data": [info(currency="EUR")]}, False),
    ({"data": [info(units=[])]}, False),
    ({"data": [info(units=[{"origin": "generated", "price": "13", "per": 0}])]}, False),
    ({"data": [{"id": "m", "aliases": None, "pricing": None}]}, False),
    ({"data": None}, False),
    (None, False),
]


@pytest.mark.parametrize(("catalogue", "tells"), CATALOGUES, ids=lambda value: repr(value)[-60:])
def test_a_catalogue_tells_prices_beforehand(catalogue: Any, tells: bool) -> None:
    """By every name of a model; calls may have told better ones."""
    tracker = SpendTracker(Decimal(100))
    tracker.learn_prices(catalogue)
    told = (Decimal("0.0000052"), Decimal("0.000013")) if tells else spending.DEAREST
    assert [tracker._prices.get(name, spending.DEAREST) for name in "mn"] == [told, told]
    reserved(tracker).settle(cent("0.0005"), {"input_tokens": 1, "output_tokens": 100})
    tracker.learn_prices(catalogue)
    assert tracker._prices["m"].written == Decimal("0.00000500500")


def call(model: str = "m", amount: str = "0.0005", **tokens: int) -> Callable[[SpendTracker], None]:
    """One that tells its price."""
    told = {"input_tokens": 10, "output_tokens": 100, **tokens}
    return lambda tracker: reserved(tracker, model=model).settle(cent(amount), told)


def cut(model: str = "m", **tokens: int) -> Callable[[SpendTracker], None]:
    """One that breaks off."""
    return lambda tracker: reserved(tracker, model=model).settle(None, tokens, whole=False)


def catalogue(tracker: SpendTracker) -> None:
    tracker.learn_prices({"data": [info()]})


# What happens, and what is counted in the end for a thousand tokens of each call without a price.
UNPRICED: dict[str, tuple[list[Callable[[SpendTracker], None]], str]] = {
    "nothing": ([], "0"),
    "priced": ([call()], "0"),
    "cut off": ([cut()], "0.0975"),
    "cut off again": ([cut(), cut()], "0.195"),
    "after a price": ([call(), cut()], "0.005005"),
    "before a price": ([cut(), call()], "0.005005"),
    "before two": ([cut(), call(), call(amount="0.0004")], "0.004005"),
    "before the price of another": ([cut(), call("another")], "0.0975"),
    "of two models": ([cut(), cut("another"), call()], "0.102505"),
    "before the catalogue": ([cut(), cut("n"), catalogue], "0.026"),
    "after the catalogue": ([catalogue, cut()], "0.013"),
    "of a model dearer than any": ([cut(), call(amount="20", input_tokens=0)], "200.001"),
    "told what it read": ([catalogue, cut(input_tokens=50, cache_read_input_tokens=50)], "0.01352"),
    "told what it wrote so far": ([catalogue, cut(output_tokens=5)], "0.013"),
    "told nothing of use": ([catalogue, cut(input_tokens=-1, output_tokens=10**15)], "0.013"),
    "dropped": ([lambda tracker: reserved(tracker) and None, call()], "0.005005"),
    "whole": ([catalogue, lambda tracker: reserved(tracker).settle(None, {"output_tokens": 5})], "0.000065"),
}


@pytest.mark.parametrize("budget", [Decimal(1000), None], ids=str)
@pytest.mark.parametrize("name", UNPRICED)
def test_calls_without_a_price_count_by_what_is_known_now(name: str, budget: Decimal | None) -> None:
    """Of the prices of their models, whether it came before them or later, and of their tokens."""
    steps, expected = UNPRICED[name]
    tracker = SpendTracker(budget)
    for step in steps:
        step(tracker)
    gc.collect()
    if name == "dropped" and budget is None:  # without a reservation only what reads the answer knows that it is over
        expected = "0"
    assert f"{tracker.unpriced:f}" == expected


IMAGE = b'{"media_type":"image/png","data":"' + b"A" * 90_000 + b'"}'
LOADS: list[tuple[bytes, bool, Load]] = [
    (b'{"max_tokens":4096,"messages":[]}', False, Load(33, 4096)),
    (b'{"max_tokens" : 12}', False, Load(19, 12)),
    (b'{"messages":[]}', False, Load(15, 128_000)),
    (rb'{"max_tokens":9,"messages":"\"max_tokens\":5000"}', False, Load(49, 9)),
    (b'{"max_tokens":9,"input":{"max_tokens":70}}', False, Load(42, 70)),
    (b'{"max_tokens":9}' + IMAGE, False, Load(16 + 27 + 5000, 9)),
    (b'{"max_tokens":9}' + IMAGE + IMAGE, False, Load(16 + 2 * 5027, 9)),
    (b'{"max_tokens":9}' + IMAGE.replace(b"image/png", b"application/pdf"), False, Load(90_058, 9)),
    (b'{"max_tokens":9}' + b" " * 2_000_000, False, Load(1_000_000, 9)),
    (b'[{"max_tokens":9},{"max_tokens":10}]', True, Load(18, 10)),
    (b'{"name":"a key"}', True, Load(8, 0)),
]


@pytest.mark.parametrize(("body", "batch", "load"), LOADS, ids=lambda value: repr(value)[:60])
def test_a_request_says_how_many_tokens_it_may_take(body: bytes, batch: bool, load: Load) -> None:
    """A byte is at most one; an image has a limit; a batch is many requests, at half the price."""
    assert Load.of(body, batch=batch) == load


def test_an_estimate_is_never_too_low() -> None:
    """It is rounded up."""
    price = spending.Price(Decimal("0.0000026"), Decimal("0.000013"))
    assert Load(1, 1).price(price) == Decimal("0.0000156")
    assert Load(123_456_789, 1).price(price) == Decimal("320.989")


# --- interrupted anywhere


def steps_of(action: Callable[[], object], at_step: Callable[[int], None]) -> int:
    """Do something, and call `at_step` between any two steps of the interpreter in its module. Returns their number."""
    steps = 0

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal steps
        if frame.f_code.co_filename != spending.__file__:
            return None
        frame.f_trace_opcodes = True
        if event == "opcode":
            steps += 1
            sys.settrace(None)
            at_step(steps)
            sys.settrace(trace)
        return trace

    former = sys.gettrace()
    sys.settrace(trace)
    try:
        action()
    finally:
        sys.settrace(former)
    return steps


class Interrupt(BaseException):
    """What a signal handler raises."""


ACTIONS: dict[str, tuple[Callable[[SpendTracker], object], list[tuple[str, str]]]] = {
    "pay": (lambda tracker: Charge(tracker).settle(cent()), [("0.01", "0")]),
    "owe": (lambda tracker: Charge(tracker, "m", lambda: THOUSAND).settle(None), [("0", "0.0975")]),
    "reserve, settle": (lambda tracker: reserved(tracker).settle(cent()), [("0.01", "0"), ("0", "0.0975")]),
    "reserve, release": (lambda tracker: reserved(tracker).release(), [("0", "0.0975")]),
    "reserve, drop": (lambda tracker: reserved(tracker) and None, [("0", "0.0975")]),
}


@pytest.mark.parametrize("name", ACTIONS)
def test_an_interrupt_between_any_two_steps_leaves_no_reservation(name: str) -> None:
    """And each amount counted once, as its cost or as what was maybe billed, or not at all."""
    action, outcomes = ACTIONS[name]

    def stop(step: int) -> None:
        if step == wanted:
            raise Interrupt

    wanted = 0
    total = steps_of(lambda: action(SpendTracker(Decimal(1))), stop)
    assert total > 20
    for wanted in range(1, total + 1):
        tracker = SpendTracker(Decimal(1))
        with suppress(Interrupt):
            steps_of(partial(action, tracker), stop)
        assert account(tracker) in [(*outcome, 0) for outcome in (*outcomes, ("0", "0"))], wanted
        reserved(tracker).settle(cent("0.5"))
        assert account(tracker)[2] == 0


@pytest.mark.parametrize("name", ACTIONS)
def test_a_handler_between_any_two_steps_may_do_the_same(name: str) -> None:
    """It reserves, settles and looks while the interrupted one stands still; nothing waits, and nothing is lost."""
    action, _ = ACTIONS[name]

    def handle(step: int) -> None:
        if step == wanted:
            reserved(tracker, "the handler").settle(cent("1"))
            Charge(tracker).settle(cent("1"))
            assert tracker.total >= 2

    wanted, tracker = 0, SpendTracker(Decimal(100))
    total = steps_of(partial(action, tracker), handle)
    spent, *others = account(tracker)
    for wanted in range(1, total + 1):
        tracker = SpendTracker(Decimal(100))
        steps_of(partial(action, tracker), handle)
        assert account(tracker) == (f"{Decimal(spent) + 2:f}", *others), wanted


# --- whatever the caller's context of arithmetic is


@pytest.mark.parametrize("context", [*CONTEXTS, decimal.Context(prec=28, capitals=0)], ids=repr)
def test_money_does_not_depend_on_the_context_of_the_caller(context: decimal.Context) -> None:
    """Neither digits, nor roundings, nor traps; in this thread or in any other."""

    def calls() -> list[str]:
        tracker = SpendTracker(Decimal("0.5"))
        for amount in ("0.1009999999", "0.0510000001", "12345678.000000001"):
            reserved(tracker).settle(cent(amount), {"input_tokens": 3, "output_tokens": 7})
        with pytest.raises(BudgetExceededError) as refused:
            reserved(tracker)
        costs = [Cost.of(Decimal(credits), None, "body") for credits in ("1234567890123", "3.3", "998", "2000000")]
        amounts = [read_amount(text) for text in ("0.123456789012345678901", "x", "1e99", "1e-7", " 5 ")]
        return [str(refused.value), *map(str, costs), *map(str, amounts), str(tracker.total), repr(tracker._prices)]

    expected = calls()
    assert expected[-2] == "12345678.1520000010"
    with decimal.localcontext(context):
        assert calls() == [text.replace("E", "e") if context.capitals == 0 else text for text in expected]
