"""Tools, types and hooks that misbehave."""

from __future__ import annotations

import asyncio
import gc
import json
import threading
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any

import pytest

from aimlapi_messages import (
    InvalidRequestError,
    Replace,
    ToolArgumentsError,
    ToolCall,
    ToolFailedError,
    ToolOutcome,
    tool,
)

from ..support.deadlines import LIMIT
from ..support.runs import DONE, Runs, calls, results
from ..support.wire import (
    KEY,
    MODEL,
    Gateway,
)

pytestmark = pytest.mark.anyio


@dataclass
class Order:
    """A type whose own code fails."""

    count: int

    def __post_init__(self) -> None:
        if self.count == 0:
            raise KeyError("a secret path")


def order(order: Order) -> str:
    """Order."""
    return f"{order.count} ordered"


async def test_a_type_whose_code_fails_is_a_failure_of_the_tool(runs: Runs) -> None:
    """Its text is not told, and the others' results are kept."""
    gateway = Gateway(calls(("order", {"order": {"count": 0}}), ("order", {"order": {"count": 2}})), DONE)
    await runs.until_done(gateway, tools=[order])
    assert [one["content"] for one in results(gateway)] == ["The tool failed (KeyError).", "2 ordered"]


async def test_a_type_whose_code_fails_is_raised_on_demand(runs: Runs) -> None:
    """As the cause."""
    with pytest.raises(ToolFailedError, match="order raised KeyError") as caught:
        await runs.until_done(Gateway(calls(("order", {"order": {"count": 0}}))), tools=[order], on_tool_error="raise")
    assert isinstance(caught.value.__cause__, KeyError)


async def test_a_type_whose_code_fails_again_and_again_ends_the_run(runs: Runs) -> None:
    """Like arguments that are wrong."""
    with pytest.raises(ToolArgumentsError, match="3 calls of order"):
        await runs.until_done(Gateway(calls(("order", {"order": {"count": 0}}))), tools=[order])


async def test_a_tool_that_changes_its_arguments_changes_no_turn(runs: Runs) -> None:
    """Neither what is sent nor what is saved."""

    def spoil(data: dict[str, Any]) -> str:
        """A tool."""
        data["inner"]["list"].append("spoiled")
        data.clear()
        return "done"

    given = {"data": {"inner": {"list": ["whole"]}}}
    gateway = Gateway(calls(("spoil", given)), DONE)
    await runs.until_done(gateway, tools=[spoil])
    assert gateway.sent["messages"][1]["content"][1]["input"] == given
    assert runs.runner.transcript[1]["content"][1]["input"] == given


async def test_a_mutable_default_is_not_shared_with_the_model_s_values(runs: Runs) -> None:
    """A list that the function gathers in is Python's own affair."""

    def gather(item: str, into: list[str] = []) -> list[str]:  # noqa: B006
        """A tool."""
        return [*into, item]

    gateway = Gateway(calls(("gather", {"item": "a"}), ("gather", {"item": "b", "into": ["x"]})), DONE)
    await runs.until_done(gateway, tools=[gather])
    assert [one["content"] for one in results(gateway)] == ['["a"]', '["x", "b"]']


async def test_a_tool_whose_wait_is_cancelled_fails_alone(runs: Runs) -> None:
    """It does not pass for the run's own cancellation."""

    async def wait() -> None:
        """A tool."""
        task = asyncio.create_task(asyncio.sleep(10))
        task.cancel()
        await task

    def cancelled() -> None:
        """A tool."""
        raise asyncio.CancelledError

    gateway = Gateway(calls(("wait", {}), ("cancelled", {})), calls(("cancelled", {})), DONE)
    await runs.until_done(gateway, tools=[wait, cancelled])
    told = json.loads(gateway.requests[1].content)["messages"][-1]["content"] + results(gateway)
    assert [one["content"] for one in told] == ["The tool failed (CancelledError)."] * 3


