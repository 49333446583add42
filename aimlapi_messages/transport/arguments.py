"""What a caller may set of a request, and the classes of httpx that may be passed in, under one name each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

import httpx

from ..core.arguments import NOT_GIVEN, check_headers, check_limit, check_max_retries, shown
from ..core.errors import AIMLAPIError, ConfigurationError, InvalidRequestError

if TYPE_CHECKING:
    from aimlapi_client.operation import RequestOptions

HTTPClient: TypeAlias = httpx.Client
AsyncHTTPClient: TypeAlias = httpx.AsyncClient
TimeoutTypes: TypeAlias = float | httpx.Timeout | None

# A long answer may take minutes to begin; a connection that takes more than seconds will not come.
DEFAULT_TIMEOUT: Final = httpx.Timeout(600.0, connect=10.0)


def checked_options(options: Mapping[str, Any]) -> RequestOptions:
    """The options of one request that are given.

    Raises InvalidRequestError for one that cannot be kept, TypeError for one that does not exist.
    """
    from aimlapi_client.operation import RequestOptions  # noqa: PLC0415 (a client is made without it)

    unknown = sorted(options.keys() - RequestOptions.__annotations__.keys())
    if unknown:
        raise TypeError(f"unexpected argument {unknown[0]!r}")
    given = {name: value for name, value in options.items() if value is not NOT_GIVEN}
    if "timeout" in given:
        check_timeout(given["timeout"], InvalidRequestError)
    if "total_timeout" in given:
        check_limit("total_timeout", given["total_timeout"], InvalidRequestError)
    if given.get("max_retries") is not None:
        check_max_retries(given["max_retries"], InvalidRequestError)
    if given.get("extra_headers"):
        check_headers(given["extra_headers"])
    if given.get("extra_query") is not None:
        _check_query(given["extra_query"])
    return cast("RequestOptions", given)


def _check_query(query: object) -> None:
    """Raise InvalidRequestError unless it is a mapping from names to single values."""
    if not isinstance(query, Mapping):
        raise InvalidRequestError(f"extra_query is a {type(query).__name__}. Give a mapping of names to values.")
    for name, value in cast("Mapping[object, object]", query).items():
        if not isinstance(name, str) or not isinstance(value, (str, int, float, bool, type(None))):
            kind = type(value).__name__
            raise InvalidRequestError(f"extra_query[{name!r}] is a {kind}. Give text, a number, a boolean or None.")


def check_timeout(timeout: object, error: type[AIMLAPIError]) -> None:
    """Raise `error` unless it is seconds, an `httpx.Timeout` or None."""
    if timeout is None or isinstance(timeout, httpx.Timeout):
        return
    if isinstance(timeout, bool) or not isinstance(timeout, (int, float)) or not timeout >= 0:
        raise error(f"timeout is {shown(timeout)}. Give seconds, an httpx.Timeout, or None for no limit.")


def check_http_client(given: object, kind: type[httpx.Client] | type[httpx.AsyncClient]) -> None:
    """Raise ConfigurationError unless it is a client of this kind, or None."""
    if given is not None and not isinstance(given, kind):
        name = type(given).__name__
        raise ConfigurationError(
            f"http_client is a {name}. AIMLAPI takes an httpx.Client, AsyncAIMLAPI an httpx.AsyncClient."
        )
