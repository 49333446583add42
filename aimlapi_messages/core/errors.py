"""Every exception of the package: one tree, nothing else. Replies are read in `message/error_bodies.py`.

    AIMLAPIError
    ├── ConfigurationError              the client cannot be built or used as it is set up
    │   └── MissingKeyError             no API key was found; nothing was sent
    ├── InvalidRequestError             the arguments cannot be sent; nothing was sent
    │   └── ContentError                an image or document cannot be sent
    ├── BudgetExceededError             budget_usd is used up or reserved; nothing was sent
    ├── ToolDefinitionError             a function cannot be made a tool, or a type an output
    ├── ToolError                       for your tools to raise: what the model is to be told
    ├── ToolRunError                    a run of tools ended too early; `transcript` holds its turns
    │   ├── ToolArgumentsError          the model gave wrong arguments too often
    │   ├── ToolCallIncompleteError     a call was cut off or lost, so that it must not be run; also of its `.input`
    │   ├── ToolFailedError             a tool raised, and that was to be raised here
    │   ├── MaxIterationsError          the model wanted to go on beyond `max_iterations`
    │   └── OutputError                 the answer is not of the type that was asked for
    └── APIError                        something went wrong between here and the model
        ├── APIConnectionError          the connection failed or broke
        │   └── APITimeoutError         it was too slow; `phase` says in what
        ├── APIStatusError              the gateway said no, by status or inside a stream
        │   ├── BadRequestError         400
        │   ├── AuthenticationError     401
        │   ├── PermissionDeniedError   403
        │   │   └── OutOfCreditError    402, or 403 that speaks of funds, credit or balance;
        │   │                           any other 4xx that says that these are used up
        │   ├── NotFoundError           404
        │   │   └── ModelWithdrawnError 404 on messages that says that the model has ended
        │   ├── ConflictError           409
        │   ├── RequestTooLargeError    413
        │   ├── UnprocessableEntityError 422
        │   ├── RateLimitError          429
        │   └── InternalServerError     500 and above
        │       └── OverloadedError     529, or the error type `overloaded_error`
        ├── BatchNotEndedError          a batch is not as far as was asked for; `batch` says how far it is
        ├── UnexpectedResponseError     2xx, but not what was asked for: HTML, nothing, other JSON
        │   └── ResponseTooLargeError   it passed `max_response_size`
        └── StreamError                 the stream itself is at fault
            ├── StreamIncompleteError   it ended before the message did
            │   └── BatchIncompleteError    the results of a batch did; `delivered` says how many were given
            └── StreamDecodeError       it holds something that cannot be read

ConfigurationError, InvalidRequestError and ToolArgumentsError are ValueErrors too, ToolDefinitionError is a TypeError.
Names are those of the `anthropic` SDK where it has the same thing. Every error pickles. None keeps an httpx object, a
request header or a URL's query, so that no key travels with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, Self, TypeAlias

if TYPE_CHECKING:
    from aimlapi_client.models import ProblemIssue

    from ..message.message import Message
    from ..resources.batch_answers import Batch
    from .reply import Cost

Phase: TypeAlias = Literal["connect", "pool", "write", "read", "idle", "total"]
Sent: TypeAlias = Literal["no", "maybe", "answered"]

# What to do about an error of each class, and of the classes below it that have no advice of their own.
_ADVICE: Final = {
    "ToolArgumentsError": "Say in the tool's description what its arguments are to be, or raise max_argument_errors.",
    "ToolCallIncompleteError": "Raise max_tokens, or shorten the conversation.",
    "ToolFailedError": "See the cause; on_tool_error='report' tells the model instead.",
    "MaxIterationsError": "Raise max_iterations, or go on from .transcript.",
    "OutputError": "The transcript has what it said; a simpler type, a clearer prompt or more output_retries may help.",
    "APIConnectionError": "Check the network and the base URL, then try again.",
    "APITimeoutError": "Give a larger timeout=..., or stream the answer so that bytes keep coming.",
    "APIStatusError": "See the status and the text above.",
    "BadRequestError": "Correct the request; sent again unchanged it fails again.",
    "AuthenticationError": "Check the key at https://aimlapi.com/app/keys.",
    "PermissionDeniedError": "Check the key's scopes and the account's verification.",
    "OutOfCreditError": "Top up at https://aimlapi.com/app/billing, or raise the key's limit.",
    "NotFoundError": "Check the base URL, and the id or model.",
    "ModelWithdrawnError": "Choose another model; /v1/models lists those served, /v1/models/deprecations replacements.",
    "ConflictError": "Look at the present state, then try again.",
    "RequestTooLargeError": "Send fewer or smaller images and documents.",
    "UnprocessableEntityError": "Correct the fields named above.",
    "RateLimitError": "Wait and send fewer at a time, or raise max_retries.",
    "InternalServerError": "Try again later; if it stays, ask support with the request id.",
    "OverloadedError": "Try again in a while, or use another model.",
    "BatchNotEndedError": "batches.wait(...) waits for its end; batches.retrieve(...) says how far it is.",
    "UnexpectedResponseError": "Check that base_url names the API's host and not a web site or another proxy.",
    "ResponseTooLargeError": "Raise the client's max_response_size=..., or ask for less.",
    "StreamIncompleteError": "What had arrived is in .partial; send the request again for a whole answer.",
    "BatchIncompleteError": "What had arrived was given; ask for batches.results(...) again for all of them.",
    "StreamDecodeError": "What had arrived is in .partial; if it happens again, report it with the request id.",
}


@dataclass(eq=False, repr=False, kw_only=True)
class AIMLAPIError(Exception):
    """The root: catch it to catch everything that this package raises on purpose.

    message: what happened, where, and what to do next (also `str(error)`).
    status_code: the HTTP status, or the one that stands for the error's type when it came inside a 2xx reply.
    type: the upstream error type such as "rate_limit_error", when the reply names one.
    request_id: the gateway's `x-request-id`; name it when you ask support.
    path: the path that the gateway says failed.
    details: validation issues, each with a `path` and a `reason`.
    upstream_status: the status of the model's provider, when the gateway wraps one in its text.
    body: the reply's body as text, shortened if very long.
    retry_after: the seconds that the gateway asked to wait, counted from its reply; None when it asked for nothing.
    url, headers: where the reply came from (no query) and its headers in lower case (no cookies).
    partial: the message as far as it had come, for errors from a stream.
    cost: what the failed call cost, when the gateway said so.
    transcript: the turns so far as `messages` of a request, for errors from a run of tools: plain dicts of JSON, from
        which a new run can go on. For what stands in `partial` it holds no turn.
    """

    advice: ClassVar[str] = ""

    message: str = field(kw_only=False)
    status_code: int | None = None
    type: str | None = None
    request_id: str | None = None
    path: str | None = None
    details: tuple[ProblemIssue, ...] = ()
    upstream_status: int | None = None
    body: str | None = None
    retry_after: float | None = None
    url: str | None = None
    headers: dict[str, str] = field(default_factory=dict[str, str])
    partial: Message | None = None
    cost: Cost | None = None
    transcript: list[Any] = field(default_factory=list[Any])

    def __init_subclass__(cls) -> None:
        cls.advice = _ADVICE.get(cls.__name__, cls.advice)

    def __post_init__(self) -> None:
        # Half of a surrogate pair, which a server's text or an argument may hold, could not be printed.
        self.message = self.message.encode(errors="backslashreplace").decode()
        super().__init__(self.message)

    @classmethod
    def advised(cls, problem: str, **members: Any) -> Self:
        """The error of a problem, with the advice of its kind after it."""
        end = "" if problem.endswith((".", "!", "?")) else "."
        return cls(f"{problem}{end} {cls.advice}", **members)


class ConfigurationError(AIMLAPIError, ValueError):
    """The client cannot be built or used as it is set up."""


class MissingKeyError(ConfigurationError):
    """No API key was found. Nothing was sent."""


class InvalidRequestError(AIMLAPIError, ValueError):
    """The arguments cannot be sent as they are. Nothing was sent."""


class ContentError(InvalidRequestError):
    """An image or document cannot be sent as it is. Nothing was sent."""


class BudgetExceededError(AIMLAPIError):
    """The client's `spent` and `unpriced` have reached `budget_usd`, or the rest is reserved. Nothing was sent.

    The call that passes the budget is still answered, for its price is known only afterwards; the next is refused.
    """


class ToolDefinitionError(AIMLAPIError, TypeError):
    """A function cannot be made a tool, or a type cannot be asked for as output. Nothing was sent."""


class ToolError(AIMLAPIError):
    """Raise it in a tool: the model is told what you say, and may do better.

    content: text, a content block, or several as in a tool's result. Of another error, its text.
    """

    def __init__(
        self, content: str | Mapping[str, Any] | Iterable[Mapping[str, Any]] | Exception, **members: Any
    ) -> None:
        told: Any = content
        if not isinstance(content, Iterable):
            told = str(content)
        elif not isinstance(content, (str, Mapping, Sequence)):  # which may be read only once
            told = list(content)
        count = 1 if isinstance(told, Mapping) else len(told)
        super().__init__(told if isinstance(told, str) else f"content blocks: {count}", **members)
        self.content: str | Mapping[str, Any] | Sequence[Mapping[str, Any]] = told


class ToolRunError(AIMLAPIError):
    """A run of tools ended too early. `transcript` holds its turns."""


class ToolArgumentsError(ToolRunError, ValueError):
    """The model gave a tool wrong arguments again and again; the last results in the transcript say which."""


class ToolCallIncompleteError(ToolRunError):
    """A call of a tool was cut off, or not all of it could be read, so that it has no input. It was not run."""


class ToolFailedError(ToolRunError):
    """A tool raised. Its error is the `__cause__`."""


class MaxIterationsError(ToolRunError):
    """The model wanted to go on when `max_iterations` answers had come."""


class OutputError(ToolRunError):
    """The model's answer is not of the type that was asked for, however often it was told why."""


