"""Requests that go through a proxy of the environment, and what is told of one that cannot be used."""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from itertools import count
from typing import Any

import pytest

from aimlapi_messages import (
    AIMLAPI,
    APIStatusError,
    APITimeoutError,
    AsyncAIMLAPI,
    ConfigurationError,
)
from aimlapi_messages.transport import AsyncTransportName
from aimlapi_messages.transport.base import proxy_for

from ..support.deadlines import LIMIT
from ..support.held_server import HeldServer, anonymous_tls
from ..support.serving import Serve, failed, serving
from ..support.transports import KINDS, TRANSPORTS, is_sync, transport_of
from ..support.wire import KEY, MODEL, body, text_block

CALL: dict[str, Any] = {"model": MODEL, "messages": "Hi"}


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


async def _tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    host, port = (await reader.readuntil(b"\r\n\r\n")).split()[1].rsplit(b":", 1)
    from_there, to_there = await asyncio.open_connection(host.decode(), int(port))
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")

    async def pass_on(one: asyncio.StreamReader, other: asyncio.StreamWriter) -> None:
        with closing(other), suppress(ConnectionError):
            while data := await one.read(10_000):
                other.write(data)

    await asyncio.gather(pass_on(reader, to_there), pass_on(from_there, writer))


@pytest.mark.anyio
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_what_is_encrypted_goes_through_a_tunnel(kind: str, scheme: str, no_proxies: pytest.MonkeyPatch) -> None:
    """To a proxy that may itself be reached with TLS; and the next request goes through the same tunnel."""
    context = anonymous_tls(ssl.PROTOCOL_TLS_CLIENT)
    no_proxies.setattr("aimlapi_messages.transport.base.tls", lambda: context)
    tunnels = count()

    async def tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        next(tunnels)
        await _tunnel(reader, writer)

    options: dict[str, Any] = {"api_key": KEY, "transport": transport_of(kind), "max_retries": 0, "timeout": LIMIT}
    call: dict[str, Any] = {**CALL, "extra_headers": {"x-answer": "a body"}}
    tls = anonymous_tls(ssl.PROTOCOL_TLS_SERVER) if scheme == "https" else None
    with HeldServer("https") as server:
        async with await asyncio.start_server(tunnel, "127.0.0.1", 0, ssl=tls) as proxy:
            no_proxies.setenv("ALL_PROXY", f"{scheme}://127.0.0.1:{proxy.sockets[0].getsockname()[1]}")
            client: Any = (AIMLAPI if is_sync(kind) else AsyncAIMLAPI)(base_url=server.base_url, **options)
            for _ in range(2):
                if is_sync(kind):
                    message = await asyncio.to_thread(client.messages.create, **call)
                else:
                    message = await client.messages.create(**call)
                assert message.text == "Hello"
            await (asyncio.to_thread(client.close) if is_sync(kind) else client.close())
        await asyncio.to_thread(server.wait_for_connections, 0)
    assert next(tunnels) == 1


