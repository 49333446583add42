"""Sends a body to the caller, intact or with the transport faults that a switch asks for.

A body comes in parts: one per event of a stream, one per line of results, or one for a whole JSON answer. `_pieces`
decides what is sent and when; `Delivery` decides what happens to the connection afterwards.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from itertools import islice
from typing import Any

from starlette.responses import Response, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from ..document.json_values import dump_json
from ..faults.clauses import Clauses
from ..faults.errors import JSON_CONTENT_TYPE
from ..model.events import GARBAGE, PING, Event, apply_clauses, format_event, insert
from .connection import Connection, connection_of

_HTML_CONTENT_TYPE = "text/html; charset=utf-8"
_LINES_CONTENT_TYPE = "application/x-jsonl"
_EVENTS_CONTENT_TYPE = "text/event-stream; charset=utf-8"
_HTML = b"<!doctype html>\n<html><head><title>Sign in</title></head><body>Please sign in.</body></html>\n"


class Delivery(StreamingResponse):
    """A response sent in pieces that may stop anywhere, after which `ping` may repeat forever."""

    def __init__(
        self, parts: Iterable[bytes], clauses: Clauses, status: int, content_type: str, ping: bytes = b""
    ) -> None:
        super().__init__(_pieces(parts, clauses), status, {"content-type": clauses.content_type or content_type})
        self._clauses = clauses
        self._ping = ping
        self._connection: Connection | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response. A stalled response ends when the client disconnects or the emulator stops."""
        # Only up to ASGI 2.3 does Starlette notice a disconnect while nothing is sent.
        scope = {**scope, "asgi": {**scope.get("asgi", {}), "spec_version": "2.3"}}
        self._connection = connection_of(scope)
        if self._connection is None or not self._clauses.slow:
            return await super().__call__(scope, receive, send)
        self._connection.abort_on_shutdown = True
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._connection.abort_on_shutdown = False

    async def stream_response(self, send: Send) -> None:
        """Send the body. The server drops the connection if the last message of a body never comes."""
        ending = self._clauses.ending
        fault = ending.fault if ending else "end"

        async def send_unless_last(message: Message) -> None:
            if message["type"] != "http.response.body" or message.get("more_body"):
                await send(message)

        await super().stream_response(send if fault == "end" else send_unless_last)
        if fault == "reset" and self._connection is not None:
            self._connection.reset()
        if fault == "stall":
            await self._stall(send)

    async def _stall(self, send: Send) -> None:
        every = self._clauses.ping_every
        while every is not None:
            await asyncio.sleep(every)
            await send({"type": "http.response.body", "body": self._ping, "more_body": True})
        await asyncio.Event().wait()


def event_stream(events: Iterable[Event], cost: Event, clauses: Clauses, status: int) -> Response:
    """A stream of the events and the cost."""
    parts = (event.encode() for event in apply_clauses(events, cost, clauses))
    response = Delivery(parts, clauses, status, _EVENTS_CONTENT_TYPE, ping=format_event(PING, clauses).encode())
    response.headers["cache-control"] = "no-cache"
    return response


def json_answer(body: dict[str, Any], clauses: Clauses, status: int) -> Response:
    """A JSON body, which counts as one event."""
    parts: Iterable[bytes] = [dump_json(body)]
    if clauses.garbage_after is not None:
        parts = insert(parts, clauses.garbage_after, GARBAGE)
    return _whole(parts, clauses, status, JSON_CONTENT_TYPE)


def lines_answer(lines: Iterable[bytes], clauses: Clauses, status: int, *, array: bool) -> Response:
    """Lines of JSON, each of which counts as one event, or the pieces of an array."""
    return Delivery(lines, clauses, status, JSON_CONTENT_TYPE if array else _LINES_CONTENT_TYPE)


def replacement(clauses: Clauses, status: int, *, stream: bool) -> Response:
    """What is sent instead of a message: a login page (with status 200), or an empty body."""
    if clauses.body == "html":
        return _whole([_HTML], clauses, 200, _HTML_CONTENT_TYPE)
    return _whole([], clauses, status, _EVENTS_CONTENT_TYPE if stream else JSON_CONTENT_TYPE)


def _whole(parts: Iterable[bytes], clauses: Clauses, status: int, content_type: str) -> Response:
    """The parts sent at once with their length, unless a clause changes how they are sent."""
    if clauses.sent_in_pieces:
        return Delivery(parts, clauses, status, content_type)
    return Response(b"".join(parts), status, {"content-type": clauses.content_type or content_type})


async def _pieces(parts: Iterable[bytes], clauses: Clauses) -> AsyncIterator[bytes]:
    """The pieces of the body as sent, with a pause before each."""
    ending = clauses.ending
    if ending is not None:
        parts = _first_bytes(parts, ending.count) if ending.in_bytes else islice(parts, ending.count)
    for piece in parts if clauses.piece is None else _regroup(parts, clauses.piece):
        await asyncio.sleep(clauses.pause)
        yield piece


def _first_bytes(parts: Iterable[bytes], left: int) -> Iterator[bytes]:
    for part in parts:
        if left == 0:
            return
        yield part[:left]
        left -= min(left, len(part))


def _regroup(parts: Iterable[bytes], size: int) -> Iterator[bytes]:
    rest = b""
    for part in parts:
        rest += part
        whole = len(rest) - len(rest) % size
        yield from (rest[start : start + size] for start in range(0, whole, size))
        rest = rest[whole:]
    if rest:
        yield rest
