"""A forked process makes connections of its own, and leaves those of its parent alone, in whatever state they are."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
import warnings
from collections.abc import Callable
from decimal import Decimal
from importlib import import_module
from itertools import product
from typing import Any

import pytest

from aimlapi_messages import AIMLAPI, AsyncAIMLAPI, ConfigurationError, StreamError

from ..support.deadlines import LIMIT
from ..support.held_server import HeldServer
from ..support.processes import in_another_process, main
from ..support.slow import OFTEN, first_alone
from ..support.transports import POOLED, on_aiohttp
from ..support.wire import KEY, MODEL

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")

CALL: dict[str, Any] = {"model": MODEL, "messages": "Hi"}


def echo(text: str) -> dict[str, Any]:
    return {**CALL, "extra_headers": {"x-answer": f"echo: {text}"}}


def forked(work: Callable[[], None]) -> int:
    """Fork a child that does this and no more."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 and later: about threads
        child = os.fork()
    if child:
        return child
    code = 1
    try:
        work()
        gc.collect()
        code = 0
    finally:
        os._exit(code)


def ended(child: int) -> None:
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


# --- what runs in another process: that of the server has nothing to do with it


def sync(base_url: str, times: str, transport: Any) -> None:
    """A thread calls all the time, so that the process is also forked in the middle of a call."""
    client = AIMLAPI(api_key=KEY, base_url=base_url, transport=transport, max_retries=0, timeout=LIMIT)
    # The first call loads modules. Python's own locks on these stay locked in a child that is forked meanwhile.
    client.messages.create(**echo("first"))
    over = threading.Event()
    asked = 1

    def call() -> None:
        nonlocal asked
        while not over.is_set():
            assert client.messages.create(**echo(f"thread {asked}")).text == f"thread {asked}"
            asked += 1

    thread = threading.Thread(target=call, daemon=True)  # so that what fails here ends
    thread.start()
    stream = client.messages.create(**CALL, stream=True)
    events = [next(stream).type]

    def work() -> None:
        for number in range(2):
            assert client.messages.create(**echo(f"child {number}")).text == f"child {number}"
        with pytest.raises(StreamError, match="forked"):
            stream.until_done()
        stream.close()
        client.close()

    for number in range(int(times)):
        child = forked(work)
        assert client.messages.create(**echo(f"parent {number}")).text == f"parent {number}"
        ended(child)
    over.set()
    thread.join()
    events += [next(stream).type for _ in range(3)]
    assert events[-1] == "content_block_delta"
    stream.close()
    assert client.spent == (asked + int(times)) * Decimal("0.001")
    client.close()


def given(base_url: str, times: str, library: str) -> None:
    """One that has been used is refused, as nobody knows what it holds; one that has not is the child's own."""
    kind: Any = import_module(library).Client
    with kind(timeout=LIMIT) as used, kind(timeout=LIMIT) as unused:
        clients = [
            AIMLAPI(api_key=KEY, base_url=base_url, http_client=one, max_retries=0, timeout=LIMIT)
            for one in (used, unused)
        ]
        stream = clients[0].messages.create(**CALL, stream=True)

        def work() -> None:
            assert clients[1].messages.create(**echo("child")).text == "child"
            with pytest.raises(ConfigurationError, match="before this process was forked"):
                clients[0].messages.create(**echo("child"))
            with pytest.raises(StreamError, match="forked"):
                stream.until_done()
            stream.close()

        for _ in range(int(times)):
            child = forked(work)
            assert clients[0].messages.create(**echo("parent")).text == "parent"
            ended(child)
        assert [next(stream).type for _ in range(4)][-1] == "content_block_delta"
        stream.close()


def on_loops(base_url: str, times: str, transport: Any) -> None:
    client = AsyncAIMLAPI(api_key=KEY, base_url=base_url, transport=transport, max_retries=0, timeout=LIMIT)

    async def in_child(stream: Any) -> None:
        for number in range(2):
            assert (await client.messages.create(**echo(f"child {number}"))).text == f"child {number}"
        with pytest.raises(StreamError, match="another process"):
            await stream.until_done()
        await stream.close()
        await client.close()

    async def run() -> None:
        stream = await client.messages.create(**CALL, stream=True)
        assert (await anext(stream)).type == "message_start"
        for number in range(int(times)):
            flying = asyncio.create_task(client.messages.create(**echo(f"flying {number}")))
            await asyncio.sleep(0)
            child = forked(lambda: asyncio.run(in_child(stream)))
            assert (await client.messages.create(**echo(f"parent {number}"))).text == f"parent {number}"
            assert (await flying).text == f"flying {number}"
            await asyncio.to_thread(ended, child)
        assert [(await anext(stream)).type for _ in range(3)][-1] == "content_block_delta"
        await stream.close()
        assert client.spent == 2 * int(times) * Decimal("0.001")
        await client.close()

    asyncio.run(run())


def going_on(base_url: str, times: str, transport: Any) -> None:
    """The child goes on with the loop of its parent, which Python lets no task of it see, to the normal end of that.

    By that end Python takes from the parent what wakes its loop for another thread, so that none is used there.
    """
    client = AsyncAIMLAPI(api_key=KEY, base_url=base_url, transport=transport, max_retries=0, timeout=LIMIT)

    async def run(number: int) -> int:
        stream = await client.messages.create(**CALL, stream=True)
        assert (await anext(stream)).type == "message_start"
        await client.messages.create(**echo("idle"))
        flying = asyncio.create_task(client.messages.create(**echo(f"flying {number}")))
        for _ in range(number % 20):
            await asyncio.sleep(0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
        if not child:
            with pytest.raises(ConfigurationError, match="event loop of asyncio"):
                await client.messages.create(**echo("child"))
            # httpcore cannot tell that it is cancelled, as it sees no loop either.
            flying.add_done_callback(lambda task: task.cancelled() or task.exception())
            flying.cancel()
            return child
        ended(child)
        assert (await flying).text == f"flying {number}"
        assert [(await anext(stream)).type for _ in range(3)][-1] == "content_block_delta"
        await stream.close()
        return child

    for number in range(int(times)):
        if not asyncio.run(run(number)):
            gc.collect()
            os._exit(0)
    asyncio.run(client.close())


# --- the tests


KINDS = [
    *product(("sync", "given", "on_loops", "going_on"), POOLED),
    pytest.param("on_loops", "aiohttp", marks=on_aiohttp),
    pytest.param("going_on", "aiohttp", marks=on_aiohttp),
]


@pytest.mark.parametrize("times", first_alone("2", OFTEN))
@pytest.mark.parametrize(("kind", "library"), KINDS)
def test_a_forked_process_has_connections_of_its_own(kind: str, library: str, times: str) -> None:
    """No answer is another's, the parent reads on, and nobody is warned; a child may outlive its connections."""
    with HeldServer() as server:
        in_another_process(__name__, kind, server.base_url, times, library)
        server.wait_for_connections(0)


if __name__ == "__main__":
    main({"sync": sync, "given": given, "on_loops": on_loops, "going_on": going_on})
