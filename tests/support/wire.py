"""A scripted gateway without a network, and the bodies and streams it answers with. Not a test."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from typing import Any

import httpx

from aimlapi_messages import AIMLAPI, AsyncAIMLAPI
from aimlapi_messages.message.request import EXAMPLE_MODEL

KEY = "sk-secret-0123456789abcdef"
MODEL = EXAMPLE_MODEL

EVENT_STREAM = {"content-type": "text/event-stream"}
JSON = {"content-type": "application/json"}


def body(*content: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """A message in the gateway's own shape."""
    return {
        "id": "msg_01",
        "type": "message",
        "role": "assistant",
        "model": "claude-sonnet-5",
        "content": list(content),
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": 7, "output_tokens": 3},
        **changes,
    }


def text_block(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def tool_block(**changes: Any) -> dict[str, Any]:
    return {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {}, **changes}


def meta(**usage: Any) -> dict[str, Any]:
    return {"usage": usage}


def start(**changes: Any) -> dict[str, Any]:
    return {"type": "message_start", "message": body(stop_reason=None, **changes)}


def block_start(block: Mapping[str, Any], index: int = 0) -> dict[str, Any]:
    return {"type": "content_block_start", "index": index, "content_block": block}


def delta(index: int = 0, **members: Any) -> dict[str, Any]:
    """A delta by its one member: `delta(text="a")`, `delta(partial_json="{")`, and so on."""
    kinds = {
        "text": "text_delta",
        "partial_json": "input_json_delta",
        "thinking": "thinking_delta",
        "signature": "signature_delta",
        "citation": "citations_delta",
    }
    kind = kinds[next(iter(members))]
    return {"type": "content_block_delta", "index": index, "delta": {"type": kind, **members}}


def block_stop(index: int = 0) -> dict[str, Any]:
    return {"type": "content_block_stop", "index": index}


def end(stop_reason: str | None = "end_turn", **usage: Any) -> dict[str, Any]:
    return {
        "type": "message_delta",
        "delta": {"stop_reason": stop_reason, "stop_sequence": None},
        "usage": {"output_tokens": 9, **usage},
    }


STOP = {"type": "message_stop"}
PING = {"type": "ping"}

TEXT_EVENTS: list[dict[str, Any]] = [
    start(),
    block_start(text_block("")),
    PING,
    delta(text="Hel"),
    delta(text="lo"),
    block_stop(),
    end(),
    STOP,
]

TOOL_EVENTS: list[dict[str, Any]] = [
    start(),
    block_start(text_block("")),
    delta(text="Let me look."),
    block_stop(),
    block_start(tool_block(), 1),
    delta(1, partial_json=""),
    delta(1, partial_json='{"city": "Par'),
    delta(1, partial_json='is"}'),
    block_stop(1),
    end("tool_use"),
    STOP,
]


def sse(*payloads: Mapping[str, Any] | str, named: bool = True) -> bytes:
    """Payloads as a stream of events; a string goes out as it is."""
    return b"".join(_one(payload, named) for payload in payloads)


def _one(payload: Mapping[str, Any] | str, named: bool) -> bytes:
    text = payload if isinstance(payload, str) else json.dumps(payload, ensure_ascii=False)
    name = f"event: {payload['type']}\n" if named and isinstance(payload, Mapping) and "type" in payload else ""
    return f"{name}data: {text}\n\n".encode()


class Chunks(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that comes in pieces, and may break; it knows whether it was closed."""

    def __init__(self, pieces: Iterable[bytes], error: Exception | None = None) -> None:
        self.pieces = list(pieces)
        self.error = error
        self.closed = False

    def __iter__(self) -> Iterator[bytes]:
        yield from self.pieces
        if self.error is not None:
            raise self.error

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self:
            yield piece

    def close(self) -> None:
        self.closed = True

    async def aclose(self) -> None:
        self.close()


Answer = Exception | Callable[[], httpx.Response]


def answer(
    content: Any = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    *,
    type: str | None = None,
) -> Callable[[], httpx.Response]:
    """A maker of replies; dicts become JSON, bytes and Chunks an event stream unless `type` says otherwise."""
    if isinstance(content, (dict, list)):
        kind, data = "application/json", json.dumps(content).encode()
    else:
        kind, data = "text/event-stream", content
    head = {"content-type": type or kind, "x-request-id": "req-1", **(headers or {})}
    if isinstance(data, Chunks):
        return lambda: httpx.Response(status, headers=head, stream=data)
    return lambda: httpx.Response(status, headers=head, content=data)


class Gateway:
    """Answers requests with what it was given, in order, the last again and again; remembers the requests."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        given = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(given, Exception):
            raise given
        return given()

    async def respond(self, request: httpx.Request) -> httpx.Response:
        return self(request)

    def client(self, **options: Any) -> AIMLAPI:
        http_client = httpx.Client(transport=httpx.MockTransport(self))
        return AIMLAPI(**{"api_key": KEY, "http_client": http_client, **options})

    def async_client(self, **options: Any) -> AsyncAIMLAPI:
        http_client = httpx.AsyncClient(transport=httpx.MockTransport(self.respond))
        return AsyncAIMLAPI(**{"api_key": KEY, "http_client": http_client, **options})

    @property
    def sent(self) -> dict[str, Any]:
        """The body of the last request."""
        sent: dict[str, Any] = json.loads(self.requests[-1].content)
        return sent
