"""One way to call both clients, so that each rule is tested on both."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from aimlapi_messages.anthropic import Anthropic, AsyncAnthropic
from aimlapi_messages.testing import Emulator

from ..support.wire import KEY, Answer, Gateway

ASK: dict[str, Any] = {
    "model": "claude-sonnet-5",
    "max_tokens": 100,
    "messages": [{"role": "user", "content": "Hello"}],
}


class SDK(ABC):
    """A client, and how its answers are waited for."""

    client: Any
    gateway: Gateway

    def meet(self, *answers: Answer, **options: Any) -> Gateway:
        """Let the gateway answer with these, and make a client of it."""
        self.gateway = Gateway(*answers)
        self.connect(**{"api_key": KEY, "max_retries": 0, **options})
        return self.gateway

    @abstractmethod
    def connect(self, **options: Any) -> None: ...

    async def create(self, **options: Any) -> Any:
        """`messages.create(...)`"""
        return await self.of(self.client.messages.create(**{**ASK, **options}))

    async def of(self, result: Any) -> Any:
        """What was returned, now or later."""
        return await result if inspect.isawaitable(result) else result

    async def all(self, items: Any) -> list[Any]:
        """What an iterator gives."""
        return [item async for item in items] if hasattr(items, "__aiter__") else list(items)

    @asynccontextmanager
    async def entered(self, manager: Any) -> AsyncIterator[Any]:
        """What a `with`, or an `async with`, gives."""
        if isinstance(self.client, AsyncAnthropic):
            async with manager as value:
                yield value
        else:
            with manager as value:
                yield value


class SyncSDK(SDK):
    def connect(self, **options: Any) -> None:
        transport = httpx.MockTransport(self.gateway)
        self.client = Anthropic(**{"http_client": httpx.Client(transport=transport), **options})


class AsyncSDK(SDK):
    def connect(self, **options: Any) -> None:
        transport = httpx.MockTransport(self.gateway.respond)
        self.client = AsyncAnthropic(**{"http_client": httpx.AsyncClient(transport=transport), **options})


@pytest.fixture(params=[pytest.param(SyncSDK, id="sync"), pytest.param(AsyncSDK, id="async")])
def sdk(request: pytest.FixtureRequest) -> SDK:
    made: SDK = request.param()
    return made


@pytest.fixture(scope="module")
def running() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def emulator(running: Emulator, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """An emulator that clients find by the environment, as they are made in scripts."""
    running.reset()
    monkeypatch.setenv("AIMLAPI_BASE_URL", running.base_url)
    monkeypatch.setenv("AIMLAPI_API_KEY", "any")
    return running
