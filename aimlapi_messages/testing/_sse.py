"""Writes an answer as server-sent events: the native stream with named events, and the older chat chunks.

Pure: each function gives the events in order, as bytes ready to send, one per item. What becomes of them on
the way, such as a connection that drops, is up to `_delivery.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from ._answers import Block
from ._json import dump_json
from ._messages import Completion, native_message, text_of, tool_calls

_WORDS_PER_PIECE = 2
_JSON_PIECE = 9
# The chat stream stamps each chunk anew, so that its time advances while it runs.
_CHUNKS_PER_SECOND = 8


def native_stream(completion: Completion) -> Iterator[bytes]:
    """The events of a message, and after the last one the gateway's unnamed chunk with the cost."""
    message = native_message(completion)
    del message["meta"]
    message.update(content=[], stop_reason=None, stop_sequence=None)
    message["usage"]["output_tokens"] = 1
    yield _named({"type": "message_start", "message": message})
    if not completion.answer.content:
        yield _named({"type": "ping"})
    for index, block in enumerate(completion.answer.content):
        start, deltas = _split(block)
        yield _named({"type": "content_block_start", "index": index, "content_block": start})
        if index == 0:
            yield _named({"type": "ping"})
        for delta in deltas:
            yield _named({"type": "content_block_delta", "index": index, "delta": delta})
        yield _named({"type": "content_block_stop", "index": index})
    answer = completion.answer
    yield _named(
        {
            "type": "message_delta",
            "delta": {"stop_reason": answer.stop_reason, "stop_sequence": answer.stop_sequence},
            "usage": {
                "input_tokens": completion.input_tokens,
                "cache_creation_input_tokens": 0,
                "cache_read_input_tokens": 0,
                "output_tokens": completion.output_tokens,
            },
        }
    )
    yield _named({"type": "message_stop"})
    yield _data({"meta": completion.meta})


def legacy_stream(completion: Completion) -> Iterator[bytes]:
    """Unnamed chat chunks as recorded: the id on the first only, the usage on the second-last."""
    deltas: list[dict[str, Any]] = [{"content": ""}]
    thoughts = [block["thinking"] for block in completion.answer.content if block["type"] == "thinking"]
    deltas += [{"content": "", "reasoning_content": thought} for thought in thoughts]
    deltas += [{"content": piece} for piece in _pieces(text_of(completion.answer))]
    calls = [{"index": index, **call} for index, call in enumerate(tool_calls(completion.answer))]
    deltas += [{"content": "", "tool_calls": [call]} for call in calls]
    choices: list[dict[str, Any]] = [
        {"index": 0, "delta": {"role": "assistant", **delta, "refusal": None}} for delta in deltas
    ]
    choices.append(
        {
            "index": 0,
            "delta": {"role": "assistant", "content": "", "refusal": None},
            "finish_reason": completion.finish_reason,
        }
    )
    choices.append({"index": 0, "finish_reason": completion.finish_reason})
    for position, choice in enumerate(choices):
        yield _data(
            {
                "id": completion.id if position == 0 else "",
                "choices": [choice],
                "created": completion.created + position // _CHUNKS_PER_SECOND,
                "model": completion.model,
                "object": "chat.completion.chunk",
                "usage": completion.legacy_usage if position == len(choices) - 2 else None,
            }
        )
    yield _data({"meta": completion.meta})


def overloaded_event() -> bytes:
    """The event by which a stream that began well reports a failure."""
    error = {"type": "overloaded_error", "message": "The model's provider is overloaded."}
    return _named({"type": "error", "error": error})


def _split(block: Block) -> tuple[Block, list[dict[str, Any]]]:
    """A content block as it starts, and the deltas that complete it."""
    match block["type"]:
        case "text":
            deltas = [{"type": "text_delta", "text": piece} for piece in _pieces(block["text"])]
            return {**block, "text": ""}, deltas
        case "thinking":
            deltas = [{"type": "thinking_delta", "thinking": piece} for piece in _pieces(block["thinking"])]
            deltas.append({"type": "signature_delta", "signature": block["signature"]})
            return {**block, "thinking": "", "signature": ""}, deltas
        case _:
            text = json.dumps(block["input"], ensure_ascii=False)
            pieces = [text[start : start + _JSON_PIECE] for start in range(0, len(text), _JSON_PIECE)]
            deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in ["", *pieces]]
            return {**block, "input": {}}, deltas


def _pieces(text: str) -> list[str]:
    """The text in pieces of two words with the space before them; joined they give it back."""
    words = re.findall(r"\s*\S+|\s+$", text)
    starts = range(0, len(words), _WORDS_PER_PIECE)
    return ["".join(words[start : start + _WORDS_PER_PIECE]) for start in starts]


def _named(event: dict[str, Any]) -> bytes:
    return f"event: {event['type']}\n".encode() + _data(event)


def _data(value: dict[str, Any]) -> bytes:
    return b"data: " + dump_json(value) + b"\n\n"
