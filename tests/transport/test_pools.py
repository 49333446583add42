"""The connections of a client: as many as it needs, shared TLS, none left over, and the transports by name."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, nullcontext, suppress
from itertools import count
from threading import Timer
from typing import Any

import httpx
import httpx2
import pytest

from aimlapi_messages import (
    AIMLAPI,
    APIConnectionError,
    APITimeoutError,
    AsyncAIMLAPI,
    ConfigurationError,
)
from aimlapi_messages.transport import base

from ..support.deadlines import LIMIT
from ..support.held_server import HeldServer
from ..support.transports import (
    KINDS,
    POOLED,
    TRANSPORTS,
    busy,
    connections_of,
    is_sync,
    sender_of,
    transport_of,
)
from ..support.wire import KEY, MODEL, body, text_block

CALL: dict[str, Any] = {"model": MODEL, "messages": "Hi"}
WHOLE = {"x-answer": "a body"}


@pytest.fixture
def server() -> Iterator[HeldServer]:
    with HeldServer() as running:
        yield running


# --- how many


@pytest.mark.parametrize("transport", POOLED)
def test_a_connection_takes_one_request_at_a_time_and_then_the_next(server: HeldServer, transport: Any) -> None:
    """Another is made while all are busy, and the one that was used last is used again."""
    with AIMLAPI(api_key=KEY, transport=transport, base_url=server.base_url) as client:
        streams = [client.messages.create(**CALL, stream=True, extra_headers={"x-answer": "a stream"}) for _ in "ab"]
        assert len(server._open) == len(busy(client)) == 2
        for stream in streams:
            stream.until_done()
        assert len(connections_of(client)) == 2
        last = sender_of(client).idle[-1]
        client.messages.create(**CALL, extra_headers=WHOLE)
        assert sender_of(client).idle[-1] is last
        assert len(server._open) == 2


@pytest.mark.parametrize("transport", POOLED)
def test_a_connection_whose_answer_was_not_read_is_closed(server: HeldServer, transport: Any) -> None:
    """It has the rest of that answer in it."""
    with AIMLAPI(api_key=KEY, transport=transport, base_url=server.base_url) as client:
        client.messages.create(**CALL, stream=True).close()
        assert not connections_of(client)
        server.wait_for_connections(0)


def _text_of(number: int) -> bytes:
    data = json.dumps(body(text_block(f"answer {number}"))).encode()
    return b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (len(data), data)


@pytest.mark.anyio
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize(
    "more",
    [
        *(_text_of(99), _text_of(99) * 2, _text_of(99)[:-1], _text_of(99)[:20], b"HTTP/1.1 100 Continue\r\n\r\n"),
        *(b"<html>", b"{}", b"HTTP/1.1 500 Late\r\n\r\n"),
    ],
)
async def test_what_nobody_asked_for_answers_no_later_request(kind: str, at_once: bool, more: bytes) -> None:
    """A connection by which more has come than a response is closed, whether it came with that or after it."""
    asked, sent, read, served = count(1), asyncio.Event(), asyncio.Event(), set[Any]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served.add(asyncio.current_task())
        with closing(writer), suppress(asyncio.IncompleteReadError, ConnectionError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                await reader.readexactly(int(head.lower().partition(b"content-length:")[2].split()[0]))
                number = next(asked)
                first = more if number == 1 else b""
                writer.write(_text_of(number) + (first if at_once else b""))
                if first and not at_once:
                    await read.wait()
                    writer.write(first)
                    await writer.drain()
                sent.set()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    options: dict[str, Any] = {
        "api_key": KEY,
        "base_url": f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}",
        "max_retries": 0,
    }
    async with server:
        with AIMLAPI(**options, transport=transport_of(kind) if is_sync(kind) else "httpx") as sync:
            async with AsyncAIMLAPI(**options, transport=transport_of(kind)) as client:

                async def text() -> str:
                    if is_sync(kind):
                        return (await asyncio.to_thread(sync.messages.create, **CALL)).text
                    return (await client.messages.create(**CALL)).text

                # What comes at once and cannot be read, aiohttp tells before it gives what it has.
                with suppress(APIConnectionError) if at_once and kind == "aiohttp" else nullcontext():
                    assert await text() == "answer 1"
                read.set()
                await sent.wait()
                for _ in range(100):  # until it has come
                    await asyncio.sleep(0)
                assert [await text(), await text()] == ["answer 2", "answer 3"]
        await asyncio.wait(served, timeout=LIMIT)


@pytest.mark.parametrize("transport", POOLED)
def test_a_connection_that_the_server_closed_meanwhile_is_not_used(server: HeldServer, transport: Any) -> None:
    """Nor does the request fail."""
    with AIMLAPI(api_key=KEY, transport=transport, base_url=server.base_url, max_retries=0) as client:
        client.messages.create(**CALL, extra_headers=WHOLE)
        (connection,) = server._open
        connection.shutdown(socket.SHUT_RDWR)
        server.wait_for_connections(0)
        assert client.messages.create(**CALL, extra_headers=WHOLE).text == "Hello"
        assert len(connections_of(client)) == 1


@pytest.mark.anyio
@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_nor_by_a_client_whose_loop_has_not_seen_it(server: HeldServer, transport: Any) -> None:
    """Something else held it up."""
    async with AsyncAIMLAPI(api_key=KEY, base_url=server.base_url, max_retries=0, transport=transport) as client:
        await client.messages.create(**CALL, extra_headers=WHOLE)
        (connection,) = server._open
        connection.shutdown(socket.SHUT_RDWR)
        server.wait_for_connections(0)
        assert (await client.messages.create(**CALL, extra_headers=WHOLE)).text == "Hello"


@pytest.mark.anyio
@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_client_may_be_closed_by_several_at_once(server: HeldServer, transport: Any) -> None:
    """Each of them succeeds."""
    client = AsyncAIMLAPI(api_key=KEY, base_url=server.base_url, transport=transport)
    await client.messages.create(**CALL, extra_headers=WHOLE)
    await asyncio.gather(*(client.close() for _ in range(3)))
    await asyncio.to_thread(server.wait_for_connections, 0)


@pytest.mark.anyio
@pytest.mark.parametrize("transport", POOLED)
async def test_a_crowd_that_has_gone_leaves_few_connections(
    server: HeldServer, monkeypatch: pytest.MonkeyPatch, transport: Any
) -> None:
    """The rest is closed, and none of those in flight is."""
    monkeypatch.setattr(base, "MOST_IDLE", 3)
    async with AsyncAIMLAPI(api_key=KEY, transport=transport, base_url=server.base_url) as client:
        await asyncio.gather(*(client.messages.create(**CALL, extra_headers=WHOLE) for _ in range(20)))
        assert len(connections_of(client)) == len(sender_of(client).idle) == 3
        await asyncio.to_thread(server.wait_for_connections, 3)


@pytest.mark.parametrize("transport", POOLED)
def test_a_request_beyond_the_most_in_flight_waits(
    server: HeldServer, monkeypatch: pytest.MonkeyPatch, transport: Any
) -> None:
    """As long as its timeout says, and was not sent then."""
    monkeypatch.setattr(base, "MOST_IN_FLIGHT", 1)
    with AIMLAPI(api_key=KEY, transport=transport, base_url=server.base_url, max_retries=0) as client:
        stream = client.messages.create(**CALL, stream=True)
        with pytest.raises(APITimeoutError) as caught:
            client.messages.create(**CALL, timeout=httpx.Timeout(30, pool=0.01))
        assert (caught.value.phase, caught.value.sent) == ("pool", "no")
        Timer(0.05, stream.close).start()
        client.messages.create(**CALL, extra_headers=WHOLE)


@pytest.mark.anyio
@pytest.mark.parametrize("transport", POOLED)
async def test_an_async_request_beyond_the_most_in_flight_waits(
    server: HeldServer, monkeypatch: pytest.MonkeyPatch, transport: Any
) -> None:
    """The same for asyncio."""
    monkeypatch.setattr(base, "MOST_IN_FLIGHT", 1)
    async with AsyncAIMLAPI(api_key=KEY, transport=transport, base_url=server.base_url, max_retries=0) as client:
        stream = await client.messages.create(**CALL, stream=True)
        with pytest.raises(APITimeoutError) as caught:
            await client.messages.create(**CALL, timeout=httpx.Timeout(30, pool=0.01))
        assert (caught.value.phase, caught.value.sent) == ("pool", "no")
        waiting = asyncio.create_task(client.messages.create(**CALL, extra_headers=WHOLE))
        await asyncio.sleep(0.05)
        await stream.close()
        await waiting


# --- TLS


@pytest.fixture
def refused() -> str:
    """An address, to be reached with TLS, at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"https://127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize("transport", POOLED)
