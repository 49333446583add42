"""The transports of both clients, for tests that run on each. Not a test."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any, Final

import pytest

from aimlapi_messages import AIMLAPI, AsyncAIMLAPI
from aimlapi_messages.transport.async_http import AsyncGivenClient
from aimlapi_messages.transport.http import GivenClient

on_aiohttp: Final = pytest.mark.skipif(find_spec("aiohttp") is None, reason="the extra `aiohttp` is not installed")
# Without it are the environments of some frameworks alone.
on_httpx2: Final = pytest.mark.skipif(find_spec("httpx2") is None, reason="the extra `httpx2` is not installed")

# With the pool of this package, as both clients have them; all of the asynchronous one; and those of both.
POOLED: Final = ["httpx", "httpx2"]
TRANSPORTS: Final = [*POOLED, pytest.param("aiohttp", marks=on_aiohttp)]
KINDS: Final = [*(f"sync {name}" for name in POOLED), *TRANSPORTS]


def is_sync(kind: str) -> bool:
    """Whether one of `KINDS` is of the synchronous client."""
    return kind.startswith("sync ")


def transport_of(kind: str) -> Any:
    """The transport of one of `KINDS`."""
    return kind.removeprefix("sync ")


def pool_of(http_client: object) -> Any:
    """httpcore's pool, which an httpx client keeps to itself."""
    return http_client._transport._pool


def homes_of(client: AIMLAPI | AsyncAIMLAPI) -> dict[object, object]:
    """What a client has on each event loop."""
    return client._transport.homes


def sender_of(client: AIMLAPI | AsyncAIMLAPI) -> Any:
    """What holds the connections of a client, of which there is one."""
    (home,) = client._transport.homes.values()
    return home.sender


def connections_of(client: AIMLAPI | AsyncAIMLAPI) -> set[object]:
    """The connections that a client has, on all event loops."""
    pools: list[Any] = [home.sender for home in client._transport.homes.values()]
    return {connection for pool in pools for connection in [*pool.claims, *pool.idle]}


def busy(client: AIMLAPI | AsyncAIMLAPI) -> list[object]:
    """What a client holds of requests in flight."""
    transport: Any = client._transport
    if isinstance(transport, (GivenClient, AsyncGivenClient)):
        pool = pool_of(transport._client)
        return [one for one in pool.connections if not one.is_idle()] + pool._requests
    held: list[object] = []
    for home in transport.homes.values():
        sender = home.sender
        held += sender.claims if hasattr(sender, "claims") else sender.session.connector._acquired
    return held
