"""Streams that nobody holds any more give their connections back, wherever the garbage collector finds them.

httpcore takes the lock of its pool to close a stream. When the collector closes one while the same thread holds that
lock, plain httpx stands still for ever. Each test runs in a process of its own, which ends when it does not get on.
"""

from __future__ import annotations

import asyncio
import faulthandler
import gc
import os
import signal
import subprocess
import sys
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from threading import Event, Lock, get_ident
from typing import Any

import httpx
import pytest

from aimlapi_messages import AIMLAPI, AsyncAIMLAPI
from aimlapi_messages.streaming import closing

from ..support.deadlines import LIMIT
from ..support.held_server import HeldServer
from ..support.transports import POOLED, TRANSPORTS, connections_of, pool_of
from ..support.wire import KEY, MODEL

pytestmark = pytest.mark.slow

KINDS = ["unread", "half_read", "in_a_cycle", "in_a_generator"]
CALL: dict[str, Any] = {"model": MODEL, "messages": "Hi"}
MANY = 200
FEW = httpx.Limits(max_connections=2)
PATIENT = httpx.Timeout(LIMIT)


class CollectingLock:
    """A lock that lets the collector run as soon as it is held: the worst moment, each time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._holder: int | None = None
        self.deadlocks = 0

    def __enter__(self) -> None:
        if self._holder == get_ident():
            self.deadlocks += 1
            raise RuntimeError("a plain lock would wait for ever")
        self._lock.acquire()
        self._holder = get_ident()
        gc.collect()

    def __exit__(self, *_: object) -> None:
        self._holder = None
        self._lock.release()


class Cycle:
    """Refers to itself, so that only the collector can free it and what it holds."""

    def __init__(self, held: object) -> None:
        self.held = held
        self.itself = self


def told(client: AIMLAPI) -> Iterator[str]:
    with client.messages.stream(**CALL) as stream:
        yield from stream.text_stream


async def told_async(client: AsyncAIMLAPI) -> AsyncIterator[str]:
    async with client.messages.stream(**CALL) as stream:
        async for text in stream.text_stream:
            yield text


def drop(client: AIMLAPI, kind: str) -> None:
    """Open a stream and lose it."""
    if kind == "in_a_generator":
        texts = told(client)
        assert next(texts) == "Hel"
        Cycle(texts)
        return
    stream = client.messages.create(**CALL, stream=True)
    if kind != "unread":
        assert next(stream).type == "message_start"
    if kind == "in_a_cycle":
        Cycle(stream)


async def drop_async(client: AsyncAIMLAPI, kind: str) -> None:
    if kind == "in_a_generator":
        texts = told_async(client)
        assert await anext(texts) == "Hel"
        Cycle(texts)
        return
    stream = await client.messages.create(**CALL, stream=True)
    if kind != "unread":
        assert (await anext(stream)).type == "message_start"
    if kind == "in_a_cycle":
        Cycle(stream)


# --- what runs in the other process


def plain_httpx() -> None:
    """What the streams of this package must not do."""
    with HeldServer() as server, httpx.Client(timeout=PATIENT) as http_client:
        lock = pool_of(http_client)._optional_thread_lock = CollectingLock()
        sys.unraisablehook = lambda _: None
        for _ in range(3):
            request = http_client.build_request("POST", server.base_url, content=b"{}")
            lines = http_client.send(request, stream=True).iter_lines()
            next(lines)
            Cycle(lines)
            del lines
        assert lock.deadlocks


def dropped_while_the_pool_is_locked(kind: str) -> None:
    with HeldServer() as server, httpx.Client(limits=FEW, timeout=PATIENT) as http_client:
        lock = pool_of(http_client)._optional_thread_lock = CollectingLock()
        client = AIMLAPI(api_key=KEY, base_url=server.base_url, http_client=http_client, max_retries=0)
        for _ in range(MANY):
            drop(client, kind)
        gc.collect()
        server.wait_for_connections(0)
        assert not lock.deadlocks


def dropped_at_any_moment(kind: str, transport: Any) -> None:
    options: dict[str, Any] = {"api_key": KEY, "max_retries": 0, "transport": transport}
    with HeldServer() as server, AIMLAPI(base_url=server.base_url, **options) as client:
        for threshold in (1, 2, 3, 5, 7, 10, 20, 50):
            gc.set_threshold(threshold)
            for _ in range(MANY // 4):
                drop(client, kind)
        gc.collect()
        server.wait_for_connections(0)


def dropped_client(kind: str, transport: Any) -> None:
    """A client that nobody closed, with a connection that it would keep."""
    with HeldServer() as server:
        client = AIMLAPI(api_key=KEY, base_url=server.base_url, transport=transport)
        client.messages.create(**CALL, extra_headers={"x-answer": "a body"})
        holder = [client] if kind == "held" else [Cycle(client)]
        del client, holder
        gc.collect()
        server.wait_for_connections(0)


def forgotten_client(kind: str) -> None:
    """A client that lives as long as the program, as in a script; it says when it is closed."""

    with HeldServer() as server:
        kept = AIMLAPI(api_key=KEY, base_url=server.base_url)
        kept.messages.create(**CALL, extra_headers={"x-answer": "a body"})
        network = next(iter(connections_of(kept))).network
    close = network.close
    network.close = lambda: print("closed", close())
    globals()[kind] = kept
    print("the end")


def dropped_async(kind: str) -> None:
    async def run(server: HeldServer) -> None:
        async with httpx.AsyncClient(limits=FEW, timeout=PATIENT) as http_client:
            client = AsyncAIMLAPI(api_key=KEY, base_url=server.base_url, http_client=http_client, max_retries=0)
            for _ in range(MANY):
                await drop_async(client, kind)
                gc.collect()
            await asyncio.to_thread(server.wait_for_connections, 0)
            async with asyncio.timeout(LIMIT):
                while len(asyncio.all_tasks()) > 1 or pool_of(http_client).connections:
                    await asyncio.sleep(0)

    gc.set_threshold(1)
    with HeldServer() as server:
        asyncio.run(run(server))


def dropped_on(kind: str, transport: Any) -> None:
    async def run(server: HeldServer) -> None:
        async with AsyncAIMLAPI(
            api_key=KEY, base_url=server.base_url, transport=transport, max_retries=0, timeout=LIMIT
        ) as client:
            for _ in range(MANY):
                await drop_async(client, kind)
                gc.collect()
            await asyncio.to_thread(server.wait_for_connections, 0)
            async with asyncio.timeout(LIMIT):
                while len(asyncio.all_tasks()) > 1:
                    await asyncio.sleep(0)

    gc.set_threshold(1)
    with HeldServer() as server:
        asyncio.run(run(server))


def dropped_after_the_loop(kind: str) -> None:
    held: list[object] = []

    async def run(server: HeldServer) -> None:
        async with AsyncAIMLAPI(api_key=KEY, base_url=server.base_url, max_retries=0) as client:
            for _ in range(10):
                stream = await client.messages.create(**CALL, stream=True)
                if kind == "half_read":
                    await anext(stream)
                held.append(stream)

    with HeldServer() as server:
        asyncio.run(run(server))
        held.clear()
        gc.collect()
        loop = asyncio.new_event_loop()
        loop.run_until_complete(run(server))
        loop.close()  # without the tidying that asyncio.run does
        held.clear()
        gc.collect()
        server.wait_for_connections(0)


def forked() -> None:
    """The child drops streams that it inherited and some of its own; the parent goes on with its streams."""
    with HeldServer() as server, AIMLAPI(api_key=KEY, base_url=server.base_url, max_retries=0) as client:
        streams = [client.messages.create(**CALL, stream=True) for _ in range(3)]
        next(streams[0])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 and later: about threads
            child = os.fork()
        if not child:
            streams.clear()
            os._exit(_child(server.base_url))
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert next(streams[0]).type == "content_block_start"
        streams.clear()
        server.wait_for_connections(0)


def _child(base_url: str) -> int:
    signal.alarm(int(LIMIT))
    with httpx.Client(limits=FEW, timeout=PATIENT) as http_client:
        client = AIMLAPI(api_key=KEY, base_url=base_url, http_client=http_client, max_retries=0)
        for _ in range(20):
            drop(client, "half_read")
        closed = Event()
        closing.start_thread()(closed.set)  # behind the streams
        return 0 if closed.wait(LIMIT) and not pool_of(http_client).connections else 1


# --- the tests


def in_another_process(*what: str) -> str:
    """Run a function above, and give what it prints.

    Neither an error, a warning nor anything that Python could not raise may come of it.
    """
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", __name__, *what],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=4 * LIMIT,
        check=False,
    )
    assert done.stderr == ""
    assert done.returncode == 0
    return done.stdout


def test_plain_httpx_would_stand_still() -> None:
    """The tests below can fail."""
    in_another_process("plain_httpx")


@pytest.mark.parametrize("kind", KINDS)
def test_a_stream_dropped_while_the_pool_is_locked_gives_its_connection_back(kind: str) -> None:
    """Two connections are enough for any number of streams."""
    in_another_process("dropped_while_the_pool_is_locked", kind)


@pytest.mark.parametrize("transport", POOLED)
@pytest.mark.parametrize("kind", KINDS)
def test_a_stream_dropped_at_any_moment_gives_its_connection_back(kind: str, transport: str) -> None:
    """The collector runs between any two steps, with httpcore's own lock."""
    in_another_process("dropped_at_any_moment", kind, transport)


