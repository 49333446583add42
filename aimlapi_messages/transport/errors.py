"""What httpx raises, as the package's errors, and the timeouts that decide when it does."""

from __future__ import annotations

from types import TracebackType
from typing import Final, cast

import httpx

from ..core.errors import AIMLAPIError, APIConnectionError, APITimeoutError, ConfigurationError, Phase, Sent
from ..core.types import ReplyHead, Request, TimeoutTypes, without_query

__all__ = ["bounded", "errors_translated"]

_PHASES: Final[tuple[tuple[type[httpx.TimeoutException], Phase], ...]] = (
    (httpx.ConnectTimeout, "connect"),
    (httpx.PoolTimeout, "pool"),
    (httpx.WriteTimeout, "write"),
)

# What fails before the request has gone out whole. Nothing has run, so nothing was paid.
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


# A port that there cannot be is an OverflowError, which anyio puts into a group.
_NO_ADDRESS: Final = (httpx.InvalidURL, UnicodeError, OverflowError, ExceptionGroup)
_KNOWN: Final = (httpx.RequestError, httpx.HTTPStatusError, *_NO_ADDRESS)


def bounded(request: Request) -> TimeoutTypes:
    """The timeout of each single wait: what was set, or what the call's limits leave of it."""
    if request.patience is None:
        return request.timeout
    longest, given = max(request.patience[0], 0.001), httpx.Timeout(request.timeout)
    phases = {"connect": given.connect, "read": given.read, "write": given.write, "pool": given.pool}
    return httpx.Timeout(**{name: longest if limit is None else min(limit, longest) for name, limit in phases.items()})


class errors_translated:
    """Let httpx's exceptions out as the package's own, each with httpx's as its cause.

    head: of the reply that is being read, once there is one.
    """

    __slots__ = ("_head", "_request")

    def __init__(self, request: Request, head: ReplyHead | None = None) -> None:
        self._request = request
        self._head = head

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, _KNOWN):
            raise _translated(cast("Exception", error), self._request, self._head) from error


def _translated(error: Exception, request: Request, head: ReplyHead | None) -> AIMLAPIError:
    place = f"{request.method} {without_query(request.url)}"
    if isinstance(error, httpx.HTTPStatusError):  # an event hook of the user's own client raised it
        from ..message.error_bodies import error_from_response  # noqa: PLC0415 (models load when they are needed)

        headers = {name.lower(): value for name, value in error.response.headers.items()}
        answered = ReplyHead(error.response.status_code, headers, without_query(request.url), request.secrets)
        error.request = httpx.Request(request.method, without_query(request.url))
        return error_from_response(answered, b"")
    if isinstance(error, httpx.RequestError):
        # It stays reachable as the cause, and the request that it carries holds the key.
        error.request = httpx.Request(request.method, without_query(request.url))
        reason = str(error) or type(error).__name__
        ours = _connection_error(error, place, request.secrets.scrub(reason), request)
        if head is not None:
            ours.sent, ours.request_id = "answered", head.request_id
        return ours
    first = cast("ExceptionGroup[Exception]", error).exceptions[0] if isinstance(error, ExceptionGroup) else error
    reason = request.secrets.scrub(str(first))
    return ConfigurationError(
        f"{place} cannot be asked: {reason}. Check base_url, and the proxies that the environment names."
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
    limit = request.patience
    if (
        limit is not None
        and isinstance(error, httpx.ReadTimeout)
        and bounded(request) != httpx.Timeout(request.timeout)
    ):
        timeout.phase = limit[1]
    timeout.sent = sent
    return timeout
