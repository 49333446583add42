"""The events that streams give out: those of the wire, and the helper events of `messages.stream(...)`. No I/O.

The `type` in the data says what an event is. The `event:` line is used only if there is no type, since proxies drop
it. Unknown types become `UnknownEvent`. `[DONE]` is understood, but not required.

Helper events have pieces of text and finished blocks. Snapshots, blocks and messages are decoded when they are read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import Any, ClassVar, Final, Literal, TypeAlias, cast

from attrs import define, field, fields

from aimlapi_client import models
from aimlapi_client.errors import DecodeError
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
from aimlapi_client.types import encode

from ..core import json as _json
from ..core.errors import APIStatusError, StreamDecodeError
from ..core.json import is_object
from ..core.reply import ReplyHead
from ..message.body_text import HEAD_LENGTH
from ..message.error_bodies import error_from_event, is_error_body, is_error_type
from ..message.message import ContentBlock, Message, meta_with_defaults, parse_partial_json, with_defaults
from .accumulator import BlockBuilder, MessageAccumulator, copied
from .legacy import LegacyReader, failure_of, has_choices, is_legacy, meta_of
from .sse import ServerSentEvent

# --- of the wire


@define(kw_only=True)
class CostEvent(models.CostEvent):
    """The gateway's chunk with the cost. It has no type on the wire."""

    type: ClassVar[Literal["cost"]] = "cost"


@define(kw_only=True)
class UnknownEvent(models.UnknownMessageStreamEvent):
    """An event of an unknown type. It keeps all of its data."""


_WireEvent: TypeAlias = (
    MessageStartEvent
    | ContentBlockStartEvent
    | ContentBlockDeltaEvent
    | MessageDeltaEvent
    | PingEvent
    | UnknownEvent
    | CostEvent
)
StreamEvent: TypeAlias = _WireEvent | models.ContentBlockStopEvent | models.MessageStopEvent

# The class of an event, and the member that it must have as an object.
_EVENTS: Final[Mapping[str, tuple[type[StreamEvent], str | None]]] = {
    "content_block_delta": (ContentBlockDeltaEvent, "delta"),
    "content_block_start": (ContentBlockStartEvent, "content_block"),
    "content_block_stop": (models.ContentBlockStopEvent, None),
    "message_start": (MessageStartEvent, "message"),
    "message_delta": (MessageDeltaEvent, "delta"),
    "message_stop": (models.MessageStopEvent, None),
    "ping": (PingEvent, None),
}

_DONE: Final = "[DONE]"


class EventDecoder:
    """Decodes the events of one stream. Raises StreamDecodeError, or the error in an event.

    done: `[DONE]` has come.
    """

    __slots__ = ("_head", "_legacy", "done")

    def __init__(self, head: ReplyHead) -> None:
        self.done: bool = False
        self._head = head
        self._legacy: LegacyReader | None = None  # created for the first chunk in the shape of a chat

    def read(self, sse: ServerSentEvent, message: MessageAccumulator, *, cut: bool = False) -> Iterator[dict[str, Any]]:
        """The payloads of a server-sent event in the gateway's own shape; the message takes its cost, also of an error.

        Data that cannot be decoded is passed over if it is cut off or the message is complete.
        """
        try:
            payload = self._payload(sse)
        except StreamDecodeError:
            if not (cut or message.complete):
                raise
            message.spoil_calls()
            return
        if payload is not None:
            message.add_meta(payload.get("meta"))
            for native in self._native(payload, sse):
                yield native
                if not sse.intact:  # the message has taken it
                    message.spoil_calls()

    def is_over(self, message: MessageAccumulator) -> bool:
        """Whether nothing more is to be read: the message is complete, its cost is known and `[DONE]` has come."""
        return self.done and message.complete and message.cost is not None

    def _payload(self, sse: ServerSentEvent) -> dict[str, Any] | None:
        """The JSON object of a server-sent event, None if it has none."""
        text = sse.data.strip()
        if not text and _EVENTS.get(sse.event, (None, None))[1] is not None:
            raise self._undecodable(f"is called {sse.event} and has no data", text)
        if not text or text == _DONE:
            self.done = self.done or text == _DONE
            return None
        try:
            payload = _json.loads(text, most=self._head.max_values)
        except _json.TooLargeError as error:
            raise self._head.too_large(f"an event of more than {error}") from None
        except ValueError as error:
            if sse.event == "error":
                raise self._error({"error": {"message": text}}, text) from error
            raise self._undecodable("is not JSON", text) from error
        if not is_object(payload):
            raise self._undecodable("is not a JSON object", text)
        return payload

    def _native(self, payload: dict[str, Any], sse: ServerSentEvent) -> Iterator[dict[str, Any]]:
        """The payload in the gateway's own shape: one, or any number for a chunk in the shape of a chat."""
        kind = payload.get("type") or None
        if is_legacy(payload):
            failure = failure_of(payload)
            if failure is None or has_choices(payload):
                self._legacy = self._legacy or LegacyReader()
                yield from self._legacy.read(payload)
            if failure is not None:
                raise self._error(failure, sse.data)
            return
        if (sse.event == "error" and kind not in _EVENTS) or is_error_type(kind):
            raise self._error(payload if payload.get("error") else {**meta_of(payload), "error": payload}, sse.data)
        if kind == "error" or (kind is None and is_error_body(payload)):
            raise self._error(payload, sse.data)
        is_cost = kind is None and sse.event not in _EVENTS and is_object(payload.get("meta"))
        yield payload if is_cost or isinstance(kind, str) else {**payload, "type": sse.event}

    def decode(self, payload: dict[str, Any], text: str) -> StreamEvent:
        """The typed event of a payload, which came in the text."""
        try:
            return decode_event(payload)
        except (DecodeError, RecursionError) as error:
            raise self._undecodable(f"is not what its type promises ({error})", text) from error

    def end(self) -> Iterable[dict[str, Any]]:
        """The payloads at the end of the stream. One in the shape of a chat has no stop of its own."""
        return () if self._legacy is None else self._legacy.end()

    def _error(self, payload: dict[str, Any], text: str) -> APIStatusError:
        return error_from_event(payload, self._head, text.strip())

    def _undecodable(self, problem: str, text: str) -> StreamDecodeError:
        shown = self._head.scrub(text.lstrip(), HEAD_LENGTH)
        what = f"An event of the stream {self._head.scrub(problem)}: {shown!r}."
        return StreamDecodeError.advised(what, url=self._head.url)


