"""Turns that are saved, loaded and continued; the provider's own tools among them, typed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aimlapi_client.models import (
    ServerToolUseBlock,
    ThinkingBlock,
    WebSearchToolResultBlock,
)
from aimlapi_messages import AIMLAPI, InvalidRequestError, Message, ToolUseBlock
from aimlapi_messages.testing import Emulator

from ..support.lacking import of_model
from ..support.runs import DONE, Runs, calls, results
from ..support.wire import MODEL, Gateway, answer, body, text_block, tool_block

pytestmark = pytest.mark.anyio

ASK = {"role": "user", "content": "Hi"}
THOUGHT = {"type": "thinking", "thinking": "Hm.", "signature": "sig"}
HIDDEN = {"type": "redacted_thinking", "data": "xyz"}
SEARCH = {"type": "server_tool_use", "id": "srv_1", "name": "web_search", "input": {"query": "Rome", "page": None}}
FOUND = {
    "type": "web_search_tool_result",
    "tool_use_id": "srv_1",
    "content": [{"type": "web_search_result", "url": "https://example.com", "title": "Rome", "encrypted_content": "e"}],
}


def weather(city: str) -> str:
    """The weather in a city."""
    return f"sunny in {city}"


def saved(transcript: Any) -> Any:
    """A transcript as it comes back from a file."""
    return json.loads(json.dumps(transcript))


def blocks(turn: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """The blocks of one kind in a turn; a turn of text alone has none."""
    return [block for block in turn["content"] if isinstance(block, dict) and block["type"] == kind]


async def test_a_finished_run_goes_on_with_another_question(runs: Runs) -> None:
    """The model sees all turns before it."""
    await runs.until_done(Gateway(calls(("weather", {"city": "Rome"})), DONE), tools=[weather])
    turns = saved(runs.runner.transcript)
    gateway = Gateway(DONE)
    await runs.until_done(gateway, tools=[weather], messages=[*turns, {"role": "user", "content": "And Paris?"}])
    assert gateway.sent["messages"] == [*turns, {"role": "user", "content": "And Paris?"}]


async def test_open_calls_are_run_before_the_model_is_asked(runs: Runs) -> None:
    """Those that cannot be run are told."""
    content = [tool_block(input={"city": "Rome"}), tool_block(id="toolu_2", name="gone"), tool_block(id="toolu_3")]
    gateway = Gateway(DONE)
    await runs.until_done(gateway, tools=[weather], messages=[ASK, {"role": "assistant", "content": content}])
    assert len(gateway.requests) == 1
    assert [(one["tool_use_id"], one.get("is_error", False)) for one in results(gateway)] == [
        ("toolu_1", False),
        ("toolu_2", True),
        ("toolu_3", True),
    ]


async def test_a_call_that_was_saved_as_incomplete_is_not_run(runs: Runs) -> None:
    """`Message.to_dict` says that it is, and that is read again."""
    block = ToolUseBlock(id="toolu_1", name="weather", input={})
    block.mark_incomplete('{"city": "Ro')
    gateway = Gateway(DONE)
    turn = {"role": "assistant", "content": [block.to_dict()]}
    await runs.until_done(gateway, tools=[weather], messages=saved([ASK, turn]))
    assert results(gateway)[0]["content"] == 'The arguments are not one JSON object: {"city": "Ro'


@pytest.mark.parametrize(
    "last",
    [
        ASK,
        {"role": "assistant", "content": "Rome is"},
        {"role": "assistant", "content": [text_block("Rome is")]},
        {"role": "user", "content": [tool_block()]},
    ],
    ids=["question", "text", "block", "a call by the user"],
)
async def test_turns_without_open_calls_are_only_sent(runs: Runs, last: dict[str, Any]) -> None:
    """There is nothing to run."""
    gateway = Gateway(DONE)
    await runs.until_done(gateway, tools=[weather], messages=[ASK, last])
    assert gateway.sent["messages"] == [ASK, last]


@pytest.mark.parametrize("given", [{}, {"id": "", "name": ""}, {"id": 5, "name": 5}, {"id": None, "name": None}])
@pytest.mark.parametrize("missing", ["id", "name"])
async def test_a_damaged_transcript_is_refused(runs: Runs, missing: str, given: dict[str, Any]) -> None:
    """When the runner is made, with the member that is missing: such a call can neither be run nor answered."""
    block = {name: value for name, value in tool_block().items() if name != missing}
    block.update({missing: given[missing]} if given else {})
    with pytest.raises(InvalidRequestError, match=f"it has no {missing}"):
        runs.begin(Gateway(DONE), tools=[weather], messages=[ASK, {"role": "assistant", "content": [block]}])


async def test_an_answer_of_create_may_be_the_last_turn(runs: Runs) -> None:
    """A `Message` as it is."""
    first = Gateway(calls(("weather", {"city": "Rome"}))).client().messages.create(model=MODEL, messages="Hi")
    gateway = Gateway(DONE)
    await runs.until_done(gateway, tools=[weather], messages=[ASK, first])
    assert results(gateway)[0]["content"] == "sunny in Rome"


async def test_thinking_and_its_signature_stay_in_the_turns(runs: Runs) -> None:
    """Nulls do not, but those of an input do."""
    call = tool_block(input={"city": "Rome"}, caller=None)
    cited = {**text_block("Well."), "citations": None}
    gateway = Gateway(answer(body(THOUGHT, HIDDEN, cited, call, stop_reason="tool_use")), DONE)
    await runs.until_done(gateway, tools=[weather])
    sent = [THOUGHT, HIDDEN, text_block("Well."), tool_block(input={"city": "Rome"})]
    assert gateway.sent["messages"][1] == {"role": "assistant", "content": sent}
    assert runs.runner.transcript[1] == {"role": "assistant", "content": sent}


SEARCH_TOOL = {"type": "web_search_20250305", "name": "web_search", "max_uses": 2}


@pytest.mark.parametrize("search", [SEARCH_TOOL, of_model("WebSearchToolParam", SEARCH_TOOL)])
async def test_the_provider_s_own_tools_stand_beside_functions(runs: Runs, search: Any) -> None:
    """Their calls are not run here, their blocks are typed, and they go back as they came."""
    mixed = body(THOUGHT, SEARCH, FOUND, text_block("Now:"), tool_block(input={"city": "Rome"}), stop_reason="tool_use")
    gateway = Gateway(answer(mixed), DONE)
    await runs.until_done(gateway, tools=[search, weather])
    assert gateway.sent["tools"][0] == {"type": "web_search_20250305", "name": "web_search", "max_uses": 2}
    assert [one["tool_use_id"] for one in results(gateway)] == ["toolu_1"]
    turn = gateway.sent["messages"][1]["content"]
    assert turn[1:3] == [SEARCH, FOUND]
    again = Message.from_dict({**mixed, "content": turn})
    assert [type(block) for block in again.content[:3]] == [ThinkingBlock, ServerToolUseBlock, WebSearchToolResultBlock]


def test_a_run_against_the_emulator_is_saved_and_continued() -> None:
    """It has checked every turn of it."""
    with Emulator() as emulator, AIMLAPI(api_key="any", base_url=emulator.base_url) as client:
        runner = client.messages.tool_runner(model=MODEL, messages="What is the weather in Rome?", tools=[weather])
        runner.until_done()
        turns = [*saved(runner.transcript), {"role": "user", "content": "What is the weather in Paris?"}]
        again = client.messages.tool_runner(model=MODEL, messages=turns, tools=[weather])
        again.until_done()
        told = [block["content"] for turn in again.transcript for block in blocks(turn, "tool_result")]
    assert told == ["sunny in Rome", "sunny in Paris"]
