"""Spans of calls, whatever way one ends: the names of the convention, no key, no content."""

from __future__ import annotations

import json
import os
import re
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

pytest.importorskip("opentelemetry.sdk")

from opentelemetry.trace import SpanKind, StatusCode

from aimlapi_messages import (
    APIConnectionError,
    APIError,
    BadRequestError,
    OverloadedError,
    StreamDecodeError,
    StreamIncompleteError,
)
from aimlapi_messages.integrations import otel

from ...support.callers import AsyncCaller, Caller, in_process
from ...support.told import cancel_a_call
from ...support.wire import (
    KEY,
    MODEL,
    TEXT_EVENTS,
    Answer,
    Chunks,
    answer,
    body,
    end,
    sse,
    start,
    text_block,
)
from .telemetry import Telemetry

pytestmark = pytest.mark.anyio

SOON = {"retry-after-ms": "1"}
PRICE = {"x-aimlapi-usd-spent": "0.25"}
USAGE = {
    "input_tokens": 7,
    "output_tokens": 3,
    "cache_read_input_tokens": 100,
    "cache_creation_input_tokens": 20,
    "output_tokens_details": {"thinking_tokens": 2},
}
GOOD = answer(body(text_block("Blue."), usage=USAGE), headers=PRICE)
OVERLOADED = {"type": "error", "error": {"type": "overloaded_error", "message": "busy, you said: Why?"}}
REFUSED = answer({"type": "error", "error": {"type": "invalid_request_error", "message": f"no: Why? {KEY}"}}, 400)


@pytest.fixture
def telemetry(caller: Caller) -> Telemetry:
    """What the caller's calls make."""
    made = Telemetry()
    caller.options["on_call"] = made.hook()
    return made


def place(caller: Caller) -> dict[str, Any]:
    parts = urlsplit(caller.client.base_url)
    return {"server.address": parts.hostname, "server.port": parts.port or 443}


async def test_a_span_of_an_answer(caller: Caller, telemetry: Telemetry) -> None:
    """With all that the convention asks for."""
    caller.meet(GOOD)
    await caller.create(
        messages="Why?", temperature=0.5, top_p=0.25, top_k=3, stop_sequences=["END"], system="Be brief."
    )
    span = telemetry.span
    assert (span.name, span.kind, span.status.status_code) == (f"chat {MODEL}", SpanKind.CLIENT, StatusCode.UNSET)
    assert span.parent is None
    assert span.instrumentation_scope is not None
    assert span.instrumentation_scope.schema_url == "https://opentelemetry.io/schemas/1.41.0"
    assert telemetry.attributes == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "aimlapi",
        "gen_ai.request.model": MODEL,
        "gen_ai.request.max_tokens": 4096,
        "gen_ai.request.temperature": 0.5,
        "gen_ai.request.top_p": 0.25,
        "gen_ai.request.top_k": 3,
        "gen_ai.request.stop_sequences": ("END",),
        "gen_ai.response.id": "msg_01",
        "gen_ai.response.model": "claude-sonnet-5",
        "gen_ai.response.finish_reasons": ("stop",),
        "gen_ai.usage.input_tokens": 127,
        "gen_ai.usage.output_tokens": 3,
        "gen_ai.usage.cache_read.input_tokens": 100,
        "gen_ai.usage.cache_creation.input_tokens": 20,
        "gen_ai.usage.reasoning.output_tokens": 2,
        "http.response.status_code": 200,
        "aimlapi.cost.usd": 0.25,
        "aimlapi.request.id": "req-1",
        "aimlapi.request.attempts": 1,
        **place(caller),
    }


