"""Maps what httpx gives to the package's own: heads of responses, exceptions, and the timeouts that raise them."""

from __future__ import annotations

from sys import intern
from typing import Final, cast

import httpx

from ..core.errors import AIMLAPIError, APIConnectionError, APITimeoutError, ConfigurationError, Phase, Sent
from ..core.reply import ReplyHead, without_query
from ..core.request import Request

_PHASES: Final[tuple[tuple[type[httpx.TimeoutException], Phase], ...]] = (
    (httpx.ConnectTimeout, "connect"),
    (httpx.PoolTimeout, "pool"),
    (httpx.WriteTimeout, "write"),
)

# Raised before the whole request has gone out. Nothing has run, so nothing was paid.
_UNSENT: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.LocalProtocolError,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.WriteError,
    httpx.WriteTimeout,
)

#: What `map_exception` takes. An impossible port is an OverflowError, which anyio puts into a group.
HTTPX_ERRORS: Final = (
    httpx.RequestError,
    httpx.HTTPStatusError,
    httpx.InvalidURL,
    UnicodeError,
    OverflowError,
    ExceptionGroup,
)


def response_head(response: httpx.Response, request: Request) -> ReplyHead:
    """The head of a response: headers by lower-case name, with one that comes twice joined."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in response.headers.raw:
        name = intern(raw_name.decode("latin-1").lower())
        try:
            value = raw_value.decode()
        except UnicodeDecodeError:
            value = raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    url = without_query(request.url)
    return ReplyHead(response.status_code, headers, url, request.secrets, request.operation)


def limited_timeout(request: Request, wait_limit: tuple[float, Phase]) -> httpx.Timeout:
    """The timeout of each single wait, cut down to what the limits of the call leave of it."""
    longest, given = max(wait_limit[0], 0.001), httpx.Timeout(request.timeout)
    phases = {"connect": given.connect, "read": given.read, "write": given.write, "pool": given.pool}
    return httpx.Timeout(**{name: longest if limit is None else min(limit, longest) for name, limit in phases.items()})


class StatusRaised(Exception):
    """An event hook of the user's own client raised for the status of a response, whose body is gone."""

    def __init__(self, head: ReplyHead) -> None:
        super().__init__(head)
        self.head = head


def map_exception(error: Exception, request: Request, head: ReplyHead | None = None) -> AIMLAPIError | StatusRaised:
    """The package's error for one of `HTTPX_ERRORS`. head: of the response that is being read, if there is one."""
    place = f"{request.method} {without_query(request.url)}"
    if isinstance(error, (httpx.RequestError, httpx.HTTPStatusError)):
        # It stays reachable as the cause, and the request that it carries holds the key.
        error.request = httpx.Request(request.method, without_query(request.url))
    if isinstance(error, httpx.HTTPStatusError):
        return StatusRaised(response_head(error.response, request))
    if isinstance(error, httpx.RequestError):
        reason = str(error) or type(error).__name__
        ours = _connection_error(error, place, request.secrets.scrub(reason), request)
        if head is not None:
            ours.sent, ours.request_id = "answered", head.request_id
        return ours
    first = cast("ExceptionGroup[Exception]", error).exceptions[0] if isinstance(error, ExceptionGroup) else error
    reason = request.secrets.scrub(str(first))
    return ConfigurationError(
        f"{place} cannot be sent: {reason}. Check base_url, and the proxies that the environment names."
    )


def _connection_error(error: httpx.RequestError, place: str, reason: str, request: Request) -> APIConnectionError:
    url = str(error.request.url)
    sent: Sent = "no" if isinstance(error, _UNSENT) else "maybe"
    if not isinstance(error, httpx.TimeoutException):
        broken = APIConnectionError.advised(f"{place} failed: {reason}.", url=url)
        broken.sent = sent
        return broken
    timeout = APITimeoutError.advised(f"{place} took too long: {reason}.", url=url)
    for kind, phase in _PHASES:
        if isinstance(error, kind):
            timeout.phase = phase
    limit = request.wait_limit
    if (
        limit is not None
        and isinstance(error, httpx.ReadTimeout)
        and limited_timeout(request, limit) != httpx.Timeout(request.timeout)
    ):
        timeout.phase = limit[1]
    timeout.sent = sent
    return timeout
