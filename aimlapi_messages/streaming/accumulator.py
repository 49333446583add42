"""Builds a message from the events of a stream. No I/O, and linear in the bytes of the stream.

The message is kept as the JSON that it would have been without streaming, and a snapshot decodes that JSON, so
that a streamed message and a plain one cannot differ. Texts are kept in pieces, and joined when they are read. The
input of a tool is parsed once, when its block ends.
"""

from __future__ import annotations

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

from ..core.errors import StreamDecodeError, StreamIncompleteError
from ..core.json import is_array, is_object
from ..core.reply import Cost, Source
from ..message.message import ContentBlock, Message, ToolUseBlock, meta_with_defaults, parse_tool_input
from .wire_events import CostEvent, StreamEvent

_PARTIAL_JSON: Final = "partial_json"

# A `message_delta` does not change these: other events set them.
_SETTLED: Final = frozenset({"content", "id", "model", "role", "type", "usage"})

# Pieces are joined in groups of this size to save memory.
_GROUP: Final = 16


class TextBuilder:
    """A text that comes in pieces.

    A surrogate pair that was split between two pieces is joined: the first half waits for the second.

    last: the latest piece as it was joined, without a half that waits.
    length: of the text, also without it; the text that the member started with counts.
    """

    __slots__ = ("_half", "_joined", "_pieces", "last", "length")

    def __init__(self, length: int) -> None:
        self.last: str = ""
        self.length: int = length
        self._pieces: list[str] = []
        self._joined = 0  # how many of the first pieces are groups
        self._half = ""

    def append(self, piece: str) -> None:
        if self._half or (not piece.isascii() and "\ud800" <= piece[-1] <= "\udbff"):
            piece = self._join_halves(piece)
        self.last = piece
        self.length += len(piece)
        pieces = self._pieces
        pieces.append(piece)
        if len(pieces) - self._joined >= _GROUP:
            pieces[self._joined :] = ["".join(pieces[self._joined :])]
            self._joined += 1

    def flush(self) -> str:
        """Append a half whose other half never came, and return it; "" if there is none."""
        rest, self._half = self._half, ""
        if rest:
            self._pieces.append(rest)
            self.last = rest
            self.length += 1
        return rest

    def full_text(self) -> str:
        """The text of all pieces, a half that waits included."""
        if len(self._pieces) > self._joined or self._joined > 1:
            self._pieces = ["".join(self._pieces)]
            self._joined = 1
        return (self._pieces[0] if self._pieces else "") + self._half

    def _join_halves(self, piece: str) -> str:
        text = self._half + piece
        self._half = text[-1] if "\ud800" <= text[-1:] <= "\udbff" else ""
        return text.removesuffix(self._half).encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


class BlockBuilder:
    """A content block that is being streamed: the JSON it started with, and the text of its members since then."""

    __slots__ = ("_citations", "_closed", "_data", "_input", "texts")

    def __init__(self, data: dict[str, Any]) -> None:
        self.texts: dict[str, TextBuilder] = {}
        self._data = data
        self._citations: list[Any] = []
        self._closed = False
        self._input: dict[str, Any] | None = None

    def append(self, member: str, piece: object) -> None:
        """Append a piece of text to a member. What is no text adds nothing."""
        text = self.texts.get(member)
        if text is None and isinstance(piece, str) and piece:
            text = self.texts[member] = TextBuilder(len(self.initial_text(member)))
        if text is not None:
            text.append(piece if isinstance(piece, str) else "")

    def append_citation(self, citation: object) -> None:
        self._citations.append(encode(citation))

    def close(self) -> None:
        """Mark the block as complete, and parse a tool's input."""
        if not self._closed:
            self._closed = True
            if _PARTIAL_JSON in self.texts:
                self._input = parse_tool_input(self.full_text(_PARTIAL_JSON))

    def to_dict(self) -> dict[str, Any]:
        """The block so far, as JSON."""
        data = dict(self._data)
        for member in self.texts:
            if member != _PARTIAL_JSON:
                data[member] = self.full_text(member)
        if _PARTIAL_JSON in self.texts:
            data["input"] = self._input or {}
            if self._input is None and data.get("type") != "tool_use":
                data[_PARTIAL_JSON] = self.full_text(_PARTIAL_JSON)  # these blocks have no other place for it
        if self._citations:
            data["citations"] = self.citations
        return data

    @property
    def citations(self) -> list[Any]:
        """The citations so far, as JSON."""
        started = self._data.get("citations")
        return [*(started if is_array(started) else []), *self._citations]

    def initial_text(self, member: str) -> str:
        """The text that a member started with."""
        started = self._data.get(member)
        return started if isinstance(started, str) else ""

    def full_text(self, member: str) -> str:
        """The text of a member so far."""
        text = self.texts.get(member)
        return self.initial_text(member) + ("" if text is None else text.full_text())

    def mark_incomplete(self, block: object) -> None:
        """Mark the decoded block if the input of its tool is incomplete."""
        if not isinstance(block, ToolUseBlock):
            return
        text = self.full_text(_PARTIAL_JSON)
        if self._input is None if text else not (self._closed or self._data.get("input")):
            block.mark_incomplete(text)


