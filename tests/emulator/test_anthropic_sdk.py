"""The official `anthropic` package works with the emulator, which shows that the emulator is realistic."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import anthropic
import pydantic
import pytest

from aimlapi_messages.testing import Emulator

MODEL = "claude-opus-5"


@pytest.fixture
def sdk(emulator: Emulator) -> Iterator[anthropic.Anthropic]:
    """The SDK's client, with a key and without retries."""
    with anthropic.Anthropic(base_url=emulator.base_url, api_key="test-key", max_retries=0) as client:
        yield client


def test_create(sdk: anthropic.Anthropic, emulator: Emulator) -> None:
    """A message is created and read; the gateway's cost is kept as an extra field."""
    message = sdk.messages.create(model=MODEL, max_tokens=100, messages=[{"role": "user", "content": "Hello"}])
    assert isinstance(message.content[0], anthropic.types.TextBlock)
    assert '"Hello"' in message.content[0].text
    assert message.stop_reason == "end_turn"
    assert message.usage.output_tokens > 1
    assert message.to_dict()["meta"]
    assert "anthropic-version" in emulator.requests[0].headers
    assert "test-key" not in repr(emulator.requests[0])


def test_stream_helper(sdk: anthropic.Anthropic) -> None:
    """The stream helper gives the text piece by piece and the whole message at the end."""
    with sdk.messages.stream(model=MODEL, max_tokens=100, messages=[{"role": "user", "content": "Hello"}]) as stream:
        pieces = list(stream.text_stream)
        message = stream.get_final_message()
    assert len(pieces) > 3
    assert isinstance(message.content[0], anthropic.types.TextBlock)
    assert "".join(pieces) == message.content[0].text
    assert message.stop_reason == "end_turn"


def test_raw_stream(sdk: anthropic.Anthropic) -> None:
    """Raw events arrive in order, and the unnamed cost chunk is ignored."""
    events = sdk.messages.create(
        model=MODEL, max_tokens=100, messages=[{"role": "user", "content": "Hello"}], stream=True
    )
    kinds = [event.type for event in events]
    assert kinds[0] == "message_start"
    assert kinds[-1] == "message_stop"


def run_tools(create: Callable[..., anthropic.types.Message], tool: Any) -> str:
    """One round of a tool, written by hand, and the text of the final answer."""
    messages: list[Any] = [{"role": "user", "content": "What is the weather in Paris?"}]
    first = create(model=MODEL, max_tokens=200, tools=[tool], messages=messages)
    call = first.content[-1]
    assert isinstance(call, anthropic.types.ToolUseBlock)
    assert call.input == {"location": "Paris"}
    messages.append({"role": "assistant", "content": first.content})
    result = {"type": "tool_result", "tool_use_id": call.id, "content": "18 degrees, clear"}
    messages.append({"role": "user", "content": [result]})
    last = create(model=MODEL, max_tokens=200, tools=[tool], messages=messages)
    assert isinstance(last.content[0], anthropic.types.TextBlock)
    return last.content[0].text


def test_tool_round_trip(sdk: anthropic.Anthropic, weather_tool: dict[str, Any]) -> None:
    """A tool call goes out, its result comes back, and the answer quotes it."""
    assert run_tools(sdk.messages.create, weather_tool) == "According to get_weather: 18 degrees, clear."


def test_tool_round_trip_in_a_stream(sdk: anthropic.Anthropic, weather_tool: dict[str, Any]) -> None:
    """The same round works with the SDK's own accumulation of streamed tool input."""

    def create(**request: Any) -> anthropic.types.Message:
        with sdk.messages.stream(**request) as stream:
            return stream.get_final_message()

    assert run_tools(create, weather_tool) == "According to get_weather: 18 degrees, clear."


@anthropic.beta_tool
def get_weather(location: str) -> str:
    """Get the weather.

    Args:
        location: The city.
    """
    return f"18 degrees in {location}"


@pytest.mark.parametrize("options", [{}, {"thread": False}, {"stream": True}, {"stream": True, "thread": False}])
def test_tool_runner(sdk: anthropic.Anthropic, emulator: Emulator, options: dict[str, Any]) -> None:
    """The SDK's tool runner, which sends only what is new unless told otherwise, runs until the model is done."""
    runner: Any = sdk.beta.messages.tool_runner(
        model=MODEL,
        max_tokens=200,
        system="Be brief.",
        tools=[get_weather],
        messages=[{"role": "user", "content": "What is the weather in Paris?"}],
        **options,
    )
    final = runner.until_done()
    said = "According to get_weather: 18 degrees in Paris. (System prompt heard: Be brief.)"
    assert final.content[0].to_dict()["text"] == said
    assert len(emulator.requests[1].body["messages"]) == (3 if "thread" in options else 1)


def test_a_thread_that_nobody_holds(sdk: anthropic.Anthropic) -> None:
    """What continues an unknown answer is refused."""
    with pytest.raises(anthropic.BadRequestError, match=r"thread\.previous_message_id: Expected the id of an answer"):
        sdk.beta.messages.create(
            model=MODEL,
            max_tokens=100,
            messages=[{"role": "user", "content": "And then?"}],
            thread={"type": "continue", "previous_message_id": "msg_1"},
        )


