"""What is told of a connection that fails: whether it was paid, by whoever makes it, and without the key."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
from contextlib import suppress
from typing import Any

import httpx
import pytest

from aimlapi_messages import (
    AIMLAPI,
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    AsyncAIMLAPI,
    StreamIncompleteError,
)

from ..support.deadlines import LIMIT
from ..support.held_server import HeldServer, anonymous_tls
from ..support.serving import Serve, failed, final_message, hang_up, serving
from ..support.transports import KINDS, POOLED, TRANSPORTS, is_sync, on_aiohttp, transport_of
from ..support.wire import KEY, MODEL, TEXT_EVENTS, body, sse, text_block

CALL: dict[str, Any] = {"model": MODEL, "messages": "Hi"}


async def _say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def _break_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{")


async def _talk_nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 mail ready\r\n\r\n")


@pytest.mark.anyio
@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize(("serve", "sent"), [(hang_up, "maybe"), (_talk_nonsense, "maybe"), (_break_off, "answered")])
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
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seconds", [0, 1e-9, 0.0009, 0.05, 1.01])
async def test_a_timeout_of_reading_says_so(kind: Any, seconds: float) -> None:
    """Each call's own timeout counts, however short."""
    async with serving(_say_nothing) as base_url:
        with pytest.raises(APITimeoutError) as caught:
            await final_message(base_url, kind, timeout=httpx.Timeout(LIMIT, read=seconds))
    assert (caught.value.phase, caught.value.sent) == ("read", "maybe")


@pytest.mark.anyio
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seconds", [float("inf"), 10**400, 1e300, 1e10, 5e6])
async def test_a_timeout_may_be_longer_than_clocks_count(kind: Any, seconds: float) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(_EVENTS + b"%x\r\n%s\r\n0\r\n\r\n" % (len(sse(*TEXT_EVENTS)), sse(*TEXT_EVENTS)))

    for limits in {"timeout": seconds}, {"timeout": httpx.Timeout(None, pool=seconds, write=seconds)}:
        async with serving(answer) as base_url:
            assert (await final_message(base_url, kind, **limits)).text == "Hello"


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
            async with serving(hang_up) as base_url:
                await failed(base_url, transport)
            raise

    with pytest.raises(LookupError) as caught:
        await call_while_it_is_handled()
    assert caught.traceback[-1].frame.f_locals == {"kept": "a variable"}


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


