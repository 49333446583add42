"""This package by the names of the `anthropic` SDK, for programs that move over by their imports alone.

    from aimlapi_messages.anthropic import Anthropic

    client = Anthropic()
    message = client.messages.create(
        model="claude-sonnet-5", max_tokens=1024, messages=[{"role": "user", "content": "Hello"}]
    )
    print(message.model_dump_json(indent=2))

It is a thin layer: arguments become those of `aimlapi_messages`, and its answers and errors get the methods that those
of the SDK have. `docs/moving-over.md` says what differs, and why.
"""

# Each name is loaded when it is used. Type checkers read `__init__.pyi`, which `make twins` makes of the table below.

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from typing import Any

# The module that defines each name, and where it is called otherwise there, its name.
HOMES = {
    ".answers": "Model:BaseModel",
    ".arguments": (
        "DefaultAioHttpClient DefaultAsyncHttpxClient DefaultHttpxClient NOT_GIVEN NOT_GIVEN:not_given "
        "NOT_GIVEN:omit NotGiven NotGiven:Omit"
    ),
    ".async_client": "AsyncAnthropic AsyncAnthropic:AsyncClient",
    ".async_streams": "AsyncAPIResponse AsyncStream AsyncMessageStream AsyncMessageStreamManager",
    ".client": "Anthropic Anthropic:Client",
    ".errors": (
        "APIConnectionError APIError APIResponseValidationError APIStatusError APITimeoutError AuthenticationError "
        "BadRequestError ClientClosedRequestError ConflictError GatewayTimeoutError "
        "GatewayTimeoutError:DeadlineExceededError HTTPNotImplementedError InternalServerError NotFoundError "
        "OverloadedError PaymentRequiredError PermissionDeniedError PreconditionFailedError RateLimitError "
        "RequestHeaderFieldsTooLargeError RequestTimeoutError RequestTooLargeError "
        "RequestTooLargeError:ContentTooLargeError ServiceUnavailableError UnprocessableEntityError"
    ),
    ".lib.tools": "ToolError beta_async_tool beta_tool",
    ".outputs": "transform_schema",
    ".streams": "APIResponse Stream MessageStream MessageStreamManager",
    ".types": "ContentBlockStopEvent InputJsonEvent MessageStopEvent MessageStreamEvent TextEvent",
    "..": "RequestOptions",
    "..core.config": "DEFAULT_MAX_RETRIES",
    "..core.errors": "AIMLAPIError:AnthropicError",
    "..transport.arguments": "DEFAULT_TIMEOUT Timeout",
}
# Errors that only Anthropic's own API gives.
_UNSAID = (
    "APIWebhookValidation CMEKContextUnavailable CMEKKeyDisabled CMEKKeyNetworkBlocked CMEKKeyUnreachable Retryable "
    "ClaudeCodeKeyCreatorNotMember ClaudeCodeVersionTooOld ContractSpendLimitReached Credentials RampLimitExceeded "
    "EnforcedSpendLimitReached IdentityTokenFile LinkedOrganizationBillingUnavailable SandboxEgressRestricted "
    "LinkedOrganizationSpendLimitReached OrganizationOnHold OrganizationTypeNotSupported ParentOrganizationRequired "
    "RequestBodyEncodingInvalid RequestBodyEncodingUnsupported RequestBodyTooLargeAfterDecoding WorkloadIdentity "
    "WorkspaceHumanReviewDisabled"
)
HOMES[".errors"] += "".join(f" UnsaidError:{name}Error" for name in _UNSAID.split())
# Streams and their events have another name for `client.beta`.
for _home, _names in HOMES.items():
    HOMES[_home] += "".join(f" {name}:Beta{name}" for name in _names.split() if re.search("MessageStream|Event$", name))
_PLACES = {
    name.rpartition(":")[2]: (module, name.partition(":")[0])
    for module, names in HOMES.items()
    for name in names.split()
}


@cache
def __getattr__(name: str) -> Any:
    if name == "__all__":
        return sorted([*_PLACES, "types"])
    if name == "__version__":
        return import_module("aimlapi_messages").__version__
    if name in ("types", "lib"):
        return import_module(f".{name}", __name__)
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, original = _PLACES[name]
    return getattr(import_module(module, __name__), original)
