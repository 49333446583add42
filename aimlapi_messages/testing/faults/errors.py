"""The gateway's errors: one exception, and what the gateway says of each status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PROBLEM_CONTENT_TYPE = "application/problem+json; charset=utf-8"
JSON_CONTENT_TYPE = "application/json; charset=utf-8"
KEYS_URL = "https://aimlapi.com/app/keys"
BILLING_URL = "https://aimlapi.com/app/billing"


@dataclass(frozen=True)
class Kind:
    """What the gateway calls one HTTP status: `title`, the exception's `name`, and a default `message`."""

    title: str
    name: str
    message: str


KINDS: Mapping[int, Kind] = {
    400: Kind("Bad Request", "BadRequestException", "The request was not accepted."),
    401: Kind("Unauthorized", "UnauthorizedException", f"This API key is not valid. Keys: {KEYS_URL}"),
    403: Kind("Forbidden", "ForbiddenException", f"The account is out of funds. Top up at {BILLING_URL}"),
    404: Kind("Not Found", "NotFoundException", "Nothing is served here."),
    405: Kind("Method Not Allowed", "MethodNotAllowedException", "This path does not take this method."),
    413: Kind("Payload Too Large", "PayloadTooLargeException", "The request body is over 32 MB."),
    429: Kind("Too Many Requests", "ThrottlerException", "Too many requests at once; wait, then retry."),
    500: Kind("Internal Server Error", "InternalServerErrorException", "The gateway failed."),
    502: Kind("Bad Gateway", "BadGatewayException", "The model's provider gave no usable answer."),
    503: Kind("Service Unavailable", "ServiceUnavailableException", "The service is not available now."),
    504: Kind("Gateway Timeout", "GatewayTimeoutException", "The model did not answer in time."),
    529: Kind("Overloaded", "OverloadedException", "The model's provider is overloaded."),
}


@dataclass(frozen=True)
class Issue:
    """One problem in a request body: `path` such as `messages[0].role` (empty: the body), and the reason."""

    path: str
    reason: str


class GatewayError(Exception):
    """An answer that is an error: `status`, `message`, `issues` (400 only) and extra response `headers`."""

    def __init__(
        self,
        status: int,
        message: str | None = None,
        *,
        issues: Sequence[Issue] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.status = status
        self.message: str = message or KINDS[status].message
        self.issues: tuple[Issue, ...] = tuple(issues)
        self.headers: dict[str, str] = dict(headers or {})
        super().__init__(f"{status}: {self.message}")


class UnmakeableError(ValueError):
    """No input could be made for a tool's schema; the text says why, and reads on from "the emulator cannot"."""


def invalid_request(issues: Sequence[Issue]) -> GatewayError:
    """The 400 for a body with problems; its message names the first one. `issues` must not be empty."""
    first = issues[0]
    where = f"{first.path}: " if first.path else ""
    more = f" (and {len(issues) - 1} more)" if len(issues) > 1 else ""
    return GatewayError(400, f"Validation failed: {where}{first.reason}{more}", issues=issues)
