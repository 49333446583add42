"""How tools, structured output and content helpers are used, for type checkers. Never run; see `api.py`."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, TypedDict, assert_type

from aimlapi_client.models import TextBlockParam
from aimlapi_messages import (
    AIMLAPI,
    AsyncAIMLAPI,
    AsyncMessageStream,
    AsyncOutputStream,
    AsyncToolRunner,
    AsyncToolStreamRunner,
    Field,
    Message,
    MessageStream,
    OutputStream,
    Refuse,
    Replace,
    Tool,
    Toolbox,
    ToolCall,
    ToolError,
    ToolOutcome,
    ToolRunError,
    ToolRunner,
    ToolStreamRunner,
    cached,
    document,
    image,
    text,
    tool,
    types,
)


@dataclass
class Trip:
    city: str
    nights: Annotated[int, Field("how long", ge=1)] = 1


class Place(TypedDict):
    name: str


class Span(NamedTuple):
    start: int
    end: int


@tool
def weather(city: str, unit: Literal["c", "f"] = "c") -> str:
    """The weather in a city."""
    return f"18 {unit} in {city}"


@tool(name="look-up", sequential=True, timeout=2.5, cache_control=True, extra={"strict": True})
async def look_up(query: str) -> list[str]:
    """Look something up."""
    if not query:
        raise ToolError([text("Ask for something.")])
    return [query]


def plain(city: str) -> str:
    """A function as it is."""
    return city


class Desk(Toolbox):
    def book(self, trip: Trip) -> str:
        """Book a trip."""
        return trip.city

    @tool(sequential=True)
    def cancel(self, number: int) -> None:
        """Cancel a trip."""


def tools(desk: Desk) -> None:
    assert_type(weather("Rome", unit="f"), str)
    assert_type(weather.name, str)
    assert_type(weather.input_schema, dict[str, Any])
    assert_type(weather.to_dict(), dict[str, Any])
    assert_type(desk.tools(), list[Tool[..., Any]])
    assert_type(desk.book(Trip("Rome")), str)
    desk.cancel(5)


async def async_tools() -> None:
    assert_type(await look_up("Rome"), list[str])


def run(client: AIMLAPI, desk: Desk) -> None:
    def before(call: ToolCall) -> Refuse | Replace | None:
        return Refuse("Not now.") if call.name == "book" else None

    def after(call: ToolCall, outcome: ToolOutcome) -> Replace | None:
        return Replace("No.") if outcome.is_error else None

    client.messages.create(model="m", messages="Hello", tools=[plain, weather, desk])
    runner = client.messages.tool_runner(
        model="m",
        messages="Hello",
        tools=[plain, weather, look_up, desk, {"type": "web_search_20250305", "name": "web_search"}],
        max_iterations=5,
        max_argument_errors=2,
        tool_timeout=10,
        on_tool_error="raise",
        show_errors=True,
        before_call=before,
        after_call=after,
    )
    assert_type(runner, ToolRunner)
    for message in runner:
        assert_type(message, Message)
    assert_type(runner.until_done(), Message)
    assert_type(runner.transcript, list[Any])
    client.messages.tool_runner(model="m", messages=runner.transcript, tools=[plain])
    client.messages.create(model="m", messages=[*runner.transcript, {"role": "user", "content": "And then?"}])
    turns: list[types.MessageParam] = runner.transcript
    turns.append({"role": "user", "content": "And then?"})
    with client.messages.tool_runner(model="m", messages="Hello", tools=[plain], stream=True) as streams:
        assert_type(streams, ToolStreamRunner)
        for one in streams:
            assert_type(one, MessageStream)
            for piece in one.text_stream:
                assert_type(piece, str)


def run_on(client: AIMLAPI, error: ToolRunError) -> None:
    """A transcript is read without a cast for each block, and goes back as it is."""
    for turn in error.transcript:
        print(turn["role"])
        for block in turn["content"]:
            print(block["name"] if block["type"] == "tool_use" else block.get("text"))
    client.messages.tool_runner(model="m", messages=error.transcript, tools=[plain])


async def async_run(client: AsyncAIMLAPI) -> None:
    async def before(call: ToolCall) -> Refuse | None:
        return Refuse("Not now.") if call.iteration > 3 else None

    def after(call: ToolCall, outcome: ToolOutcome) -> Awaitable[Replace | None] | None:
        return None

    runner = client.messages.tool_runner(
        model="m", messages="Hello", tools=[look_up], before_call=before, after_call=after
    )
    assert_type(runner, AsyncToolRunner)
    async for message in runner:
        assert_type(message, Message)
    assert_type(await runner.until_done(), Message)
    async with client.messages.tool_runner(model="m", messages="Hello", tools=[look_up], stream=True) as streams:
        assert_type(streams, AsyncToolStreamRunner)
        async for one in streams:
            assert_type(one, AsyncMessageStream)


def output(client: AIMLAPI) -> None:
    assert_type(client.messages.parse(model="m", messages="Hello", output=Trip), Trip)
    assert_type(client.messages.parse(model="m", messages="Hello", output=Place, output_retries=0), Place)
    assert_type(client.messages.parse(model="m", messages="Hello", output=Span, thinking={"type": "adaptive"}), Span)
    assert_type(client.messages.parse(model="m", messages="Hello", output=int), int)
    assert_type(client.messages.parse(model="m", messages="Hello", output=list[int]), list[int])
    assert_type(client.messages.parse(model="m", messages="Hello", output=dict[str, Trip]), dict[str, Trip])
    with client.messages.stream_output(model="m", messages="Hello", output=Trip) as stream:
        assert_type(stream, OutputStream[Trip])
        for partial in stream:
            assert_type(partial, Any)
        assert_type(stream.get_final_output(), Trip)
        assert_type(stream.get_final_message(), Message)


async def async_output(client: AsyncAIMLAPI) -> None:
    assert_type(await client.messages.parse(model="m", messages="Hello", output=Trip), Trip)
    assert_type(await client.messages.parse(model="m", messages="Hello", output=list[Span]), list[Span])
    async with client.messages.stream_output(model="m", messages="Hello", output=Place) as stream:
        assert_type(stream, AsyncOutputStream[Place])
        async for partial in stream:
            assert_type(partial, Any)
        assert_type(await stream.get_final_output(), Place)


def content(client: AIMLAPI, data: bytearray) -> None:
    assert_type(image("cat.png"), types.ImageBlockParam)
    blocks: list[types.ContentBlockParam] = [
        image(Path("cat.png"), media_type="image/png", cache_control=True),
        image("https://example.com/cat.png"),
        image(data),
        image(memoryview(data)),
        image(BytesIO(data)),
        document("paper.pdf", title="Paper", citations=True),
        document(text="All of it.", context="From 1998.", citations={"enabled": True}),
        cached(text("Hello"), "1h"),
        cached(TextBlockParam(text="Hello")),
    ]
    client.messages.create(model="m", messages=[{"role": "user", "content": blocks}])
