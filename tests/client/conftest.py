"""What the client's tests share: one way to call both clients, and an environment without settings."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any

import pytest

from aimlapi_messages import AIMLAPI, AsyncAIMLAPI, Message

from .leaks import LeakWatch
from .wire import KEY, MODEL, Answer, Gateway


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's own keys and addresses take no part in a test."""
    for name in ("AIMLAPI_API_KEY", "AIML_API_KEY", "AIMLAPI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _no_leaks() -> Iterator[None]:
    """No log record, warning, error or client of any test shows the key."""
    watch = LeakWatch(KEY)
    with watch.kept():
        yield
    assert not watch.leaks


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

    @abstractmethod
    def connect(self) -> None: ...

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


@pytest.fixture(params=[SyncCaller, AsyncCaller], ids=["sync", "async"])
def caller(request: pytest.FixtureRequest) -> Caller:
    made: Caller = request.param(max_retries=0)
    return made
