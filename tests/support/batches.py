"""Batches and their results, as the gateway tells them. Not a test."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx

from .wire import MODEL, Chunks, answer, body, text_block

LINES = {"type": "application/x-jsonl"}


def request(name: str = "a", **params: Any) -> dict[str, Any]:
    return {"custom_id": name, "params": {"model": MODEL, "messages": "Hi", **params}}


def succeeded(name: str, text: str = "Hello") -> dict[str, Any]:
    return {"custom_id": name, "result": {"type": "succeeded", "message": body(text_block(text))}}


def lines(*results: Any) -> bytes:
    return b"".join(json.dumps(result).encode() + b"\n" for result in results)


STATE = {
    "id": "b1",
    "type": "message_batch",
    "processing_status": "in_progress",
    "request_counts": {"processing": 2, "succeeded": 0, "errored": 0, "canceled": 0, "expired": 0},
    "created_at": "2026-05-04T17:27:37.468424+00:00",
    "expires_at": "2026-05-05T17:27:37.468424+00:00",
}


RUNNING = {"id": "b1", "status": "generating"}


def cut(*parts: bytes) -> Callable[[], httpx.Response]:
    return answer(Chunks(parts, httpx.ReadError("cut")), **LINES)


ALL = [succeeded(str(number), "x" * number) for number in range(10)]


WHOLE = lines(*ALL)
