"""One asynchronous client on several event loops: each has connections of its own, which end with it."""

from __future__ import annotations

import asyncio
import gc
import itertools
import ssl
import sys
import threading
import warnings
import weakref
from asyncio.selector_events import _SelectorSocketTransport
from collections.abc import AsyncGenerator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from aimlapi_messages import AsyncAIMLAPI, ConfigurationError, StreamError
from aimlapi_messages.transport import base

from ..support.deadlines import LIMIT
from ..support.held_server import HeldServer, anonymous_tls
from ..support.processes import in_another_process, main
from ..support.slow import OFTEN
from ..support.transports import POOLED, TRANSPORTS, busy, homes_of
from ..support.wire import KEY, MODEL

CALL: dict[str, Any] = {"model": MODEL, "messages": "Hi"}
WHOLE: dict[str, Any] = {**CALL, "extra_headers": {"x-answer": "a body"}}


@pytest.fixture
def server() -> Iterator[HeldServer]:
    with HeldServer() as running:
        yield running


def client_of(server: HeldServer, transport: Any) -> AsyncAIMLAPI:
    return AsyncAIMLAPI(api_key=KEY, base_url=server.base_url, transport=transport, max_retries=0, timeout=LIMIT)


class _SealedTransport(_SelectorSocketTransport):
    """One that lets nobody say that it is closed."""

    def __setattr__(self, name: str, value: object) -> None:
        if name == "_closed":
            raise AttributeError(name)
        super().__setattr__(name, value)


class OtherLoop(asyncio.SelectorEventLoop):
    """An event loop that is not asyncio's own, with no more than what asyncio promises of one, as uvloop's."""

    async def create_connection(self, factory: Any, host: Any = None, port: Any = None, **options: Any) -> Any:
        assert "happy_eyeballs_delay" not in options
        return await super().create_connection(factory, host, port, **options)

    def _make_socket_transport(self, sock: Any, protocol: Any, *rest: Any, **options: Any) -> Any:
        return _SealedTransport(self, sock, protocol, *rest, **options)


async def use(client: AsyncAIMLAPI) -> Any:
    """Leave connections of each kind: idle ones, and one with half a stream."""
    stream = await client.messages.create(**CALL, stream=True)
    assert (await anext(stream)).type == "message_start"
    for message in await asyncio.gather(*(client.messages.create(**WHOLE) for _ in range(2))):
        assert message.text == "Hello"
    return stream


def in_threads(number: int, run: Callable[[], None]) -> None:
    """Run it on so many threads at once; what one of them raises is raised here."""
    with ThreadPoolExecutor(number) as threads:
        for job in [threads.submit(run) for _ in range(number)]:
            job.result(LIMIT)


# --- the kinds of loops


def one_after_the_other(server: HeldServer, client: AsyncAIMLAPI) -> None:
    for _ in range(2):
        asyncio.run(use(client))
        server.wait_for_connections(0)


def at_the_same_time(server: HeldServer, client: AsyncAIMLAPI) -> None:
    """Each goes on while the other does."""
    together = threading.Barrier(2, timeout=LIMIT)

    async def work() -> None:
        await use(client)
        together.wait()
        await use(client)
        together.wait()

    in_threads(2, lambda: asyncio.run(work()))
    server.wait_for_connections(0)


def closed_bare(server: HeldServer, client: AsyncAIMLAPI) -> None:
    """Without what asyncio.run does at the end. The next loop closes what was left."""
    for _ in range(2):
        loop = asyncio.new_event_loop()
        loop.run_until_complete(use(client))
        loop.close()
    asyncio.run(use(client))
    gc.collect()
    server.wait_for_connections(0)


def left_open(server: HeldServer, client: AsyncAIMLAPI) -> None:
    """Two loops that take turns, as two runners do."""
    with asyncio.Runner() as first, asyncio.Runner() as second:
        for _ in range(2):
            streams = [runner.run(use(client)) for runner in (first, second)]
            for runner, stream in zip((first, second), streams, strict=True):
                runner.run(stream.close())
        assert busy(client) == []
    server.wait_for_connections(0)


