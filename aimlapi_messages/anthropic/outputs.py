"""Answers that are a value of a type, told as the `anthropic` SDK tells them: as a text, and what it was parsed as.

The value is asked for as `aimlapi_messages` does it, by a tool, which all models take; its call is told. No I/O.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any, cast

from aimlapi_client import models

from ..core.errors import APIError, APIStatusError
from ..core.json import is_array, is_object, loads
from ..message.message import Message, ToolUseBlock
from ..message.request import DEFAULT_MAX_TOKENS, DEFAULT_OUTPUT_RETRIES
from ..streaming.core import StreamCore
from ..streaming.create import CreateMessage
from ..streaming.events import StreamEvent
from ..tools.output import OutputRun
from .answers import adopted
from .arguments import operation_of
from .errors import translate, translated


class SeenCore(StreamCore):
    """A stream without the events that the SDK passes over, and that of the cost, which only this package has."""

    def _accept(self, payloads: Iterable[dict[str, Any]], text: str) -> Iterator[StreamEvent]:
        return (event for event in super()._accept(payloads, text) if event.type not in ("ping", "cost"))

    def record_error(self, error: APIError) -> APIError | None:
        raised = super().record_error(error)
        translate(raised)
        return raised

    def snapshot(self) -> Message:
        with translated():
            return adopted(super().snapshot())


class OutputCore(SeenCore):
    """One of which the call is told as a text."""

    def _accept(self, payloads: Iterable[dict[str, Any]], text: str) -> Iterator[StreamEvent]:
        return super()._accept(map(_as_text, payloads), text)


def _as_text(payload: dict[str, Any]) -> dict[str, Any]:
    match payload:
        case {"type": "content_block_start", "content_block": {"type": "tool_use"}}:
            return {**payload, "content_block": {"type": "text", "text": ""}}
        case {"type": "content_block_delta", "delta": {"type": "input_json_delta", "partial_json": text}}:
            return {**payload, "delta": {"type": "text_delta", "text": text}}
        case {"type": "message_delta", "delta": {"stop_reason": "tool_use", **delta}}:
            return {**payload, "delta": {**delta, "stop_reason": "end_turn"}}
        case _:
            return payload


class Output(OutputRun[Any]):
    """The requests for a value, by a tool; or the one whose answer is the value as text.

    operation: that request. typed: whether a type was asked for.
    """

    operation: CreateMessage | None = None
    typed: bool = True

    def next_operation(self) -> CreateMessage:
        return self.operation or super().next_operation()

    def relax(self, error: APIStatusError) -> bool:
        return self.operation is None and super().relax(error)

    def take(self, message: Message) -> None:
        """Take an answer. One that calls the caller's own tools has no value yet. Raises OutputError."""
        if self.operation is None or (self.typed and message.stop_reason != "tool_use"):
            super().take(_as_call(message, self.name))
        else:
            self.done = True


def _as_call(message: Message, name: str) -> Message:
    """The answer whose last text is a JSON object, as the call that it was; any other as it is."""
    called = Message.from_dict(message.to_dict())
    texts = [block.text for block in message.content if isinstance(block, models.TextBlock)]
    with suppress(ValueError):
        value = loads("" if message.tool_uses else "".join(texts[-1:]))
        called.content = [ToolUseBlock(id="call", name=name, input=value)] if is_object(value) else called.content
    return called


def parsed(message: Message, run: Output) -> Message:
    """The answer with its value, as one text. Raises OutputError."""
    if not run.done:
        run.take(message)
    if hasattr(run, "value"):
        calls = [block for block in message.content if isinstance(block, ToolUseBlock)]
        message.content += [models.TextBlock(text=json.dumps(call.input, ensure_ascii=False)) for call in calls]
        message.stop_reason = "end_turn" if calls else message.stop_reason
        texts = [block for block in message.content if isinstance(block, models.TextBlock)][-1:]
        others = [block for block in message.content if not isinstance(block, (ToolUseBlock, models.TextBlock))]
        message.content = [*others, *texts]  # without what was said before a call
        for block in texts:
            block.additional_properties["parsed_output"] = run.value
    return adopted(message)


def output_run(given: dict[str, Any], *, stream: bool) -> Output:
    """The requests for the type that is asked for as `output_format`; with none, the one request.

    A schema that the caller wrote itself goes into the body as it is, and that of a type does where there are tools.
    """
    output: Any = given.pop("output_format", None)
    typed = output is not None and not is_object(cast("object", output))
    if typed and not given.get("tools"):
        named = {"model": given.pop("model"), "max_tokens": given.pop("max_tokens", DEFAULT_MAX_TOKENS)}
        retries = 0 if stream else DEFAULT_OUTPUT_RETRIES  # what was shown of a stream cannot be taken back
        options = cast("Any", given)
        return Output(options.pop("messages"), cast("Any", output), retries, stream=stream, options=options, **named)
    run = _of_text(output if typed else dict)
    run.typed = typed
    if output is not None:
        extra: dict[str, Any] = given.get("extra_body") or {}
        config: dict[str, Any] = {**(given.pop("output_config", None) or {}), **extra.get("output_config", {})}
        config["format"] = {"type": "json_schema", "schema": _closed(run.schema)} if typed else output
        given["extra_body"] = {**extra, "output_config": config}
    run.operation = operation_of(given, stream=stream)
    return run


def _of_text(output: Any) -> Output:
    return Output([], output, 0, model="any", max_tokens=1, stream=False, options={})


def transform_schema(json_schema: type[Any] | dict[str, Any]) -> dict[str, Any]:
    """The JSON Schema of a type, or one that is written out, as `output_config` takes it: with closed objects.

    Raises ToolDefinitionError for a type that has none.
    """
    return cast("dict[str, Any]", _closed(json_schema if is_object(json_schema) else _of_text(json_schema).schema))


def _closed(part: Any) -> Any:
    if is_array(part):
        return [_closed(one) for one in part]
    if not is_object(part):
        return part
    closing = {"additionalProperties": False} if part.get("type") == "object" and "properties" in part else {}
    return {**closing, **{name: _closed(value) for name, value in part.items()}}
