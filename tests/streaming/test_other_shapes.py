"""The other shapes in which a gateway answers where a stream was asked for."""

from __future__ import annotations

from typing import Any

import pytest

from aimlapi_client.models import (
    ThinkingBlock,
)
from aimlapi_messages import (
    APIError,
    CostEvent,
    OverloadedError,
    RateLimitError,
    StreamDecodeError,
    StreamIncompleteError,
    UnexpectedResponseError,
)
from aimlapi_messages.streaming.accumulator import MessageAccumulator, replay
from aimlapi_messages.streaming.create import message_from_body

from ..support.callers import Caller
from ..support.streams import COST, SPENT, read, types
from ..support.wire import (
    TOOL_EVENTS,
    answer,
    body,
    sse,
    text_block,
    tool_block,
)


def chunk(delta: dict[str, Any] | None = None, finish: str | None = None, **members: Any) -> dict[str, Any]:
    choice = {"index": 0, **({"delta": delta} if delta else {}), **({"finish_reason": finish} if finish else {})}
    return {"id": "", "object": "chat.completion.chunk", "created": 1, "model": "c", "choices": [choice], **members}


CHAT_USAGE = {"prompt_tokens": 16, "completion_tokens": 37, "total_tokens": 53}

CHAT_CHUNKS = [
    chunk({"role": "assistant", "content": "", "refusal": None}, id="msg_7", usage=None),
    chunk({"role": "assistant", "content": "", "reasoning_content": "Hm."}),
    chunk({"role": "assistant", "content": "Hel"}),
    chunk({"role": "assistant", "content": "lo"}),
    chunk({"role": "assistant", "content": ""}, "stop", usage=CHAT_USAGE),
    chunk(None, "stop", usage=None),
]


@pytest.mark.anyio
@pytest.mark.parametrize("rest", [[], ["[DONE]"], [{"choices": [], **COST}], [COST], [COST, "[DONE]"]])
async def test_chat_chunks_read_as_the_events_of_a_message(caller: Caller, rest: list[Any]) -> None:
    """The reader of a chat-like stream sees native events and the same message."""
    caller.meet(answer(sse(*CHAT_CHUNKS, *rest)))
    events: list[Any] = []
    await caller.events(events)
    assert [kind for kind in types(events) if kind != "cost"] == [
        "message_start",
        "content_block_start",
        "content_block_delta",
        "content_block_stop",
        "content_block_start",
        "content_block_delta",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
    ]
    message = await caller.final()
    assert (message.id, message.model, message.text, message.stop_reason) == ("msg_7", "c", "Hello", "end_turn")
    assert message.content[0] == ThinkingBlock(thinking="Hm.", signature="")
    assert (message.usage.input_tokens, message.usage.output_tokens) == (16, 37)
    assert message.cost == (SPENT if COST["meta"] in [part["meta"] for part in rest if "meta" in part] else None)


def test_wrapped_chat_chunks_read_the_same() -> None:
    """Before 2026 each chunk came with a state, which alone had the true counts."""
    counts = [{"input_tokens": 16, "output_tokens": 3}, *[{"input_tokens": 0, "output_tokens": 0}] * 4, None]
    states: list[dict[str, Any]] = [{"usage": usage} for usage in counts]
    states[4] = {"usage": {"input_tokens": 0, "output_tokens": 37}, "finishReason": "end_turn"}
    zero = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
    wrapped = [
        {"event": {**part, "usage": zero}, "state": state} for part, state in zip(CHAT_CHUNKS, states, strict=True)
    ]
    assert read(*wrapped) == read(*CHAT_CHUNKS)


def test_counts_after_the_reason_are_taken() -> None:
    """Servers that send the counts in a chunk of their own send it last."""
    message = read(chunk({"content": "x"}), chunk(None, "length"), {"choices": [], "usage": CHAT_USAGE})
    assert (message.stop_reason, message.usage.input_tokens, message.usage.output_tokens) == ("max_tokens", 16, 37)


def test_chat_tool_calls_are_put_together() -> None:
    """The first piece of a call names it, the others go on with its arguments."""

    def piece(index: int, **function: str) -> dict[str, Any]:
        return {"index": index, **({"id": f"call_{index}"} if "name" in function else {}), "function": function}

    message = read(
        chunk({"content": "Look."}),
        chunk({"tool_calls": [piece(0, name="f", arguments="")]}),
        chunk({"tool_calls": [piece(0, arguments='{"a"')]}),
        chunk({"tool_calls": [piece(0, arguments=": 1}"), piece(1, name="g", arguments="{}")]}),
        chunk(None, "tool_calls"),
    )
    assert [(tool.id, tool.name, tool.input) for tool in message.tool_uses] == [
        ("call_0", "f", {"a": 1}),
        ("call_1", "g", {}),
    ]
    assert (message.text, message.stop_reason) == ("Look.", "tool_use")


@pytest.mark.parametrize("kept", range(4))
def test_a_chat_stream_cut_short_is_incomplete(kept: int) -> None:
    """Without a reason there is no end, [DONE] or not."""
    with pytest.raises(StreamIncompleteError):
        read(*CHAT_CHUNKS[:kept], "[DONE]")


@pytest.mark.parametrize(
    "odd",
    [
        {"choices": None},
        {"choices": [5, "x"]},
        {"choices": [{"index": 1, "delta": {"content": "other"}}]},
        {"choices": [{"index": 0, "delta": "x"}], "usage": 5},
        {"choices": [], "usage": {}, "id": 5, "model": None},
        {"event": {}, "state": 5},
        {"choices": [{"delta": {"content": None, "tool_calls": [None]}}], "meta": {}},
    ],
)
def test_odd_chat_chunks_change_nothing(odd: dict[str, Any]) -> None:
    """Whatever is missing or of the wrong kind says nothing."""
    message = read(*CHAT_CHUNKS[:3], odd, *CHAT_CHUNKS[3:])
    assert message.text == "Hello"


