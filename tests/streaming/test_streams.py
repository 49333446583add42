"""Answers as they come: their events, their text, the message they make, and how one holds a stream."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import pytest

from aimlapi_client.models import (
    ServerToolUseBlock,
    TextBlock,
    ThinkingBlock,
)
from aimlapi_messages import (
    APIError,
    StreamIncompleteError,
)
from aimlapi_messages.streaming.accumulator import MessageAccumulator
from aimlapi_messages.streaming.create import message_from_body

from ..support.callers import Caller
from ..support.streams import COST, SPENT, read, types
from ..support.wire import (
    STOP,
    TEXT_EVENTS,
    TOOL_EVENTS,
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
    text_block,
)

# --- a stream without surprises


@pytest.mark.anyio
async def test_events_come_typed_and_in_order(caller: Caller) -> None:
    """`create(stream=True)` gives the events of the wire, pings and the cost among them."""
    caller.meet(answer(sse(*TEXT_EVENTS, COST)))
    events: list[Any] = []
    await caller.events(events)
    assert types(events) == [*(event["type"] for event in TEXT_EVENTS), "cost"]
    assert [event.to_dict() for event in events] == [*TEXT_EVENTS, COST]
    assert caller.client.spent == Decimal("0.000788")


@pytest.mark.anyio
async def test_text_comes_in_its_pieces(caller: Caller) -> None:
    """`text_stream` gives the text and nothing else."""
    caller.meet(answer(sse(*TOOL_EVENTS[:2], *TEXT_EVENTS[3:5], *TOOL_EVENTS[2:])))
    seen: list[str] = []
    await caller.texts(seen)
    assert seen == ["Hel", "lo", "Let me look."]


@pytest.mark.anyio
async def test_the_final_message_is_the_whole_one(caller: Caller) -> None:
    """A streamed answer equals the same answer in one piece, its cost and ids included."""
    caller.meet(answer(sse(*TEXT_EVENTS, COST), headers={"x-inference-id": "inf-1"}))
    message = await caller.final()
    whole = body(text_block("Hello"), usage={"input_tokens": 7, "output_tokens": 9}, **COST)
    assert message == message_from_body(whole)
    assert message.to_dict() == whole
    assert (message.request_id, message.inference_id, message.cost) == ("req-1", "inf-1", SPENT)
    assert caller.client.spent == Decimal("0.000788")


@pytest.mark.anyio
async def test_a_cost_inside_the_delta_of_a_message_counts_like_any_other(caller: Caller) -> None:
    """What the message says that it cost, and what the client counts, are the same."""
    last = end()
    last["delta"].update(COST)
    caller.meet(answer(sse(start(), block_start(text_block("")), delta(text="Hi"), block_stop(), last, STOP)))
    message = await caller.final()
    assert (message.cost, caller.client.spent) == (SPENT, SPENT.usd)


def test_a_tool_s_input_is_put_together() -> None:
    """Fragments of JSON become the input when the block ends."""
    message = read(*TOOL_EVENTS)
    assert (message.text, message.stop_reason) == ("Let me look.", "tool_use")
    assert [(tool.input, tool.input_complete, tool.partial_json) for tool in message.tool_uses] == [
        ({"city": "Paris"}, True, "")
    ]


def test_all_kinds_of_deltas_are_put_together() -> None:
    """Thinking with its signature, text with its citations, and a server's own tool."""
    citation = {"type": "char_location", "cited_text": "c", "document_index": 0, "document_title": None,
                "start_char_index": 0, "end_char_index": 1}  # fmt: skip
    server_tool = {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}}
    message = read(
        start(),
        block_start({"type": "thinking", "thinking": "", "signature": ""}),
        delta(thinking="Hm, "),
        delta(thinking="yes."),
        delta(signature="sig"),
        block_stop(),
        block_start({"type": "text", "text": "", "citations": None}, 1),
        delta(1, text="As "),
        delta(1, citation=citation),
        delta(1, text="said."),
        delta(1, citation=citation),
        block_stop(1),
        block_start(server_tool, 2),
        delta(2, partial_json='{"query": "x"}'),
        block_stop(2),
        end(),
        STOP,
    )
    thinking, text, tool = message.content
    assert thinking == ThinkingBlock(thinking="Hm, yes.", signature="sig")
    assert isinstance(text, TextBlock)
    assert text.to_dict() == {"type": "text", "text": "As said.", "citations": [citation, citation]}
    assert isinstance(tool, ServerToolUseBlock)
    assert tool.input == {"query": "x"}


def test_the_end_of_the_message_completes_it() -> None:
    """Counts are running totals, and what the end adds is there, known or not."""
    last = end("refusal", input_tokens=None, cache_read_input_tokens=4)
    last["delta"] |= {"stop_details": {"type": "refusal", "category": "bio"}, "container": {"id": "c"}, "future": 1}
    message = read(start(usage={"input_tokens": 7, "output_tokens": 1, "service_tier": "standard"}), last, STOP)
    assert message.usage.to_dict() == {
        "input_tokens": 7,
        "output_tokens": 9,
        "service_tier": "standard",
        "cache_read_input_tokens": 4,
    }
    assert message.to_dict()["stop_details"] == {"type": "refusal", "category": "bio"}
    assert (message.container and message.container.id, message["future"]) == ("c", 1)


# --- holding a stream


