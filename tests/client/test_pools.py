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
from aimlapi_messages.transport.pools import (
    MOST_IDLE,
    MOST_IN_FLIGHT,
    POOL_SIZE,
    AsyncTransportName,
    Pools,
    _tls_for,
    async_pools,
)

from ..support.deadlines import LIMIT
from .held_server import HeldServer
from .transports import TRANSPORTS, on_aiohttp
from .wire import KEY, MODEL, TEXT_EVENTS, body, sse, text_block


@pytest.fixture
def pools() -> Pools[httpx.Client]:
    return Pools(lambda _: httpx.Client(), size=POOL_SIZE)


# --- pools


def test_a_full_pool_is_followed_by_another(pools: Pools[httpx.Client]) -> None:
    """The first is taken again as soon as it has room."""
    first = [pools.acquire() for _ in range(POOL_SIZE)]
    assert len({id(pool) for pool in first}) == 1
    assert pools.acquire() is not first[0]
    pools.release(first[0])
    assert pools.acquire() is first[0]


def test_more_than_all_pools_take_is_spread_over_them(pools: Pools[httpx.Client]) -> None:
    """httpx lets them wait there."""
    for _ in range(MOST_IN_FLIGHT):
        pools.acquire()
    full = len(pools.connections)
    beyond = [pools.acquire() for _ in range(full)]
    assert len(pools.connections) == full == MOST_IN_FLIGHT // POOL_SIZE
    assert len({id(pool) for pool in beyond}) == full


def test_a_crowd_that_has_gone_leaves_few_pools(pools: Pools[httpx.Client]) -> None:
    """The rest is handed out to be closed, each once."""
    taken = [pools.acquire() for _ in range(MOST_IN_FLIGHT)]
    closed = [client for client in map(pools.release, taken) if client is not None]
    assert len(pools.connections) == MOST_IDLE // POOL_SIZE
    assert len(closed) == len(set(map(id, closed))) == MOST_IN_FLIGHT // POOL_SIZE - len(pools.connections)


def test_a_pool_whose_request_was_broken_off_takes_no_more(pools: Pools[httpx.Client]) -> None:
    """It is handed out to be closed with its last request."""
    pool, other = pools.acquire(), pools.acquire()
    assert other is pool
    assert pools.release(pool, tainted=True) is None
    assert pools.acquire() is not pool
    assert pools.release(pool) is pool.connections


def test_a_given_client_takes_all_and_is_never_handed_out() -> None:
    """It belongs to its giver."""
    with httpx.Client() as given:
        pools: Pools[httpx.Client] = Pools(lambda _: given, size=None, owned=False)
        taken = [pools.acquire() for _ in range(3 * POOL_SIZE)]
        assert {id(pool.connections) for pool in taken} == {id(given)}
        assert [pools.release(pool, tainted=True) for pool in taken] == [None] * len(taken)
        assert pools.retire() == []


# --- clients


def test_all_clients_share_what_connections_are_encrypted_with(monkeypatch: pytest.MonkeyPatch) -> None:
    """The certificates are loaded once, and anew when the environment names others."""
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    _tls_for.cache_clear()
    clients = [AIMLAPI(api_key=KEY) for _ in range(3)]
    for client in clients:
        client._transport._acquire()
        client.close()
    assert _tls_for.cache_info().misses == 1
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/at/all.pem")
    with pytest.raises(ConfigurationError, match="SSL_CERT_FILE"):
        AIMLAPI(api_key=KEY)._transport._acquire()