@pytest.mark.parametrize("transport", POOLED)
@pytest.mark.parametrize("kind", ["held", "in_a_cycle"])
def test_a_dropped_client_closes_its_connections(kind: str, transport: str) -> None:
    """Also one that was never closed."""
    in_another_process("dropped_client", kind, transport)


def test_a_forgotten_client_is_closed_at_the_end() -> None:
    """So that no script is told of unclosed sockets."""
    assert in_another_process("forgotten_client", "kept").split("\n") == ["the end", "closed None", ""]


@pytest.mark.parametrize("kind", KINDS)
def test_a_dropped_async_stream_gives_its_connection_back(kind: str) -> None:
    """While its loop runs; and no task is left."""
    in_another_process("dropped_async", kind)


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_stream_dropped_on_connections_of_our_own_gives_its_connection_back(kind: str, transport: str) -> None:
    """The same without a client that was given."""
    in_another_process("dropped_on", kind, transport)


@pytest.mark.parametrize("kind", ["unread", "half_read"])
def test_an_async_stream_may_outlive_its_loop(kind: str) -> None:
    """It is dropped without a word."""
    in_another_process("dropped_after_the_loop", kind)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_process_drops_streams_of_its_own_and_leaves_its_parents_alone() -> None:
    """Though the pool of its parent was locked at that moment."""
    in_another_process("forked")


if __name__ == "__main__":
    faulthandler.dump_traceback_later(3 * LIMIT, exit=True)
    gc.freeze()  # the collector looks only at what is made from here on
    globals()[sys.argv[1]](*sys.argv[2:])
