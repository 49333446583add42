"""The connections of a client: as many as it needs, shared TLS, none left over, and the two transports by name."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import sys
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from threading import Timer
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
from aimlapi_messages.transport import AsyncTransportName, base

from ..support.deadlines import LIMIT
from ..support.held_server import HeldServer
from ..support.transports import TRANSPORTS, busy, on_aiohttp
from ..support.wire import KEY, MODEL, TEXT_EVENTS, body, sse, text_block

CALL: dict[str, Any] = {"model": MODEL, "messages": "Hi"}
WHOLE = {"x-answer": "a body"}


@pytest.fixture
def server() -> Iterator[HeldServer]:
    with HeldServer() as running:
        yield running


# --- how many


def test_a_connection_takes_one_request_at_a_time_and_then_the_next(server: HeldServer) -> None:
    """Another is made while all are busy, and the one that was used last is used again."""
    with AIMLAPI(api_key=KEY, base_url=server.base_url) as client:
        streams = [client.messages.create(**CALL, stream=True, extra_headers={"x-answer": "a stream"}) for _ in "ab"]
        assert len(server._open) == len(busy(client)) // 2 == 2
        for stream in streams:
            stream.until_done()
        assert len(client._transport.all) == 2
        last = client._transport._idle[-1]
        client.messages.create(**CALL, extra_headers=WHOLE)
        assert client._transport._idle[-1] is last
        assert len(server._open) == 2


def test_a_connection_whose_answer_was_not_read_is_closed(server: HeldServer) -> None:
    """It has the rest of that answer in it."""
    with AIMLAPI(api_key=KEY, base_url=server.base_url) as client:
        client.messages.create(**CALL, stream=True).close()
        assert not client._transport.all
        server.wait_for_connections(0)


def test_a_connection_that_the_server_closed_meanwhile_is_not_used(server: HeldServer) -> None:
    """Nor does the request fail."""
    with AIMLAPI(api_key=KEY, base_url=server.base_url, max_retries=0) as client:
        client.messages.create(**CALL, extra_headers=WHOLE)
        (connection,) = server._open
        connection.shutdown(socket.SHUT_RDWR)
        server.wait_for_connections(0)
        assert client.messages.create(**CALL, extra_headers=WHOLE).text == "Hello"
        assert len(client._transport.all) == 1


@pytest.mark.anyio
async def test_a_crowd_that_has_gone_leaves_few_connections(
    server: HeldServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rest is closed, and none of those in flight is."""
    monkeypatch.setattr(base, "MOST_IDLE", 3)
    async with AsyncAIMLAPI(api_key=KEY, base_url=server.base_url) as client:
        await asyncio.gather(*(client.messages.create(**CALL, extra_headers=WHOLE) for _ in range(20)))
        assert len(client._transport.all) == len(client._transport._idle) == 3
        await asyncio.to_thread(server.wait_for_connections, 3)


