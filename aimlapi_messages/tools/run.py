"""The state of a tool run: the next request, the calls to run, the results for the model. No I/O.

The runners send the requests and run the functions.

| stop reason | next |
| --- | --- |
| `tool_use`, `end_turn`, none, unknown | run the calls and send their results; without calls the run is over |
| `pause_turn` | send the answer back, so that the model continues |
| `max_tokens`, `model_context_window_exceeded` | over; with calls, ToolCallIncompleteError, and none is run |
| `stop_sequence`, `refusal` | over; no call is run |
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Container, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, cast

from attrs import evolve

from ..core import json as _json
from ..core.arguments import check_limit, check_whole
from ..core.errors import (
    InvalidRequestError,
    MaxIterationsError,
    ToolArgumentsError,
    ToolCallIncompleteError,
    ToolError,
    ToolFailedError,
)
from ..core.json import is_array, is_object
from ..message.message import Message, ToolUseBlock, is_cut, lost_member
from ..message.request import message_list, sendable
from ..schema.codec import InvalidValue
from ..streaming.create import CreateMessage, message_operation
from ..transport.base import raised_by_handler
from .tool import Tool, as_tools, result_block, result_content

if TYPE_CHECKING:
    from ..streaming.calls import ToolWatch

logger: Final = logging.getLogger("aimlapi_messages")

_TERMINAL: Final = ("refusal", "stop_sequence")

# A limit of more seconds, such as infinity, is none: the clocks of threads and event loops do not reach so far.
_LONGEST_LIMIT: Final = 1e8


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call that the model asks for.

    input: the arguments as the model wrote them, before they are checked and converted.
    iteration: the number of the answer with the call, 1 for the first; 0 for a call from a loaded transcript.
    """

    id: str
    name: str
    input: Mapping[str, Any]
    iteration: int


@dataclass(frozen=True, slots=True)
class ToolOutcome:
    """The outcome of a call.

    content: the result for the model: text, content blocks, or None.
    is_error: whether the result is an error.
    error: what the function raised, if it did. TimeoutError when it took too long.
    """

    content: str | list[dict[str, Any]] | None
    is_error: bool = False
    error: Exception | None = None


