"""Where the bytes of a stream come from, and how that is closed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest

from aimlapi_messages.streaming.async_streams import AsyncSource
from aimlapi_messages.streaming.closing import AsyncCloser

from ..support.deadlines import LIMIT
from ..support.streams import AsyncReply, new_core


@pytest.mark.anyio
async def test_a_dropped_async_stream_that_cannot_be_closed_is_only_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Nobody is there who could be told, and asyncio's own complaint would come at any time."""

    class Broken(AsyncReply):
        async def close(self) -> None:
            raise OSError("the connection is gone")

    async def nothing() -> AsyncIterator[bytes]:
        yield b""

    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    chunks = nothing()
    with caplog.at_level(logging.DEBUG, logger="aimlapi_messages"):
        AsyncCloser().later(AsyncSource(new_core(), chunks, Broken()).close)
        async with asyncio.timeout(LIMIT):
            while "could not be closed" not in caplog.text:
                await asyncio.sleep(0)
    await chunks.aclose()
    assert "OSError" in caplog.text
    assert not complaints
