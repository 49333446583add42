"""The gateway's errors: one exception, and the gateway's title, name and message for each status."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

PROBLEM_CONTENT_TYPE = "application/problem+json; charset=utf-8"
JSON_CONTENT_TYPE = "application/json; charset=utf-8"
EVENTS_CONTENT_TYPE = "text/event-stream; charset=utf-8"
KEYS_URL = "https://aimlapi.com/app/keys"
BILLING_URL = "https://aimlapi.com/app/billing"


@dataclass(frozen=True)
class Status:
    """The gateway's wording for an HTTP status: `title`, the exception's `name`, and a default `message`."""

    title: str
    name: str
    message: str


STATUSES: Mapping[int, Status] = {
    400: Status("Bad Request", "BadRequestException", "The request was not accepted."),
    401: Status("Unauthorized", "UnauthorizedException", f"This API key is not valid. Keys: {KEYS_URL}"),
    403: Status("Forbidden", "ForbiddenException", f"The account is out of funds. Top up at {BILLING_URL}"),
    404: Status("Not Found", "NotFoundException", "Nothing is served here."),
    405: Status("Method Not Allowed", "MethodNotAllowedException", "This path does not support this method."),
    413: Status("Payload Too Large", "PayloadTooLargeException", "The request body is over 32 MB."),
    429: Status("Too Many Requests", "ThrottlerException", "Too many requests at once; wait, then retry."),
    500: Status("Internal Server Error", "InternalServerErrorException", "The gateway failed."),
    502: Status("Bad Gateway", "BadGatewayException", "The model's provider sent an invalid response."),
    503: Status("Service Unavailable", "ServiceUnavailableException", "The service is temporarily unavailable."),
    504: Status("Gateway Timeout", "GatewayTimeoutException", "The model did not respond in time."),
    529: Status("Overloaded", "OverloadedException", "The model's provider is overloaded."),
}


@dataclass(frozen=True)
class Issue:
    """One problem of a request: a `path` such as `messages[0].role` (empty for the whole body), and the reason."""

    path: str
    reason: str


@dataclass(eq=False)
class GatewayError(Exception):
    """An error response: `status`, `message`, `issues` (400 only) and extra response `headers`.

    `provider` is the text of the model's provider, where the message wraps it.
    """

    status: int
    message: str = ""
    issues: Sequence[Issue] = ()
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    provider: str = ""

    def __post_init__(self) -> None:
        self.message = self.message or STATUSES[self.status].message


def refused_by_provider(message: str) -> GatewayError:
    """The 400 of the model's provider, as the gateway passes it on: the provider's own error as text in the message."""
    inner = {"type": "error", "error": {"type": "invalid_request_error", "message": message}}
    return GatewayError(400, f"400 {json.dumps(inner)}", provider=message)


def invalid_request(issues: Sequence[Issue]) -> GatewayError:
    """The 400 for an invalid request; its message gives the first issue. `issues` must not be empty."""
    first = issues[0]
    where = f"{first.path}: " if first.path else ""
    more = f" (and {len(issues) - 1} more)" if len(issues) > 1 else ""
    return GatewayError(400, f"Validation failed: {where}{first.reason}{more}", issues=issues)