@asynccontextmanager
async def tunnelled(serve: Serve, scheme: str, no_proxies: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """A server with TLS, which answers each request, behind a proxy of that scheme."""
    context, tls = anonymous_tls(ssl.PROTOCOL_TLS_CLIENT), anonymous_tls(ssl.PROTOCOL_TLS_SERVER)
    no_proxies.setattr("aimlapi_messages.transport.base.tls", lambda: context)

    async def requests(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer), suppress(ConnectionError, asyncio.IncompleteReadError):
            while head := (await reader.readuntil(b"\r\n\r\n")).lower():
                await reader.readexactly(int(head.partition(b"content-length: ")[2].partition(b"\r")[0]))
                await serve(reader, writer)

    async with (
        await asyncio.start_server(requests, "127.0.0.1", 0, ssl=tls) as server,
        await asyncio.start_server(_tunnel, "127.0.0.1", 0, ssl=tls if scheme == "https" else None) as proxy,
    ):
        no_proxies.setenv("ALL_PROXY", f"{scheme}://127.0.0.1:{proxy.sockets[0].getsockname()[1]}")
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def asked(kind: str, times: int, **options: Any) -> list[str]:
    """The texts of as many answers."""
    options |= {"api_key": KEY, "transport": transport_of(kind), "max_retries": 0}
    if is_sync(kind):
        with AIMLAPI(**options) as client:
            return [(await asyncio.to_thread(lambda: client.messages.create(**CALL))).text for _ in range(times)]
    async with AsyncAIMLAPI(**options) as client:
        return [(await client.messages.create(**CALL)).text for _ in range(times)]


@pytest.mark.anyio
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_second_answer_that_comes_with_the_first_is_nobody_s(
    kind: str, scheme: str, no_proxies: pytest.MonkeyPatch
) -> None:
    """Though it was decrypted before anyone asked for it."""

    def answer(text: str) -> bytes:
        data = json.dumps(body(text_block(text))).encode()
        return b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(data) + data

    async def twice(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.writelines([answer("mine"), answer("another's")])  # of which each is encrypted for itself

    async with tunnelled(twice, scheme, no_proxies) as base_url:
        assert await asked(kind, 3, base_url=base_url, timeout=LIMIT) == ["mine"] * 3


@pytest.mark.anyio
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_tunnel_that_is_never_still_is_not_read_for_longer_than_the_call_may_take(
    kind: str, scheme: str, no_proxies: pytest.MonkeyPatch
) -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5;")
        while not writer.is_closing():
            writer.write(b"x")
            await asyncio.sleep(0.001)

    async with tunnelled(drip, scheme, no_proxies) as base_url:
        with pytest.raises(APITimeoutError) as caught:
            await asked(kind, 1, base_url=base_url, total_timeout=0.3)
    assert caught.value.phase == "total"


@pytest.mark.anyio
@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("given", ["socks5://user:hunter2@proxy.invalid:1", "http://user:hunter2@[::1", "gopher://a"])
async def test_a_proxy_that_cannot_be_used_is_a_configuration_error(
    given: str, transport: Any, no_proxies: pytest.MonkeyPatch
) -> None:
    """aiohttp knows no SOCKS, and the others need a package for it. No password that stands in an address is named."""
    no_proxies.setitem(sys.modules, "socksio", None)
    for core in ("httpcore", "httpcore2"):
        no_proxies.delitem(sys.modules, f"{core}._async.socks_proxy", raising=False)
    no_proxies.setenv("ALL_PROXY", given)
    async with AsyncAIMLAPI(api_key=KEY, base_url="http://gateway.invalid", transport=transport) as client:
        with pytest.raises(ConfigurationError, match="ALL_PROXY") as caught:
            await client.messages.create(**CALL)
    assert "hunter2" not in str(caught.value)
    assert ("pip install 'httpx[socks]'" in str(caught.value)) is given.startswith("socks5")


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
@pytest.mark.parametrize("spared", ["elsewhere.example, *", "127.0.0.0/8", "{host}"])
async def test_what_the_environment_spares_goes_through_no_proxy(
    spared: str, transport: Any, no_proxies: pytest.MonkeyPatch
) -> None:
    """The proxy would answer 502; its address may lack the scheme."""
    async with serving(_teapot) as base_url, serving(_bad_gateway) as proxy:
        no_proxies.setenv("http_proxy", proxy.removeprefix("http://"))
        assert await status_of(base_url, transport) == 502
        no_proxies.setenv("no_proxy", spared.format(host=base_url.removeprefix("http://")))
        assert await status_of(base_url, transport) == 418


# An address, what NO_PROXY holds, and whether that spares it; by curl's lib/noproxy.c, but for ports and schemes.
SPARED = [
    ("http://example.com", "*", True),
    ("http://example.com", "elsewhere.example, *", True),
    ("http://example.com", "example.com", True),
    ("http://example.com", "EXAMPLE.com", True),
    ("http://EXAMPLE.com", "example.com", True),
    ("http://example.com", ".example.com", True),
    ("http://example.com", "example.com.", True),
    ("http://example.com.", "example.com", True),
    ("http://www.example.com", "example.com", True),
    ("http://www.example.com", ".example.com", True),
    ("http://example.com:8080", "example.com", True),
    ("http://example.com", "a.example  example.com", True),
    ("http://example.com", "a.example,,example.com,", True),
    ("http://notexample.com", "example.com", False),
    ("http://notexample.com", ".example.com", False),
    ("http://example.com", "www.example.com", False),
    ("http://example.com", "*.example.com", False),
    ("http://www.example.com", "*.example.com", False),
    ("http://example.com", "example.*", False),
    ("http://example.com", "com.", True),
    ("http://example.com", "", False),
    ("http://example.com", ".", False),
    ("http://example.com", ", ,", False),
    ("http://m\u00fcnchen.example", "xn--mnchen-3ya.example", True),
    ("http://xn--mnchen-3ya.example", "m\u00fcnchen.example", True),
    # ports
    ("http://example.com:8080", "example.com:8080", True),
    ("http://example.com:8080", "example.com:80", False),
    ("http://example.com", "example.com:80", True),
    ("https://example.com", "example.com:443", True),
    ("https://example.com", "example.com:80", False),
    ("http://example.com", "example.com:99999999999", False),
    ("http://127.0.0.1:8080", "127.0.0.1:8080", True),
    ("http://127.0.0.1:8080", "127.0.0.1:81", False),
    ("http://[::1]:8080", "[::1]:8080", True),
    ("http://[::1]:8080", "[::1]:81", False),
    # schemes
    ("http://example.com", "http://example.com", True),
    ("https://example.com", "http://example.com", False),
    ("http://example.com:81", "http://example.com:81", True),
    # addresses and networks
    ("http://127.0.0.1", "127.0.0.1", True),
    ("http://127.0.0.1", "0.0.1", False),
    ("http://127.0.0.1", ".0.0.1", False),
    ("http://127.0.0.1", "127.0.0.0/8", True),
    ("http://127.0.0.1", "127.1.2.3/8", True),
    ("http://128.0.0.1", "127.0.0.0/8", False),
    ("http://10.0.0.1", "10.0.0.1/32", True),
    ("http://10.0.0.2", "10.0.0.1/32", False),
    ("http://10.0.0.2", "10.0.0.0/33", False),
    ("http://10.0.0.2", "10.0.0.0/x", False),
    ("http://localhost", "127.0.0.1", False),
    ("http://[::1]", "::1", True),
    ("http://[::1]", "[::1]", True),
    ("http://[0:0:0:0:0:0:0:1]", "::1", True),
    ("http://[2001:DB8::1]", "2001:db8:0::1", True),
    ("http://[2001:db8::1]", "2001:db8::/32", True),
    ("http://[2001:db8::1]", "[2001:db8::]/32", True),
    ("http://[2001:db9::1]", "2001:db8::/32", False),
    ("http://[::1]", "127.0.0.1", False),
    ("http://[::1]", "0.0.0.0/0", False),
    ("http://127.0.0.1", "::/0", False),
]


@pytest.mark.parametrize(("url", "no_proxy", "is_spared"), SPARED)
def test_no_proxy_is_read_as_by_curl(url: str, no_proxy: str, is_spared: bool, no_proxies: pytest.MonkeyPatch) -> None:
    """One place decides for all transports."""
    no_proxies.setenv("ALL_PROXY", "http://proxy.example")
    no_proxies.setenv("NO_PROXY", no_proxy)
    assert (proxy_for(url) is None) is is_spared
