"""Sending one request and reading its response: connections, retries, deadlines.

The only folder that knows httpcore, httpx and aiohttp.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from ..core.errors import ConfigurationError

if TYPE_CHECKING:
    from .arguments import AsyncHTTPClient, HTTPClient
    from .async_http import AsyncTransport
    from .async_pool import AsyncPool
    from .http import Transport
    from .pool import Pool

AsyncTransportName: TypeAlias = Literal["httpx", "aiohttp"]

# What sends is loaded when a client is made.


def sync_transport(given: HTTPClient | None) -> Transport:
    """What sends the requests of a synchronous client: the httpx client given, or connections of its own.

    Raises ConfigurationError.
    """
    from .arguments import HTTPClient  # noqa: PLC0415
    from .http import Connections, GivenClient  # noqa: PLC0415

    if given is not None:
        _check_kind(given, HTTPClient)
        return GivenClient(given)
    return Connections(_pool)


def _pool() -> Pool:
    from .pool import Pool  # noqa: PLC0415 (a client is made without httpcore)

    return Pool()


def _async_pool() -> AsyncPool:
    from .async_pool import AsyncPool  # noqa: PLC0415 (as above)

    return AsyncPool()


def async_transport(given: AsyncHTTPClient | None, name: AsyncTransportName) -> AsyncTransport:
    """The same for an asynchronous client, whose own connections may be aiohttp's."""
    from .arguments import AsyncHTTPClient  # noqa: PLC0415
    from .async_http import AsyncConnections, AsyncGivenClient  # noqa: PLC0415

    if given is not None:
        _check_kind(given, AsyncHTTPClient)
    if name not in ("httpx", "aiohttp"):
        raise ConfigurationError(f"transport is {name!r}. Give 'httpx' or 'aiohttp'.")
    if name == "httpx":
        return AsyncConnections(_async_pool) if given is None else AsyncGivenClient(given)
    if given is not None:
        raise ConfigurationError("Both transport='aiohttp' and http_client are given. Give one of them.")
    try:
        from .aiohttp import AiohttpSender  # noqa: PLC0415 (an extra)
    except ImportError as error:
        raise ConfigurationError(
            "transport='aiohttp' needs an extra. Run: pip install 'aimlapi-messages[aiohttp]'"
        ) from error
    return AsyncConnections(AiohttpSender)


def _check_kind(given: object, kind: type) -> None:
    if not isinstance(given, kind):
        name = type(given).__name__
        raise ConfigurationError(
            f"http_client is a {name}. AIMLAPI takes an httpx.Client, AsyncAIMLAPI an httpx.AsyncClient."
        )
