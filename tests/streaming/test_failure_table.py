"""One row for each way in which a stream can go wrong, and what must become of it. None is a quiet success."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from aimlapi_messages import (
    APIConnectionError,
    APIError,
    APITimeoutError,
    BadRequestError,
    InternalServerError,
    Message,
    OverloadedError,
    RateLimitError,
    StreamDecodeError,
    StreamIncompleteError,
    UnexpectedResponseError,
)

from ..support.callers import Caller, in_process
from ..support.deadlines import LIMIT, LONGER_AND_LONGER
from ..support.loopback import BREAKS
from ..support.streams import input_of
from ..support.wire import (
    JSON,
    PING,
    STOP,
    TEXT_EVENTS,
    TOOL_EVENTS,
    Answer,
    Chunks,
    answer,
    block_start,
    block_stop,
    body,
    delta,
    end,
    meta,
    sse,
    start,
    text_block,
    tool_block,
)

COST = {"meta": meta(usd_spent=0.5)}
BEGUN = TEXT_EVENTS[:4]  # up to the text "Hel"


def error_event(kind: str) -> dict[str, Any]:
    return {"type": "error", "error": {"type": kind, "message": "busy"}}


class Endless(Chunks):
    """A body of pings that never ends."""

    def __iter__(self) -> Iterator[bytes]:
        yield from self.pieces
        while True:
            time.sleep(0.005)
            yield sse(PING)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            yield piece
        while True:
            await asyncio.sleep(0.005)
            yield sse(PING)


@dataclass(frozen=True)
class Row:
    """What the server answers, and what the call ends in: an error of exactly this class, or a message.

    partial: the text of the message that travels with the error; None when none had begun.
    check: what must hold of the whole message.
    cause: the class of the error's cause, where there must be one.
    limit: the name of the time limit that the call has.
    """

    name: str
    answer: Answer
    error: type[APIError] | None = None
    partial: str | None = None
    check: Callable[[Message], bool] = bool
    cause: type[BaseException] | None = None
    limit: str | None = None


def whole(message: Message) -> bool:
    return message.text == "Hello" and message.stop_reason == "end_turn"


def tool_stream(*pieces: str, stop_reason: str = "tool_use", closed: bool = True) -> Answer:
    """A call of a tool whose input comes in these pieces, and text after it."""
    deltas = [delta(partial_json=piece) for piece in pieces]
    stop = [block_stop()] if closed else []
    text = [block_start(text_block(""), 1), delta(1, text="after"), block_stop(1)] if stop_reason == "tool_use" else []
    return answer(sse(start(), block_start(tool_block()), *deltas, *stop, *text, end(stop_reason), STOP))


def incomplete_tool(text: str, after: str) -> Callable[[Message], bool]:
    def check(message: Message) -> bool:
        (tool,) = message.tool_uses
        return (input_of(tool), message.text) == ((None, text), after)

    return check


def chat(text: str | None = None, finish: str | None = None, **more: Any) -> dict[str, Any]:
    """A chat-like chunk."""
    delta = {"content": text} if text else {}
    return {"id": "c", "model": "m", "choices": [{"index": 0, "delta": delta, "finish_reason": finish, **more}]}


def wrapped(chunk: dict[str, Any]) -> dict[str, Any]:
    """As chunks were before February 2026."""
    return {"event": chunk, "state": {}}


NAMED_ERROR = b'event: error\ndata: {"type": "overloaded_error", "message": "busy"}\n\n'
FAILED = {"error": {"message": "slow down", "code": 429}, "choices": []}
CHOICE = {"message": {"content": "Hel"}, "finish_reason": "error"}

ROWS = [
    # --- cut
    Row("nothing at all", answer(b""), StreamIncompleteError),
    Row("only pings", answer(sse(PING, PING)), StreamIncompleteError),
    Row("cut after the start", answer(sse(*TEXT_EVENTS[:1])), StreamIncompleteError, ""),
    Row("cut within the text", answer(sse(*BEGUN)), StreamIncompleteError, "Hel"),
    Row("cut within an event", answer(sse(*BEGUN) + b"event: content_block_delta\nda"), StreamIncompleteError, "Hel"),
    Row("cut before the reason", answer(sse(*TEXT_EVENTS[:-2])), StreamIncompleteError, "Hello"),
    Row("[DONE] before the reason", answer(sse(*BEGUN, "[DONE]")), StreamIncompleteError, "Hel"),
    Row("stop without a reason is a stop", answer(sse(*TEXT_EVENTS[:-2], STOP)), check=lambda m: m.text == "Hello"),
    Row("cut after the reason", answer(sse(*TEXT_EVENTS[:-1])), check=whole),
    Row("cut within message_stop", answer(sse(*TEXT_EVENTS[:-1]) + b"event: message_st"), check=whole),
    # --- broken
    Row(
        "reset within the text",
        answer(Chunks([sse(*BEGUN)], httpx.ReadError("reset"))),
        StreamIncompleteError,
        "Hel",
        cause=httpx.ReadError,
    ),
    Row(
        "half a body",
        answer(Chunks([sse(*BEGUN)], httpx.RemoteProtocolError("incomplete chunked read"))),
        StreamIncompleteError,
        "Hel",
        cause=httpx.RemoteProtocolError,
    ),
    Row(
        "reset before the first event",
        answer(Chunks([], httpx.ReadError("reset"))),
        APIConnectionError,
        cause=httpx.ReadError,
    ),
    Row(
        "read timeout",
        answer(Chunks([sse(*BEGUN)], httpx.ReadTimeout("slow"))),
        APITimeoutError,
        "Hel",
        cause=httpx.ReadTimeout,
    ),
    Row("reset after the reason", answer(Chunks([sse(*TEXT_EVENTS[:-1])], httpx.ReadError("reset"))), check=whole),
    Row(
        "idle: pings and no content",
        answer(Endless([sse(*BEGUN)])),
        APITimeoutError,
        "Hel",
        limit="idle_timeout",
    ),
    Row("idle from the first", answer(Endless([])), APITimeoutError, limit="idle_timeout"),
    Row("too long in all", answer(Endless([sse(*BEGUN)])), APITimeoutError, "Hel", limit="total_timeout"),
    Row("content ends an idle time", answer(sse(PING, *TEXT_EVENTS)), check=whole, limit="idle_timeout"),
    # --- errors inside
    Row("overloaded at once", answer(sse(error_event("overloaded_error"))), OverloadedError),
    Row("overloaded within", answer(sse(*BEGUN, error_event("overloaded_error"))), OverloadedError, "Hel"),
    Row("rate limit within", answer(sse(*BEGUN, error_event("rate_limit_error"))), RateLimitError, "Hel"),
    Row("unknown error within", answer(sse(*BEGUN, error_event("new_error"))), InternalServerError, "Hel"),
    Row("an error by its event's name", answer(sse(*BEGUN) + NAMED_ERROR), OverloadedError, "Hel"),
    Row(
        "an error by its type", answer(sse(*BEGUN, {"type": "rate_limit_error", "message": "x"})), RateLimitError, "Hel"
    ),
    Row("an error in plain words", answer(sse(*BEGUN) + b"event: error\ndata: busy\n\n"), InternalServerError, "Hel"),
    Row("an error in a chunk", answer(sse(chat("Hel"), chat(error={"code": 529}))), OverloadedError, "Hel"),
    Row("an error in a wrapped chunk", answer(sse(wrapped(chat("Hel")), wrapped(FAILED))), RateLimitError, "Hel"),
    Row("a chunk that ends in an error", answer(sse(chat("Hel"), chat("lo", "error"))), InternalServerError, "Hello"),
    Row("an error without a word", answer(sse(*BEGUN, {"type": "error"})), InternalServerError, "Hel"),
    # --- something else
    Row("a web page", answer(b"<!doctype html><p>Sign in", type="text/html"), UnexpectedResponseError),
    Row("a web page called a stream", answer(b"<!doctype html>\n<p>Sign in"), UnexpectedResponseError),
    Row("an empty body of JSON", answer(b"", type="application/json"), UnexpectedResponseError),
    Row("other JSON", answer({"ok": True}), UnexpectedResponseError),
    Row("the message as JSON", answer(body(text_block("Hello"))), check=whole),
    Row("an error as JSON", answer(error_event("overloaded_error"), headers=JSON), OverloadedError),
    Row("an error in a JSON message", answer({**body(), "error": {"code": 529}}), OverloadedError, ""),
    Row("an error beside no choices", answer({"choices": [], "error": {"code": 429}}), RateLimitError),
    Row("no choices", answer({"choices": []}), UnexpectedResponseError),
    Row("a choice that ends in an error", answer({"choices": [CHOICE]}), InternalServerError, "Hel"),
    Row(
        "the message called plain text",
        answer(json.dumps(body(text_block("Hello"))).encode(), type="text/plain"),
        check=whole,
    ),
    Row("the message called a stream", answer(json.dumps(body(text_block("Hello"))).encode()), check=whole),
    Row("an error called a stream", answer(json.dumps(error_event("invalid_request_error")).encode()), BadRequestError),
    Row("half a message called a stream", answer(json.dumps(body()).encode()[:50]), UnexpectedResponseError),
    Row(
        "content that is no block",
        answer(sse({**start(), "message": {**body(), "content": ["hi"]}})),
        StreamDecodeError,
    ),
    Row("data that is no JSON", answer(sse(*BEGUN, "nonsense")), StreamDecodeError, "Hel"),
    Row("data that is no object", answer(sse(*BEGUN, "[1]")), StreamDecodeError, "Hel"),
    Row("an event without its subject", answer(sse(start(), {"type": "content_block_delta"})), StreamDecodeError, ""),
    Row("a delta before the message", answer(sse(delta(text="x"))), StreamDecodeError),
    Row("a second message", answer(sse(*BEGUN, start(id="msg_02"))), StreamDecodeError, "Hel"),
    Row("binary", answer(b"\x00\xff\xfe" * 20), UnexpectedResponseError),
    # --- odd, and right all the same
    Row("no event lines", answer(sse(*TEXT_EVENTS, named=False)), check=whole),
    Row("CR LF", answer(sse(*TEXT_EVENTS).replace(b"\n", b"\r\n")), check=whole),
    Row("junk after the reason", answer(sse(*TEXT_EVENTS[:-1], "junk", STOP, COST)), check=lambda m: bool(m.cost)),
    Row("CR", answer(sse(*TEXT_EVENTS).replace(b"\n", b"\r")), check=whole),
    Row("[DONE] at the end", answer(sse(*TEXT_EVENTS, "[DONE]")), check=whole),
    Row(
        "unknown events", answer(sse({"type": "new"}, *TEXT_EVENTS[:3], {"type": "new"}, *TEXT_EVENTS[3:])), check=whole
    ),
    Row("no content_block_stop", answer(sse(*[e for e in TEXT_EVENTS if e != block_stop()])), check=whole),
    Row(
        "index gap",
        answer(sse(start(), block_start(text_block(""), 3), delta(3, text="Hello"), block_stop(3), end(), STOP)),
        check=whole,
    ),
    Row("cost before the stop", answer(sse(*TEXT_EVENTS[:-1], COST, STOP)), check=lambda m: whole(m) and bool(m.cost)),
    Row("cost after the stop", answer(sse(*TEXT_EVENTS, COST)), check=lambda m: whole(m) and bool(m.cost)),
    # --- a tool's input
    Row("malformed tool JSON", tool_stream('{"city": ', "Paris}"), check=incomplete_tool('{"city": Paris}', "after")),
    Row("tool JSON that is no object", tool_stream("[1]"), check=incomplete_tool("[1]", "after")),
    Row(
        "tool JSON cut by max_tokens",
        tool_stream('{"city": "Par', stop_reason="max_tokens", closed=False),
        check=incomplete_tool('{"city": "Par', ""),
    ),
    Row(
        "tool without any JSON, cut by max_tokens", tool_stream(stop_reason="max_tokens"), check=incomplete_tool("", "")
    ),
    Row(
        "tool JSON with a number beyond all floats",
        tool_stream('{"n": 1e999}'),
        check=incomplete_tool('{"n": 1e999}', "after"),
    ),
    Row("whole tool JSON", answer(sse(*TOOL_EVENTS)), check=lambda m: m.tool_uses[0].input == {"city": "Paris"}),
]


@pytest.mark.anyio
@pytest.mark.parametrize("way", ["events", "texts", "final"])
@pytest.mark.parametrize(
    "row",
    [pytest.param(row, id=row.name, marks=in_process if row.cause is httpx.ReadTimeout else ()) for row in ROWS],
)
async def test_no_broken_stream_is_a_quiet_success(caller: Caller, row: Row, way: str) -> None:
    """Each ends in its typed error with the message so far, or in the right message, however it is read."""
    caller.meet(row.answer)
    if row.error is None:
        assert row.check(await caller.final(**({row.limit: LIMIT} if row.limit else {})))
        return
    for seconds in LONGER_AND_LONGER if row.limit else (None,):
        options = {row.limit: seconds} if row.limit else {}
        with pytest.raises(APIError) as caught:
            await getattr(caller, way)(*([] if way == "final" else [[]]), **options)
        error = caught.value
        if error.request_id and (row.partial is None or error.partial is not None):
            break
    assert type(error) is row.error
    assert (None if error.partial is None else error.partial.text) == row.partial
    if row.cause is not None:
        assert type(error.__cause__) is row.cause or (caller.real and isinstance(error.__cause__, BREAKS))
    assert error.request_id == "req-1"
    assert len(str(error)) > 20
