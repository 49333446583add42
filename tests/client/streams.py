"""Streams read without a client, and what they say of the cost. Not a test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from decimal import Decimal
from typing import Any

from aimlapi_messages import (
    Cost,
    Message,
)
from aimlapi_messages.core.cost import Ledger
from aimlapi_messages.core.scrub import Secrets
from aimlapi_messages.core.types import ReplyHead, Request
from aimlapi_messages.streaming.async_streams import AsyncEventStream, AsyncSource
from aimlapi_messages.streaming.core import StreamCore
from aimlapi_messages.streaming.streams import EventStream, SyncSource
from aimlapi_messages.transport.retry import RetryPolicy
from aimlapi_messages.transport.retry_state import Sending

from .wire import (
    meta,
    sse,
)

COST = {"meta": meta(credits_used=1576, usd_spent=0.000788)}
SPENT = Cost(credits=Decimal(1576), usd=Decimal("0.000788"), source="stream")


def read(*payloads: Mapping[str, Any] | str, named: bool = True) -> Message:
    """The message of a stream, read in one piece."""
    return read_bytes(sse(*payloads, named=named))


def new_core() -> StreamCore:
    """A stream that has just been opened."""
    return StreamCore(ReplyHead(200, {}, "https://host/v1/messages"), Ledger())


def read_bytes(*chunks: bytes) -> Message:
    """The message of a stream that comes in these pieces."""
    core = new_core()
    for chunk in chunks:
        list(core.feed(chunk))
    list(core.finish())
    return core.snapshot()


def sending(core: StreamCore) -> Sending:
    """A call without retries, on the ledger of its stream."""
    request = Request("POST", core.head.url, {}, None, None, Secrets(()))
    return Sending(request, RetryPolicy(max_retries=0), core._ledger)


class Reply:
    """An open reply that notes its closing; it passes for either kind."""

    def __init__(self) -> None:
        self.closed = 0

    def close(self) -> None:
        self.closed += 1


class AsyncReply(Reply):
    async def close(self) -> None:  # type: ignore[override]
        self.closed += 1


def stream_of(core: StreamCore, chunks: Iterable[bytes], reply: Any = None) -> EventStream:
    """A stream of the synchronous client, without one."""
    source = SyncSource(core, iter(chunks), reply or Reply())
    return EventStream(lambda _sending, _derive: source, sending(core))


def async_stream_of(core: StreamCore, chunks: AsyncIterator[bytes]) -> AsyncEventStream:
    """The same for the asynchronous client."""
    reply: Any = AsyncReply()
    source = AsyncSource(core, chunks, reply)

    async def again(_sending: object, _derive: object) -> AsyncSource:
        return source

    return AsyncEventStream(source, again, sending(core))


def types(events: list[Any]) -> list[str]:
    return [event.type for event in events]
