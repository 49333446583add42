"""Calls at the same time: that they really are, barriers, time limits, and what is left when a run is stopped."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

import pytest

from aimlapi_messages import ToolFailedError, tool

from ..support.deadlines import LIMIT
from ..support.runs import DONE, Runs, calls, results
from ..support.wire import Gateway

pytestmark = pytest.mark.anyio


async def test_calls_of_one_answer_run_at_the_same_time(runs: Runs) -> None:
    """Four functions each wait for the three others."""
    together = threading.Barrier(4, timeout=LIMIT)

    def meet(n: int) -> int:
        """Wait for the others."""
        together.wait()
        return n

    gateway = Gateway(calls(*(("meet", {"n": n}) for n in range(4))), DONE)
    await runs.until_done(gateway, tools=[meet])
    assert [one["content"] for one in results(gateway)] == ["0", "1", "2", "3"]


async def test_coroutines_of_one_answer_run_at_the_same_time(runs: Runs) -> None:
    """In an asynchronous run as tasks of its loop."""
    arrived: set[int] = set()

    async def meet(n: int) -> int:
        """Wait for the others."""
        arrived.add(n)
        async with asyncio.timeout(LIMIT):
            while len(arrived) < 4:
                await asyncio.sleep(0)
        return n

    gateway = Gateway(calls(*(("meet", {"n": n}) for n in range(4))), DONE)
    await runs.until_done(gateway, tools=[meet])
    assert [one["content"] for one in results(gateway)] == ["0", "1", "2", "3"]


async def test_a_sequential_tool_is_a_barrier(runs: Runs) -> None:
    """What was called before it has ended, and what was called after it has not begun."""
    running: set[str] = set()
    seen: list[set[str]] = []
    lock = threading.Lock()

    def work(name: str) -> None:
        with lock:
            running.add(name)
            seen.append(set(running))
        with lock:
            running.discard(name)

    def first(n: int) -> None:
        """A tool."""
        work(f"first {n}")

    @tool(sequential=True)
    def alone() -> None:
        """A tool."""
        work("alone")
        assert running == set()

    gateway = Gateway(
        calls(("first", {"n": 0}), ("first", {"n": 1}), ("alone", {}), ("first", {"n": 2}), ("alone", {})), DONE
    )
    await runs.until_done(gateway, tools=[first, alone])
    order = [next(iter(one & {"alone"}), "first") for one in seen]
    assert order == ["first", "first", "alone", "first", "alone"]
    assert {"alone"} in seen
    assert all(one == {"alone"} for one in seen if "alone" in one)
    assert not any("is_error" in one for one in results(gateway))


async def test_a_tool_that_hangs_is_given_up(runs: Runs) -> None:
    """The model is told, the others' results are kept, and the tool's own limit goes before the run's."""
    release = threading.Event()

    @tool(timeout=0.05)
    def hang() -> None:
        """A tool."""
        release.wait(LIMIT)

    @tool(timeout=0.05)
    async def hang_too() -> None:
        """A tool."""
        await asyncio.sleep(LIMIT)

    def quick() -> str:
        """A tool."""
        return "quick"

    gateway = Gateway(calls(("hang", {}), ("hang_too", {}), ("quick", {})), DONE)
    try:
        await runs.until_done(gateway, tools=[hang, hang_too, quick], tool_timeout=LIMIT)
    finally:
        release.set()
    late = "The tool took more than 0.05 s and was given up."
    assert [(one["content"], one.get("is_error", False)) for one in results(gateway)] == [
        (late, True),
        (late, True),
        ("quick", False),
    ]


@pytest.mark.parametrize("limit", [1e8, 1e10, 1e300, float("inf")], ids=str)
async def test_a_limit_may_be_as_long_as_one_likes(runs: Runs, limit: float) -> None:
    """No clock must reach so far."""

    async def soon(number: int) -> int:
        """A tool."""
        await asyncio.sleep(0.01)
        return number

    def later(number: int) -> int:
        """A tool."""
        time.sleep(0.02)
        return number

    gateway = Gateway(calls(("soon", {"number": 1}), ("later", {"number": 2})), DONE)
    await runs.until_done(gateway, tools=[soon, later], tool_timeout=limit)
    assert [one["content"] for one in results(gateway)] == ["1", "2"]