def ended_at_once(server: HeldServer, client: AsyncAIMLAPI) -> None:
    """Just when something was given up: a stream, and a call before and after its head came."""

    async def close() -> None:
        await (await use(client)).close()

    async def cancel(answer: str) -> None:
        answered = server.answered
        task = asyncio.create_task(client.messages.create(**CALL, extra_headers={"x-answer": answer}))
        while server.answered == answered:
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])

    for work in (close(), cancel("nothing"), cancel("half a body")):
        asyncio.run(work)
        gc.collect()
        server.wait_for_connections(0)


def of_another_make(server: HeldServer, client: AsyncAIMLAPI) -> None:
    """A loop that is not asyncio's own, closed as it should be, and bare."""
    with asyncio.Runner(loop_factory=OtherLoop) as runner:
        stream = runner.run(use(client))
        runner.run(stream.close())
    server.wait_for_connections(0)
    loop = OtherLoop()
    loop.run_until_complete(use(client))
    loop.close()
    asyncio.run(use(client))
    gc.collect()
    server.wait_for_connections(0)


def ending(server: HeldServer, client: AsyncAIMLAPI) -> None:
    """One ends just when others begin, each on a thread of its own."""

    def run() -> None:
        for _ in range(5):
            asyncio.run(use(client))

    in_threads(4, run)
    server.wait_for_connections(0)


def closed_by_another(server: HeldServer, client: AsyncAIMLAPI) -> None:
    """`close` on one loop closes what another has, which runs meanwhile."""
    used, closed = threading.Event(), threading.Event()

    async def work() -> None:
        await use(client)
        used.set()
        await asyncio.to_thread(server.wait_for_connections, 0)
        closed.set()

    async def close() -> None:
        await use(client)
        await client.close()
        assert await asyncio.to_thread(closed.wait, LIMIT)

    thread = threading.Thread(target=asyncio.run, args=(work(),))
    thread.start()
    assert used.wait(LIMIT)
    asyncio.run(close())
    thread.join()


def dropped(server: HeldServer, client: AsyncAIMLAPI) -> None:
    """A client that nobody closed, on a loop that goes on; `client` is one for each run of this."""
    del client

    async def work() -> None:
        for transport in (*POOLED, "aiohttp"):
            await use(client_of(server, transport))
            gc.collect()
            await asyncio.to_thread(server.wait_for_connections, 0)

    asyncio.run(work())


def dropped_before_the_end(server: HeldServer, client: AsyncAIMLAPI) -> None:
    """Such a client on a loop that is closed bare just then. Python closes the files; aiohttp tells of it by itself."""
    del client
    warnings.filterwarnings("ignore", "unclosed ", ResourceWarning)
    loop = asyncio.new_event_loop()
    loop.run_until_complete(use(client_of(server, "httpx")))
    gc.collect()
    loop.close()
    del loop
    gc.collect()
    server.wait_for_connections(0)


def kept_by_a_generator(server: HeldServer, client: AsyncAIMLAPI) -> None:
    """The end of the loop closes that one together with those that read the stream for it."""

    async def events() -> AsyncGenerator[Any]:
        async with client.messages.stream(**CALL) as stream:
            async for event in stream:
                yield event

    for _ in range(5):
        kept = events()
        asyncio.run(anext(kept))
        server.wait_for_connections(0)


def closed_in_flight(server: HeldServer, client: AsyncAIMLAPI) -> None:
    """Bare, with calls that wait for each part of an answer, of a client that is dropped with it."""
    del client
    warnings.filterwarnings("ignore", "Unclosed (connection|response)", ResourceWarning)  # aiohttp's, without a head

    async def work(client: AsyncAIMLAPI, answer: str) -> None:
        answered = server.answered
        asyncio.create_task(client.messages.create(**CALL, extra_headers={"x-answer": answer}))  # noqa: RUF006
        while server.answered == answered:
            await asyncio.sleep(0)

    for transport, answer in itertools.product((*POOLED, "aiohttp"), ("nothing", "half a body", "half a stream")):
        loop = asyncio.new_event_loop()
        loop.set_exception_handler(lambda *_: None)  # that a task was destroyed
        client = client_of(server, transport)
        dropped = weakref.ref(client)
        loop.run_until_complete(work(client, answer))
        loop.close()
        server.wait_for_connections(0)
        del client, loop
        gc.collect()
        assert dropped() is None


