"""The floor: a loop on plain sockets that knows this one server. Nothing that handles errors can be faster."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from . import QUESTION

NAME = "raw sockets (floor)"
PACKAGES: tuple[str, ...] = ()
IMPORT = "import socket, json"


def _request(base_url: str, *, stream: bool) -> bytes:
    parts = urlsplit(base_url)
    body = {"model": "m", "max_tokens": 100, "messages": [{"role": "user", "content": QUESTION}]}
    data = json.dumps({**body, "stream": True} if stream else body).encode()
    head = f"POST {parts.path}/v1/messages HTTP/1.1\r\nhost: {parts.netloc}\r\ncontent-length: {len(data)}\r\n\r\n"
    return head.encode() + data


class _Lines:
    """Takes bytes, and gives the payloads of the events in them: chunk sizes and other lines are not looked at."""

    def __init__(self) -> None:
        self.rest = b""

    def feed(self, data: bytes) -> Iterator[dict[str, Any]]:
        *lines, self.rest = (self.rest + data).split(b"\n")
        for line in lines:
            if line.startswith(b"data: "):
                yield json.loads(line[6:])


class Sync:
    def __init__(self, base_url: str) -> None:
        parts = urlsplit(base_url)
        self.url = base_url
        self.socket = socket.create_connection((parts.hostname, parts.port))

    def reply(self) -> str:
        self.socket.sendall(_request(self.url, stream=False))
        data = self.socket.recv(65536)
        head, _, body = data.partition(b"\r\n\r\n")
        length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
        while len(body) < length:
            body += self.socket.recv(65536)
        text: str = json.loads(body)["content"][0]["text"]
        return text

    def _events(self) -> Iterator[dict[str, Any]]:
        self.socket.sendall(_request(self.url, stream=True))
        lines = _Lines()
        while not lines.rest.endswith(b"0\r\n\r\n"):
            data = self.socket.recv(65536)
            yield from lines.feed(data)
            if data.endswith(b"\r\n0\r\n\r\n"):
                return

    def text(self, first: Callable[[], object]) -> int:
        count = 0
        for event in self._events():
            if event["type"] == "content_block_delta":
                if not count:
                    first()
                count += len(event["delta"]["text"])
        return count

    def tool(self) -> dict[str, Any]:
        events = self._events()
        text = "".join(e["delta"]["partial_json"] for e in events if e["type"] == "content_block_delta")
        value: dict[str, Any] = json.loads(text)
        return value


class Async:
    """Keeps the connections that are free, and opens one where there is none."""

    def __init__(self, base_url: str) -> None:
        self.url = base_url
        self.free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self.free:
            return self.free.pop()
        parts = urlsplit(self.url)
        return await asyncio.open_connection(parts.hostname, parts.port)

    async def reply(self) -> str:
        reader, writer = await self._connection()
        writer.write(_request(self.url, stream=False))
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readexactly(int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0]))
        self.free.append((reader, writer))
        text: str = json.loads(body)["content"][0]["text"]
        return text

    async def text(self, first: Callable[[], object]) -> int:
        reader, writer = await self._connection()
        writer.write(_request(self.url, stream=True))
        lines, count, data = _Lines(), 0, b""
        while not data.endswith(b"\r\n0\r\n\r\n"):
            data = await reader.read(65536)
            for event in lines.feed(data):
                if event["type"] == "content_block_delta":
                    if not count:
                        first()
                    count += len(event["delta"]["text"])
        self.free.append((reader, writer))
        return count

    async def close(self) -> None:
        for _, writer in self.free:
            writer.close()
