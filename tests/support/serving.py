"""A server of one connection's worth of bytes, and the error that a call of it ends in. Not a test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from aimlapi_messages import AIMLAPI, APIConnectionError, AsyncAIMLAPI, Message

from .transports import is_sync, transport_of
from .wire import KEY, MODEL

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


async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    pass


async def failed(base_url: str, transport: Any, **options: Any) -> APIConnectionError:
    async with AsyncAIMLAPI(api_key=KEY, base_url=base_url, transport=transport, max_retries=0, **options) as client:
        with pytest.raises(APIConnectionError) as caught:
            await client.messages.create(model=MODEL, messages="Hi")
    return caught.value


async def final_message(base_url: str, kind: Any, **options: Any) -> Message:
    """What a stream of it brings. kind: one of `KINDS`."""
    options |= {"api_key": KEY, "base_url": base_url, "max_retries": 0, "transport": transport_of(kind)}
    call: dict[str, Any] = {"model": MODEL, "messages": "Hi"}
    if is_sync(kind):

        def read() -> Message:
            with AIMLAPI(**options) as client, client.messages.stream(**call) as stream:
                return stream.get_final_message()

        return await asyncio.to_thread(read)
    async with AsyncAIMLAPI(**options) as client, client.messages.stream(**call) as stream:
        return await stream.get_final_message()
