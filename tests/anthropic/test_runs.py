"""Runs of tools, and the ways of the SDK to change one between two requests."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from aimlapi_messages import MaxIterationsError, ToolCallIncompleteError, ToolFailedError
from aimlapi_messages.anthropic import ToolError, beta_tool, types

from ..support.wire import (
    TOOL_EVENTS,
    answer,
    block_start,
    block_stop,
    body,
    delta,
    end,
    sse,
    start,
    text_block,
    tool_block,
)
from .conftest import ASK, SDK

pytestmark = [pytest.mark.anyio, pytest.mark.operation("create_message")]

CALL = body(text_block("Let me look."), tool_block(input={"city": "Paris"}), stop_reason="tool_use")
DONE = body(text_block("It is fine."))
ASKED = {"role": "user", "content": "Hello"}
CALLED = {"role": "assistant", "content": CALL["content"]}


class Weather:
    """A tool that counts its calls."""

    def __init__(self, result: Callable[[str], object] = lambda city: f"fine in {city}") -> None:
        self.calls: list[str] = []

        @beta_tool
        def weather(city: str) -> object:
            """The weather in a city."""
            self.calls.append(city)
            return result(city)

        self.tool = weather


def turn(content: Any, **members: Any) -> dict[str, Any]:
    """The turn with the result of the call."""
    result = {"type": "tool_result", "tool_use_id": "toolu_1", "content": content, **members}
    return {"role": "user", "content": [result]}


RESULT = turn("fine in Paris")


def runner(sdk: SDK, weather: Weather, **options: Any) -> Any:
    return sdk.client.beta.messages.tool_runner(**{**ASK, "tools": [weather.tool], **options})


async def test_a_run_gives_its_answers(sdk: SDK) -> None:
    weather = Weather()
    sdk.meet(answer(CALL), answer(DONE))
    found = await sdk.all(runner(sdk, weather))
    assert [message.model_dump()["stop_reason"] for message in found] == ["tool_use", "end_turn"]
    assert all(isinstance(message, types.Message) for message in found)
    assert sdk.gateway.sent["messages"] == [ASKED, CALLED, RESULT]


async def test_until_done_gives_the_last_answer(sdk: SDK) -> None:
    sdk.meet(answer(CALL), answer(DONE))
    last = await sdk.of(runner(sdk, Weather()).until_done())
    assert last.model_dump()["content"][0]["text"] == "It is fine."


STREAMED = answer(
    sse(
        start(),
        block_start(tool_block()),
        delta(partial_json='{"city": "Paris"}'),
        block_stop(),
        end("tool_use"),
        {"type": "message_stop"},
    )
)
STREAMED_DONE = answer(sse(start(), block_start(text_block("Fine")), block_stop(), end(), {"type": "message_stop"}))


async def test_a_run_gives_its_streams(sdk: SDK) -> None:
    """Each may be read or not."""
    weather = Weather()
    sdk.meet(STREAMED, STREAMED_DONE)
    seen = []
    running = runner(sdk, weather, stream=True)
    async for stream in _each(sdk, running):
        seen.append([event.type for event in await sdk.all(stream)])
    assert ["input_json" in types for types in seen] == [True, False]
    assert weather.calls == ["Paris"]
    sdk.meet(STREAMED, STREAMED_DONE)
    assert (await sdk.of(runner(sdk, weather, stream=True).until_done())).text == "Fine"


async def test_held_calls_run_when_the_loop_goes_on(sdk: SDK) -> None:
    weather = Weather()
    sdk.meet(STREAMED, STREAMED_DONE)
    running = runner(sdk, weather, stream=True, run_tools_eagerly=True)
    held = []
    async for stream in _each(sdk, running):
        for event in await sdk.all(stream):
            if event.type == "content_block_start" and event.content_block.type == "tool_use":
                running.defer_tool_call(event.content_block)
        held.append([use.input for use in running.deferred_tool_calls])
        assert len(weather.calls) == len(held) - 1
    assert held == [[{"city": "Paris"}], []]


async def _each(sdk: SDK, items: Any) -> Any:
    if hasattr(items, "__aiter__"):
        async for item in items:
            yield item
    else:
        for item in items:
            yield item


@pytest.mark.parametrize("stream", [False, True])
async def test_results_are_asked_for_early_and_no_call_runs_twice(sdk: SDK, stream: bool) -> None:
    weather = Weather()
    sdk.meet(*((STREAMED, STREAMED_DONE) if stream else (answer(CALL), answer(DONE))))
    running = runner(sdk, weather, stream=stream)
    responses = []
    async for _ in _each(sdk, running):
        for _ in range(2):
            responses.append(await sdk.of(running.generate_tool_call_response()))
    assert responses == [RESULT, RESULT, None, None]
    assert weather.calls == ["Paris"]
    assert sdk.gateway.sent["messages"][-1] == RESULT


async def test_messages_that_are_appended_stand_for_the_answer_and_its_results(sdk: SDK) -> None:
    weather = Weather()
    sdk.meet(answer(CALL), answer(DONE))
    running = runner(sdk, weather)
    async for message in _each(sdk, running):
        response = await sdk.of(running.generate_tool_call_response())
        if response:
            changed = {**response, "content": [{**response["content"][0], "content": "changed"}]}
            running.append_messages(message, changed)
            running.append_messages({"role": "user", "content": "And hurry"})
    assert sdk.gateway.sent["messages"] == [ASKED, CALLED, turn("changed"), {"role": "user", "content": "And hurry"}]
    assert weather.calls == ["Paris"]


async def test_messages_are_appended_before_the_first_request(sdk: SDK) -> None:
    sdk.meet(answer(DONE))
    running = runner(sdk, Weather())
    running.append_messages({"role": "assistant", "content": "Hi"}, {"role": "user", "content": "Go on"})
    await sdk.of(running.until_done())
    assert [one["content"] for one in sdk.gateway.sent["messages"]] == ["Hello", "Hi", "Go on"]


@pytest.mark.parametrize(
    ("change", "sent"),
    [
        (lambda p: {**p, "max_tokens": 7}, {"max_tokens": 7}),
        (lambda p: {**p, "system": "Be brief."}, {"system": "Be brief."}),
        (lambda p: {**p, "temperature": None}, {}),
        (lambda p: {name: value for name, value in p.items() if name != "metadata"}, {"metadata": None}),
        (lambda p: {**p, "messages": [*p["messages"], {"role": "user", "content": "Hm"}]}, {"turns": 4}),
        (lambda p: {**p, "tools": [Weather().tool]}, {}),
        ({**ASK, "max_tokens": 8, "tools": [Weather().tool]}, {"max_tokens": 8, "metadata": None}),
    ],
)
async def test_arguments_change_from_the_next_request_on(sdk: SDK, change: Any, sent: dict[str, Any]) -> None:
    """The answer and the results of its calls are added all the same."""
    sdk.meet(answer(CALL), answer(DONE))
    running = runner(sdk, Weather(), metadata={"user_id": "u"})
    async for message in _each(sdk, running):
        if message.stop_reason == "tool_use":
            running.set_messages_params(change)
    last = sdk.gateway.sent
    assert last["messages"][-2:] == [CALLED, RESULT]
    assert last["tools"][0]["name"] == "weather"
    expected = {"metadata": {"user_id": "u"}, "max_tokens": 100, "system": None, "turns": 3, **sent}
    assert {**{name: last.get(name) for name in expected}, "turns": len(last["messages"])} == expected


@pytest.mark.parametrize(("most", "requests"), [(1, 1), (2, 2), (5, 2), (None, 2)])
async def test_a_run_ends_after_the_most_answers(sdk: SDK, most: int | None, requests: int) -> None:
    """Without an error, as in the SDK."""
    sdk.meet(answer(CALL), answer(DONE))
    options = {} if most is None else {"max_iterations": most}
    last = await sdk.of(runner(sdk, Weather(), **options).until_done())
    assert (len(sdk.gateway.requests), last.stop_reason) == (requests, "tool_use" if most == 1 else "end_turn")


async def test_a_run_without_a_limit_ends_with_an_error_after_fifty(sdk: SDK) -> None:
    sdk.meet(answer(CALL))
    with pytest.raises(MaxIterationsError, match="50"):
        await sdk.of(runner(sdk, Weather()).until_done())


def fail(city: str) -> object:
    raise ValueError(f"no weather in {city}")


def refuse(city: str) -> object:
    raise ToolError([{"type": "text", "text": f"closed in {city}"}])


@pytest.mark.parametrize(
    ("result", "sent"),
    [
        (fail, turn("The tool failed (ValueError).", is_error=True)),
        (refuse, turn([text_block("closed in Paris")], is_error=True)),
        (lambda city: [text_block("a"), text_block("b")], turn([text_block("a"), text_block("b")])),
        (lambda city: {"degrees": 18}, turn('{"degrees": 18}')),
        (
            lambda city: [{"type": "tool_reference", "tool_name": "weather"}],
            turn([{"type": "tool_reference", "tool_name": "weather"}]),
        ),
    ],
)
async def test_the_model_is_told_what_a_tool_gave(sdk: SDK, result: Callable[[str], object], sent: Any) -> None:
    """Of an error no more than its class, for its text may be secret; ToolError says what the model is to know."""
    sdk.meet(answer(CALL), answer(DONE))
    await sdk.of(runner(sdk, Weather(result)).until_done())
    assert sdk.gateway.sent["messages"][-1] == sent


async def test_a_call_that_was_cut_off_raises_and_is_not_run(sdk: SDK) -> None:
    weather = Weather()
    sdk.meet(answer({**CALL, "stop_reason": "max_tokens"}))
    with pytest.raises(ToolCallIncompleteError, match="max_tokens"):
        await sdk.of(runner(sdk, weather).until_done())
    assert weather.calls == []


async def _next(sdk: SDK, running: Any) -> None:
    await sdk.all(running)


async def _early(sdk: SDK, running: Any) -> None:
    async for _ in _each(sdk, running):
        await sdk.of(running.generate_tool_call_response())


@pytest.mark.parametrize("go_on", [_next, _early])
@pytest.mark.parametrize("stream", [False, True])
async def test_what_ends_a_run_has_its_turns(
    sdk: SDK, stream: bool, go_on: Callable[[SDK, Any], Awaitable[None]]
) -> None:
    """So that another run can go on from them."""
    sdk.meet(STREAMED if stream else answer(CALL))
    with pytest.raises(ToolFailedError) as found:
        await go_on(sdk, runner(sdk, Weather(fail), stream=stream, on_tool_error="raise"))
    assert [turn["role"] for turn in found.value.transcript] == ["user", "assistant"]


@pytest.mark.parametrize("reason", ["refusal", "stop_sequence", "end_turn"])
async def test_a_turn_that_has_ended_ends_the_run(sdk: SDK, reason: str) -> None:
    sdk.meet(answer(body(text_block("No."), stop_reason=reason)))
    await sdk.of(runner(sdk, Weather()).until_done())
    assert len(sdk.gateway.requests) == 1


async def test_a_turn_that_pauses_goes_on(sdk: SDK) -> None:
    paused = body(text_block("Searching"), stop_reason="pause_turn")
    sdk.meet(answer(paused), answer(DONE))
    await sdk.of(runner(sdk, Weather()).until_done())
    assert sdk.gateway.sent["messages"] == [ASKED, {"role": "assistant", "content": paused["content"]}]


async def test_a_tool_of_another_name_is_a_result_with_an_error(sdk: SDK) -> None:
    sdk.meet(answer(body(tool_block(name="other"), stop_reason="tool_use")), answer(DONE))
    await sdk.of(runner(sdk, Weather()).until_done())
    result = sdk.gateway.sent["messages"][-1]["content"][0]
    assert (result["is_error"], "other" in result["content"]) == (True, True)


async def test_betas_and_other_members_go_with_every_request(sdk: SDK) -> None:
    sdk.meet(answer(CALL), answer(DONE))
    await sdk.of(runner(sdk, Weather(), betas=["a-2025-01-01"], context_management={"edits": []}).until_done())
    assert [one.headers["anthropic-beta"] for one in sdk.gateway.requests] == ["a-2025-01-01"] * 2
    assert sdk.gateway.sent["context_management"] == {"edits": []}


async def test_an_event_stream_of_a_plain_call_has_the_input(sdk: SDK) -> None:
    sdk.meet(answer(sse(*TOOL_EVENTS)))
    async with sdk.entered(sdk.client.messages.stream(**ASK)) as stream:
        pieces = [event for event in await sdk.all(stream) if event.type == "input_json"]
    assert [(one.partial_json, one.snapshot) for one in pieces] == [
        ("", {}),
        ('{"city": "Par', {"city": "Par"}),
        ('is"}', {"city": "Paris"}),
    ]