def test_a_stream_is_read_as_far_as_one_likes() -> None:
    """Snapshots grow with the events; leaving early closes the connection; what came stays."""
    pieces = Chunks([sse(*TEXT_EVENTS[:4]), sse(*TEXT_EVENTS[4:])])
    client = Gateway(answer(pieces)).client()
    with client.messages.stream(model="m", messages="Hi") as stream:
        assert stream.request_id == "req-1"
        with pytest.raises(StreamIncompleteError, match="No message has begun"):
            _ = stream.current_message_snapshot
        assert next(iter(stream.text_stream)) == "Hel"
        assert stream.current_message_snapshot.text == "Hel"
        assert stream.current_message_snapshot.stop_reason is None
    assert pieces.closed
    assert stream.current_message_snapshot.text == "Hel"
    with pytest.raises(StreamIncompleteError, match="closed before") as caught:
        stream.get_final_message()
    assert caught.value.partial == stream.current_message_snapshot
    with pytest.raises(StreamIncompleteError):
        next(stream)


@pytest.mark.anyio
async def test_an_async_stream_is_read_as_far_as_one_likes() -> None:
    """The same for asyncio."""
    pieces = Chunks([sse(*TEXT_EVENTS[:4]), sse(*TEXT_EVENTS[4:])])
    client = Gateway(answer(pieces)).async_client()
    async with client.messages.stream(model="m", messages="Hi") as stream:
        assert stream.request_id == "req-1"
        with pytest.raises(StreamIncompleteError, match="No message has begun"):
            _ = stream.current_message_snapshot
        assert await anext(aiter(stream.text_stream)) == "Hel"
        assert stream.current_message_snapshot.text == "Hel"
    assert pieces.closed
    with pytest.raises(StreamIncompleteError, match="closed before") as caught:
        await stream.get_final_message()
    assert caught.value.partial == stream.current_message_snapshot
    with pytest.raises(StreamIncompleteError):
        await anext(stream)


def test_a_finished_stream_can_be_asked_again() -> None:
    """Iterating over what is over gives nothing; the message and the text stay."""
    client = Gateway(answer(sse(*TEXT_EVENTS))).client()
    stream = client.messages.create(model="m", messages="Hi", stream=True)
    stream.until_done()
    assert list(stream) == []
    assert stream.get_final_message().text == stream.get_final_text() == "Hello"
    stream.close()
    stream.close()


@pytest.mark.anyio
async def test_a_finished_async_stream_can_be_asked_again() -> None:
    """The same for asyncio."""
    client = Gateway(answer(sse(*TEXT_EVENTS))).async_client()
    stream = await client.messages.create(model="m", messages="Hi", stream=True)
    await stream.until_done()
    assert [event async for event in stream] == []
    assert (await stream.get_final_message()).text == await stream.get_final_text() == "Hello"
    await stream.close()
    await stream.close()


def test_a_stream_that_was_never_entered_is_never_opened() -> None:
    """`stream(...)` sends nothing before `with`, and a failing entry leaves nothing to close."""
    gateway = Gateway(answer({"status": 401}, 401))
    manager = gateway.client().messages.stream(model="m", messages="Hi")
    assert gateway.requests == []
    manager.__exit__(None, None, None)
    with pytest.raises(APIError), manager:
        pass
    assert len(gateway.requests) == 1


@pytest.mark.anyio
async def test_an_async_stream_that_was_never_entered_is_never_opened() -> None:
    """The same for asyncio."""
    gateway = Gateway(answer({"status": 401}, 401))
    manager = gateway.async_client().messages.stream(model="m", messages="Hi")
    await manager.__aexit__(None, None, None)
    with pytest.raises(APIError):
        await manager.__aenter__()
    assert len(gateway.requests) == 1


async def awaited(manager: Any) -> None:
    await manager


async def entered(manager: Any) -> None:
    with manager:
        pass


async def async_entered(manager: Any) -> None:
    async with manager:
        pass


async def iterated(manager: Any) -> None:
    for _ in manager:
        pass


async def async_iterated(manager: Any) -> None:
    async for _ in manager:
        pass


async def text_stream(manager: Any) -> None:
    manager.text_stream  # noqa: B018


MISUSES: list[tuple[bool, Callable[[Any], Awaitable[None]], type[Exception], str]] = [
    (asynchronous, misuse, kind, problem)
    for misuse, kind, problem in [
        (text_stream, AttributeError, "has no 'text_stream', for no stream is open yet"),
        (iterated, TypeError, "cannot be iterated, for no stream is open yet"),
        (async_iterated, TypeError, "cannot be iterated, for no stream is open yet"),
        (awaited, TypeError, "cannot be awaited, for no stream is open yet"),
        (entered, TypeError, "cannot be opened by `with`"),
        (async_entered, TypeError, "cannot be opened by `async with`"),
    ]
    for asynchronous in (False, True)
    if misuse is not (async_entered if asynchronous else entered)
]


@pytest.mark.anyio
@pytest.mark.parametrize(("asynchronous", "misuse", "kind", "problem"), MISUSES)
async def test_any_other_way_is_told_the_right_one(
    asynchronous: bool, misuse: Callable[[Any], Awaitable[None]], kind: type[Exception], problem: str
) -> None:
    """And sends nothing."""
    gateway = Gateway()
    client: Any = gateway.async_client() if asynchronous else gateway.client()
    manager = client.messages.stream(model="m", messages="Hi")
    opening = f"{'async ' if asynchronous else ''}with client.messages.stream(...) as stream:"
    said = f"{type(manager).__name__!r} {problem}. Write `{opening}`."
    with pytest.raises(kind, match=f"^{re.escape(said)}$"):
        await misuse(manager)
    assert gateway.requests == []


def test_a_snapshot_does_not_change_with_the_stream() -> None:
    """Each is a message of its own."""
    whole = MessageAccumulator()
    for payload in TEXT_EVENTS[:4]:
        whole.add(payload)
    before = whole.snapshot()
    for payload in TEXT_EVENTS[4:]:
        whole.add(payload)
    assert (before.text, whole.snapshot().text) == ("Hel", "Hello")
