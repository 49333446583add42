"""Scripts in the words of the `anthropic` SDK run against the emulator with nothing but their imports changed."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest

import aimlapi_messages.anthropic as anthropic
from aimlapi_messages.anthropic import Anthropic, APIStatusError, AsyncAnthropic, beta_async_tool, beta_tool
from aimlapi_messages.anthropic.lib.tools import BetaFunctionTool, BetaFunctionToolResultType
from aimlapi_messages.anthropic.types import MessageParam, ToolParam
from aimlapi_messages.anthropic.types.beta import BetaMessageParam, BetaToolReferenceBlockParam
from aimlapi_messages.anthropic.types.message_create_params import MessageCreateParamsNonStreaming
from aimlapi_messages.anthropic.types.messages.batch_create_params import Request

pytestmark = [pytest.mark.operation("create_message"), pytest.mark.usefixtures("emulator")]

MODEL = "claude-sonnet-5"


def a_conversation() -> str:
    client = Anthropic()
    turns: list[MessageParam] = [{"role": "user", "content": "One"}]
    for text in ("Two", "Three"):
        answer = client.messages.create(model=MODEL, max_tokens=100, messages=turns)
        turns += [{"role": answer.role, "content": answer.content}, {"role": "user", "content": text}]
    return client.messages.create(model=MODEL, max_tokens=100, messages=turns).model_dump_json(indent=2)


def many_prompts_at_once() -> str:
    async def ask(client: AsyncAnthropic, prompt: str) -> str:
        found = await client.messages.create(
            model=MODEL, max_tokens=100, messages=[{"role": "user", "content": prompt}]
        )
        block = found.content[0]
        return block.text if block.type == "text" else ""

    async def main() -> list[str]:
        async with AsyncAnthropic(max_retries=4) as client:
            return await asyncio.gather(*(ask(client, f"Prompt {number}") for number in range(8)))

    return "\n".join(asyncio.run(main()))


def events_of_the_wire() -> str:
    stream = Anthropic().messages.create(
        model=MODEL, max_tokens=100, messages=[{"role": "user", "content": "Hello"}], stream=True
    )
    return " ".join(event.type for event in stream)


def a_stream_and_its_message() -> str:
    async def main() -> str:
        seen = ""
        async with AsyncAnthropic().messages.stream(
            model=MODEL, max_tokens=100, messages=[{"role": "user", "content": "Hello"}]
        ) as stream:
            async for event in stream:
                if event.type == "text":
                    seen += event.text
                elif event.type == "content_block_stop":
                    seen += f"\n{event.content_block}\n"
        final = await stream.get_final_message()
        return seen + final.to_json()

    return asyncio.run(main())


def an_image(folder: Path = Path()) -> str:
    path = folder / "pixel.gif"
    path.write_bytes(base64.b64decode("R0lGODlhAQABAIAAAP8AAP///yH5BAAAAAAALAAAAAABAAEAAAICRAEAOw=="))
    source: Any = {"type": "base64", "media_type": "image/gif", "data": path}
    content: Any = [{"type": "text", "text": "What is this?"}, {"type": "image", "source": source}]
    return (
        Anthropic()
        .messages.create(model=MODEL, max_tokens=100, messages=[{"role": "user", "content": content}])
        .model_dump_json(indent=2)
    )


def thinking() -> str:
    with Anthropic().messages.stream(
        model=MODEL,
        max_tokens=16_000,
        thinking={"type": "adaptive", "display": "summarized"},
        output_config={"effort": "high"},
        messages=[{"role": "user", "content": "A haiku, please."}],
    ) as stream:
        pieces = [(event.type, event) for event in stream if event.type in ("thinking", "text")]
        blocks = stream.get_final_message().content
    return " ".join([*dict(pieces), *(block.type for block in blocks)])


TOOLS: list[ToolParam] = [
    {
        "name": "get_weather",
        "description": "The weather in a place.",
        "input_schema": {
            "type": "object",
            "properties": {"location": {"type": "string"}},
            "required": ["location"],
        },
    }
]


def a_loop_of_tools() -> str:
    client = Anthropic()
    turns: list[MessageParam] = [{"role": "user", "content": "What is the weather in SF?"}]
    answer = client.messages.create(model=MODEL, max_tokens=100, tools=TOOLS, messages=turns)
    while answer.stop_reason == "tool_use":
        results: list[Any] = [
            {"type": "tool_result", "tool_use_id": block.id, "content": json.dumps(dict(block))}
            for block in answer.content
            if block.type == "tool_use"
        ]
        turns = [*turns, {"role": "assistant", "content": answer.content}, {"role": "user", "content": results}]
        answer = client.messages.create(model=MODEL, max_tokens=100, tools=TOOLS, messages=turns)
    return "".join(block.text for block in answer.content if hasattr(block, "text"))


def a_stream_of_a_call() -> str:
    with Anthropic().messages.stream(
        model=MODEL, max_tokens=100, tools=TOOLS, messages=[{"role": "user", "content": "What is the weather in SF?"}]
    ) as stream:
        return " ".join(f"{event.partial_json} {event.snapshot}" for event in stream if event.type == "input_json")


@beta_tool
def get_weather(location: str, units: Literal["c", "f"] = "c") -> str:
    """Look up the weather in a place.

    Args:
        location: The city.
        units: Celsius or Fahrenheit.
    """
    return json.dumps({"location": location, "units": units})


def a_run_of_tools() -> str:
    runner = Anthropic().beta.messages.tool_runner(
        model=MODEL, max_tokens=100, tools=[get_weather], messages=[{"role": "user", "content": "Weather in SF?"}]
    )
    return "\n".join(message.to_json() for message in runner)


def a_run_of_async_tools() -> str:
    @beta_async_tool
    async def get_time(place: str) -> str:
        """The time in a place."""
        return f"noon in {place}"

    async def main() -> str:
        runner = AsyncAnthropic().beta.messages.tool_runner(
            model=MODEL, max_tokens=100, tools=[get_time], messages=[{"role": "user", "content": "Time in SF?"}]
        )
        return "\n".join([message.to_json() async for message in runner])

    return asyncio.run(main())


def a_run_with_a_search_for_tools() -> str:
    later = beta_tool(get_weather.function, name="later", defer_loading=True)

    def searcher(tools: list[BetaFunctionTool[Any]]) -> BetaFunctionTool[Any]:
        @beta_tool
        def search_tools(*, keyword: str) -> BetaFunctionToolResultType:
            """Search for tools."""
            found: list[BetaToolReferenceBlockParam] = [
                {"type": "tool_reference", "tool_name": one.name} for one in tools
            ]
            return found

        return search_tools

    runner = Anthropic().beta.messages.tool_runner(
        model=MODEL,
        max_tokens=100,
        tools=[later, searcher([later])],
        messages=[{"role": "user", "content": "Weather in SF?"}],
        betas=["tool-search-tool-2025-10-19"],
    )
    return runner.until_done().model_dump_json()


def a_value_of_a_type() -> str:
    pydantic = pytest.importorskip("pydantic")
    order = pydantic.create_model("Order", product=(str, ...), quantity=(int, ...))
    client = Anthropic()
    messages: list[BetaMessageParam] = [{"role": "user", "content": "Two packs of tea."}]
    value = client.messages.parse(model=MODEL, max_tokens=100, messages=messages, output_format=order)
    with client.beta.messages.stream(
        model=MODEL, max_tokens=100, messages=messages, output_format=order, betas=["structured-outputs-2025-09-17"]
    ) as stream:
        snapshots = [event.parsed_snapshot() for event in stream if event.type == "text"]
        last = stream.get_final_message().parsed_output
    assert isinstance(value.parsed_output, order)
    return f"{last.product} {snapshots[-1]['quantity']}"


def a_web_search() -> str:
    search: Any = {"type": "web_search_20250305", "name": "web_search"}
    turns: list[MessageParam] = [{"role": "user", "content": "Weather in New York?"}]
    client = Anthropic()
    while True:
        answer = client.messages.create(model=MODEL, max_tokens=100, tools=[search], messages=turns)
        if answer.stop_reason != "pause_turn":
            break
        turns.append({"role": "assistant", "content": answer.content})
    with client.beta.messages.stream(model=MODEL, max_tokens=100, tools=[search], messages=turns) as stream:
        for event in stream:
            if event.type == "content_block_stop" and event.content_block.type == "web_search_tool_result":
                print(event.content_block)
        final = stream.get_final_message()
    usage = final.usage.server_tool_use
    return f"{answer.model_dump_json()} {usage.web_search_requests if usage else 0}"


def a_batch() -> str:
    client = Anthropic()
    params = MessageCreateParamsNonStreaming(
        model=MODEL, max_tokens=100, messages=[{"role": "user", "content": "Hello"}]
    )
    batch = client.messages.batches.create(requests=[Request(custom_id="first", params=params)])
    while batch.processing_status != "ended":
        batch = client.messages.batches.retrieve(batch.id)
    entries = [entry for entry in client.messages.batches.results(batch.id) if entry.result.type == "succeeded"]
    return "\n".join(f"{entry.custom_id} {entry.model_dump_json()}" for entry in entries)


def an_error() -> str:
    client = anthropic.Anthropic(max_retries=0)
    try:
        client.messages.create(model="no-such-model", max_tokens=1, messages=[{"role": "user", "content": "Hello"}])
    except anthropic.APIConnectionError as error:
        return f"not reached: {error.__cause__}"
    except anthropic.RateLimitError:
        return "too fast"
    except APIStatusError as error:
        return f"{error.status_code} {error.response.text} {error.body}"
    return "no error"


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (a_conversation, '"text": "You said: \\"Three\\"'),
        (many_prompts_at_once, 'You said: "Prompt 7"'),
        (events_of_the_wire, "message_start content_block_start content_block_delta"),
        (a_stream_and_its_message, 'You said: "Hello"'),
        (an_image, '"role": "assistant"'),
        pytest.param(thinking, "thinking text thinking text", marks=pytest.mark.operation("create_message.thinking")),
        (a_loop_of_tools, "According to get_weather"),
        (a_stream_of_a_call, "SF"),
        (a_run_of_tools, "According to get_weather"),
        (a_run_of_async_tools, "noon in SF"),
        (a_run_with_a_search_for_tools, "According to"),
        (a_value_of_a_type, " "),
        (a_web_search, '"role":"assistant"'),
        pytest.param(a_batch, "first {", marks=pytest.mark.operation("create_batch", "get_batch")),
        (an_error, "no-such-model"),
    ],
)
def test_a_script_runs(script: Callable[[], str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert said in script()
