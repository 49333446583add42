# Made from __init__.py by `make twins`; do not edit.
from .. import RequestOptions as RequestOptions
from ..core.config import DEFAULT_MAX_RETRIES as DEFAULT_MAX_RETRIES
from ..core.errors import AIMLAPIError as AnthropicError
from ..transport.arguments import DEFAULT_TIMEOUT as DEFAULT_TIMEOUT, Timeout as Timeout
from . import types as types
from .answers import Model as BaseModel
from .arguments import (
    NOT_GIVEN as NOT_GIVEN,
    NOT_GIVEN as not_given,
    NOT_GIVEN as omit,
    DefaultAioHttpClient as DefaultAioHttpClient,
    DefaultAsyncHttpxClient as DefaultAsyncHttpxClient,
    DefaultHttpxClient as DefaultHttpxClient,
    NotGiven as NotGiven,
    NotGiven as Omit,
)
from .async_client import AsyncAnthropic as AsyncAnthropic, AsyncAnthropic as AsyncClient
from .async_streams import (
    AsyncAPIResponse as AsyncAPIResponse,
    AsyncMessageStream as AsyncMessageStream,
    AsyncMessageStream as BetaAsyncMessageStream,
    AsyncMessageStreamManager as AsyncMessageStreamManager,
    AsyncMessageStreamManager as BetaAsyncMessageStreamManager,
    AsyncStream as AsyncStream,
)
from .client import Anthropic as Anthropic, Anthropic as Client
from .errors import (
    APIConnectionError as APIConnectionError,
    APIError as APIError,
    APIStatusError as APIStatusError,
    APITimeoutError as APITimeoutError,
    UnsaidError as APIWebhookValidationError,
    UnsaidError as CMEKContextUnavailableError,
    UnsaidError as CMEKKeyDisabledError,
    UnsaidError as CMEKKeyNetworkBlockedError,
    UnsaidError as CMEKKeyUnreachableError,
    UnsaidError as ClaudeCodeKeyCreatorNotMemberError,
    UnsaidError as ClaudeCodeVersionTooOldError,
    UnsaidError as ContractSpendLimitReachedError,
    UnsaidError as CredentialsError,
    UnsaidError as EnforcedSpendLimitReachedError,
    UnsaidError as IdentityTokenFileError,
    UnsaidError as LinkedOrganizationBillingUnavailableError,
    UnsaidError as LinkedOrganizationSpendLimitReachedError,
    UnsaidError as OrganizationOnHoldError,
    UnsaidError as OrganizationTypeNotSupportedError,
    UnsaidError as ParentOrganizationRequiredError,
    UnsaidError as RampLimitExceededError,
    UnsaidError as RequestBodyEncodingInvalidError,
    UnsaidError as RequestBodyEncodingUnsupportedError,
    UnsaidError as RequestBodyTooLargeAfterDecodingError,
    UnsaidError as RetryableError,
    UnsaidError as SandboxEgressRestrictedError,
    UnsaidError as WorkloadIdentityError,
    UnsaidError as WorkspaceHumanReviewDisabledError,
)
from .lib.tools import ToolError as ToolError, beta_async_tool as beta_async_tool, beta_tool as beta_tool
from .outputs import transform_schema as transform_schema
from .streams import (
    APIResponse as APIResponse,
    MessageStream as BetaMessageStream,
    MessageStream as MessageStream,
    MessageStreamManager as BetaMessageStreamManager,
    MessageStreamManager as MessageStreamManager,
    Stream as Stream,
)
from .types import (
    ContentBlockStopEvent as BetaContentBlockStopEvent,
    ContentBlockStopEvent as ContentBlockStopEvent,
    InputJsonEvent as BetaInputJsonEvent,
    InputJsonEvent as InputJsonEvent,
    MessageStopEvent as BetaMessageStopEvent,
    MessageStopEvent as MessageStopEvent,
    MessageStreamEvent as BetaMessageStreamEvent,
    MessageStreamEvent as MessageStreamEvent,
    TextEvent as BetaTextEvent,
    TextEvent as TextEvent,
)

