"""From the events of a message to the message. Pure, and linear in the bytes of the stream.

The parts are kept as the JSON that the message would have had if it had not been streamed; a snapshot is
that JSON read by the model, so a streamed answer and a whole one cannot differ. Texts are kept in pieces, and
joined when they are looked at. A tool's input is read once, when its block ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from aimlapi_client.models import (
    CitationsDelta,
    ContentBlockDeltaEvent,
    ContentBlockStartEvent,
    ContentBlockStopEvent,
    InputJsonDelta,
    MessageDeltaEvent,
    MessageDeltaUsage,
    MessageStartEvent,
    MessageStopEvent,
    Meta,
    SignatureDelta,
    TextDelta,
    ThinkingDelta,
)
from aimlapi_client.types import encode

from ..core.cost import Cost, Source
from ..core.errors import StreamDecodeError, StreamIncompleteError
from ..core.json import is_array, is_object
from ..message.message import ContentBlock, Message, ToolUseBlock, filled_meta, parse_tool_input
from .fast_deltas import Member
from .wire_events import CostEvent, StreamEvent

__all__ = ["BlockBuilder", "MessageAccumulator", "replay", "whole_text"]

_PARTIAL_JSON: Final = "partial_json"

# What the end of a message does not change, whatever it says: these have events of their own.
_SETTLED: Final = frozenset({"content", "id", "model", "role", "type", "usage"})

_SURROGATE: Final = re.compile("[\ud800-\udfff]")


# Pieces that are joined to one, lest each should take the room of a string of its own.
_FEW: Final = 16


class _Text:
    """A text in the making."""

    __slots__ = ("_joined", "_pieces")

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._joined = 0  # as many of the first ones are joined pieces

    def append(self, piece: str) -> None:
        pieces, joined = self._pieces, self._joined
        pieces.append(piece)
        if len(pieces) - joined == _FEW:
            pieces[joined:] = [whole_text("".join(pieces[joined:]))]
            self._joined = joined + 1

    def whole(self) -> str:
        """As far as it has come."""
        if len(self._pieces) > self._joined or self._joined > 1:
            self._pieces = [whole_text("".join(self._pieces))]
            self._joined = 1
        return self._pieces[0] if self._pieces else ""


class BlockBuilder:
    """One block in the making: the JSON it started with, and the texts that came since, by member."""

    __slots__ = ("_citations", "_closed", "_data", "_input", "_texts")

    def __init__(self, data: dict[str, Any]) -> None:
        self._data = data
        self._citations: list[Any] = []
        self._texts: dict[str, _Text] = {}
        self._closed = False
        self._input: dict[str, Any] | None = None

    def append(self, member: str, piece: object) -> None:
        if isinstance(piece, str) and piece:
            text = self._texts.get(member)
            if text is None:
                text = self._texts[member] = _Text()
            text.append(piece)

    def cite(self, citation: object) -> None:
        self._citations.append(encode(citation))

    def close(self) -> None:
        """The block is whole; what it says of a tool's input can be read."""
        if not self._closed:
            self._closed = True
            if _PARTIAL_JSON in self._texts:
                self._input = parse_tool_input(self.so_far(_PARTIAL_JSON))

    def to_dict(self) -> dict[str, Any]:
        """The block as JSON, as far as it has come."""
        data = dict(self._data)
        for member in self._texts:
            if member != _PARTIAL_JSON:
                data[member] = self.so_far(member)
        if _PARTIAL_JSON in self._texts:
            data["input"] = self._input or {}
            if self._input is None and data.get("type") != "tool_use":
                data[_PARTIAL_JSON] = self.so_far(_PARTIAL_JSON)  # these blocks have no other place for it
        if self._citations:
            data["citations"] = self.citations
        return data

    @property
    def citations(self) -> list[Any]:
        """The citations as JSON, as far as they have come."""
        started = self._data.get("citations")
        return [*(started if is_array(started) else []), *self._citations]

    def started(self, member: str) -> str:
        """The text that a member began with."""
        started = self._data.get(member)
        return started if isinstance(started, str) else ""

    def so_far(self, member: str) -> str:
        """A text member as far as it has come."""
        text = self._texts.get(member)
        return self.started(member) + ("" if text is None else text.whole())

    def mark(self, block: object) -> None:
        """Note on the decoded block whether the input of its tool is all there."""
        text = self.so_far(_PARTIAL_JSON)
        missing = self._input is None if text else not (self._closed or self._data.get("input"))
        if isinstance(block, ToolUseBlock) and missing:
            block.mark_incomplete(text)