@dataclass(frozen=True, slots=True)
class Refuse:
    """From a `before_call` hook: do not run the call, and tell the model why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Replace:
    """From a hook: tell the model this instead. From `before_call` the function is not run at all."""

    result: object


class BeforeCall(Protocol):
    """What a run asks before each call: run it, or not?"""

    def __call__(self, call: ToolCall, /) -> Refuse | Replace | None: ...


class AfterCall(Protocol):
    """What a run asks after each call: tell the model its outcome, or something else?"""

    def __call__(self, call: ToolCall, outcome: ToolOutcome, /) -> Replace | None: ...


class AsyncBeforeCall(Protocol):
    """`BeforeCall` of an asynchronous run, which may be a coroutine function."""

    def __call__(self, call: ToolCall, /) -> Refuse | Replace | Awaitable[Refuse | Replace | None] | None: ...


class AsyncAfterCall(Protocol):
    """`AfterCall` of an asynchronous run, which may be a coroutine function."""

    def __call__(self, call: ToolCall, outcome: ToolOutcome, /) -> Replace | Awaitable[Replace | None] | None: ...


@dataclass(slots=True, eq=False)
class PlannedCall:
    """A call with its tool and converted arguments, or with the problem to report instead.

    timeout: the seconds that it may take, None for no limit.
    error: what the code of a parameter's type raised, if that is the problem.
    watch: tells the client's hook of it, if there is one.
    """

    call: ToolCall
    tool: Tool[..., Any] | None = None
    args: Sequence[Any] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict[str, Any])
    timeout: float | None = None
    problem: str = ""
    error: Exception | None = None
    watch: ToolWatch | None = None

    @property
    def is_barrier(self) -> bool:
        return self.tool is not None and self.tool.sequential

    @property
    def is_async(self) -> bool:
        return self.tool is not None and self.tool.is_async

    def start(self) -> Any:
        """Call the function, to the end of what it yields. What an async one returns or yields is to be awaited."""
        value: Any = cast("Any", self.tool).function(*self.args, **self.kwargs)
        is_lazy = not isawaitable(value) and not hasattr(value, "read")
        if is_lazy and isinstance(value, AsyncIterator):
            return _all_of(cast("Any", value))
        return list(cast("Any", value)) if is_lazy and isinstance(value, Iterator) else value


@dataclass(frozen=True, slots=True)
class RunLimits:
    """The limits of a run, and how it reports errors to the model. See `messages.tool_runner`."""

    max_iterations: int = 50
    max_argument_errors: int = 3
    tool_timeout: float | None = None
    on_tool_error: Literal["report", "raise"] = "report"
    show_errors: bool = False

    def __post_init__(self) -> None:
        for name in ("max_iterations", "max_argument_errors"):
            check_whole(name, getattr(self, name), InvalidRequestError, least=1)
        if self.on_tool_error not in ("report", "raise"):
            raise InvalidRequestError(f"on_tool_error is {self.on_tool_error!r}. Give 'report' or 'raise'.")
        check_limit("tool_timeout", self.tool_timeout, InvalidRequestError)


class TooLate(Exception):
    """A tool took longer than it may."""


class Abandoned(Exception):
    """The run was stopped while a tool was running on a thread, which goes on."""


class Run:
    """The turns so far, and the next request.

    transcript: the turns as `messages` of a request. Plain JSON: it can be saved, loaded and given to a new run.
    done: whether the run is over.
    Raises InvalidRequestError for what cannot be sent, before the run starts.
    """

    def __init__(
        self, messages: object, *, model: str, max_tokens: int, stream: bool, options: Mapping[str, Any]
    ) -> None:
        self.transcript: list[dict[str, Any]] = message_list(messages)
        self.done: bool = False
        self._operation = message_operation(
            model=model, messages=self.transcript, max_tokens=max_tokens, stream=stream, options=options
        )
        # The requests that follow differ in little more than their messages, so the rest is checked only once.
        self._body: dict[str, Any] = json.loads(self._operation.body or b"{}")
        if "messages" not in (options.get("extra_body") or {}):
            self._body["messages"] = self.transcript

    def add(self, *turns: object) -> None:
        """Add messages to the transcript, but none without content, which the API does not take."""
        self.transcript += self.turns(*turns)

    def turns(self, *turns: object) -> list[dict[str, Any]]:
        """Messages as turns that the API takes: each with content."""
        return [turn for turn in message_list(turns, len(self.transcript)) if turn["content"]]

    def next_operation(self) -> CreateMessage:
        """The next request."""
        return evolve(self._operation, body=_json.dumps({**self._body, "messages": sendable(self._body["messages"])}))


class ToolRun(Run):
    """The turns of a run of tools, and the calls of its last answer.

    transcript: the whole turns. An answer with a call whose input is malformed is added only with its results, because
        loading it would make it a complete call without arguments.
    iteration: the number of answers so far.
    calls: those of the last answer, in groups that run one after the other; the calls of a group run concurrently.
    outcomes: those that there are of `calls`. What has one is not done again.
    seen: the calls whose outcome the hook has seen.
    Raises ToolDefinitionError too. The runner adds the transcript to what is raised later.
    """

    def __init__(
        self, messages: object, tools: Iterable[object], *, options: Mapping[str, Any], **request: Any
    ) -> None:
        rest = dict(options)
        limits = {one.name: rest.pop(one.name) for one in fields(RunLimits) if one.name in rest}
        self.limits: RunLimits = RunLimits(**limits)
        given = as_tools(tools)
        super().__init__(messages, options={**rest, "tools": given}, **request)
        self.calls: list[list[PlannedCall]] = []
        self.outcomes: dict[PlannedCall, ToolOutcome] = {}
        self.seen: set[PlannedCall] = set()
        self.iteration: int = 0
        self._tools = {one.name: one for one in given if isinstance(one, Tool)}
        self._argument_errors: dict[str, int] = {}  # consecutive calls of a tool with wrong arguments
        self._deferred: list[Message] = []  # the answer that is not in the transcript yet
        # If every request demanded a call, the run would never end: only the first does.
        choice = self._body.get("tool_choice")
        self._forces_call = (
            is_object(choice)
            and choice.get("type") in ("any", "tool")
            and "tool_choice" not in (rest.get("extra_body") or {})
        )
        self._answered = _answered_calls(self.transcript)
        self._plan(_open_calls(self.transcript, {str(one.get("tool_use_id")) for one in self._answered}))

    def so_far(self) -> list[dict[str, Any]]:
        """The transcript, and after it the results that there are already of the calls that are open."""
        results = self._results()
        if not results:
            return list(self.transcript)
        return [*self.transcript, *self.turns(*self._deferred, {"role": "user", "content": results})]

    def _results(self) -> list[dict[str, Any]]:
        """The blocks of the turn that answers the calls, as far as they have outcomes."""
        results = [
            result_block(one.call.id, self.outcomes[one].content, is_error=self.outcomes[one].is_error)
            for group in self.calls
            for one in group
            if one in self.outcomes
        ]
        return sorted([*self._answered, *results], key=lambda block: block.get("type") != "tool_result")

    def start_turn(self) -> None:
        """Check that the model may be asked again. Raises MaxIterationsError."""
        if self.iteration >= self.limits.max_iterations:
            raise MaxIterationsError.advised(f"The model has answered {self.iteration} times and wants to go on.")

    def take(self, message: Message) -> None:
        """Take the model's answer. Raises ToolCallIncompleteError."""
        self.iteration += 1
        if message.container is not None and isinstance(cast("object", message.container.id), str):
            # The sandbox of the provider's tools, whose files and variables the next turn goes on with.
            given, found = self._body.get("container"), message.container.id
            self._body["container"] = {**given, "id": found} if is_object(given) else found
        if self._forces_call:
            self._body.pop("tool_choice", None)
        calls = message.tool_uses
        if lost := lost_call(message):
            raise ToolCallIncompleteError.advised(f"{lost} Nothing was run.", partial=message)
        if is_cut(message) and calls:
            names = ", ".join(use.name for use in calls)
            problem = f"The answer was cut off ({message.stop_reason}) where it calls {names}. Nothing was run."
            raise ToolCallIncompleteError.advised(problem, partial=message)
        paused = message.stop_reason == "pause_turn"
        if paused or message.stop_reason in _TERMINAL:
            calls = []
        if all(use.input_complete for use in calls):
            self.add(message)
        else:
            self._deferred = [message]
        self._plan(calls)
        self.done: bool = not calls and not paused

    def refuse(self, planned: PlannedCall) -> None:
        """Give the call an outcome if it cannot be run."""
        if planned.error is not None:
            self.outcomes[planned] = self.failure(planned, planned.error)
        elif planned.problem:
            self.outcomes[planned] = ToolOutcome(planned.problem, is_error=True)

    def decide(self, planned: PlannedCall, decision: object) -> None:
        """Give the call the outcome that a hook decided on, if it did. Raises InvalidRequestError for anything else."""
        match decision:
            case None:
                return
            case Refuse(reason):
                self.outcomes[planned] = replace(self.outcome(planned, lambda: reason), is_error=True)
            case Replace(result):
                self.outcomes[planned] = self.outcome(planned, lambda: result)
            case _:
                raise InvalidRequestError(f"A hook gave a {type(decision).__name__}. Give None, Refuse or Replace.")

    def settle(self, results: Iterable[tuple[PlannedCall, Callable[[], object]]]) -> None:
        """Give calls the outcomes of what they returned. Raises, at the end, what the first of them says to raise."""
        errors: list[BaseException] = []
        for planned, result in results:
            try:
                self.outcomes[planned] = self.outcome(planned, result)
            except BaseException as error:
                errors.append(error)
        if errors:
            raise errors[0]

    def add_results(self) -> None:
        """Add the results of the calls, each of which has an outcome, in their order. Raises ToolArgumentsError."""
        planned = [one for group in self.calls for one in group]
        self.add(*self._deferred, {"role": "user", "content": self._results()})
        self.calls, self.outcomes, self.seen, self._deferred, self._answered = [], {}, set(), [], []
        for one in planned:
            name = one.call.name
            errors = self._argument_errors[name] = self._argument_errors.get(name, 0) + 1 if one.problem else 0
            if errors >= self.limits.max_argument_errors:
                problem = f"{errors} calls of {name} one after the other were wrong: {one.problem}"
                if name in self._tools:
                    raise ToolArgumentsError.advised(problem)
                raise ToolArgumentsError(
                    f"{problem} Give the run a tool of this name, or do not speak of it to the model."
                )

    def outcome(self, planned: PlannedCall, result: Callable[[], object]) -> ToolOutcome:
        """The outcome of a call, by the function that returns or raises its result."""
        try:
            return ToolOutcome(result_content(result()))
        except TooLate:
            text = f"The tool took more than {planned.timeout:g} s and was given up."
            return replace(self.failure(planned, TimeoutError(text)), content=text)
        except Abandoned:
            text = "The run was stopped while the tool was running. Whether it was done is not known."
            return ToolOutcome(text, is_error=True)
        except asyncio.CancelledError:
            return self.failure(planned, CancelledError("What the tool waited for was cancelled."))
        except Exception as error:  # a tool, and a value's own code, may raise anything
            if raised_by_handler(error):
                raise
            return self.failure(planned, error)

    def failure(self, planned: PlannedCall, error: Exception) -> ToolOutcome:
        """The outcome of a call that raised. Raises ToolFailedError if `on_tool_error` is "raise"."""
        if isinstance(error, ToolError):
            try:
                return ToolOutcome(result_content(error.content), is_error=True, error=error)
            except Exception as content_error:
                error = content_error
        if self.limits.on_tool_error == "raise":
            problem = f"The tool {planned.call.name} raised {type(error).__name__}."
            raise ToolFailedError.advised(problem) from error
        logger.warning("The tool %s failed: %s", planned.call.name, type(error).__name__, exc_info=error)
        shown = type(error).__name__
        if self.limits.show_errors:
            with suppress(Exception):  # an error's own code may fail too
                shown = f"{shown}: {error}"
        return ToolOutcome(f"The tool failed ({shown}).", is_error=True, error=error)

    def _plan(self, uses: Iterable[ToolUseBlock]) -> None:
        groups: list[list[PlannedCall]] = []
        for use in uses:
            planned = self._plan_call(use)
            if not groups or planned.is_barrier or groups[-1][-1].is_barrier:
                groups.append([])
            groups[-1].append(planned)
        self.calls = groups

    def _plan_call(self, use: ToolUseBlock) -> PlannedCall:
        call = ToolCall(use.id, use.name, use.input if use.input_complete else {}, self.iteration)
        if not use.input_complete:
            return PlannedCall(call, problem=f"The arguments are not one JSON object: {use.partial_json[:200]}")
        tool = self._tools.get(use.name)
        if tool is None:
            known = ", ".join(self._tools) or "none"
            return PlannedCall(call, problem=f"There is no tool {use.name!r}. The tools are: {known}.")
        try:
            args, kwargs = tool.parameters.convert(use.input)
        except InvalidValue as error:
            return PlannedCall(call, problem=f"The arguments are wrong. {error}")
        except Exception as error:  # a type's own code may raise anything
            return PlannedCall(call, problem=f"They were refused ({type(error).__name__}).", error=error)
        timeout = self.limits.tool_timeout if tool.timeout is None else tool.timeout
        if timeout is not None and timeout > _LONGEST_LIMIT:
            timeout = None
        return PlannedCall(call, tool, args, kwargs, timeout)


