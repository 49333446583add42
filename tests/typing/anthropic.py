"""How programs that move over use the names of the `anthropic` SDK, for type checkers. Never run."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, assert_type

from pydantic import BaseModel

import aimlapi_messages.anthropic as anthropic
from aimlapi_messages import Cost
from aimlapi_messages.anthropic import NOT_GIVEN, Anthropic, AsyncAnthropic, beta_async_tool, beta_tool, omit
from aimlapi_messages.anthropic.types import (
    CitationPageLocation,
    ContentBlock,
    Message,
    MessageCreateParams,
    MessageParam,
    MetadataParam,
    ModelParam,
    ParsedMessage,
    RawContentBlockDelta,
    RawContentBlockStartEvent,
    RawMessageStreamEvent,
    TextBlock,
    TextCitation,
    ThinkingConfigEnabledParam,
    ToolParam,
    URLImageSourceParam,
    Usage,
)
from aimlapi_messages.anthropic.types.beta import BetaContentBlock, BetaMessage, BetaMessageParam, BetaToolUseBlock


class Order(BaseModel):
    name: str


def messages(client: Anthropic) -> None:
    turns: list[MessageParam] = [{"role": "user", "content": "Hello"}]
    message = client.messages.create(model="m", max_tokens=10, messages=turns, system=omit, temperature=NOT_GIVEN)
    assert_type(message, Message)
    assert_type(message.usage, Usage)
    assert_type(message.model_dump(), dict[str, Any])
    assert_type(message.model_dump_json(indent=2), str)
    assert_type(Message.model_validate_json("{}").model_copy(), Message)
    assert_type(message.usage.model_dump(), dict[str, Any])
    content: list[ContentBlock] = message.content
    texts: list[TextBlock] = [block for block in content if block.type == "text"]
    for citation in texts[0].citations or ():
        if isinstance(citation, CitationPageLocation):
            print(citation.start_page_number, citation.model_dump())
    for block in message.content:
        assert_type(block.model_dump(), dict[str, Any])
        block.to_dict()
        if block.type == "text":
            assert_type(block, TextBlock)
            assert_type(block.text, str)
        elif block.type == "tool_use":
            assert_type(block.input, dict[str, Any])
            print(block.caller and block.caller.model_dump())
    turns.append({"role": message.role, "content": message.content})
    turns.append(message.to_param())
    client.beta.messages.create(
        model="m", max_tokens=10, messages=turns, betas=["b"], context_management={"edits": []}, container="c"
    )
    for event in client.messages.create(model="m", max_tokens=10, messages=turns, stream=True):
        a_part(event)
        if event.type == "content_block_delta" and event.delta.type == "text_delta":
            assert_type(event.delta.text, str)


def a_part(part: RawMessageStreamEvent | ContentBlock | RawContentBlockDelta | TextCitation) -> None:
    print(part.model_dump_json())
    if isinstance(part, RawContentBlockStartEvent):
        a_part(part.content_block)


def names_of_requests(model: ModelParam, source: URLImageSourceParam, thinking: ThinkingConfigEnabledParam) -> None:
    metadata: MetadataParam = {"user_id": "u"}
    params: MessageCreateParams = {"model": model, "metadata": metadata, "thinking": thinking}
    print(params, source)


def beta_names(message: BetaMessage) -> list[BetaToolUseBlock]:
    blocks: list[BetaContentBlock] = message.content
    return [block for block in blocks if block.type == "tool_use"]


def own_members(client: Anthropic, message: Message) -> None:
    """What `aimlapi_messages` has beyond the SDK."""
    assert_type(message.cost, Cost | None)
    assert_type(client.spent, Decimal)
    assert_type(client.unpriced, Decimal)
    print(client.account.balance(), client.keys, client.base_url)


def streams(client: Anthropic, turns: list[BetaMessageParam]) -> None:
    with client.messages.stream(model="m", max_tokens=10, messages=turns) as stream:
        for event in stream:
            if event.type == "text":
                assert_type(event.text, str)
            elif event.type == "content_block_stop":
                a_part(event.content_block)
            elif event.type == "message_stop":
                assert_type(event.message, Message)
        for text in stream.text_stream:
            assert_type(text, str)
        assert_type(stream.get_final_message(), Message)


async def asynchronous(client: AsyncAnthropic) -> None:
    async with client.messages.stream(model="m", max_tokens=10, messages=[]) as stream:
        async for event in stream:
            print(event.type)
        assert_type(await stream.get_final_text(), str)
    raw = await client.messages.with_raw_response.create(model="m", max_tokens=10, messages=[])
    print(raw.headers.get("x"), raw.status_code, await raw.parse())
    async with client.messages.with_streaming_response.create(model="m", max_tokens=10, messages=[]) as response:
        async for line in response.iter_lines():
            assert_type(line, str)
    async for model in client.models.list():
        assert_type(model.display_name, str)
    print((await client.models.list()).data[0].id)


def outputs(client: Anthropic) -> None:
    parsed = client.messages.parse(model="m", max_tokens=10, messages=[], output_format=Order)
    assert_type(parsed, ParsedMessage[Order])
    assert_type(parsed.parsed_output, Order | None)


@beta_tool
def weather(city: str) -> str:
    return city


@beta_async_tool(name="later", defer_loading=True)
async def later(city: str) -> str:
    return city


def tools(client: Anthropic) -> None:
    declared: list[ToolParam] = [{"name": "t", "input_schema": {"type": "object"}}]
    client.messages.create(model="m", max_tokens=10, messages=[], tools=[*declared, weather.to_dict()])
    runner = client.beta.messages.tool_runner(model="m", max_tokens=10, messages=[], tools=[weather, later])
    for message in runner:
        assert_type(message, Message)
        runner.set_messages_params(lambda params: {**params, "max_tokens": 5})
        response = runner.generate_tool_call_response()
        if response is not None:
            runner.append_messages(message, response)
    assert_type(runner.until_done(), Message)
    for stream in client.beta.messages.tool_runner(model="m", messages=[], tools=[weather], stream=True):
        for event in stream:
            print(event.type)


def errors(client: Anthropic) -> None:
    try:
        client.copy(max_retries=1).messages.create(model="m", max_tokens=10, messages=[])
    except anthropic.APIConnectionError as error:
        print(error.__cause__, error.request)
    except (
        anthropic.ServiceUnavailableError,
        anthropic.DeadlineExceededError,
        anthropic.RampLimitExceededError,
    ) as error:
        print(error.response.status_code)
    except anthropic.RateLimitError as error:
        print(error.response.headers.get("retry-after"), error.body)
    except anthropic.APIStatusError as error:
        assert_type(error.status_code, int | None)
        print(error.response.status_code, error.request_id, error.message)
    except anthropic.APIError as error:
        print(error.message)


def batches(client: Anthropic) -> None:
    batch = client.messages.batches.create(requests=[{"custom_id": "a", "params": {"model": "m", "messages": "Hi"}}])
    print(batch.request_counts, batch.model_dump_json())
    for result in client.messages.batches.results(batch.id):
        if result.result.type == "succeeded":
            assert_type(result.result.message, Message)
            print(result.model_dump(), result.result.message.content)