__version__: str
__all__ = [
    "DEFAULT_MAX_RETRIES",
    "DEFAULT_TIMEOUT",
    "NOT_GIVEN",
    "APIConnectionError",
    "APIError",
    "APIResponse",
    "APIResponseValidationError",
    "APIStatusError",
    "APITimeoutError",
    "APIWebhookValidationError",
    "Anthropic",
    "AnthropicError",
    "AsyncAPIResponse",
    "AsyncAnthropic",
    "AsyncClient",
    "AsyncMessageStream",
    "AsyncMessageStreamManager",
    "AsyncStream",
    "AuthenticationError",
    "BadRequestError",
    "BaseModel",
    "BetaAsyncMessageStream",
    "BetaAsyncMessageStreamManager",
    "BetaContentBlockStopEvent",
    "BetaInputJsonEvent",
    "BetaMessageStopEvent",
    "BetaMessageStream",
    "BetaMessageStreamEvent",
    "BetaMessageStreamManager",
    "BetaTextEvent",
    "CMEKContextUnavailableError",
    "CMEKKeyDisabledError",
    "CMEKKeyNetworkBlockedError",
    "CMEKKeyUnreachableError",
    "ClaudeCodeKeyCreatorNotMemberError",
    "ClaudeCodeVersionTooOldError",
    "Client",
    "ClientClosedRequestError",
    "ConflictError",
    "ContentBlockStopEvent",
    "ContentTooLargeError",
    "ContractSpendLimitReachedError",
    "CredentialsError",
    "DeadlineExceededError",
    "DefaultAioHttpClient",
    "DefaultAsyncHttpxClient",
    "DefaultHttpxClient",
    "EnforcedSpendLimitReachedError",
    "GatewayTimeoutError",
    "HTTPNotImplementedError",
    "IdentityTokenFileError",
    "InputJsonEvent",
    "InternalServerError",
    "LinkedOrganizationBillingUnavailableError",
    "LinkedOrganizationSpendLimitReachedError",
    "MessageStopEvent",
    "MessageStream",
    "MessageStreamEvent",
    "MessageStreamManager",
    "NotFoundError",
    "NotGiven",
    "Omit",
    "OrganizationOnHoldError",
    "OrganizationTypeNotSupportedError",
    "OverloadedError",
    "ParentOrganizationRequiredError",
    "PaymentRequiredError",
    "PermissionDeniedError",
    "PreconditionFailedError",
    "RampLimitExceededError",
    "RateLimitError",
    "RequestBodyEncodingInvalidError",
    "RequestBodyEncodingUnsupportedError",
    "RequestBodyTooLargeAfterDecodingError",
    "RequestHeaderFieldsTooLargeError",
    "RequestOptions",
    "RequestTimeoutError",
    "RequestTooLargeError",
    "RetryableError",
    "SandboxEgressRestrictedError",
    "ServiceUnavailableError",
    "Stream",
    "TextEvent",
    "Timeout",
    "ToolError",
    "UnprocessableEntityError",
    "WorkloadIdentityError",
    "WorkspaceHumanReviewDisabledError",
    "beta_async_tool",
    "beta_tool",
    "not_given",
    "omit",
    "transform_schema",
    "types",
]
from typing import TypeAlias

from ..core import errors as ours

class APIResponseValidationError(APIError, ours.UnexpectedResponseError):
    "A 2xx reply that is not what was asked for: a web page, an empty body, other JSON."

class AuthenticationError(APIStatusError, ours.AuthenticationError):
    "401: the key is missing, wrong or disabled."

class BadRequestError(APIStatusError, ours.BadRequestError):
    "400: the request is wrong as it stands."

class ClientClosedRequestError(APIStatusError):
    "499."

class ConflictError(APIStatusError, ours.ConflictError):
    "409: the request clashes with the state of what it names."

class GatewayTimeoutError(InternalServerError):
    "504."

DeadlineExceededError: TypeAlias = GatewayTimeoutError

class HTTPNotImplementedError(InternalServerError):
    "501."

class InternalServerError(APIStatusError, ours.InternalServerError):
    "500 and above: the gateway or the model's provider failed."

class NotFoundError(APIStatusError, ours.NotFoundError):
    "404: there is no such path or thing."

class OverloadedError(InternalServerError, ours.OverloadedError):
    "529: the model's provider has no capacity at the moment."

class PaymentRequiredError(PermissionDeniedError, ours.OutOfCreditError):
    "402, 403 or another refusal that says so: the account or the key has no credit left. It is never sent again."

class PermissionDeniedError(APIStatusError, ours.PermissionDeniedError):
    "403: the key is good, but may not do this."

class PreconditionFailedError(APIStatusError):
    "412."

class RateLimitError(APIStatusError, ours.RateLimitError):
    "429: too many requests."

class RequestHeaderFieldsTooLargeError(APIStatusError):
    "431."

class RequestTimeoutError(APIStatusError):
    "408."

class RequestTooLargeError(APIStatusError, ours.RequestTooLargeError):
    "413: the request has too many bytes."

ContentTooLargeError: TypeAlias = RequestTooLargeError

class ServiceUnavailableError(InternalServerError):
    "503."

class UnprocessableEntityError(APIStatusError, ours.UnprocessableEntityError):
    "422: well formed, but not acceptable."
