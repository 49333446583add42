"""A call hook that keeps what it is told, and the call of the gateway that it is told of. Not a test."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from threading import get_ident
from typing import Any

import httpx

from aimlapi_messages import AsyncAIMLAPI, Call, CallOutcome

from .callers import Caller
from .deadlines import LIMIT
from .wire import KEY, MODEL


class Told:
    """A hook that keeps what it is told, in its order, and where."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.outcomes: list[CallOutcome] = []
        self.threads: set[int] = set()

    def __call__(self, call: Call) -> Callable[[CallOutcome], None]:
        self.calls.append(call)
        return self.ended

    def ended(self, outcome: CallOutcome) -> None:
        self.outcomes.append(outcome)
        self.threads.add(get_ident())

    @property
    def outcome(self) -> CallOutcome:
        """That of the only call."""
        (call, outcome) = self.calls + self.outcomes
        assert isinstance(outcome, CallOutcome)
        assert outcome.seconds >= 0
        assert repr(call).count("Hi") == repr(outcome).count("Hel") == 0
        return outcome

    async def until(self, number: int) -> None:
        """What is dropped is told of by another thread."""
        async with asyncio.timeout(LIMIT):
            while len(self.outcomes) < number:
                gc.collect()
                await asyncio.sleep(0.001)


def told_by(caller: Caller, **options: Any) -> Told:
    told = Told()
    caller.options |= {"on_call": told, **options}
    return told


async def cancel_a_call(hook: Callable[[Call], Any]) -> None:
    """Ask for a message, with this hook, and cancel that when it has been sent."""
    asked = asyncio.Event()

    async def wait(_: httpx.Request) -> httpx.Response:
        asked.set()
        await asyncio.sleep(LIMIT)
        raise AssertionError

    http_client = httpx.AsyncClient(transport=httpx.MockTransport(wait))
    client = AsyncAIMLAPI(api_key=KEY, http_client=http_client, on_call=hook)
    task = asyncio.create_task(client.messages.create(model=MODEL, messages="Hi"))
    await asked.wait()
    task.cancel()
    await asyncio.wait([task])