def decode_event(payload: Mapping[str, Any]) -> StreamEvent:
    """The typed event of a payload with a type, or of the cost. Raises DecodeError."""
    kind = payload.get("type", "")
    if not kind or (kind == "cost" and is_object(payload.get("meta"))):
        return CostEvent.from_dict({**payload, "meta": meta_with_defaults(payload.get("meta"))})
    event, subject = _EVENTS.get(kind, (UnknownEvent, None))
    if subject is not None and not is_object(payload.get(subject)):
        raise DecodeError(event.__name__, subject)
    if kind == "message_start":
        payload = {**payload, "message": with_defaults(payload["message"])}
    elif kind == "message_delta" and is_object(payload.get("usage")):
        # Missing and null both mean that the count has not changed.
        payload = {**payload, "usage": {"output_tokens": None, **payload["usage"]}}
    return event.from_dict(payload)


# --- helper events


class _HelperEvent:
    """What is made of an event of the wire."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """What it says, as JSON."""
        names = [one.name for one in fields(cast("Any", type(self))) if one.repr]
        said = {name: encode(getattr(self, name)) for name in names}
        return {**said, "snapshot": cast("Any", self).snapshot} if hasattr(type(self), "snapshot") else said

    def to_json(self, *, indent: int | None = None) -> str:
        """What it says, as JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent)


@define(kw_only=True)
class _PieceEvent(_HelperEvent):
    """A piece of a block's text. `index` is the block's, as on the wire.

    length: the length of the block's text up to here, in characters.
    """

    _member: ClassVar[str]

    index: int
    length: int = field(repr=False, eq=False)
    _builder: BlockBuilder = field(alias="builder", repr=False, eq=False)

    @property
    def snapshot(self) -> str:
        """The text of the block up to here."""
        return self._builder.full_text(self._member)[: self.length]


@define(kw_only=True)
class TextEvent(_PieceEvent):
    """A piece of text."""

    _member = "text"

    text: str
    type: Literal["text"] = "text"


@define(kw_only=True)
class ThinkingEvent(_PieceEvent):
    """A piece of the model's thinking."""

    _member = "thinking"

    thinking: str
    type: Literal["thinking"] = "thinking"


@define(kw_only=True)
class InputJsonEvent(_PieceEvent):
    """A piece of the JSON text of a tool's input."""

    _member = "partial_json"

    partial_json: str
    type: Literal["input_json"] = "input_json"

    @property
    def snapshot(self) -> Any:
        """The input up to here, as far as it can be parsed; {} before that."""
        value = parse_partial_json(super().snapshot)
        return {} if value is None else value


@define(kw_only=True)
class SignatureEvent(_HelperEvent):
    """The signature of a block of thinking."""

    index: int
    signature: str
    type: Literal["signature"] = "signature"


