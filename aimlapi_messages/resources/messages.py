# Made from async_messages.py by `make twins`; do not edit.
"""`client.messages` of the synchronous client: from arguments to calls, and what is made of the answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal, TypeVar, Unpack, cast, overload

from aimlapi_client.hiding import hiding_options

from ..message.request import DEFAULT_MAX_TOKENS, DEFAULT_OUTPUT_RETRIES
from ..streaming.create import message_operation

if TYPE_CHECKING:
    from typing_extensions import TypeVar as TypeVarWithDefault

    from aimlapi_client.params import CreateMessageModelArgument

    from ..bulk.results import RunEstimate, RunReport, RunResult
    from ..bulk.rows import RowsInput
    from ..client.client import AIMLAPI
    from ..message.message import Message
    from ..message.options import (
        MYPY,
        BulkOptions,
        CallOptions,
        CreateArguments,
        CreateOptions,
        FileRunOptions,
        MessagesInput,
        RunArguments,
        ToolsInput,
    )
    from ..streaming.streams import EventStream, MessageStreamManager
    from ..tools.run import AfterCall, BeforeCall
    from ..tools.runners import OutputStream, ToolRunner, ToolStreamRunner
    from .batches import Batches

if TYPE_CHECKING and not MYPY:
    from ..message.options import CheckedCreateArguments, CheckedRunArguments

_T = TypeVar("_T")
if TYPE_CHECKING:
    # A run without an output has none of any type.
    _Output = TypeVarWithDefault("_Output", default=Any)


def with_tool_params(options: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same options, where functions and toolboxes among the tools are `Tool` objects.

    Raises ToolDefinitionError for a function that cannot be a tool.
    """
    tools = options.get("tools")
    if not isinstance(tools, (list, tuple, Iterator)):
        return options
    given = list(cast("Iterable[object]", tools))
    if not all(isinstance(one, Mapping) for one in given):
        from ..tools.tool import expand_tools  # noqa: PLC0415 (loads what reads annotations)

        given = list(expand_tools(given))
    return {**options, "tools": given}


