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
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final, Literal, TypeAlias, cast

from attrs import evolve

from aimlapi_client.errors import DecodeError

from ..content.limits import MediaCheck, most_images
from ..core import json as _json
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
from ..message.message import Message, ToolUseBlock, is_cut
from ..message.request import dump_model, message_list
from ..schema.codec import InvalidValue
from ..streaming.create import CreateMessage, message_operation
from .tool import Tool, as_tools, result_block, result_content

DEFAULT_MAX_ITERATIONS: Final = 50
DEFAULT_MAX_ARGUMENT_ERRORS: Final = 3

_TERMINAL: Final = frozenset({"refusal", "stop_sequence"})


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


# What a run asks before and after each call. Hooks of the asynchronous client may be coroutine functions.
BeforeCall: TypeAlias = Callable[[ToolCall], Refuse | Replace | None]
AfterCall: TypeAlias = Callable[[ToolCall, ToolOutcome], Replace | None]
AsyncBeforeCall: TypeAlias = Callable[[ToolCall], Refuse | Replace | Awaitable[Refuse | Replace | None] | None]
AsyncAfterCall: TypeAlias = Callable[[ToolCall, ToolOutcome], Replace | Awaitable[Replace | None] | None]


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """A call with its tool and converted arguments, or with the problem to report instead.

    timeout: the seconds that it may take, None for no limit.
    error: what the code of a parameter's type raised, if that is the problem.
    """

    call: ToolCall
    tool: Tool[..., Any] | None = None
    args: Sequence[Any] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict[str, Any])
    timeout: float | None = None
    problem: str = ""
    error: Exception | None = None

    @property
    def is_barrier(self) -> bool:
        return self.tool is not None and self.tool.sequential

    @property
    def is_async(self) -> bool:
        return self.tool is not None and self.tool.is_async

    def start(self) -> Any:
        """Call the function. What an async one returns is still to be awaited."""
        return cast("Any", self.tool)(*self.args, **self.kwargs)