async def test_the_names_are_those_of_the_convention() -> None:
    """As its package for Python has them, wherever that has them still."""
    attributes = pytest.importorskip("opentelemetry.semconv._incubating.attributes.gen_ai_attributes")
    metrics = pytest.importorskip("opentelemetry.semconv._incubating.metrics.gen_ai_metrics")
    known = {value for module in (attributes, metrics) for value in vars(module).values() if isinstance(value, str)}
    ours = {name for name in vars(otel.NAMES).values() if name.startswith("gen_ai.")}
    assert ours - known == set()
    assert len(ours) == 29


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("end_turn", "stop"),
        ("stop_sequence", "stop"),
        ("max_tokens", "length"),
        ("model_context_window_exceeded", "length"),
        ("tool_use", "tool_call"),
        ("refusal", "content_filter"),
        ("pause_turn", "pause_turn"),
        ("new", "new"),
    ],
)
async def test_why_an_answer_stopped(reason: str, told: str) -> None:
    """In the convention's words, where it has one."""
    telemetry = Telemetry()
    caller = AsyncCaller(on_call=telemetry.hook())
    caller.meet(answer(body(text_block("Blue."), stop_reason=reason)))
    await caller.create()
    assert telemetry.attributes["gen_ai.response.finish_reasons"] == (told,)


FAILURES: dict[str, tuple[list[Answer], type[APIError], dict[str, Any], str]] = {
    "connection": (
        [httpx.ConnectError("no")],
        APIConnectionError,
        {"aimlapi.request.attempts": 1},
        "failed: no|, RemoteProtocolError",  # as which a socket has it
    ),
    "refused": (
        [REFUSED],
        BadRequestError,
        {"http.response.status_code": 400, "aimlapi.request.attempts": 1, "aimlapi.request.id": "req-1"},
        "BadRequestError, status 400",
    ),
    "at last": (
        [answer({}, 503, SOON), REFUSED],
        BadRequestError,
        {"http.response.status_code": 400, "aimlapi.request.attempts": 2, "aimlapi.request.id": "req-1"},
        "BadRequestError, status 400",
    ),
}


@pytest.mark.parametrize(("answers", "kind", "expected", "words"), FAILURES.values(), ids=FAILURES)
@pytest.mark.parametrize("how", ["create", "final"])
async def test_a_span_of_a_failure(
    caller: Caller,
    telemetry: Telemetry,
    how: str,
    answers: list[Answer],
    kind: type[APIError],
    expected: dict[str, Any],
    words: str,
) -> None:
    """One for all attempts. What a server said is left out, for it may repeat the content."""
    caller.options["max_retries"] = len(answers) - 1
    caller.meet(*answers)
    with pytest.raises(kind):
        await getattr(caller, how)(messages="Why?", max_tokens=9)
    span, stream = telemetry.span, {"gen_ai.request.stream": True} if how == "final" else {}
    assert telemetry.attributes == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "aimlapi",
        "gen_ai.request.model": MODEL,
        "gen_ai.request.max_tokens": 9,
        "error.type": kind.__name__,
        **expected,
        **stream,
        **place(caller),
    }
    assert span.status.status_code is StatusCode.ERROR
    assert re.search(words, span.status.description or "")
    (event,) = span.events
    assert event.attributes is not None
    assert (event.name, event.attributes["exception.type"]) == ("exception", kind.__name__)
    assert "Why?" not in telemetry.everything()


@in_process
@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (
            httpx.RemoteProtocolError("illegal header: b'Why?'"),
            "APIConnectionError, RemoteProtocolError",
        ),
        (httpx.DecodingError("Why?"), "APIConnectionError, DecodingError"),
        (ValueError("Why?"), "APIConnectionError, ValueError"),
        (httpx.ReadError("reset"), "reset"),
        (httpx.ReadTimeout("late"), "late"),
        (ConnectionResetError("reset"), "reset"),
    ],
    ids=lambda given: "" if isinstance(given, str) else type(given).__name__,
)
async def test_a_parser_shows_what_it_has_read(caller: Caller, telemetry: Telemetry, failure: Any, words: str) -> None:
    """Which may be an answer, so that its kind alone is told; what the system says of a connection is told."""
    caller.meet(failure)
    with pytest.raises(APIConnectionError):
        await caller.create()
    assert words in (telemetry.span.status.description or "")
    assert "Why?" not in telemetry.everything()