@define(kw_only=True)
class CitationEvent(_HelperEvent):
    """A citation, as in the `citations` of the text block."""

    index: int
    citation: object
    type: Literal["citation"] = "citation"
    _builder: BlockBuilder = field(alias="builder", repr=False, eq=False)
    _count: int = field(alias="count", repr=False, eq=False)

    @property
    def snapshot(self) -> list[dict[str, Any]]:
        """The citations of the block up to here, as JSON."""
        return cast("list[dict[str, Any]]", copied(self._builder.citations[: self._count]))


@define(kw_only=True)
class ContentBlockStopEvent(models.ContentBlockStopEvent):
    """The end of a block, with the block."""

    _decode: Callable[[], ContentBlock] = field(alias="decode", repr=False, eq=False)

    @cached_property
    def content_block(self) -> ContentBlock:
        """The finished block."""
        return self._decode()


@define(kw_only=True)
class MessageStopEvent(models.MessageStopEvent):
    """The end of the message. Only the cost may still come."""

    _decode: Callable[[], Message] = field(alias="decode", repr=False, eq=False)

    @property
    def message(self) -> Message:
        """The complete message. Its cost may come later: `get_final_message()` has it."""
        return self._decode()


MessageStreamEvent: TypeAlias = (
    _WireEvent
    | TextEvent
    | ThinkingEvent
    | SignatureEvent
    | InputJsonEvent
    | CitationEvent
    | ContentBlockStopEvent
    | MessageStopEvent
)


_HELPERS: Final = frozenset({"text", "thinking", "input_json", "signature", "citation"})


def with_helpers(event: StreamEvent, message: MessageAccumulator) -> Sequence[MessageStreamEvent]:
    """What to hand out for an event of the wire, which the message has taken: the event, and those made from it.

    Nothing for the end of a block that never began or has ended before, for who runs a call at its end would run it
    twice; and for an unknown event that bears the type of a helper event, whose members it has not.
    `messages.create(..., stream=True)` hands them out.
    """
    if not isinstance(event, (ContentBlockDeltaEvent, models.ContentBlockStopEvent)):
        if isinstance(event, (MessageStartEvent, ContentBlockStartEvent)):
            begun = _begun_texts(event, message)
            return [event, *(piece for index, member, block in begun for piece in _piece(index, member, block))]
        if isinstance(event, models.MessageStopEvent):
            end = MessageStopEvent(decode=message.snapshot)
            end.additional_properties = event.additional_properties
            return (end,)
        return () if isinstance(event, UnknownEvent) and event.type in _HELPERS else (event,)
    if isinstance(event, models.ContentBlockStopEvent):
        block = message.builder(event.index)
        if block is None or block.ended > 1:
            return ()
        flushed = [member for member, text in block.texts.items() if text.flush()]
        pieces = [piece for member in flushed for piece in _piece(event.index, member, block)]
        stop = ContentBlockStopEvent(index=event.index, decode=partial(message.finished_block, block))
        stop.additional_properties = event.additional_properties
        return [*pieces, stop]
    block = message.builder(event.index, getattr(event.delta, "type", ""))
    if block is None:
        return (event,)
    match event.delta:
        case TextDelta(text=str()):
            member = "text"
        case InputJsonDelta(partial_json=str()):
            member = "partial_json"
        case ThinkingDelta(thinking=str()):
            member = "thinking"
        case SignatureDelta(signature=str(signature)):
            return event, SignatureEvent(index=event.index, signature=signature)
        case CitationsDelta(citation=citation):
            count = len(block.citations)
            return event, CitationEvent(index=event.index, citation=citation, builder=block, count=count)
        case _:
            return (event,)
    return event, *_piece(event.index, member, block)


def _begun_texts(
    event: MessageStartEvent | ContentBlockStartEvent, message: MessageAccumulator
) -> Iterator[tuple[int, str, BlockBuilder]]:
    """The blocks that start with a text in an event, which the message has taken: each with its index and member."""
    if isinstance(event, MessageStartEvent):
        started: Iterable[tuple[int, object]] = list(enumerate(event.message.content[: message.begun]))
    else:
        started = [(event.index, event.content_block)]
    for index, block in started:
        kind, builder = getattr(block, "type", ""), message.builder(index)
        if kind in ("text", "thinking") and getattr(block, kind) and builder is not None and kind in builder.texts:
            yield index, kind, builder


def _piece(index: int, member: str, block: BlockBuilder) -> Sequence[TextEvent | ThinkingEvent | InputJsonEvent]:
    """The event of the latest piece of a block's text; none of text that is empty."""
    text = block.texts.get(member)
    piece, length = (text.last, text.length) if text else ("", len(block.full_text(member)))
    if member == "thinking":
        return (ThinkingEvent(index=index, thinking=piece, builder=block, length=length),)
    if member == "partial_json":
        return (InputJsonEvent(index=index, partial_json=piece, builder=block, length=length),)
    return (TextEvent(index=index, text=piece, builder=block, length=length),) if piece else ()