class MessageAccumulator:
    """Takes the events of one message in order, and gives the message as far as it has come."""

    __slots__ = (
        "_blocks",
        "_complete",
        "_last",
        "_message",
        "_meta",
        "_positions",
    )

    def __init__(self) -> None:
        self._message: dict[str, Any] | None = None
        self._blocks: dict[int, BlockBuilder] = {}  # by position in the message
        self._positions: dict[int, int] = {}  # by the index that events give, where it is another number
        self._last = -1  # the highest position
        self._meta: dict[str, Any] = {}  # from whatever chunk it came on, also before the message
        self._complete = False

    @property
    def complete(self) -> bool:
        """Whether the answer is whole: it has said why it stopped. Only the cost may still come."""
        return self._complete

    def add(self, event: StreamEvent) -> None:
        """Take the next event. Raises StreamDecodeError for one that belongs to no message."""
        match event:
            case ContentBlockDeltaEvent():
                self._add_delta(self._block(event.index, event), event.delta)
                if not event.additional_properties:  # nearly always, and this is where a stream spends its time
                    return
            case ContentBlockStartEvent():
                self._begun(event)
                self._blocks[self._new_position(_index(event.index))] = BlockBuilder(dict(encode(event.content_block)))
            case ContentBlockStopEvent():
                self._block(event.index, event).close()
            case MessageStartEvent():
                self._start(event)
            case MessageDeltaEvent():
                self._finish(event)
            case MessageStopEvent():
                self._begun(event)
                self._complete = True
            case _:
                pass
        meta = event.meta if isinstance(event, CostEvent) else event.additional_properties.get("meta")
        if isinstance(meta, (Meta, dict)):
            self.note(encode(meta))

    def note(self, meta: object) -> None:
        """Take what a chunk says of the price. What it does not say stays as an earlier one said it."""
        if is_object(meta):
            earlier, usage = self._meta.get("usage"), meta.get("usage")
            self._meta = {**self._meta, **meta}
            if is_object(earlier):
                self._meta["usage"] = {**earlier, **(usage if is_object(usage) else {})}

    @property
    def cost(self) -> Cost | None:
        """The price, as far as it has been said."""
        return Cost.from_json(self._meta, "stream")

    def append(self, index: int, member: Member, piece: str) -> bool:
        """Take a piece for a block that has begun. False when there is none: then `add` must take the event."""
        block = self.builder(index)
        if block is None:
            return False
        block.append(member, piece)
        return True

    def snapshot(self, source: Source = "stream") -> Message:
        """The message as it stands, decoded anew; later events do not change it.

        source: where a cost is to be said to come from.
        Raises StreamIncompleteError before the message has begun.
        """
        if self._message is None:
            raise StreamIncompleteError.advised("No message has begun in this stream.")
        if self._complete:
            for block in self._blocks.values():
                block.close()
        message = self._decode([self._blocks[index] for index in sorted(self._blocks)])
        if isinstance(message.meta, Meta):
            message.cost = Cost.from_meta(message.meta, source)
        return message

    def builder(self, index: int) -> BlockBuilder | None:
        """The block that events call by this index, None when there is none."""
        return self._blocks.get(self._positions.get(index, index))

    def finished_block(self, builder: BlockBuilder) -> ContentBlock:
        """One block alone, decoded as it would be in the message."""
        return cast("ContentBlock", self._decode([builder], stop_reason=None).content[0])

    def _decode(self, blocks: list[BlockBuilder], **changes: Any) -> Message:
        data = {**(self._message or {}), **changes, "content": [block.to_dict() for block in blocks]}
        if self._meta:
            data["meta"] = self._meta
        if "meta" in data:
            data["meta"] = filled_meta(data["meta"])
        message = Message.from_dict(data)
        for block, decoded in zip(blocks, message.content, strict=True):
            block.mark(decoded)
        return message

    def _start(self, event: MessageStartEvent) -> None:
        if self._message is not None:
            raise StreamDecodeError.advised("A second message began in the same stream.")
        message = event.message.to_dict()
        blocks: object = message.pop("content")
        if not is_array(blocks) or not all(map(is_object, blocks)):
            raise StreamDecodeError.advised("The message begins with content that is no list of blocks.")
        self._message = message
        self.note(message.pop("meta", None))
        for index, block in enumerate(blocks):
            self._blocks[index] = BlockBuilder(block)  # what starts under this index is another one, and stands behind
            self._last = index

    def _finish(self, event: MessageDeltaEvent) -> None:
        message = self._begun(event)
        delta = event.delta.to_dict()
        self.note(delta.pop("meta", None))
        # Null is what was there before; it takes back nothing that an earlier event has said.
        told = {name: value for name, value in delta.items() if value is not None or name not in message}
        message.update({name: value for name, value in told.items() if name not in _SETTLED})
        usage: dict[str, Any] = event.usage.to_dict() if isinstance(event.usage, MessageDeltaUsage) else {}
        message["usage"].update({name: count for name, count in usage.items() if count is not None})
        self._complete = self._complete or delta.get("stop_reason") is not None

    def _add_delta(self, block: BlockBuilder, delta: object) -> None:
        if isinstance(delta, TextDelta):
            block.append("text", delta.text)
        elif isinstance(delta, InputJsonDelta):
            block.append(_PARTIAL_JSON, delta.partial_json)
        elif isinstance(delta, ThinkingDelta):
            block.append("thinking", delta.thinking)
        elif isinstance(delta, SignatureDelta):
            block.append("signature", delta.signature)
        elif isinstance(delta, CitationsDelta):
            block.cite(delta.citation)
        # Of an unknown kind; whoever iterates over the events has seen it.

    def _block(self, index: object, event: StreamEvent) -> BlockBuilder:
        """The block of an event; one that never started is taken for what its first delta says it is."""
        if self._message is None:
            self._begun(event)
        number = _index(index)
        block = self.builder(number)
        if block is None:
            block = self._blocks[self._new_position(number)] = BlockBuilder(_implied(event))
        return block

    def _new_position(self, index: int) -> int:
        """Where a block stands that starts now. One that began under its index stays, for it was handed out."""
        position = index
        if index in self._blocks:
            position = self._positions[index] = self._last + 1
        self._last = max(self._last, position)
        return position

    def _begun(self, event: StreamEvent) -> dict[str, Any]:
        if self._message is None:
            kind = type(event).__name__
            raise StreamDecodeError.advised(f"The stream begins with {kind} and no message.")
        return self._message