class MessageAccumulator:
    """Takes the events of one message in order, and gives the message so far.

    complete: the message has said why it stopped. Only its cost may still come.
    """

    __slots__ = ("_blocks", "_by_index", "_last", "_message", "_meta", "complete")

    def __init__(self) -> None:
        self.complete: bool = False
        self._message: dict[str, Any] | None = None
        self._blocks: dict[int, BlockBuilder] = {}  # by position in the message
        self._by_index: dict[int, BlockBuilder] = {}  # the latest one with each index in the events
        self._last = -1  # the highest position
        self._meta: dict[str, Any] = {}  # may come with any event, also before the message

    def add(self, event: StreamEvent) -> None:
        """Add the next event. Raises StreamDecodeError for one that belongs to no message."""
        match event:
            case ContentBlockDeltaEvent():
                self._add_delta(self._block(event.index, event), event.delta)
                if not event.additional_properties:
                    return
            case ContentBlockStartEvent():
                self._started(event)
                self._add_block(_index(event.index), dict(encode(event.content_block)))
            case ContentBlockStopEvent():
                self._block(event.index, event).close()
            case MessageStartEvent():
                self._start(event)
            case MessageDeltaEvent():
                self._update(event)
            case MessageStopEvent():
                self._started(event)
                self.complete = True
            case _:
                pass
        self.add_meta(encode(event.meta if isinstance(event, CostEvent) else event.additional_properties.get("meta")))

    def add_meta(self, meta: object) -> None:
        """Merge what an event says of the cost into what earlier ones said."""
        if is_object(meta):
            earlier, usage = self._meta.get("usage"), meta.get("usage")
            self._meta = {**self._meta, **meta}
            if is_object(earlier):
                self._meta["usage"] = {**earlier, **(usage if is_object(usage) else {})}

    @property
    def cost(self) -> Cost | None:
        """The cost so far."""
        return Cost.from_meta(self._meta, "stream")

    def snapshot(self, source: Source = "stream") -> Message:
        """The message so far. Each call decodes a new one.

        source: the `source` of its cost.
        Raises StreamIncompleteError before the message has started.
        """
        if self._message is None:
            raise StreamIncompleteError.advised("No message has begun in this stream.")
        if self.complete:
            for block in self._blocks.values():
                block.close()
        message = self._decode([self._blocks[index] for index in sorted(self._blocks)])
        if isinstance(message.meta, Meta):
            message.cost = Cost.from_meta(message.meta, source)
        return message

    def builder(self, index: int) -> BlockBuilder:
        """The block with this index in the events that were added."""
        return self._by_index[index]

    def text(self, index: int, member: str) -> TextBuilder | None:
        """The text of a block's member, by the block's index in the events; None before any has come."""
        block = self._by_index.get(index)
        return None if block is None else block.texts.get(member)

    def flush_text(self) -> str:
        """Flush the texts of blocks that did not end."""
        return "".join(block.texts["text"].flush() for block in self._blocks.values() if "text" in block.texts)

    def finished_block(self, builder: BlockBuilder) -> ContentBlock:
        """A single block, decoded as in the message."""
        return cast("ContentBlock", self._decode([builder], stop_reason=None).content[0])

    def _decode(self, blocks: list[BlockBuilder], **changes: Any) -> Message:
        data = {**(self._message or {}), **changes, "content": [block.to_dict() for block in blocks]}
        if self._meta:
            data["meta"] = self._meta
        if "meta" in data:
            data["meta"] = meta_with_defaults(data["meta"])
        message = Message.from_dict(data)
        for block, decoded in zip(blocks, message.content, strict=True):
            block.mark_incomplete(decoded)
        return message

    def _start(self, event: MessageStartEvent) -> None:
        if self._message is not None:
            raise StreamDecodeError.advised("A second message began in the same stream.")
        message = event.message.to_dict()
        blocks: object = message.pop("content")
        if not is_array(blocks) or not all(map(is_object, blocks)):
            raise StreamDecodeError.advised("The message begins with content that is no list of blocks.")
        self._message = message
        self.add_meta(message.pop("meta", None))
        for index, block in enumerate(blocks):
            self._add_block(index, block)

    def _update(self, event: MessageDeltaEvent) -> None:
        message = self._started(event)
        delta = event.delta.to_dict()
        self.add_meta(delta.pop("meta", None))
        for name, value in delta.items():
            if name not in _SETTLED and (value is not None or name not in message):
                message[name] = value
        usage: dict[str, Any] = event.usage.to_dict() if isinstance(event.usage, MessageDeltaUsage) else {}
        message["usage"].update({name: count for name, count in usage.items() if count is not None})
        self.complete = self.complete or delta.get("stop_reason") is not None

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
            block.append_citation(delta.citation)

    def _block(self, index: object, event: StreamEvent) -> BlockBuilder:
        """The block of an event. One that never started has the type that its first delta implies."""
        if self._message is None:
            self._started(event)
        number = _index(index)
        block = self._by_index.get(number)
        return self._add_block(number, _implied_block(event)) if block is None else block

    def _add_block(self, index: int, data: dict[str, Any]) -> BlockBuilder:
        """Start a block. If there is one with its index, that one keeps its position, and this one goes to the end."""
        position = self._last + 1 if index in self._blocks else index
        self._last = max(self._last, position)
        block = self._blocks[position] = self._by_index[index] = BlockBuilder(data)
        return block

    def _started(self, event: StreamEvent) -> dict[str, Any]:
        if self._message is None:
            kind = type(event).__name__
            raise StreamDecodeError.advised(f"The stream begins with {kind} and no message.")
        return self._message


def replay(message: Message) -> Iterator[dict[str, Any]]:
    """The payloads of a stream that makes this message."""
    data = message.to_dict()
    content, meta = data.pop("content"), data.pop("meta", None)
    ends = {"stop_reason": data["stop_reason"], "stop_sequence": data.get("stop_sequence")}
    yield {"type": "message_start", "message": {**data, "content": [], "stop_reason": None}}
    for index, block in enumerate(content):
        start, deltas = _split_block(block)
        yield {"type": "content_block_start", "index": index, "content_block": start}
        for delta in deltas:
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    yield {"type": "message_delta", "delta": ends, "usage": data["usage"]}
    yield {"type": "message_stop"}
    if meta is not None:
        yield {"meta": meta}


def _split_block(block: Mapping[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A block as it starts, and its deltas. The start has the whole input of a tool."""
    match block:
        case {"type": "text", "text": str(text)}:
            return {**block, "text": ""}, [{"type": "text_delta", "text": text}]
        case {"type": "thinking", "thinking": str(thinking)}:
            return {**block, "thinking": ""}, [{"type": "thinking_delta", "thinking": thinking}]
        case _:
            return dict(block), []


def _implied_block(event: StreamEvent) -> dict[str, Any]:
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
