"""Builds a message from the payloads of its events. No I/O, and linear in the bytes of the stream.

The message is kept as the JSON that it would have been without streaming, and a snapshot decodes that JSON, so
that a streamed message and a plain one cannot differ. Texts are joined when they are read. The input of a tool is
parsed once, when its block ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import StringIO
from typing import Any, Final, cast

from ..core.errors import StreamDecodeError, StreamIncompleteError
from ..core.json import is_array, is_object
from ..core.reply import Cost, Source
from ..message.message import ContentBlock, Message, ToolUseBlock, meta_with_defaults, parse_tool_input, with_defaults

_PARTIAL_JSON: Final = "partial_json"

# The member of a delta that has the next piece of a text; the block's has the same name.
_MEMBERS: Final[Mapping[str, str]] = {
    "text_delta": "text",
    "input_json_delta": _PARTIAL_JSON,
    "thinking_delta": "thinking",
    "signature_delta": "signature",
}

# The block that a delta implies if none has started.
_IMPLIED_BLOCKS: Final[Mapping[str, dict[str, Any]]] = {
    "text_delta": {"type": "text", "text": ""},
    "citations_delta": {"type": "text", "text": ""},
    "thinking_delta": {"type": "thinking", "thinking": "", "signature": ""},
    "signature_delta": {"type": "thinking", "thinking": "", "signature": ""},
    "input_json_delta": {"type": "tool_use", "id": "", "name": "", "input": {}},
}

# A `message_delta` does not change these: other events set them.
_SETTLED: Final = frozenset({"content", "id", "model", "role", "type", "usage"})


class TextBuilder:
    """A text that comes in pieces.

    A surrogate pair that was split between two pieces is joined: the first half waits for the second.

    last: the latest piece as it was joined, without a half that waits.
    length: of the text, also without it; the text that the member started with counts.
    """

    __slots__ = ("_half", "_text", "last", "length")

    def __init__(self, started: str = "") -> None:
        self.last: str = ""
        self.length: int = len(started)
        self._text = StringIO()
        self._text.write(started)
        self._half = ""

    def append(self, piece: str) -> None:
        if self._half or (not piece.isascii() and "\ud800" <= piece[-1] <= "\udbff"):
            piece = self._join_halves(piece)
        self.last = piece
        self.length += len(piece)
        self._text.write(piece)

    def flush(self) -> str:
        """Append a half whose other half never came, and return it; "" if there is none."""
        rest, self._half = self._half, ""
        if rest:
            self._text.write(rest)
            self.last = rest
            self.length += 1
        return rest

    def __str__(self) -> str:
        """The text so far, a half that waits included."""
        return self._text.getvalue() + self._half

    def _join_halves(self, piece: str) -> str:
        text = self._half + piece
        self._half = text[-1] if "\ud800" <= text[-1:] <= "\udbff" else ""
        return text.removesuffix(self._half).encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


class BlockBuilder:
    """A content block that is being streamed: the JSON it started with, and what came since then.

    texts: the text of each member that got a piece.
    citations: those so far, as JSON.
    """

    __slots__ = ("_closed", "_data", "_input", "citations", "texts")

    def __init__(self, data: dict[str, Any]) -> None:
        started: object = data.get("citations")
        self.citations: list[Any] = list(started) if is_array(started) else []
        self.texts: dict[str, TextBuilder] = {}
        self._data = data
        self._closed = False
        self._input: dict[str, Any] | None = None

    def add(self, delta: Mapping[str, Any]) -> None:
        """Append what a delta brings. What is no text where a text belongs adds nothing."""
        kind = delta.get("type", "")
        if kind == "citations_delta":
            self.citations.append(delta.get("citation"))
        elif kind in _MEMBERS:
            member = _MEMBERS[kind]
            piece = delta.get(member)
            if isinstance(piece, str) and piece and member not in self.texts:
                self.texts[member] = TextBuilder(self.full_text(member))
            if member in self.texts:
                self.texts[member].append(piece if isinstance(piece, str) else "")

    def close(self) -> None:
        """Mark the block as complete, and parse a tool's input."""
        if not self._closed:
            self._closed = True
            if _PARTIAL_JSON in self.texts:
                self._input = parse_tool_input(self.full_text(_PARTIAL_JSON))

    def to_dict(self) -> dict[str, Any]:
        """The block so far, as JSON."""
        data = {**self._data, **{member: str(text) for member, text in self.texts.items()}}
        if _PARTIAL_JSON in self.texts:
            data["input"] = self._input or {}
            if self._input is not None or data.get("type") == "tool_use":  # other blocks have no other place for it
                del data[_PARTIAL_JSON]
        if self.citations:
            data["citations"] = self.citations.copy()
        return data

    def full_text(self, member: str) -> str:
        """The text of a member so far."""
        text = self.texts.get(member, self._data.get(member))
        return str(text) if isinstance(text, (str, TextBuilder)) else ""

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

    def add(self, payload: Mapping[str, Any]) -> None:
        """Add the payload of the next event, which `decode_event` has found to be what its type promises.

        Raises StreamDecodeError for one that belongs to no message.
        """
        match payload.get("type"):
            case "message_start":
                self._start(with_defaults(payload["message"]))
            case "content_block_start":
                self._started(payload)
                self._add_block(_index(payload), dict(payload["content_block"]))
            case "content_block_delta":
                self._block(payload).add(payload["delta"])
            case "content_block_stop":
                self._block(payload).close()
            case "message_delta":
                self._update(self._started(payload), dict(payload["delta"]), payload.get("usage"))
            case "message_stop":
                self._started(payload)
                self.complete = True
            case _:
                pass
        self.add_meta(payload.get("meta"))

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
        message.cost = Cost.from_meta(self._meta, source)
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
            data["meta"] = meta_with_defaults(self._meta)
        message = Message.from_dict(data)
        for block, decoded in zip(blocks, message.content, strict=True):
            block.mark_incomplete(decoded)
        return message

    def _start(self, message: dict[str, Any]) -> None:
        if self._message is not None:
            raise StreamDecodeError.advised("A second message began in the same stream.")
        blocks = message.pop("content")
        if not all(map(is_object, blocks)):
            raise StreamDecodeError.advised("The message begins with content that is no list of blocks.")
        self._message = message
        self.add_meta(message.pop("meta", None))
        for index, block in enumerate(blocks):
            self._add_block(index, block)

    def _update(self, message: dict[str, Any], delta: dict[str, Any], usage: object) -> None:
        self.add_meta(delta.pop("meta", None))
        for name, value in delta.items():
            if name not in _SETTLED and (value is not None or name not in message):
                message[name] = value
        if is_object(usage):
            message["usage"].update({name: count for name, count in usage.items() if count is not None})
        self.complete = self.complete or delta.get("stop_reason") is not None

    def _block(self, payload: Mapping[str, Any]) -> BlockBuilder:
        """The block of an event. One that never started has the type that its first delta implies."""
        self._started(payload)
        index = _index(payload)
        block = self._by_index.get(index)
        if block is None:
            kind = payload.get("delta", {}).get("type")
            block = self._add_block(index, _IMPLIED_BLOCKS.get(kind, {"type": ""}))
        return block

    def _add_block(self, index: int, data: dict[str, Any]) -> BlockBuilder:
        """Start a block. If there is one with its index, that one keeps its position, and this one goes to the end."""
        position = self._last + 1 if index in self._blocks else index
        self._last = max(self._last, position)
        block = self._blocks[position] = self._by_index[index] = BlockBuilder(data)
        return block

    def _started(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        if self._message is None:
            raise StreamDecodeError.advised(f"The stream begins with {payload['type']} and no message.")
        return self._message


def replay(message: Message) -> Iterator[dict[str, Any]]:
    """The payloads of a stream that makes this message. A block of a tool starts with its whole input."""
    data = message.to_dict()
    content, meta = data.pop("content"), data.pop("meta", None)
    ends = {"stop_reason": data["stop_reason"], "stop_sequence": data.get("stop_sequence")}
    yield {"type": "message_start", "message": {**data, "content": [], "stop_reason": None}}
    for index, block in enumerate(content):
        member = block.get("type")
        is_text = member in ("text", "thinking") and isinstance(block.get(member), str)
        start = {**block, member: ""} if is_text else block
        yield {"type": "content_block_start", "index": index, "content_block": start}
        if is_text:
            delta = {"type": f"{member}_delta", member: block[member]}
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    yield {"type": "message_delta", "delta": ends, "usage": data["usage"]}
    yield {"type": "message_stop"}
    if meta is not None:
        yield {"meta": meta}


def _index(payload: Mapping[str, Any]) -> int:
    index: object = payload.get("index")
    if not isinstance(index, int):
        raise StreamDecodeError.advised(f"A block's index is a {type(index).__name__} and no number.")
    return index