def replay(message: Message) -> Iterator[dict[str, Any]]:
    """A whole message as the payloads of the stream that would have made it."""
    data = message.to_dict()
    content, meta = data.pop("content"), data.pop("meta", None)
    ends = {"stop_reason": data["stop_reason"], "stop_sequence": data.get("stop_sequence")}
    yield {"type": "message_start", "message": {**data, "content": [], "stop_reason": None}}
    for index, block in enumerate(content):
        start, deltas = _taken_apart(block)
        yield {"type": "content_block_start", "index": index, "content_block": start}
        for delta in deltas:
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    yield {"type": "message_delta", "delta": ends, "usage": data["usage"]}
    yield {"type": "message_stop"}
    if meta is not None:
        yield {"meta": meta}


def _taken_apart(block: Mapping[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A block as it starts, and what is added to it. A tool's input goes whole into the start."""
    match block:
        case {"type": "text", "text": str(text)}:
            return {**block, "text": ""}, [{"type": "text_delta", "text": text}]
        case {"type": "thinking", "thinking": str(thinking)}:
            return {**block, "thinking": ""}, [{"type": "thinking_delta", "thinking": thinking}]
        case _:
            return dict(block), []


def _implied(event: StreamEvent) -> dict[str, Any]:
    match event.delta if isinstance(event, ContentBlockDeltaEvent) else None:
        case TextDelta() | CitationsDelta():
            return {"type": "text", "text": ""}
        case ThinkingDelta() | SignatureDelta():
            return {"type": "thinking", "thinking": "", "signature": ""}
        case InputJsonDelta():
            return {"type": "tool_use", "id": "", "name": "", "input": {}}
        case _:
            return {"type": ""}


def _index(index: object) -> int:
    if not isinstance(index, int):
        raise StreamDecodeError.advised(f"A block's index is a {type(index).__name__} and no number.")
    return index


def whole_text(text: str) -> str:
    """The text with every pair of surrogates, whose halves came in two pieces, as the one character it is."""
    if _SURROGATE.search(text) is None:
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
