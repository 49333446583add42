"""Answers that are a value of a type, told as the `anthropic` SDK tells them: as a text, and what it was parsed as.

The value is asked for as `aimlapi_messages` does it, by a tool, which all models take; its call is told. No I/O.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any, cast

from aimlapi_client import models

from ..core.json import is_array, is_object, loads
from ..message.message import Message, ToolUseBlock
from ..message.request import DEFAULT_MAX_TOKENS, DEFAULT_OUTPUT_RETRIES
from ..streaming.core import StreamCore
from ..streaming.events import StreamEvent
from ..tools.output import OutputRun
from .answers import adopted


class OutputCore(StreamCore):
    """A stream of which the call is told as a text."""

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


def parsed(message: Message, run: OutputRun[Any]) -> Message:
    """The answer with its value, which is taken from its text unless the run has it. Raises OutputError.

    An answer that calls the caller's own tools has none yet.
    """
    if not run.done and message.stop_reason == "tool_use":
        return adopted(message)
    if run.done:
        calls = [block for block in message.content if isinstance(block, ToolUseBlock)]
        message.content += [models.TextBlock(text=json.dumps(call.input, ensure_ascii=False)) for call in calls]
        message.stop_reason = "end_turn" if calls else message.stop_reason
    texts = [block for block in message.content if isinstance(block, models.TextBlock)][-1:]
    others = [block for block in message.content if not isinstance(block, (ToolUseBlock, models.TextBlock))]
    message.content = [*others, *texts]  # without what was said before a call
    if not run.done:
        run.take(_as_call(message, run.name))
    for block in texts:
        block.additional_properties["parsed_output"] = run.value
    return adopted(message)


def _as_call(message: Message, name: str) -> Message:
    """The answer whose text is a JSON object, as the call that it was; any other as it is."""
    called = Message.from_dict(message.to_dict())
    with suppress(ValueError):
        value = loads(message.text)
        called.content = [ToolUseBlock(id="call", name=name, input=value)] if is_object(value) else called.content
    return called


def output_run(given: dict[str, Any], *, stream: bool) -> OutputRun[Any] | None:
    """The requests for the type that is asked for as `output_format`, which is taken out of the arguments.

    None for no type. A schema that the caller wrote itself goes into the body as it is, and that of a type does where
    there are tools; then the text of the answer is the value.
    """
    output = given.pop("output_format", None)
    if output is None:
        return None
    run: OutputRun[Any] | None = None
    if is_object(output):
        schema: object = output
    elif not given.get("tools"):
        named = {"model": given.pop("model"), "max_tokens": given.pop("max_tokens", DEFAULT_MAX_TOKENS)}
        retries = 0 if stream else DEFAULT_OUTPUT_RETRIES  # what was shown of a stream cannot be taken back
        return OutputRun(given.pop("messages"), output, retries, stream=stream, options=cast("Any", given), **named)
    else:
        run = OutputRun([], output, 0, model=given["model"], max_tokens=1, stream=stream, options={})
        schema = {"type": "json_schema", "schema": _closed(run.schema)}
    extra: dict[str, Any] = {**(given.get("extra_body") or {})}
    config: dict[str, Any] = {
        **(given.pop("output_config", None) or {}),
        **extra.get("output_config", {}),
        "format": schema,
    }
    given["extra_body"] = {**extra, "output_config": config}
    return run


def transform_schema(json_schema: type[Any] | dict[str, Any]) -> dict[str, Any]:
    """The JSON Schema of a type, or one that is written out, as `output_config` takes it: with closed objects.

    Raises ToolDefinitionError for a type that has none.
    """
    if is_object(json_schema):
        return cast("dict[str, Any]", _closed(json_schema))
    output = cast("type[Any]", json_schema)
    run: OutputRun[Any] = OutputRun([], output, 0, model="any", max_tokens=1, stream=False, options={})
    return cast("dict[str, Any]", _closed(run.schema))


def _closed(part: Any) -> Any:
    if is_array(part):
        return [_closed(one) for one in part]
    if not is_object(part):
        return part
    closing = {"additionalProperties": False} if part.get("type") == "object" and "properties" in part else {}
    return {**closing, **{name: _closed(value) for name, value in part.items()}}