@pytest.mark.parametrize("late", [None, "value", "error", "never"])
async def test_a_coroutine_that_does_not_heed_its_cancellation_is_given_up(runs: Runs, late: str | None) -> None:
    """It has a second to end, and counts if it does: its value or error. Else the run goes on without it."""
    ended = threading.Event()

    @tool(timeout=0.05)
    async def stubborn() -> str:
        """A tool."""
        while not ended.is_set():
            try:
                await asyncio.sleep(0.01)
            except asyncio.CancelledError:
                if late is None:
                    raise
                if late == "error":
                    raise ValueError("too late") from None
                if late == "value":
                    break
        return "ended after all"

    gateway = Gateway(calls(("stubborn", {})), DONE)
    try:
        await runs.until_done(gateway, tools=[stubborn], show_errors=True)
    finally:
        ended.set()
    given_up = "The tool took more than 0.05 s and was given up."
    told = {"value": "ended after all", "error": "The tool failed (ValueError: too late)."}.get(late or "", given_up)
    assert results(gateway)[0]["content"] == told


async def test_a_tool_that_hangs_is_raised_on_demand(runs: Runs) -> None:
    """As a TimeoutError."""
    release = threading.Event()

    def hang() -> None:
        """A tool."""
        release.wait(LIMIT)

    try:
        with pytest.raises(ToolFailedError) as caught:
            await runs.until_done(Gateway(calls(("hang", {}))), tools=[hang], tool_timeout=0.05, on_tool_error="raise")
    finally:
        release.set()
    assert isinstance(caught.value.__cause__, TimeoutError)


async def test_a_timeout_inside_a_tool_is_its_own(runs: Runs) -> None:
    """Not every TimeoutError is the run's limit."""

    async def slow() -> None:
        """A tool."""
        raise TimeoutError("of its own")

    gateway = Gateway(calls(("slow", {})), DONE)
    await runs.until_done(gateway, tools=[slow], tool_timeout=LIMIT, show_errors=True)
    assert results(gateway)[0]["content"] == "The tool failed (TimeoutError: of its own)."


async def test_an_error_waits_for_the_other_tools(runs: Runs) -> None:
    """None goes on behind the error that ends the run."""
    ended: list[str] = []
    failed = threading.Event()

    def fail() -> None:
        """A tool."""
        failed.set()
        raise RuntimeError

    def last() -> None:
        """A tool."""
        failed.wait(LIMIT)
        ended.append("last")

    gateway = Gateway(calls(("fail", {}), ("last", {})))
    with pytest.raises(ToolFailedError):
        await runs.until_done(gateway, tools=[fail, last], on_tool_error="raise")
    assert ended == ["last"]


async def test_cancelling_a_run_leaves_no_task_and_no_thread() -> None:
    """Coroutines are cancelled; functions on threads are waited for."""
    begun = asyncio.Event()
    release = threading.Event()
    loop = asyncio.get_running_loop()
    cancelled: list[bool] = []
    ended: list[bool] = []

    async def wait() -> None:
        """A tool."""
        try:
            await asyncio.sleep(LIMIT)
        except asyncio.CancelledError:
            cancelled.append(True)
            release.set()
            raise

    def work() -> None:
        """A tool."""
        loop.call_soon_threadsafe(begun.set)
        release.wait(LIMIT)
        ended.append(True)

    before = (set(threading.enumerate()), asyncio.all_tasks())
    gateway = Gateway(calls(("wait", {}), ("work", {})))
    runner = gateway.async_client().messages.tool_runner(model="m", messages="Hi", tools=[wait, work])
    run = asyncio.create_task(runner.until_done())
    await begun.wait()
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert (cancelled, ended) == ([True], [True])
    assert (set(threading.enumerate()), asyncio.all_tasks()) == before
    told = runner.transcript[2]["content"]
    assert [(one["tool_use_id"], one.get("is_error", False)) for one in told] == [("toolu_1", False)]


def test_an_interrupt_in_a_tool_ends_the_run(runs: Runs) -> None:
    """What is no Exception is nobody's to report."""

    def interrupt() -> Any:
        """A tool."""
        raise SystemExit(3)

    with pytest.raises(SystemExit):
        asyncio.run(runs.until_done(Gateway(calls(("interrupt", {}))), tools=[interrupt]))