async def test_a_tool_may_stop_an_iteration_by_mistake(runs: Runs) -> None:
    """As `next` does: neither does the run hang, nor does it end. In a coroutine Python says RuntimeError for it."""

    def first() -> str:
        """A tool."""
        return next(iter([]))

    gateway = Gateway(calls(("first", {})), DONE)
    await asyncio.wait_for(runs.until_done(gateway, tools=[first]), 10)
    told = {"The tool failed (StopIteration).", "The tool failed (RuntimeError)."}
    assert {one["content"] for one in results(gateway)} < told


@pytest.mark.parametrize("error", [StopIteration, StopAsyncIteration])
async def test_a_hook_may_not_end_a_run_by_mistake(runs: Runs, error: type[Exception]) -> None:
    """It would pass for the end of the iteration."""

    def before(call: ToolCall) -> None:
        raise error

    with pytest.raises((RuntimeError, StopAsyncIteration)):
        await runs.until_done(Gateway(calls(("order", {"order": {"count": 1}}))), tools=[order], before_call=before)


class Speechless(Exception):
    """An error that cannot say what it is."""

    def __str__(self) -> str:
        raise ValueError


async def test_an_error_that_cannot_say_itself_is_told_by_its_class(runs: Runs) -> None:
    """Also where the text of errors is shown."""

    def fail() -> None:
        """A tool."""
        raise Speechless

    gateway = Gateway(calls(("fail", {})), DONE)
    await runs.until_done(gateway, tools=[fail], show_errors=True)
    assert results(gateway)[0]["content"] == "The tool failed (Speechless)."


def later(value: str) -> Awaitable[str]:
    """A function that is not async itself, and gives something to await."""

    async def inner() -> str:
        return value

    return inner()


async def test_a_function_may_give_something_to_await(runs: Runs) -> None:
    """Also where a loop already runs in the thread of a synchronous run."""
    gateway = Gateway(calls(("later", {"value": "a"})), calls(*(("later", {"value": one}) for one in "bc")), DONE)
    await runs.until_done(gateway, tools=[later])
    told = json.loads(gateway.requests[1].content)["messages"][-1]["content"] + results(gateway)
    assert [one["content"] for one in told] == ["a", "b", "c"]


async def test_no_error_of_a_task_is_left_for_the_loop_to_log() -> None:
    """One of two is raised, the other is seen."""
    logged: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: logged.append(context["message"]))

    async def fail() -> None:
        """A tool."""
        raise RuntimeError

    gateway = Gateway(calls(("fail", {}), ("fail", {})))
    with pytest.raises(ToolFailedError):
        await Runs(asynchronous=True, stream=False).until_done(gateway, tools=[fail], on_tool_error="raise")
    gc.collect()
    await asyncio.sleep(0)
    assert logged == []


async def test_a_run_that_is_cancelled_twice_leaves_no_task() -> None:
    """The second time it does not wait for the thread, which goes on by itself."""
    begun, release = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def work() -> None:
        """A tool."""
        loop.call_soon_threadsafe(begun.set)
        release.wait(LIMIT)

    runner = Gateway(calls(("work", {}))).async_client().messages.tool_runner(model=MODEL, messages="Hi", tools=[work])
    before = asyncio.all_tasks()
    run = asyncio.create_task(runner.until_done())
    await begun.wait()
    for _ in range(2):
        run.cancel()
        await asyncio.sleep(0.01)
    with pytest.raises(asyncio.CancelledError):
        await run
    release.set()
    left = asyncio.all_tasks() - before
    await asyncio.wait_for(asyncio.gather(*left, return_exceptions=True), LIMIT)
    assert asyncio.all_tasks() == before