async def test_a_span_of_a_call_that_was_sent_again(caller: Caller, telemetry: Telemetry) -> None:
    """It is a success."""
    caller.options["max_retries"] = 2
    caller.meet(answer({}, 529, SOON), answer({}, 429, SOON), GOOD)
    await caller.create()
    assert telemetry.span.status.status_code is StatusCode.UNSET
    assert telemetry.attributes["aimlapi.request.attempts"] == 3


async def test_a_span_of_a_stream(caller: Caller, telemetry: Telemetry) -> None:
    """Until its end."""
    caller.meet(answer(sse(*TEXT_EVENTS)))
    await caller.texts([])
    attributes, span = telemetry.attributes, telemetry.span
    assert attributes["gen_ai.request.stream"] is True
    assert (attributes["gen_ai.usage.output_tokens"], attributes["gen_ai.response.finish_reasons"]) == (9, ("stop",))
    assert span.start_time is not None
    assert span.end_time is not None
    assert 0 <= attributes["gen_ai.response.time_to_first_chunk"] <= (span.end_time - span.start_time) / 1e9
    assert "aimlapi.response.complete" not in attributes


BROKEN: dict[str, tuple[Chunks, type[APIError], str]] = {
    "cut": (Chunks([sse(*TEXT_EVENTS[:4])]), StreamIncompleteError, "ended before the message did"),
    "error": (Chunks([sse(*TEXT_EVENTS[:4], OVERLOADED)]), OverloadedError, "OverloadedError, status 529"),
    "nonsense": (Chunks([sse(*TEXT_EVENTS[:4], '{"Hel')]), StreamDecodeError, "StreamDecodeError"),
}


@pytest.mark.parametrize(("pieces", "kind", "words"), BROKEN.values(), ids=BROKEN)
async def test_a_span_of_a_broken_stream(
    caller: Caller, telemetry: Telemetry, pieces: Chunks, kind: type[APIError], words: str
) -> None:
    """What was read is known, what was written is not."""
    caller.meet(answer(pieces))
    with pytest.raises(kind):
        await caller.texts([])
    span, attributes = telemetry.span, telemetry.attributes
    assert (span.status.status_code, attributes["error.type"]) == (StatusCode.ERROR, kind.__name__)
    assert words in (span.status.description or "")
    assert attributes["gen_ai.usage.input_tokens"] == 7
    assert "gen_ai.usage.output_tokens" not in attributes
    assert "Hel" not in telemetry.everything()


@pytest.mark.parametrize("dropped", [False, True])
@pytest.mark.parametrize("events", [0, 4])
async def test_a_span_of_a_stream_that_is_given_up(
    caller: Caller, telemetry: Telemetry, events: int, dropped: bool
) -> None:
    """Closed or dropped, read or not; that is no error."""
    caller.meet(answer(Chunks([sse(event) for event in TEXT_EVENTS])))
    stream: Any = caller.client.messages.create(model=MODEL, messages="Why?", stream=True)
    if isinstance(caller, AsyncCaller):
        stream = await stream
        for _ in range(events):
            await anext(stream)
    else:
        for _ in range(events):
            next(stream)
    assert telemetry.spans == []
    if not dropped:
        closing = stream.close()
        if closing is not None:
            await closing
    del stream
    await telemetry.until(1)
    assert telemetry.span.status.status_code is StatusCode.UNSET
    assert telemetry.attributes["aimlapi.response.complete"] is False


async def test_a_span_of_a_cancelled_call() -> None:
    """Its error is the cancellation."""
    telemetry = Telemetry()
    await cancel_a_call(telemetry.hook())
    assert telemetry.attributes["error.type"] == "asyncio.exceptions.CancelledError"


async def test_what_a_server_says_of_tokens_may_be_anything(caller: Caller, telemetry: Telemetry) -> None:
    """What is no number is left out, and no call fails for it."""
    usage = {"input_tokens": "seven", "output_tokens": None, "cache_read_input_tokens": -1}
    caller.meet(answer(body(text_block("Blue."), usage=usage, stop_reason=["odd"], id=None)))
    await caller.create()
    assert [name for name in telemetry.attributes if "tokens" in name] == ["gen_ai.request.max_tokens"]
    assert telemetry.points(otel.NAMES.token_usage) == []


