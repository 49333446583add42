"""Runs that are stopped between their calls: what was done is kept, and is not done again."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from aimlapi_messages import Replace, ToolCall, ToolCallIncompleteError, ToolFailedError, ToolOutcome, tool

from ..support.deadlines import LIMIT
from ..support.runs import DONE, Runs, calls, results
from ..support.wire import Gateway, answer, body, tool_block

pytestmark = pytest.mark.anyio


class Desk:
    """A tool that notes what was done, and a run of it whose calls are named."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.fails: set[str] = set()

    def tools(self) -> list[Any]:
        @tool
        def work(name: str) -> str:
            """A tool."""
            if name in self.fails:
                raise LookupError(name)
            self.done.append(name)
            return f"{name} done"

        @tool(sequential=True)
        def alone(name: str) -> str:
            """A tool."""
            self.done.append(name)
            return f"{name} done"

        return [work, alone]


def told(transcript: Any) -> dict[str, Any]:
    """The results in the last turn, by the ids of their calls."""
    last = transcript[-1]
    if last["role"] != "user" or isinstance(last["content"], str):
        return {}
    return {block["tool_use_id"]: block["content"] for block in last["content"]}


def work(*names: str) -> list[tuple[str, dict[str, Any]]]:
    return [("alone" if name.isupper() else "work", {"name": name}) for name in names]


# The calls, the hook that fails, at which of them, and what was done by then.
STOPS: list[tuple[list[tuple[str, dict[str, Any]]], str, str, list[str]]] = [
    (work("a", "b", "c"), "before_call", "a", []),
    (work("a", "b", "c"), "before_call", "c", []),
    (work("a", "B"), "before_call", "B", ["a"]),
    (work("A", "B", "C"), "before_call", "C", ["A", "B"]),
    (work("a", "b", "C", "d"), "before_call", "d", ["C", "a", "b"]),
    (work("a"), "after_call", "a", ["a"]),
    (work("a", "b", "c"), "after_call", "b", ["a", "b", "c"]),
    (work("A", "B", "C"), "after_call", "B", ["A", "B"]),
]


@pytest.mark.parametrize(("given", "hook", "at", "done"), STOPS)
@pytest.mark.parametrize("again", ["the same run", "a new run of the saved turns"])
async def test_a_hook_that_raises_loses_nothing(
    runs: Runs, given: list[Any], hook: str, at: str, done: list[str], again: str
) -> None:
    """What was done stands in the turns; every call is done once and answered once."""
    desk, broken = Desk(), [True]

    def fail(call: ToolCall, outcome: ToolOutcome | None = None) -> None:
        if broken and call.input["name"] == at:
            raise LookupError("of the hook")

    gateway = Gateway(calls(*given), DONE)
    with pytest.raises(LookupError, match="of the hook"):
        await runs.until_done(gateway, tools=desk.tools(), **{hook: fail})
    ids = {f"toolu_{n}": f"{one['name']} done" for n, (_, one) in enumerate(given)}
    assert sorted(desk.done) == done
    assert told(runs.runner.transcript) == {key: text for key, text in ids.items() if text.split()[0] in done}
    broken.clear()
    if again == "the same run":
        await runs.go_on()
    else:
        gateway = Gateway(DONE)
        saved = json.loads(json.dumps(runs.runner.transcript))
        await runs.until_done(gateway, tools=desk.tools(), messages=saved)
    assert sorted(desk.done) == sorted(one["name"] for _, one in given)
    assert {one["tool_use_id"]: one["content"] for one in results(gateway)} == ids
    assert [turn["role"] for turn in runs.runner.transcript] == ["user", "assistant", "user", "assistant"]


async def test_a_tool_that_ends_the_run_does_not_lose_the_others(runs: Runs) -> None:
    """They are not done again; it is."""
    desk = Desk()
    desk.fails = {"b"}
    gateway = Gateway(calls(*work("a", "b", "c")), DONE)
    with pytest.raises(ToolFailedError) as caught:
        await runs.until_done(gateway, tools=desk.tools(), on_tool_error="raise")
    assert told(caught.value.transcript) == {"toolu_0": "a done", "toolu_2": "c done"}
    desk.fails.clear()
    saved = json.loads(json.dumps(caught.value.transcript))
    await runs.until_done(gateway, tools=desk.tools(), messages=saved)
    assert sorted(desk.done) == ["a", "b", "c"]


async def test_what_a_hook_decided_is_not_asked_again(runs: Runs) -> None:
    """It may have done the call itself."""
    asked: list[str] = []
    broken = [True]

    def before(call: ToolCall) -> Replace:
        asked.append(call.input["name"])
        if broken and call.input["name"] == "b":
            raise LookupError
        return Replace("by hand")

    gateway = Gateway(calls(*work("a", "b")), DONE)
    with pytest.raises(LookupError):
        await runs.until_done(gateway, tools=Desk().tools(), before_call=before)
    broken.clear()
    await runs.go_on()
    assert asked == ["a", "b", "b"]


