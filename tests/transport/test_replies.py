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
)

from ..support.deadlines import LIMIT
from ..support.held_server import HeldServer
from ..support.serving import serving
from ..support.transports import TRANSPORTS
from ..support.wire import KEY, MODEL


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