@pytest.mark.anyio
@pytest.mark.parametrize(
    "blocks",
    [
        [text_block("Hello")],
        [{"type": "thinking", "thinking": "Hm.", "signature": "s"}, text_block("Hello"), tool_block(input={"a": 1})],
        [{"type": "future", "x": 1}],
        [],
    ],
)
async def test_a_message_in_json_is_read_as_a_stream(caller: Caller, blocks: list[dict[str, Any]]) -> None:
    """A server that does not stream answers in one piece; the reader sees events all the same."""
    data = body(*blocks, **COST)
    caller.meet(answer(data))
    events: list[Any] = []
    await caller.events(events)
    assert types(events)[0] == "message_start"
    assert types(events)[-3:] == ["message_delta", "message_stop", "cost"]
    assert isinstance(events[-1], CostEvent)
    message = await caller.final()
    assert (message.to_dict(), message.request_id) == (data, "req-1")


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("content", "type", "expected"),
    [
        (b"<html>hi</html>", "text/html", UnexpectedResponseError),
        (b"", "application/json", UnexpectedResponseError),
        (b'{"object": "list"}', "application/json; charset=utf-8", UnexpectedResponseError),
        (b'{"type": "error", "error": {"type": "overloaded_error"}}', "application/json", OverloadedError),
        (b"", "text/event-stream", StreamIncompleteError),
        (b"hello", "text/plain", UnexpectedResponseError),
    ],
)
async def test_what_is_neither_a_stream_nor_a_message_is_an_error(
    caller: Caller, content: bytes, type: str, expected: type[APIError]
) -> None:
    """Each way of opening a stream tells of it."""
    caller.meet(answer(content, type=type))
    with pytest.raises(expected):
        await caller.final()
    with pytest.raises(expected):
        await caller.events([])


@pytest.mark.anyio
@pytest.mark.parametrize("type", ["text/event-stream", "application/json", "text/html"])
@pytest.mark.parametrize(
    "content",
    [
        sse(*TOOL_EVENTS, COST),
        sse(COST, *TOOL_EVENTS, named=False),
        b"\xef\xbb\xbf: hi\n\n" + sse(*TOOL_EVENTS, COST).replace(b"\n", b"\r\n"),
        b"\n\nretry: 5\n" + sse(*TOOL_EVENTS[:-1], COST, "junk", "[DONE]"),
        sse(COST, *TOOL_EVENTS)[:-2],
        sse(*TOOL_EVENTS[:-1], "junk", TOOL_EVENTS[-1], COST),
        sse(*TOOL_EVENTS) + b"event: content_block_delta\ndata:\n\n" + sse(COST),
        sse(*TOOL_EVENTS, COST, "[DONE]", {"type": "error", "error": {"type": "overloaded_error"}}),
        sse(*TOOL_EVENTS, COST) + b'data: {"type": "pi',
    ],
)
async def test_a_stream_that_nobody_asked_for_is_the_message(caller: Caller, content: bytes, type: str) -> None:
    """Some proxies send one whatever is asked, or call it something else."""
    caller.meet(answer(content, type=type))
    for message in (await caller.create(), await caller.final()):
        assert message.to_dict()["content"] == read(*TOOL_EVENTS).to_dict()["content"]
        assert (message.stop_reason, message.cost, message.request_id) == ("tool_use", SPENT, "req-1")


@pytest.mark.anyio
async def test_chat_chunks_that_nobody_asked_for_are_the_message(caller: Caller) -> None:
    """In the older shapes too."""
    caller.meet(answer(sse(*CHAT_CHUNKS, "[DONE]")))
    assert (await caller.create()).content == (await caller.final()).content


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("events", "expected", "partial"),
    [
        ([], StreamIncompleteError, "Let me look."),
        (["junk"], StreamDecodeError, "Let me look."),
        ([{"type": "error", "error": {"type": "overloaded_error"}}], OverloadedError, "Let me look."),
        ([{"choices": [], "error": {"code": 429}}], RateLimitError, "Let me look."),
    ],
)
async def test_a_stream_that_nobody_asked_for_is_no_success_when_it_is_cut(
    caller: Caller, events: list[Any], expected: type[APIError], partial: str
) -> None:
    """What had come is in the error."""
    caller.meet(answer(sse(COST, *TOOL_EVENTS[:6], *events), type="application/json"))
    for ask in (caller.create, caller.final):
        with pytest.raises(expected) as caught:
            await ask(max_retries=0)
        assert caught.value.partial is not None
        assert caught.value.partial.text == partial
        assert (caught.value.request_id, caught.value.cost) == ("req-1", SPENT)


@pytest.mark.anyio
@pytest.mark.parametrize("cut", [1, 3, 10, 20, 40])
async def test_a_stream_that_nobody_asked_for_may_be_cut_within_an_event(caller: Caller, cut: int) -> None:
    """It ended too early, and half an event is not blamed."""
    caller.meet(answer(sse(COST, *TOOL_EVENTS[:6])[: -2 - cut], type="application/json"))
    for ask in (caller.create, caller.final):
        with pytest.raises(StreamIncompleteError):
            await ask(max_retries=0)


@pytest.mark.parametrize("cost", [COST, {}])
def test_a_replayed_message_is_the_message(cost: dict[str, Any]) -> None:
    """Taking a message apart and putting it together changes nothing."""
    data = body(text_block("a"), tool_block(input={"x": [1]}), text_block("b"), stop_sequence="X", **cost)
    whole = MessageAccumulator()
    for payload in replay(message_from_body(data)):
        whole.add(payload)
    assert whole.snapshot().to_dict() == data
