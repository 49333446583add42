"""What a caller sees of what went wrong while a request was sent or its response read.

`failure` makes an error of the package of whatever was raised. `seal` takes from any error what a report of it would
show besides: variables of the frames that it passed, which hold headers, and causes that repeat a secret.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from json import JSONDecodeError
from traceback import clear_frames, format_exception_only
from typing import Any, Final, cast

import httpx

from ..core.errors import (
    AIMLAPIError,
    APIConnectionError,
    APITimeoutError,
    ConfigurationError,
    Phase,
)
from ..core.reply import ReplyHead, without_query
from ..core.request import Request, Secrets
from .base import raised_by_handler, with_proxies

# Raised before the whole request has gone out. Nothing has run, so nothing was paid.
_PHASES: Final[dict[type[Exception], Phase]] = {
    httpx.ConnectTimeout: "connect",
    httpx.PoolTimeout: "pool",
    httpx.WriteTimeout: "write",
}
_UNSENT: Final = (
    *_PHASES,
    httpx.ConnectError,
    httpx.LocalProtocolError,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.WriteError,
)

# An impossible port is an OverflowError.
_UNSENDABLE: Final = (httpx.InvalidURL, UnicodeError, OverflowError)

# Errors of these say that a connection failed. Those of the libraries may hold what was sent, or repeat it in part.
_OF_CONNECTIONS: Final = (httpx.RequestError, OSError, EOFError)
_LIBRARIES: Final = frozenset({"anyio", "trio", "http", "h2", "h11", "httpcore", "httpcore2", "aiohttp"})
# Whose errors have the names of httpx's.
_LIKE_HTTPX: Final = frozenset({"httpx2", "httpcore", "httpcore2"})

# Where a coroutine is dropped, or cancelled in a forked child, no event loop runs. There they raise their own in place
# of what ended it.
_NEED_A_LOOP: Final = frozenset({"anyio", "sniffio"})

# These hold all of a text.
_HOLDERS: Final = (JSONDecodeError, UnicodeDecodeError)

# Characters of what others say went wrong.
_LONGEST_REASON: Final = 500


def failure(error: Exception, request: Request, head: ReplyHead | None = None) -> BaseException:
    """The package's error for what sending or reading raised, whoever raised it; a signal handler's as it is.

    head: of the response that was being read, None for none.
    """
    interruption = next(filter(raised_by_handler, _causes(error)), None)
    if interruption is not None:
        return interruption
    if _library(error) in _NEED_A_LOOP:
        ended = next((one for one in _chain(error, None) if not isinstance(one, Exception)), None)
        if ended is not None:
            return ended
    if isinstance(error, AIMLAPIError):
        error.__cause__ = error.__context__ = None  # a proxy's address that cannot be read, and the like
        return error
    url, secrets, first = without_query(request.url), with_proxies(request.secrets), _first(error)
    place = f"{request.method} {url}"
    kind, text = type(first), _text(first)
    twin = _twin(kind)
    if twin is not None:
        kind, first = twin, twin(secrets.scrub(text, _LONGEST_REASON))
        error = first if _library(error) in _LIBRARIES else error
    if not issubclass(kind, httpx.RequestError) or not text:
        text = f"{kind.__name__}: {text}" if text else kind.__name__
    reason = secrets.scrub(text, _LONGEST_REASON)
    ours: AIMLAPIError
    if head is None and isinstance(first, _UNSENDABLE) and not isinstance(first, UnicodeDecodeError):
        ours = ConfigurationError(
            f"{place} cannot be sent: {reason}. Check base_url, and the proxies that the environment names."
        )
    else:
        if not isinstance(first, (httpx.TimeoutException, TimeoutError)):
            ours = APIConnectionError.advised(f"{place} failed: {reason}.", url=url)
        else:
            phase = _PHASES.get(type(first)) or _read_phase(request)
            is_ours = phase in ("idle", "total")
            advice = f"Give a larger {phase}_timeout=..." if is_ours else APITimeoutError.advice
            ours = APITimeoutError(f"{place} took too long: {reason}. {advice}", url=url)
            ours.phase = phase
        ours.sent = "no" if isinstance(first, _UNSENT) else "maybe"
        if head is not None:
            ours.sent, ours.request_id = "answered", head.request_id
        elif not isinstance(first, _OF_CONNECTIONS) and _library(first) not in _LIBRARIES:
            ours.sent = "answered"  # by code that is not about connections, which may have seen the answer
    ours.__cause__ = _cause(error, secrets, reason)
    return ours


def _twin(kind: type[Exception]) -> type[Exception] | None:
    """The class of httpx that says the same, None for what says nothing of a connection, or is httpx's."""
    name = next((one.__name__ for one in kind.__mro__ if one.__module__ in _LIKE_HTTPX), None)
    twin = cast("type[Exception]", getattr(httpx, name, httpx.TransportError)) if name else None
    return twin if twin is not None and issubclass(twin, (httpx.RequestError, httpx.InvalidURL)) else None


