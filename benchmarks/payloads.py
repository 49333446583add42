"""The server's answers in both formats: the gateway's messages, and the chat completions of `openai`.

The first segments of the path determine the answer, so that every client selects it by its base URL: `/reply/SIZE`,
`/late/SIZE`, `/text/DELTAS`, `/tool/SIZE`. Both formats have the same text, split at the same places.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any, Final

# The text of a delta, which for a real model is also a few words.
TEXT: Final = "and so it goes "
PIECE: Final = 20  # characters of a tool's input in one delta


def tool_input(size: int) -> dict[str, Any]:
    """The arguments of a tool call, of about `size` bytes as JSON."""
    row = {"name": "item 0", "price": 12.5, "tags": ["a", "b"], "stock": 7}
    count = max(1, size // (len(json.dumps(row)) + 2))
    return {"rows": [{**row, "name": f"item {number}"} for number in range(count)]}


@cache
def reply(size: int, *, chat: bool) -> bytes:
    """A non-streaming answer with a text of `size` bytes."""
    text = (TEXT * (size // len(TEXT) + 1))[:size]
    if chat:
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
        usage = {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}
        body = {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": usage}
    else:
        body = {**_message(), "content": [{"type": "text", "text": text}], "stop_reason": "end_turn"}
    return json.dumps(body).encode()


@cache
def text_stream(deltas: int, *, chat: bool) -> tuple[bytes, ...]:
    """The events of an answer with this number of text deltas."""
    pieces = [f"{TEXT}{number % 10}" for number in range(deltas)]
    if chat:
        return _chat_events([{"content": piece} for piece in pieces], "stop")
    return _message_events({"type": "text", "text": ""}, [{"type": "text_delta", "text": p} for p in pieces])


@cache
def tool_stream(size: int, *, chat: bool) -> tuple[bytes, ...]:
    """The events of an answer that calls a tool with an input of about `size` bytes."""
    text = json.dumps(tool_input(size))
    pieces = [text[start : start + PIECE] for start in range(0, len(text), PIECE)]
    if chat:
        first = {"index": 0, "id": "call_1", "type": "function", "function": {"name": "save", "arguments": ""}}
        calls = [first, *({"index": 0, "function": {"arguments": piece}} for piece in pieces)]
        return _chat_events([{"tool_calls": [call]} for call in calls], "tool_calls")
    block = {"type": "tool_use", "id": "toolu_1", "name": "save", "input": {}}
    return _message_events(block, [{"type": "input_json_delta", "partial_json": piece} for piece in pieces])


def _message() -> dict[str, Any]:
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-sonnet-5",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": 7, "output_tokens": 3},
    }


def _message_events(block: dict[str, Any], deltas: list[dict[str, Any]]) -> tuple[bytes, ...]:
    stop = {"stop_reason": "tool_use" if block["type"] == "tool_use" else "end_turn", "stop_sequence": None}
    return tuple(
        f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()
        for event in (
            {"type": "message_start", "message": _message()},
            {"type": "content_block_start", "index": 0, "content_block": block},
            *({"type": "content_block_delta", "index": 0, "delta": delta} for delta in deltas),
            {"type": "content_block_stop", "index": 0},
            {"type": "message_delta", "delta": stop, "usage": {"output_tokens": len(deltas)}},
            {"type": "message_stop"},
        )
    )


def _chat_events(deltas: list[dict[str, Any]], reason: str) -> tuple[bytes, ...]:
    head = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    choices = [
        {"index": 0, "delta": {"role": "assistant", "content": None}, "finish_reason": None},
        *({"index": 0, "delta": delta, "finish_reason": None} for delta in deltas),
        {"index": 0, "delta": {}, "finish_reason": reason},
    ]
    events = [f"data: {json.dumps({**head, 'choices': [choice]})}\n\n".encode() for choice in choices]
    return (*events, b"data: [DONE]\n\n")
