"""The httpx clients behind a client: several at once, shared TLS, none left over, and the two transports by name."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from aimlapi_messages import (
    AIMLAPI,
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    AsyncAIMLAPI,
    ConfigurationError,
)
from aimlapi_messages._http_clients import MOST_IDLE, MOST_IN_FLIGHT, POOL_SIZE, Pools, _tls_for, async_pools

from .held_server import HeldServer
from .transports import TRANSPORTS, on_aiohttp
from .wire import KEY, MODEL, body, text_block


@pytest.fixture
def pools() -> Pools[httpx.Client]:
    return Pools(lambda _: httpx.Client(), size=POOL_SIZE)


# --- pools


def test_a_full_pool_is_followed_by_another(pools: Pools[httpx.Client]) -> None:
    """The first is taken again as soon as it has room."""
    first = [pools.take() for _ in range(POOL_SIZE)]
    assert len({id(pool) for pool in first}) == 1
    assert pools.take() is not first[0]
    pools.give_back(first[0])
    assert pools.take() is first[0]


def test_more_than_all_pools_take_is_spread_over_them(pools: Pools[httpx.Client]) -> None:
    """httpx lets them wait there."""
    for _ in range(MOST_IN_FLIGHT):
        pools.take()
    full = len(pools.connections)
    beyond = [pools.take() for _ in range(full)]
    assert len(pools.connections) == full == MOST_IN_FLIGHT // POOL_SIZE
    assert len({id(pool) for pool in beyond}) == full


def test_a_crowd_that_has_gone_leaves_few_pools(pools: Pools[httpx.Client]) -> None:
    """The rest is handed out to be closed, each once."""
    taken = [pools.take() for _ in range(MOST_IN_FLIGHT)]
    closed = [client for client in map(pools.give_back, taken) if client is not None]
    assert len(pools.connections) == MOST_IDLE // POOL_SIZE
    assert len(closed) == len(set(map(id, closed))) == MOST_IN_FLIGHT // POOL_SIZE - len(pools.connections)


def test_a_pool_whose_request_was_broken_off_takes_no_more(pools: Pools[httpx.Client]) -> None:
    """It is handed out to be closed with its last request."""
    pool, other = pools.take(), pools.take()
    assert other is pool
    assert pools.give_back(pool, worn=True) is None
    assert pools.take() is not pool
    assert pools.give_back(pool) is pool.connections


def test_a_given_client_takes_all_and_is_never_handed_out() -> None:
    """It belongs to its giver."""
    with httpx.Client() as given:
        pools: Pools[httpx.Client] = Pools(lambda _: given, size=None, owned=False)
        taken = [pools.take() for _ in range(3 * POOL_SIZE)]
        assert {id(pool.connections) for pool in taken} == {id(given)}
        assert [pools.give_back(pool, worn=True) for pool in taken] == [None] * len(taken)
        assert pools.retire() == []


# --- clients


def test_all_clients_share_what_connections_are_encrypted_with(monkeypatch: pytest.MonkeyPatch) -> None:
    """The certificates are loaded once, and anew when the environment names others."""
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    _tls_for.cache_clear()
    clients = [AIMLAPI(api_key=KEY) for _ in range(3)]
    for client in clients:
        client._transport._take()
        client.close()
    assert _tls_for.cache_info().misses == 1
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/at/all.pem")
    with pytest.raises(ConfigurationError, match="SSL_CERT_FILE"):
        AIMLAPI(api_key=KEY)._transport._take()


def test_no_certificates_are_loaded_where_nothing_is_encrypted() -> None:
    """As with the emulator. Connections to other addresses are made apart, and are as safe as ever."""
    _tls_for.cache_clear()
    with HeldServer() as server, AIMLAPI(api_key=KEY, base_url=server.base_url) as client:
        client.messages.create(model=MODEL, messages="Hi", extra_headers={"x-answer": "a body"})
        assert _tls_for.cache_info().misses == 0
        plain = client._transport._take(server.base_url)
        secure = client._transport._take("https://gateway.invalid")
        assert _tls_for.cache_info().misses == 1
        assert client._transport._take(server.base_url) is plain is not secure
        assert client._transport._take("https://gateway.invalid") is secure


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
            assert not any(pool.in_flight for pool in client._transport._pools._all)


# --- by name


def test_an_unknown_transport_is_refused() -> None:
    """When the client is made, with the names that there are."""
    with pytest.raises(ConfigurationError, match="'httpx' or 'aiohttp'"):
        AsyncAIMLAPI(api_key=KEY, transport="curl")  # type: ignore[arg-type]


@pytest.mark.anyio
async def test_a_transport_and_a_client_of_ones_own_do_not_go_together() -> None:
    """Nobody could tell which one sends."""
    async with httpx.AsyncClient() as given:
        with pytest.raises(ConfigurationError, match="Give one of them"):
            AsyncAIMLAPI(api_key=KEY, transport="aiohttp", http_client=given)


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command that installs it."""
    monkeypatch.delitem(sys.modules, "aimlapi_messages._aiohttp", raising=False)
    monkeypatch.setitem(sys.modules, "aiohttp", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'aimlapi-messages\[aiohttp\]'"):
        async_pools(None, "aiohttp")


# --- what is told of a connection that fails

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def serving(serve: Serve) -> AsyncIterator[str]:
    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await serve(reader, writer)
        writer.close()

    server = await asyncio.start_server(once, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def failed(base_url: str, transport: Any, **options: Any) -> APIConnectionError:
    async with AsyncAIMLAPI(api_key=KEY, base_url=base_url, transport=transport, max_retries=0, **options) as client:
        with pytest.raises(APIConnectionError) as caught:
            await client.messages.create(model=MODEL, messages="Hi")
    return caught.value


async def _hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    pass


async def _say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def _break_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{")


async def _talk_nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 mail ready\r\n\r\n")


@pytest.mark.anyio
@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize(("serve", "sent"), [(_hang_up, "maybe"), (_talk_nonsense, "maybe"), (_break_off, "answered")])
async def test_what_breaks_after_the_request_went_out_may_have_been_paid(
    transport: Any, serve: Serve, sent: str
) -> None:
    """Whoever makes the connection."""
    async with serving(serve) as base_url:
        error = await failed(base_url, transport)
    assert (type(error), error.sent) == (APIConnectionError, sent)


@pytest.mark.anyio
@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_refused_connection_cost_nothing(transport: Any) -> None:
    """It is no timeout either."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    error = await failed(f"http://127.0.0.1:{port}", transport)
    assert (type(error), error.sent) == (APIConnectionError, "no")


@pytest.mark.anyio
@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_timeout_of_reading_says_so(transport: Any) -> None:
    """Each call's own timeout counts."""
    async with serving(_say_nothing) as base_url:
        error = await failed(base_url, transport, timeout=0.05)
    assert isinstance(error, APITimeoutError)
    assert (error.phase, error.sent) == ("read", "maybe")


@pytest.mark.anyio
@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_an_error_that_the_caller_handles_keeps_its_variables(transport: Any) -> None:
    """Only the frames of what fails meanwhile are emptied, for they may hold the key."""

    def fail() -> None:
        kept = "a variable"
        raise LookupError(kept)

    async def call_while_it_is_handled() -> None:
        try:
            fail()
        except LookupError:
            async with serving(_hang_up) as base_url:
                await failed(base_url, transport)
            raise

    with pytest.raises(LookupError) as caught:
        await call_while_it_is_handled()
    assert caught.traceback[-1].frame.f_locals == {"kept": "a variable"}


@pytest.mark.anyio
@on_aiohttp
async def test_aiohttp_goes_through_the_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """As httpx does."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 418 Teapot\r\ncontent-length: 0\r\n\r\n")

    async with serving(answer) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        async with AsyncAIMLAPI(
            api_key=KEY, base_url="http://gateway.invalid", transport="aiohttp", max_retries=0
        ) as client:
            with pytest.raises(APIStatusError) as caught:
                await client.messages.create(model=MODEL, messages="Hi")
    assert caught.value.status_code == 418


@pytest.mark.anyio
@on_aiohttp
async def test_a_proxy_that_aiohttp_does_not_know_cost_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names no password that may stand in its address."""
    monkeypatch.setenv("ALL_PROXY", "socks5://user:hunter2@proxy.invalid:1")
    for name in ("HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    error = await failed("http://gateway.invalid", "aiohttp")
    assert (type(error), error.sent) == (APIConnectionError, "no")
    assert "hunter2" not in str(error)


@pytest.mark.anyio
@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_headers_that_come_twice_and_bytes_that_are_no_ascii_are_read(transport: Any) -> None:
    """In the same way by both."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 418 Teapot\r\nX-Two: a\r\nx-two: b\r\nx-utf: caf\xc3\xa9\r\nx-latin: caf\xe9\r\n")
        writer.write(b"content-length: 0\r\n\r\n")

    async with (
        serving(answer) as base_url,
        AsyncAIMLAPI(api_key=KEY, base_url=base_url, transport=transport, max_retries=0) as client,
    ):
        with pytest.raises(APIStatusError) as caught:
            await client.messages.create(model=MODEL, messages="Hi")
    headers = caught.value.headers
    assert headers["x-two"] == "a, b"
    assert {headers["x-utf"], headers["x-latin"]} <= {"caf\xe9", "caf\xc3\xa9"}


@pytest.mark.anyio
@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_compressed_answer_is_read(transport: Any) -> None:
    """As the request says that it may be."""
    packed = gzip.compress(json.dumps(body(text_block("Hello"))).encode())
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        head = (
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\ncontent-length: %d\r\n\r\n"
        )
        writer.write(head % len(packed) + packed)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with AsyncAIMLAPI(api_key=KEY, base_url=base_url, transport=transport) as client:
            message = await client.messages.create(model=MODEL, messages="Hi")
    assert message.text == "Hello"
    assert b"gzip" in asked[0].lower()
