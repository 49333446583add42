"""The errors of this package, with what those of the `anthropic` SDK have: `request`, `response`, and `body` as JSON.

An error keeps its class's place in the tree: what `aimlapi_messages.BadRequestError` catches, its namesake here catches
as well, and the other way round once a client of this package raised it.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, cast

import httpx

from ..core import errors as ours
from .answers import adopted


def headers_of_text(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers of a body that was sent in some coding, and is decoded."""
    coded = ("content-encoding", "content-length", "transfer-encoding")
    return {name: value for name, value in headers.items() if name.lower() not in coded}


class APIError(ours.APIError):
    """Something went wrong between here and the model. body: the reply's JSON, else its text, None without one."""

    if TYPE_CHECKING:
        body: Any

    def __init__(self, message: str = "", request: object = None, **members: Any) -> None:
        super().__init__(message, **members)
        del request  # of tests that make an error themselves

    @property
    def request(self) -> httpx.Request:
        """The address of the request; without headers and body, for an error keeps no secrets."""
        return httpx.Request("POST", self.url or "")


class APIResponseValidationError(APIError, ours.UnexpectedResponseError):
    """A 2xx reply that is not what was asked for."""


class APIConnectionError(APIError, ours.APIConnectionError):
    """The connection could not be made, or it broke."""

    def __init__(self, message: str = "Connection error.", **members: Any) -> None:
        super().__init__(message, **members)


class APITimeoutError(APIConnectionError, ours.APITimeoutError):
    """The other side was too slow."""

    def __init__(self, request: object = "Request timed out.", **members: Any) -> None:
        super().__init__(request if isinstance(request, str) else "Request timed out.", **members)


class APIStatusError(APIError, ours.APIStatusError):
    """The gateway refused or failed."""

    by_status: ClassVar[dict[int, type[ours.APIStatusError]]] = {}  # of those that only this package has a class for

    def __init__(self, message: str = "", *, response: httpx.Response | None = None, **members: Any) -> None:
        if response is not None:
            members |= {"status_code": response.status_code, "headers": dict(response.headers)}
        super().__init__(message, **members)

    @property
    def response(self) -> httpx.Response:
        """The reply: its status, its headers without cookies, and its body, shortened if very long."""
        text: str = self.body if isinstance(self.body, str) else json.dumps(self.body) if self.body else ""
        headers = headers_of_text(self.headers)
        return httpx.Response(self.status_code or 0, headers=headers, text=text, request=self.request)


class BadRequestError(APIStatusError, ours.BadRequestError):
    """400."""


class RequestTimeoutError(APIStatusError, status=408):
    """408."""


class PreconditionFailedError(APIStatusError, status=412):
    """412."""


class RequestHeaderFieldsTooLargeError(APIStatusError, status=431):
    """431."""


class ClientClosedRequestError(APIStatusError, status=499):
    """499."""


class AuthenticationError(APIStatusError, ours.AuthenticationError):
    """401."""


class PermissionDeniedError(APIStatusError, ours.PermissionDeniedError):
    """403."""


class PaymentRequiredError(PermissionDeniedError, ours.OutOfCreditError):
    """402, or 403 that speaks of credit."""


class NotFoundError(APIStatusError, ours.NotFoundError):
    """404."""


class ConflictError(APIStatusError, ours.ConflictError):
    """409."""


class RequestTooLargeError(APIStatusError, ours.RequestTooLargeError):
    """413."""


class UnprocessableEntityError(APIStatusError, ours.UnprocessableEntityError):
    """422."""


class RateLimitError(APIStatusError, ours.RateLimitError):
    """429."""


class InternalServerError(APIStatusError, ours.InternalServerError):
    """500 and above."""


class HTTPNotImplementedError(InternalServerError, status=501):
    """501."""


class ServiceUnavailableError(InternalServerError, status=503):
    """503."""


class GatewayTimeoutError(InternalServerError, status=504):
    """504."""


class OverloadedError(InternalServerError, ours.OverloadedError):
    """529."""


class UnsaidError(APIStatusError):
    """What only Anthropic's own API says, and the gateway never does; so that naming it is no error."""


@cache
def _counterparts() -> dict[type, type[ours.APIError]]:
    found = [one for one in globals().values() if isinstance(one, type) and issubclass(one, APIError)]
    return {one.__bases__[-1]: one for one in found if not issubclass(one.__bases__[-1], APIError)}


@cache
def counterpart(kind: Any) -> type[ours.APIError]:
    """The class here of an error of ours: its own, or a child of that of its parent, found by its name."""
    found = _counterparts().get(kind)
    if found is None:
        parent = next(one for one in kind.__mro__[1:] if one in _counterparts())
        found = type(kind.__name__, (_counterparts()[parent], kind), {"__doc__": kind.__doc__, "__module__": __name__})
    return found


def __getattr__(name: str) -> Any:
    kind = getattr(ours, name, None)
    if isinstance(kind, type) and issubclass(kind, ours.APIError):
        return counterpart(cast("Any", kind))
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text or None


@contextmanager
def translated() -> Generator[None]:
    """Gives what is raised within the class of its name here."""
    try:
        yield
    except ours.APIError as error:
        if not isinstance(error, APIError):
            plain = type(error) in (ours.APIStatusError, ours.InternalServerError)
            own = APIStatusError.by_status.get(error.status_code or 0) if plain else None
            error.__class__ = own or counterpart(cast("Any", type(error)))
            adopted(error.partial)
            cast("Any", error).body = _read(error.body or "")
        raise
