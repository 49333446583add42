"""Answers of a type of yours: asked for as the one call of a tool whose arguments are that type. No I/O."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, cast

from ..core.errors import InvalidRequestError, OutputError, ToolDefinitionError
from ..core.json import is_object
from ..core.types import SupportsToDict
from ..message.message import Message, ToolUseBlock, is_cut
from ..message.request import CreateMessage, message_operation
from ..schema.annotations import kind_of
from ..schema.parameters import PROPERTY_NAME
from ..schema.schema import InvalidValue
from ..streaming.helper_events import InputJsonEvent, MessageStreamEvent
from .results import result_block

if TYPE_CHECKING:
    from ..message.options import CallOptions, CreateOptions

__all__ = ["OutputRun", "output_call"]

_T = TypeVar("_T")

# What is no JSON object in itself is asked for as the one member of an object.
_VALUE: Final = "value"

# A partial value is read again once the text has grown by a twentieth, so that all readings together stay linear.
_GROWTH: Final = 20


class OutputRun(Generic[_T]):
    """The turns of asking for a value until it fits, and what comes next.

    transcript: the turns as `messages` of a request.
    done, value: whether the value is there, and the value.
    """

    def __init__(self, messages: Sequence[dict[str, Any]], output: type[_T], retries: int) -> None:
        if isinstance(retries, bool) or not isinstance(cast("object", retries), int) or retries < 0:
            raise InvalidRequestError(f"output_retries is {retries!r}. Give a whole number, 0 for a single attempt.")
        self.transcript = list(messages)
        self.done = False
        self.value = cast("_T", None)
        self._retries = retries
        self._kind = kind_of(output, where="output")
        schema = self._kind.schema()
        self._wrapped = schema.get("type") != "object"
        fields: dict[str, Any] = {} if self._wrapped else schema.get("properties", {})
        for name in fields:
            if not PROPERTY_NAME.fullmatch(name):
                raise ToolDefinitionError(
                    f"output has a field {name!r}, a name that the API does not take. Use at most 64 of a-z A-Z 0-9 _."
                )
        self._name = re.sub(r"[^a-zA-Z0-9_-]+", "_", getattr(output, "__name__", "output"))[:64]
        self._schema = _wrapping(schema) if self._wrapped else schema
        self._description = inspect.cleandoc(output.__doc__ or "") if _has_own_docstring(output) else ""
        self._read = 0  # the length of the text when a partial value was last read

    def options(self, thinking: object) -> dict[str, Any]:
        """The members of the request that ask for the value. A model that thinks cannot be forced to call a tool."""
        said = f"Give your answer by calling this tool once. {self._description}".rstrip()
        tool = {"name": self._name, "description": said, "input_schema": self._schema}
        forced = {"type": "tool", "name": self._name, "disable_parallel_tool_use": True}
        return {"tools": [tool], "tool_choice": {"type": "auto"} if _thinks(thinking) else forced}

    def take(self, message: Message) -> None:
        """An answer: the value is there, or the model is to be told what is wrong with it. Raises OutputError."""
        self._read = 0
        call = next((use for use in message.tool_uses if use.name == self._name), None)
        if is_cut(message):
            raise self._failed(f"The answer was cut off ({message.stop_reason}); raise max_tokens.", message)
        if message.stop_reason == "refusal":
            raise self._failed("The model refused to answer.", message)
        if call is None:
            self._ask_again(message, f"You did not call the tool {self._name}. Call it with your answer.")
        elif not call.input_complete:
            self._ask_again(message, "The arguments are not one JSON object.")
        else:
            try:
                self.value = cast("_T", self._converted(call))
            except InvalidValue as error:
                self._ask_again(message, f"The arguments are wrong. {error}")
            else:
                self.done = True

    def partial(self, event: MessageStreamEvent) -> Iterator[Any]:
        """The value as far as it has come with an event of the stream, as plain JSON; nothing if it has not grown."""
        if not isinstance(event, InputJsonEvent):
            return
        length = event.length
        if length - self._read >= self._read // _GROWTH + 1:
            self._read = length
            snapshot = event.snapshot
            if not self._wrapped:
                yield snapshot
            elif is_object(snapshot) and _VALUE in snapshot:
                yield snapshot[_VALUE]

    def _converted(self, call: ToolUseBlock) -> Any:
        if not self._wrapped:
            return self._kind.convert(call.input, "")
        if set(call.input) != {_VALUE}:
            return self._kind.convert(call.input, "")
        return self._kind.convert(call.input[_VALUE], "")

    def _ask_again(self, message: Message, problem: str) -> None:
        turn = cast("dict[str, Any]", message.to_param())
        if turn["content"]:
            self.transcript.append(turn)
        results = [result_block(use.id, problem, is_error=True) for use in message.tool_uses]
        self.transcript.append({"role": "user", "content": results or [{"type": "text", "text": problem}]})
        if self._retries == 0:
            raise self._failed(problem, message)
        self._retries -= 1

    def _failed(self, problem: str, message: Message) -> OutputError:
        return OutputError.after(f"No {self._name} came of it. {problem}", list(self.transcript), message)


def output_call(
    run: OutputRun[Any], *, model: str, max_tokens: int, stream: bool, options: CallOptions
) -> CreateMessage:
    """The next request of a run. TypeError for the tools of a user, whose place is taken."""
    taken = sorted(options.keys() & {"tools", "tool_choice"})
    if taken:
        raise TypeError(f"unexpected argument {taken[0]!r}; the value is asked for by a tool of its own")
    asked = cast("CreateOptions", {**options, **run.options(options.get("thinking"))})
    return message_operation(model=model, messages=run.transcript, max_tokens=max_tokens, stream=stream, options=asked)


def _wrapping(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of an object whose one member is the value; definitions stay at the top, where they are sought."""
    inner = dict(schema)
    definitions = inner.pop("$defs", None)
    wrapping = {"type": "object", "properties": {_VALUE: inner}, "required": [_VALUE], "additionalProperties": False}
    return wrapping if definitions is None else {**wrapping, "$defs": definitions}


def _has_own_docstring(output: object) -> bool:
    """Whether somebody wrote it: dataclasses and named tuples make one up, and others inherit theirs."""
    doc = vars(output).get("__doc__") if isinstance(output, type) else None
    return bool(doc) and not cast("str", doc).startswith(f"{cast('type', output).__name__}(")


def _thinks(thinking: object) -> bool:
    data: object = thinking.to_dict() if isinstance(thinking, SupportsToDict) else thinking
    return isinstance(data, Mapping) and cast("Mapping[str, Any]", data).get("type") != "disabled"
