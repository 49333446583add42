"""Runs of tools: what the model is asked, what is run, and how a run ends."""

from __future__ import annotations

import contextvars
import json
from typing import Any, Literal

import pytest

from aimlapi_messages import (
    AIMLAPIError,
    InvalidRequestError,
    MaxIterationsError,
    OverloadedError,
    Refuse,
    Replace,
    ToolArgumentsError,
    ToolCall,
    ToolCallIncompleteError,
    ToolDefinitionError,
    ToolError,
    ToolFailedError,
    ToolOutcome,
)

from ..support.runs import DONE, Runs, calls, results
from ..support.wire import (
    STOP,
    Gateway,
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

pytestmark = pytest.mark.anyio


def weather(city: str, unit: Literal["c", "f"] = "c") -> str:
    """The weather in a city."""
    return f"18 {unit} in {city}"


async def forecast(city: str, days: int = 1) -> dict[str, Any]:
    """The weather to come."""
    return {"city": city, "days": days}


def failing() -> str:
    """A tool that fails."""
    raise RuntimeError("a secret path")


ASK = {"role": "user", "content": "Hi"}


async def test_a_run_asks_runs_and_asks_again(runs: Runs) -> None:
    """The call, its result, and the answer after it make a conversation."""
    gateway = Gateway(calls(("weather", {"city": "Paris"})), DONE)
    message = await runs.until_done(gateway, tools=[weather])
    assert message.text == "Done."
    call = {
        "role": "assistant",
        "content": [text_block("Let me see."), tool_block(id="toolu_0", input={"city": "Paris"})],
    }
    told = {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_0", "content": "18 c in Paris"}]}
    assert gateway.sent["messages"] == [ASK, call, told]
    assert runs.runner.transcript == [ASK, call, told, {"role": "assistant", "content": [text_block("Done.")]}]
    assert [tool["name"] for tool in gateway.sent["tools"]] == ["weather"]


async def test_results_stand_in_the_order_of_the_calls(runs: Runs) -> None:
    """Functions of both kinds, in both kinds of run."""
    gateway = Gateway(
        calls(("forecast", {"city": "A", "days": 2}), ("weather", {"city": "B"}), ("forecast", {"city": "C"})), DONE
    )
    await runs.until_done(gateway, tools=[weather, forecast])
    assert [(one["tool_use_id"], one["content"]) for one in results(gateway)] == [
        ("toolu_0", '{"city": "A", "days": 2}'),
        ("toolu_1", "18 c in B"),
        ("toolu_2", '{"city": "C", "days": 1}'),
    ]


async def test_wrong_arguments_go_back_with_field_reason_and_value(runs: Runs) -> None:
    """And the function is not called before they are right."""
    gateway = Gateway(calls(("forecast", {"city": 5, "days": "two"})), calls(("forecast", {"city": "A"})), DONE)
    await runs.until_done(gateway, tools=[forecast])
    told = json.loads(gateway.requests[1].content)["messages"][-1]["content"][0]
    assert told["is_error"] is True
    for word in ("city", "days", "5", '"two"'):
        assert word in told["content"]
    assert "is_error" not in results(gateway)[0]


async def test_wrong_arguments_again_and_again_end_the_run(runs: Runs) -> None:
    """The error holds the turns."""
    gateway = Gateway(calls(("forecast", {"days": 1})))
    with pytest.raises(ToolArgumentsError, match="3 calls of forecast") as caught:
        await runs.until_done(gateway, tools=[forecast])
    assert len(gateway.requests) == 3
    assert [turn["role"] for turn in caught.value.transcript] == ["user"] + ["assistant", "user"] * 3


async def test_a_right_call_in_between_starts_the_count_anew(runs: Runs) -> None:
    """It is the repetition that is hopeless."""
    wrong, right = calls(("forecast", {})), calls(("forecast", {"city": "A"}))
    gateway = Gateway(wrong, right, wrong, right, DONE)
    await runs.until_done(gateway, tools=[forecast], max_argument_errors=2)
    assert len(gateway.requests) == 5


async def test_a_tool_that_is_not_there_is_told(runs: Runs) -> None:
    """With the names of those that are."""
    gateway = Gateway(calls(("wether", {})), DONE)
    await runs.until_done(gateway, tools=[weather, forecast])
    assert results(gateway)[0]["content"] == "There is no tool 'wether'. The tools are: weather, forecast."


async def test_a_call_with_malformed_input_is_not_run(runs: Runs) -> None:
    """The model is told what it wrote."""
    broken = sse(
        start(), block_start(tool_block()), delta(partial_json='{"city": '), block_stop(), end("tool_use"), STOP
    )
    if not runs.stream:
        pytest.skip("only a stream can break the text of an input")
    gateway = Gateway(answer(broken), DONE)
    await runs.until_done(gateway, tools=[weather])
    assert (results(gateway)[0]["is_error"], "one JSON object" in results(gateway)[0]["content"]) == (True, True)


@pytest.mark.parametrize("reason", ["max_tokens", "model_context_window_exceeded"])
async def test_a_call_that_may_be_cut_is_never_run(runs: Runs, reason: str) -> None:
    """Not even those before it, for the model cannot be told of half of its turn."""
    ran: list[str] = []
    gateway = Gateway(calls(("note", {"text": "a"}), ("note", {}), stop_reason=reason))

    def note(text: str = "") -> None:
        """Note something."""
        ran.append(text)

    with pytest.raises(ToolCallIncompleteError, match=reason) as caught:
        await runs.until_done(gateway, tools=[note])
    assert (ran, caught.value.transcript) == ([], [ASK])
    assert caught.value.partial is not None
    assert [use.name for use in caught.value.partial.tool_uses] == ["note", "note"]


@pytest.mark.parametrize("reason", ["end_turn", "max_tokens", "stop_sequence", "refusal", "new_reason", None])
async def test_an_answer_without_calls_ends_the_run(runs: Runs, reason: str | None) -> None:
    """Whatever its reason, which the message says."""
    gateway = Gateway(answer(body(text_block("No."), stop_reason=reason)))
    if runs.stream and reason is None:
        pytest.skip("a stream without a reason is not whole")
    assert (await runs.until_done(gateway, tools=[weather])).stop_reason == reason


@pytest.mark.parametrize(
    ("reason", "run"),
    [
        ("end_turn", True),
        ("new", True),
        (["refusal"], True),
        ({"a": 1}, True),
        (5, True),
        ("refusal", False),
        ("stop_sequence", False),
    ],
)
async def test_calls_with_other_reasons(runs: Runs, reason: Any, run: bool) -> None:
    """They are run, unless the model refused or was stopped."""
    gateway = Gateway(calls(("weather", {"city": "A"}), stop_reason=reason), DONE)
    await runs.until_done(gateway, tools=[weather])
    assert len(gateway.requests) == (2 if run else 1)


async def test_a_pause_goes_back_as_it_is(runs: Runs) -> None:
    """The provider's own tools take their time."""
    search = {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {"query": "x"}}
    gateway = Gateway(answer(body(search, stop_reason="pause_turn")), DONE)
    web_search = {"type": "web_search_20250305", "name": "web_search"}
    await runs.until_done(gateway, tools=[web_search])
    assert gateway.sent["messages"] == [ASK, {"role": "assistant", "content": [search]}]
    assert gateway.sent["tools"] == [web_search]


async def test_a_tool_s_own_error_is_told_in_its_words(runs: Runs) -> None:
    """As text or as blocks."""

    def first() -> None:
        """A tool."""
        raise ToolError("Try another city.")

    async def second() -> None:
        """A tool."""
        raise ToolError([text_block("Look:"), text_block("no.")])

    gateway = Gateway(calls(("first", {}), ("second", {})), DONE)
    await runs.until_done(gateway, tools=[first, second], on_tool_error="raise")
    assert [(one["content"], one["is_error"]) for one in results(gateway)] == [
        ("Try another city.", True),
        ([text_block("Look:"), text_block("no.")], True),
    ]


@pytest.mark.parametrize(
    ("shown", "text"),
    [(False, "The tool failed (RuntimeError)."), (True, "The tool failed (RuntimeError: a secret path).")],
)
async def test_other_errors_are_told_without_their_text(runs: Runs, shown: bool, text: str) -> None:
    """Unless that is allowed."""
    gateway = Gateway(calls(("failing", {})), DONE)
    await runs.until_done(gateway, tools=[failing], show_errors=shown)
    assert results(gateway) == [{"type": "tool_result", "tool_use_id": "toolu_0", "content": text, "is_error": True}]


async def test_errors_are_raised_on_demand(runs: Runs) -> None:
    """With the tool's own as the cause; a new run with the turns calls the tool again."""
    gateway = Gateway(calls(("failing", {})))
    with pytest.raises(ToolFailedError, match="failing raised RuntimeError") as caught:
        await runs.until_done(gateway, tools=[failing], on_tool_error="raise")
    assert isinstance(caught.value.__cause__, RuntimeError)
    assert [turn["role"] for turn in caught.value.transcript] == ["user", "assistant"]


async def test_a_result_that_has_no_form_is_an_error_of_the_tool(runs: Runs) -> None:
    """The model is told that it failed."""

    def odd() -> object:
        """A tool."""
        return object()

    gateway = Gateway(calls(("odd", {})), DONE)
    await runs.until_done(gateway, tools=[odd])
    assert results(gateway)[0]["content"] == "The tool failed (TypeError)."


async def test_a_run_has_an_end(runs: Runs) -> None:
    """Nothing is run for an answer that may not be asked for; the saved turns go on in a new run."""
    ran: list[str] = []

    def note(text: str) -> str:
        """Note something."""
        ran.append(text)
        return "Noted."

    gateway = Gateway(calls(("note", {"text": "a"})), calls(("note", {"text": "b"})), DONE)
    with pytest.raises(MaxIterationsError, match="answered 2 times") as caught:
        await runs.until_done(gateway, tools=[note], max_iterations=2)
    assert ran == ["a"]
    saved = json.loads(json.dumps(caught.value.transcript))
    message = await runs.until_done(Gateway(DONE), tools=[note], messages=saved)
    assert (ran, message.text) == (["a", "b"], "Done.")
    assert [turn["role"] for turn in runs.runner.transcript] == ["user"] + ["assistant", "user"] * 2 + ["assistant"]


async def test_hooks_refuse_and_replace(runs: Runs) -> None:
    """Before a call and after it, in the order of the calls."""
    seen: list[Any] = []

    def before(call: ToolCall) -> Refuse | Replace | None:
        seen.append((call.name, dict(call.input), call.iteration))
        return {"A": Refuse("Not A."), "B": Replace({"b": 1})}.get(call.input["city"])

    def after(call: ToolCall, outcome: ToolOutcome) -> Replace | None:
        seen.append((outcome.content, outcome.is_error))
        return Replace("C indeed") if call.input["city"] == "C" else None

    gateway = Gateway(calls(*(("weather", {"city": city}) for city in "ABC")), DONE)
    await runs.until_done(gateway, tools=[weather], before_call=before, after_call=after)
    assert [one["content"] for one in results(gateway)] == ["Not A.", '{"b": 1}', "C indeed"]
    assert [one.get("is_error", False) for one in results(gateway)] == [True, False, False]
    assert seen[:3] == [("weather", {"city": city}, 1) for city in "ABC"]
    assert seen[3:] == [("Not A.", True), ('{"b": 1}', False), ("18 c in C", False)]


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("Not now.", "Not now."),
        (["a", text_block("b")], [text_block("a"), text_block("b")]),
        ({"code": 5}, '{"code": 5}'),
        (None, None),
        (5, "5"),
        (object(), "The tool failed (TypeError)."),
    ],
    ids=lambda one: str(one)[:20],
)
async def test_a_reason_is_told_as_a_result_is(runs: Runs, reason: Any, told: Any) -> None:
    """Of whatever type it is, the API takes what is sent."""
    gateway = Gateway(calls(("weather", {"city": "A"})), DONE)
    await runs.until_done(gateway, tools=[weather], before_call=lambda call: Refuse(reason))
    (result,) = results(gateway)
    assert (result.get("content"), result["is_error"]) == (told, True)