@hiding_options
class Messages:
    """`client.messages`: answers, whole or as streams, runs of tools, and values of your types."""

    def __init__(self, client: AIMLAPI) -> None:
        self._client = client

    @property
    def batches(self) -> Batches:
        """Many messages in one request, whose answers come later."""
        from .batches import Batches  # noqa: PLC0415 (loaded when it is needed)

        return Batches(self._client)

    @overload
    def create(self, *, stream: Literal[False] = ..., **arguments: Unpack[CreateArguments]) -> Message: ...

    @overload
    def create(self, *, stream: Literal[True], **arguments: Unpack[CreateArguments]) -> EventStream: ...

    @overload
    def create(self, *, stream: bool, **arguments: Unpack[CreateArguments]) -> Message | EventStream: ...

    if TYPE_CHECKING and not MYPY:

        @overload
        def create(
            self, *, stream: bool = ..., **arguments: Unpack[CheckedCreateArguments]
        ) -> Message | EventStream: ...

    def create(
        self,
        *,
        model: CreateMessageModelArgument,
        messages: MessagesInput,
        max_tokens: int = DEFAULT_MAX_TOKENS,
        stream: bool = False,
        **options: Any,
    ) -> Message | EventStream:
        """Ask a model, and give its answer; with `stream=True`, the answer's events as they come.

        model: the model's id, such as "anthropic/claude-sonnet-5".
        messages: a string, which becomes one user message, or a list of messages: plain dicts, generated
            models, and earlier answers as they are.
        max_tokens: the most tokens to write. It is always sent, because the gateway's own default differs
            from model to model.
        The other arguments are those of `CreateOptions`.
        Raises InvalidRequestError before anything is sent, and the children of APIError.
        """
        operation = message_operation(
            model=model, messages=messages, max_tokens=max_tokens, stream=stream, options=with_tool_params(options)
        )
        if not stream:
            return self._client.send(operation)
        from ..streaming.streams import EventStream  # noqa: PLC0415 (models load when they are needed)

        return EventStream.open(self._client, operation)

    def stream(
        self,
        *,
        model: CreateMessageModelArgument,
        messages: MessagesInput,
        max_tokens: int = DEFAULT_MAX_TOKENS,
        **options: Unpack[CreateOptions],
    ) -> MessageStreamManager:
        """Ask a model, and read its answer while it is written: `with messages.stream(...) as stream:`.

        The arguments are those of `create`. The request is sent on entry; leaving closes the stream.
        """
        from ..streaming.streams import MessageStreamManager  # noqa: PLC0415 (models load when they are needed)

        operation = message_operation(
            model=model, messages=messages, max_tokens=max_tokens, stream=True, options=with_tool_params(options)
        )
        return MessageStreamManager(self._client, operation)

    @overload
    def tool_runner(
        self, *, stream: Literal[False] = ..., **arguments: Unpack[RunArguments[BeforeCall, AfterCall]]
    ) -> ToolRunner: ...

    @overload
    def tool_runner(
        self, *, stream: Literal[True], **arguments: Unpack[RunArguments[BeforeCall, AfterCall]]
    ) -> ToolStreamRunner: ...

    if TYPE_CHECKING and not MYPY:

        @overload
        def tool_runner(
            self, *, stream: bool = ..., **arguments: Unpack[CheckedRunArguments[BeforeCall, AfterCall]]
        ) -> ToolRunner | ToolStreamRunner: ...

    def tool_runner(
        self,
        *,
        model: CreateMessageModelArgument,
        messages: MessagesInput,
        tools: ToolsInput,
        max_tokens: int = DEFAULT_MAX_TOKENS,
        stream: bool = False,
        before_call: BeforeCall | None = None,
        after_call: AfterCall | None = None,
        **options: Any,
    ) -> ToolRunner | ToolStreamRunner:
        """Let a model use your functions until it is done: `tool_runner(...).until_done()`, or iterate turn by turn.

        tools: functions, `@tool` functions, a `Toolbox`, and JSON objects for tools that the provider runs, such as
            web search. Calls of one answer run at the same time, unless a tool is sequential; functions that are
            not async run on threads, 32 at a time. A thread that hangs when the run is cancelled is left behind, and
            its call counts as done, with an unknown result.
        messages: as in `create`; a saved transcript goes on where it ended, its open calls first.
        stream: give each turn as a stream of its events instead of a message.
        before_call: sees each `ToolCall` that is about to run, and may give `Refuse(reason)` or `Replace(result)`.
        after_call: sees each `ToolCall` with its `ToolOutcome`, and may give `Replace(result)`.
            With an asyncio client, both may be coroutine functions. What a hook raises ends the run; the results of
            what was done by then are in its `transcript`, as the tools gave them, and no call is done again.
        The other arguments are those of `RunOptions`.
        Raises ToolDefinitionError and InvalidRequestError at once, and while it runs ToolRunError, its children, and
        what `create` raises, each with the turns so far as `.transcript`.
        """
        from ..tools.run import ToolRun  # noqa: PLC0415 (loads what reads annotations)
        from ..tools.runners import ToolRunner, ToolStreamRunner  # noqa: PLC0415

        run = ToolRun(messages, tools, model=model, max_tokens=max_tokens, stream=stream, options=options)
        runner = ToolStreamRunner if stream else ToolRunner
        return runner(self._client, run, before_call, after_call)

    def parse(
        self,
        *,
        model: CreateMessageModelArgument,
        messages: MessagesInput,
        output: type[_T],
        max_tokens: int = DEFAULT_MAX_TOKENS,
        output_retries: int = DEFAULT_OUTPUT_RETRIES,
        **options: Unpack[CallOptions],
    ) -> _T:
        """Ask for a value of a type: a dataclass, attrs class, TypedDict, pydantic model, or anything a tool may take.

        output: the type. The model is made to call a tool whose arguments are that type, or told to by a sentence after
            your `system` where it cannot be made to, as while it thinks for a budget of tokens.
        output_retries: how often it is told what was wrong with its answer, before OutputError is raised.
        The other arguments are those of `create`, but for tools. Raises ToolDefinitionError for a type that cannot be
        asked for, OutputError with the transcript and the last message as `.partial`, and what `create` raises.
        """
        from ..tools.output import OutputRun  # noqa: PLC0415 (loads what reads annotations)
        from ..tools.runners import ask_for_output  # noqa: PLC0415 (loads models)

        run = OutputRun(
            messages, output, output_retries, model=model, max_tokens=max_tokens, stream=False, options=options
        )
        ask_for_output(self._client, run)
        return run.value

    def stream_output(
        self,
        *,
        model: CreateMessageModelArgument,
        messages: MessagesInput,
        output: type[_T],
        max_tokens: int = DEFAULT_MAX_TOKENS,
        output_retries: int = DEFAULT_OUTPUT_RETRIES,
        **options: Unpack[CallOptions],
    ) -> OutputStream[_T]:
        """As `parse`, while the value is written: `with messages.stream_output(...) as stream:`.

        Iterate for the value as far as it has come, as plain JSON; `get_final_output()` gives the value itself.
        """
        from ..tools.output import OutputRun  # noqa: PLC0415 (loads what reads annotations)
        from ..tools.runners import OutputStream  # noqa: PLC0415 (loads models)

        run = OutputRun(
            messages, output, output_retries, model=model, max_tokens=max_tokens, stream=True, options=options
        )
        return OutputStream(self._client, run)

    def run(
        self,
        requests: RowsInput,
        path: str | PathLike[str],
        *,
        output: type[Any] | None = None,
        **options: Unpack[FileRunOptions],
    ) -> RunReport:
        """Send many requests at the same time, and write the result of each into a file as it comes.

        requests: the path of a file of JSON Lines, or of CSV with a `template`; or any iterable. A row is a string, or
            an object: {"custom_id": ..., "params": {...}}, where params are what `create` takes; or with a `template`
            a record. A row without `custom_id` is named by a hash of what it asks.
        path: of the file, which is the journal too: the same call goes on where an earlier one ended, however it did,
            and sends nothing again that has a result. docs/bulk.md describes it. `read_results` reads it.
        output: the type of the values to ask for, as in `parse`.
        The other arguments are those of `FileRunOptions`.
        What one request comes to is its result, also if it fails. Raises InvalidRequestError for rows that cannot be
        read, and two with the same `custom_id` that ask for different things; ConfigurationError for a file that is
        none of a run, or that another run holds; AuthenticationError and OutOfCreditError. What is in flight is
        written first.
        """
        from ..bulk.run import Run  # noqa: PLC0415 (loads models)
        from ..bulk.terms import begin  # noqa: PLC0415 (as above)

        return Run(self._client, *begin(self._client, requests, path, {"output": output, **options})).report()

    def map(
        self,
        requests: RowsInput,
        *,
        output: type[_Output] | None = None,
        ordered: bool = False,
        **options: Unpack[BulkOptions],
    ) -> Iterator[RunResult[_Output]]:
        """As `run` without a file: iterate for the results, each as soon as it is there.

        ordered: give the results in the order of the rows. A slow one holds up those behind it.
        The other arguments are those of `run` and `BulkOptions`.
        Raises at its end what `run` raises, and BudgetExceededError when not all was sent.
        """
        from ..bulk.run import Run  # noqa: PLC0415 (loads models)
        from ..bulk.terms import begin  # noqa: PLC0415 (as above)

        arguments = {"output": output, "ordered": ordered, **options}
        return Run(self._client, *begin(self._client, requests, None, arguments)).results()

    def estimate(
        self, requests: RowsInput, *, output: type[Any] | None = None, **options: Unpack[FileRunOptions]
    ) -> RunEstimate:
        """The most that a `run` with these arguments may take in tokens and dollars. Asks the catalogue for prices.

        An iterable that can be read once is used up by it. Raises InvalidRequestError as `run` does.
        """
        from ..bulk.run import estimate  # noqa: PLC0415 (loads models)

        return estimate(self._client, requests, {"output": output, **options})
