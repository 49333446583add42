"""Thousands of streams with something wrong in them, each beside a second reading of its bytes.

The second reading knows server-sent events and JSON, and nothing of this client. It says of each block which pieces of
a tool's input the wire carried, and whether it carried anything that it could not read.
"""

from __future__ import annotations

import asyncio
import copy
import itertools
import json
import random
import re
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from aimlapi_messages import APIError, Message
from aimlapi_messages.streaming.core import StreamCore

from ..support.streams import async_stream_of, helper_events, new_core, stream_of
from ..support.wire import (
    PING,
    STOP,
    TEXT_EVENTS,
    TOOL_EVENTS,
    block_start,
    block_stop,
    delta,
    end,
    start,
    tool_block,
)

STREAMS = 20_000

TWO_TOOLS: list[dict[str, Any]] = [
    start(),
    PING,
    block_start({"type": "thinking", "thinking": "", "signature": ""}),
    delta(thinking="Hm."),
    delta(signature="sig"),
    block_stop(),
    block_start(tool_block(id="toolu_1", name="pay"), 1),
    *(delta(1, partial_json=piece) for piece in ('{"euros": 1', "00", ', "to": ["a", ', '{"b": 2}]', "}")),
    block_stop(1),
    block_start(tool_block(id="toolu_2", name="list"), 2),
    delta(2, partial_json=""),
    block_stop(2),
    block_start(tool_block(id="toolu_3", name="pay"), 3),
    *(delta(3, partial_json=piece) for piece in ("{", '"euros": 5', "}")),
    block_stop(3),
    end("tool_use"),
    STOP,
]
CHAT = [
    {"id": "c", "model": "m", "choices": [{"index": 0, "delta": {"tool_calls": [call]}}]}
    for call in (
        {"index": 0, "id": "call_1", "function": {"name": "pay", "arguments": ""}},
        *({"index": 0, "function": {"arguments": piece}} for piece in ('{"euros": 1', "00", ', "b": {"c": 1}', "}")),
        {"index": 1, "id": "call_2", "function": {"name": "pay", "arguments": '{"euros": 2}'}},
    )
] + [{"choices": [{"index": 0, "finish_reason": "tool_calls"}]}]
SEEDS = [TEXT_EVENTS, TOOL_EVENTS, TWO_TOOLS, CHAT]

