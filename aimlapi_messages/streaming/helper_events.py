"""The events that `messages.stream(...)` adds to those of the wire: text by text, and blocks when they are whole.

They are made from the wire's own events and the message that these have built, and decode nothing before they are
asked for it, so that whoever only wants the text pays for nothing else. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal, TypeAlias, cast

from attrs import define, field

from aimlapi_client import models
from aimlapi_client.models import (
    CitationsDelta,
    ContentBlockDeltaEvent,
    ContentBlockStartEvent,
    InputJsonDelta,
    MessageDeltaEvent,
    MessageStartEvent,
    PingEvent,
    SignatureDelta,
    TextDelta,
    ThinkingDelta,
)

from ..message.message import ContentBlock, Message
from ..message.partial_json import parse_partial
from .accumulator import BlockBuilder, MessageAccumulator, whole_text
from .wire_events import CostEvent, StreamEvent, UnknownEvent

__all__ = [
    "CitationEvent",
    "ContentBlockStopEvent",
    "Derivation",
    "InputJsonEvent",
    "MessageStopEvent",
    "MessageStreamEvent",
    "SignatureEvent",
    "TextEvent",
    "TextJoiner",
    "ThinkingEvent",
    "text_piece",
]


@define(kw_only=True)
class _PieceEvent:
    """A piece of a block's text. `index` is the block's, as on the wire."""

    index: int
    _builder: BlockBuilder = field(alias="builder", repr=False, eq=False)
    _length: int = field(alias="length", repr=False, eq=False)

    @property
    def length(self) -> int:
        """How long the text of the block is up to here, in characters."""
        return self._length

    def _so_far(self, member: str) -> str:
        return self._builder.so_far(member)[: self._length]


@define(kw_only=True)
class TextEvent(_PieceEvent):
    """A piece of the answer's text."""

    text: str
    type: Literal["text"] = "text"

    @property
    def snapshot(self) -> str:
        """The text of the block up to here; put together when it is asked for."""
        return self._so_far("text")


@define(kw_only=True)
class ThinkingEvent(_PieceEvent):
    """A piece of the model's thinking."""

    thinking: str
    type: Literal["thinking"] = "thinking"

    @property
    def snapshot(self) -> str:
        """The thinking of the block up to here; put together when it is asked for."""
        return self._so_far("thinking")


@define(kw_only=True)
class InputJsonEvent(_PieceEvent):
    """A piece of the JSON text of a tool's input."""

    partial_json: str
    type: Literal["input_json"] = "input_json"

    @property
    def snapshot(self) -> Any:
        """The input as far as it can be read up to here, {} before that; read when it is asked for."""
        value = parse_partial(self._so_far("partial_json"))
        return {} if value is None else value


@define(kw_only=True)
class SignatureEvent:
    """The signature that vouches for a block of thinking."""

    index: int
    signature: str
    type: Literal["signature"] = "signature"


@define(kw_only=True)
class CitationEvent:
    """A source of the text before it, as in the text block's `citations`."""

    index: int
    citation: object
    type: Literal["citation"] = "citation"
    _builder: BlockBuilder = field(alias="builder", repr=False, eq=False)
    _count: int = field(alias="count", repr=False, eq=False)

    @property
    def snapshot(self) -> list[dict[str, Any]]:
        """The citations of the block up to here, as JSON."""
        return self._builder.citations[: self._count]


@define(kw_only=True)
class ContentBlockStopEvent(models.ContentBlockStopEvent):
    """Closes a block, and holds it."""

    _decode: Callable[[], ContentBlock] = field(alias="decode", repr=False, eq=False)
    _block: ContentBlock | None = field(init=False, default=None, repr=False, eq=False)

    @property
    def content_block(self) -> ContentBlock:
        """The finished block; decoded when it is asked for."""
        if self._block is None:
            self._block = self._decode()
        return self._block

    def __reduce__(self) -> tuple[Any, ...]:
        # A pickle holds the block itself, and no way to the stream.
        return _revived_stop, (self.to_dict(), self.content_block)


@define(kw_only=True)
class MessageStopEvent(models.MessageStopEvent):
    """The end of the message. Only the cost may still come."""

    _decode: Callable[[], Message] = field(alias="decode", repr=False, eq=False)

    @property
    def message(self) -> Message:
        """The whole message; its cost only once that has come, so best ask `get_final_message()` for it."""
        return self._decode()

    def __reduce__(self) -> tuple[Any, ...]:
        return _revived_end, (self.to_dict(), self.message)


def _revived_stop(data: dict[str, Any], block: ContentBlock) -> ContentBlockStopEvent:
    raw = models.ContentBlockStopEvent.from_dict(data)
    return _stop_event(raw, lambda: block)


def _revived_end(data: dict[str, Any], message: Message) -> MessageStopEvent:
    raw = models.MessageStopEvent.from_dict(data)
    return _end_event(raw, lambda: message)


MessageStreamEvent: TypeAlias = (
    MessageStartEvent
    | ContentBlockStartEvent
    | ContentBlockDeltaEvent
    | TextEvent
    | ThinkingEvent
    | SignatureEvent
    | InputJsonEvent
    | CitationEvent
    | ContentBlockStopEvent
    | MessageDeltaEvent
    | MessageStopEvent
    | PingEvent
    | UnknownEvent
    | CostEvent
)


