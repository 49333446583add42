"""The transports of the asynchronous client, for tests that run on each. Not a test."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any, Final

import pytest

from aimlapi_messages import AIMLAPI, AsyncAIMLAPI
from aimlapi_messages.transport import base
from aimlapi_messages.transport.async_http import AsyncConnections, AsyncGivenClient
from aimlapi_messages.transport.http import Connections, GivenClient

on_aiohttp: Final = pytest.mark.skipif(find_spec("aiohttp") is None, reason="the extra `aiohttp` is not installed")

TRANSPORTS: Final = ["httpx", pytest.param("aiohttp", marks=on_aiohttp)]


def pool_of(http_client: object) -> Any:
    """httpcore's pool, which an httpx client keeps to itself."""
    return http_client._transport._pool


def busy(client: AIMLAPI | AsyncAIMLAPI) -> list[object]:
    """What a client holds of requests in flight: connections, and places among the most that there may be."""
    transport: Any = client._transport
    if isinstance(transport, (GivenClient, AsyncGivenClient)):
        pool = pool_of(transport._client)
        return [one for one in pool.connections if not one.is_idle()] + pool._requests
    if isinstance(transport, (Connections, AsyncConnections)):
        places = base.MOST_IN_FLIGHT - transport._slots._value
        return [*(transport.all - set(transport._idle)), *range(places)]
    return list(transport._session.connector._acquired)
