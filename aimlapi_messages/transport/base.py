"""What every way of sending shares: timeouts, headers, TLS, proxies, the limit of requests in flight, and errors."""

from __future__ import annotations

import os
import re
import ssl
import sys
from collections.abc import Callable, Coroutine, Generator, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from inspect import CO_VARARGS
from ipaddress import ip_address, ip_network
from traceback import walk_tb
from types import FrameType
from typing import Any, Final, cast
from urllib.request import getproxies, getproxies_environment, proxy_bypass

import httpx

from ..core.errors import ConfigurationError
from ..core.reply import ReplyHead, without_query
from ..core.request import Request, Secrets, basic_secrets

# Requests in flight. More wait for a connection, as long as the timeout of the pool says.
MOST_IN_FLIGHT: Final = 1000
# Connections that are kept for later: as many as a run has in flight, for as many seconds as in httpx. One that is idle
# for longer may be dead, and a request that meets that is not sent again.
MOST_IDLE: Final = 256
KEPT_FOR: Final = 5.0

# Seconds of a wait. A socket takes 0 for not waiting at all, which is no timeout, and aiohttp for waiting forever.
_SHORTEST: Final = 0.001
# More than a month the clocks of some systems do not count.
_LONGEST: Final = 2_000_000.0

# What is said of a connection that was closed before it was made.
WAS_CLOSED: Final = "the client was closed"

# What connections through a SOCKS proxy need.
INSTALL_SOCKS: Final = "pip install 'httpx[socks]'"

_PORTS: Final = {"http": 80, "https": 443}
# An entry of NO_PROXY with a port. An IPv6 address has brackets then, and any number of colons without.
_WITH_PORT: Final = re.compile(r"(\[[^]]*\]|[^:]*):([0-9]{1,5})")

# Of this process, because the environment is.
_PROXY_SECRETS: Final = set[str]()

# What every build of httpx can decompress.
DEFAULT_HEADERS: Final = {"accept-encoding": "gzip, deflate"}


# --- the request


@lru_cache(maxsize=64)
def parsed_url(text: str) -> httpx.URL:
    """A URL. Raises httpx.InvalidURL, and UnicodeError for a host that is no name."""
    url = httpx.URL(text)
    if not url.host:
        raise httpx.InvalidURL("it names no host")
    return url


def timeouts(request: Request) -> dict[str, float | None]:
    """The longest that each wait may last, by httpcore's names: the timeouts, or what the limits of the call leave."""
    waits = httpx.Timeout(request.timeout).as_dict()
    rest = None if request.deadline is None else request.deadline.rest
    for name, wait in waits.items():
        if rest is not None:
            wait = rest if wait is None else min(wait, rest)
        if wait is not None:
            waits[name] = min(max(_SHORTEST, wait), _LONGEST)
    return waits


def all_headers(request: Request, host: str) -> dict[str, str]:
    """The headers of a request, with those that its connection needs."""
    length = {} if request.body is None else {"content-length": f"{len(request.body)}"}
    return {"host": host, **with_defaults(request), **length}


def with_defaults(request: Request) -> dict[str, str]:
    """The headers of a request, with those that connections of our own send unless they are removed."""
    headers = {**DEFAULT_HEADERS, **request.headers}
    return {name: headers[name] for name in headers if name not in request.removed} if request.removed else headers


# --- the response


# A name of a header that is kept, so that it is the same object in all that are kept. Without the cache each would go
# with its answer, and leave a gap in the table of such texts, which is made anew once it is full of them.
_interned: Final = lru_cache(maxsize=256)(sys.intern)


def reply_head(status: int, raw_headers: list[tuple[bytes, bytes]], request: Request) -> ReplyHead:
    """The head of a response: headers by lower-case name, with one that comes twice joined."""
    headers = {_interned(name): value for name, value in httpx.Headers(raw_headers).items()}
    url = without_query(request.url)
    secrets = with_proxies(request.secrets) if _PROXY_SECRETS else request.secrets
    return ReplyHead(status, headers, url, secrets, request.operation, request.model, request.max_response_size)


# --- connections


class _NoLock:
    """Stands for a lock of httpcore's. A connection of our pools has one request at a time, and nothing to guard."""

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...

    async def __aenter__(self) -> None: ...

    async def __aexit__(self, *_: object) -> None: ...


NO_LOCK: Final = _NoLock()


def prepare(http: Any) -> bool:
    """Prepare a connection for its next request. Returns False where there can be none.

    That is where a server has sent more than its response, which httpcore would take for that of the next request.
    """
    while not hasattr(http, "_h11_state"):
        http = http._connection
    http._state_lock = NO_LOCK  # a lock of anyio's costs a turn of the event loop
    return not http._h11_state.trailing_data[0]


def tls() -> ssl.SSLContext:
    """What connections are encrypted with, shared by all clients: to load the certificates takes longer than a call."""
    return _tls_for(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))


@lru_cache(maxsize=4)
def _tls_for(file: str | None, directory: str | None) -> ssl.SSLContext:
    """By what httpx reads from the environment."""
    return httpx.create_ssl_context()


