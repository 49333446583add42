"""A reader may take any time between the pieces of a body: a limit of a wait counts while somebody waits.

A server that reads may not: it takes something before the limit has passed.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import httpx
import pytest

from aimlapi_messages import APITimeoutError, AsyncAIMLAPI

from ..support.deadlines import LIMIT
from ..support.transports import POOLED, TRANSPORTS
from ..support.wire import KEY, MODEL, TEXT_EVENTS, body, sse, text_block

HALF, REST = sse(*TEXT_EVENTS[:4]), sse(*TEXT_EVENTS[4:])
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: %d\r\n\r\n" % len(HALF + REST)


class Loop(asyncio.SelectorEventLoop):
    """One whose time can be put forward."""

    ahead = 0.0

    def time(self) -> float:
        return super().time() + self.ahead


class Server:
    """Sends the head and half of a stream, and the rest when it is told to; then the same for the next request."""

    def __init__(self) -> None:
        self.may_end = asyncio.Semaphore(0)
        self.serving: set[asyncio.Task[None]] = set()

    def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.serving.add(asyncio.create_task(self.serve(reader, writer)))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                await reader.readexactly(int(head.partition(b"content-length: ")[2].partition(b"\r")[0]))
                writer.write(HEAD + HALF)
                await self.may_end.acquire()
                writer.write(REST)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


def on(transport: Any, work: Callable[[Loop, Server, AsyncAIMLAPI], Awaitable[None]], **options: Any) -> None:
    async def run() -> None:
        loop: Any = asyncio.get_running_loop()
        server = Server()
        async with await asyncio.start_server(server, "127.0.0.1", 0) as listening:
            port = listening.sockets[0].getsockname()[1]
            limits: dict[str, Any] = {"api_key": KEY, "max_retries": 0, "transport": transport, **options}
            async with AsyncAIMLAPI(base_url=f"http://127.0.0.1:{port}", **limits) as client:
                await work(loop, server, client)
            server.may_end.release()
            await asyncio.wait(server.serving)

    with asyncio.Runner(loop_factory=Loop) as runner:
        runner.run(run())


LIMITS = [
    {},
    {"timeout": 5},
    {"timeout": 5, "idle_timeout": 60},
    {"idle_timeout": 5},
    {"idle_timeout": 5, "total_timeout": 1e6},
    {"timeout": None, "idle_timeout": 5},
]


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("options", LIMITS)
def test_a_reader_may_take_its_time(transport: Any, options: dict[str, Any]) -> None:
    """More than once, in which nothing comes; and the connection is as good afterwards."""

    async def work(loop: Loop, server: Server, client: AsyncAIMLAPI) -> None:
        for _ in range(2):
            async with client.messages.stream(model=MODEL, messages="Hi") as stream:
                assert (await anext(stream)).type == "message_start"
                for _ in range(3):
                    loop.ahead += 4000
                    for _ in range(3):
                        await asyncio.sleep(0)
                server.may_end.release()
                assert await stream.get_final_text() == "Hello"

    on(transport, work, **options)


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("takes", [0, 4, 4000])
@pytest.mark.parametrize("options", [{}, {"timeout": 5}, {"timeout": 5, "idle_timeout": 900}])
def test_a_wait_is_limited_however_long_the_reader_took(transport: Any, takes: float, options: dict[str, Any]) -> None:
    """It has all of its time, and no more."""
    limit = options.get("timeout", 600)

    async def work(loop: Loop, server: Server, client: AsyncAIMLAPI) -> None:
        async with client.messages.stream(model=MODEL, messages="Hi") as stream:
            for _ in range(3):
                assert await anext(stream)
            loop.ahead += takes
            reading = asyncio.create_task(stream.until_done())
            await asyncio.sleep(0)
            loop.ahead += limit - 1
            assert not (await asyncio.wait([reading], timeout=0.01))[0]
            loop.ahead += 1
            with pytest.raises(APITimeoutError) as caught:
                await reading
            assert caught.value.phase == "read"

    on(transport, work, **options)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_server_that_takes_nothing_is_waited_for_once(transport: Any) -> None:
    """Not as long as all limits together."""

    async def run() -> None:
        release = asyncio.Event()

        async def hold(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await release.wait()
            writer.transport.abort()

        async with await asyncio.start_server(hold, "127.0.0.1", 0, limit=1024) as listening:
            url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
            limits = httpx.Timeout(3 * LIMIT, read=0.5, write=0.5)
            async with AsyncAIMLAPI(
                api_key=KEY, base_url=url, max_retries=0, transport=transport, timeout=limits
            ) as client:
                async with asyncio.timeout(LIMIT):
                    with pytest.raises(APITimeoutError):
                        await client.messages.create(model=MODEL, messages="much" * 10_000_000)
            release.set()

    asyncio.run(run())


@pytest.mark.parametrize("transport", POOLED)
@pytest.mark.parametrize("seconds", [60, 100, 1000])
def test_a_server_that_takes_its_time_is_waited_for(transport: Any, seconds: float) -> None:
    """For all of a request longer than any wait may be, of which there are many."""
    size = 50_000_000

    async def run() -> None:
        loop: Any = asyncio.get_running_loop()

        async def sip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while len(data := await reader.read(64 * 1024)) and not data.endswith(b"}"):
                loop.ahead += seconds * len(data) / size
            answer = json.dumps(body(text_block("Hello"))).encode()
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n" + answer)
            writer.close()

        async with await asyncio.start_server(sip, "127.0.0.1", 0) as listening:
            url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
            timeout = httpx.Timeout(None, write=seconds / 2)
            async with AsyncAIMLAPI(
                api_key=KEY, base_url=url, max_retries=0, transport=transport, timeout=timeout
            ) as client:
                assert (await client.messages.create(model=MODEL, messages="x" * size)).text == "Hello"

    with asyncio.Runner(loop_factory=Loop) as runner:
        runner.run(run())