def _whose(error: BaseException, name: str) -> str | None:
    """Which of httpx and httpx2 has the class of this name that an error is of, None for neither."""
    kinds = [one.__module__ for one in type(error).__mro__ if one.__name__ == name]
    return next((library for library in kinds if library in ("httpx", "httpx2")), None)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error, and what it was made of: CPython's codecs make one of what a handler raises in them."""
    one: BaseException | None = error
    while one is not None:
        yield one
        one = one.__cause__


def _first(error: Exception) -> Exception:
    """The error itself, or of a group the first in it."""
    while isinstance(error, ExceptionGroup):
        error = cast("ExceptionGroup[Exception]", error).exceptions[0]
    return error


def _text(error: Exception) -> str:
    try:
        return str(error)
    except Exception:  # it is somebody's own
        return ""


def _library(error: BaseException) -> str:
    return type(error).__module__.partition(".")[0]


def _read_phase(request: Request) -> Phase:
    """The limit that ended a wait for bytes: one of the call if it was shorter than the timeout."""
    read = httpx.Timeout(request.timeout).read
    return (request.deadline and request.deadline.passed(read)) or "read"


def _cause(error: Exception, secrets: Secrets, reason: str) -> Exception | None:
    """What may stand as the cause: the error itself, unless it holds a secret.

    One of httpx is replaced by one that does not, any other by none.
    """
    if not _shows(error, secrets):
        return error
    return type(error)(reason) if _library(error) in ("httpx", "httpx2") and _whose(error, "RequestError") else None


def seal(error: BaseException, request: Request, handled: BaseException | None) -> None:
    """Clear the variables in the frames of an error and of those behind it, and take away those that show a secret.

    handled: an error before it, of the caller, which stays as it is.
    """
    secrets = with_proxies(request.secrets)
    for link in _chain(error, handled):
        clear_frames(link.__traceback__)
        library = _whose(link, "RequestError")
        if library is not None:
            cast("Any", link).request = sys.modules[library].Request(request.method, without_query(request.url))
        for name in ("__cause__", "__context__"):
            other = getattr(link, name)
            if other is not None and other is not handled and _shows(other, secrets):
                setattr(link, name, None)


def _chain(error: BaseException, handled: BaseException | None) -> Iterator[BaseException]:
    """An error, and every other that can be reached from it, up to the one that the caller handles."""
    waiting, known = [error], {id(handled)}
    while waiting:
        link = waiting.pop()
        if id(link) in known:
            continue
        known.add(id(link))
        yield link
        waiting += [other for other in (link.__cause__, link.__context__) if other is not None]
        if isinstance(link, BaseExceptionGroup):
            waiting += cast("BaseExceptionGroup[BaseException]", link).exceptions


def _shows(error: BaseException, secrets: Secrets) -> bool:
    """Whether an error repeats a secret, or holds what was sent."""
    if _library(error) in _LIBRARIES or isinstance(error, _HOLDERS) or _whose(error, "HTTPStatusError") is not None:
        return True
    try:
        said = "".join(format_exception_only(error))
        text = f"{said} {error!r} {error.args!r} {vars(error)!r}"
    except Exception:  # raised by the error, when it was asked what it says
        return True
    return secrets.scrub(text) != text