ODD: list[Any] = [None, 5, -1, 1.5, True, "", "x", "{}", "}", [], [1], {}, {"a": 1}, "tool_use", "ping", "\ud83d"]
TYPES = [
    *sorted({event["type"] for event in TWO_TOOLS}),
    "text",
    "error_of_tomorrow",
    "input_json_delta",
    "text_delta",
    "cost",
]


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container of a JSON value with each of its keys."""
    members: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in members:
        yield value, key
        yield from places(member)


def change_value(events: list[Any], chance: random.Random) -> None:
    owner, key = chance.choice(list(places(events)))
    owner[key] = chance.choice(ODD)


def drop_member(events: list[Any], chance: random.Random) -> None:
    owner, key = chance.choice(list(places(events)))
    del owner[key]


def change_type(events: list[Any], chance: random.Random) -> None:
    found = [owner for owner, key in places(events) if key == "type"]
    if found:
        chance.choice(found)["type"] = chance.choice(TYPES)


def change_index(events: list[Any], chance: random.Random) -> None:
    found = [owner for owner, key in places(events) if key == "index"]
    if found:
        chance.choice(found)["index"] = chance.choice([0, 1, 2, 3, 7])


def change_piece(events: list[Any], chance: random.Random) -> None:
    found = [(owner, key) for owner, key in places(events) if key in ("partial_json", "arguments", "input")]
    if found:
        owner, key = chance.choice(found)
        owner[key] = chance.choice(ODD)


def drop_event(events: list[Any], chance: random.Random) -> None:
    del events[chance.randrange(len(events))]


def double_event(events: list[Any], chance: random.Random) -> None:
    events.insert(chance.randrange(len(events)), copy.deepcopy(chance.choice(events)))


def move_event(events: list[Any], chance: random.Random) -> None:
    events.insert(chance.randrange(len(events)), events.pop(chance.randrange(len(events))))


def add_event(events: list[Any], chance: random.Random) -> None:
    added = copy.deepcopy(chance.choice([PING, STOP, *TWO_TOOLS, {"type": "new"}, "junk"]))
    events.insert(chance.randrange(len(events) + 1), added)


CHANGES: list[Callable[[list[Any], random.Random], None]] = [
    change_value,
    drop_member,
    change_type,
    change_index,
    change_piece,
    drop_event,
    double_event,
    move_event,
    add_event,
]


def mutated(number: int) -> bytes:
    """The stream of this number, always the same."""
    chance = random.Random(number)
    events: list[Any] = copy.deepcopy(chance.choice(SEEDS))
    for _ in range(chance.choice([1, 1, 2, 3])):
        if events:
            chance.choice(CHANGES)(events, chance)
    named = chance.random() < 0.8
    parts: list[bytes] = []
    for event in events:
        name = event.get("type") if isinstance(event, dict) and named else None
        line = f"event: {name}\n" if isinstance(name, str) and name.isascii() else ""
        text = event if isinstance(event, str) else json.dumps(event)
        parts.append(f"{line}data: {text}\n\n".encode(errors="replace"))
    stream = b"".join(parts)
    if chance.random() < 0.15 and stream:
        place = chance.randrange(len(stream))
        stream = chance.choice([stream[:place], stream[:place] + bytes([chance.randrange(256)]) + stream[place + 1 :]])
    return stream


# --- the second reading


class Wire:
    """What the bytes say, read event by event.

    carried: the inputs that blocks may have: what their starts held, and their pieces put together.
    pieces, chat: those of each index, and of each call of a chunk in the shape of a chat; NUL is what is no piece.
    whole: whether the wire said why the message stopped, or that it did.
    """

    def __init__(self, stream: bytes) -> None:
        self.carried: list[Any] = []
        self.whole = False
        self.pieces: dict[int | None, list[str]] = {}
        self.chat: dict[str, list[str]] = {}
        self.ended: set[int | None] = set()
        self.number = ""
        for block in re.split(rb"\r\n\r\n|\n\n|\r\r", stream):
            lines = re.split(rb"\r\n|\n|\r", block.removeprefix(b"\xef\xbb\xbf"))
            datas = [line[5:].removeprefix(b" ") for line in lines if line.startswith(b"data:")]
            names = [line[6:].strip().decode("utf-8", "replace") for line in lines if line.startswith(b"event:")]
            if datas:
                self.read(b"\n".join(datas).decode("utf-8", "replace"), names[-1] if names else "")
        for pieces in self.pieces.values():
            self.add("".join(pieces))
        chunks = self.chat.keys() - {"any"}
        if chunks:
            self.add_chat()

    def add(self, text: Any) -> None:
        """A value that the wire carried as an input; a text is its JSON, and nothing means no arguments."""
        try:
            value = json.loads(text or "{}") if isinstance(text, str) or text is None else text
        except ValueError:
            return
        if isinstance(value, dict):
            self.carried.append(value)

    def read(self, text: str, name: str) -> None:
        try:
            event = json.loads(text)
        except ValueError:
            return
        if not isinstance(event, dict):
            return
        kind = event.get("type") if isinstance(event.get("type"), str) else name
        index: Any = event.get("index")
        index = int(index) if isinstance(index, int) else None
        if kind == "content_block_start" and isinstance(event.get("content_block"), dict):
            self.begin(index, event["content_block"])
        if kind == "message_start" and isinstance(event.get("message"), dict):
            content = event["message"].get("content")
            for place, block in enumerate(content if isinstance(content, list) else []):
                self.begin(place, block)
        change = event.get("delta")
        if isinstance(change, dict) and (kind == "content_block_delta" or "partial_json" in change):
            piece: Any = change.get("partial_json")
            piece = piece if change.get("type") == "input_json_delta" and isinstance(piece, str) else "\0"
            self.chat.setdefault("any", []).append(piece)
            if kind == "content_block_delta" or index not in self.ended:
                self.pieces.setdefault(index, ["\0"]).append(piece if kind == "content_block_delta" else "\0")
        if kind == "content_block_stop":
            self.ended.add(index)
        if (kind == "message_delta" and isinstance(change, dict) and change.get("stop_reason") is not None) or (
            kind == "message_stop"
        ):
            self.whole = True
        if isinstance(event.get("choices"), list):
            self.read_chat(event)

    def begin(self, index: int | None, block: Any) -> None:
        """A block starts; what came under its index before belongs to another one, or to none."""
        self.add("".join(self.pieces.pop(index, ["\0"])))
        self.ended.discard(index)
        if isinstance(block, dict):
            self.add(block.get("input"))
            self.pieces[index] = []

    def read_chat(self, chunk: dict[str, Any]) -> None:
        """Of several answers, the first."""
        choices = [one for one in chunk["choices"] if isinstance(one, dict) and not one.get("index")]
        choice = choices[0] if choices else {}
        self.whole = self.whole or isinstance(choice.get("finish_reason"), str)
        part = choice.get("delta") or choice.get("message")
        calls = part.get("tool_calls") if isinstance(part, dict) else None
        for call in [one for one in calls if isinstance(one, dict)] if isinstance(calls, list) else []:
            function = call.get("function")
            piece = function.get("arguments", "") if isinstance(function, dict) else ""
            piece = json.dumps(piece) if isinstance(piece, dict) else piece if isinstance(piece, str) else "\0"
            number = call.get("index")
            self.number = str(int(number)) if isinstance(number, int) else self.number  # else it goes on
            for each in (self.number, "any"):
                self.chat.setdefault(each, []).append(piece)

    def add_chat(self) -> None:
        """What a call may have been: pieces of one number, or of all, that follow each other with nothing between."""
        for pieces in self.chat.values():
            for first, last in itertools.combinations(range(len(pieces) + 1), 2):
                self.add("".join(pieces[first:last]))


# --- the client beside it


def outcome(run: Callable[[], Message]) -> Message | APIError:
    try:
        return run()
    except APIError as error:
        return error


def in_the_core(stream: bytes, size: int) -> Message:
    core: StreamCore = new_core()
    list(helper_events(core, *(stream[place : place + size] for place in range(0, len(stream), size))))
    return core.snapshot()


def judge(number: int, stream: bytes, ended: Message | APIError) -> None:
    """A message that is whole, whose complete inputs the wire carried; else one of our errors, with what had come."""
    wire = Wire(stream)
    message = ended if isinstance(ended, Message) else ended.partial
    if isinstance(ended, Message):
        assert wire.whole, f"stream {number} was cut, and is a success"
    for call in message.tool_uses if message is not None else []:
        if call.input_complete:
            assert call.input in wire.carried, f"stream {number}: nobody wrote {call.input} of {call.id}"
    if message is not None:
        json.loads(message.to_json())
        message.to_param()


@pytest.mark.slow
@pytest.mark.parametrize("part", range(20))
def test_a_mutated_stream_is_whole_or_a_typed_error(part: int) -> None:
    """In one piece, or in pieces of any size: the same message, and no input that nobody wrote."""
    for number in range(part, STREAMS, 20):
        stream = mutated(number)
        size = random.Random(-number).choice([len(stream) + 1, 1000, 100, 7])
        ended = outcome(lambda stream=stream, size=size: in_the_core(stream, size))
        judge(number, stream, ended)
        other = outcome(lambda stream=stream: in_the_core(stream, len(stream) + 1))
        assert type(other) is type(ended)
        assert ended == other or isinstance(ended, APIError)


@pytest.mark.parametrize("number", range(0, STREAMS, 100))
def test_both_clients_read_a_mutated_stream_alike(number: int) -> None:
    """A hundredth of them, as the streams of either client hand them out."""
    stream = mutated(number)

    async def pieces() -> AsyncIterator[bytes]:
        yield stream

    async def read() -> Message:
        return await async_stream_of(new_core(), pieces()).get_final_message()

    one = outcome(lambda: stream_of(new_core(), [stream]).get_final_message())
    two = outcome(lambda: asyncio.run(read()))
    judge(number, stream, one)
    judge(number, stream, two)
    assert type(one) is type(two)
    assert one == two or isinstance(one, APIError)
