"""Sending one request and reading its response: connections, retries, deadlines.

The only folder that knows httpx and httpx2 with their httpcore and httpcore2, and aiohttp.
"""

from __future__ import annotations

from functools import partial
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, get_args

from ..core.errors import ConfigurationError

if TYPE_CHECKING:
    from .arguments import AsyncHTTPClient, HTTPClient
    from .async_http import AsyncTransport
    from .async_pool import AsyncPool
    from .http import Transport
    from .pool import Pool

TransportName: TypeAlias = Literal["httpx", "httpx2"]
AsyncTransportName: TypeAlias = Literal["httpx", "httpx2", "aiohttp"]

# The module that connects for each; all but the first are extras by the same name.
_MODULES: Final = {"httpx": "httpcore", "httpx2": "httpcore2", "aiohttp": "aiohttp"}

# What sends is loaded when a client is made, and what connects when it has a call.


def sync_transport(given: HTTPClient | None, name: TransportName) -> Transport:
    """What sends the requests of a synchronous client: the client of httpx or httpx2 given, or connections of its own.

    Raises ConfigurationError.
    """
    from .http import Connections, GivenClient  # noqa: PLC0415

    _check(given, name, TransportName)
    return Connections(partial(_pool, name)) if given is None else GivenClient(given, _library_of(given, "Client"))


def _pool(name: str) -> Pool:
    from .pool import Pool  # noqa: PLC0415

    return Pool(import_module(_MODULES[name]))


def _async_pool(name: str) -> AsyncPool:
    from .async_pool import AsyncPool  # noqa: PLC0415

    return AsyncPool(import_module(_MODULES[name]))


def async_transport(given: AsyncHTTPClient | None, name: AsyncTransportName) -> AsyncTransport:
    """The same for an asynchronous client, whose own connections may be aiohttp's."""
    from .async_http import AsyncConnections, AsyncGivenClient  # noqa: PLC0415

    _check(given, name, AsyncTransportName)
    if given is not None:
        return AsyncGivenClient(given, _library_of(given, "AsyncClient"))
    if name != "aiohttp":
        return AsyncConnections(partial(_async_pool, name))
    from .aiohttp import AiohttpSender  # noqa: PLC0415 (an extra)

    return AsyncConnections(AiohttpSender)


def _check(given: object, name: str, names: Any) -> None:
    """Raise ConfigurationError unless a transport is one of these, alone, and installed."""
    if name not in get_args(names):
        raise ConfigurationError(f"transport is {name!r}. Give {' or '.join(map(repr, get_args(names)))}.")
    if name == "httpx":
        return
    if given is not None:
        raise ConfigurationError(f"Both transport={name!r} and http_client are given. Give one of them.")
    try:
        import_module(_MODULES[name])
    except ImportError as error:
        raise ConfigurationError(
            f"transport={name!r} needs an extra. Run: pip install 'aimlapi-messages[{name}]'"
        ) from error


def _library_of(given: object, name: str) -> ModuleType:
    from .arguments import library_of  # noqa: PLC0415

    library = library_of(given, name)
    if library is None:
        raise ConfigurationError(
            f"http_client is a {type(given).__name__}. AIMLAPI takes an httpx.Client, AsyncAIMLAPI an "
            "httpx.AsyncClient, each of httpx or httpx2."
        )
    return library
