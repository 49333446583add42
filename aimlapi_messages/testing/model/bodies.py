"""Turns a completion into response bodies, as JSON or as server-sent events, in the native or the legacy shape.

Pure: `native_stream` and `legacy_stream` yield the events of a normal response, `apply_clauses` changes them as a
switch asks. Transport faults are in `server/delivery.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, TypeVar

from ..document.json_values import as_object, as_objects, dump_json
from ..faults.switches import Clauses
from .answers import Block, Completion

_WORDS_PER_PIECE = 2
_JSON_PIECE = 9
# The `created` time of the chat chunks advances during the stream.
_CHUNKS_PER_SECOND = 8
_ERROR_MESSAGES = {
    "overloaded_error": "The model's provider is overloaded.",
    "rate_limit_error": "Too many tokens at once; wait, then retry.",
    "api_error": "The model's provider failed.",
}
_T = TypeVar("_T")
# Half a JSON object, sent in an event of a known name so that a client has to parse it.
GARBAGE = b'{"type": "content_block_delta", "index": '


@dataclass(frozen=True)
class Event:
    """An event: its name or None, its data as an object or raw bytes, and its line ending."""

    name: str | None
    data: dict[str, Any] | bytes
    newline: bytes = b"\n"

    def encode(self) -> bytes:
        """The bytes of the event."""
        data = self.data if isinstance(self.data, bytes) else dump_json(self.data)
        lines = [b"data: " + data] if self.name is None else [b"event: " + self.name.encode(), b"data: " + data]
        return self.newline.join([*lines, b"", b""])


def native_message(completion: Completion) -> dict[str, Any]:
    """The message in the gateway's current shape, without its cost."""
    return {
        "model": completion.model,
        "id": completion.id,
        "type": "message",
        "role": "assistant",
        "content": list(completion.answer.content),
        "stop_reason": completion.answer.stop_reason,
        "stop_sequence": completion.answer.stop_sequence,
        "stop_details": None,
        **completion.answer.members,
        "usage": completion.usage,
    }


def legacy_message(completion: Completion, created: int) -> dict[str, Any]:
    """The message in the shape of the older documentation. `created` is in seconds since 1970."""
    message: dict[str, Any] = {"role": "assistant", "content": completion.text}
    if completion.thoughts:
        message["reasoning_content"] = "".join(completion.thoughts)
    if completion.tool_calls:
        message["tool_calls"] = completion.tool_calls
    return {
        "id": completion.id,
        "object": "message",
        "created": created,
        "model": completion.model,
        "choices": [{"message": message, "finish_reason": completion.finish_reason}],
        "usage": completion.legacy_usage,
    }


def native_stream(completion: Completion) -> Iterator[Event]:
    """The named events of a message, without its cost."""
    answer = completion.answer
    message = native_message(completion)
    message.update(content=[], stop_reason=None, stop_sequence=None)
    message["usage"]["output_tokens"] = 1
    yield _named({"type": "message_start", "message": message})
    if not answer.content:
        yield PING
    for index, block in enumerate(answer.content):
        start, deltas = _split(block)
        yield _named({"type": "content_block_start", "index": index, "content_block": start})
        if index == 0:
            yield PING
        for delta in deltas:
            yield _named({"type": "content_block_delta", "index": index, "delta": delta})
        yield _named({"type": "content_block_stop", "index": index})
    usage = {name: count for name, count in completion.usage.items() if name.endswith("_tokens")}
    delta = {"stop_reason": answer.stop_reason, "stop_sequence": answer.stop_sequence}
    delta |= {name: answer.members[name] for name in ("stop_details", "container") if name in answer.members}
    yield _named({"type": "message_delta", "delta": delta, "usage": usage})
    yield _named({"type": "message_stop"})


def legacy_stream(completion: Completion, created: int) -> Iterator[Event]:
    """Unnamed chat chunks as the gateway sent them: the id only on the first, the usage on the second to last."""
    deltas: list[dict[str, Any]] = [{"content": ""}]
    deltas += [{"content": "", "reasoning_content": thought} for thought in completion.thoughts]
    deltas += [{"content": piece} for piece in _pieces(completion.text)]
    deltas += [
        {"content": "", "tool_calls": [{"index": index, **call}]} for index, call in enumerate(completion.tool_calls)
    ]
    deltas.append({"content": ""})
    choices: list[dict[str, Any]] = [
        {"index": 0, "delta": {"role": "assistant", **delta, "refusal": None}} for delta in deltas
    ]
    choices[-1]["finish_reason"] = completion.finish_reason
    choices.append({"index": 0, "finish_reason": completion.finish_reason})
    for position, choice in enumerate(choices):
        chunk = {
            "id": completion.id if position == 0 else "",
            "choices": [choice],
            "created": created + position // _CHUNKS_PER_SECOND,
            "model": completion.model,
            "object": "chat.completion.chunk",
            "usage": completion.legacy_usage if position == len(choices) - 2 else None,
        }
        yield Event(None, chunk)


