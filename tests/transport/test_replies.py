"""The reading of a reply: twice, and with odd headers."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import httpx2
import pytest

from aimlapi_messages import (
    AIMLAPI,
    APIStatusError,
    AsyncAIMLAPI,
    StreamIncompleteError,
)

from ..support.deadlines import LIMIT
from ..support.held_server import HeldServer
from ..support.serving import final_message, serving
from ..support.transports import KINDS, TRANSPORTS
from ..support.wire import KEY, MODEL, block_start, block_stop, delta, end, sse, start


@pytest.mark.parametrize("library", [httpx, httpx2], ids=lambda library: library.__name__)
@pytest.mark.parametrize("hooked", ["response", "auth"])
def test_a_reply_that_the_user_s_own_client_has_read_is_read_again(hooked: str, library: Any) -> None:
    """From where httpx keeps it, and not from a connection that may serve another request by now."""

    class Reading(library.Auth):
        requires_response_body = True

    options: dict[str, Any] = {"auth": Reading()}
    if hooked == "response":
        options = {"event_hooks": {"response": [lambda response: response.read()]}}
    with HeldServer() as server, library.Client(**options, timeout=LIMIT) as http_client:
        client = AIMLAPI(api_key=KEY, base_url=server.base_url, http_client=http_client, max_retries=0)
        message = client.messages.create(model=MODEL, messages="Hi", extra_headers={"x-answer": "a body"})
    assert message.text == "Hello"


@pytest.mark.anyio
@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_headers_that_come_twice_and_bytes_that_are_no_ascii_are_read(transport: Any) -> None:
    """In the same way by all."""

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
@pytest.mark.parametrize("kind", KINDS[:-1])  # aiohttp gives out no head that comes with what is no HTTP
@pytest.mark.parametrize(
    ("rest", "is_whole"),
    [
        (b"0\r\n\r\n", True),
        (b"zz\r\n", False),
        (b"", False),
        (b"5\r\nhel", False),
        (b"0\r\nno header\r\n\r\n", None),  # after the last piece of the body: of no matter to what came before it
    ],
)
async def test_pieces_that_come_together_are_all_read_whatever_follows_them(
    kind: Any, rest: bytes, is_whole: bool | None
) -> None:
    events = [start(), block_start({"type": "text", "text": ""}), delta(text="Hel"), delta(text="lo")]
    if is_whole is not False:
        events += block_stop(), end(), {"type": "message_stop"}
    pieces = [sse(event) for event in events]

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
        writer.write(head + b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + rest)

    async with serving(answer) as base_url:
        if is_whole is False:
            with pytest.raises(StreamIncompleteError) as caught:
                await final_message(base_url, kind)
            message = caught.value.partial
        else:
            message = await final_message(base_url, kind)
    assert message is not None
    assert message.text == "Hello"
