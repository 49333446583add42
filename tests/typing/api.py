"""How the public names are used, for type checkers. Never run: mypy and pyright read it, both strict."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, assert_type

import httpx
import httpx2

from aimlapi_client import AuthenticatedClient
from aimlapi_client.api.messages import create_message
from aimlapi_client.api.models import list_models
from aimlapi_client.api.usage import get_usage
from aimlapi_client.models import (
    CreateMessageParams,
    KeyInfo,
    LegacyMessage,
    LogEntry,
    Message as WireMessage,
    MessageParam,
    ModelInfo,
    ModelList,
    TextBlock,
    TextBlockParam,
    ToolParam,
    Transaction,
    UnknownContentBlock,
    UsageGroup,
    UsageSummary,
)
from aimlapi_client.params import SupportsToDict
from aimlapi_client.types import Response
from aimlapi_messages import (
    AIMLAPI,
    AIMLAPIError,
    APIError,
    APIStatusError,
    AsyncAIMLAPI,
    Attempt,
    Batch,
    BatchRequest,
    BatchResult,
    Call,
    CallOutcome,
    ContentBlock,
    Cost,
    Message,
    RunEstimate,
    RunProgress,
    RunReport,
    RunResult,
    StreamIncompleteError,
    TextEvent,
    known_models,
    read_results,
    text,
    types,
)


def messages(client: AIMLAPI) -> None:
    message = client.messages.create(model="m", messages="Hello")
    assert_type(message, Message)
    assert_type(message.text, str)
    assert_type(message.cost, Cost | None)
    assert_type(message.request_id, str | None)
    assert_type(client.spent, Decimal)
    assert_type(client.unpriced, Decimal)
    assert_type(message.to_param(), types.MessageParam)
    for block in message.content:
        match block:
            case TextBlock():
                assert_type(block.text, str)
            case UnknownContentBlock():
                assert_type(block["data"], Any)
            case _:
                pass
    for block in message.content:
        if block.type == "text":
            assert_type(block.text, str)
        elif block.type == "tool_use":
            assert_type(block.input, dict[str, Any])


def conversation(client: AIMLAPI, earlier: Message) -> None:
    client.messages.create(
        model="m",
        max_tokens=10,
        system=[{"type": "text", "text": "Be brief."}],
        messages=[{"role": "user", "content": "Hello"}, earlier, {"role": "user", "content": "Again"}],
        tools=[{"name": "t", "input_schema": {"type": "object"}}],
        tool_choice={"type": "auto"},
        temperature=0.5,
        stop_sequences=["END"],
        metadata={"user_id": "1"},
        output_config={"effort": "low"},
        timeout=5.0,
        max_retries=0,
        client_request_id="order-1",
    )
    client.messages.create(model="m", messages=[MessageParam(role="user", content=[TextBlockParam(text="Hello")])])


def requests(client: AIMLAPI, earlier: Message, name: str) -> None:
    """What may stand in a request: dicts, models, answers and their blocks, in lists, tuples and generators."""
    model: types.KnownModel = "anthropic/claude-sonnet-5"
    turns: list[types.MessageParam] = [{"role": "user", "content": "Hello"}, earlier.to_param()]
    turns.append(earlier.to_param())
    turns.extend([earlier.to_param(), {"role": "user", "content": "Go on"}])
    turns = [*turns, earlier.to_param(), {"role": "user", "content": "Go on"}]
    client.messages.create(model=model, messages=turns)
    client.messages.create(model=name, messages=tuple(turns))
    client.messages.create(model="m", messages=(turn for turn in turns))
    client.messages.create(model="m", messages=[*turns, earlier, MessageParam(role="user", content="Again")])
    results: list[types.ToolResultBlockParam] = [
        {"type": "tool_result", "tool_use_id": use.id, "content": [{"type": "text", "text": "18 degrees"}]}
        for use in earlier.tool_uses
    ]
    client.messages.stream(
        model="m",
        messages=[
            {"role": "system", "content": [{"type": "text", "text": "Be brief."}]},
            {"role": "assistant", "content": earlier.content},
            {"role": "user", "content": [*results, TextBlockParam(text="Hello"), {"type": "text", "text": "Hello"}]},
        ],
        system=[{"text": "Be brief."}, text("Be kind."), TextBlockParam(text="Be quick.")],
        tools=[ToolParam(name="t", input_schema={"type": "object"}), {"type": "bash_20250124"}],
        tool_choice="auto",
        thinking={"type": "enabled", "budget_tokens": 1024},
        temperature=1,
        stop_sequences=("END", "STOP"),
        top_k=None,
    )
    options: types.CreateOptions = {"system": "Be brief.", "tool_choice": {"type": "tool", "name": "t"}}
    client.messages.create(model="m", messages="Hello", **options)
    body: types.CreateMessageParams = {"model": "m", "messages": turns, "max_tokens": 10}
    assert_type(body["messages"], Iterable[types.AnyMessageParam | SupportsToDict])
    batch: list[types.BatchRequest] = [{"custom_id": "a", "params": {"model": "m", "messages": turns, "top_k": 1}}]
    client.messages.batches.create(requests=batch)
    client.messages.batches.create(requests=iter(batch), timeout=5)
    documented: types.BatchRequestParam = {
        "custom_id": "a",
        "params": {"model": "m", "messages": [{"role": "user", "content": "Hello"}]},
    }
    client.messages.batches.create(requests=[documented])


def answers(message: types.Message, block: types.TextBlock, reason: types.StopReason, batch: types.Batch) -> None:
    """The types of answers have the same door."""
    assert_type(message.text, str)
    assert_type(block.text, str)
    assert_type(batch, Batch)
    print(reason)


def stream(client: AIMLAPI) -> None:
    with client.messages.stream(model="m", messages="Hello") as events:
        for text in events.text_stream:
            assert_type(text, str)
        assert_type(events.get_final_message(), Message)
        assert_type(events.get_final_text(), str)
        assert_type(events.current_message_snapshot, Message)
        for event in events:
            if event.type == "text":
                assert_type(event, TextEvent)
                assert_type(event.snapshot, str)
            elif event.type == "input_json":
                assert_type(event.partial_json, str)
            elif event.type == "content_block_stop":
                assert_type(event.content_block, ContentBlock)
            elif event.type == "message_stop":
                assert_type(event.message, Message)
    for raw in client.messages.create(model="m", messages="Hello", stream=True):
        if raw.type == "content_block_delta" and raw.delta.type == "text_delta":
            assert_type(raw.delta.text, str)
        elif raw.type == "message_start":
            assert_type(raw.message.id, str)


async def asynchronous(client: AsyncAIMLAPI) -> None:
    assert_type(await client.messages.create(model="m", messages="Hello"), Message)
    async with client.messages.stream(model="m", messages="Hello") as events:
        async for text in events.text_stream:
            assert_type(text, str)
        assert_type(await events.get_final_message(), Message)


def limits() -> None:
    def watch(attempt: Attempt) -> None:
        assert_type(attempt.error, APIError | None)

    def begun(call: Call) -> Callable[[CallOutcome], None]:
        assert_type(call.stream, bool)
        return ended

    def ended(outcome: CallOutcome) -> None:
        assert_type(outcome.message, Message | None)
        assert_type(outcome.cost, Cost | None)

    client = AIMLAPI(
        api_key="k", idle_timeout=30, total_timeout=None, budget_usd="0.5", on_attempt=watch, on_call=begun
    )
    assert_type(client.budget_usd, Decimal | None)
    client.messages.create(model="m", messages="Hello", idle_timeout=1, total_timeout=5.0)
    AIMLAPI(api_key="k", http_client=httpx.Client(timeout=5))
    AIMLAPI(api_key="k", http_client=httpx2.Client(timeout=5), timeout=httpx2.Timeout(5))
    AIMLAPI(api_key="k", transport="httpx2")
    client.messages.create(model="m", messages="Hello", timeout=httpx2.Timeout(5))
    client.with_options(timeout=httpx2.Timeout(5)).models.list(timeout=httpx2.Timeout(5))
    assert_type(client.with_options(retry_timeouts=True, on_attempt=None, on_call=print), AIMLAPI)


def gateway(client: AIMLAPI) -> None:
    batches = client.messages.batches
    batch = batches.create(requests=[{"custom_id": "a", "params": {"model": "m", "messages": "Hello"}}])
    assert_type(batch, Batch)
    assert_type(batches.wait(batch, deadline=60, progress=lambda step: print(step.next_in)), Batch)
    for result in batches.results(batch):
        assert_type(result, BatchResult)
        assert_type(result.message, Message | None)
    assert_type(client.models.list(id=["m"], include="all"), list[ModelInfo])
    assert_type(client.account.balance().current_balance, Decimal)
    for entry in client.account.transactions(start="2026-08-01", direction="CHARGE"):
        assert_type(entry, Transaction)
    assert_type(client.account.usage_detail(group_by="day", tz="UTC").groups, list[UsageGroup] | None)
    assert_type(client.account.usage(period="7d").start, datetime)
    assert_type(client.keys.create(limit={"threshold": 1, "retention": "day"}).key.reveal(), str)
    assert_type(client.keys.delete("prefix"), bool)
    assert_type(client.models.retrieve("m"), ModelInfo)
    assert_type(client.send(get_usage.request(period="7d")), UsageSummary)
    assert_type(known_models(), tuple[str, ...])


@dataclass
class Weather:
    city: str


def many(client: AIMLAPI, rows: list[BatchRequest], path: Path) -> None:
    def watch(progress: RunProgress) -> None:
        assert_type(progress.eta, float | None)
        progress.stop()

    report = client.messages.run(rows, path, model="m", system="Be brief.", in_flight=8, via="batch", progress=watch)
    assert_type(report, RunReport)
    assert_type(report.stopped, Literal["budget", "progress"] | None)
    assert_type(client.messages.run("in.csv", "out.jsonl", model="m", template="{text}", retry_failed=True), RunReport)
    for result in client.messages.map(["Hello"], model="m", budget_usd="0.5", ordered=True):
        assert_type(result.message, Message | None)
        assert_type(result.cost, Cost | None)
    for typed in client.messages.map(["Hello"], model="m", output=Weather):
        assert_type(typed.output, Weather | None)
    assert_type(client.messages.estimate(rows, model="m"), RunEstimate)
    for found in read_results(path):
        assert_type(found.at_most_usd, Decimal | None)
    assert_type(next(read_results(path, output=Weather)), RunResult[Weather])


async def asynchronous_many(client: AsyncAIMLAPI) -> None:
    assert_type(await client.messages.run(["Hello"], "out.jsonl", model="m"), RunReport)
    async for result in client.messages.map(["Hello"], model="m", output=Weather):
        assert_type(result, RunResult[Weather])
    assert_type(await client.messages.estimate(["Hello"], model="m"), RunEstimate)


async def asynchronous_gateway(client: AsyncAIMLAPI) -> None:
    async for result in await client.messages.batches.results("b"):
        assert_type(result, BatchResult)
    async for entry in client.account.logs(period="7d"):
        assert_type(entry, LogEntry)
    assert_type(await client.keys.current(), KeyInfo)


def errors(client: AIMLAPI) -> None:
    try:
        client.messages.create(model="m", messages="Hello")
    except APIStatusError as error:
        assert_type(error.status_code, int | None)
        assert_type(error.request_id, str | None)
    except StreamIncompleteError as error:
        assert_type(error.partial, Message | None)
    except AIMLAPIError:
        raise


def generated(client: AuthenticatedClient) -> None:
    body = CreateMessageParams(
        model="anything at all",
        messages=[MessageParam(role="user", content="Hello")],
        tools=[ToolParam(name="t", input_schema={"type": "object"})],
    )
    assert_type(create_message.sync(client=client, body=body), WireMessage | LegacyMessage | None)
    assert_type(list_models.sync_detailed(client=client), Response[ModelList])
    text = TextBlock(text="Hello")
    assert_type(text.type, Literal["text"])
    if text.citations is not None:
        for citation in text.citations:
            assert_type(citation.cited_text, str)