def _split(block: Block) -> tuple[Block, list[dict[str, Any]]]:
    """The initial content block, and the deltas that complete it."""
    match block["type"]:
        case "text":
            deltas: list[dict[str, Any]] = [{"type": "text_delta", "text": piece} for piece in _pieces(block["text"])]
            cited = as_objects(block.get("citations"))
            deltas += [{"type": "citations_delta", "citation": citation} for citation in cited]
            return {**block, "text": "", **({"citations": []} if cited else {})}, deltas
        case "thinking":
            deltas = [{"type": "thinking_delta", "thinking": piece} for piece in _pieces(block["thinking"])]
            deltas.append({"type": "signature_delta", "signature": block["signature"]})
            return {**block, "thinking": "", "signature": ""}, deltas
        case _ if "input" not in block:
            return block, []
        case _:
            text = json.dumps(block["input"], ensure_ascii=False)
            pieces = [text[start : start + _JSON_PIECE] for start in range(0, len(text), _JSON_PIECE)]
            deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in ["", *pieces]]
            return {**block, "input": {}}, deltas


def _pieces(text: str) -> list[str]:
    """Split a text into pieces of two words, including the whitespace before them."""
    words = re.findall(r"\s*\S+|\s+$", text)
    starts = range(0, len(words), _WORDS_PER_PIECE)
    return ["".join(words[start : start + _WORDS_PER_PIECE]) for start in starts]


def _named(data: dict[str, Any]) -> Event:
    return Event(data["type"], data)


def apply_clauses(events: Iterable[Event], cost: Event, clauses: Clauses) -> Iterator[Event]:
    """The events with that of the cost, changed as the clauses ask. N counts the events that are sent."""
    stops = {"content_block_stop": clauses.no_block_stop, "message_stop": clauses.no_message_stop}
    events = (event for event in _place_cost(events, cost, clauses) if not stops.get(event.name or ""))
    if clauses.gap:
        events = map(_double_index, events)
    if clauses.bad_tool_json:
        events = map(_break_tool_json, events)
    if clauses.done:
        events = insert(events, None, Event(None, b"[DONE]"))
    if clauses.error_after is not None:
        message = _ERROR_MESSAGES.get(clauses.error_type, "The stream failed.")
        error = _named({"type": "error", "error": {"type": clauses.error_type, "message": message}})
        events = insert(islice(events, clauses.error_after), None, error)
    if clauses.garbage_after is not None:
        events = insert(events, clauses.garbage_after, Event("content_block_delta", GARBAGE))
    return (format_event(event, clauses) for event in events)


def format_event(event: Event, clauses: Clauses) -> Event:
    """The event with the requested line ending, and without its name if requested."""
    name = None if clauses.unnamed else event.name
    return replace(event, name=name, newline=b"\r\n" if clauses.crlf else b"\n")


def insert(items: Iterable[_T], position: int | None, item: _T) -> Iterator[_T]:
    """Insert `item` after the first `position` items; at the end if `position` is None or there are fewer items."""
    iterator = iter(items)
    yield from islice(iterator, position)
    yield item
    yield from iterator


def _place_cost(events: Iterable[Event], cost: Event, clauses: Clauses) -> list[Event]:
    placed = list(events)
    if clauses.cost == "before":
        placed.insert(-1, cost)
    elif clauses.cost != "none":
        placed.append(replace(cost, name="meta" if clauses.cost == "named" else None))
    return placed


def _double_index(event: Event) -> Event:
    data = as_object(event.data)
    return replace(event, data={**data, "index": data["index"] * 2}) if "index" in data else event


def _break_tool_json(event: Event) -> Event:
    """Insert a comma after the opening brace of a tool's input, which is malformed JSON."""
    data = as_object(event.data)
    delta: dict[str, Any] = as_object(data.get("delta"))
    piece = delta.get("partial_json", "")
    if not piece.startswith("{"):
        return event
    return replace(event, data={**data, "delta": {**delta, "partial_json": "{," + piece[1:]}})


PING = _named({"type": "ping"})