async def _all_of(values: AsyncIterator[Any]) -> list[Any]:
    return [value async for value in values]


def lost_call(message: Message) -> str:
    """Says which call of an answer has no id or no name, so that it can neither be run nor answered; "" if none."""
    for index, block in enumerate(message.content):
        lost = lost_member({"id": block.id, "name": block.name}) if isinstance(block, ToolUseBlock) else ""
        if lost:
            value = getattr(block, lost)
            what = f"a {type(value).__name__}" if value else "missing"
            return f"content[{index}] of the answer calls a tool, but its {lost} is {what}."
    return ""


def _answered_calls(transcript: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Take away the last turn of a loaded transcript if it answers some calls of the turn before, but not all.

    Gives its blocks: the run was stopped between two calls, and goes on with the others.
    """
    if len(transcript) < 2 or transcript[-1].get("role") != "user":
        return []
    blocks = _blocks(transcript[-1])
    answered = {block.get("tool_use_id") for block in blocks if block.get("type") == "tool_result"}
    called = {block.get("id") for block in _called(transcript[-2])}
    if not answered & called or called <= answered:
        return []
    transcript.pop()
    return blocks


def _open_calls(transcript: Sequence[Mapping[str, Any]], answered: Container[object]) -> list[ToolUseBlock]:
    """The calls at the end of a loaded transcript that have no results yet. Raises InvalidRequestError."""
    blocks = _called(transcript[-1]) if transcript else []
    for lost in filter(None, map(lost_member, blocks)):
        where = f"messages[{len(transcript) - 1}]"
        raise InvalidRequestError(f"{where} holds a call that can neither be run nor answered, for it has no {lost}.")
    return [
        ToolUseBlock.from_dict(json.loads(json.dumps(block))) for block in blocks if block.get("id") not in answered
    ]


def _called(turn: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The calls of a turn of the model."""
    return (
        [block for block in _blocks(turn) if block.get("type") == "tool_use"] if turn.get("role") == "assistant" else []
    )


def _blocks(turn: Mapping[str, Any]) -> list[dict[str, Any]]:
    content: object = turn.get("content")
    return [block for block in content if is_object(block)] if is_array(content) else []