async def test_the_catalogue_and_the_account_have_no_spans(caller: Caller, telemetry: Telemetry) -> None:
    """They have nothing to do with a model."""
    caller.meet(answer({"object": "list", "data": []}))
    listed: Any = caller.client.models.list()
    if isinstance(caller, AsyncCaller):
        await listed
    assert telemetry.spans == []


# --- content


CONVERSATION: list[Any] = [
    {"role": "user", "content": "Why?"},
    {
        "role": "assistant",
        "content": [
            {"type": "thinking", "thinking": "Hm.", "signature": "s"},
            {"type": "tool_use", "id": "toolu_1", "name": "look", "input": {"at": "sky"}},
        ],
    },
    {
        "role": "user",
        "content": [
            {"type": "tool_result", "tool_use_id": "toolu_1", "content": [text_block("blue")]},
            {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "aGVsbG8="}},
            {"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}},
        ],
    },
]


@in_process
@pytest.mark.parametrize("how", ["argument", "span_only", "SPAN_AND_EVENT", "true"])
async def test_content_is_recorded_where_it_is_asked_for(
    caller: Caller, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the shapes of the convention, as JSON; files are told of, but not repeated."""
    telemetry = Telemetry()
    if how == "argument":
        caller.options["on_call"] = telemetry.hook(capture_content=True)
    else:
        monkeypatch.setitem(os.environ, "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", how)
        caller.options["on_call"] = telemetry.hook()
    caller.meet(GOOD, REFUSED)
    await caller.create(messages=CONVERSATION, system="Be brief.")
    found = {name: json.loads(value) for name, value in telemetry.attributes.items() if str(value).startswith("[{")}
    assert found == {
        "gen_ai.system_instructions": [{"type": "text", "content": "Be brief."}],
        "gen_ai.input.messages": [
            {"role": "user", "parts": [{"type": "text", "content": "Why?"}]},
            {
                "role": "assistant",
                "parts": [
                    {"type": "reasoning", "content": "Hm."},
                    {"type": "tool_call", "id": "toolu_1", "name": "look", "arguments": {"at": "sky"}},
                ],
            },
            {
                "role": "user",
                "parts": [
                    {
                        "type": "tool_call_response",
                        "id": "toolu_1",
                        "response": [{"type": "text", "content": "blue"}],
                    },
                    {"type": "blob", "modality": "image", "mime_type": "image/png", "content": ""},
                    {"type": "uri", "modality": "image", "uri": "https://example.com/a.png"},
                ],
            },
        ],
        "gen_ai.output.messages": [
            {"role": "assistant", "parts": [{"type": "text", "content": "Blue."}], "finish_reason": "stop"}
        ],
    }
    with pytest.raises(BadRequestError):
        await caller.create()
    assert "no: Why? ***" in (telemetry.spans[1].status.description or "")
    assert KEY not in telemetry.everything()


@in_process
@pytest.mark.parametrize("how", ["", "no_content", "event_only", "false"])
async def test_content_is_left_out_else(caller: Caller, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever became of the call."""
    telemetry = Telemetry()
    monkeypatch.setitem(os.environ, "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", how)
    caller.options["on_call"] = telemetry.hook()
    caller.meet(GOOD, REFUSED, answer(sse(start(), end())))
    await caller.create(messages=CONVERSATION, system="Be brief.")
    with pytest.raises(BadRequestError):
        await caller.create(messages=CONVERSATION)
    await caller.final(messages=CONVERSATION)
    told = telemetry.everything()
    assert [word for word in ("Why", "Hm.", "sky", "Be brief", "Blue.", "example.com", KEY) if word in told] == []


@in_process
async def test_a_body_of_no_known_shape_is_left_to_the_gateway(caller: Caller) -> None:
    """Its error is what the caller gets."""
    telemetry = Telemetry()
    caller.options["on_call"] = telemetry.hook(capture_content=True)
    caller.meet(REFUSED)
    with pytest.raises(BadRequestError):
        await caller.create(extra_body={"messages": [7]})
    assert telemetry.attributes["error.type"] == "BadRequestError"
