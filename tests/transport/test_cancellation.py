"""Whoever is cancelled or interrupted gives the connection back, and the next call has it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import httpx
import httpx2
import pytest

from aimlapi_messages import AIMLAPI, APITimeoutError, AsyncAIMLAPI
from aimlapi_messages.transport import base
from aimlapi_messages.transport.http import SyncReply

from ..support.deadlines import LIMIT
from ..support.held_server import HeldServer
from ..support.transports import TRANSPORTS, busy, pool_of
from ..support.wire import KEY, MODEL

ONE = httpx.Limits(max_connections=1)
PATIENT = httpx.Timeout(LIMIT)


def call(answer: str, **options: Any) -> dict[str, Any]:
    """The arguments of a call that the server answers so."""
    return {"model": MODEL, "messages": "Hi", "extra_headers": {"x-answer": answer}, **options}


@pytest.fixture
def server() -> Iterator[HeldServer]:
    with HeldServer() as running:
        yield running


# --- asyncio


@dataclass
class Waiting:
    """A task that waits for what does not come."""

    client: AsyncAIMLAPI
    server: HeldServer
    reading: asyncio.Event  # set when a stream's reader has seen all that there is

    async def create(self, answer: str) -> None:
        await self.client.messages.create(**call(answer))

    async def read(self) -> None:
        async with self.client.messages.stream(**call("half a stream")) as stream:
            async for event in stream:
                if event.type == "text":
                    self.reading.set()

    async def read_events(self) -> None:
        """Without `async with`, so that nothing but the stream itself can close it."""
        stream = await self.client.messages.create(**call("half a stream"), stream=True)
        async for event in stream:
            if event.type == "content_block_delta":
                self.reading.set()

    async def begun(self, what: str) -> None:
        """Wait until the task waits."""
        if what in ("read", "read_events"):
            await self.reading.wait()
        await asyncio.to_thread(self.server.wait_for_answers, 1)


WAITS: dict[str, Callable[[Waiting], Coroutine[Any, Any, None]]] = {
    "head": lambda waiting: waiting.create("nothing"),
    "body": lambda waiting: waiting.create("half a body"),
    "pause": lambda waiting: waiting.create("busy"),
    "read": Waiting.read,
    "read_events": Waiting.read_events,
}


@pytest.fixture(params=["given", "given httpx2", *TRANSPORTS])
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Who makes the connections, of which there is one at a time: a client that is given, or a transport by name."""
    monkeypatch.setattr(base, "MOST_IN_FLIGHT", 1)
    return str(request.param)


@asynccontextmanager
async def waiting(server: HeldServer, kind: Any, **options: Any) -> AsyncIterator[Waiting]:
    """A client with one connection. At the end that is free, the next call succeeds, and no task is left."""
    before = asyncio.all_tasks()
    library: Any = httpx2 if "httpx2" in kind else httpx
    async with library.AsyncClient(limits=library.Limits(max_connections=1), timeout=PATIENT) as given:
        sender: dict[str, Any] = {"http_client": given} if kind.startswith("given") else {"transport": kind}
        options = {"timeout": PATIENT, **sender, **options}
        async with AsyncAIMLAPI(api_key=KEY, base_url=server.base_url, **options) as client:
            yield Waiting(client, server, asyncio.Event())
            assert not busy(client)
            message = await client.messages.create(**call("a body", max_retries=0))
            assert message.text == "Hello"
    assert asyncio.all_tasks() == before


@pytest.mark.anyio
@pytest.mark.parametrize("options", [{}, {"total_timeout": 1000}], ids=["no limits", "a total limit"])
@pytest.mark.parametrize("what", WAITS)
async def test_a_cancelled_task_gives_its_connection_back(
    server: HeldServer, kind: Any, what: str, options: dict[str, Any]
) -> None:
    """Whatever it waits for; and it ends as cancelled."""
    async with waiting(server, kind, **options) as one:
        task = asyncio.create_task(WAITS[what](one))
        await one.begun(what)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert task.cancelled()


@pytest.mark.slow
@pytest.mark.anyio
@pytest.mark.parametrize("what", WAITS)
async def test_a_task_cancelled_at_any_step_gives_its_connection_back(server: HeldServer, kind: Any, what: str) -> None:
    """Also while it sends, or has just been woken.

    The connection is made before: httpcore 1.0.9 in a client given loses one whose request is cancelled in the step
    after it connected, whoever asks.
    """
    for steps in range(40):
        async with waiting(server, kind) as one:
            await one.create("a body")
            task = asyncio.create_task(WAITS[what](one))
            for _ in range(steps):
                await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task


@pytest.mark.slow
@pytest.mark.anyio
@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_task_cancelled_while_it_connects_leaves_no_connection(server: HeldServer, transport: Any) -> None:
    """At any of its steps, with a new client each time."""
    for steps in range(500):
        async with AsyncAIMLAPI(api_key=KEY, base_url=server.base_url, transport=transport, timeout=PATIENT) as client:
            task = asyncio.create_task(client.messages.create(**call("a body")))
            for _ in range(steps % 50):
                await asyncio.sleep(0)
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            assert (await client.messages.create(**call("a body"))).text == "Hello"
            assert not busy(client)
    await asyncio.to_thread(server.wait_for_connections, 0)