@dataclass(frozen=True, slots=True)
class RunLimits:
    """The limits of a run, and how it reports errors to the model. See `messages.tool_runner`."""

    max_iterations: int = DEFAULT_MAX_ITERATIONS
    max_argument_errors: int = DEFAULT_MAX_ARGUMENT_ERRORS
    tool_timeout: float | None = None
    on_tool_error: Literal["report", "raise"] = "report"
    show_errors: bool = False

    def __post_init__(self) -> None:
        for name in ("max_iterations", "max_argument_errors"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise InvalidRequestError(f"{name} is {value!r}. Give a whole number, 1 or more.")
        if self.on_tool_error not in ("report", "raise"):
            raise InvalidRequestError(f"on_tool_error is {self.on_tool_error!r}. Give 'report' or 'raise'.")
        check_limit("tool_timeout", self.tool_timeout, InvalidRequestError)


class TooLate(Exception):
    """A tool took longer than it may."""


class ToolRun:
    """The turns of a run so far, and the next request.

    transcript: the turns as `messages` of a request. Plain JSON: it can be saved, loaded and given to a new run.
        An answer with a call whose input is malformed is added only with its results, because loading it would make
        it a complete call without arguments.
    iteration: the number of answers so far.
    calls: those of the last answer, in groups that run one after the other; the calls of a group run concurrently.
    done: whether the run is over.
    Raises InvalidRequestError and ToolDefinitionError for what cannot be sent, before the run starts.
    """

    def __init__(
        self,
        messages: object,
        tools: Iterable[object],
        *,
        model: str,
        max_tokens: int,
        stream: bool,
        options: Mapping[str, Any],
    ) -> None:
        limits, rest = _split_options(options)
        given = as_tools(tools)
        self.transcript: list[dict[str, Any]] = message_list(messages)
        self.limits = limits
        self.done: bool = False
        self.calls: list[list[PlannedCall]] = []
        self.iteration: int = 0
        self._tools = {one.name: one for one in given if isinstance(one, Tool)}
        self._argument_errors: dict[str, int] = {}  # consecutive calls of a tool with wrong arguments
        self._deferred: list[dict[str, Any]] = []  # the answer that is not in the transcript yet
        params = [one.to_dict() if isinstance(one, Tool) else one for one in given]
        turn = {**rest, "tools": params}
        self._operation = message_operation(
            model=model, messages=self.transcript, max_tokens=max_tokens, stream=stream, options=turn
        )
        # The requests that follow differ in their messages only.
        extra: Mapping[str, Any] = rest.get("extra_body") or {}
        self._body: dict[str, Any] = _json.loads(self._operation.body or b"{}")
        self._sent = message_list(self.transcript)
        if "messages" not in extra:
            self._body["messages"] = self._sent
        self._forces_call = "tool_choice" not in extra and _forces_call(rest.get("tool_choice"))
        self._media = MediaCheck(most_images(model))
        for index, message in enumerate(self._sent):
            self._media.add(message, index)
        self._plan(_open_calls(self.transcript))

    def start_turn(self) -> None:
        """Check that the model may be asked again. Raises MaxIterationsError."""
        if self.iteration >= self.limits.max_iterations:
            problem = f"The model has answered {self.iteration} times and wants to go on."
            raise MaxIterationsError.advised(problem, transcript=list(self.transcript))

    def next_operation(self) -> CreateMessage:
        """The request of the next turn. A tool choice that forces a call is sent with the first one only.

        Raises ContentError for media beyond the limits of a request.
        """
        first = len(self._sent)
        turns = message_list(self.transcript[first:], first)
        drop_choice = self._forces_call and self.iteration > 0
        if turns or drop_choice:
            for index, turn in enumerate(turns, first):
                self._media.add(turn, index)
            self._sent += turns
            if drop_choice:
                self._body.pop("tool_choice", None)
            self._operation = evolve(self._operation, body=_json.dumps(self._body))
        return self._operation

    def take(self, message: Message) -> None:
        """Take the model's answer. Raises ToolCallIncompleteError."""
        self.iteration += 1
        calls, is_cut_off = message.tool_uses, is_cut(message)
        if is_cut_off and calls:
            names = ", ".join(use.name for use in calls)
            raise ToolCallIncompleteError.advised(
                f"The answer was cut off ({message.stop_reason}) where it calls {names}. Nothing was run.",
                transcript=list(self.transcript),
                partial=message,
            )
        paused = message.stop_reason == "pause_turn"
        if paused or message.stop_reason in _TERMINAL:
            calls = []
        turn = cast("dict[str, Any]", message.to_param())
        if turn["content"]:
            (self.transcript if all(use.input_complete for use in calls) else self._deferred).append(turn)
        self._plan(calls)
        self.done = not calls and not paused

    def decide(self, planned: PlannedCall, decision: object = None) -> ToolOutcome | None:
        """The outcome of a call that is not run; None for one that is. `decision` is what a hook returned."""
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
                return self.outcome(planned, lambda: result)
            case _:
                raise InvalidRequestError(f"A hook gave a {type(decision).__name__}. Give None, Refuse or Replace.")

    def replace(self, planned: PlannedCall, outcome: ToolOutcome, decision: object) -> ToolOutcome:
        """The outcome of a call after the `after_call` hook."""
        return outcome if decision is None else self.decide(PlannedCall(planned.call), decision) or outcome

    def add_results(self, outcomes: Iterable[ToolOutcome]) -> None:
        """Add the results of the calls, in their order. Raises ToolArgumentsError."""
        planned = [one for group in self.calls for one in group]
        self.calls = []
        results = [
            result_block(one.call.id, outcome.content, is_error=outcome.is_error)
            for one, outcome in zip(planned, outcomes, strict=True)
        ]
        self.transcript += [*self._deferred, {"role": "user", "content": results}]
        self._deferred = []
        for one in planned:
            name = one.call.name
            errors = self._argument_errors[name] = self._argument_errors.get(name, 0) + 1 if one.problem else 0
            if errors >= self.limits.max_argument_errors:
                problem = f"{errors} calls of {name} one after the other were wrong: {one.problem}"
                raise ToolArgumentsError.advised(problem, transcript=list(self.transcript))

    def outcome(self, planned: PlannedCall, result: Callable[[], object]) -> ToolOutcome:
        """The outcome of a call, by the function that returns or raises its result."""
        try:
            return ToolOutcome(result_content(result()))
        except TooLate:
            return self.timed_out(planned)
        except asyncio.CancelledError:
            return self.failure(planned, CancelledError("What the tool waited for was cancelled."))
        except Exception as error:  # a tool, and a value's own code, may raise anything
            return self.failure(planned, error)

    def failure(self, planned: PlannedCall, error: Exception) -> ToolOutcome:
        """The outcome of a call that raised. Raises ToolFailedError if `on_tool_error` is "raise"."""
        if isinstance(error, ToolError):
            try:
                return ToolOutcome(result_content(error.content), is_error=True, error=error)
            except Exception as content_error:
                error = content_error
        if self.limits.on_tool_error == "raise":
            name = planned.call.name
            problem = f"The tool {name} raised {type(error).__name__}."
            raise ToolFailedError.advised(problem, transcript=list(self.transcript)) from error
        shown = type(error).__name__
        if self.limits.show_errors:
            with suppress(Exception):  # an error's own code may fail too
                shown = f"{shown}: {error}"
        return ToolOutcome(f"The tool failed ({shown}).", is_error=True, error=error)

    def timed_out(self, planned: PlannedCall) -> ToolOutcome:
        """The outcome of a call that took too long. Raises ToolFailedError if `on_tool_error` is "raise"."""
        text = f"The tool took more than {planned.timeout:g} s and was given up."
        return replace(self.failure(planned, TimeoutError(text)), content=text)

    def _plan(self, uses: Iterable[ToolUseBlock]) -> None:
        groups: list[list[PlannedCall]] = []
        for use in uses:
            planned = self._plan_call(use)
            if not groups or planned.is_barrier or groups[-1][-1].is_barrier:
                groups.append([])
            groups[-1].append(planned)
        self.calls = groups

    def _plan_call(self, use: ToolUseBlock) -> PlannedCall:
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
        return PlannedCall(call, tool, args, kwargs, self.limits.tool_timeout if tool.timeout is None else tool.timeout)


def _split_options(options: Mapping[str, Any]) -> tuple[RunLimits, dict[str, Any]]:
    """The limits of a run, and the options of its requests."""
    names = {one.name for one in fields(RunLimits)}
    limits = {name: value for name, value in options.items() if name in names}
    rest = {name: value for name, value in options.items() if name not in names}
    return RunLimits(**limits), rest


def _forces_call(choice: object) -> bool:
    data = dump_model(choice)
    return is_object(data) and data.get("type") in ("any", "tool")


def _open_calls(transcript: Sequence[Mapping[str, Any]]) -> list[ToolUseBlock]:
    """The calls at the end of a loaded transcript, which have no results yet. Raises InvalidRequestError."""
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