async def test_a_cancelled_run_waits_for_a_thread_no_longer_than_its_limit() -> None:
    """Counted from when the tool began."""
    begun, release = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()
    ended: list[bool] = []

    def work() -> None:
        """A tool."""
        loop.call_soon_threadsafe(begun.set)
        release.wait(LIMIT)
        ended.append(True)

    gateway = Gateway(calls(("work", {})))
    runner = gateway.async_client().messages.tool_runner(model=MODEL, messages="Hi", tools=[work], tool_timeout=0.3)
    run = asyncio.create_task(runner.until_done())
    await begun.wait()
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert not ended
    release.set()


async def test_an_error_of_a_hook_is_the_user_s(runs: Runs) -> None:
    """It ends the run as it is, once no tool runs any more."""
    ended: list[str] = []

    def work(name: str) -> None:
        """A tool."""
        ended.append(name)

    def after(call: ToolCall, outcome: ToolOutcome) -> None:
        raise LookupError("of the hook")

    gateway = Gateway(calls(("work", {"name": "a"}), ("work", {"name": "b"})))
    with pytest.raises(LookupError, match="of the hook"):
        await runs.until_done(gateway, tools=[work], after_call=after)
    assert sorted(ended) == ["a", "b"]


async def test_an_error_of_a_hook_before_a_call_runs_nothing(runs: Runs) -> None:
    """Not even the calls before it."""
    ended: list[str] = []

    def work(name: str) -> None:
        """A tool."""
        ended.append(name)

    def before(call: ToolCall) -> None:
        if call.input["name"] == "b":
            raise LookupError

    gateway = Gateway(calls(("work", {"name": "a"}), ("work", {"name": "b"})))
    with pytest.raises(LookupError):
        await runs.until_done(gateway, tools=[work], before_call=before)
    assert ended == []


async def test_many_calls_are_each_seen_by_the_hooks(runs: Runs) -> None:
    """In their order, with results of any kind in their place."""
    seen: list[int] = []

    def work(n: int) -> int:
        """A tool."""
        return n

    def before(call: ToolCall) -> Replace | None:
        seen.append(call.input["n"])
        return Replace({"instead": call.input["n"]}) if call.input["n"] % 2 else None

    gateway = Gateway(calls(*(("work", {"n": n}) for n in range(50))), DONE)
    await runs.until_done(gateway, tools=[work], before_call=before)
    assert seen == list(range(50))
    assert [one["content"] for one in results(gateway)][:4] == ["0", '{"instead": 1}', "2", '{"instead": 3}']


@pytest.mark.parametrize("limit", ["5", 0, -1.0, True])
async def test_a_limit_that_is_none_is_refused(runs: Runs, limit: Any) -> None:
    """When the runner is made."""
    with pytest.raises(InvalidRequestError, match="tool_timeout is"):
        await runs.until_done(Gateway(DONE), tools=[order], tool_timeout=limit)


@pytest.mark.shows_the_key
async def test_the_key_never_reaches_the_model(runs: Runs) -> None:
    """Not by what a tool raised of it, nor does the user's error show it."""

    @tool
    def leak() -> None:
        """A tool."""
        raise RuntimeError(f"401 with {KEY}")

    gateway = Gateway(calls(("leak", {})), DONE)
    await runs.until_done(gateway, tools=[leak])
    assert KEY not in gateway.requests[-1].content.decode()
    with pytest.raises(ToolFailedError) as caught:
        await runs.until_done(Gateway(calls(("leak", {}))), tools=[leak], on_tool_error="raise")
    assert KEY not in f"{caught.value} {vars(caught.value)}"


async def test_huge_arguments_arrive_whole(runs: Runs) -> None:
    """A megabyte of text, and ten thousand items."""

    def measure(text: str, items: list[int]) -> str:
        """A tool."""
        return f"{len(text)} {sum(items)}"

    gateway = Gateway(calls(("measure", {"text": "ü" * 10**6, "items": [1] * 10_000})), DONE)
    await runs.until_done(gateway, tools=[measure])
    assert results(gateway)[0]["content"] == "1000000 10000"
