"""Runs that are used again after an error, when they are done, and after they were left."""

from __future__ import annotations

import json

import pytest

from aimlapi_messages import MaxIterationsError, OverloadedError

from ..support.runs import DONE, Runs, calls
from ..support.wire import (
    STOP,
    Chunks,
    Gateway,
    answer,
    block_start,
    block_stop,
    body,
    delta,
    end,
    sse,
    start,
    tool_block,
)

pytestmark = pytest.mark.anyio

ASK = {"role": "user", "content": "Hi"}
OVERLOADED = answer({"type": "error", "error": {"type": "overloaded_error", "message": "x"}}, 529)
BEGUN = sse(start(), block_start(tool_block(name="note")), delta(partial_json='{"text": '))
REST = sse(block_stop(), end("tool_use"), STOP)


async def test_a_run_goes_on_after_an_error_of_the_gateway(runs: Runs) -> None:
    """What was demanded of the first answer still is, nothing is run twice, and only answers count."""
    ran: list[str] = []

    def note(text: str) -> None:
        """A tool."""
        ran.append(text)

    gateway = Gateway(OVERLOADED, calls(("note", {"text": "a"})), OVERLOADED, DONE)
    runs.begin(gateway, tools=[note], tool_choice={"type": "any"}, max_iterations=2)
    for _ in range(2):
        with pytest.raises(OverloadedError):
            await runs.go_on()
    assert (await runs.go_on()).text == "Done."
    assert ran == ["a"]
    choices = [json.loads(request.content).get("tool_choice") for request in gateway.requests]
    assert choices == [{"type": "any"}, {"type": "any"}, None, None]


async def test_a_run_that_is_done_stays_done(runs: Runs) -> None:
    """Iterating again gives nothing, and its message is kept."""
    gateway = Gateway(DONE)
    first = await runs.until_done(gateway, tools=[])
    assert (await runs.go_on()) is first
    assert len(gateway.requests) == 1


async def test_an_empty_answer_is_no_turn(runs: Runs) -> None:
    """The API takes no turn without content."""
    message = await runs.until_done(Gateway(answer(body())), tools=[])
    assert (message.content, runs.runner.transcript) == ([], [ASK])


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
class TestStream:
    async def test_a_malformed_call_is_never_run_by_a_run_that_goes_on(self, asynchronous: bool) -> None:
        """It is not saved as a whole one without arguments: the model is asked again."""
        ran: list[str] = []

        def note(text: str = "nothing") -> None:
            """A tool."""
            ran.append(text)

        runs = Runs(asynchronous=asynchronous, stream=True)
        with pytest.raises(MaxIterationsError) as caught:
            await runs.until_done(Gateway(answer(BEGUN + REST)), tools=[note], max_iterations=1)
        saved = json.loads(json.dumps(caught.value.transcript))
        gateway = Gateway(DONE)
        await runs.until_done(gateway, tools=[note], messages=saved)
        assert (ran, gateway.sent["messages"]) == ([], [ASK])

    async def test_a_malformed_call_that_was_told_is_a_turn(self, asynchronous: bool) -> None:
        """With its answer after it."""
        gateway = Gateway(answer(BEGUN + REST), DONE)
        await Runs(asynchronous=asynchronous, stream=True).until_done(gateway, tools=[])
        assert [turn["role"] for turn in gateway.sent["messages"]] == ["user", "assistant", "user"]

    async def test_a_run_that_is_left_closes_its_stream(self, asynchronous: bool) -> None:
        """And what had come of the answer is no turn."""
        reply = Chunks([BEGUN, REST])
        runs = Runs(asynchronous=asynchronous, stream=True)
        runs.begin(Gateway(answer(reply)), tools=[])
        await runs.leave()
        assert reply.closed
        assert runs.runner.transcript == [ASK]

    async def test_a_run_that_was_left_before_it_began_can_begin(self, asynchronous: bool) -> None:
        """There is nothing to close."""
        runs = Runs(asynchronous=asynchronous, stream=True)
        runs.begin(Gateway(DONE), tools=[])
        await runs.close()
        assert (await runs.go_on()).text == "Done."