KINDS: dict[str, Callable[[HeldServer, AsyncAIMLAPI], None]] = {
    kind.__name__: kind
    for kind in (
        one_after_the_other,
        at_the_same_time,
        ending,
        closed_bare,
        left_open,
        ended_at_once,
        of_another_make,
        closed_by_another,
        dropped,
        dropped_before_the_end,
        kept_by_a_generator,
        closed_in_flight,
    )
    # CPython 3.11 may crash while it collects a task of a closed loop that waits in asyncio.timeout, whose ever it is.
    if kind is not closed_in_flight or sys.version_info >= (3, 12)
}


def repeated(kinds: str, transport: str, scheme: str, times: str) -> None:
    context = anonymous_tls(ssl.PROTOCOL_TLS_CLIENT)
    base.tls = lambda: context
    for kind in kinds.split():
        print(kind, flush=True)  # what is said last is what failed
        repeat(kind, transport, scheme, int(times))


def repeat(kind: str, transport: str, scheme: str, times: int) -> None:
    with HeldServer(scheme) as server:
        for _ in range(times):
            client = client_of(server, transport)
            KINDS[kind](server, client)
            asyncio.run(client.close())
            server.wait_for_connections(0)


# --- the tests


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize(
    ("kinds", "scheme", "times"),
    [
        *(pytest.param(" ".join(KINDS), scheme, "2", id=f"each-{scheme}") for scheme in ("http", "https")),
        *(
            pytest.param(kind, scheme, times, marks=pytest.mark.slow, id=f"{kind}-{scheme}")
            for kind in KINDS
            # Handshakes take most of the time; and to collect garbage after each of the six calls of one kind.
            for scheme, times in (("http", "80" if kind == "closed_in_flight" else OFTEN), ("https", "50"))
        ),
    ],
)
def test_each_loop_has_connections_of_its_own(kinds: str, transport: str, scheme: str, times: str) -> None:
    """Which are closed when it ends, by whoever uses the client next, or with the client; nobody is warned."""
    in_another_process(__name__, "repeated", kinds, transport, scheme, times)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_stream_is_read_on_its_own_loop(server: HeldServer, transport: Any) -> None:
    """Elsewhere the reader is told so; what closes it there leaves that to its own loop."""
    client = client_of(server, transport)

    async def read(stream: Any) -> None:
        with pytest.raises(StreamError, match="another event loop"):
            await stream.until_done()

    with asyncio.Runner() as first, asyncio.Runner() as second:
        streams = [first.run(use(client)) for _ in range(2)]
        second.run(read(streams[0]))
        second.run(streams[1].close())
        first.run(asyncio.sleep(0))
        first.run(asyncio.to_thread(server.wait_for_connections, 2))
        second.run(client.close())
        first.run(asyncio.to_thread(server.wait_for_connections, 0))


class Ended:
    """An event loop that has ended, and what the client knows of it."""

    def is_closed(self) -> bool:
        return True

    def forget(self) -> None:
        pass

    @property
    def sender(self) -> Ended:
        return self


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("way", ["send", "close"])
def test_others_may_begin_while_the_garbage_collector_runs(server: HeldServer, transport: Any, way: str) -> None:
    """On other threads. Before CPython 3.12 it runs in the middle of what looks like a single step."""
    client = client_of(server, transport)
    homes = homes_of(client)
    others = [Ended() for _ in range(20)]
    homes.update(zip(others, others, strict=True))

    def begin(*_: object) -> None:
        other = Ended()
        homes[other] = other

    async def work() -> None:
        before, kept = gc.get_threshold(), [(object(), number) for number in range(5000)]  # else tuples are used again
        gc.callbacks.append(begin)
        gc.set_threshold(1, 1000, 1000)
        try:
            await (client.messages.create(**WHOLE) if way == "send" else client.close())
        finally:
            gc.set_threshold(*before)
            gc.callbacks.remove(begin)
        assert len(kept) == 5000
        assert not homes.keys() & set(others)

    asyncio.run(work())


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_without_asyncio_it_is_refused(server: HeldServer, transport: Any) -> None:
    """As by trio, on which these connections do not run."""
    with pytest.raises(ConfigurationError, match="event loop of asyncio"):
        client_of(server, transport).messages.create(**WHOLE).send(None)


if __name__ == "__main__":
    main({"repeated": repeated})