async def test_results_stand_before_what_else_the_user_says(runs: Runs) -> None:
    """As the API demands, where a saved turn has both."""
    blocks = [tool_block(id=one, name="work", input={"name": one}) for one in "ab"]
    said = {"type": "text", "text": "Well?"}
    turn = {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "a", "content": "was done"}, said]}
    gateway, desk = Gateway(DONE), Desk()
    messages = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": blocks}, turn]
    await runs.until_done(gateway, tools=desk.tools(), messages=messages)
    assert desk.done == ["b"]
    assert [block.get("content", "Well?") for block in results(gateway)] == ["was done", "b done", "Well?"]


# What a hanging tool is called beside, and its limit.
HANGS: list[tuple[list[str], float | None]] = [
    (["hang"], None),
    (["hang"], 60.0),
    (["hang", "quick"], None),
    (["quick", "hang", "hang"], None),
    (["hang"] * 40, None),
    (["wait", "hang"], None),
]


@pytest.mark.parametrize(("names", "limit"), HANGS)
async def test_a_hanging_thread_does_not_hold_up_a_cancellation(names: list[str], limit: float | None) -> None:
    """The run ends within seconds, nothing that ran is done again, and what hangs is told to be unknown."""
    release, begun = threading.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    done: list[str] = []

    def hang() -> None:
        """A tool."""
        done.append("hang")
        loop.call_soon_threadsafe(begun.set)
        release.wait(LIMIT)

    def quick() -> str:
        """A tool."""
        return "quick"

    async def wait() -> None:
        """A tool."""
        while not release.is_set():
            await asyncio.sleep(0.01)

    gateway = Gateway(calls(*((name, {}) for name in names)), DONE)
    client = gateway.async_client()
    runner = client.messages.tool_runner(model="m", messages="Hi", tools=[hang, quick, wait], tool_timeout=limit)
    run = asyncio.create_task(runner.until_done())
    await begun.wait()
    began = time.monotonic()
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert time.monotonic() - began < LIMIT / 2
    answers = told(runner.transcript)
    assert all(answers[f"toolu_{n}"] == "quick" for n, name in enumerate(names) if name == "quick")
    unknown = [text for text in answers.values() if "not known" in text]
    assert len(unknown) == min(names.count("hang"), 32) == done.count("hang")
    release.set()
    await runner.until_done()
    assert done.count("hang") == names.count("hang")


@pytest.mark.parametrize("names", [["hang"], ["hang", "quick"], ["hang"] * 40, ["later"], ["later", "hang"]])
def test_an_interrupt_ends_a_synchronous_run_at_once(names: list[str], interrupt: Callable[[], None]) -> None:
    """Also where its tools hang on threads."""
    release = threading.Event()

    def hang() -> None:
        """A tool."""
        release.wait(LIMIT)

    async def later() -> None:
        """A tool."""
        await asyncio.sleep(LIMIT)

    def quick() -> str:
        """A tool."""
        return "quick"

    gateway = Gateway(calls(*((name, {}) for name in names)), DONE)
    runner = gateway.client().messages.tool_runner(model="m", messages="Hi", tools=[hang, quick, later])
    began = time.monotonic()
    interrupt()
    with pytest.raises(KeyboardInterrupt):
        runner.until_done()
    assert time.monotonic() - began < LIMIT / 2
    assert all("quick" in text or "not known" in text for text in told(runner.transcript).values())
    release.set()


@pytest.mark.parametrize("names", [["hang"], ["hang", "quick"], ["hang"] * 40])
def test_an_interrupt_ends_an_asynchronous_run(names: list[str], interrupt: Callable[[], None]) -> None:
    """The first one, by the cancellation that asyncio makes of it."""
    release = threading.Event()

    def hang() -> None:
        """A tool."""
        release.wait(LIMIT)

    def quick() -> str:
        """A tool."""
        return "quick"

    async def run() -> None:
        gateway = Gateway(calls(*((name, {}) for name in names)), DONE)
        runner = gateway.async_client().messages.tool_runner(model="m", messages="Hi", tools=[hang, quick])
        await runner.until_done()

    began = time.monotonic()
    interrupt()
    with pytest.raises(KeyboardInterrupt):
        asyncio.run(run())
    assert time.monotonic() - began < LIMIT / 2
    release.set()


@pytest.fixture
def interrupt() -> Iterator[Callable[[], None]]:
    """Interrupt the main thread in half a second, as Ctrl-C does, also where a shell in the background ignores that."""

    def later() -> None:
        threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield later
    signal.signal(signal.SIGINT, before)


class Alarm(TimeoutError):
    """What a program raises of its own limits."""