class TextJoiner:
    """Hands on pieces of text, so that a character whose two halves came apart comes in one piece."""

    __slots__ = ("_half",)

    def __init__(self) -> None:
        self._half = ""

    def take(self, piece: str) -> str:
        """The next piece, with what was held back before it, and without a first half at its end."""
        if not self._half and not ("\ud800" <= piece[-1:] <= "\udbff"):
            return piece
        text = self._half + piece
        self._half = text[-1] if "\ud800" <= text[-1:] <= "\udbff" else ""
        return whole_text(text.removesuffix(self._half))

    def rest(self) -> str:
        """At the end of a block: a first half without a second, which is all that can be said of it."""
        rest, self._half = self._half, ""
        return rest


def text_piece(event: object, joiner: TextJoiner) -> str:
    """The text that an event of the wire adds to the answer, "" of any other."""
    if isinstance(event, ContentBlockDeltaEvent):
        delta = event.delta
        text = delta.text if isinstance(delta, TextDelta) else ""
        return joiner.take(text) if isinstance(cast("object", text), str) and text else ""
    return joiner.rest() if isinstance(event, models.ContentBlockStopEvent) else ""


class _Text:
    """A text of a block, as far as it has been handed out."""

    __slots__ = ("builder", "joiner", "length", "make")

    def __init__(self, make: Callable[..., _PieceEvent], builder: BlockBuilder, length: int) -> None:
        self.make = make
        self.builder = builder
        self.joiner = TextJoiner()
        self.length = length

    def event(self, index: int, piece: str) -> TextEvent | ThinkingEvent | InputJsonEvent:
        """What hands out the next piece."""
        self.length += len(piece)
        return cast("TextEvent | ThinkingEvent | InputJsonEvent", self.make(index, piece, self.builder, self.length))


class Derivation:
    """From the wire's events to those that are handed out, each taken once the message has it."""

    __slots__ = (
        "_message",
        "_texts",
    )

    def __init__(self, message: MessageAccumulator) -> None:
        self._message = message
        self._texts: dict[int, dict[str, _Text]] = {}  # by index and member

    def of(self, event: StreamEvent) -> Iterator[MessageStreamEvent]:
        """The events to hand out for one of the wire."""
        match event:
            case ContentBlockDeltaEvent():
                yield event
                derived = self.of_delta(event)
                if derived is not None:
                    yield derived
            case ContentBlockStartEvent():
                self._texts.pop(event.index, None)
                yield event
            case models.ContentBlockStopEvent():
                builder = cast("BlockBuilder", self._message.builder(event.index))
                for text in self._texts.pop(event.index, {}).values():
                    rest = text.joiner.rest()
                    if rest:
                        yield text.event(event.index, rest)
                yield _stop_event(event, lambda: self._message.finished_block(builder))
            case models.MessageStopEvent():
                yield _end_event(event, self._message.snapshot)
            case _:
                yield event

    def passed_over(self) -> None:
        """A piece of text was handed out as it is: whatever comes next, the lengths are counted again."""
        if self._texts:
            self._texts = {}

    def of_delta(self, event: ContentBlockDeltaEvent) -> MessageStreamEvent | None:
        """The event that follows a delta, if any."""
        index, delta = event.index, event.delta
        if isinstance(delta, TextDelta):
            return self._piece(index, "text", delta.text, _text_event)
        if isinstance(delta, InputJsonDelta):
            return self._piece(index, "partial_json", delta.partial_json, _input_event)
        if isinstance(delta, ThinkingDelta):
            return self._piece(index, "thinking", delta.thinking, _thinking_event)
        if isinstance(delta, SignatureDelta):
            signature = cast("object", delta.signature)
            return SignatureEvent(index=index, signature=signature) if isinstance(signature, str) else None
        if isinstance(delta, CitationsDelta):
            builder = cast("BlockBuilder", self._message.builder(index))
            return CitationEvent(index=index, citation=delta.citation, builder=builder, count=len(builder.citations))
        return None

    def _piece(
        self, index: int, member: str, piece: object, make: Callable[..., _PieceEvent]
    ) -> TextEvent | ThinkingEvent | InputJsonEvent | None:
        if not isinstance(piece, str):
            return None
        texts = self._texts.get(index)
        if texts is None:
            texts = self._texts[index] = {}
        text = texts.get(member)
        if text is None:
            builder = cast("BlockBuilder", self._message.builder(index))  # which has this piece already
            text = texts[member] = _Text(make, builder, len(builder.so_far(member)) - len(piece))
        joined = text.joiner.take(piece)
        return text.event(index, joined) if joined or member != "text" else None


def _text_event(index: int, piece: str, builder: BlockBuilder, length: int) -> TextEvent:
    return TextEvent(index=index, text=piece, builder=builder, length=length)


def _thinking_event(index: int, piece: str, builder: BlockBuilder, length: int) -> ThinkingEvent:
    return ThinkingEvent(index=index, thinking=piece, builder=builder, length=length)


def _input_event(index: int, piece: str, builder: BlockBuilder, length: int) -> InputJsonEvent:
    return InputJsonEvent(index=index, partial_json=piece, builder=builder, length=length)


def _stop_event(raw: models.ContentBlockStopEvent, decode: Callable[[], ContentBlock]) -> ContentBlockStopEvent:
    event = ContentBlockStopEvent(index=raw.index, type=raw.type, decode=decode)
    event.additional_properties = raw.additional_properties
    return event


def _end_event(raw: models.MessageStopEvent, decode: Callable[[], Message]) -> MessageStopEvent:
    event = MessageStopEvent(type=raw.type, decode=decode)
    event.additional_properties = raw.additional_properties
    return event
