"""Builds a message from the payloads of its events. No I/O, and linear in the bytes of the stream.

The message is kept as the JSON that it would have been without streaming, and a snapshot decodes that JSON, so
that a streamed message and a plain one cannot differ. Texts are joined, and inputs of tools parsed, when they are read.

The input of a tool is complete if every piece of it could be read, its block or the message has ended, and the pieces
are one JSON object. What is given out is a copy: changing it changes no later snapshot.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from ..core.errors import ResponseTooLargeError, StreamDecodeError, StreamIncompleteError
from ..core.json import count, is_array, is_object
from ..core.reply import Cost, Source
from ..message.message import ContentBlock, Message, has_no_type, meta_with_defaults, parse_tool_input, with_defaults

_PARTIAL_JSON: Final = "partial_json"

# The member of a delta that has the next piece of a text; the block's has the same name.
_MEMBERS: Final[Mapping[str, str]] = {
    "text_delta": "text",
    "input_json_delta": _PARTIAL_JSON,
    "thinking_delta": "thinking",
    "signature_delta": "signature",
    "compaction_delta": "content",
}

# The block that a delta implies if none has started, or if the one that has is of another kind.
_IMPLIED_BLOCKS: Final[Mapping[str, dict[str, Any]]] = {
    "text_delta": {"type": "text", "text": ""},
    "citations_delta": {"type": "text", "text": ""},
    "thinking_delta": {"type": "thinking", "thinking": "", "signature": ""},
    "signature_delta": {"type": "thinking", "thinking": "", "signature": ""},
    "input_json_delta": {"type": "tool_use", "id": "", "name": "", "input": {}},
    "compaction_delta": {"type": "compaction", "content": None},
}

# The types of blocks that take only deltas that imply them, or none. Any other takes any.
_CHOOSY: Final = {block["type"] for block in _IMPLIED_BLOCKS.values()} | {"redacted_thinking", "tool_result"}
# The deltas whose content is kept when they come to a block that does not take them.
_CONTENT: Final = frozenset({"text_delta", "thinking_delta", "input_json_delta"})

# Deltas with more than a piece of a text.
_GROWING: Final = frozenset({"citations_delta", "compaction_delta"})

# What a message of a single block needs.
_NO_IDS: Final = {"id": "", "model": ""}

_PARTS: Final[Any] = (dict, list)

# A `message_delta` does not change these: other events set them. Its other members are the message's, wherever in it
# they stand.
_SETTLED: Final = frozenset({"content", "delta", "id", "index", "model", "role", "type", "usage"})
# So many pieces of a text are held as they came. Each has the size of an object, however short it is.
_MOST_PIECES: Final = 32


class TextBuilder:
    """A text that comes in pieces.

    A surrogate pair that was split between two pieces is joined: the first half waits for the second.

    last: the latest piece as it was joined, without a half that waits.
    length: of the text, also without it.
    """

    __slots__ = ("_half", "_joined", "_pieces", "last", "length")

    def __init__(self) -> None:
        self.last: str = ""
        self.length: int = 0
        self._pieces = list[str]()
        self._joined = 0  # so many of them, the first, are several in one
        self._half = ""

    def append(self, piece: str) -> None:
        if self._half or (not piece.isascii() and "\ud800" <= piece[-1] <= "\udbff"):
            piece = self._join_halves(piece)
        self.last = piece
        self.length += len(piece)
        self._pieces.append(piece)
        if len(self._pieces) - self._joined >= _MOST_PIECES:
            self._pieces[self._joined :] = ["".join(self._pieces[self._joined :])]
            self._joined += 1

    def flush(self) -> str:
        """Append a half whose other half never came, and return it; "" if there is none."""
        rest, self._half = self._half, ""
        if rest:
            self._pieces.append(rest)
            self.last = rest
            self.length += 1
        return rest

    def __str__(self) -> str:
        """The text so far, a half that waits included."""
        return "".join((*self._pieces, self._half))

    def _join_halves(self, piece: str) -> str:
        text = self._half + piece
        self._half = text[-1] if "\ud800" <= text[-1:] <= "\udbff" else ""
        return text.removesuffix(self._half).encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


class BlockBuilder:
    """A content block that is being streamed: the JSON it started with, and what came since then.

    texts: the text of each member that got a piece.
    citations: those so far, as JSON.
    ended: how often its stop has come.
    spoiled: a piece of it could not be read or came after its stop, or its start was lost.
    is_nothing: it has not even a type yet, so that it is kept nowhere.
    """

    __slots__ = ("_data", "citations", "ended", "is_nothing", "spoiled", "texts")

    def __init__(self, data: Mapping[str, Any], *, spoiled: bool = False) -> None:
        self._data: dict[str, Any] = copied(data)
        started: object = self._data.get("citations")
        self.citations: list[Any] = copied(started) if is_array(started) else []
        self.texts: dict[str, TextBuilder] = {}
        self.ended: int = 0
        self.spoiled: bool = spoiled or self._has_lost_its_start
        self.is_nothing: bool = has_no_type(self._data)
        begun = self.full_text(self.kind) if self.kind in ("text", "thinking") else ""
        if begun:
            self.texts[self.kind] = TextBuilder()
            self.texts[self.kind].append(begun)

    def add(self, delta: Mapping[str, Any]) -> None:
        """Append what a delta brings. What is no text where a text belongs, or of another kind, adds nothing."""
        kind = _kind_of(delta)
        if not self.takes(kind):
            self.spoiled = self.spoiled or self.calls_tool
            return
        member = _MEMBERS.get(kind)
        piece = delta.get(member or "")
        if isinstance(piece, str) and member:
            if piece and member not in self.texts:  # what it started with was not handed out
                piece = self.full_text(member) + piece
                self.texts[member] = TextBuilder()
            if member in self.texts:
                self.texts[member].append(piece)
        elif kind == "citations_delta":
            self.citations.append(copied(delta.get("citation")))
        else:
            self.spoiled = self.spoiled or member == _PARTIAL_JSON
            if member in self.texts:
                self.texts[member].last = ""
        if kind == "compaction_delta":  # what else it has is a whole value
            self._data.update({name: value for name, value in delta.items() if name not in ("type", member)})
        if self.calls_tool and (self.ended or member != _PARTIAL_JSON):
            self.spoiled = True

    def is_started_by(self, data: Mapping[str, Any]) -> bool:
        """Whether a start is its own, and nothing has come since."""
        return not (self.texts or self.citations or self.ended or self.spoiled) and self._data == data

    @property
    def kind(self) -> str:
        """Its type, "" if it came without one."""
        kind: object = self._data.get("type")
        return kind if isinstance(kind, str) else ""

    @property
    def _has_lost_its_start(self) -> bool:
        return self.kind == "tool_use" and not (self._data.get("id") or self._data.get("name"))

    @property
    def calls_tool(self) -> bool:
        return self.kind.endswith("tool_use")

    def become(self, implied: Mapping[str, Any]) -> None:
        """Take the type that its first delta implies."""
        given = {name: value for name, value in self._data.items() if value is not None}
        self._data = {**copied(implied), **given, "type": implied["type"]}
        self.is_nothing = False
        self.spoiled = self.spoiled or self._has_lost_its_start

    def takes(self, kind: str) -> bool:
        """Whether a delta of this type belongs to it. Those that are not known belong to any block."""
        implied = _IMPLIED_BLOCKS.get(kind)
        group = next((end for end in ("tool_use", "tool_result") if self.kind.endswith(end)), self.kind)
        return implied is None or group not in _CHOOSY or implied["type"] == group

    def to_dict(self, *, over: bool = False) -> dict[str, Any]:
        """The block so far, as JSON, with the text of an incomplete input. over: the message has ended."""
        data: dict[str, Any] = copied(self._data)
        data |= {member: str(text) for member, text in self.texts.items()}
        if self.citations:
            data["citations"] = copied(self.citations)
        text = self.full_text(_PARTIAL_JSON)
        if text:
            value = parse_tool_input(text) if (self.ended or over) and not self.spoiled else None
            data["input"] = value or {}
            if value is not None:
                del data[_PARTIAL_JSON]
        elif data.get("type") == "tool_use" and (self.spoiled or not (self.ended or (over and data.get("input")))):
            data |= {"input": {}, _PARTIAL_JSON: ""}
        return data

    def full_text(self, member: str) -> str:
        """The text of a member so far."""
        text = self.texts.get(member, self._data.get(member))
        return str(text) if isinstance(text, (str, TextBuilder)) else ""


class MessageAccumulator:
    """Takes the events of one message in order, and gives the message so far.

    begun: how many blocks the latest start of the message brought.
    most: the most JSON values that it may have; texts that grow are one each.
    complete: the message has said why it stopped. Only its cost may still come.
    has_content: a block has begun with a text.
    """

    __slots__ = (
        *("_blocks", "_by_index", "_calls", "_last", "_left", "_message", "_meta", "_most", "_strays"),
        *("begun", "complete", "has_content"),
    )

    def __init__(self, most: int = sys.maxsize) -> None:
        self.begun: int = 0
        self.complete: bool = False
        self.has_content: bool = False
        self._most = self._left = most
        self._message: dict[str, Any] | None = None
        self._blocks: dict[int, BlockBuilder] = {}  # by position in the message
        self._by_index: dict[int, BlockBuilder] = {}  # the latest one with each index in the events
        self._strays: dict[int, dict[str, BlockBuilder]] = {}  # made of deltas that came to a block of another kind
        self._calls: list[BlockBuilder] = []  # of tools, that are not known to lack anything
        self._last = -1  # the highest position
        self._meta: dict[str, Any] = {}  # may come with any event, also before the message

    def add(self, payload: Mapping[str, Any]) -> None:
        """Add the payload of the next event, which `decode_event` has found to be what its type promises.

        Raises StreamDecodeError for one that belongs to no message.
        """
        if payload.get("type") != "content_block_delta" and _may_have_piece(payload):
            self.spoil_calls()  # of a tool's input, in an event of another type
        match payload.get("type"):
            case "message_start":
                self._start(payload["message"])
            case "content_block_start":
                message, data = self._started(payload), payload["content_block"]
                self._add_block(_index(payload), data)
                to: object = data.get("to") if data.get("type") == "fallback" else None
                if is_object(to) and isinstance(to.get("model"), str):  # another model goes on
                    message["model"] = to["model"] or message["model"]
            case "content_block_delta":
                block = self._block(payload)
                if block is not None:
                    block.add(payload["delta"])
                    if _kind_of(payload["delta"]) in _GROWING:
                        self._count(payload["delta"])
            case "content_block_stop":
                self._started(payload)
                block = self._by_index.get(_index(payload))
                if block is not None:
                    block.ended += 1
            case "message_delta":
                change = copied({**payload, **payload["delta"]})
                self._update(self._started(payload), change, copied(payload.get("usage")))
            case "message_stop":
                self._started(payload)
                self.complete = True
            case _:
                pass
        self.add_meta(payload.get("meta"))

    def spoil_calls(self) -> None:
        """Something could not be read: the inputs that are still coming may lack it."""
        for block in self._calls:
            block.spoiled = block.spoiled or not block.ended
        self._calls.clear()

    def add_meta(self, meta: object) -> None:
        """Merge what an event says of the cost into what earlier ones said."""
        if is_object(meta):
            change = copied(meta)
            earlier = self._meta.get("usage")
            if is_object(earlier):
                usage = change.pop("usage", None)
                self._merge(earlier, usage if is_object(usage) else {})
            self._merge(self._meta, change)

    @property
    def cost(self) -> Cost | None:
        """The cost so far."""
        return Cost.from_meta(self._meta, "stream")

    @property
    def usage(self) -> object:
        """The tokens so far, as JSON; None before the message has started."""
        return None if self._message is None else self._message["usage"]

    def snapshot(self, source: Source = "stream") -> Message:
        """The message so far. Each call decodes a new one.

        source: the `source` of its cost.
        Raises StreamIncompleteError before the message has started.
        """
        if self._message is None:
            raise StreamIncompleteError.advised("No message has begun in this stream.")
        blocks = [self._blocks[index] for index in sorted(self._blocks)]
        message = self._decode([block for block in blocks if not block.is_nothing])
        message.cost = Cost.from_meta(self._meta, source)
        return message

    def builder(self, index: int, kind: str = "") -> BlockBuilder | None:
        """The block with this index in the events that were added; kind: that takes deltas of this type."""
        block = self._strays[index].get(kind) if index in self._strays else None
        block = block or self._by_index.get(index)
        return None if block is None or block.is_nothing else block

    def text(self, index: int) -> TextBuilder | None:
        """The text of a block, by the block's index in the events; None before any has come."""
        block = self.builder(index, "text_delta") if index in self._strays else self._by_index.get(index)
        return None if block is None else block.texts.get("text")

    def flush_text(self) -> str:
        """Flush the texts of blocks that did not end."""
        return "".join(block.texts["text"].flush() for block in self._blocks.values() if "text" in block.texts)

    def finished_block(self, builder: BlockBuilder) -> ContentBlock:
        """A single block, decoded as in the message."""
        block = builder.to_dict(over=self.complete)
        return cast("ContentBlock", Message.from_dict({**with_defaults({}), **_NO_IDS, "content": [block]}).content[0])

    def _decode(self, blocks: list[BlockBuilder]) -> Message:
        data: dict[str, Any] = copied(self._message or {})
        data["content"] = [block.to_dict(over=self.complete) for block in blocks]
        if self._meta:
            data["meta"] = meta_with_defaults(copied(self._meta))
        return Message.from_dict(data)

    def _start(self, data: Mapping[str, Any]) -> None:
        message = with_defaults(copied(data))
        meta, blocks = message.pop("meta", None), message.pop("content")
        if self._message is not None:
            if message.get("id") != self._message.get("id"):
                raise StreamDecodeError.advised("A second message began in the same stream.")
            self._update(self._message, {"meta": meta}, copied(data.get("usage")))
            self.begun = 0
            return
        if not all(map(is_object, blocks)):
            raise StreamDecodeError.advised("The message begins with content that is no list of blocks.")
        self._count(message)
        self._message, self.begun = message, len(blocks)
        self.add_meta(meta)
        for index, block in enumerate(blocks):
            self._add_block(index, block)

    def _update(self, message: dict[str, Any], delta: dict[str, Any], usage: object) -> None:
        self.add_meta(delta.pop("meta", None))
        known = {name: value for name, value in delta.items() if name not in _SETTLED}
        self._merge(message, {name: known[name] for name in known if known[name] is not None or name not in message})
        if is_object(usage):
            self._merge(message["usage"], {name: tokens for name, tokens in usage.items() if tokens is not None})
        reason = delta.get("stop_reason")
        self.complete = self.complete or (isinstance(reason, str) and reason != "")

    def _block(self, payload: Mapping[str, Any]) -> BlockBuilder | None:
        """The block of a delta. One that never started has the type that its first delta implies, None if any.

        Content that comes to a block of another kind is the content of a block of its own.
        """
        self._started(payload)
        index, delta = _index(payload), payload["delta"]
        kind = _kind_of(delta)
        block, implied = self._by_index.get(index), _IMPLIED_BLOCKS.get(kind)
        if _may_be_input(delta) and (block is None or block.ended or not block.takes(kind)):
            self.spoil_calls()  # for it may be a piece of any that is open
        if block is None:
            return None if implied is None else self._add_block(index, implied, spoiled=True)
        if implied is not None and not block.kind:
            block.become(implied)
            self._keep(block)
        if implied is None or block.takes(kind) or kind not in _CONTENT or not delta.get(_MEMBERS[kind]):
            return block
        block.add(delta)
        strays = self._strays.setdefault(index, {})
        if kind not in strays:
            strays[kind] = self._place(index, implied, spoiled=True)
        return strays[kind]

    def _add_block(self, index: int, data: Mapping[str, Any], *, spoiled: bool = False) -> BlockBuilder:
        """Start a block. A start that comes again before anything else of the block is of the same one."""
        begun = self._by_index.get(index)
        if begun is not None and begun.is_started_by(data):
            return begun
        self._strays.pop(index, None)
        block = self._by_index[index] = self._place(index, data, spoiled=spoiled)
        return block

    def _place(self, index: int, data: Mapping[str, Any], *, spoiled: bool) -> BlockBuilder:
        """Add a block. If there is one with its index, that one keeps its position, and this one goes to the end."""
        self._count(data)
        block = BlockBuilder(data, spoiled=spoiled)
        position = self._last + 1 if index in self._blocks else index
        self._last = max(self._last, position)
        self._blocks[position] = block
        self._keep(block)
        return block

    def _keep(self, block: BlockBuilder) -> None:
        """Take note of what a block has come to be."""
        self.has_content = self.has_content or bool(block.texts)
        if block.calls_tool:
            self._calls.append(block)

    def _merge(self, owner: dict[str, Any], change: Mapping[str, Any]) -> None:
        """Change members of what is kept."""
        if change:
            before = {name: owner[name] for name in change if name in owner}
            self._left += count(before) if before else 0
            owner.update(change)
            self._count(change)

    def _count(self, value: object) -> None:
        """Count the values that are kept. Raises ResponseTooLargeError."""
        self._left -= count(value)
        if self._left < 0:
            raise ResponseTooLargeError.advised(f"The message has more than {self._most:,} JSON values.")

    def _started(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        if self._message is None:
            raise StreamDecodeError.advised(f"The stream begins with {payload['type']} and no message.")
        return self._message


def replay(message: Message) -> Iterator[dict[str, Any]]:
    """The payloads of a stream that makes this message. A block of a tool starts with its whole input, and what came of
    an incomplete one is followed by a delta that is no piece."""
    data = message.to_dict()
    content, meta = data.pop("content"), data.pop("meta", None)
    ends = {name: data[name] for name in ("stop_reason", "stop_sequence") if name in data}
    yield {"type": "message_start", "message": {**data, "content": [], "stop_reason": None}}
    for index, block in enumerate(content):
        member, deltas = block.get("type"), list[dict[str, Any]]()
        start = block
        if member in ("text", "thinking") and isinstance(block.get(member), str):
            start, deltas = {**block, member: ""}, [{"type": f"{member}_delta", member: block[member]}]
        elif member == "tool_use" and _PARTIAL_JSON in block:
            start = {name: value for name, value in block.items() if name != _PARTIAL_JSON}
            piece = {"type": "input_json_delta", _PARTIAL_JSON: block[_PARTIAL_JSON]}
            deltas = [piece, {"type": "incomplete_delta"}]  # no piece of null: who joins the pieces could not
        yield {"type": "content_block_start", "index": index, "content_block": start}
        for delta in deltas:
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    yield {"type": "message_delta", "delta": ends, "usage": data["usage"]}
    yield {"type": "message_stop"}
    if meta is not None:
        yield {"meta": meta}


def copied(value: Any) -> Any:
    """A copy of a JSON value that shares nothing with it."""
    if is_object(value):
        return {name: copied(member) if isinstance(member, _PARTS) else member for name, member in value.items()}
    return [copied(item) for item in value] if is_array(value) else value


def _kind_of(delta: Mapping[str, Any]) -> str:
    kind: object = delta.get("type")
    return kind if isinstance(kind, str) else ""


def _may_have_piece(payload: Mapping[str, Any]) -> bool:
    """Whether an event has the delta of a block, while that of a message has no type, is one, or is a chunk of a chat.

    Helper events, which some servers hand on, only repeat a piece, with a snapshot.
    """
    delta: object = payload.get("delta")
    is_piece = "snapshot" not in payload and payload.get(_PARTIAL_JSON, "") != ""
    return is_piece or "choices" in payload or (is_object(delta) and ("type" in delta or _PARTIAL_JSON in delta))


def _may_be_input(delta: Mapping[str, Any]) -> bool:
    """Whether a delta of a block may bring a piece of a tool's input."""
    return (_kind_of(delta) == "input_json_delta" or _PARTIAL_JSON in delta) and delta.get(_PARTIAL_JSON) != ""


def _index(payload: Mapping[str, Any]) -> int:
    index: object = payload.get("index")
    if not isinstance(index, int):
        raise StreamDecodeError.advised(f"A block's index is a {type(index).__name__} and no number.")
    return index
