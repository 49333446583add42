"""The optional arguments of the methods of `messages`: those that the document has, and ours.

The document's come from `aimlapi_client.params`. To make typed dicts takes time, so nothing imports this module to
send a request: the methods name these classes in annotations only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Generic, Literal, Required, TypeAlias, TypedDict, TypeVar

from aimlapi_client.operation import RequestOptions as RequestOptions
from aimlapi_client.params import CreateMessageOptions

from ..core.arguments import NotGiven, SupportsToDict

if TYPE_CHECKING:
    from decimal import Decimal
    from typing import final

    from aimlapi_client.params import (
        CreateBatchOptions,
        CreateBatchRequestsItem,
        CreateMessageMessagesArgument,
        CreateMessageModelArgument,
        CreateMessageToolChoiceArgument,
        CreateMessageToolsItem,
    )

    from ..bulk.results import RunProgress
    from ..tools.tool import Toolbox

_Before = TypeVar("_Before")
_After = TypeVar("_After")

MessagesInput: TypeAlias = "str | CreateMessageMessagesArgument"
ToolsInput: TypeAlias = "Iterable[CreateMessageToolsItem | Callable[..., Any] | Toolbox]"
RequestsInput: TypeAlias = "Iterable[BatchRequest | CreateBatchRequestsItem]"


class MessageArguments(TypedDict, total=False):
    """The arguments that say what is asked of which model."""

    model: Required[CreateMessageModelArgument]
    messages: Required[MessagesInput]
    max_tokens: int


class CallOptions(CreateMessageOptions, RequestOptions, total=False):
    """The optional arguments that every method of `messages` takes. `None` means "not given".

    The members of the body are those of `CreateMessageOptions`, as far as the document has them:

    system: what the model is told before the conversation: a string, or text blocks such as `text(...)`.
    thinking: whether it thinks before it answers: `{"type": "adaptive"}`, `{"type": "disabled"}`, or
        `{"type": "enabled", "budget_tokens": 2048}` for models that take a budget.
    output_config: how much effort it takes, such as `{"effort": "low"}`, where the model can be told.
    stop_sequences: strings at which it stops; `stop_sequence` of the answer says which it was.
    metadata: strings by their names, for the provider, such as `{"user_id": "..."}`.

    Ours are, with those of `RequestOptions`:

    extra_body: members of the request body, sent as they are; `None` takes away one of the client's.
    idle_timeout: seconds that a stream may go without content; not given, the client's.
    betas: names of Anthropic's betas, sent as the header `anthropic-beta`, after those in `extra_headers`. Whether the
        gateway heeds them it does not say.
    client_request_id: your own id for this request, 1 to 128 of `A-Z a-z 0-9 . _ : -`. It comes back as
        `message.client_request_id` and in the account's logs. It does not make a repeated request cost once.
    """

    extra_body: Mapping[str, Any] | None
    idle_timeout: float | NotGiven | None
    betas: Iterable[str] | None
    client_request_id: str | None


class CreateOptions(CallOptions, total=False):
    """The optional arguments of `messages.create(...)` and `messages.stream(...)`, with those of `CallOptions`.

    tools: functions, `@tool` functions, or tools as the API documents them, dicts or generated models.
    tool_choice: as the API documents it, a dict or a generated model.
    """

    tools: ToolsInput | None
    tool_choice: CreateMessageToolChoiceArgument | None


class CreateArguments(MessageArguments, CreateOptions):
    """All arguments of `messages.create(...)` except `stream`."""


class RunOptions(CallOptions, total=False):
    """The optional arguments of `messages.tool_runner(...)`, with those of `CallOptions`.

    tool_choice: as in `CreateOptions`. One that demands a call is sent with the first request only, or the run
        would never end.
    max_iterations: the most answers of the model, 50 unless given.
    max_argument_errors: the most calls of one tool with wrong arguments one after the other, 3 unless given.
    tool_timeout: the seconds that one call of a tool may take; None for no limit. A function on a thread cannot be
        stopped: the run goes on without it, as it does without a coroutine that has not ended a second after it was
        cancelled.
    on_tool_error: "report", unless given, tells the model that the tool failed, and logs a warning with the traceback
        to the logger `aimlapi_messages`, with the arguments at DEBUG only; "raise" raises ToolFailedError.
    show_errors: tell the model the text of what a tool raised too, and not only its class.
    """

    tool_choice: CreateMessageToolChoiceArgument | None
    max_iterations: int
    max_argument_errors: int
    tool_timeout: float | None
    on_tool_error: Literal["report", "raise"]
    show_errors: bool


class RunArguments(MessageArguments, RunOptions, Generic[_Before, _After], total=False):
    """All arguments of `messages.tool_runner(...)` except `stream`. The hooks of the asynchronous client are others."""

    tools: Required[ToolsInput]
    before_call: _Before | None
    after_call: _After | None


class BulkOptions(CreateOptions, total=False):
    """The optional arguments of `messages.map(...)`: those of `CreateOptions` for all rows, and these.

    model, max_tokens: as in `messages.create`, for rows that do not say them.
    template: makes the message of a row that is a record, such as a line of CSV: "Summarise this: {text}".
    in_flight: the most calls at the same time, 256 unless given. It begins with 8, doubles while all goes well, and is
        halved by what says that the server is overloaded: 429, 503, 529 and timeouts.
    requests_per_minute, tokens_per_minute: limits of your account. Tokens are those that the answers tell.
    budget_usd: US dollars for all of the run, earlier runs on the file included. A call that does not fit beside those
        in flight waits for them, and no call begins once it is used up. It is passed by less than the price of a call.
    max_retries: how often a request is sent again after a failure that may pass; the client's unless given. A server
        that is overloaded is asked eight times more.
    resend: send again what may have been paid and has no answer.
    settle_after: seconds after which a call was not paid that is not in the account's logs, 60 unless given.
    progress: called with a `RunProgress`, whose `stop()` ends the run.
    """

    model: CreateMessageModelArgument
    max_tokens: int
    template: str | None
    in_flight: int
    requests_per_minute: float | None
    tokens_per_minute: float | None
    budget_usd: Decimal | float | str | None
    resend: bool
    settle_after: float
    progress: Callable[[RunProgress], object] | None


class FileRunOptions(BulkOptions, total=False):
    """The optional arguments of `messages.run(...)`: those of `BulkOptions`, and these.

    via: "live", unless given, or "batch": through batches, which cost half and take up to a day.
    resume: go on with a file that has results already, unless it is False.
    retry_failed: send again what has failed, also what was paid and whose answer is lost.
    """

    via: Literal["live", "batch"]
    resume: bool
    retry_failed: bool


class BatchParams(MessageArguments, CreateMessageOptions, total=False):
    """One message of a batch: what `messages.create` takes, as far as it is about the message; see `CreateOptions`."""

    tools: ToolsInput | None
    tool_choice: CreateMessageToolChoiceArgument | None
    extra_body: Mapping[str, Any] | None


class BatchRequest(TypedDict):
    """One request of a batch. `custom_id` is your name for it: not empty, and no other's in the batch."""

    custom_id: str
    params: BatchParams | SupportsToDict


if TYPE_CHECKING:

    class BatchOptions(CreateBatchOptions, RequestOptions, total=False):
        """The optional arguments of `messages.batches.create(...)`. A document may lack batches: for checkers only."""

    # Mypy takes it for true.
    MYPY = False

if TYPE_CHECKING and not MYPY:
    # Only for the messages of pyright, which does not name an argument that none of several overloads has. One more
    # overload, which takes any name but has no value for those that it does not know, makes it say which one. See
    # `resources/async_messages.py`. Mypy names it by itself, and does not know `extra_items`.

    @final
    class NoSuchArgument:
        """The type of an argument that does not exist: there is no value of it."""

    class CheckedCreateArguments(CreateArguments, extra_items=NoSuchArgument):
        """`CreateArguments`, with a type for every other name."""

    class CheckedRunArguments(RunArguments[_Before, _After], extra_items=NoSuchArgument):
        """`RunArguments`, with a type for every other name."""