class Trip(pydantic.BaseModel):
    """Where to go, and when."""

    city: str
    days: list[int]
    hotel: str | None = None


@pytest.mark.parametrize("ask", ["parse", "stream", "beta.parse", "beta.stream"])
def test_structured_output(sdk: anthropic.Anthropic, ask: str) -> None:
    """An answer in the format asked for, whole or as a stream."""
    place = sdk.beta.messages if ask.startswith("beta") else sdk.messages
    request: Any = {"model": MODEL, "max_tokens": 200, "output_format": Trip, "system": "You plan trips."}
    request["messages"] = [{"role": "user", "content": "Plan 3 days in Paris"}]
    if ask.endswith("parse"):
        message = place.parse(**request)
    else:
        with place.stream(**request) as stream:
            message = stream.get_final_message()
    assert message.parsed_output == Trip(city="Paris", days=[3])


def test_thinking(sdk: anthropic.Anthropic) -> None:
    """Thinking blocks stream with their signature."""
    with sdk.messages.stream(
        model=MODEL,
        max_tokens=2000,
        thinking={"type": "enabled", "budget_tokens": 1024},
        messages=[{"role": "user", "content": "Hello"}],
    ) as stream:
        thought = stream.get_final_message().content[0]
    assert isinstance(thought, anthropic.types.ThinkingBlock)
    assert thought.signature


def test_image(sdk: anthropic.Anthropic, image_bytes: Callable[..., bytes], image_block: Callable[..., Any]) -> None:
    """A base64 image is accepted and described."""
    block = image_block("image/png", image_bytes("PNG", 640, 480))
    message = sdk.messages.create(model=MODEL, max_tokens=100, messages=[{"role": "user", "content": [block]}])
    assert isinstance(message.content[0], anthropic.types.TextBlock)
    assert message.content[0].text == "The image is a PNG of 640 by 480 pixels."


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, anthropic.BadRequestError),
        (401, anthropic.AuthenticationError),
        (403, anthropic.PermissionDeniedError),
        (404, anthropic.NotFoundError),
        (429, anthropic.RateLimitError),
        (500, anthropic.InternalServerError),
        (529, anthropic.InternalServerError),
    ],
)
def test_errors(sdk: anthropic.Anthropic, status: int, error: type[anthropic.APIStatusError]) -> None:
    """Each failure raises the SDK's own class for its status, with the gateway's body."""
    with pytest.raises(error) as caught:
        sdk.messages.create(
            model=MODEL,
            max_tokens=100,
            messages=[{"role": "user", "content": "Hello"}],
            extra_headers={"x-emulator-fail": str(status)},
        )
    assert caught.value.status_code == status
    assert caught.value.response.json()["requestId"] == caught.value.response.headers["x-request-id"]


def test_retries(emulator: Emulator) -> None:
    """The SDK's own retries overcome a temporary failure."""
    with anthropic.Anthropic(base_url=emulator.base_url, api_key="test-key", max_retries=1) as client:
        message = client.messages.create(
            model=MODEL,
            max_tokens=100,
            messages=[{"role": "user", "content": "Hello"}],
            extra_headers={"x-emulator-fail": "503;times=1;retry-after=0.01"},
        )
    assert message.stop_reason == "end_turn"
    assert len(emulator.requests) == 2


def test_an_error_in_the_stream(sdk: anthropic.Anthropic) -> None:
    """An error event in mid-stream raises."""
    with (
        pytest.raises(anthropic.APIStatusError, match="overloaded_error"),
        sdk.messages.stream(
            model=MODEL,
            max_tokens=100,
            messages=[{"role": "user", "content": "Hello"}],
            extra_headers={"x-emulator-stream": "error-after=3"},
        ) as stream,
    ):
        stream.get_final_message()


def test_a_doubled_version_in_the_url(emulator: Emulator) -> None:
    """The SDK appends /v1 itself, so a base URL that ends in /v1 gives 404."""
    with (
        anthropic.Anthropic(base_url=f"{emulator.base_url}/v1", api_key="test-key", max_retries=0) as client,
        pytest.raises(anthropic.NotFoundError),
    ):
        client.messages.create(model=MODEL, max_tokens=100, messages=[{"role": "user", "content": "Hello"}])


@pytest.mark.anyio
async def test_async_client(emulator: Emulator) -> None:
    """The SDK's async client creates and streams."""
    async with anthropic.AsyncAnthropic(base_url=emulator.base_url, auth_token="test-key") as client:
        messages: list[anthropic.types.MessageParam] = [{"role": "user", "content": "Hello"}]
        message = await client.messages.create(model=MODEL, max_tokens=100, messages=messages)
        async with client.messages.stream(model=MODEL, max_tokens=100, messages=messages) as stream:
            streamed = await stream.get_final_message()
    assert message.content[0].to_dict() == streamed.content[0].to_dict(exclude_unset=True)