def test_all_clients_share_what_connections_are_encrypted_with(
    refused: str, monkeypatch: pytest.MonkeyPatch, transport: Any
) -> None:
    """The certificates are loaded once, and anew when the environment names others."""
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    base._tls_for.cache_clear()
    for _ in range(3):
        with (
            AIMLAPI(api_key=KEY, transport=transport, base_url=refused, max_retries=0) as client,
            pytest.raises(APIConnectionError),
        ):
            client.messages.create(**CALL)
    assert base._tls_for.cache_info().misses == 1
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/at/all.pem")
    with (
        AIMLAPI(api_key=KEY, transport=transport, base_url=refused) as client,
        pytest.raises(ConfigurationError, match="SSL_CERT_FILE"),
    ):
        client.messages.create(**CALL)


@pytest.mark.parametrize("transport", POOLED)
def test_no_certificates_are_loaded_where_nothing_is_encrypted(server: HeldServer, transport: Any) -> None:
    """As with the emulator."""
    base._tls_for.cache_clear()
    with AIMLAPI(api_key=KEY, transport=transport, base_url=server.base_url) as client:
        client.messages.create(**CALL, extra_headers=WHOLE)
    assert base._tls_for.cache_info().misses == 0


@pytest.mark.parametrize("transport", POOLED)
def test_a_connection_serves_its_own_address_only(server: HeldServer, refused: str, transport: Any) -> None:
    """Copies of a client with other addresses share its connections."""
    with AIMLAPI(api_key=KEY, transport=transport, base_url=server.base_url, max_retries=0) as client:
        client.messages.create(**CALL, extra_headers=WHOLE)
        with pytest.raises(APIConnectionError):
            client.with_options(base_url=refused).messages.create(**CALL)
        assert len(connections_of(client)) == 1


