"""Sending one request and reading its response: connections, retries, deadlines.

The only folder that knows httpcore, httpx, httpx2 and aiohttp.
"""

from __future__ import annotations

from types import ModuleType
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
    """What sends the requests of a synchronous client: the client of httpx or httpx2 given, or connections of its own.

    Raises ConfigurationError.
    """
    from .http import Connections, GivenClient  # noqa: PLC0415

    return Connections(_pool) if given is None else GivenClient(given, _library_of(given, "Client"))


def _pool() -> Pool:
    from .pool import Pool  # noqa: PLC0415 (a client is made without httpcore)

    return Pool()


def _async_pool() -> AsyncPool:
    from .async_pool import AsyncPool  # noqa: PLC0415 (as above)

    return AsyncPool()


def async_transport(given: AsyncHTTPClient | None, name: AsyncTransportName) -> AsyncTransport:
    """The same for an asynchronous client, whose own connections may be aiohttp's."""
    from .async_http import AsyncConnections, AsyncGivenClient  # noqa: PLC0415

    library = None if given is None else _library_of(given, "AsyncClient")
    if name not in ("httpx", "aiohttp"):
        raise ConfigurationError(f"transport is {name!r}. Give 'httpx' or 'aiohttp'.")
    if name == "httpx":
        return AsyncConnections(_async_pool) if library is None else AsyncGivenClient(given, library)
    if library is not None:
        raise ConfigurationError("Both transport='aiohttp' and http_client are given. Give one of them.")
    try:
        from .aiohttp import AiohttpSender  # noqa: PLC0415 (an extra)
    except ImportError as error:
        raise ConfigurationError(
            "transport='aiohttp' needs an extra. Run: pip install 'aimlapi-messages[aiohttp]'"
        ) from error
    return AsyncConnections(AiohttpSender)


def _library_of(given: object, name: str) -> ModuleType:
    from .arguments import library_of  # noqa: PLC0415

    library = library_of(given, name)
    if library is None:
        raise ConfigurationError(
            f"http_client is a {type(given).__name__}. AIMLAPI takes an httpx.Client, AsyncAIMLAPI an "
            "httpx.AsyncClient, each of httpx or httpx2."
        )
    return library