def proxy_for(text: str) -> httpx.Proxy | None:
    """The proxy that the environment names for a URL. Raises ValueError and httpx.InvalidURL for a wrong one."""
    url, proxies = parsed_url(text), getproxies()
    address = proxies.get(url.scheme) or proxies.get("all")
    if not address or spared(url, proxies.get("no", "")):
        return None
    if not getproxies_environment() and proxy_bypass(url.host):  # the system's settings, with their own exceptions
        return None
    return _proxy(address)


def _proxy(address: str) -> httpx.Proxy:
    proxy = httpx.Proxy(address if "://" in address else f"http://{address}")
    if proxy.auth is not None:
        _PROXY_SECRETS.update(basic_secrets(*proxy.auth))
    return proxy


def know_proxies() -> None:
    """Let no text show the passwords of proxies that the environment names, which httpx finds there by itself."""
    for address in getproxies().values():
        with suppress(httpx.InvalidURL, ValueError):
            _proxy(address)


def with_proxies(secrets: Secrets) -> Secrets:
    """What no text may show: the secrets of a request, and those of proxies that the environment has named."""
    return secrets.plus(_PROXY_SECRETS)


def spared(url: httpx.URL, no_proxy: str) -> bool:
    """Whether NO_PROXY excepts a URL, as curl reads it: names with all below them, addresses, networks, or `*`.

    A name or address may have a scheme before it and a port behind it, which then must be those of the URL.
    """
    return any(_spares(entry.lower(), url) for entry in re.split(r"[\s,]+", no_proxy))


def _spares(entry: str, url: httpx.URL) -> bool:
    scheme, _, name = entry.rpartition("://")
    with_port = _WITH_PORT.fullmatch(name)
    name, port = with_port.groups() if with_port else (name, "")
    if (scheme and scheme != url.scheme) or (port and int(port) != (url.port or _PORTS.get(url.scheme))):
        return False
    if name == "*":
        return True
    try:
        address = ip_address(url.host)
    except ValueError:
        name = name.removesuffix(".").removeprefix(".")
        hosts = {host.lower().removesuffix(".") for host in (url.host, url.raw_host.decode("ascii"))}
        return bool(name) and any(f".{host}".endswith(f".{name}") for host in hosts)
    with suppress(ValueError):
        return address in ip_network(re.sub(r"[\[\]]", "", name), strict=False)
    return False


@contextmanager
def configuration_errors() -> Generator[None]:
    """Raise ConfigurationError for what the environment says wrong of connections."""
    try:
        yield
    except ConfigurationError:
        raise
    except ImportError as error:
        problem = f"{error}. Run: {INSTALL_SOCKS}"
    except OSError as error:  # files of TLS
        if raised_by_handler(error):
            raise
        problem = f"{error}"
    except (httpx.InvalidURL, ValueError) as error:  # a proxy's URL, whose password the text may repeat
        problem = f"an address of a proxy cannot be used ({type(error).__name__})"
    else:
        return
    raise ConfigurationError(
        f"No connection can be made: {problem}. Check HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, "
        "NO_PROXY, SSL_CERT_FILE and SSL_CERT_DIR, or pass an http_client of your own."
    )


# --- what threads and tasks do in different ways


def shielded(close: Callable[[], None], _whole: bool) -> None:
    """The counterpart of `async_shielded`. Nobody cancels a thread."""
    close()


async def async_shielded(close: Callable[[], Coroutine[Any, Any, None]], _whole: bool) -> None:
    """Close a response of the httpx client given, which cannot be cancelled half-way.

    httpcore's pool is shielded from cancellation by anyio alone: a task that asyncio cancels while the pool takes its
    connection back would leave that busy for ever.
    """
    import asyncio  # noqa: PLC0415 (the synchronous client does without it)

    task = asyncio.ensure_future(close())
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


# --- signals

# Packages and modules, whose frames hold the connections and what is sent on them.
_HANDLE_NO_SIGNALS: Final = frozenset(
    {
        "aimlapi_messages",
        "httpx",
        "httpcore",
        "httpx2",
        "httpcore2",
        "h11",
        "aiohttp",
        "anyio",
        "asyncio",
        "socket",
        "ssl",
    }
)


def raised_by_handler(error: BaseException) -> bool:
    """Whether a signal handler raised it, in the middle of whatever ran: it is the caller's, whatever its class.

    However a handler is made, and whatever handles its signal by now, it was given the frame that it interrupted.
    """
    return any(isinstance(one, FrameType) for frame, _ in walk_tb(error.__traceback__) for one in _arguments(frame))


@contextmanager
def suppressed(*kinds: type[Exception]) -> Generator[None]:
    """Suppress errors of these kinds, but none that a signal handler raised."""
    try:
        yield
    except kinds as error:
        if raised_by_handler(error):
            raise


def _arguments(frame: FrameType) -> Iterator[object]:
    """What a function was called with that may be a handler. Of others none, as a frame keeps what was looked at."""
    if frame.f_globals.get("__name__", "").partition(".")[0] in _HANDLE_NO_SIGNALS:
        return
    code = frame.f_code
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & CO_VARARGS)]
    for value in (frame.f_locals.get(name) for name in names):
        yield from cast("tuple[object, ...]", value) if type(value) is tuple else (value,)
