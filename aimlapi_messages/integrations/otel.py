"""Traces and metrics of OpenTelemetry: `AIMLAPI(on_call=otel.tracing())`. Needs the extra `otel`, the API alone.

A span `chat {model}` for each message, `execute_tool {name}` for each tool of a run, and one for each request about a
batch; the metrics of durations and tokens. What they are called stands in `NAMES` and nowhere else.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from contextvars import Token
from time import time_ns
from types import SimpleNamespace
from typing import Any, Final
from urllib.parse import urlsplit

try:
    from opentelemetry import context, metrics, trace
except ImportError as error:
    raise ImportError("OpenTelemetry is not installed: pip install 'aimlapi-messages[otel]'") from error

from .. import AIMLAPIError, APIConnectionError, Call, CallOutcome, Message, StreamDecodeError, ToolError, __version__

#: The convention that the names are of: the last with those of generative AI before they moved to a repository of
#: their own, which has no release yet (github.com/open-telemetry/semantic-conventions-genai).
CONVENTION: Final = "1.41.0"

#: By what they mean here: attributes of spans and metrics, and the metrics. `aimlapi.` is what no convention has.
NAMES: Final = SimpleNamespace(
    operation="gen_ai.operation.name",
    provider="gen_ai.provider.name",
    request_model="gen_ai.request.model",
    stream="gen_ai.request.stream",
    max_tokens="gen_ai.request.max_tokens",
    temperature="gen_ai.request.temperature",
    top_p="gen_ai.request.top_p",
    top_k="gen_ai.request.top_k",
    stop_sequences="gen_ai.request.stop_sequences",
    response_id="gen_ai.response.id",
    response_model="gen_ai.response.model",
    finish_reasons="gen_ai.response.finish_reasons",
    first_chunk="gen_ai.response.time_to_first_chunk",
    input_tokens="gen_ai.usage.input_tokens",
    output_tokens="gen_ai.usage.output_tokens",
    cache_read="gen_ai.usage.cache_read.input_tokens",
    cache_creation="gen_ai.usage.cache_creation.input_tokens",
    reasoning="gen_ai.usage.reasoning.output_tokens",
    input_messages="gen_ai.input.messages",
    output_messages="gen_ai.output.messages",
    instructions="gen_ai.system_instructions",
    tool_name="gen_ai.tool.name",
    tool_id="gen_ai.tool.call.id",
    tool_type="gen_ai.tool.type",
    tool_arguments="gen_ai.tool.call.arguments",
    tool_result="gen_ai.tool.call.result",
    address="server.address",
    port="server.port",
    error="error.type",
    status="http.response.status_code",
    exception="exception.type",
    exception_message="exception.message",
    cost="aimlapi.cost.usd",
    request_id="aimlapi.request.id",
    attempts="aimlapi.request.attempts",
    complete="aimlapi.response.complete",
    token_type="gen_ai.token.type",
    token_usage="gen_ai.client.token.usage",
    duration="gen_ai.client.operation.duration",
)
PROVIDER: Final = "aimlapi"
#: What of a call a span is made for, and what the convention calls it. Batches have no name there, and keep ours.
OPERATIONS: Final = {
    "create_message": "chat",
    "execute_tool": "execute_tool",
    **{name: name for name in ("create_batch", "get_batch", "wait_for_batch", "cancel_batch")},
}
_TOKEN_TYPES: Final = {NAMES.input_tokens: "input", NAMES.output_tokens: "output"}
_FINISH_REASONS: Final = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_call",
    "refusal": "content_filter",
}
# In seconds, and in tokens.
_DURATIONS: Final = [0.01 * 2**power for power in range(14)]
_TOKENS: Final = [4.0**power for power in range(14)]

_CAPTURE: Final = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"


def tracing(
    *,
    capture_content: bool | None = None,
    tracer_provider: trace.TracerProvider | None = None,
    meter_provider: metrics.MeterProvider | None = None,
) -> Callable[[Call], Callable[[CallOutcome], None] | None]:
    """A hook for `on_call` that makes spans and metrics.

    capture_content: put the messages, the answers and the arguments and results of tools into the spans, as JSON, but
        for files; and what a server or a tool says went wrong. Not given, only if the environment variable
        OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT is "span_only", "span_and_event" or "true".
    tracer_provider, meter_provider: those of the program unless given.
    """
    if capture_content is None:
        capture_content = os.environ.get(_CAPTURE, "").strip().lower() in ("span_only", "span_and_event", "true")
    schema = f"https://opentelemetry.io/schemas/{CONVENTION}"
    tracer = trace.get_tracer("aimlapi_messages", __version__, tracer_provider, schema)
    meter = metrics.get_meter("aimlapi_messages", __version__, meter_provider, schema)
    duration = meter.create_histogram(
        NAMES.duration, "s", "GenAI operation duration.", explicit_bucket_boundaries_advisory=_DURATIONS
    )
    tokens = meter.create_histogram(
        NAMES.token_usage,
        "{token}",
        "Number of input and output tokens used.",
        explicit_bucket_boundaries_advisory=_TOKENS,
    )

    def begin(call: Call) -> _Span | None:
        if call.operation not in OPERATIONS:
            return None
        return _Span(call, tracer, duration, tokens, is_open=capture_content)

    return begin


class _Span:
    """The span of a call, the current one where it is sent or the tool runs, until the outcome is told to it."""

    def __init__(
        self, call: Call, tracer: trace.Tracer, duration: metrics.Histogram, tokens: metrics.Histogram, *, is_open: bool
    ) -> None:
        self._call, self._duration, self._tokens, self._is_open = call, duration, tokens, is_open
        self._attributes = dict(_begun(call))
        name = f"{OPERATIONS[call.operation]} {call.model if call.tool is None else call.tool.name}".rstrip()
        kind = trace.SpanKind.CLIENT if call.tool is None else trace.SpanKind.INTERNAL
        self._span = tracer.start_span(name, kind=kind, attributes=self._attributes)
        self._left: int | None = None
        self._token: Token[context.Context] | None = None
        if self._span.is_recording():
            self._span.set_attributes(dict(_asked(call)))

    def __enter__(self) -> None:
        self._token = context.attach(trace.set_span_in_context(self._span))

    def __exit__(self, *_: object) -> None:
        self._left = time_ns()
        if self._token is not None:
            context.detach(self._token)

    def __call__(self, outcome: CallOutcome) -> None:
        error, span = outcome.error, self._span
        if outcome.message is not None:
            self._attributes[NAMES.response_model] = outcome.message.model
            for name, count in _tokens(outcome):
                if name in _TOKEN_TYPES:
                    self._tokens.record(count, {**self._attributes, NAMES.token_type: _TOKEN_TYPES[name]})
        if error is not None:
            self._attributes[NAMES.error] = _type(error)
        if self._call.tool is None:
            self._duration.record(outcome.seconds, self._attributes)
        if span.is_recording():
            span.set_attributes({**self._attributes, **dict(_answered(outcome))})
            if self._is_open:
                with suppress(Exception):  # what is wrong with a body, the gateway says
                    span.set_attributes({name: _json(value) for name, value in _content(self._call, outcome)})
            if error is not None:
                words = _words(error, self._is_open)
                span.add_event("exception", {NAMES.exception: _type(error), NAMES.exception_message: words})
                span.set_status(trace.StatusCode.ERROR, words)
        # A tool may have ended before the others of its answer, and a stream goes on where that was opened.
        span.end(None if self._call.tool is None else self._left)


def _begun(call: Call) -> Iterable[tuple[str, Any]]:
    """What a sampler decides by, and a metric is counted by."""
    yield NAMES.operation, OPERATIONS[call.operation]
    if call.tool is not None:
        yield NAMES.tool_name, call.tool.name
        return
    yield NAMES.provider, PROVIDER
    if call.model:
        yield NAMES.request_model, call.model
    parts = urlsplit(call.url)
    if parts.hostname:
        yield NAMES.address, parts.hostname
        yield NAMES.port, parts.port or (443 if parts.scheme == "https" else 80)


def _asked(call: Call) -> Iterable[tuple[str, Any]]:
    """What was asked for."""
    if call.tool is not None:
        yield NAMES.tool_id, call.tool.id
        yield NAMES.tool_type, "function"
    for name in ("max_tokens", "temperature", "top_p", "top_k", "stop_sequences"):
        if call.parameters.get(name) is not None:
            yield getattr(NAMES, name), call.parameters[name]
    if call.stream:
        yield NAMES.stream, True


def _answered(outcome: CallOutcome) -> Iterable[tuple[str, Any]]:
    """What came of it."""
    message, cost = outcome.message, outcome.cost
    yield from _tokens(outcome)
    if message is not None:
        yield NAMES.response_id, message.id
        if message.stop_reason is not None:
            yield NAMES.finish_reasons, [_finish_reason(message)]
    if cost is not None:
        yield NAMES.cost, float(cost.usd)
    for name, value in (
        (NAMES.first_chunk, outcome.first_content),
        (NAMES.request_id, outcome.request_id),
        (NAMES.status, outcome.status_code),
        (NAMES.attempts, outcome.attempts or None),
        (NAMES.complete, None if outcome.complete or outcome.error else False),
    ):
        if value is not None:
            yield name, value


def _tokens(outcome: CallOutcome) -> Iterable[tuple[str, int]]:
    """The tokens of a message. The gateway counts the cache beside the rest of the input, the convention in it.

    What a message has written is known at its end.
    """
    usage = outcome.message and outcome.message.usage
    read, made = (_count(usage, f"cache_{name}_input_tokens") for name in ("read", "creation"))
    given = _count(usage, "input_tokens")
    written = _count(usage, "output_tokens") if outcome.complete else None
    reasoning = _count(getattr(usage, "output_tokens_details", None), "thinking_tokens")
    for name, count in (
        (NAMES.input_tokens, None if given is None else given + (read or 0) + (made or 0)),
        (NAMES.output_tokens, written),
        (NAMES.cache_read, read),
        (NAMES.cache_creation, made),
        (NAMES.reasoning, reasoning),
    ):
        if count is not None:
            yield name, count


def _count(owner: object, name: str) -> int | None:
    """A number of tokens, None where a server says none."""
    count = getattr(owner, name, None)
    return count if isinstance(count, int) and count >= 0 else None


def _finish_reason(message: Message) -> str:
    reason = str(message.stop_reason or "error")
    return _FINISH_REASONS.get(reason, reason)


# --- content, which is left out unless it is asked for


def _content(call: Call, outcome: CallOutcome) -> Iterable[tuple[str, Any]]:
    if call.tool is not None:
        yield NAMES.tool_arguments, call.tool.input
        if outcome.answer is not None:
            yield NAMES.tool_result, _response(outcome.answer.content)
    elif call.operation == "create_message":
        body = call.body()
        yield NAMES.input_messages, list(map(_message, body["messages"]))
        if body.get("system"):
            yield NAMES.instructions, _parts(body["system"])
        if outcome.message is not None:
            answer: Any = outcome.message.to_param()
            yield NAMES.output_messages, [{**_message(answer), "finish_reason": _finish_reason(outcome.message)}]


def _message(turn: Mapping[str, Any]) -> dict[str, Any]:
    return {"role": turn["role"], "parts": _parts(turn["content"])}


def _parts(content: Any) -> list[dict[str, Any]]:
    """The parts of a turn as the convention has them. A file is told of, but not repeated."""
    return list(map(_part, [{"type": "text", "text": content}] if isinstance(content, str) else content))


def _response(content: Any) -> Any:
    return _parts(content) if isinstance(content, list) else content


def _part(block: Mapping[str, Any]) -> dict[str, Any]:
    match block:
        case {"type": "text", "text": text}:
            return {"type": "text", "content": text}
        case {"type": "thinking", "thinking": text}:
            return {"type": "reasoning", "content": text}
        case {"type": "tool_use", "id": id, "name": name, "input": arguments}:
            return {"type": "tool_call", "id": id, "name": name, "arguments": arguments}
        case {"type": "tool_result", "tool_use_id": id}:
            return {"type": "tool_call_response", "id": id, "response": _response(block.get("content"))}
        case {"type": "image" | "document" as kind, "source": {"url": url}}:
            return {"type": "uri", "modality": kind, "uri": url}
        case {"type": "image" | "document" as kind, "source": source}:
            return {"type": "blob", "modality": kind, "mime_type": source.get("media_type"), "content": ""}
        case _:
            return {"type": str(block.get("type"))}


def _json(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


# --- errors


def _type(error: BaseException) -> str:
    kind = type(error)
    is_known = isinstance(error, AIMLAPIError) or kind.__module__ == "builtins"
    return kind.__qualname__ if is_known else f"{kind.__module__}.{kind.__qualname__}"


def _parser(error: BaseException) -> str:
    """The kind of what broke a connection and is no error of the system: a parser's show the bytes that it has read."""
    cause = error.__cause__
    names = [kind.__name__ for kind in type(cause).__mro__]  # of whichever httpx it is
    is_of_the_system = not {"NetworkError", "TimeoutException", "OSError"}.isdisjoint(names)
    return "" if cause is None or is_of_the_system or not isinstance(error, APIConnectionError) else names[0]


def _words(error: BaseException, is_open: bool) -> str:
    """What an error says, without the key; and without what a server or a tool says, who may repeat the content."""
    is_ours = isinstance(error, AIMLAPIError) and error.body is None
    is_ours = is_ours and not isinstance(error, (StreamDecodeError, ToolError))
    parser = _parser(error)
    if is_open or (is_ours and not parser):
        return str(error)
    status = getattr(error, "status_code", None)
    about = parser if status is None else f"status {status}"
    return ", ".join(filter(None, (_type(error), about)))