async def test_hooks_of_an_async_run_may_be_async() -> None:
    """They are awaited."""

    async def before(call: ToolCall) -> Refuse:
        return Refuse("No.")

    async def after(call: ToolCall, outcome: ToolOutcome) -> Replace:
        return Replace(f"{outcome.content} Never.")

    gateway = Gateway(calls(("weather", {"city": "A"})), DONE)
    await Runs(asynchronous=True, stream=False).until_done(
        gateway, tools=[weather], before_call=before, after_call=after
    )
    assert results(gateway)[0]["content"] == "No. Never."


async def test_a_hook_that_gives_something_else_is_told(runs: Runs) -> None:
    """A True for "yes" must not pass for anything."""
    with pytest.raises(InvalidRequestError, match="A hook gave a bool"):
        await runs.until_done(
            Gateway(calls(("weather", {"city": "A"}))), tools=[weather], before_call=lambda call: True
        )


async def test_hooks_do_not_see_calls_that_cannot_be_run(runs: Runs) -> None:
    """Only their outcome."""
    seen: list[str] = []
    gateway = Gateway(calls(("nothing", {})), DONE)
    await runs.until_done(
        gateway,
        tools=[weather],
        before_call=lambda call: seen.append("before"),
        after_call=lambda *_: seen.append("after"),
    )
    assert seen == ["after"]


