"""The events that `messages.stream(...)` adds to those of the wire: pieces of text, and finished blocks. No I/O.

Snapshots, blocks and messages are decoded when they are read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias

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
from .accumulator import BlockBuilder, MessageAccumulator
from .wire_events import CostEvent, StreamEvent, UnknownEvent


@define(kw_only=True)
class _PieceEvent:
    """A piece of a block's text. `index` is the block's, as on the wire."""

    index: int
    _builder: BlockBuilder = field(alias="builder", repr=False, eq=False)
    _length: int = field(alias="length", repr=False, eq=False)

    @property
    def length(self) -> int:
        """The length of the block's text up to here, in characters."""
        return self._length

    def _text_so_far(self, member: str) -> str:
        return self._builder.full_text(member)[: self._length]


@define(kw_only=True)
class TextEvent(_PieceEvent):
    """A piece of text."""

    text: str
    type: Literal["text"] = "text"

    @property
    def snapshot(self) -> str:
        """The text of the block up to here."""
        return self._text_so_far("text")


@define(kw_only=True)
class ThinkingEvent(_PieceEvent):
    """A piece of the model's thinking."""

    thinking: str
    type: Literal["thinking"] = "thinking"

    @property
    def snapshot(self) -> str:
        """The thinking of the block up to here."""
        return self._text_so_far("thinking")


@define(kw_only=True)
class InputJsonEvent(_PieceEvent):
    """A piece of the JSON text of a tool's input."""

    partial_json: str
    type: Literal["input_json"] = "input_json"

    @property
    def snapshot(self) -> Any:
        """The input up to here, as far as it can be parsed; {} before that."""
        value = parse_partial(self._text_so_far("partial_json"))
        return {} if value is None else value


@define(kw_only=True)
class SignatureEvent:
    """The signature of a block of thinking."""

    index: int
    signature: str
    type: Literal["signature"] = "signature"


@define(kw_only=True)
class CitationEvent:
    """A citation, as in the `citations` of the text block."""

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
    """The end of a block, with the block."""

    _decode: Callable[[], ContentBlock] = field(alias="decode", repr=False, eq=False)
    _block: ContentBlock | None = field(init=False, default=None, repr=False, eq=False)

    @property
    def content_block(self) -> ContentBlock:
        """The finished block."""
        if self._block is None:
            self._block = self._decode()
        return self._block

    def __reduce__(self) -> tuple[Any, ...]:
        # The pickle has the block in place of the stream that decodes it.
        return _unpickle_block_stop, (self.to_dict(), self.content_block)


@define(kw_only=True)
class MessageStopEvent(models.MessageStopEvent):
    """The end of the message. Only the cost may still come."""

    _decode: Callable[[], Message] = field(alias="decode", repr=False, eq=False)

    @property
    def message(self) -> Message:
        """The complete message. Its cost may come later: `get_final_message()` has it."""
        return self._decode()

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpickle_message_stop, (self.to_dict(), self.message)


def _unpickle_block_stop(data: dict[str, Any], block: ContentBlock) -> ContentBlockStopEvent:
    raw = models.ContentBlockStopEvent.from_dict(data)
    return _block_stop_event(raw, lambda: block)


def _unpickle_message_stop(data: dict[str, Any], message: Message) -> MessageStopEvent:
    raw = models.MessageStopEvent.from_dict(data)
    return _message_stop_event(raw, lambda: message)


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


class HelperEventBuilder:
    """Makes the events that are handed out from those of the wire, after the message has taken each."""

    __slots__ = ("_message",)

    def __init__(self, message: MessageAccumulator) -> None:
        self._message = message

    def build(self, event: StreamEvent) -> Sequence[MessageStreamEvent]:
        """The events to hand out for one of the wire."""
        match event:
            case ContentBlockDeltaEvent(delta=TextDelta(text=str())):
                member = "text"
            case ContentBlockDeltaEvent(delta=InputJsonDelta(partial_json=str())):
                member = "partial_json"
            case ContentBlockDeltaEvent(delta=ThinkingDelta(thinking=str())):
                member = "thinking"
            case ContentBlockDeltaEvent(delta=SignatureDelta(signature=str(signature))):
                return event, SignatureEvent(index=event.index, signature=signature)
            case ContentBlockDeltaEvent(delta=CitationsDelta(citation=citation)):
                block = self._message.builder(event.index)
                count = len(block.citations)
                return event, CitationEvent(index=event.index, citation=citation, builder=block, count=count)
            case models.ContentBlockStopEvent():
                block = self._message.builder(event.index)
                flushed = [member for member, text in block.texts.items() if text.flush()]
                helpers = [_piece_event(event.index, member, block) for member in flushed]
                stop = _block_stop_event(event, lambda: self._message.finished_block(block))
                return [*(helper for helper in helpers if helper is not None), stop]
            case models.MessageStopEvent():
                return (_message_stop_event(event, self._message.snapshot),)
            case _:
                return (event,)
        helper = _piece_event(event.index, member, self._message.builder(event.index))
        return (event,) if helper is None else (event, helper)


def _piece_event(index: int, member: str, block: BlockBuilder) -> TextEvent | ThinkingEvent | InputJsonEvent | None:
    """The event of the latest piece of a block's text."""
    text = block.texts.get(member)
    if text is None:
        piece, length = "", len(block.initial_text(member))
    else:
        piece, length = text.last, text.length
    if member == "thinking":
        return ThinkingEvent(index=index, thinking=piece, builder=block, length=length)
    if member == "partial_json":
        return InputJsonEvent(index=index, partial_json=piece, builder=block, length=length)
    return TextEvent(index=index, text=piece, builder=block, length=length) if piece else None


def _block_stop_event(raw: models.ContentBlockStopEvent, decode: Callable[[], ContentBlock]) -> ContentBlockStopEvent:
    event = ContentBlockStopEvent(index=raw.index, type=raw.type, decode=decode)
    event.additional_properties = raw.additional_properties
    return event


def _message_stop_event(raw: models.MessageStopEvent, decode: Callable[[], Message]) -> MessageStopEvent:
    event = MessageStopEvent(type=raw.type, decode=decode)
    event.additional_properties = raw.additional_properties
    return event
