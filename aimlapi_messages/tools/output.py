"""Structured output: the model calls a tool whose arguments are the wanted type. No I/O.

A model that takes it is forced to call the tool. Of any other it is asked for by the system prompt, and the call may be
missing: then an answer that is the value as JSON will do.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, cast

from aimlapi_client.refusals import HAS_STRICT_TOOLS, refuses

from ..core import json as _json
from ..core.arguments import check_whole
from ..core.errors import APIStatusError, InvalidRequestError, OutputError, ToolDefinitionError
from ..core.json import is_array, is_object
from ..message.message import Message, is_cut
from ..schema.annotations import codec_of, name_of
from ..schema.codec import InvalidValue
from ..schema.field import own_docstring
from ..schema.parameters import PROPERTY_NAME
from ..schema.strict import can_be_strict
from ..streaming.events import InputJsonEvent, MessageStreamEvent
from .run import Run, lost_call
from .tool import result_block

if TYPE_CHECKING:
    from ..message.options import CallOptions

_T = TypeVar("_T")

# A type that is no JSON object becomes the only member of an object.
_VALUE: Final = "value"

# A partial value is parsed again once the text has grown by a twentieth, so that the work stays linear.
_GROWTH: Final = 20

_INSTRUCTION: Final = "Give your answer by calling the tool {name} once, and in no other way."

# What providers say where a model takes no forced call, or none while it thinks, and where they cannot hold a tool's
# arguments to its schema.
_REFUSES_FORCE: Final = re.compile(r"tool_choice\b.*\b(not supported|forces? tool use)", re.IGNORECASE | re.DOTALL)
_REFUSES_STRICT: Final = re.compile(r"\b(strict|schema|grammar)\b", re.IGNORECASE)

_FENCED: Final = re.compile(r"```(?:json)?\n(.*)\n```", re.DOTALL)


class OutputRun(Run, Generic[_T]):
    """The requests for a value, until the model's answer has the wanted type.

    name, schema: of the tool. value: the value, once it is there.
    Raises ToolDefinitionError too, and TypeError for the tools of a user: there is only one tool.
    """

    value: _T

    def __init__(
        self, messages: object, output: type[_T], retries: int, *, options: CallOptions, **request: Any
    ) -> None:
        check_whole("output_retries", retries, InvalidRequestError)
        self._retries = retries
        taken = sorted(options.keys() & {"tools", "tool_choice"})
        if taken:
            raise TypeError(f"unexpected argument {taken[0]!r}; the value is asked for by a tool of its own")
        self._codec = codec_of(output, where="output")
        schema = self._codec.schema()
        self._is_wrapped = schema.get("type") != "object"
        if self._is_wrapped:
            definitions = {"$defs": schema.pop("$defs")} if "$defs" in schema else {}  # references begin at the top
            wrapper: dict[str, Any] = {"type": "object", "required": [_VALUE], "additionalProperties": False}
            schema = wrapper | {"properties": {_VALUE: schema}} | definitions
        for name in schema.get("properties", {}):
            if not PROPERTY_NAME.fullmatch(name):
                raise ToolDefinitionError(
                    f"output has a field {name!r}, a name that the API does not take. Use at most 64 of a-z A-Z 0-9 _."
                )
        self.name: str = re.sub(r"[^a-zA-Z0-9_-]+", "_", name_of(output) or "output")[:64]
        self.schema: dict[str, Any] = schema
        docstring = inspect.cleandoc(own_docstring(output))
        tool = {
            "name": self.name,
            "description": f"Give your answer by calling this tool once. {docstring}".rstrip(),
            "input_schema": schema,
        }
        choice = {"type": "tool", "name": self.name, "disable_parallel_tool_use": True}
        model = str(request["model"])
        self._plain_tool = tool
        self._is_strict = HAS_STRICT_TOOLS and can_be_strict(schema) and not refuses(model, "strict_tools")
        given = {**tool, "strict": True} if self._is_strict else tool
        super().__init__(messages, options={**options, "tools": [given], "tool_choice": choice}, **request)
        self._is_forced = True
        # A model that thinks for a budget of tokens cannot be forced to call a tool.
        thinking = self._body.get("thinking")
        if refuses(model, "forced_tool_choice") or (is_object(thinking) and thinking.get("type") == "enabled"):
            self._ask_in_words()
        self._parsed = 0  # the length of the text when a partial value was last parsed

    def relax(self, error: APIStatusError) -> bool:
        """Ask for less after this error, where that can help. False where it cannot, or was done before."""
        if 400 not in (error.status_code, error.upstream_status):
            return False
        if self._is_forced and _REFUSES_FORCE.search(str(error)):
            self._ask_in_words()
            return True
        if self._is_strict and _REFUSES_STRICT.search(str(error)):
            self._is_strict = False
            self._body["tools"] = [self._plain_tool]
            return True
        return False

    def _ask_in_words(self) -> None:
        """Let the model choose, and tell it what to choose at the end of the system prompt."""
        self._is_forced = False
        self._body["tool_choice"] = {"type": "auto", "disable_parallel_tool_use": True}
        system, told = self._body.get("system"), _INSTRUCTION.format(name=self.name)
        if is_array(system):
            self._body["system"] = [*system, {"type": "text", "text": told}]
        else:
            self._body["system"] = f"{system}\n\n{told}" if system else told

    def take(self, message: Message) -> None:
        """Take an answer: convert the value, or tell the model what is wrong with it. Raises OutputError."""
        self._parsed = 0
        call = next((use for use in message.tool_uses if use.name == self.name), None)
        if is_cut(message):
            raise self._failed(f"The answer was cut off ({message.stop_reason}); raise max_tokens.", message)
        if lost := lost_call(message):
            raise self._failed(lost, message)
        if message.stop_reason == "refusal":
            raise self._failed("The model refused to answer.", message)
        if call is not None and not call.input_complete:
            self._ask_again(message, "The arguments are not one JSON object.")
            return
        try:
            given = call.input if call is not None else _json_of(message.text)
            is_wrapped = self._is_wrapped and is_object(given) and set(given) == {_VALUE}
            self.value = cast("_T", self._codec.convert(given[_VALUE] if is_wrapped else given, ""))
        except InvalidValue as error:
            missed = f"You did not call the tool {self.name}. Call it with your answer."
            self._ask_again(message, missed if call is None else f"The arguments are wrong. {error}")
        else:
            self.done: bool = True

    def partial(self, event: MessageStreamEvent) -> Iterator[Any]:
        """The value so far, as plain JSON, if this event of the stream made it grow."""
        if not isinstance(event, InputJsonEvent):
            return
        length = event.length
        if length - self._parsed >= self._parsed // _GROWTH + 1:
            self._parsed = length
            snapshot = event.snapshot
            if not self._is_wrapped:
                yield snapshot
            elif is_object(snapshot) and _VALUE in snapshot:
                yield snapshot[_VALUE]

    def _ask_again(self, message: Message, problem: str) -> None:
        results = [result_block(use.id, problem, is_error=True) for use in message.tool_uses]
        self.add(message, {"role": "user", "content": results or [{"type": "text", "text": problem}]})
        if self._retries == 0:
            raise self._failed(problem, message)
        self._retries -= 1

    def _failed(self, problem: str, message: Message) -> OutputError:
        problem = f"No {self.name} came of it. {problem}"
        return OutputError.advised(problem, transcript=list(self.transcript), partial=message)


def _json_of(text: str) -> Any:
    """The JSON value that an answer consists of, whether fenced or not. Raises InvalidValue."""
    text = text.strip()
    fenced = _FENCED.fullmatch(text)
    try:
        return _json.loads(fenced[1] if fenced else text)
    except ValueError as error:
        raise InvalidValue() from error