@pytest.mark.parametrize("raised", [Alarm, RuntimeError, ValueError, OSError, KeyboardInterrupt])
@pytest.mark.parametrize("names", [["work"], ["work", "quick"]], ids=["one call", "two calls"])
def test_what_a_signal_handler_raises_in_a_tool_comes_out(names: list[str], raised: type[BaseException]) -> None:
    """It is the program's, and no failure of the tool; the run goes on where it was."""
    signals = [signal.SIGUSR1]

    def work() -> str:
        """A tool."""
        if signals and threading.current_thread() is threading.main_thread():
            signal.raise_signal(signals.pop())
        return "done"

    def quick() -> str:
        """A tool."""
        return "quick"

    def handler(_number: int, _frame: object) -> None:
        raise raised

    before = signal.signal(signal.SIGUSR1, handler)
    gateway = Gateway(calls(*((name, {}) for name in names)), DONE)
    options: dict[str, Any] = {"tools": [tool(sequential=True)(work), quick]}
    try:
        runner = gateway.client().messages.tool_runner(model="m", messages="Hi", **options)
        with pytest.raises(raised):
            runner.until_done()
        assert runner.until_done().text == "Done."
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert results(gateway)[0]["content"] == "done"


@pytest.mark.parametrize("count", [1, 33, 500, 2000])
async def test_many_calls_take_few_threads(runs: Runs, count: int) -> None:
    """All are answered, in their order."""
    most: list[int] = []

    def work(n: int) -> int:
        """A tool."""
        most.append(threading.active_count())
        return n

    before = threading.active_count()
    gateway = Gateway(calls(*(("work", {"n": n}) for n in range(count))), DONE)
    await runs.until_done(gateway, tools=[work])
    assert [one["content"] for one in results(gateway)] == [str(n) for n in range(count)]
    assert max(most) <= before + 32


async def test_a_system_without_threads_is_a_failure_of_the_call(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    """Like any other: told to the model, or raised."""

    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    def work() -> str:
        """A tool."""
        return "done"

    given = calls(("work", {}), ("work", {}))
    for option, error in (("report", None), ("raise", ToolFailedError)):
        gateway = Gateway(given, DONE)
        runs.begin(gateway, tools=[work], on_tool_error=option)
        with monkeypatch.context() as patch:
            patch.setattr("aimlapi_messages.tools.concurrency.Thread.start", refuse)
            if error is None:
                await runs.go_on()
                assert [one["content"] for one in results(gateway)] == ["The tool failed (RuntimeError)."] * 2
            else:
                with pytest.raises(error, match="work raised RuntimeError"):
                    await runs.go_on()


@pytest.mark.parametrize(
    "blocks",
    [
        [tool_block(id="a", name="work", input={"name": "a"})] * 2,
        [tool_block(id="a", name="work", input={"name": "a"})] * 5,
        [tool_block(id="a", name="work", input={"name": "a"}), tool_block(id="a", name="work", input={"name": "b"})],
        [tool_block(id="a", name="work", input={"name": "a"}), tool_block(id="a", name="gone", input={})],
        [
            tool_block(id="a", name="work", input={"name": "a"}),
            tool_block(id="b", name="work", input={"name": "b"}),
            tool_block(id="a", name="work", input={"name": "a"}),
        ],
    ],
)
async def test_a_call_that_came_twice_is_run_and_answered_once(runs: Runs, blocks: list[Any]) -> None:
    """By its id, of which the API takes one in a turn."""
    ids = list(dict.fromkeys(block["id"] for block in blocks))
    gateway, desk = Gateway(answer(body(*blocks, stop_reason="tool_use")), DONE), Desk()
    await runs.until_done(gateway, tools=desk.tools())
    assert desk.done == ids
    assert [one["tool_use_id"] for one in results(gateway)] == ids
    assert [block["id"] for block in gateway.sent["messages"][1]["content"]] == ids


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"name": 5}, "its name is a int"),
        ({"name": ["work"]}, "its name is a list"),
        ({"name": {"a": 1}}, "its name is a dict"),
        ({"name": None}, "its name is missing"),
        ({"name": ""}, "its name is missing"),
        ({"id": ""}, "its id is missing"),
        ({"id": None}, "its id is missing"),
        ({"id": 7}, "its id is a int"),
        ({"id": "", "name": ""}, "its id is missing"),
    ],
)
@pytest.mark.parametrize("reason", ["tool_use", "max_tokens"])
async def test_a_call_that_cannot_be_answered_is_an_error(
    runs: Runs, changes: dict[str, Any], problem: str, reason: str
) -> None:
    """It says which block, and nothing is run: the turn could not be sent back."""
    if runs.stream:
        pytest.skip("what a stream says of such a block is its own to check")
    desk = Desk()
    good = tool_block(id="a", name="work", input={"name": "a"})
    with pytest.raises(
        ToolCallIncompleteError, match=rf"content\[1\] of the answer calls a tool, but {problem}"
    ) as caught:
        await runs.until_done(
            Gateway(answer(body(good, tool_block(**changes), stop_reason=reason))), tools=desk.tools()
        )
    assert (desk.done, [turn["role"] for turn in caught.value.transcript]) == ([], ["user"])
    assert caught.value.partial is not None