@pytest.mark.anyio
@pytest.mark.parametrize("what", WAITS)
async def test_a_timeout_of_asyncio_is_no_error_of_the_gateway(server: HeldServer, kind: Any, what: str) -> None:
    """It comes out as asyncio's own, whatever it cuts short."""
    async with waiting(server, kind) as one:

        async def limited() -> None:
            async with asyncio.timeout(None) as limit:
                task = asyncio.create_task(one.begun(what))
                task.add_done_callback(lambda _: limit.reschedule(0))
                await WAITS[what](one)

        with pytest.raises(TimeoutError) as caught:
            await limited()
        assert not isinstance(caught.value, APITimeoutError)


@pytest.mark.anyio
@pytest.mark.parametrize("what", ["head", "body", "read"])
async def test_the_total_limit_gives_the_connection_back(server: HeldServer, kind: Any, what: str) -> None:
    """The limit of a call is kept by cancelling what it waits for."""
    async with waiting(server, kind) as one:
        await one.create("a body")  # for the reason above
        limited = Waiting(one.client.with_options(total_timeout=0.05), server, one.reading)
        with pytest.raises(APITimeoutError) as caught:
            await WAITS[what](limited)
        assert caught.value.phase == "total"


# --- without asyncio


@pytest.fixture
def client(server: HeldServer) -> Iterator[AIMLAPI]:
    """A client with one connection. At the end that is free, and the next call succeeds."""
    with httpx.Client(limits=ONE, timeout=PATIENT) as http_client:
        client = AIMLAPI(api_key=KEY, base_url=server.base_url, http_client=http_client)
        yield client
        assert not busy(client)
        assert client.messages.create(**call("a body", max_retries=0)).text == "Hello"


def read_texts(client: AIMLAPI) -> None:
    with client.messages.stream(**call("half a stream")) as stream:
        for _ in stream.text_stream:
            raise KeyboardInterrupt


def read_events(client: AIMLAPI) -> None:
    with client.messages.create(**call("half a stream"), stream=True) as stream:
        for _ in stream:
            raise KeyboardInterrupt


@pytest.mark.parametrize("read", [read_texts, read_events])
def test_an_interrupted_reader_gives_its_connection_back(client: AIMLAPI, read: Callable[[AIMLAPI], None]) -> None:
    """The interrupt comes between two events, in the reader's own code."""
    with pytest.raises(KeyboardInterrupt):
        read(client)


def _interrupted(chunks: Callable[..., Iterator[bytes]]) -> Callable[..., Iterator[bytes]]:
    def iter_bytes(reply: SyncReply, *deadline: object) -> Iterator[bytes]:
        yield next(chunks(reply, *deadline))
        raise KeyboardInterrupt

    return iter_bytes


def create(client: AIMLAPI) -> None:
    client.messages.create(**call("half a body"))


def read_to_the_end(client: AIMLAPI) -> None:
    client.messages.create(**call("half a stream"), stream=True).until_done()


@pytest.mark.parametrize("read", [create, read_to_the_end])
def test_an_interrupt_while_bytes_are_awaited_gives_the_connection_back(
    client: AIMLAPI, read: Callable[[AIMLAPI], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No `with` is needed: what is read closes itself."""
    with monkeypatch.context() as patch:
        patch.setattr(SyncReply, "iter_bytes", _interrupted(SyncReply.iter_bytes))
        with pytest.raises(KeyboardInterrupt):
            read(client)


def test_an_interrupt_in_the_socket_gives_the_connection_back(client: AIMLAPI, server: HeldServer) -> None:
    """It comes up through all of httpx."""
    stream = client.messages.create(**call("half a stream"), stream=True)
    assert [next(stream).type for _ in range(4)][-1] == "content_block_delta"

    def read(size: int, timeout: float | None = None) -> bytes:
        raise KeyboardInterrupt

    pool_of(client._transport._client).connections[0]._connection._network_stream.read = read
    with pytest.raises(KeyboardInterrupt):
        next(stream)
    server.wait_for_connections(0)


def test_an_interrupted_pause_holds_no_connection(client: AIMLAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reply that asked for the pause was closed before it."""

    def sleep(seconds: float) -> None:
        assert seconds == 30
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("time.sleep", sleep)
        with pytest.raises(KeyboardInterrupt):
            client.messages.create(**call("busy"))


def test_a_closed_stream_is_closed_again_without_harm(client: AIMLAPI) -> None:
    """By whoever cleans up after the interrupt."""
    stream = client.messages.create(**call("half a stream"), stream=True)
    with suppress(KeyboardInterrupt), stream:
        raise KeyboardInterrupt
    stream.close()