class APIError(AIMLAPIError):
    """Something went wrong between here and the model."""


class APIConnectionError(APIError):
    """The connection could not be made, or it broke.

    sent: "no" when the request did not go out whole; "maybe" when it did and no answer began; "answered" when a
    success had begun, which was paid; or may have, because an `http_client` raised what is not about connections. The
    last is never sent again, but for a stream that had brought no content.
    """

    sent: Sent = "no"


class APITimeoutError(APIConnectionError):
    """The other side was too slow.

    phase: what was being waited for: "connect", "pool" (a free connection), "write", "read" (the next bytes),
        "idle" (content of a stream, for `idle_timeout`), "total" (the end of the call, for `total_timeout`).
    By default a request that timed out once it was out is not sent again: it may be running, and the gateway has
    no key to tell it from a second one, so it might be billed twice.
    """

    sent: Sent = "maybe"
    phase: Phase = "read"


class APIStatusError(APIError):
    """The gateway refused or failed. Its children say why."""

    by_status: ClassVar[dict[int, type[APIStatusError]]] = {}

    def __init_subclass__(cls, status: int | None = None) -> None:
        super().__init_subclass__()
        if status is not None:
            cls.by_status[status] = cls


class BadRequestError(APIStatusError, status=400):
    """400: the request is wrong as it stands."""


