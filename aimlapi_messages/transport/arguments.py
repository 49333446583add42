"""What a caller may set of a request, and the classes of httpx and httpx2 that may be passed in, by one name each."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast
from urllib.parse import unquote_plus

import httpx

from ..core.arguments import NOT_GIVEN, check_headers, check_hook, check_limit, check_whole, shown
from ..core.errors import AIMLAPIError, InvalidRequestError

if TYPE_CHECKING:
    import httpx2

    from aimlapi_client.operation import QueryValue, RequestOptions

HTTPClient: TypeAlias = "httpx.Client | httpx2.Client"
AsyncHTTPClient: TypeAlias = "httpx.AsyncClient | httpx2.AsyncClient"
Timeout: TypeAlias = httpx.Timeout
TimeoutTypes: TypeAlias = float | httpx.Timeout | None
# As callers may give it.
TimeoutArgument: TypeAlias = "httpx2.Timeout | TimeoutTypes"

# A long answer may take minutes to begin; a connection that takes more than seconds will not come.
DEFAULT_TIMEOUT: Final = httpx.Timeout(600.0, connect=10.0)

# Where None is a setting. Everywhere else it means "not given", as NOT_GIVEN does.
_NULLABLE: Final = frozenset({"timeout", "idle_timeout", "total_timeout", "on_attempt", "on_call"})


def library_of(given: object, name: str) -> ModuleType | None:
    """Which of httpx and httpx2 has made something, by the name of its class; None for something else."""
    for library in (httpx, sys.modules.get("httpx2")):  # whoever has something of httpx2 has imported it
        if library is not None and isinstance(given, getattr(library, name)):
            return library
    return None


def given_options(options: Mapping[str, Any], names: Collection[str], error: type[AIMLAPIError]) -> dict[str, Any]:
    """The options of a client, or of one request, that are given.

    names: of all that there are. Raises `error` for one that cannot be kept, TypeError for one that does not exist.
    """
    unknown = sorted(options.keys() - names)
    if unknown:
        advice = ". Give it as extra_headers={'anthropic-beta': ...}." if unknown[0] == "betas" else ""
        raise TypeError(f"unexpected argument {unknown[0]!r}{advice}")
    given: dict[str, Any] = {
        name: value
        for name, value in options.items()
        if value is not NOT_GIVEN and (value is not None or name in _NULLABLE)
    }
    if "timeout" in given:
        given["timeout"] = _timeout(given["timeout"], error)
    check_limit("idle_timeout", given.get("idle_timeout"), error)
    check_limit("total_timeout", given.get("total_timeout"), error)
    check_whole("max_retries", given.get("max_retries", 0), error)
    check_whole("max_response_size", given.get("max_response_size", 1), error, least=1)
    check_hook("on_attempt", given.get("on_attempt"))
    check_hook("on_call", given.get("on_call"))
    check_headers(given.get("default_headers", {}), error)
    check_headers(given.get("extra_headers", {}), error)
    _check_query(given.get("extra_query", {}))
    return given


def checked_options(options: Mapping[str, Any]) -> RequestOptions:
    """The options of one request that are given. Raises InvalidRequestError and TypeError."""
    from aimlapi_client.operation import RequestOptions  # noqa: PLC0415 (a client is made without it)

    return cast("RequestOptions", given_options(options, RequestOptions.__annotations__.keys(), InvalidRequestError))


def _check_query(query: object) -> None:
    """Raise InvalidRequestError unless it is a mapping from names to single values."""
    if not isinstance(query, Mapping):
        raise InvalidRequestError(f"extra_query is a {type(query).__name__}. Give a mapping of names to values.")
    for name, value in cast("Mapping[object, object]", query).items():
        if not isinstance(name, str) or not isinstance(value, (str, int, float, bool, type(None))):
            kind = type(value).__name__
            raise InvalidRequestError(f"extra_query[{name!r}] is a {kind}. Give text, a number, a boolean or None.")


def _timeout(timeout: Any, error: type[AIMLAPIError]) -> TimeoutTypes:
    """A timeout, that of httpx2 as that of httpx. Raises `error` for what is none."""
    if timeout is None:
        return None
    if not isinstance(timeout, httpx.Timeout) and library_of(timeout, "Timeout") is not None:
        timeout = httpx.Timeout(**timeout.as_dict())
    waits: dict[str, Any] = timeout.as_dict() if isinstance(timeout, httpx.Timeout) else {"": timeout}
    for name, wait in waits.items():
        is_number = isinstance(wait, (int, float)) and not isinstance(wait, bool)
        if wait is not None and not (is_number and wait >= 0):
            what = f"timeout.{name}" if name else "timeout"
            raise error(f"{what} is {shown(wait)}. Give seconds, a Timeout of httpx or httpx2, or None for no limit.")
    return cast("TimeoutTypes", timeout)


def with_query(target: str, extra: Mapping[str, QueryValue]) -> str:
    """A path and query with other members in the query; None takes one away. Raises InvalidRequestError."""
    path, _, query = target.partition("?")
    # The members that stay are not written again: a comma between two values is not one inside a value.
    members = [member for member in query.split("&") if member and unquote_plus(member.partition("=")[0]) not in extra]
    try:
        members += [str(httpx.QueryParams({name: value})) for name, value in extra.items() if value is not None]
        return f"{path}?{'&'.join(members)}" if members else path
    except UnicodeEncodeError as error:
        raise InvalidRequestError("extra_query holds half of a surrogate pair, which no URL carries.") from error
