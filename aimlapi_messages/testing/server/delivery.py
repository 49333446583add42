"""How a body reaches the caller: in good order, or with the faults that a switch asks for.

Every fault of the transport belongs here. A body comes as parts, one for each event of a stream or one for
all of a JSON answer. `_pieces` decides what is sent and when, `Delivery` what then becomes of the connection.
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
from ..model.events import GARBAGE, PING, Event, dress, insert, shape
from .connection import Connection, connection_of

_HTML_CONTENT_TYPE = "text/html; charset=utf-8"
_LINES_CONTENT_TYPE = "application/x-jsonl"
_EVENTS_CONTENT_TYPE = "text/event-stream; charset=utf-8"
_HTML = b"<!doctype html>\n<html><head><title>Sign in</title></head><body>Please sign in.</body></html>\n"


class Delivery(StreamingResponse):
    """A response whose body goes out in pieces and may stop anywhere; then `ping` may follow for ever."""

    def __init__(
        self, parts: Iterable[bytes], clauses: Clauses, status: int, content_type: str, ping: bytes = b""
    ) -> None:
        super().__init__(_pieces(parts, clauses), status, {"content-type": clauses.content_type or content_type})
        self._clauses = clauses
        self._ping = ping
        self._connection: Connection | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response. A stalled body ends when the client disconnects or the emulator stops."""
        # Starlette only watches for a disconnect while nothing is sent up to ASGI 2.3.
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
        """Send the body. The server drops the connection when the last message of a body never comes."""
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
    """The events and the cost as a stream."""
    parts = (event.encode() for event in shape(events, cost, clauses))
    response = Delivery(parts, clauses, status, _EVENTS_CONTENT_TYPE, ping=dress(PING, clauses).encode())
    response.headers["cache-control"] = "no-cache"
    return response


def json_answer(body: dict[str, Any], clauses: Clauses, status: int) -> Response:
    """The body as JSON; it counts as one event."""
    parts: Iterable[bytes] = [dump_json(body)]
    if clauses.garbage_after is not None:
        parts = insert(parts, clauses.garbage_after, GARBAGE)
    return _whole(parts, clauses, status, JSON_CONTENT_TYPE)


def lines_answer(lines: Iterable[bytes], clauses: Clauses, status: int, *, array: bool) -> Response:
    """Lines of JSON, each of which counts as one event, or an array in pieces."""
    return Delivery(lines, clauses, status, JSON_CONTENT_TYPE if array else _LINES_CONTENT_TYPE)


def stand_in(clauses: Clauses, status: int, *, stream: bool) -> Response:
    """What comes instead of an answer: a login page (with 200), or nothing at all."""
    if clauses.body == "html":
        return _whole([_HTML], clauses, 200, _HTML_CONTENT_TYPE)
    return _whole([], clauses, status, _EVENTS_CONTENT_TYPE if stream else JSON_CONTENT_TYPE)


def _whole(parts: Iterable[bytes], clauses: Clauses, status: int, content_type: str) -> Response:
    """The parts at once and with their length, unless they are to travel otherwise."""
    if clauses.travels_oddly:
        return Delivery(parts, clauses, status, content_type)
    return Response(b"".join(parts), status, {"content-type": clauses.content_type or content_type})


async def _pieces(parts: Iterable[bytes], clauses: Clauses) -> AsyncIterator[bytes]:
    """The body in the pieces that are sent, with a pause before each."""
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