def test_a_request_beyond_the_most_in_flight_waits(server: HeldServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as its timeout says, and was not sent then."""
    monkeypatch.setattr(base, "MOST_IN_FLIGHT", 1)
    with AIMLAPI(api_key=KEY, base_url=server.base_url, max_retries=0) as client:
        stream = client.messages.create(**CALL, stream=True)
        with pytest.raises(APITimeoutError) as caught:
            client.messages.create(**CALL, timeout=httpx.Timeout(30, pool=0.01))
        assert (caught.value.phase, caught.value.sent) == ("pool", "no")
        Timer(0.05, stream.close).start()
        client.messages.create(**CALL, extra_headers=WHOLE)


@pytest.mark.anyio
async def test_an_async_request_beyond_the_most_in_flight_waits(
    server: HeldServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same for asyncio."""
    monkeypatch.setattr(base, "MOST_IN_FLIGHT", 1)
    async with AsyncAIMLAPI(api_key=KEY, base_url=server.base_url, max_retries=0) as client:
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


def test_all_clients_share_what_connections_are_encrypted_with(refused: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The certificates are loaded once, and anew when the environment names others."""
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    base._tls_for.cache_clear()
    for _ in range(3):
        with AIMLAPI(api_key=KEY, base_url=refused, max_retries=0) as client, pytest.raises(APIConnectionError):
            client.messages.create(**CALL)
    assert base._tls_for.cache_info().misses == 1
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/at/all.pem")
    with AIMLAPI(api_key=KEY, base_url=refused) as client, pytest.raises(ConfigurationError, match="SSL_CERT_FILE"):
        client.messages.create(**CALL)


def test_no_certificates_are_loaded_where_nothing_is_encrypted(server: HeldServer) -> None:
    """As with the emulator."""
    base._tls_for.cache_clear()
    with AIMLAPI(api_key=KEY, base_url=server.base_url) as client:
        client.messages.create(**CALL, extra_headers=WHOLE)
    assert base._tls_for.cache_info().misses == 0


def test_a_connection_serves_its_own_address_only(server: HeldServer, refused: str) -> None:
    """Copies of a client with other addresses share its connections."""
    with AIMLAPI(api_key=KEY, base_url=server.base_url, max_retries=0) as client:
        client.messages.create(**CALL, extra_headers=WHOLE)
        with pytest.raises(APIConnectionError):
            client.with_options(base_url=refused).messages.create(**CALL)
        assert len(client._transport.all) == 1


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


# --- by name


def test_an_unknown_transport_is_refused() -> None:
    """When the client is made, with the names that there are."""
    with pytest.raises(ConfigurationError, match="'httpx' or 'aiohttp'"):
        AsyncAIMLAPI(api_key=KEY, transport="curl")


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
        AsyncAIMLAPI(api_key=KEY, transport="aiohttp")


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


@pytest.fixture
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The environment names none, until a test has it do so."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    return monkeypatch


async def _teapot(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 418 Teapot\r\ncontent-length: 0\r\n\r\n")


async def _bad_gateway(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n")


async def status_of(base_url: str, transport: Any) -> int | None:
    async with AsyncAIMLAPI(api_key=KEY, base_url=base_url, transport=transport, max_retries=0) as client:
        with pytest.raises(APIStatusError) as caught:
            await client.messages.create(**CALL)
    return caught.value.status_code


@pytest.mark.anyio
@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("name", ["HTTP_PROXY", "all_proxy"])
async def test_a_request_goes_through_the_proxy_of_the_environment(
    transport: Any, name: str, no_proxies: pytest.MonkeyPatch
) -> None:
    """Whoever makes the connection."""
    async with serving(_teapot) as proxy:
        no_proxies.setenv(name, proxy)
        assert await status_of("http://gateway.invalid", transport) == 418


@pytest.mark.anyio
@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_proxy_is_told_its_password_and_only_the_name_of_the_gateway(
    transport: Any, no_proxies: pytest.MonkeyPatch
) -> None:
    """What is encrypted goes through a tunnel. A proxy that makes none has cost nothing."""
    heads: list[bytes] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(proxy, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        no_proxies.setenv("HTTPS_PROXY", f"http://user:hunter2@127.0.0.1:{port}")
        error = await failed("https://gateway.invalid", transport)
    (head,) = heads
    assert head.startswith(b"CONNECT gateway.invalid:443 ")
    assert b64encode(b"user:hunter2") in head
    assert KEY.encode() not in head
    assert "hunter2" not in f"{error}"
    assert error.sent == "no"


@pytest.mark.anyio
@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("given", ["socks5://user:hunter2@proxy.invalid:1", "http://user:hunter2@[::1", "gopher://a"])
async def test_a_proxy_that_cannot_be_used_is_a_configuration_error(
    given: str, transport: Any, no_proxies: pytest.MonkeyPatch
) -> None:
    """aiohttp knows no SOCKS, and httpcore needs a package for it. No password that stands in an address is named."""
    no_proxies.setitem(sys.modules, "socksio", None)
    no_proxies.delitem(sys.modules, "httpcore._async.socks_proxy", raising=False)
    no_proxies.setenv("ALL_PROXY", given)
    async with AsyncAIMLAPI(api_key=KEY, base_url="http://gateway.invalid", transport=transport) as client:
        with pytest.raises(ConfigurationError, match="ALL_PROXY") as caught:
            await client.messages.create(**CALL)
    assert "hunter2" not in str(caught.value)


@pytest.mark.anyio
@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_proxy_at_a_port_that_there_cannot_be_is_a_configuration_error(
    transport: AsyncTransportName, no_proxies: pytest.MonkeyPatch
) -> None:
    """Whatever sends the request finds it out late, each in its own way."""
    no_proxies.setenv("HTTP_PROXY", "http://127.0.0.1:99999")
    async with AsyncAIMLAPI(api_key=KEY, base_url="http://gateway.invalid", transport=transport) as client:
        with pytest.raises(ConfigurationError, match=r"prox|PROXY"):
            await client.messages.create(model=MODEL, messages="Hi")


@pytest.mark.anyio
@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("spared", ["*", "elsewhere.example, *", "127.0.0.1", "{host}", "http://127.0.0.1"])
async def test_what_the_environment_spares_goes_through_no_proxy(
    spared: str, transport: Any, no_proxies: pytest.MonkeyPatch
) -> None:
    """The proxy would answer 502; its address may lack the scheme."""
    async with serving(_teapot) as base_url, serving(_bad_gateway) as proxy:
        no_proxies.setenv("http_proxy", proxy.removeprefix("http://"))
        assert await status_of(base_url, transport) == 502
        no_proxies.setenv("no_proxy", spared.format(host=base_url.removeprefix("http://")))
        assert await status_of(base_url, transport) == 418


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
            await client._transport._session.close()
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
