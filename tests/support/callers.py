"""One way to call both clients, so that each rule is tested on both. Not a test."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import MutableSequence
from typing import Any

import pytest

from aimlapi_messages import AIMLAPI, AsyncAIMLAPI, BatchResult, Message

from .deadlines import LIMIT
from .loopback import Loopback
from .wire import KEY, MODEL, Answer, Chunks, Gateway

# For a test of what no socket plays: a clock of its own, an error of httpx's own, an address elsewhere, another's log.
# It runs with the callers that make no connections.
in_process = pytest.mark.in_process


class Caller(ABC):
    """One of the two clients behind one interface, so that each rule is tested on both."""

    def __init__(self, **options: Any) -> None:
        self.options = options
        self.gateway = Gateway()

    def meet(self, *answers: Answer) -> Gateway:
        """Let the gateway answer with these, and make a client of it."""
        self.gateway = Gateway(*answers)
        self.connect()
        return self.gateway

    client: AIMLAPI | AsyncAIMLAPI
    real = False  # whether there are connections

    @property
    def url(self) -> str:
        """Where messages are asked for."""
        return f"{self.client.base_url}/v1/messages"

    async def closed(self, *bodies: Chunks) -> None:
        """All of them are closed; a server that is told by its socket may take a moment."""
        async with asyncio.timeout(LIMIT if self.real else 0):
            while not all(body.closed for body in bodies):
                await asyncio.sleep(0.001)

    @abstractmethod
    def connect(self) -> None: ...

    async def close(self) -> None:  # noqa: B027 (there is nothing to close but what is real)
        """Leave nothing open."""

    @abstractmethod
    async def create(self, **options: Any) -> Message:
        """`messages.create(...)`"""

    @abstractmethod
    async def events(self, seen: list[Any], **options: Any) -> None:
        """`messages.create(..., stream=True)`, its events put into `seen` as they come."""

    @abstractmethod
    async def texts(self, seen: list[str], **options: Any) -> None:
        """`messages.stream(...)` and its `text_stream`."""

    @abstractmethod
    async def final(self, **options: Any) -> Message:
        """`messages.stream(...)` and its `get_final_message()`."""

    @abstractmethod
    async def results(self, seen: MutableSequence[BatchResult]) -> None:
        """`messages.batches.results(...)`, put into `seen` as they come."""


def _call(options: dict[str, Any]) -> dict[str, Any]:
    return {"model": MODEL, "messages": "Hi", **options}


class SyncCaller(Caller):
    client: AIMLAPI

    def connect(self) -> None:
        self.client = self.gateway.client(**self.options)

    async def create(self, **options: Any) -> Message:
        return self.client.messages.create(**_call(options))

    async def events(self, seen: list[Any], **options: Any) -> None:
        with self.client.messages.create(**_call(options), stream=True) as stream:
            seen.extend(stream)

    async def texts(self, seen: list[str], **options: Any) -> None:
        with self.client.messages.stream(**_call(options)) as stream:
            for text in stream.text_stream:
                seen.append(text)

    async def final(self, **options: Any) -> Message:
        with self.client.messages.stream(**_call(options)) as stream:
            return stream.get_final_message()

    async def results(self, seen: MutableSequence[BatchResult]) -> None:
        for result in self.client.messages.batches.results("b"):
            seen.append(result)


class AsyncCaller(Caller):
    client: AsyncAIMLAPI

    def connect(self) -> None:
        self.client = self.gateway.async_client(**self.options)

    async def create(self, **options: Any) -> Message:
        return await self.client.messages.create(**_call(options))

    async def events(self, seen: list[Any], **options: Any) -> None:
        async with await self.client.messages.create(**_call(options), stream=True) as stream:
            async for event in stream:
                seen.append(event)

    async def texts(self, seen: list[str], **options: Any) -> None:
        async with self.client.messages.stream(**_call(options)) as stream:
            async for text in stream.text_stream:
                seen.append(text)

    async def final(self, **options: Any) -> Message:
        async with self.client.messages.stream(**_call(options)) as stream:
            return await stream.get_final_message()

    async def results(self, seen: MutableSequence[BatchResult]) -> None:
        async for result in await self.client.messages.batches.results("b"):
            seen.append(result)


class _Connected(Caller):
    """On connections of the client's own, which are real; `gateway` stands at their other end."""

    real = True
    kind: type[AIMLAPI | AsyncAIMLAPI]
    transport: str

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._servers: list[Loopback] = []
        self._clients: list[AIMLAPI | AsyncAIMLAPI] = []

    def connect(self) -> None:
        server = Loopback(self.gateway)
        self._servers.append(server)
        options = {"api_key": KEY, "base_url": server.url, "transport": self.transport, **self.options}
        self.client = self.kind(**options)
        self._clients.append(self.client)

    async def close(self) -> None:
        for client in self._clients:
            closing = client.close()
            if closing is not None:
                await closing
        for server in self._servers:
            server.close()


class SyncHttpx2Caller(_Connected, SyncCaller):
    kind, transport = AIMLAPI, "httpx2"


class HttpxCaller(_Connected, AsyncCaller):
    kind, transport = AsyncAIMLAPI, "httpx"


class Httpx2Caller(HttpxCaller):
    transport = "httpx2"


class AiohttpCaller(HttpxCaller):
    transport = "aiohttp"


def say(client: AIMLAPI, text: str = "Hi", **options: Any) -> Any:
    return client.messages.create(model=MODEL, messages=text, max_tokens=100, **options)