async def _announce(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    for _ in range(200_000):
        writer.write(b"HTTP/1.1 103 Early Hints\r\nlink: </style.css>\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(0)


async def _spell(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nx: ")
    for _ in range(5000):
        writer.write(b"y")
        await writer.drain()
        await asyncio.sleep(0.001)


_CHUNKED = b"HTTP/1.1 200 OK\r\ncontent-type: %s\r\ntransfer-encoding: chunked\r\n\r\n"


def _after(beginning: bytes, piece: bytes) -> Serve:
    """Sends the beginning, and then the piece again and again."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(beginning)
        for _ in range(5000):
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.001)

    return serve


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


_ANSWER = json.dumps(body(text_block("Hi"))).encode()
_JSON = _CHUNKED % b"application/json"
_EVENTS = _CHUNKED % b"text/event-stream"
_IN_STREAMS = {
    "the size of a chunk": _after(_EVENTS, b"0"),
    "an extension": _after(_EVENTS + _chunk(sse(*TEXT_EVENTS[:4])) + b"5;", b"x"),
    "bytes of a line": _after(_EVENTS + _chunk(sse(*TEXT_EVENTS[:4])), _chunk(b":")),
    "blanks of JSON": _after(_JSON, _chunk(b" ")),
    "an extension in JSON": _after(_JSON + b"5;", b"x"),
}


async def _sip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while await reader.read(100):
        await asyncio.sleep(0)


_NEVER_STILL = {
    "heads": _announce,
    "a head": _spell,
    "the request": _sip,
    "the size of a chunk": _after(_JSON, b"0"),
    "an extension of a chunk": _after(_JSON + b"5;", b"x"),
    "an extension of the next chunk": _after(_JSON + _chunk(b" ") + b"5;", b"x"),
    "a trailer": _after(_JSON + _chunk(_ANSWER) + b"0\r\nx: ", b"y"),
    "the name of a trailer": _after(_JSON + _chunk(_ANSWER) + b"0\r\n", b"y"),
}


@pytest.mark.anyio
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("serve", _NEVER_STILL.values(), ids=_NEVER_STILL)
async def test_a_server_that_is_never_still_for_long_is_not_waited_for_longer(kind: Any, serve: Serve) -> None:
    """Than the call may take, though no single wait does."""
    over = asyncio.Event()

    async def ask(**options: Any) -> None:
        if is_sync(kind):
            with AIMLAPI(**options) as sync:
                await asyncio.to_thread(lambda: sync.messages.create(**call))
        async with AsyncAIMLAPI(**options) as client:
            await client.messages.create(**call)

    call: dict[str, Any] = {**CALL, "messages": "x" * (20_000_000 if serve is _sip else 1), "total_timeout": 0.3}
    async with serving(_until_left(serve, over)) as base_url:
        with pytest.raises(APITimeoutError) as caught:
            await ask(api_key=KEY, base_url=base_url, max_retries=0, transport=transport_of(kind))
        await over.wait()
    # Sending a request has no limit but that of its wait; where it took all of the time before, the total is named.
    assert caught.value.phase in (("write", "total") if is_sync(kind) and serve is _sip else ("total",))


def _until_left(serve: Serve, over: asyncio.Event) -> Serve:
    async def busy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            await serve(reader, writer)
        writer.close()
        over.set()

    return busy


@pytest.mark.anyio
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("limit", ["total", "idle"])
@pytest.mark.parametrize("serve", _IN_STREAMS.values(), ids=_IN_STREAMS)
async def test_a_stream_that_is_never_still_for_long_is_not_read_for_longer(
    kind: Any, limit: str, serve: Serve
) -> None:
    """Than the limit says, whatever comes between its events."""
    over = asyncio.Event()
    async with serving(_until_left(serve, over)) as base_url:
        with pytest.raises(APITimeoutError) as caught:
            await final_message(base_url, kind, **{f"{limit}_timeout": 0.3})
        await over.wait()
    assert caught.value.phase == limit


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


@pytest.mark.anyio
@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("hangs_up", [True, False])
@pytest.mark.parametrize(
    "rest",
    [
        *(b"zz!zz\r\n", b"f" * 40 + b"\r\n", b"\r\n\r\n", b"-5\r\nhello\r\n", b"5\r\nhelloXX\r\n"),
        *(
            b"0\r\nno trailer\r\n\r\n",
            b"<html>Bad gateway</html>\r\n",
            b"1\r\n|\n\r\n<html>\r\n",
            b"1\r\n\n|\r\n<html>\r\n",
        ),
    ],
)
async def test_a_body_that_goes_on_with_what_is_no_http_has_ended(transport: Any, hangs_up: bool, rest: bytes) -> None:
    """Long after its head, whether or not the server hangs up, and without a limit. What had come is kept."""
    reached, over, served = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        events = sse(*TEXT_EVENTS[:4])
        writer.write(_EVENTS + b"%x\r\n%s\r\n" % (len(events), events))
        await reached.wait()
        for part in rest.split(b"|"):  # one of them may be the end of a chunk, and what comes after it
            writer.write(part)
            for _ in range(100):  # until it has been read
                await asyncio.sleep(0)
        if not hangs_up:
            await over.wait()
        served.set()

    options: dict[str, Any] = {"transport": transport, "max_retries": 0, "timeout": None}
    async with serving(answer) as base_url, AsyncAIMLAPI(api_key=KEY, base_url=base_url, **options) as client:
        async with client.messages.stream(model=MODEL, messages="Hi") as stream:
            await anext(stream.text_stream)
            reached.set()
            with pytest.raises(StreamIncompleteError) as caught:
                await stream.until_done()
        over.set()
        await served.wait()
    assert caught.value.partial
    assert caught.value.partial.text == "Hel"


@pytest.mark.parametrize("transport", POOLED)
def test_a_client_that_is_closed_amid_a_handshake_leaves_no_connection(
    monkeypatch: pytest.MonkeyPatch, transport: Any
) -> None:
    """By another thread, just when the socket without TLS is gone and that with it is not known yet."""
    context, made = anonymous_tls(ssl.PROTOCOL_TLS_CLIENT), list[ssl.SSLSocket]()

    def wrap_socket(*arguments: Any, **options: Any) -> ssl.SSLSocket:
        made.append(ssl.SSLContext.wrap_socket(context, *arguments, **options))
        client.close()
        return made[0]

    monkeypatch.setattr(context, "wrap_socket", wrap_socket)
    monkeypatch.setattr("aimlapi_messages.transport.base.tls", lambda: context)
    with HeldServer("https") as server:
        options: dict[str, Any] = {"base_url": server.base_url, "transport": transport, "timeout": LIMIT}
        client = AIMLAPI(api_key=KEY, max_retries=0, **options)
        with pytest.raises(APIConnectionError, match="the client was closed") as caught:
            client.messages.create(**CALL, extra_headers={"x-answer": "a body"})
        assert (caught.value.sent, made[0].fileno()) == ("no", -1)