def test_no_certificates_are_loaded_where_nothing_is_encrypted() -> None:
    """As with the emulator. Connections to other addresses are made apart, and are as safe as ever."""
    _tls_for.cache_clear()
    with HeldServer() as server, AIMLAPI(api_key=KEY, base_url=server.base_url) as client:
        client.messages.create(model=MODEL, messages="Hi", extra_headers={"x-answer": "a body"})
        assert _tls_for.cache_info().misses == 0
        plain = client._transport._acquire(server.base_url)
        secure = client._transport._acquire("https://gateway.invalid")
        assert _tls_for.cache_info().misses == 1
        assert client._transport._acquire(server.base_url) is plain is not secure
        assert client._transport._acquire("https://gateway.invalid") is secure


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
    monkeypatch.delitem(sys.modules, "aimlapi_messages.transport.aiohttp", raising=False)
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
        error = await failed(base_url, transport, timeout=httpx.Timeout(LIMIT, read=0.05))
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
@pytest.mark.parametrize("given", ["socks5://user:hunter2@proxy.invalid:1", "http://user:hunter2@[::1"])
async def test_a_proxy_that_aiohttp_does_not_know_is_a_configuration_error(
    given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with httpx. No password that stands in its address is named."""
    for name in ("HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ALL_PROXY", given)
    async with AsyncAIMLAPI(api_key=KEY, base_url="http://gateway.invalid", transport="aiohttp") as client:
        with pytest.raises(ConfigurationError, match="ALL_PROXY") as caught:
            await client.messages.create(model=MODEL, messages="Hi")
    assert "hunter2" not in str(caught.value)


@pytest.mark.anyio
@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_proxy_at_a_port_that_there_cannot_be_is_a_configuration_error(
    transport: AsyncTransportName, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever sends the request finds it out late, each in its own way."""
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:99999")
    async with AsyncAIMLAPI(api_key=KEY, base_url="http://gateway.invalid", transport=transport) as client:
        with pytest.raises(ConfigurationError, match=r"prox|PROXY"):
            await client.messages.create(model=MODEL, messages="Hi")


@pytest.mark.anyio
@on_aiohttp
@pytest.mark.parametrize("spared", ["*", "elsewhere.example, *", "127.0.0.1", "{host}"])
async def test_aiohttp_spares_what_the_environment_says(spared: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxy would answer 502; its address may lack the scheme."""

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n")

    async with serving(_teapot) as base_url, serving(proxy) as proxy_url:
        monkeypatch.setenv("http_proxy", proxy_url.removeprefix("http://"))
        monkeypatch.delenv("no_proxy", raising=False)
        for expected in (502, 418):
            async with AsyncAIMLAPI(api_key=KEY, base_url=base_url, transport="aiohttp", max_retries=0) as client:
                with pytest.raises(APIStatusError) as caught:
                    await client.messages.create(model=MODEL, messages="Hi")
            assert caught.value.status_code == expected
            monkeypatch.setenv("no_proxy", spared.format(host=base_url.removeprefix("http://")))


async def _teapot(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 418 Teapot\r\ncontent-length: 0\r\n\r\n")


@pytest.mark.anyio
@on_aiohttp
@pytest.mark.parametrize(
    "head",
    [b"HTTP/1.1 2x0 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nno header\r\n\r\n", b"HTTP/1.1 200 OK\r\nx: " + b"y" * 70_000],
)
async def test_nothing_in_the_chain_of_an_error_of_aiohttp_shows_the_key(head: bytes) -> None:
    """Its errors of replies hold the request's headers."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(head)

    async with serving(answer) as base_url:
        error: BaseException | None = await failed(base_url, "aiohttp")
    while error is not None:
        assert KEY not in f"{error!r} {error.args} {vars(error)}"
        error = error.__cause__ or error.__context__


@pytest.mark.anyio
@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_head_with_a_long_line_is_read(transport: Any) -> None:
    """Proxies add such."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 418 Teapot\r\nx-long: " + b"y" * 20_000 + b"\r\ncontent-length: 0\r\n\r\n")

    async with (
        serving(answer) as base_url,
        AsyncAIMLAPI(api_key=KEY, base_url=base_url, transport=transport, max_retries=0) as client,
    ):
        with pytest.raises(APIStatusError) as caught:
            await client.messages.create(model=MODEL, messages="Hi")
    assert caught.value.headers["x-long"] == "y" * 20_000


@pytest.mark.anyio
@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_server_that_does_not_read_is_not_sent_to_for_ever(transport: Any) -> None:
    """The body is larger than what the system takes from the sender, and than what aiohttp warns of."""
    release = asyncio.Event()

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await release.wait()
        writer.close()

    server = await asyncio.start_server(hold, "127.0.0.1", 0, limit=1024)
    async with server:
        base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with AsyncAIMLAPI(
            api_key=KEY, base_url=base_url, transport=transport, max_retries=0, timeout=0.2
        ) as client:
            with pytest.raises(APITimeoutError):
                await client.messages.create(model=MODEL, messages="x" * 20_000_000)
        release.set()


@pytest.mark.anyio
@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_what_had_come_before_a_connection_broke_is_read(transport: Any) -> None:
    """Though it broke while the reader had other things to do."""
    over = asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
        for payload in TEXT_EVENTS:
            event = sse(payload)
            writer.write(b"%x\r\n%s\r\n" % (len(event), event))
            await writer.drain()
            await asyncio.sleep(0.01)
        asyncio.get_running_loop().call_later(0.1, over.set)  # by then the connection is closed

    async with (
        serving(answer) as base_url,
        AsyncAIMLAPI(api_key=KEY, base_url=base_url, transport=transport, max_retries=0) as client,
        client.messages.stream(model=MODEL, messages="Hi") as stream,
    ):
        async for _ in stream:
            await over.wait()
            break
        assert await stream.get_final_text() == "Hello"


@on_aiohttp
def test_a_client_on_aiohttp_outlives_its_event_loop() -> None:
    """What the first loop left is of no use; the second has connections of its own."""
    with HeldServer() as server:
        client = AsyncAIMLAPI(api_key=KEY, base_url=server.base_url, transport="aiohttp", max_retries=0)

        async def ask() -> str:
            message = await client.messages.create(model=MODEL, messages="Hi", extra_headers={"x-answer": "a body"})
            await client._transport._pools.connections[0].aclose()
            return message.text

        assert [asyncio.run(ask()) for _ in range(2)] == ["Hello", "Hello"]


@pytest.mark.parametrize("hooked", ["response", "auth"])
def test_a_reply_that_the_user_s_own_client_has_read_is_read_again(hooked: str) -> None:
    """From where httpx keeps it, and not from a connection that may serve another request by now."""

    class Reading(httpx.Auth):
        requires_response_body = True

    options: dict[str, Any] = {"auth": Reading()}
    if hooked == "response":
        options = {"event_hooks": {"response": [lambda response: response.read()]}}
    with HeldServer() as server, httpx.Client(**options, timeout=LIMIT) as http_client:
        client = AIMLAPI(api_key=KEY, base_url=server.base_url, http_client=http_client, max_retries=0)
        message = client.messages.create(model=MODEL, messages="Hi", extra_headers={"x-answer": "a body"})
    assert message.text == "Hello"


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
