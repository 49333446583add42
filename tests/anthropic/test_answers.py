"""Answers have the methods that those of the SDK have, on every part of them, and lose none of their own."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from typing import Any

import pytest

import aimlapi_messages
from aimlapi_messages import ToolCallIncompleteError, types as own_types
from aimlapi_messages.anthropic import BaseModel, types

from ..support.wire import TEXT_EVENTS, answer, block_start, body, delta, end, sse, start, text_block, tool_block
from .conftest import ASK, SDK

pytestmark = [pytest.mark.anyio, pytest.mark.operation("create_message")]

CITATION = {"type": "char_location", "cited_text": "a", "document_index": 0, "document_title": None}
CITATION |= {"start_char_index": 0, "end_char_index": 1}
WHOLE = body(
    {"type": "thinking", "thinking": "Hm", "signature": "s"},
    {**text_block("Hello"), "citations": [CITATION], "brand_new": {"a": 1}},
    tool_block(input={"city": "Paris"}),
    {"type": "from_the_future", "data": 5},
    stop_reason="tool_use",
    usage={"input_tokens": 7, "output_tokens": 3, "server_tool_use": {"web_search_requests": 1}},
)


async def message(sdk: SDK, content: dict[str, Any] | None = None) -> Any:
    sdk.meet(answer(content or WHOLE))
    return await sdk.create()


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        (lambda m: m.model_dump()["content"][1]["text"], "Hello"),
        (lambda m: m.content[1].model_dump()["citations"][0]["cited_text"], "a"),
        (lambda m: m.usage.model_dump()["server_tool_use"]["web_search_requests"], 1),
        (lambda m: m.model_dump()["stop_sequence"], None),
        (lambda m: m.model_dump()["container"], None),
        (lambda m: "container" in m.model_dump(exclude_unset=True), False),
        (lambda m: "stop_sequence" in m.model_dump(exclude_none=True), False),
        (lambda m: m.model_dump(include={"id", "role"}), {"id": "msg_01", "role": "assistant"}),
        (lambda m: "usage" in m.model_dump(exclude={"usage"}), False),
        (lambda m: {"cost", "raw", "request_id"} & m.model_dump().keys(), set()),
        (lambda m: json.loads(m.model_dump_json())["id"], "msg_01"),
        (lambda m: "\n" in m.model_dump_json(), False),
        (lambda m: m.model_dump_json(indent=2).splitlines()[1].startswith('  "'), True),
        (lambda m: m.to_json().splitlines()[1].startswith('  "'), True),
        (lambda m: json.loads(m.to_json(indent=None)) == m.to_dict(), True),
        (lambda m: m.to_dict() == WHOLE, True),
        (lambda m: dict(m)["content"] is m.content, True),
        (lambda m: dict(m.usage)["input_tokens"], 7),
        (lambda m: dict(m.content[2])["input"], {"city": "Paris"}),
        (lambda m: m._request_id, "req-1"),
        (lambda m: m.content[1].brand_new, {"a": 1}),
        (lambda m: m.content[1].model_extra, {"brand_new": {"a": 1}}),
        (lambda m: "stop_sequence" in m.model_fields_set and "container" not in m.model_fields_set, True),
        (lambda m: m.content[3].data, 5),
        (lambda m: m.parsed_output, None),
        (lambda m: m.text, "Hello"),
        (lambda m: [block.type for block in m.content], ["thinking", "text", "tool_use", "from_the_future"]),
        (lambda m: repr(m.content[1]).startswith("TextBlock(text='Hello'"), True),
        (lambda m: isinstance(m.usage, BaseModel) and isinstance(m, BaseModel), True),
        (lambda m: isinstance(m, types.Message) and isinstance(m, aimlapi_messages.Message), True),
        (lambda m: isinstance(m.content[1], types.TextBlock), True),
        (lambda m: isinstance(m.content[1], own_types.TextBlock), True),
        (lambda m: isinstance(m.content[1], types.ThinkingBlock), False),
        (lambda m: m == types.Message.model_validate(WHOLE), True),
        (lambda m: m == types.Message.model_validate_json(m.model_dump_json(exclude_unset=True)), True),
        (lambda m: isinstance(m.content[1].citations[0], types.CitationCharLocation), True),
        (lambda m: isinstance(m.content[1].citations[0], types.CitationPageLocation), False),
        (lambda m: pickle.loads(pickle.dumps(m)) == m, True),
        (lambda m: type(pickle.loads(pickle.dumps(m.content[1]))) is types.TextBlock, True),
        (lambda m: m.model_copy() == m and m.model_copy().content is m.content, True),
        (lambda m: m.model_copy(update={"stop_reason": "end_turn"}, deep=True).stop_reason, "end_turn"),
        (lambda m: copy.deepcopy(m).model_dump() == m.model_dump(), True),
    ],
)
async def test_an_answer_is_read_as_the_sdk_reads_it(sdk: SDK, read: Callable[[Any], Any], expected: Any) -> None:
    assert read(await message(sdk)) == expected


@pytest.mark.parametrize(
    "turn",
    [
        lambda m: m,
        lambda m: m.to_param(),
        lambda m: {"role": m.role, "content": m.content},
        lambda m: {"role": "assistant", "content": [block.model_dump() for block in m.content]},
        lambda m: {"role": "assistant", "content": m.model_dump()["content"]},
    ],
)
async def test_an_answer_is_sent_back_in_any_form(sdk: SDK, turn: Callable[[Any], Any]) -> None:
    """Without the nulls of what was absent, which the API refuses."""
    first = await message(sdk)
    await sdk.create(messages=[*ASK["messages"], turn(first), {"role": "user", "content": "Go on"}])
    assert sdk.gateway.sent["messages"][1] == {"role": "assistant", "content": WHOLE["content"]}


async def test_a_missing_member_is_no_attribute(sdk: SDK) -> None:
    found = await message(sdk)
    with pytest.raises(AttributeError, match="no_such_thing"):
        _ = found.no_such_thing
    assert not hasattr(found.usage, "no_such_thing")


EVENTS = sse(*TEXT_EVENTS, {"meta": {"usage": {"credits_used": 1, "usd_spent": 0.1}}})


async def test_events_are_read_as_the_sdk_reads_them(sdk: SDK) -> None:
    """All of those of the wire but the pings, and no event that only this package has."""
    sdk.meet(answer(EVENTS))
    events = await sdk.all(await sdk.create(stream=True))
    assert [event.type for event in events] == [one["type"] for one in TEXT_EVENTS if one["type"] != "ping"]
    assert events[2].delta.model_dump() == {"type": "text_delta", "text": "Hel"}
    assert events[0].message.usage.model_dump()["input_tokens"] == 7
    assert isinstance(events[2], types.RawContentBlockDeltaEvent)
    assert json.loads(events[2].to_json())["delta"]["text"] == "Hel"


async def test_helper_events_have_blocks_and_messages_of_the_sdk(sdk: SDK) -> None:
    sdk.meet(answer(EVENTS))
    async with sdk.entered(sdk.client.messages.stream(**ASK)) as stream:
        events = {event.type: event for event in await sdk.all(stream)}
    assert events["text"].model_dump() == {"type": "text", "text": "lo", "index": 0, "snapshot": "Hello"}
    assert events["content_block_stop"].content_block.model_dump()["text"] == "Hello"
    assert events["message_stop"].message.model_dump()["content"][0]["text"] == "Hello"
    assert events["content_block_stop"].to_dict()["content_block"]["text"] == "Hello"
    assert {"ping", "cost"}.isdisjoint(events)


async def test_a_stream_gives_texts_snapshots_and_the_final_message(sdk: SDK) -> None:
    sdk.meet(answer(EVENTS))
    async with sdk.entered(sdk.client.messages.stream(**ASK)) as stream:
        assert await sdk.all(stream.text_stream) == ["Hel", "lo"]
        assert stream.current_message_snapshot.model_dump()["content"][0]["text"] == "Hello"
        assert await sdk.of(stream.get_final_text()) == "Hello"
    final = await sdk.of(stream.get_final_message())
    assert isinstance(final, types.Message)
    assert final._request_id == stream.request_id == "req-1"
    assert stream.response.headers["content-type"] == "text/event-stream"
    assert final.cost is not None


async def test_a_web_search_streams_whole_blocks(sdk: SDK) -> None:
    """What a provider's tool found comes in one piece."""
    found = {"type": "web_search_result", "title": "T", "url": "https://a.example", "encrypted_content": "x"}
    result = {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": [found]}
    blocks = [block_start(result), {"type": "content_block_stop", "index": 0}]
    sdk.meet(answer(sse(start(), *blocks, *TEXT_EVENTS[-2:])))
    async with sdk.entered(sdk.client.beta.messages.stream(**ASK)) as stream:
        events = await sdk.all(stream)
    assert events[1].content_block.content[0].model_dump()["title"] == "T"
    assert events[2].content_block.type == "web_search_tool_result"


async def test_an_incomplete_call_is_dumped_and_not_read(sdk: SDK) -> None:
    """With the text that came, for a log; its input raises, so that nobody runs it."""
    events = [start(), block_start(tool_block()), delta(partial_json='{"city": "Par'), end("max_tokens")]
    sdk.meet(answer(sse(*events, {"type": "message_stop"})))
    async with sdk.entered(sdk.client.messages.stream(**ASK)) as stream:
        block = (await sdk.of(stream.get_final_message())).content[0]
    assert (block.model_dump()["input"], block.model_dump()["partial_json"]) == ({}, '{"city": "Par')
    with pytest.raises(ToolCallIncompleteError):
        _ = block.input