class AuthenticationError(APIStatusError, status=401):
    """401: the key is missing, wrong or disabled."""


class PermissionDeniedError(APIStatusError, status=403):
    """403: the key is good, but may not do this."""


class OutOfCreditError(PermissionDeniedError, status=402):
    """402, 403 or another refusal that says so: the account or the key has no credit left. It is never sent again."""


class NotFoundError(APIStatusError, status=404):
    """404: there is no such path or thing."""


class ModelWithdrawnError(NotFoundError):
    """404: the gateway says that it no longer serves this model. A misspelt one is a NotFoundError."""


class ConflictError(APIStatusError, status=409):
    """409: the request clashes with the state of what it names."""


class RequestTooLargeError(APIStatusError, status=413):
    """413: the request has too many bytes."""


class UnprocessableEntityError(APIStatusError, status=422):
    """422: well formed, but not acceptable."""


class RateLimitError(APIStatusError, status=429):
    """429: too many requests."""


class InternalServerError(APIStatusError):
    """500 and above: the gateway or the model's provider failed."""


class OverloadedError(InternalServerError, status=529):
    """529: the model's provider has no capacity at the moment."""


class BatchNotEndedError(APIError):
    """The batch has no results yet, or did not end in time. It goes on by itself.

    batch: as it was when it was last asked about, None when no answer came.
    """

    batch: Batch | None = None


class UnexpectedResponseError(APIError):
    """A 2xx reply that is not what was asked for: a web page, an empty body, other JSON."""


class ResponseTooLargeError(UnexpectedResponseError):
    """The answer is larger than the client's `max_response_size` allows. The rest was not read.

    Of a stream `partial` has what had come, and results of a batch that came before were given.
    """


class StreamError(APIError):
    """The stream of events itself is at fault. `partial` holds the message as far as it had come."""


class StreamIncompleteError(StreamError):
    """The stream ended, or was closed, before the message was complete."""


class BatchIncompleteError(StreamIncompleteError):
    """The results of a batch broke off, and could not be taken up again.

    delivered: how many were given before, each once and none doubled.
    """

    delivered: int = 0


class StreamDecodeError(StreamError):
    """The stream holds something that cannot be read as an event of a message."""
