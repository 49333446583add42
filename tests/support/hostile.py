"""A server that repeats what it was sent, at every place of a response, and clients of each kind. Not a test."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import nullcontext, suppress
from itertools import takewhile
from threading import Thread
from typing import Any, Final, Self

import httpx
import httpx2

from aimlapi_messages import AIMLAPI, AsyncAIMLAPI

from .deadlines import LIMIT
from .transports import KINDS as OWN, is_sync, transport_of
from .wire import MODEL, body as message, sse, start, text_block

HOSTILE_KEY: Final = "sk-Hx7q/Zt93+Lm4WvB8nKd2RyP"


class EchoServer:
    """Answers every request with `response`, however it was asked, and hangs up."""

    def __init__(self) -> None:
        self.response = b""
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self.base_url = f"http://127.0.0.1:{self.port}"
        self._serving: list[Thread] = []

    def __enter__(self) -> Self:
        Thread(target=self._accept, name="echo-server", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._serving:
            thread.join(LIMIT)
            assert not thread.is_alive(), "a connection that has ended is still served"

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                thread = Thread(target=self._serve, args=(connection,), name="echo-server-connection", daemon=True)
                thread.start()
                self._serving = [*filter(Thread.is_alive, self._serving), thread]

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError), connection.makefile("rb") as request:
            tls = request.peek(1)[:1] == b"\x16"  # which it does not speak, and answers at once
            head = [] if tls else [*takewhile(bytes.strip, request)]  # as far as it comes
            lengths = [line.partition(b":")[2] for line in head if line.lower().startswith(b"content-length:")]
            request.read(int(lengths[0]) if lengths else 0)
            connection.sendall(self.response)
            connection.shutdown(socket.SHUT_WR)
            connection.recv(1)


def _head(status: str, *lines: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode()


def _whole(status: str, kind: str, text: str | bytes, *lines: str) -> bytes:
    data = text.encode() if isinstance(text, str) else text
    return _head(status, f"content-type: {kind}", f"content-length: {len(data)}", *lines) + data


def responses(echo: str) -> Iterator[tuple[str, bytes]]:
    """Responses that repeat a text, each at another place, with the names of the places."""
    yield from _heads(echo)
    for status in ("200 OK", "401 No", "404 No", "500 No"):
        yield from ((f"{name} of {status[:3]}", data) for name, data in _bodies(echo, status))
    yield from _streams(echo)
    yield from _chunks(echo)
    yield from _results(echo)


def _heads(echo: str) -> Iterator[tuple[str, bytes]]:
    name = "".join(char if char.isalnum() else "-" for char in echo)
    yield "status", f"HTTP/1.1 {echo} OK\r\n\r\n".encode()
    yield "version", f"HTTP/{echo} 200 OK\r\n\r\n".encode()
    yield "instead of a status line", f"{echo}\r\n\r\n".encode()
    yield "status line without an end", f"HTTP/1.1 200 {echo}".encode()
    for status in ("200", "401", "307", "500"):
        yield f"reason of {status}", _head(f"{status} {echo}", "content-length: 0")
    yield "reason with a control character", _head(f"200 {echo}\x01", "content-length: 0")
    yield "header without a colon", _head("200 OK", f"x {echo}")
    yield "value with a null", _head("200 OK", f"x: {echo}\0")
    yield "name", _head("200 OK", f"{echo}: x")
    yield "name that is one", _head("401 No", f"x-{name}: x", "content-length: 0")
    yield "folded line", _head("200 OK", f" {echo}")
    yield "content-length", _head("200 OK", f"content-length: {echo}")
    yield "two lengths", _head("200 OK", "content-length: 3", f"content-length: {echo}")
    yield "transfer-encoding", _head("200 OK", f"transfer-encoding: {echo}")
    yield "content-encoding", _whole("200 OK", "application/json", "{}", f"content-encoding: {echo}")
    yield "content-type", _whole("200 OK", echo, "{}")
    yield "charset", _whole("200 OK", f"application/json; charset={name}", "{}")
    yield "location", _head("307 T", f"location: http://127.0.0.1:1/{echo}", "content-length: 0")
    yield "advice", _head("429 T", f"retry-after: {echo}", "content-length: 0", f"set-cookie: a={echo}")
    yield "ids", _whole("401 No", "application/json", "{}", f"x-request-id: {echo}", f"x-inference-id: {echo}")
    yield "cost", _whole("200 OK", "application/json", "{}", f"x-aimlapi-usd-spent: {echo}")
    yield "long header", _head("200 OK", f"x: {echo * 5000}")
    yield "long line", f"HTTP/1.1 200 {echo * 9000}".encode()
    yield "many headers", _head("200 OK", *(f"x{number}: {echo}" for number in range(3000)))
    yield "before the response", f"HTTP/1.1 100 {echo}\r\nx: {echo}\r\n\r\nHTTP/1.1 {echo}\r\n\r\n".encode()
    yield "another protocol", _head(f"101 {echo}", f"upgrade: {echo}")


def _bodies(echo: str, status: str) -> Iterator[tuple[str, bytes]]:
    kind = "application/json"
    yield "text", _whole(status, "text/plain", f"you sent {echo}")
    yield "text in UTF-16", _whole(status, "text/plain; charset=utf-16", f"you sent {echo}".encode("utf-16"))
    yield "text that is cut at it", _whole(status, "text/plain", "x" * 9980 + echo + "y" * 500)
    yield "line that is cut at it", _whole(status, "text/plain", "x" * 180 + echo + "y" * 500)
    yield "percent-encoding", _whole(status, "text/plain", "".join(f"%{ord(char):02x}" for char in echo))
    yield "page", _whole(status, "text/html", f"<html><title>{echo}</title><p>you sent {echo}")
    yield "no gzip", _whole(status, kind, echo, "content-encoding: gzip")
    yield "JSON text", _whole(status, kind, json.dumps(echo))
    escaped = "".join(rf"\u{ord(char):04x}" for char in echo)
    yield "JSON with escapes", _whole(status, kind, f'{{"message": "{escaped}"}}')
    yield "JSON without an end", _whole(status, kind, f'{{"message": "{echo}')
    yield "more than its length", _whole(status, kind, "{}")[:-1] + echo.encode()
    inner = {"type": echo, "message": echo, "code": echo}
    error = {"error": inner, "requestId": echo, "path": echo, "status": echo, "statusCode": 401}
    yield "error", _whole(status, kind, json.dumps(error))
    yield "issues", _whole(status, kind, json.dumps({echo: echo, "errors": {echo: [echo], "x" * 190 + echo: "no"}}))
    yield "message", _whole(status, kind, json.dumps(message({"type": "text", "text": {echo: echo}}, id=echo)))
    yield "content", _whole(status, kind, json.dumps({"type": "message", "content": echo}))
    yield "state", _whole(status, kind, json.dumps({"id": echo, "status": echo, "processing_status": echo}))


def _streams(echo: str) -> Iterator[tuple[str, bytes]]:
    kind = "text/event-stream"
    delta = {"type": "content_block_delta", "index": echo, "delta": {"type": "text_delta", "text": 3, "x": echo}}
    events = {
        "event": echo,
        "event with an error": {"type": "error", "error": {"type": echo, "message": echo}},
        "event without an end": f'{{"message": "{echo}',
        "event with a list": json.dumps([echo]),
        "event of no known type": {"type": echo, "x": echo},
        "event with a wrong index": delta,
        "event with a wrong message": {"type": "message_start", "message": echo},
        "event with a cost": {"meta": {"usage": {"credits_used": echo}}},
        "block that is cut off": {"type": "content_block_start", "index": 0, "content_block": text_block(echo)},
    }
    for name, event in events.items():
        yield name, _whole("200 OK", kind, sse(event, named=False))
        yield f"{name} after a start", _whole("200 OK", kind, sse(start(), event, named=False))
    yield "name of an event", _whole("200 OK", kind, f"event: {echo}\ndata: {echo}\n\n")
    yield "event that is named an error", _whole("200 OK", kind, f"event: error\ndata: {echo}\n\n")
    yield "fields of an event", _whole("200 OK", kind, f"{echo}: {echo}\nid: {echo}\nretry: {echo}\n\n")


def _chunks(echo: str) -> Iterator[tuple[str, bytes]]:
    chunks = {
        "size of a chunk": f"{echo}\r\n",
        "large size of a chunk": f"{'f' * 40}{echo}\r\n",
        "extension of a chunk": f"5;{echo}\0\r\nhello\r\n",
        "end of a chunk": f"5\r\nhello{echo}\r\n",
        "size of the next chunk": f"5\r\ndata:\r\n{echo}\r\n\r\n",
        "chunk that is cut off": f"ff\r\ndata: {echo}",
        "trailer": f"0\r\n{echo}\r\n\r\n",
    }
    for name, chunk in chunks.items():
        for kind in ("text/event-stream", "application/json"):
            head = _head("200 OK", f"content-type: {kind}", "transfer-encoding: chunked")
            yield f"{name} of {kind}", head + chunk.encode()


def _results(echo: str) -> Iterator[tuple[str, bytes]]:
    kind, good = "application/x-jsonl", json.dumps({"custom_id": "a", "result": {"type": "canceled"}})
    answered = {"custom_id": "a", "result": {"type": "succeeded", "message": echo}}
    yield "result", _whole("200 OK", kind, json.dumps(answered))
    yield "after a result", _whole("200 OK", kind, f"{good}\n{echo}")
    yield "line that is cut at it after a result", _whole("200 OK", kind, f"{good}\n{'y' * 980}{echo}{'z' * 50}")
    yield "member that is cut at it", _whole("200 OK", kind, f'{good}\n{{"x": "{"y" * 960}{echo}{"z" * 50}')
    yield "result that is cut off", _whole("200 OK", kind, f'{good}\n{{"custom_id": "{echo}')


# --- clients

GIVEN_HTTPX2: Final = ("given httpx2", "async given httpx2")
KINDS: Final = (*OWN, "given", "async given", *GIVEN_HTTPX2)
WAYS: Final = ("call", "stream", "results")


class HostileCaller:
    """A client of one kind, and the ways of calling it.

    given: arguments of the httpx client, of a kind that has one.
    """

    def __init__(self, kind: str, given: Mapping[str, Any] | None = None, **options: Any) -> None:
        self.kind = kind
        self._library: Any = httpx2 if kind in GIVEN_HTTPX2 else httpx
        self.given = {"verify": _NO_TLS, "timeout": 5, **(given or {})}
        self.options = {"api_key": HOSTILE_KEY, "max_retries": 0, **options}

    def call(self, way: str) -> Any:
        """Call in one way; the error that comes of it is raised."""
        if is_sync(self.kind) or self.kind.startswith("given"):
            return self._sync(way)
        return asyncio.run(self._async(way))

    def _sync(self, way: str) -> Any:
        given = None if is_sync(self.kind) else self._library.Client(**self.given)
        options = {**self.options, "transport": transport_of(self.kind) if given is None else "httpx"}
        with given or nullcontext(), AIMLAPI(**options, http_client=given) as client:
            if way == "call":
                return client.messages.create(model=MODEL, messages="Hi")
            if way == "results":
                return list(client.messages.batches.results("b"))
            with client.messages.stream(model=MODEL, messages="Hi") as stream:
                return list(stream.text_stream)

    async def _async(self, way: str) -> Any:
        given = self._library.AsyncClient(**self.given) if self.kind.startswith("async given") else None
        options = {**self.options, "transport": self.kind if given is None else "httpx"}
        async with given or nullcontext(), AsyncAIMLAPI(**options, http_client=given) as client:
            if way == "call":
                return await client.messages.create(model=MODEL, messages="Hi")
            if way == "results":
                return [result async for result in await client.messages.batches.results("b")]
            async with client.messages.stream(model=MODEL, messages="Hi") as stream:
                return [text async for text in stream.text_stream]


_NO_TLS: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