# --- streams


@pytest.mark.anyio
@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_many_streams_at_once_each_have_a_connection(transport: Any) -> None:
    """More than httpx allows one client unless told otherwise; all are open at the same time."""
    number = 150
    with HeldServer() as server:
        async with AsyncAIMLAPI(api_key=KEY, base_url=server.base_url, transport=transport) as client:
            streams = await asyncio.gather(
                *(client.messages.create(model=MODEL, messages="Hi", stream=True) for _ in range(number))
            )
            assert len(server._open) == number
            for stream in streams:
                await stream.close()
            assert not busy(client)


# --- closed meanwhile


def looked_up(monkeypatch: pytest.MonkeyPatch, server: HeldServer, close: Callable[[], None]) -> str:
    """Have the client closed while it looks for the server. Returns the address to give it."""
    look_up = socket.getaddrinfo

    def look_up_and_close(_host: object, *rest: Any, **options: Any) -> Any:
        close()
        return look_up("127.0.0.1", *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", look_up_and_close)
    return server.base_url.replace("127.0.0.1", "localhost")


@pytest.mark.parametrize("transport", POOLED)
def test_a_client_that_is_closed_before_it_is_connected_sends_nothing(
    server: HeldServer, monkeypatch: pytest.MonkeyPatch, transport: Any
) -> None:
    """What connects, on another thread, is told so, and does not wait for an answer."""
    url = looked_up(monkeypatch, server, lambda: client.close())
    client = AIMLAPI(api_key=KEY, transport=transport, base_url=url, max_retries=0)
    with pytest.raises(APIConnectionError, match="the client was closed"):
        client.messages.create(**CALL, extra_headers={"x-answer": "nothing"})
    assert server.answered == 0
    server.wait_for_connections(0)


@pytest.mark.anyio
@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_an_async_client_that_is_closed_before_it_is_connected_sends_nothing(
    server: HeldServer, monkeypatch: pytest.MonkeyPatch, transport: Any
) -> None:
    """The same on an event loop."""
    loop = asyncio.get_running_loop()
    url = looked_up(monkeypatch, server, lambda: asyncio.run_coroutine_threadsafe(client.close(), loop).result(LIMIT))
    client = AsyncAIMLAPI(api_key=KEY, base_url=url, transport=transport, max_retries=0)
    with pytest.raises(APIConnectionError, match="the client was closed"):
        await client.messages.create(**CALL, extra_headers={"x-answer": "nothing"})
    assert server.answered == 0
    await asyncio.to_thread(server.wait_for_connections, 0)


# --- by name


SYNC_NAMES, ASYNC_NAMES = "'httpx' or 'httpx2'", "'httpx' or 'httpx2' or 'aiohttp'"


@pytest.mark.parametrize(
    ("kind", "transport", "names"),
    [
        (AIMLAPI, "curl", SYNC_NAMES),
        (AIMLAPI, "aiohttp", SYNC_NAMES),
        (AIMLAPI, None, SYNC_NAMES),
        (AIMLAPI, httpx2, SYNC_NAMES),
        (AsyncAIMLAPI, "curl", ASYNC_NAMES),
        (AsyncAIMLAPI, "httpcore2", ASYNC_NAMES),
        (AsyncAIMLAPI, "", ASYNC_NAMES),
    ],
)
def test_an_unknown_transport_is_refused(kind: Any, transport: Any, names: str) -> None:
    """When the client is made, with the names that there are."""
    with pytest.raises(ConfigurationError, match=f"Give {names}\\."):
        kind(api_key=KEY, transport=transport)


@pytest.mark.parametrize(
    ("kind", "transport", "given"),
    [
        (AIMLAPI, "httpx2", httpx.Client),
        (AIMLAPI, "httpx2", httpx2.Client),
        (AsyncAIMLAPI, "httpx2", httpx.AsyncClient),
        (AsyncAIMLAPI, "httpx2", httpx2.AsyncClient),
        (AsyncAIMLAPI, "aiohttp", httpx.AsyncClient),
    ],
)
def test_a_transport_and_a_client_of_ones_own_do_not_go_together(kind: Any, transport: str, given: Any) -> None:
    """Nobody could tell which one sends."""
    with pytest.raises(ConfigurationError, match="Give one of them"):
        kind(api_key=KEY, transport=transport, http_client=given())


@pytest.mark.parametrize(
    ("kind", "extra", "missing"),
    [(AIMLAPI, "httpx2", "httpcore2"), (AsyncAIMLAPI, "httpx2", "httpcore2"), (AsyncAIMLAPI, "aiohttp", "aiohttp")],
)
def test_a_missing_extra_is_named(kind: Any, extra: str, missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command that installs it."""
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(ConfigurationError, match=rf"pip install 'aimlapi-messages\[{extra}\]'"):
        kind(api_key=KEY, transport=extra)
