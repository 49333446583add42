"""What the client's call hook is told of the tools of a run, and where its context is the current one."""

from __future__ import annotations

import asyncio
import threading
from contextvars import ContextVar
from typing import Any

import pytest

from aimlapi_messages import Call, CallOutcome, Refuse, Replace, ToolError, ToolFailedError, ToolOutcome, tool

from ..support.deadlines import LIMIT
from ..support.runs import DONE, Runs, calls, results
from ..support.told import Told
from ..support.wire import Gateway

pytestmark = pytest.mark.anyio

CURRENT: ContextVar[str] = ContextVar("CURRENT", default="")


def double(n: int) -> int:
    """A tool."""
    if n < 0:
        raise ToolError("Give more.")
    return 2 * n


async def half(n: int) -> float:
    """A tool."""
    await asyncio.sleep(0)
    return n / 2


async def test_the_hook_is_told_of_each_tool(runs: Runs) -> None:
    """Between the calls of the model."""
    told = Told()
    runs.client_options["on_call"] = told
    gateway = Gateway(calls(("double", {"n": 4}), ("half", {"n": 3}), ("double", {"n": -1})), DONE)
    await runs.until_done(gateway, tools=[double, half])
    operations = ["create_message", *["execute_tool"] * 3, "create_message"]
    assert [call.operation for call in told.calls] == operations
    found = [(call.tool, outcome) for call, outcome in zip(told.calls, told.outcomes, strict=True) if call.tool]
    assert [(call.id, call.name, call.input) for call, _ in found] == [
        ("toolu_0", "double", {"n": 4}),
        ("toolu_1", "half", {"n": 3}),
        ("toolu_2", "double", {"n": -1}),
    ]
    outcomes = {outcome.answer.content: outcome for outcome in told.outcomes if isinstance(outcome.answer, ToolOutcome)}
    assert outcomes.keys() == {"8", "1.5", "Give more."}
    assert [type(outcomes[text].error) for text in outcomes] == [ToolError, type(None), type(None)]
    assert [outcome.message is None for outcome in told.outcomes] == [False, True, True, True, False]
    assert [call.model for call in told.calls if call.tool] == [""] * 3


async def test_what_does_not_run_is_not_told(runs: Runs) -> None:
    """Refused, replaced, wrong, unknown."""
    told = Told()
    runs.client_options["on_call"] = told
    decisions: dict[int, Any] = {1: Refuse("no"), 2: Replace("two"), 3: None}
    asked = [("double", {"n": 1}), ("double", {"n": 2}), ("double", {"n": "?"}), ("nothing", {}), ("double", {"n": 3})]
    gateway = Gateway(calls(*asked), DONE)
    await runs.until_done(gateway, tools=[double], before_call=lambda call: decisions[call.input["n"]])
    assert len(results(gateway)) == 5
    assert [call.tool.input for call in told.calls if call.tool is not None] == [{"n": 3}]


class Current:
    """A hook whose context is the current one where the tool runs."""

    def __init__(self, call: Call) -> None:
        self.name = "" if call.tool is None else f"{CURRENT.get()}/{call.tool.id}"

    def __enter__(self) -> None:
        self.token = CURRENT.set(self.name)

    def __exit__(self, *_: object) -> None:
        CURRENT.reset(self.token)

    def __call__(self, _: CallOutcome) -> None: ...


@pytest.mark.parametrize("count", [1, 4, 40])
@pytest.mark.parametrize("timeout", [None, LIMIT])
async def test_the_context_is_current_in_the_tool(runs: Runs, count: int, timeout: float | None) -> None:
    """On whichever thread or task it runs, with and without a limit, async or not; each has its own."""
    seen: list[str] = []

    def look() -> str:
        """A tool."""
        seen.append(CURRENT.get())
        return CURRENT.get()

    async def alook() -> str:
        """A tool."""
        await asyncio.sleep(0)
        return look()

    runs.client_options["on_call"] = Current
    both = calls(*(("look", {}) for _ in range(count)), *(("alook", {}) for _ in range(count)))
    gateway = Gateway(both, DONE)
    token = CURRENT.set("run")
    await runs.until_done(gateway, tools=[look, alook], tool_timeout=timeout)
    CURRENT.reset(token)
    expected = [f"run/toolu_{number}" for number in range(2 * count)]
    assert [one["content"] for one in results(gateway)] == expected
    assert sorted(seen) == sorted(expected)
    assert CURRENT.get() == ""


async def test_a_tool_that_takes_too_long_has_ended(runs: Runs) -> None:
    """When it is given up; one that is async is cancelled."""
    told, free = Told(), threading.Event()

    @tool(timeout=0.01)
    def hang() -> None:
        """A tool."""
        free.wait(LIMIT)

    @tool(timeout=0.01)
    async def sleep() -> None:
        """A tool."""
        await asyncio.sleep(LIMIT)

    runs.client_options["on_call"] = told
    await runs.until_done(Gateway(calls(("hang", {}), ("sleep", {})), DONE), tools=[hang, sleep])
    free.set()
    ended = [outcome for outcome in told.outcomes if outcome.message is None]
    assert [type(outcome.error) for outcome in ended] == [TimeoutError, TimeoutError]
    assert all(0.01 <= outcome.seconds < LIMIT for outcome in ended)


async def test_the_tools_of_a_run_that_fails_have_ended(runs: Runs) -> None:
    """Those with a result by that, the others by what ended the run."""
    told = Told()
    runs.client_options["on_call"] = told

    def fail() -> None:
        """A tool."""
        raise LookupError("the tool's own")

    gateway = Gateway(calls(("double", {"n": 4}), ("fail", {})), DONE)
    with pytest.raises(ToolFailedError) as caught:
        await runs.until_done(gateway, tools=[double, fail], on_tool_error="raise")
    ended = [outcome for outcome in told.outcomes if outcome.message is None]
    assert {outcome.error for outcome in ended} == {None, caught.value}
    assert [outcome.complete for outcome in ended] == [outcome.error is None for outcome in ended]


async def test_the_tools_of_a_cancelled_run_have_ended() -> None:
    """By the cancellation."""
    told, running = Told(), asyncio.Event()

    async def sleep() -> None:
        """A tool."""
        running.set()
        await asyncio.sleep(LIMIT)

    runs = Runs(asynchronous=True, stream=False)
    runs.client_options["on_call"] = told
    task = asyncio.create_task(runs.until_done(Gateway(calls(("sleep", {})), DONE), tools=[sleep]))
    await running.wait()
    task.cancel()
    await asyncio.wait([task])
    ended = [outcome for outcome in told.outcomes if outcome.message is None]
    assert [type(outcome.error) for outcome in ended] == [asyncio.CancelledError]


@pytest.mark.parametrize("at_the_end", [False, True])
async def test_what_the_hook_raises_ends_the_run(runs: Runs, at_the_end: bool) -> None:
    """And is nothing that the model is told."""

    def refuse(_: object) -> None:
        raise LookupError("the hook's own")

    def hook(call: Call) -> Any:
        if call.tool is None:
            return None
        return refuse if at_the_end else refuse(call)

    runs.client_options["on_call"] = hook
    gateway = Gateway(calls(("double", {"n": 4}), ("double", {"n": 5})), DONE)
    with pytest.raises(LookupError, match="the hook's own"):
        await runs.until_done(gateway, tools=[double])
    assert len(gateway.requests) == 1
    assert len(runs.runner.transcript) == (3 if at_the_end else 2)
