"""The server that every client is measured against: canned answers on 127.0.0.1, in a separate process.

`python -m benchmarks.server CORE` prints its port and serves until its standard input closes. Every event of a stream
is a separate HTTP chunk, written separately, as the gateway sends the deltas of a model.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys

from .machine import pin
from .payloads import reply, text_stream, tool_stream

# Seconds that the answers of `/late/SIZE` take, where a short answer of a fast model takes more.
LATE = 0.25

_JSON = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-request-id: r-1\r\ncontent-length: %d\r\n\r\n%s"
_STREAM = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nx-request-id: r-1\r\ntransfer-encoding: chunked\r\n\r\n"
)


async def serve(core: int | None) -> None:
    pin(core)
    for chat in (False, True):  # fill the caches first
        for deltas in (10, 100, 1000, 10_000, 20_000):
            text_stream(deltas, chat=chat)
    server = await asyncio.start_server(_connection, "127.0.0.1", 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await asyncio.to_thread(sys.stdin.read)
        os._exit(0)  # skips warnings about open connections


async def _connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        while await _answer(reader, writer):
            pass
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    """Answer one request; False if the client has disconnected."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return False
    request, *lines = head.split(b"\r\n")
    length = next(int(line[15:]) for line in lines if line.lower().startswith(b"content-length:"))
    await reader.readexactly(length)
    path = request.split(b" ")[1].decode()
    kind, size = path.split("/")[1:3]
    if kind == "late":
        await asyncio.sleep(LATE)
    chat = path.endswith("/chat/completions")
    if kind in ("reply", "late"):
        body = reply(int(size), chat=chat)
        writer.write(_JSON % (len(body), body))
        return True
    events = {"text": text_stream, "tool": tool_stream}[kind](int(size), chat=chat)
    writer.write(_STREAM)
    for number, event in enumerate(events):
        writer.write(b"%x\r\n%s\r\n" % (len(event), event))
        if number % 8 == 0:  # let other connections run
            await writer.drain()
            await asyncio.sleep(0)
    writer.write(b"0\r\n\r\n")
    await writer.drain()
    return True


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]) if sys.argv[1:] else None))