@pytest.mark.parametrize("choice", [{"type": "any"}, {"type": "tool", "name": "weather"}])
async def test_a_demand_for_a_call_holds_once(runs: Runs, choice: dict[str, Any]) -> None:
    """Or the run would never end."""
    gateway = Gateway(calls(("weather", {"city": "A"})), DONE)
    await runs.until_done(gateway, tools=[weather], tool_choice=choice)
    assert json.loads(gateway.requests[0].content)["tool_choice"] == choice
    assert "tool_choice" not in gateway.sent


async def test_any_other_choice_holds_for_all(runs: Runs) -> None:
    """It is the user's."""
    gateway = Gateway(calls(("weather", {"city": "A"})), DONE)
    await runs.until_done(gateway, tools=[weather], tool_choice={"type": "auto", "disable_parallel_tool_use": True})
    assert gateway.sent["tool_choice"] == {"type": "auto", "disable_parallel_tool_use": True}


async def test_an_error_of_the_gateway_holds_the_turns(runs: Runs) -> None:
    """A run that was paid for is not lost with one request."""
    overloaded = answer({"type": "error", "error": {"type": "overloaded_error", "message": "x"}}, 529)
    with pytest.raises(OverloadedError) as caught:
        await runs.until_done(Gateway(calls(("weather", {"city": "A"})), overloaded), tools=[weather])
    assert [turn["role"] for turn in caught.value.transcript] == ["user", "assistant", "user"]


