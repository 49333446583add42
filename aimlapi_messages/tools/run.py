"""A run of tools as a state machine: what to ask, which calls to run, what to tell the model. No I/O.

The runners send the requests and run the functions; what follows from an answer is decided here.

| stop reason | what follows |
| --- | --- |
| `tool_use`, `end_turn`, none, unknown | the calls are run and the model is told; without calls the run is over |
| `pause_turn` | the answer goes back as it is, so that the model continues |
| `max_tokens`, `model_context_window_exceeded` | over; with calls, ToolCallIncompleteError, and none is run |
| `stop_sequence`, `refusal` | over; calls are not run |
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from aimlapi_client.errors import DecodeError

from ..core.arguments import check_limit
from ..core.errors import (
    InvalidRequestError,
    MaxIterationsError,
    ToolArgumentsError,
    ToolCallIncompleteError,
    ToolError,
    ToolFailedError,
)
from ..core.json import is_array, is_object
from ..core.types import SupportsToDict
from ..message.message import Message, ToolUseBlock, is_cut
from ..message.request import CreateMessage, JsonObject, message_operation
from ..schema.schema import InvalidValue
from .results import result_block, result_content
from .tool import Tool, as_tools

if TYPE_CHECKING:
    from ..message.options import CreateOptions, RunOptions

__all__ = [
    "PlannedCall",
    "Refuse",
    "Replace",
    "RunLimits",
    "ToolCall",
    "ToolOutcome",
    "ToolRun",
    "split_options",
    "turn_call",
]

DEFAULT_MAX_ITERATIONS: Final = 50
DEFAULT_MAX_ARGUMENT_ERRORS: Final = 3

_TERMINAL: Final = frozenset({"refusal", "stop_sequence"})


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call that the model asks for.

    input: the arguments as the model wrote them; they are checked and converted before the function gets them.
    iteration: the number of the answer that it came in, 1 for the first; 0 for one left over from a loaded transcript.
    """

    id: str
    name: str
    input: Mapping[str, Any]
    iteration: int


