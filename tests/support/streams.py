"""Streams read without a client, and what they say of the cost. Not a test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import pytest

from aimlapi_messages import Cost, Message, ToolCallIncompleteError, ToolUseBlock
from aimlapi_messages.core.spending import SpendTracker
from aimlapi_messages.streaming.async_streams import AsyncEventStream, AsyncSource
from aimlapi_messages.streaming.core import StreamCore
from aimlapi_messages.streaming.events import with_helpers
from aimlapi_messages.streaming.streams import EventStream, Source
from aimlapi_messages.transport.retries import RetryPolicy, RetryState, owner

from .parts import new_head, new_request
from .wire import meta, sse

COST = {"meta": meta(credits_used=1576, usd_spent=0.000788)}
SPENT = Cost(credits=Decimal(1576), usd=Decimal("0.000788"), source="stream")


def input_of(call: ToolUseBlock) -> tuple[dict[str, Any] | None, str]:
    """The input of a call, None if reading it is refused, and the text of it that came."""
    if call.input_complete:
        return call.input, call.partial_json
    with pytest.raises(ToolCallIncompleteError, match=r"input_complete.*partial_json"):
        _ = call.input
    return None, call.partial_json


def read(*payloads: Mapping[str, Any] | str, named: bool = True) -> Message:
    """The message of a stream, read in one piece."""
    return read_bytes(sse(*payloads, named=named))


def helper_events(core: StreamCore, *chunks: bytes) -> Iterator[Any]:
    """The events of `messages.stream(...)` for these bytes and their end."""
    for events in (*map(core.feed, chunks), core.finish()):
        for event in events:
            yield from with_helpers(event, core.message)


def new_core() -> StreamCore:
    """A stream that has just been opened."""
    return StreamCore(new_head(), new_state())


def new_state() -> RetryState:
    """That of a request which has been sent, and is not sent again."""
    state = RetryState(new_request(), RetryPolicy(max_retries=0), SpendTracker())
    state.reserve(owner)
    state.next_request()
    return state


def read_bytes(*chunks: bytes) -> Message:
    """The message of a stream that comes in these pieces."""
    core = new_core()
    for chunk in chunks:
        list(core.feed(chunk))
    list(core.finish())
    return core.snapshot()


class Exchange:
    """A request without retries, spending with its stream, which is answered with this source; for either client."""

    def __init__(self, core: StreamCore, source: Any) -> None:
        self.state = core._state
        self.source = source

    def run(self, *_: object) -> Any:
        return self.source


class Reply:
    """An open reply that notes its closing; it passes for either kind."""

    def __init__(self) -> None:
        self.closed = 0

    def close(self) -> None:
        self.closed += 1

    def keep_to(self, deadline: object) -> None:
        """It has no connection that could."""


class AsyncReply(Reply):
    async def close(self) -> None:
        self.closed += 1


def stream_of(core: StreamCore, chunks: Iterable[bytes], reply: Any = None) -> EventStream:
    """A stream of the synchronous client, without one."""
    source = Source(core, iter(chunks), reply or Reply())
    exchange: Any = Exchange(core, source)
    return EventStream(exchange, source)


def async_stream_of(core: StreamCore, chunks: AsyncIterator[bytes]) -> AsyncEventStream:
    """The same for the asynchronous client."""
    reply: Any = AsyncReply()
    source = AsyncSource(core, chunks, reply)
    exchange: Any = Exchange(core, source)
    return AsyncEventStream(exchange, source)


def types(events: list[Any]) -> list[str]:
    return [event.type for event in events]