async def test_tools_see_the_context_of_their_run(runs: Runs) -> None:
    """Context variables reach threads and tasks."""
    variable = contextvars.ContextVar("variable", default="unset")

    def first() -> str:
        """A tool."""
        return variable.get()

    async def second() -> str:
        """A tool."""
        return variable.get()

    variable.set("set")
    gateway = Gateway(calls(("first", {}), ("second", {})), DONE)
    await runs.until_done(gateway, tools=[first, second])
    assert [one["content"] for one in results(gateway)] == ["set", "set"]


@pytest.mark.parametrize(
    ("options", "error", "problem"),
    [
        ({"tools": [{"name": "t", "input_schema": {"type": "object"}}]}, ToolDefinitionError, "'t' has no function"),
        ({"tools": [weather, weather]}, ToolDefinitionError, "Two tools are called 'weather'"),
        ({"tools": [5]}, ToolDefinitionError, "holds a int"),
        ({"tools": [weather], "max_iterations": 0}, InvalidRequestError, "max_iterations is 0"),
        ({"tools": [weather], "max_argument_errors": True}, InvalidRequestError, "max_argument_errors is True"),
        ({"tools": [weather], "on_tool_error": "ignore"}, InvalidRequestError, "on_tool_error is 'ignore'"),
        ({"tools": [weather], "nonsense": 1}, TypeError, "nonsense"),
        ({"tools": [weather], "model": ""}, InvalidRequestError, "model is empty"),
        ({"tools": [weather], "before_call": "ask"}, InvalidRequestError, "before_call is a str. Give a function"),
        ({"tools": [weather], "after_call": True}, InvalidRequestError, "after_call is a bool. Give a function"),
    ],
)
async def test_what_cannot_be_run_is_refused_before_anything_is_sent(
    runs: Runs, options: dict[str, Any], error: type[Exception], problem: str
) -> None:
    """When the runner is made."""
    gateway = Gateway(DONE)
    with pytest.raises(error, match=problem):
        await runs.until_done(gateway, **options)
    assert gateway.requests == []


async def test_a_run_can_be_read_turn_by_turn(runs: Runs) -> None:
    """Messages, or streams whose unread rest is read."""
    gateway = Gateway(calls(("weather", {"city": "A"})), DONE)
    client: Any = gateway.async_client() if runs.asynchronous else gateway.client()
    runner = client.messages.tool_runner(model="m", messages="Hi", tools=[weather], stream=runs.stream)
    turns = [turn async for turn in runner] if runs.asynchronous else list(runner)
    assert len(turns) == 2
    messages = [turn.current_message_snapshot for turn in turns] if runs.stream else turns
    assert [message.text for message in messages] == ["Let me see.", "Done."]


async def test_every_error_of_a_run_is_one_of_ours(runs: Runs) -> None:
    """One class catches all."""
    with pytest.raises(AIMLAPIError):
        await runs.until_done(Gateway(calls(("weather", {}))), tools=[weather], max_argument_errors=1)
