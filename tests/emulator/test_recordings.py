"""Recorded answers: sent byte by byte, and charged as they say."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anthropic
import httpx
import pytest

from aimlapi_messages import AIMLAPI, APIStatusError, Message
from aimlapi_messages.testing import Emulator

from ..support.shared import WIRE, recorded

Ask = Callable[..., httpx.Response]

MODEL = "claude-sonnet-5"
RECORDED = sorted(path for path in WIRE.glob("*") if path.name.startswith(("chat_", "messages_", "error_")))
MESSAGE = {
    "type": "message",
    "id": "msg_1",
    "role": "assistant",
    "model": "claude-sonnet-4-20250514",
    "content": [{"type": "text", "text": "Hällo"}],
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "usage": {"input_tokens": 12, "output_tokens": 34},
}
EVENTS: list[dict[str, Any]] = [
    {"type": "message_start", "message": {**MESSAGE, "content": [], "usage": {"input_tokens": 12, "output_tokens": 1}}},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hällo"}},
    {"type": "content_block_stop", "index": 0},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 34}},
    {"type": "message_stop"},
]


def stream(end: str = "\n", lead: str = "") -> bytes:
    """The events as a server may write them, with lines that end in `end`."""
    records = [f"event: {one['type']}{end}data: {json.dumps(one, ensure_ascii=False)}{end}{end}" for one in EVENTS]
    return (lead + "".join(records)).encode()


CREDITS = {"meta": {"usage": {"credits_used": 77}}}
JSON, SSE = "application/json; charset=utf-8", "text/event-stream; charset=utf-8"


@pytest.mark.parametrize(
    ("body", "status", "content_type", "tokens", "credits"),
    [
        (json.dumps({**MESSAGE, **CREDITS}, indent=1).encode(), 200, JSON, (12, 34), 77),
        (json.dumps(MESSAGE).encode() + b"\n", 200, JSON, (12, 34), 946),
        (b"\xef\xbb\xbf" + json.dumps(MESSAGE, ensure_ascii=False).encode(), 200, JSON, (12, 34), 946),
        (b'{"choices": [], "usage": {"prompt_tokens": 5, "completion_tokens": 6}}', 200, JSON, (5, 6), 182),
        (stream(), 200, SSE, (12, 34), 946),
        (stream("\r\n", lead=": hello\r\n\r\n"), 200, SSE, (12, 34), 946),
        (stream() + b'data: {"meta": {"usage": {"credits_used": 77}}}\n\n', 200, SSE, (12, 34), 77),
        (stream()[:-20], 200, SSE, (12, 34), 946),
        (stream() + b"data: [DONE]\n\n", 200, SSE, (12, 34), 946),
        (stream() + b'data: {"type": "message_st}\n\ndata: {\n\n', 200, SSE, (12, 34), 946),
        (b"data:" + json.dumps(EVENTS[0]).encode() + b"\n\ndata:\n\n", 200, SSE, (12, 1), 88),
        (b'{"statusCode": "429", "message": "Slow down"}', 429, JSON, (0, 0), 0),
        (b'{"title": "Overloaded", "status": 529}', 529, "application/problem+json; charset=utf-8", (0, 0), 0),
    ],
)
def test_a_recording(
    emulator: Emulator,
    client: httpx.Client,
    ask: Ask,
    tmp_path: Path,
    body: bytes,
    status: int,
    content_type: str,
    tokens: tuple[int, int],
    credits: int,
) -> None:
    """Its bytes, in any pieces, with the status and type that it tells, its tokens in the log and its cost."""
    file = tmp_path / "recorded"
    file.write_bytes(body)
    emulator.reply(file, times=2)
    answer = ask("Hello", stream=content_type == SSE)
    pieces = ask("Hello", stream=content_type == SSE, headers={"x-emulator-stream": "bytes=7"})
    assert answer.content == pieces.content == body
    assert (answer.status_code, answer.headers["content-type"]) == (status, content_type)
    log = client.get("/v2/logs").json()["data"][0]
    assert (log["tokens"]["input"], log["tokens"]["output"]) == tokens
    assert log["cost"]["credits"] == credits


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("count", range(len(EVENTS) + 1))
def test_a_recording_that_ends_early(emulator: Emulator, ask: Ask, tmp_path: Path, end: str, count: int) -> None:
    """An event of the recording counts as one."""
    file = tmp_path / "recorded.sse"
    file.write_bytes(stream(end))
    emulator.reply(file)
    body = ask("Hello", stream=True, headers={"x-emulator-stream": f"end-after={count}"}).content
    assert stream(end).startswith(body)
    assert body.count(b"event:") == count


def test_a_recorded_message_as_a_stream(emulator: Emulator, tmp_path: Path) -> None:
    """A whole message is also the answer of a stream and of a request in a batch, and what was recorded of a client."""
    file = tmp_path / "message.json"
    file.write_text(json.dumps(MESSAGE), encoding="utf-8")
    emulator.reply(file, file, file)
    request: Any = {"model": MODEL, "messages": [{"role": "user", "content": "Hello"}], "max_tokens": 9}
    with AIMLAPI(api_key="test-key", base_url=emulator.base_url) as own:
        with own.messages.stream(**request) as events:
            assert events.get_final_message().text == "Hällo"
        file.write_text(own.messages.create(**request).to_json(), encoding="utf-8")
        emulator.reply(file)
    with anthropic.Anthropic(base_url=emulator.base_url, api_key="test-key") as official:
        with official.messages.stream(**request) as events:
            assert events.get_final_text() == "Hällo"
        assert official.messages.create(**request).id == "msg_1"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "is neither a JSON object nor server-sent events"),
        (b"Hello", "is neither a JSON object nor server-sent events"),
        (b"{}", "is neither a JSON object nor server-sent events"),
        (b"[" * 100_000, "is neither a JSON object nor server-sent events"),
        (b"[]", "is neither a JSON object nor server-sent events"),
        (b"data: Hello\n\n", "is neither a JSON object nor server-sent events"),
        (b'{"content": [1]}', r"content\[0\] of a message needs a `type`"),
        (b"\xff\xfe\x00", "is neither a JSON object nor server-sent events"),
    ],
)
def test_what_is_no_recording(emulator: Emulator, tmp_path: Path, body: bytes, said: str) -> None:
    """It is told at once."""
    file = tmp_path / "recorded"
    file.write_bytes(body)
    with pytest.raises(ValueError, match=said):
        emulator.reply(file)
    with pytest.raises(FileNotFoundError):
        emulator.reply(tmp_path / "nothing")


@pytest.mark.operation("create_batch", "get_batch")
def test_a_recorded_stream_in_a_batch(emulator: Emulator, tmp_path: Path) -> None:
    """It is an error of its request."""
    file = tmp_path / "recorded"
    file.write_bytes(stream())
    emulator.reply(file)
    with AIMLAPI(api_key="test-key", base_url=emulator.base_url) as own:
        requests: Any = [{"custom_id": "a", "params": {"model": MODEL, "messages": "Hello"}}]
        batch = own.messages.batches.create(requests=requests, extra_headers={"x-emulator-batch": "polls=0"})
        (only,) = own.messages.batches.results(batch)
    said = "A recorded stream or error cannot answer a request of a batch."
    assert only.result.to_dict()["error"]["error"] == {"type": "api_error", "message": said}


@recorded
@pytest.mark.parametrize("file", [pytest.param(path, id=path.name) for path in RECORDED])
def test_real_recordings(emulator: Emulator, ask: Ask, file: Path) -> None:
    """Every form that the gateway has sent comes as it was, and the client reads it."""
    emulator.reply(file, times=2)
    assert ask("Hello", stream=file.suffix == ".sse").content == file.read_bytes()
    with AIMLAPI(api_key="test-key", base_url=emulator.base_url, max_retries=0) as own:
        if file.name.startswith("error_"):
            with pytest.raises(APIStatusError):
                own.messages.create(model=MODEL, messages="Hello")
            assert emulator.balance == 10
        else:
            message = own.messages.create(model=MODEL, messages="Hello")
            assert isinstance(message, Message)
            assert len(message.text) > 20
            assert emulator.balance < 10
