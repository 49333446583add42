"""The errors of this package, with what those of the `anthropic` SDK have: `request`, `response`, and `body` as JSON.

Each is a child of ours of its name and of its parent here: what `aimlapi_messages.BadRequestError` catches, its
namesake here catches as well, and the other way round once a client of this package raised it. Type checkers read those
that are made below in `__init__.pyi`.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
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

    summary: ClassVar[str] = ""
    if TYPE_CHECKING:
        body: Any

    def __init__(
        self, message: object = None, request: object = None, *, response: httpx.Response | None = None, **members: Any
    ) -> None:
        # `request` and `response` are of tests that make an error themselves.
        if response is not None:
            members |= {"status_code": response.status_code, "headers": dict(response.headers)}
        super().__init__(message if isinstance(message, str) else self.summary, **members)

    @property
    def request(self) -> httpx.Request:
        """The address of the request; without headers and body, for an error keeps no secrets."""
        return httpx.Request("POST", self.url or "")


class APIConnectionError(APIError, ours.APIConnectionError):
    """The connection could not be made, or it broke."""

    summary = "Connection error."


class APITimeoutError(APIConnectionError, ours.APITimeoutError):
    """The other side was too slow."""

    summary = "Request timed out."


class APIStatusError(APIError, ours.APIStatusError):
    """The gateway refused or failed."""

    @property
    def response(self) -> httpx.Response:
        """The reply: its status, its headers without cookies, and its body, shortened if very long."""
        text: str = self.body if isinstance(self.body, str) else json.dumps(self.body) if self.body else ""
        headers = headers_of_text(self.headers)
        return httpx.Response(self.status_code or 0, headers=headers, text=text, request=self.request)


class UnsaidError(APIStatusError):
    """What only Anthropic's own API says, and the gateway never does; so that naming it is no error."""


def _make(name: str, doc: str | None, *parents: type) -> Any:
    globals()[name] = made = type(name, parents, {"__doc__": doc, "__module__": __name__})
    return made


# What is called otherwise here, and what has a class only here.
_RENAMED = {"UnexpectedResponseError": "APIResponseValidationError", "OutOfCreditError": "PaymentRequiredError"}
_BY_STATUS = {
    408: "RequestTimeoutError",
    412: "PreconditionFailedError",
    431: "RequestHeaderFieldsTooLargeError",
    499: "ClientClosedRequestError",
    501: "HTTPNotImplementedError",
    503: "ServiceUnavailableError",
    504: "GatewayTimeoutError",
}
# The class here of each of ours.
_HERE: dict[type, Any] = {
    one.__bases__[-1]: one for one in (APIError, APIConnectionError, APITimeoutError, APIStatusError)
}
for _kind in [one for one in vars(ours).values() if isinstance(one, type) and issubclass(one, ours.APIError)]:
    if _kind not in _HERE:
        _name = _RENAMED.get(_kind.__name__, _kind.__name__)
        _HERE[_kind] = _make(_name, _kind.__doc__, _HERE[_kind.__bases__[0]], _kind)
_MORE = {
    status: _make(name, f"{status}.", APIStatusError if status < 500 else _HERE[ours.InternalServerError])
    for status, name in _BY_STATUS.items()
}


def translate(error: BaseException | None) -> None:
    """Give an error the class of its name here."""
    here: Any = _HERE.get(type(error))
    if here and isinstance(error, ours.APIError):
        plain = type(error) in (ours.APIStatusError, ours.InternalServerError)
        error.__class__ = _MORE.get(error.status_code or 0, here) if plain else here
        adopted(error.partial)
        with suppress(ValueError):
            cast("Any", error).body = json.loads(error.body) if error.body else None


@contextmanager
def translated() -> Generator[None]:
    """Gives what is raised within the class of its name here."""
    try:
        yield
    except ours.APIError as error:
        translate(error)
        raise
