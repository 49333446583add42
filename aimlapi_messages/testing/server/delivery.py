"""Sends a body to the caller, intact or with the transport faults that a switch asks for.

A body comes in parts: one per event of a stream, one per line of results, or one for a whole JSON answer. `_pieces`
decides what is sent and when; `Delivery` decides what happens to the connection afterwards.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
import struct
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from typing import Any

from starlette.responses import Response, StreamingResponse
from starlette.types import Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from ..document.json_values import dump_json
from ..faults.errors import EVENTS_CONTENT_TYPE, JSON_CONTENT_TYPE
from ..faults.switches import Clauses
from ..model.answers import Recording
from ..model.bodies import GARBAGE, PING, Event, apply_clauses, format_event, insert

_HTML_CONTENT_TYPE = "text/html; charset=utf-8"
_HTML = b"<!doctype html>\n<html><head><title>Sign in</title></head><body>Please sign in.</body></html>\n"


# With SO_LINGER on and a timeout of 0, closing the socket sends a reset.
_NO_LINGER = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
_STATE_KEY = "aimlapi_messages.testing.connection"


class Connection(H11Protocol):
    """uvicorn's HTTP connection, plus a TCP reset and a shutdown that does not wait for a slow answer.

    The application finds it in the request's ASGI state; other servers do not put one there.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.app_state: dict[str, Any] = {**self.app_state, _STATE_KEY: self}
        self.abort_on_shutdown = False  # set by an answer that is deliberately slow

    def shutdown(self) -> None:
        """Close once the answer is complete, as uvicorn does; during a slow answer, close at once."""
        super().shutdown()
        if self.abort_on_shutdown:
            self.transport.abort()

    def reset(self) -> None:
        """Reset the connection. Bytes already passed to the operating system may still arrive."""
        with suppress(OSError):  # The peer may have closed already.
            self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self.transport.abort()


class Delivery(StreamingResponse):
    """A response sent in pieces that may stop anywhere, after which `ping` may repeat forever."""

    def __init__(
        self, parts: Iterable[bytes], clauses: Clauses, status: int, content_type: str, ping: bytes = b""
    ) -> None:
        self.unreached: str = ""  # what a test is told of an ending beyond the body
        ending = clauses.ending
        if ending is not None:
            parts = list(parts)
            size = sum(map(len, parts)) if ending.in_bytes else len(parts)
            if ending.count > size:
                name, unit = ("at", "bytes") if ending.in_bytes else ("after", "events")
                self.unreached = f"{ending.fault}-{name}={ending.count} was not reached: the body had {size} {unit}."
        super().__init__(_pieces(parts, clauses), status, {"content-type": clauses.content_type or content_type})
        self._clauses = clauses
        self._fault = ending.fault if ending else "end"
        self._ping = ping
        self._connection: Connection | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response. A stalled response ends when the client disconnects or the emulator stops."""
        # Only up to ASGI 2.3 does Starlette notice a disconnect while nothing is sent.
        scope = {**scope, "asgi": {**scope.get("asgi", {}), "spec_version": "2.3"}}
        self._connection = scope.get("state", {}).get(_STATE_KEY)
        if self._connection is not None:
            self._connection.abort_on_shutdown = self._clauses.pause > 0 or self._fault == "stall"
        await super().__call__(scope, receive, send)

    async def stream_response(self, send: Send) -> None:
        """Send the body. The server drops the connection if the last message of a body never comes."""

        async def send_unless_last(message: Message) -> None:
            if message["type"] != "http.response.body" or message.get("more_body"):
                await send(message)

        await super().stream_response(send if self._fault == "end" else send_unless_last)
        if self._fault == "reset" and self._connection is not None:
            self._connection.reset()
        if self._fault == "stall":
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
    response = Delivery(parts, clauses, status, EVENTS_CONTENT_TYPE, ping=format_event(PING, clauses).encode())
    response.headers["cache-control"] = "no-cache"
    return response


def json_answer(body: dict[str, Any], clauses: Clauses, status: int) -> Response:
    """A JSON body, which counts as one event."""
    parts: Iterable[bytes] = [dump_json(body)]
    if clauses.garbage_after is not None:
        parts = insert(parts, clauses.garbage_after, GARBAGE)
    return _response(parts, clauses, status, JSON_CONTENT_TYPE)


def recorded(recording: Recording, clauses: Clauses, status: int) -> Response:
    """A recorded body, byte by byte; each of its events is a part."""
    if recording.content_type != EVENTS_CONTENT_TYPE:
        return _response([recording.body], clauses, recording.status or status, recording.content_type)
    parts = re.findall(rb".*?\n\r?\n|.+", recording.body, re.DOTALL)
    return Delivery(parts, clauses, status, EVENTS_CONTENT_TYPE, ping=format_event(PING, clauses).encode())


def replacement(clauses: Clauses, status: int, *, stream: bool) -> Response:
    """What is sent instead of a message: a login page (with status 200), or an empty body."""
    if clauses.body == "html":
        return _response([_HTML], clauses, 200, _HTML_CONTENT_TYPE)
    return _response([], clauses, status, EVENTS_CONTENT_TYPE if stream else JSON_CONTENT_TYPE)


def _response(parts: Iterable[bytes], clauses: Clauses, status: int, content_type: str) -> Response:
    """The parts sent at once with their length, unless a clause changes how they are sent."""
    if clauses.ending or clauses.piece or clauses.pause:
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
