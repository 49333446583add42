"""The emulator in a process of its own, which says what was in flight: `python -m benchmarks.engines.server`.

It prints its port and serves until its standard input closes. An answer takes 200 ms. A prompt with "[429]" or "[500]"
always fails, and one with "[once]" the first time, by a 429; the `Retry-After` is a second. GET /counts tells of what
came since it was last asked: the requests, how many were in flight at the same time, the seconds from first to last.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
import sys
import time
from collections import Counter
from typing import Any

import uvicorn

from aimlapi_messages.testing import Emulator

_emulator = Emulator(balance=1_000_000).app
_counts = {"requests": 0, "most_in_flight": 0, "began": 0.0, "seconds": 0.0}
_in_flight = 0
_seen = Counter[bytes]()


async def app(scope: Any, receive: Any, send: Any) -> None:
    global _in_flight
    if scope["type"] != "http":
        return await _emulator(scope, receive, send)
    if scope["path"] == "/counts":
        told = json.dumps(_counts).encode()
        _counts.update(requests=0, most_in_flight=_in_flight, began=0.0)
        return await _answer(send, 200, told)
    body = (first := await receive())["body"]
    while first.get("more_body"):
        body += (first := await receive())["body"]
    messages = iter([{"type": "http.request", "body": body}])
    _counts["began"] = _counts["began"] or time.perf_counter()
    _in_flight += 1
    _counts["requests"] += 1
    _counts["most_in_flight"] = max(_counts["most_in_flight"], _in_flight)
    try:
        await asyncio.sleep(0.2)
        mark = re.search(rb"question \d+ \[(\w+)\]", body)
        if mark and (mark[1] != b"once" or not _seen[mark[0]]):
            _seen[mark[0]] += 1
            status, kind = (500, "api_error") if mark[1] == b"500" else (429, "rate_limit_error")
            error = {"type": "error", "error": {"type": kind, "message": f"It is a {status}."}}
            return await _answer(send, status, json.dumps(error).encode(), (b"retry-after", b"1"))
        await _emulator(scope, lambda: _next(messages, receive), send)
    finally:
        _in_flight -= 1
        _counts["seconds"] = time.perf_counter() - _counts["began"]


async def _next(messages: Any, receive: Any) -> Any:
    return next(messages, None) or await receive()


async def _answer(send: Any, status: int, body: bytes, *headers: tuple[bytes, bytes]) -> None:
    given = [(b"content-type", b"application/json"), *headers]
    await send({"type": "http.response.start", "status": status, "headers": given})
    await send({"type": "http.response.body", "body": body})


async def serve() -> None:
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    print(listener.getsockname()[1], flush=True)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    await asyncio.to_thread(sys.stdin.read)
    serving.cancel()
    os._exit(0)


if __name__ == "__main__":
    asyncio.run(serve())