@dataclass(frozen=True, slots=True)
class ToolOutcome:
    """What became of a call.

    content: what the model is told: text, content blocks, or None.
    is_error: whether it is told as an error.
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


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """A call and what is to be done: run the tool with the arguments, or tell the problem.

    error: what the code of a parameter's type raised, if that is the problem.
    """

    call: ToolCall
    tool: Tool[..., Any] | None = None
    args: Sequence[Any] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict[str, Any])
    problem: str = ""
    error: Exception | None = None

    @property
    def is_barrier(self) -> bool:
        return self.tool is not None and self.tool.sequential


@dataclass(frozen=True, slots=True)
class RunLimits:
    """How far a run may go, and what the model is told of errors. See `messages.tool_runner`."""

    max_iterations: int = DEFAULT_MAX_ITERATIONS
    max_argument_errors: int = DEFAULT_MAX_ARGUMENT_ERRORS
    tool_timeout: float | None = None
    on_tool_error: Literal["report", "raise"] = "report"
    show_errors: bool = False

    def __post_init__(self) -> None:
        for name, least in (("max_iterations", 1), ("max_argument_errors", 1)):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < least:
                raise InvalidRequestError(f"{name} is {value!r}. Give a whole number, {least} or more.")
        if self.on_tool_error not in ("report", "raise"):
            raise InvalidRequestError(f"on_tool_error is {self.on_tool_error!r}. Give 'report' or 'raise'.")
        check_limit("tool_timeout", self.tool_timeout, InvalidRequestError)


class ToolRun:
    """The turns of a run so far, and what comes next.

    transcript: the turns as `messages` of a request. Plain JSON: it can be saved, loaded and given to a new run.
        An answer with a call whose input is malformed stands in it only once that was told, for it would be loaded
        as a whole call without arguments.
    iteration: how many answers have come.
    calls: of the last answer, in groups to be run one after the other; the calls of a group at the same time.
    done: whether the model has nothing more to do.
    """

    def __init__(self, messages: Sequence[dict[str, Any]], tools: Iterable[object], limits: RunLimits) -> None:
        self.transcript = list(messages)
        self.limits = limits
        self.done = False
        self.calls: list[list[PlannedCall]] = []
        self.iteration = 0
        given = as_tools(tools)
        self.tool_params = [one.to_dict() if isinstance(one, Tool) else one for one in given]
        self._tools = {one.name: one for one in given if isinstance(one, Tool)}
        self._wrong: dict[str, int] = {}  # calls of a tool with wrong arguments, one after the other
        self._held: list[dict[str, Any]] = []  # the answer that does not stand in the transcript yet
        self._plan(_left_over(self.transcript))

    def begin_turn(self) -> None:
        """The calls are about to be run, and the model to be asked. Raises MaxIterationsError."""
        if self.iteration >= self.limits.max_iterations:
            raise MaxIterationsError.after(
                f"The model has answered {self.iteration} times and wants to go on.", list(self.transcript)
            )

    def take(self, message: Message) -> None:
        """The model's answer. Raises ToolCallIncompleteError."""
        self.iteration += 1
        if is_cut(message) and message.tool_uses:
            names = ", ".join(use.name for use in message.tool_uses)
            raise ToolCallIncompleteError.after(
                f"The answer was cut off ({message.stop_reason}) where it calls {names}. Nothing was run.",
                list(self.transcript),
                message,
            )
        paused = message.stop_reason == "pause_turn"
        uses = [] if paused or is_cut(message) or message.stop_reason in _TERMINAL else message.tool_uses
        turn = cast("dict[str, Any]", message.to_param())
        if turn["content"]:
            (self.transcript if all(use.input_complete for use in uses) else self._held).append(turn)
        self._plan(uses)
        self.done = not uses and not paused

    def decided(self, planned: PlannedCall, decision: object = None) -> ToolOutcome | None:
        """The outcome of a call that is not run, and None for one that is. `decision` is what a hook gave."""
        match decision:
            case _ if planned.error is not None:
                return self.failure(planned, planned.error)
            case _ if planned.problem:
                return ToolOutcome(planned.problem, is_error=True)
            case None:
                return None
            case Refuse(reason):
                return ToolOutcome(reason, is_error=True)
            case Replace(result):
                return self.outcome(planned, result)
            case _:
                raise InvalidRequestError(f"A hook gave a {type(decision).__name__}. Give None, Refuse or Replace.")

    def replaced(self, planned: PlannedCall, outcome: ToolOutcome, decision: object) -> ToolOutcome:
        """The outcome of a call after the hook that saw it."""
        return outcome if decision is None else self.decided(PlannedCall(planned.call), decision) or outcome

    def answer(self, outcomes: Iterable[ToolOutcome]) -> None:
        """The results of the calls, in the calls' order. Raises ToolArgumentsError."""
        planned = [one for group in self.calls for one in group]
        self.calls = []
        results = [
            result_block(one.call.id, outcome.content, is_error=outcome.is_error)
            for one, outcome in zip(planned, outcomes, strict=True)
        ]
        self.transcript += [*self._held, {"role": "user", "content": results}]
        self._held = []
        for one in planned:
            name = one.call.name
            wrong = self._wrong[name] = self._wrong.get(name, 0) + 1 if one.problem else 0
            if wrong >= self.limits.max_argument_errors:
                problem = f"{wrong} calls of {name} one after the other were wrong: {one.problem}"
                raise ToolArgumentsError.after(problem, list(self.transcript))

    def outcome(self, planned: PlannedCall, value: object) -> ToolOutcome:
        """What the model is told of a value that a tool returned."""
        try:
            return ToolOutcome(result_content(value))
        except Exception as error:  # a value's own code may raise anything
            return self.failure(planned, error)

    def failure(self, planned: PlannedCall, error: Exception) -> ToolOutcome:
        """What the model is told of an exception that a tool raised. Raises ToolFailedError if that was asked for."""
        if isinstance(error, ToolError):
            try:
                return ToolOutcome(result_content(error.content), is_error=True, error=error)
            except Exception as unsaid:
                error = unsaid
        if self.limits.on_tool_error == "raise":
            name = planned.call.name
            raise ToolFailedError.after(
                f"The tool {name} raised {type(error).__name__}.", list(self.transcript)
            ) from error
        shown = type(error).__name__
        if self.limits.show_errors:
            with suppress(Exception):  # an error's own code may fail too
                shown = f"{shown}: {error}"
        return ToolOutcome(f"The tool failed ({shown}).", is_error=True, error=error)

    def timed_out(self, planned: PlannedCall) -> ToolOutcome:
        """What the model is told of a tool that took too long. Raises ToolFailedError if that was asked for."""
        text = f"The tool took more than {self.timeout_of(planned):g} s and was given up."
        error = TimeoutError(text)
        return replace(self.failure(planned, error), content=text)

    def timeout_of(self, planned: PlannedCall) -> float | None:
        """The seconds that a call may take."""
        own = planned.tool.timeout if planned.tool is not None else None
        return self.limits.tool_timeout if own is None else own

    def _plan(self, uses: Iterable[ToolUseBlock]) -> None:
        groups: list[list[PlannedCall]] = []
        for use in uses:
            planned = self._planned(use)
            if not groups or planned.is_barrier or groups[-1][-1].is_barrier:
                groups.append([])
            groups[-1].append(planned)
        self.calls = groups

    def _planned(self, use: ToolUseBlock) -> PlannedCall:
        call = ToolCall(use.id, use.name, use.input, self.iteration)
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
        return PlannedCall(call, tool, args, kwargs)


