# Made from __init__.py by `make twins`; do not edit.
from ..core.config import DEFAULT_MAX_RETRIES as DEFAULT_MAX_RETRIES
from ..core.errors import AIMLAPIError as AnthropicError
from ..transport.arguments import DEFAULT_TIMEOUT as DEFAULT_TIMEOUT, Timeout as Timeout
from . import types as types
from .answers import Model as BaseModel
from .arguments import (
    NOT_GIVEN as NOT_GIVEN,
    NOT_GIVEN as not_given,
    DefaultAioHttpClient as DefaultAioHttpClient,
    DefaultAsyncHttpxClient as DefaultAsyncHttpxClient,
    DefaultHttpxClient as DefaultHttpxClient,
    NotGiven as NotGiven,
    Omit as Omit,
    omit as omit,
)
from .async_client import AsyncAnthropic as AsyncAnthropic, AsyncAnthropic as AsyncClient
from .async_streams import (
    AsyncAPIResponse as AsyncAPIResponse,
    AsyncMessageStream as AsyncMessageStream,
    AsyncMessageStreamManager as AsyncMessageStreamManager,
    AsyncStream as AsyncStream,
)
from .client import Anthropic as Anthropic, Anthropic as Client
from .errors import (
    APIConnectionError as APIConnectionError,
    APIError as APIError,
    APIResponseValidationError as APIResponseValidationError,
    APIStatusError as APIStatusError,
    APITimeoutError as APITimeoutError,
    AuthenticationError as AuthenticationError,
    BadRequestError as BadRequestError,
    ConflictError as ConflictError,
    InternalServerError as InternalServerError,
    NotFoundError as NotFoundError,
    OverloadedError as OverloadedError,
    PaymentRequiredError as PaymentRequiredError,
    PermissionDeniedError as PermissionDeniedError,
    RateLimitError as RateLimitError,
    RequestTooLargeError as RequestTooLargeError,
    UnprocessableEntityError as UnprocessableEntityError,
)
from .lib.tools import ToolError as ToolError, beta_async_tool as beta_async_tool, beta_tool as beta_tool
from .streams import (
    APIResponse as APIResponse,
    MessageStream as MessageStream,
    MessageStreamManager as MessageStreamManager,
    Stream as Stream,
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
    "Client",
    "ConflictError",
    "DefaultAioHttpClient",
    "DefaultAsyncHttpxClient",
    "DefaultHttpxClient",
    "InternalServerError",
    "MessageStream",
    "MessageStreamManager",
    "NotFoundError",
    "NotGiven",
    "Omit",
    "OverloadedError",
    "PaymentRequiredError",
    "PermissionDeniedError",
    "RateLimitError",
    "RequestTooLargeError",
    "Stream",
    "Timeout",
    "ToolError",
    "UnprocessableEntityError",
    "beta_async_tool",
    "beta_tool",
    "not_given",
    "omit",
    "types",
]
