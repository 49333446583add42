"""Decodes server-sent events into the typed events of a message. No I/O.

The `type` in the data says what an event is. The `event:` line is used only if there is no type, since proxies drop
it. Unknown types become `UnknownEvent`. `[DONE]` is understood, but not required.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final, Literal, TypeAlias

from attrs import define

from aimlapi_client import models
from aimlapi_client.errors import DecodeError
from aimlapi_client.models import (
    ContentBlockDeltaEvent,
    ContentBlockStartEvent,
    ContentBlockStopEvent,
    MessageDeltaEvent,
    MessageStartEvent,
    MessageStopEvent,
    PingEvent,
)

from ..core import json as _json
from ..core.errors import APIStatusError, StreamDecodeError
from ..core.json import is_object
from ..core.reply import ReplyHead
from ..message.error_bodies import error_from_event, is_error_body, is_error_type
from ..message.message import meta_with_defaults, with_defaults
from .legacy import LegacyReader, failure_of, has_choices, is_legacy, meta_of
from .sse import ServerSentEvent


@define(kw_only=True)
class CostEvent(models.CostEvent):
    """The gateway's chunk with the cost. It has no type on the wire."""

    type: ClassVar[Literal["cost"]] = "cost"


@define(kw_only=True)
class UnknownEvent(models.UnknownMessageStreamEvent):
    """An event of an unknown type. It keeps all of its data."""


StreamEvent: TypeAlias = (
    MessageStartEvent
    | ContentBlockStartEvent
    | ContentBlockDeltaEvent
    | ContentBlockStopEvent
    | MessageDeltaEvent
    | MessageStopEvent
    | PingEvent
    | UnknownEvent
    | CostEvent
)

_CLASS_BY_TYPE: Final[Mapping[str, type[StreamEvent]]] = {
    "content_block_delta": ContentBlockDeltaEvent,
    "content_block_start": ContentBlockStartEvent,
    "content_block_stop": ContentBlockStopEvent,
    "message_start": MessageStartEvent,
    "message_delta": MessageDeltaEvent,
    "message_stop": MessageStopEvent,
    "ping": PingEvent,
}

_DONE: Final = "[DONE]"

# The member that an event must have, as an object.
_SUBJECTS: Final[Mapping[str, str]] = {
    "content_block_delta": "delta",
    "content_block_start": "content_block",
    "message_start": "message",
    "message_delta": "delta",
}


class EventDecoder:
    """Decodes the events of one stream. Raises StreamDecodeError, or the error in an event.

    done: `[DONE]` has come.
    """

    __slots__ = ("_head", "_legacy", "done")

    def __init__(self, head: ReplyHead) -> None:
        self.done: bool = False
        self._head = head
        self._legacy: LegacyReader | None = None  # created for the first chunk in the shape of a chat

    def payload(self, sse: ServerSentEvent) -> dict[str, Any] | None:
        """The JSON object of a server-sent event, None if it has none."""
        text = sse.data.strip()
        if not text or text == _DONE:
            self.done = self.done or text == _DONE
            return None
        try:
            payload = _json.loads(text)
        except ValueError as error:
            if sse.event == "error":
                raise self._error({"error": {"message": text}}, text) from error
            raise self._undecodable("is not JSON", text) from error
        if not is_object(payload):
            raise self._undecodable("is not a JSON object", text)
        return payload

    def events(self, payload: dict[str, Any], sse: ServerSentEvent) -> Iterator[StreamEvent]:
        """The typed events of a payload: one, or any number for a chunk in the shape of a chat."""
        text = sse.data.strip()
        try:
            yield from self._read(payload, sse.event, text)
        except (DecodeError, RecursionError) as error:
            raise self._undecodable(f"is not what its type promises ({error})", text) from error

    def end(self) -> Iterator[StreamEvent]:
        """The events at the end of the stream. One in the shape of a chat has no stop of its own."""
        if self._legacy is not None:
            yield from map(decode_native, self._legacy.end())

    def _read(self, payload: dict[str, Any], name: str, text: str) -> Iterator[StreamEvent]:
        kind = payload.get("type")
        if is_legacy(payload):
            failure = failure_of(payload)
            if failure is None or has_choices(payload):
                self._legacy = self._legacy or LegacyReader()
                yield from map(decode_native, self._legacy.read_chunk(payload))
            if failure is not None:
                raise self._error(failure, text)
            return
        if (name == "error" and kind not in _CLASS_BY_TYPE) or is_error_type(kind):
            raise self._error(payload if payload.get("error") else {**meta_of(payload), "error": payload}, text)
        if kind == "error" or (kind is None and is_error_body(payload)):
            raise self._error(payload, text)
        if kind is None and name not in _CLASS_BY_TYPE and isinstance(payload.get("meta"), dict):
            yield decode_native(payload)
        else:
            yield decode_native(payload if isinstance(kind, str) else {**payload, "type": name})

    def _error(self, payload: dict[str, Any], text: str) -> APIStatusError:
        return error_from_event(payload, self._head, text)

    def _undecodable(self, problem: str, text: str) -> StreamDecodeError:
        shown = self._head.scrub(text)[:200]
        what = f"An event of the stream {self._head.scrub(problem)}: {shown!r}."
        return StreamDecodeError.advised(what, url=self._head.url)


def decode_native(payload: Mapping[str, Any]) -> StreamEvent:
    """The typed event of a payload with a type, or of the cost. Raises DecodeError."""
    kind = payload.get("type", "")
    if not kind:
        return CostEvent.from_dict({**payload, "meta": meta_with_defaults(payload.get("meta"))})
    subject = _SUBJECTS.get(kind)
    if subject is None:
        return _CLASS_BY_TYPE.get(kind, UnknownEvent).from_dict(payload)
    part = payload.get(subject)
    if not is_object(part):
        raise DecodeError(_CLASS_BY_TYPE[kind].__name__, subject)
    if kind == "message_start":
        payload = {**payload, subject: with_defaults(part)}
    elif kind == "message_delta" and is_object(payload.get("usage")):
        # Missing and null both mean that the count has not changed.
        payload = {**payload, "usage": {"output_tokens": None, **payload["usage"]}}
    return _CLASS_BY_TYPE[kind].from_dict(payload)