def turn_call(
    transcript: Sequence[dict[str, Any]],
    iteration: int,
    *,
    run_tools: Sequence[JsonObject],
    model: str,
    max_tokens: int,
    stream: bool,
    options: CreateOptions,
) -> CreateMessage:
    """The request of a turn. A choice of tools that demands a call holds for the first only."""
    choice = options.get("tool_choice")
    later = {} if iteration == 1 or not _demands(choice) else {"tool_choice": None}
    turn = cast("CreateOptions", {**options, "tools": run_tools, **later})
    return message_operation(model=model, messages=transcript, max_tokens=max_tokens, stream=stream, options=turn)


def split_options(options: RunOptions) -> tuple[RunLimits, CreateOptions]:
    """The limits of a run, and what is left for its requests. TypeError for an argument that does not exist."""
    names = {one.name for one in fields(RunLimits)}
    limits = {name: value for name, value in options.items() if name in names}
    rest = {name: value for name, value in options.items() if name not in names}
    return RunLimits(**cast("dict[str, Any]", limits)), cast("CreateOptions", rest)


def _demands(choice: object) -> bool:
    data: object = choice.to_dict() if isinstance(choice, SupportsToDict) else choice
    return is_object(data) and data.get("type") in ("any", "tool")


def _left_over(transcript: Sequence[Mapping[str, Any]]) -> list[ToolUseBlock]:
    """The calls at the end of a loaded transcript that have no results yet. Raises InvalidRequestError."""
    last: Mapping[str, Any] = transcript[-1] if transcript else {}
    content: object = last.get("content")
    if last.get("role") != "assistant" or not is_array(content):
        return []
    blocks = [block for block in content if is_object(block) and block.get("type") == "tool_use"]
    try:
        return [ToolUseBlock.from_dict(json.loads(json.dumps(block))) for block in blocks]
    except DecodeError as error:
        where = f"messages[{len(transcript) - 1}]"
        raise InvalidRequestError(f"{where} holds a call that cannot be run: {error}") from error
