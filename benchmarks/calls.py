"""Counts the Python functions that a call of the client goes through: `python -m benchmarks.calls`.

A 'call' event of `sys.setprofile` is one call, so each time that a generator resumes counts too. Only the functions
of this project count: those of httpx, of the standard library and the methods that attrs writes do not. The first
call of each kind is not counted, because it imports modules and opens the connection.

Prints a table with the limits, and exits with 1 when one is exceeded.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import cycle, product
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import httpx

import aimlapi_client
import aimlapi_messages
from aimlapi_messages import AIMLAPI

MODEL = "anthropic/claude-sonnet-4.5"
DELTAS = 2100

_ROOTS = tuple(f"{Path(str(package.__file__)).parent}/" for package in (aimlapi_messages, aimlapi_client))

_MESSAGE: dict[str, Any] = {
    "id": "msg_01",
    "type": "message",
    "role": "assistant",
    "model": MODEL,
    "content": [{"type": "text", "text": "Hello."}],
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "usage": {"input_tokens": 7, "output_tokens": 3},
}


class Row(NamedTuple):
    """What was counted: calls for each unit of work, and the files that they are in."""

    work: str
    calls: float
    most_calls: int
    files: int
    most_files: int | None = None

    @property
    def exceeded(self) -> bool:
        return self.calls > self.most_calls or (self.most_files is not None and self.files > self.most_files)


def counted(work: Callable[[], object]) -> Counter[tuple[str, str]]:
    """The calls of the project's own functions, by file and name."""
    calls: Counter[tuple[str, str]] = Counter()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(_ROOTS):
            calls[frame.f_code.co_filename, frame.f_code.co_qualname] += 1

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls


def client(*answers: dict[str, Any] | list[bytes], **options: Any) -> AIMLAPI:
    """A client that is answered in the process, with these in turn: JSON objects, or the chunks of an event stream."""
    turn = cycle(answers)

    def respond(_: httpx.Request) -> httpx.Response:
        answer = next(turn)
        if isinstance(answer, dict):
            return httpx.Response(200, json=answer)
        return httpx.Response(200, headers={"content-type": "text/event-stream"}, content=iter(answer))

    http_client = httpx.Client(transport=httpx.MockTransport(respond))
    return AIMLAPI(api_key="any", http_client=http_client, **options)


def stream_of(deltas: int) -> list[bytes]:
    """A streamed answer of one text block. Each event is a chunk of its own, as servers send them."""
    events: list[dict[str, Any]] = [
        {"type": "message_start", "message": {**_MESSAGE, "content": [], "stop_reason": None}},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        *(
            {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": f"word{n} "}}
            for n in range(deltas)
        ),
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 3}},
        {"type": "message_stop"},
    ]
    return [f"event: {one['type']}\ndata: {json.dumps(one)}\n\n".encode() for one in events]


def create() -> Counter[tuple[str, str]]:
    """One `messages.create`."""
    one = client(_MESSAGE)
    work = partial(one.messages.create, model=MODEL, messages="Hi")
    work()
    return counted(work)


def stream(texts: bool, idle_timeout: float | None, deltas: int) -> Counter[tuple[str, str]]:
    """One `messages.stream`, read to its end as `text_stream`, or event by event, where a delta makes two events."""
    one = client(stream_of(deltas), idle_timeout=idle_timeout)

    def work() -> None:
        with one.messages.stream(model=MODEL, messages="Hi") as opened:
            for _ in opened.text_stream if texts else opened:
                pass

    work()
    return counted(work)


def weather(city: str) -> str:
    """The weather of a city."""
    return f"Sunny in {city}."


def tool_run(turns: int) -> Counter[tuple[str, str]]:
    """One `tool_runner`, whose model calls one tool in each of its turns but the last."""
    use = {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {"city": "Paris"}}
    calling = {**_MESSAGE, "content": [use], "stop_reason": "tool_use"}
    one = client(*[calling] * turns, _MESSAGE)
    work = partial(one.messages.tool_runner, model=MODEL, messages="Hi", tools=[weather])
    work().until_done()
    return counted(lambda: work().until_done())


def usage() -> Counter[tuple[str, str]]:
    """One `account.usage`."""
    window = {"start": "2026-11-01T00:00:00Z", "end": "2026-12-01T00:00:00Z"}
    one = client({**window, "api_key_prefix": None, "spend": 1.5, "requests": 3})
    one.account.usage()
    return counted(one.account.usage)


def between(measure: Callable[[int], Counter[tuple[str, str]]], few: int, many: int) -> tuple[float, int]:
    """The calls of one more unit of work, and their files; what a run costs once is left out."""
    more = measure(many)
    more.subtract(measure(few))
    return more.total() / (many - few), len({file for (file, _), calls in more.items() if calls >= (many - few) / 2})


def rows() -> list[Row]:
    """All that is counted."""
    made = create()
    found = [Row("messages.create", made.total(), 80, len({file for file, _ in made}), 12)]
    for idle_timeout, texts in product((None, 60.0), (False, True)):
        work = ("text_stream" if texts else "helper events") + (", idle_timeout" if idle_timeout else "")
        per_delta, files = between(partial(stream, texts, idle_timeout), 100, DELTAS)
        found.append(Row(f"a text delta of messages.stream, {work}", per_delta, 15, files))
    per_turn, files = between(tool_run, 2, 12)
    found.append(Row("a turn of tool_runner with one call", per_turn, 180, files))
    made = usage()
    found.append(Row("account.usage", made.total(), 60, len({file for file, _ in made})))
    return found


def main() -> None:
    found = rows()
    width = max(len(one.work) for one in found)
    print(f"{'':{width}}  calls  limit  files  limit")
    for one in found:
        files = "" if one.most_files is None else f"{one.most_files:5}"
        mark = "  exceeded" if one.exceeded else ""
        print(f"{one.work:{width}}  {one.calls:5.1f}  {one.most_calls:5}  {one.files:5}  {files:5}{mark}")
    sys.exit(any(one.exceeded for one in found))


if __name__ == "__main__":
    main()
