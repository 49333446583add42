"""A process that ends with anything still open or in flight: it ends at once, and nothing is said."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from itertools import product
from typing import Any

import pytest

from aimlapi_messages import AIMLAPI, AsyncAIMLAPI

from ..support.deadlines import LIMIT
from ..support.held_server import HeldServer
from ..support.processes import in_another_process, main
from ..support.slow import first_alone
from ..support.transports import POOLED, busy, on_aiohttp
from ..support.wire import KEY, MODEL

CALL: dict[str, Any] = {"model": MODEL, "messages": "Hi"}
ANSWERS = ("nothing", "half a body", "a body")

kept: list[object] = []  # until the end


def call(answer: str) -> dict[str, Any]:
    return {**CALL, "extra_headers": {"x-answer": answer}}


class Owner:
    """Closes its client when it goes, and is a cycle."""

    def __init__(self, client: AIMLAPI) -> None:
        self.client, self.itself = client, self

    def __del__(self) -> None:
        self.client.close()


# --- without asyncio


def idle(client: AIMLAPI) -> None:
    client.messages.create(**call("a body"))


def open_stream(client: AIMLAPI) -> None:
    stream = client.messages.create(**CALL, stream=True)
    kept.append((next(stream), stream))


def in_a_generator(client: AIMLAPI) -> None:
    def events() -> Iterator[Any]:
        with client.messages.stream(**CALL) as stream:
            yield from stream

    made = events()
    kept.append((next(made), made))


def closed_by_its_owner(client: AIMLAPI) -> None:
    idle(client)
    kept.append(Owner(client))


def daemons(client: AIMLAPI) -> None:
    """Threads in flight: Python stops them where they are."""

    def run(answer: str) -> None:
        while True:
            client.messages.create(**call(answer))

    for answer in ANSWERS:
        threading.Thread(target=run, args=(answer,), daemon=True).start()
    while len(busy(client)) < len(ANSWERS):
        pass


# --- asyncio


def async_open_stream(client: AsyncAIMLAPI) -> None:
    async def work() -> None:
        stream: Any = await client.messages.create(**CALL, stream=True)
        kept.append((await anext(stream), stream))

    asyncio.run(work())


def async_in_a_generator(client: AsyncAIMLAPI) -> None:
    async def events() -> AsyncGenerator[Any]:
        async with client.messages.stream(**CALL) as stream:
            async for event in stream:
                yield event

    made = events()
    kept.append((asyncio.run(anext(made)), made))


async def fly(client: AsyncAIMLAPI) -> None:
    kept.extend(asyncio.create_task(client.messages.create(**call(answer))) for answer in ANSWERS)
    while len(busy(client)) < len(ANSWERS):
        await asyncio.sleep(0)


def async_exit(client: AsyncAIMLAPI) -> None:
    async def work() -> None:
        await client.messages.create(**call("a body"))
        await fly(client)
        sys.exit()

    asyncio.run(work())


def async_daemon(client: AsyncAIMLAPI) -> None:
    """A loop on a thread that Python stops."""
    flying = threading.Event()

    async def work() -> None:
        await client.messages.create(**call("a body"))
        await fly(client)
        flying.set()
        await asyncio.Event().wait()

    threading.Thread(target=asyncio.run, args=(work(),), daemon=True).start()
    assert flying.wait(LIMIT)


KINDS: dict[str, Callable[[Any], None]] = {
    kind.__name__: kind
    for kind in (
        idle,
        open_stream,
        in_a_generator,
        closed_by_its_owner,
        daemons,
        async_open_stream,
        async_in_a_generator,
        async_exit,
        async_daemon,
    )
}


def end(kind: str, base_url: str, transport: Any) -> None:
    options: dict[str, Any] = {"api_key": KEY, "base_url": base_url, "max_retries": 0, "timeout": LIMIT}
    client: Any = (AsyncAIMLAPI if kind.startswith("async") else AIMLAPI)(**options, transport=transport)
    kept.append(client)
    KINDS[kind](client)


# --- the tests


@pytest.mark.parametrize("times", first_alone("1", "20"))
@pytest.mark.parametrize(
    ("kind", "transport"),
    [
        *product(KINDS, POOLED),
        *(pytest.param(kind, "aiohttp", marks=on_aiohttp) for kind in KINDS if kind.startswith("async")),
    ],
)
def test_the_end_of_a_process_is_silent(kind: str, transport: str, times: str) -> None:
    with HeldServer() as server:
        for _ in range(int(times)):
            in_another_process(__name__, "end", kind, server.base_url, transport)
            server.wait_for_connections(0)


if __name__ == "__main__":
    main({"end": end})
